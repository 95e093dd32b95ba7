# SPDX-License-Identifier: Apache-2.0
"""A text that one resource has as a secret is in no output of another resource in clear."""

import json
import textwrap
from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, SECRET, Stack, connection
from vocode_pulumi.sandbox import Sandbox

PARTS = f"""
hush = lambda text: pulumi.Output.secret("{CREDENTIAL}-" + text)
address = lambda text: hush(text).apply(lambda text: "https://example.com/" + text)
prompt = Prompt("prompt", content=hush("content"), context_endpoint=address("context"))
webhook = Webhook("webhook", url=address("url"),
                  subscriptions=["event_message"])
voice = Voice("voice", type="voice_azure", voice_name=hush("voice"))
agent = Agent("agent", name=hush("name"), prompt=prompt.id, voice=voice.id, webhook=webhook.id,
              initial_message=hush("hello"))
inline = {{"prompt": prompt.id, "voice": voice.id, "webhook": webhook.id, "name": "clear"}}
"""
USERS = (
    PARTS
    + """
by_id = PhoneNumber("by-id", inbound_agent=agent.id)
of_ids = PhoneNumber("of-ids", inbound_agent=inline)
linked = LinkedNumber("linked", phone_number="14155550100", telephony_account_connection=CONNECTION,
                      inbound_agent=agent.id)
named = PhoneNumber("named", label=hush("label"), example_context={"who": hush("example")})
pulumi.export("webhook", by_id.webhook)
pulumi.export("agent", of_ids.agent)
pulumi.export("agent_id", by_id.agent_id)
pulumi.export("ids", [one.id for one in (prompt, webhook, voice, agent, by_id, named)])
"""
)
READ = (
    USERS
    + """
read = [kind.get(f"read-{kind.__name__}-{at}", id)
        for at, (kind, id) in enumerate(zip((Prompt, Webhook, Voice, Agent, PhoneNumber, PhoneNumber),
                                            IDS))]
read.append(LinkedNumber.get("read-linked", "14155550100"))
pulumi.export("content", read[0].content)
"""
)


def secret_outputs(stack: Stack, kind: str, name: str) -> set[str]:
    """The outputs of a resource that the state has encrypted, wholly or in part."""
    (found,) = [one for one in stack.resources(kind) if one["urn"].endswith(f"::{name}")]
    return {key for key, value in found["outputs"].items() if SECRET in json.dumps(value)}


def test_what_another_object_has_as_a_secret_is_in_no_output_in_clear(
    sandbox: Sandbox, stack: Stack
) -> None:
    # The fixture `stack` searches what is printed and kept for the secrets.
    given = f"CONNECTION = {connection(sandbox)!r}\n"
    stack.program(given + USERS)
    stack.up()
    printed = json.loads(stack.pulumi("stack", "output", "--json", "--stack", "dev"))
    assert (printed["webhook"], printed["agent"]) == ("[secret]", "[secret]")
    outputs = stack.outputs()
    assert printed["agent_id"] == outputs["agent_id"] == outputs["ids"][3]
    assert outputs["webhook"]["url"] == f"https://example.com/{CREDENTIAL}-url"
    assert outputs["agent"]["prompt"]["content"] == f"{CREDENTIAL}-content"
    given += f"IDS = {outputs['ids']!r}\n"
    stack.program(given + READ)
    stack.up()
    assert stack.outputs()["content"] == f"{CREDENTIAL}-content"
    stack.refresh()
    assert stack.nothing_to_do()
    stack.program(given + READ.replace('"clear"', '"other"'))
    stack.up()


@pytest.mark.parametrize("kind", ["inline", "by id"])
def test_what_is_declared_inline_in_clear_stays_readable(stack: Stack, kind: str) -> None:
    prompt = '"Be brief."' if kind == "inline" else 'Prompt("p", content="Be brief.").id'
    stack.program(
        f"""
        PhoneNumber("a", label="desk", inbound_agent={{
            "prompt": {prompt}, "voice": {{"type": "voice_azure", "voice_name": "x"}},
            "name": "desk", "initial_message": "Hello.",
            "webhook": {{"url": "https://example.com/x", "subscriptions": ["event_message"]}}}})
        PhoneNumber("alone")
        """
    )
    stack.up()
    expected = set() if kind == "inline" else {"agent"}
    assert secret_outputs(stack, "PhoneNumber", "a") == expected
    assert secret_outputs(stack, "PhoneNumber", "alone") == set()
    stack.refresh()
    assert secret_outputs(stack, "PhoneNumber", "a") == expected


def test_one_refresh_encrypts_what_an_older_version_left_in_clear(stack: Stack) -> None:
    stack.program(
        """
        webhook = Webhook("w", url="https://example.com/token", subscriptions=["event_message"])
        agent = Agent("g", prompt="Hello.", webhook=webhook.id,
                      voice={"type": "voice_azure", "voice_name": "x"})
        PhoneNumber("a", inbound_agent=agent.id)
        """
    )
    stack.up()
    state: dict[str, Any] = json.loads(stack.exported())
    (number,) = [
        one for one in state["deployment"]["resources"] if one["type"].endswith(":PhoneNumber")
    ]
    assert number["outputs"]["webhook"][SECRET]
    number["outputs"]["webhook"] = {"id": "x", "url": "https://example.com/token"}
    stack.set_back(json.dumps(state))
    assert secret_outputs(stack, "PhoneNumber", "a") == {"agent"}
    stack.refresh()
    assert secret_outputs(stack, "PhoneNumber", "a") == {"agent", "webhook"}


TRANSFORMS = {
    "transforms": """
        def give(args):
            if args.type_ in KEYS:
                return pulumi.ResourceTransformResult({**args.props, **KEYS[args.type_]}, args.opts)
        pulumi.runtime.register_resource_transform(give)
    """,
    "transformations": """
        def give(args):
            if args.type_ in KEYS:
                return pulumi.ResourceTransformationResult({**args.props, **KEYS[args.type_]}, args.opts)
        pulumi.runtime.register_stack_transformation(give)
    """,
}


@pytest.mark.parametrize("way", TRANSFORMS)
def test_a_key_that_a_transform_gives_in_clear_is_encrypted(stack: Stack, way: str) -> None:
    # The fixture `stack` searches what is printed and kept for the key.
    keys = """
        key = "hush-" + "hush-of-a-transform"
        voice = {"type": "voice_play_ht", "voice_id": "x"}
        KEYS = {f"pulumi-python:dynamic/vocode:{kind}": inputs for kind, inputs in {
            "Voice": {"api_key": key},
            "Agent": {"voice": {**voice, "api_key": key}},
            "PhoneNumber": {"inbound_agent": {"prompt": "x", "voice": {**voice, "api_key": key}}},
        }.items()}
    """
    stack.program(
        textwrap.dedent(keys)
        + textwrap.dedent(TRANSFORMS[way])
        + textwrap.dedent("""
        Voice("v", **voice)
        Agent("g", prompt="x", voice=voice)
        PhoneNumber("a", inbound_agent={"prompt": "x", "voice": voice})
        """)
    )
    stack.up()
    assert stack.state().count('"api_key"') >= len(("Voice", "Agent", "PhoneNumber"))
    stack.refresh()
    assert stack.nothing_to_do()


TOLD = "not hush-" + "hush-of-a-transform"
GIVEN = """
    hush = pulumi.Output.secret("hush-" + "hush-of-a-transform")
    KEYS = {f"pulumi-python:dynamic/vocode:{kind}": inputs for kind, inputs in {
        "Prompt": {"content": hush},
        "PhoneNumber": {"inbound_agent": {"prompt": hush, "voice": {"type": "voice_azure", "voice_name": "x"}},
                        "example_context": {"a.b": hush, "c": "clear"}},
    }.items()}
"""


@pytest.mark.parametrize("way", TRANSFORMS)
def test_a_secret_that_a_transform_gives_is_in_no_error(
    stack: Stack, sandbox: Sandbox, way: str
) -> None:
    # The fixture `stack` searches what is printed and kept for the secret.
    for path in ("/v1/prompts/create", "/v1/numbers/update"):
        sandbox.fault(path=path, status=422, body={"detail": TOLD})
    stack.program(
        textwrap.dedent(GIVEN)
        + textwrap.dedent(TRANSFORMS[way])
        + textwrap.dedent("""
        Prompt("p", content="x", opts=pulumi.ResourceOptions(retain_on_delete=True))
        PhoneNumber("n", label="clear")
        """)
    )
    printed = stack.up(code=1)
    assert "POST /v1/prompts/create answered 422: not [secret]." in printed
    assert "POST /v1/numbers/update answered 422: not [secret]." in printed
    stack.up()
    (prompt,), (number,) = stack.resources("Prompt"), stack.resources()
    assert (prompt["inputs"]["__secrets"], prompt["retainOnDelete"]) == (["content"], True)
    assert number["inputs"]["label"] == "clear"
    stack.refresh()
    assert stack.nothing_to_do()


def test_a_key_in_clear_in_the_configuration_is_told_in_every_preview(stack: Stack) -> None:
    said = "vocode:apiKey is in clear in the stack's configuration"
    stack.program('PhoneNumber("a")\nPhoneNumber("b")')
    assert said not in stack.preview()
    stack.config("vocode:apiKey", "in-clear")
    for _ in range(2):
        assert stack.preview().count(said) == 1
    printed = stack.up(code=1)
    assert said not in printed
    assert "run a plain `pulumi up` first" in printed
    assert "in-clear" not in "".join(stack.printed)
    stack.config("vocode:apiKey", "encrypted", "--secret")
    assert said not in stack.preview()


def test_a_secret_that_a_person_moves_stays_one(stack: Stack, sandbox: Sandbox) -> None:
    secret = f"{CREDENTIAL}-text"
    stack.program(f"""
        hush = pulumi.Output.secret("{CREDENTIAL}" + "-text")
        number = PhoneNumber("number", example_context={{"a": hush, "b": "clear"}})
        config = {{"name": "book", "description": "x", "url": "https://example.com", "input_schema": {{"a": hush}},
                  "speak_on_send": True, "speak_on_receive": False}}
        action = Action("action", type="action_external", config=config)
        pulumi.export("ids", [number.number, action.id])
    """)
    stack.up()
    number, action = stack.outputs()["ids"]
    by_hand = {"example_context": {"c": secret, "b": "clear"}}
    sandbox.call("POST", "/v1/numbers/update", by_hand, phone_number=number)
    live = sandbox.call("GET", "/v1/actions", id=action)["config"]
    config = {**live, "description": f"As {secret}.", "input_schema": {"b": [{"c": secret}]}}
    sandbox.call(
        "POST", "/v1/actions/update", {"type": "action_external", "config": config}, id=action
    )
    stack.refresh("--diff")
    stack.preview()
    stack.up()
    live = sandbox.call("GET", "/v1/actions", id=action)["config"]
    assert [live["description"], live["input_schema"]] == ["x", {"a": secret}]
    found = sandbox.call("GET", "/v1/numbers", phone_number=number)["example_context"]
    assert found == {"a": secret, "b": "clear"}
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()


def test_a_refresh_hides_nothing_beside_a_credential_that_stands_where_it_stood(
    stack: Stack, sandbox: Sandbox
) -> None:
    key = f"{CREDENTIAL}-key"
    stack.program(f"""
        voice = {{"type": "voice_eleven_labs", "voice_id": "x", "api_key": "{CREDENTIAL}" + "-key"}}
        PhoneNumber("number", inbound_agent={{"prompt": "Be brief.", "voice": voice}})
    """)
    stack.up()
    (agent,) = sandbox.call("GET", "/v1/agents/list")["items"]
    sandbox.call("POST", "/v1/prompts/update", {"content": "Be rude."}, id=agent["prompt"])
    stack.refresh()
    (number,) = stack.resources()
    declared = number["inputs"]["inbound_agent"]
    assert declared["prompt"] == "Be rude."
    assert declared["voice"]["voice_id"] == "x"
    assert "ciphertext" in declared["voice"]["api_key"]
    assert key not in stack.state()
    assert '"Be rude." => "Be brief."' in stack.preview("--diff")
    stack.up()
    assert stack.nothing_to_do()


def test_pulumi_refuses_a_strong_password_in_clear(stack: Stack) -> None:
    """So does the `pulumi` that starts quickly."""
    words = ("config", "set", "--stack", "dev", "password", "u7Gq-2xLw!94kZt")
    assert "looks like a secret" in stack.pulumi(*words, code=1)
    stack.pulumi(*words, "--plaintext")

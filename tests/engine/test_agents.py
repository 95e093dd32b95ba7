# SPDX-License-Identifier: Apache-2.0
"""Agents and what they refer to: by id, by the output of a resource, or inline."""

from pathlib import Path
from typing import Any

from tests.engine.harness import Stack, bodies, environment, writes
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox

WIRED = """
    secret = pulumi.Output.secret("hush-hush-in-the-program")
    prompt = Prompt("prompt", content=%r)
    voice = Voice("voice", type="voice_vocode", voice_id="joe")
    action = Action("action", type="action_external", config={
        "name": "book", "description": "books", "url": "https://example.com", "input_schema": {},
        "speak_on_send": True, "speak_on_receive": True})
    webhook = Webhook("webhook", url=pulumi.Output.concat("https://example.com/", action.id),
                      subscriptions=["event_transcript"])
    database = VectorDatabase("database", type="vector_database_pinecone", index="a",
                              api_key=secret, api_environment="e")
    openai = AccountConnection("openai", type="account_connection_openai",
                               credentials={"openai_api_key": secret})
    agent = Agent("agent", prompt=prompt.id, voice=voice.id, actions=[action.id],
                  webhook=webhook.id, vector_database=database.id,
                  openai_account_connection=openai.id, initial_message=%r)
    number = PhoneNumber("number", inbound_agent=agent.id)
    PhoneNumber("inline", inbound_agent={"prompt": prompt.id, "voice": voice.id,
                                         "openai_account_connection": openai.id})
    pulumi.export("agent", agent.id)
    pulumi.export("held", number.agent_id)
    pulumi.export("signature_secret", action.signature_secret)
"""


def test_parts_are_wired_by_outputs_and_each_changes_alone(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(WIRED % ("one", "Hi"))
    stack.preview()
    assert sandbox.requests() == []
    stack.up()
    assert stack.nothing_to_do()
    outputs = stack.outputs()
    assert outputs["agent"] == outputs["held"]
    live = sandbox.call("GET", "/v1/agents", id=outputs["agent"])
    assert live["openai_account_connection"]["type"] == "account_connection_openai"
    assert outputs["signature_secret"] == live["actions"][0]["config"]["signature_secret"]
    assert outputs["signature_secret"] not in stack.exported()
    assert "[secret]" in stack.pulumi("stack", "output", "--stack", "dev")
    sandbox.clear_requests()
    stack.program(WIRED % ("two", "Hi"))
    stack.up()
    assert writes(sandbox) == ["/v1/prompts/update"]
    stack.refresh("--expect-no-changes")
    sandbox.clear_requests()
    stack.program(WIRED % ("two", "Hello"))
    stack.up()
    assert writes(sandbox) == ["/v1/agents/update"]
    assert stack.nothing_to_do()


def test_parts_by_id_are_no_difference_in_answers_of_2023(
    tmp_path: Path, stack: Stack, engine_home: Path
) -> None:
    with InThread(tmp_path / "old", age=2023, api_key="hush-hush-old") as old:
        backend = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
        stack.env.update(environment(engine_home, backend, old))
        stack.program(WIRED % ("one", "Hi"))
        stack.up()
        stack.refresh("--expect-no-changes")
        assert stack.nothing_to_do()
        old.clear_requests()
        program = WIRED % ("one", "Hello")
        other = 'other = Prompt("other", content="x")\n    agent ='
        stack.program(
            program.replace("agent =", other).replace("prompt=prompt.id", "prompt=other.id", 1)
        )
        stack.up()
        assert writes(old) == ["/v1/prompts/create", "/v1/agents/update"]
        (body,) = bodies(old, "/v1/agents/update")
        assert body.keys() == {"prompt", "initial_message"}
        theirs = old.call("POST", "/v1/agents/create", INLINE)["id"]
        stack.program(
            'prompt = Prompt("prompt", content="x")\n'
            f'Agent("mine", adopt="{theirs}", prompt=prompt.id, language="de",'
            ' voice={"type": "voice_vocode", "voice_id": "joe"})'
        )
        old.clear_requests()
        stack.up()
        (body,) = bodies(old, "/v1/agents/update")
        assert body.keys() == {"prompt", "language", "voice"}
        assert stack.nothing_to_do()
        assert stack.nothing_to_do()


UNKNOWN = "0f8fad5b-d9cb-469f-a165-70867728950e"
INLINE: dict[str, Any] = {
    "prompt": {"content": "one"},
    "voice": {"type": "voice_azure", "voice_name": "a"},
    "actions": [{"type": "action_dtmf"}],
    "webhook": {"url": "https://one.example.com", "subscriptions": ["event_transcript"]},
}


def agents(stack: Stack, **inputs: dict[str, Any]) -> None:
    lines = [f"{name} = Agent({name!r}, **{given!r})" for name, given in inputs.items()]
    lines += [f"pulumi.export({name!r}, [{name}.id, {name}.owned])" for name in inputs]
    stack.program("\n".join(lines))


def changed(stack: Stack, sandbox: Sandbox, **inputs: dict[str, Any]) -> list[tuple[str, Any]]:
    agents(stack, **inputs)
    sandbox.clear_requests()
    stack.up()
    return [
        (one["path"].split("?")[0], one["body"])
        for one in sandbox.requests()
        if one["method"] == "POST"
    ]


def test_an_inline_part_changes_where_it_is_owned_and_nowhere_else(
    stack: Stack, sandbox: Sandbox
) -> None:
    theirs = sandbox.call("POST", "/v1/agents/create", INLINE)
    shared = {name: theirs[name]["id"] for name in ("prompt", "voice", "webhook")}
    shared["actions"] = [theirs["actions"][0]["id"]]
    agents(stack, a=INLINE, b=shared)
    stack.up()
    ids = {name: one[0] for name, one in stack.outputs().items()}
    two = {**INLINE, "prompt": {"content": "two"}}
    update = [("/v1/prompts/update", {"content": "two"})]
    assert changed(stack, sandbox, a=two, b=shared) == update
    by_id = {**two, "prompt": shared["prompt"], "actions": shared["actions"]}
    update = [("/v1/agents/update", {"prompt": shared["prompt"], "actions": shared["actions"]})]
    assert changed(stack, sandbox, a=by_id, b=shared) == update
    mine = {**shared, "prompt": "mine", "webhook": None}
    made = changed(stack, sandbox, a=by_id, b=mine)
    assert [path for path, _ in made] == ["/v1/prompts/create", "/v1/agents/update"]
    assert made[1][1].keys() == {"prompt", "webhook"}
    assert stack.nothing_to_do()
    assert {name: one[0] for name, one in stack.outputs().items()} == ids
    assert sandbox.call("GET", "/v1/agents", id=theirs["id"]) == theirs


def test_moving_what_is_inline_to_a_resource_of_its_own_costs_nothing(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(f"""
        number = PhoneNumber("number", inbound_agent={INLINE!r})
        pulumi.export("owned", number.owned)
    """)
    stack.up()
    numbers = stack.ids()
    agent = stack.outputs()["owned"]["inbound_agent"]
    part = {name: one["id"] for name, one in agent["parts"].items() if name != "actions"}
    stack.program(f"""
        prompt = Prompt("prompt", adopt={part["prompt"]!r}, content="one")
        voice = Voice("voice", adopt={part["voice"]!r}, type="voice_azure", voice_name="a")
        action = Action("action", adopt={agent["parts"]["actions"][0]["id"]!r}, type="action_dtmf")
        webhook = Webhook("webhook", adopt={part["webhook"]!r}, url="https://one.example.com",
                          subscriptions=["event_transcript"])
        agent = Agent("agent", adopt={agent["id"]!r}, prompt=prompt.id, voice=voice.id,
                      actions=[action.id], webhook=webhook.id)
        PhoneNumber("number", inbound_agent=agent.id)
    """)
    sandbox.clear_requests()
    stack.up()
    assert writes(sandbox) == []
    assert stack.ids() == numbers
    assert stack.nothing_to_do()


def test_a_part_that_became_a_resource_is_not_written_to_by_who_made_it(
    stack: Stack, sandbox: Sandbox
) -> None:
    agent = (
        'agent = Agent("agent", prompt={0!r}, voice={{"type": "voice_vocode", "voice_id": "joe"}})'
    )
    stack.program(agent.format("mine") + '\npulumi.export("owned", agent.owned)')
    stack.up()
    prompt = stack.outputs()["owned"]["prompt"]["id"]
    taken = f'taken = Prompt("taken", adopt={prompt!r}, content="of its own")\n'
    stack.program(taken + agent.format("mine"))
    stack.up()
    after = 'agent = Agent("agent", opts=pulumi.ResourceOptions(depends_on=[taken]),'
    stack.program(taken + agent.format("mine, changed").replace('agent = Agent("agent",', after))
    stack.up()
    assert sandbox.call("GET", "/v1/prompts", id=prompt)["content"] == "of its own"
    (held,) = stack.resources("Agent")
    now = sandbox.call("GET", "/v1/agents", id=held["id"])["prompt"]
    assert (now["id"] != prompt, now["content"]) == (True, "mine, changed")
    assert stack.nothing_to_do()


def test_what_cannot_be_adopted_is_a_clear_error(stack: Stack, sandbox: Sandbox) -> None:
    voice = sandbox.call("POST", "/v1/voices/create", {"type": "voice_vocode", "voice_id": "joe"})[
        "id"
    ]
    stack.program(f"""
        Voice("other", adopt="{voice}", type="voice_azure", voice_name="x")
        Prompt("none", adopt="{UNKNOWN}", content="x")
    """)
    sandbox.clear_requests()
    printed = stack.up("--continue-on-error", code=1)
    assert f"{voice} cannot be adopted: its type is 'voice_vocode'" in printed
    assert f"found no prompt {UNKNOWN} in this account" in printed
    assert "Traceback" not in printed
    assert writes(sandbox) == []


def test_a_create_whose_answer_is_lost_says_that_something_may_be_left_over(
    stack: Stack, sandbox: Sandbox
) -> None:
    sandbox.fault(method="POST", path="/v1/prompts/create", close="after")
    stack.program('Prompt("main", content="x")')
    printed = stack.up(code=1)
    assert "Another prompt may be left over in the account; it costs nothing." in printed
    assert "Traceback" not in printed
    assert writes(sandbox) == ["/v1/prompts/create"]


def test_a_credential_in_clear_is_flagged_and_kept_secret_however_it_is_given(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program("""
        clear = "hush-" + "hush-in-clear"
        Voice("plain", type="voice_play_ht", voice_id="x", api_key=clear)
        AccountConnection("nested", type="account_connection_openai",
                          credentials={"openai_api_key": pulumi.Output.from_input(clear)})
        AccountConnection("whole", type="account_connection_openai",
                          credentials=pulumi.Output.from_input({"openai_api_key": clear}))
        Agent("agent", prompt="x", voice=pulumi.Output.from_input(
            {"type": "voice_play_ht", "voice_id": "x", "api_key": clear}))
    """)
    printed = stack.preview()
    for line in (
        "Voice 'plain': api_key is given in clear",
        "AccountConnection 'nested': credentials.openai_api_key is given in clear",
        "AccountConnection 'whole': credentials.openai_api_key is given in clear",
        "Agent 'agent': voice.api_key is given in clear",
    ):
        assert line in printed
    stack.up()
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()

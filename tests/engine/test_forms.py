# SPDX-License-Identifier: Apache-2.0
"""What Vocode stores in a form of its own is no difference; any other answer is drift."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, Stack
from tests.support.receiver import Received, receiver
from vocode_pulumi.sandbox import Sandbox


def normal(value: Any) -> Any:
    """A body as a server that tidies up texts stores it."""
    if isinstance(value, dict):
        return {name: normal(item) for name, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, float):
        return round(value, 5)
    if not isinstance(value, str):
        return value
    text = value.strip().replace("\r\n", "\n")
    if text.lower().startswith("https://"):
        scheme, _, rest = text.partition("://")
        host, _, path = rest.partition("/")
        return f"{scheme.lower()}://{host.lower()}/{path}"
    return text[:60]


Tidying = dict[str, Callable[[Any], Any]]


def with_null(value: Any) -> Any:
    """A body as a server stores it that has null in place of empty texts."""
    if isinstance(value, dict):
        return {name: with_null(item) for name, item in value.items()}
    if isinstance(value, list):
        return [with_null(item) for item in value]
    return None if value == "" else value


@pytest.fixture
def tidying(sandbox: Sandbox, stack: Stack) -> Iterator[Tidying]:
    """What the server between the stack and the sandbox does to every body."""
    does: Tidying = {"normal": normal}

    def respond(received: Received) -> tuple[int, Any]:
        body = does["normal"](received.body) if received.raw else None
        return 200, sandbox.call(received.method, received.path, body, **received.query)

    with receiver() as server:
        server.respond = respond
        stack.env["VOCODE_BASE_URL"] = server.url
        yield does


VOICE = '{"type": "voice_rime", "speaker": "x", "speed_alpha": 0.3333333333}'
PROGRAM = f"""
hush = lambda text: pulumi.Output.secret(text)
webhook = Webhook("webhook", url="HTTPS://EXAMPLE.com", subscriptions=["event_message"])
prompt = Prompt("prompt", content="{{content}}\\r\\nBe kind. ", context_endpoint="https://Example.com/C")
secret = Prompt("secret", content=hush("  {CREDENTIAL}-prompt "), context_endpoint="https://example.com/")
action = Action("action", type="action_external", config={{{{
    "name": " book ", "description": "Books.\\r\\nWell.", "url": "https://EXAMPLE.com/Book",
    "input_schema": {{{{"type": "object", "description": " x "}}}}, "speak_on_send": True,
    "speak_on_receive": False}}}})
agent = Agent("agent", name=" Ann ", prompt={{{{"content": " x "}}}}, voice={VOICE.replace("{", "{{").replace("}", "}}")},
              actions=[{{{{"type": "action_transfer_call", "config": {{{{"phone_number": "14155550100"}}}}}}}}],
              llm_temperature=0.1234567)
number = PhoneNumber("number", label=" {{label}} ", example_context={{{{"who": " me "}}}}, inbound_agent={{{{
    "prompt": hush(" {CREDENTIAL}-inline "), "voice": {VOICE.replace("{", "{{").replace("}", "}}")}, "name": "{"long " * 20}",
    "webhook": {{{{"url": "https://EXAMPLE.com", "subscriptions": ["event_message"]}}}}}}}})
pulumi.export("ids", {{{{"webhook": webhook.id, "prompt": prompt.id, "number": number.number, "agent": number.agent_id}}}})
"""


def updates(sandbox: Sandbox) -> list[tuple[str, Any]]:
    return [
        (one["path"].split("?")[0], one["body"])
        for one in sandbox.requests()
        if one["method"] == "POST"
    ]


@pytest.mark.usefixtures("tidying")
def test_a_form_of_its_own_is_no_difference(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(PROGRAM.format(content="Hi.", label="one"))
    printed = stack.up()
    assert printed.count("\n    warning: Vocode answers with another value") == 1, printed
    assert "inbound_agent.name" in printed
    assert [path for path, _ in updates(sandbox) if path.endswith("/update")] == [
        "/v1/numbers/update"
    ]
    assert stack.nothing_to_do()
    sandbox.clear_requests()
    stack.up()
    assert updates(sandbox) == []
    assert "unchanged" in stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()
    stack.program(PROGRAM.format(content="Bye.", label="two"))
    stack.up()
    assert dict(updates(sandbox)) == {
        "/v1/prompts/update": {"content": "Bye.\nBe kind."},
        "/v1/numbers/update": {"label": "two"},
    }
    assert len(updates(sandbox)) == 2
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()


@pytest.mark.usefixtures("tidying")
def test_any_other_answer_is_drift(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(PROGRAM.format(content="Hi.", label="one"))
    stack.up()
    ids = stack.outputs()["ids"]
    by_hand = sandbox.call("GET", "/v1/webhooks", id=ids["webhook"])["url"] + "x"
    sandbox.call("POST", "/v1/webhooks/update", {"url": by_hand}, id=ids["webhook"])
    agent = sandbox.call("GET", "/v1/agents", id=ids["agent"])
    sandbox.call(
        "POST", "/v1/prompts/update", {"content": f"{CREDENTIAL}"}, id=agent["prompt"]["id"]
    )
    stack.refresh()
    shown = stack.preview()
    assert f'url: "{by_hand}" => "HTTPS://EXAMPLE.com"' in " ".join(shown.split())
    assert shown.count("~ url") == 1
    assert "2 to update" in shown
    sandbox.clear_requests()
    stack.up()
    assert {path for path, _ in updates(sandbox)} == {"/v1/webhooks/update", "/v1/prompts/update"}
    assert sandbox.call("GET", "/v1/webhooks", id=ids["webhook"])["url"] == "https://example.com/"
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()


def test_a_request_that_changed_nothing_leaves_a_difference(
    stack: Stack, sandbox: Sandbox, tidying: Tidying
) -> None:
    stack.program(PROGRAM.format(content="Hi.", label="one"))
    stack.up()
    tidying["normal"] = lambda body: {}
    stack.program(PROGRAM.format(content="Bye.", label="two"))
    stack.up()
    tidying["normal"] = normal
    assert "2 to update" in stack.preview()
    stack.up()
    assert stack.nothing_to_do()


def test_a_state_that_had_the_difference_before_settles(
    stack: Stack, sandbox: Sandbox, tidying: Tidying
) -> None:
    program = 'Webhook("webhook", url="https://EXAMPLE.com", subscriptions=["event_message"])'
    stack.program(program)
    stack.up()
    state = json.loads(stack.exported())
    (kept,) = [one for one in state["deployment"]["resources"] if "Webhook" in one["type"]]
    assert kept["outputs"]["__record"].pop("answered") == {"url": "https://example.com/"}
    kept["outputs"]["url"] = "https://example.com/"
    stack.set_back(json.dumps(state))
    assert "1 to update" in stack.preview()
    stack.up()
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")


LISTS = """
def field(name): return {{"field_type": "field_type_email", "label": f" {{name}} " + "long " * 20, "name": name}}
def external(name): return {{"type": "action_external", "config": {{"name": f" {{name}} ", "description": "long " * 20,
    "url": "https://EXAMPLE.com", "input_schema": {{}}, "speak_on_send": True, "speak_on_receive": False}}}}
Prompt("prompt", content="x", collect_fields=[field(name) for name in {names!r}])
agent = Agent("agent", prompt="x", voice={{"type": "voice_azure", "voice_name": "x"}},
              actions=[external(name) for name in {names!r}])
pulumi.export("id", agent.id)
"""


@pytest.mark.usefixtures("tidying")
def test_a_form_of_its_own_in_a_list_that_changes(stack: Stack, sandbox: Sandbox) -> None:
    for names in ("a", "ab", "cab", "bc", "cdb"):
        stack.program(LISTS.format(names=names))
        stack.up()
        stack.refresh("--expect-no-changes")
        assert stack.nothing_to_do()
    # A person's change in a list that changes is no form of the declared value.
    actions = sandbox.call("GET", "/v1/agents", id=stack.outputs()["id"])["actions"]
    by_hand = {**actions[0]["config"], "description": "by hand"}
    sandbox.call(
        "POST",
        "/v1/actions/update",
        {"type": "action_external", "config": by_hand},
        id=actions[0]["id"],
    )
    stack.program(LISTS.format(names="ecdb"))
    stack.up()
    stack.refresh()
    assert stack.preview().count("~ description") == 1
    stack.up()
    stack.refresh("--expect-no-changes")


EMPTY = """
fields = [{{"field_type": "field_type_email", "label": "e", "name": "e", "description": ""}}]
Prompt("prompt", content="{content}", collect_fields=fields)
agent = {{"prompt": {{"content": "x", "collect_fields": fields}}, "name": "", "initial_message": "",
         "voice": {{"type": "voice_azure", "voice_name": "{content}"}}}}
Agent("agent", **agent)
PhoneNumber("number", inbound_agent=agent)
"""


def test_null_in_place_of_an_empty_text_is_no_difference(
    stack: Stack, sandbox: Sandbox, tidying: Tidying
) -> None:
    tidying["normal"] = with_null
    for content in ("one", "two"):
        stack.program(EMPTY.format(content=content))
        stack.up()
        assert stack.nothing_to_do()
        stack.refresh("--expect-no-changes")
    assert sorted({path for path, _ in updates(sandbox) if path.endswith("update")}) == [
        "/v1/prompts/update",
        "/v1/voices/update",
    ]


def test_a_plus_before_a_number_of_a_steering_pool_is_no_difference(
    stack: Stack, sandbox: Sandbox, tidying: Tidying
) -> None:
    def with_plus(body: Any) -> Any:
        pool = {name: f"+{body[name]}" for name in {"phone_number"} & body.keys()}
        pools = {name: [f"+{one}" for one in body[name]] for name in {"steering_pool"} & {*body}}
        return {**body, **pool, **pools}

    tidying["normal"] = with_plus
    declared = """
        hush = pulumi.Output.secret("hush-hush")
        a = AccountConnection("a", type="account_connection_twilio", steering_pool={pool},
            credentials={{"twilio_account_sid": hush, "twilio_auth_token": hush}})
        pulumi.export("id", a.id)
    """
    first, second, third = "14155550100", "14155550101", "14155550102"
    for pool in ([first, second], [second, third]):
        stack.program(declared.format(pool=pool))
        stack.up()
        assert stack.nothing_to_do()
        stack.refresh("--expect-no-changes")
    assert [path.rsplit("/", 1)[-1] for path, _ in updates(sandbox)] == [
        *("create", "add_to_steering_pool", "remove_from_steering_pool")
    ]
    connection = sandbox.call("GET", "/v1/account_connections", id=stack.outputs()["id"])
    assert connection["steering_pool"] == [f"+{second}", f"+{third}"]


def test_a_label_that_is_stored_as_null_is_no_difference(stack: Stack, sandbox: Sandbox) -> None:
    for path in ("/v1/numbers", "/v1/numbers/update", "/v1/numbers/buy"):
        sandbox.fault(path=path, patch={"label": None}, times=100)
    stack.program('PhoneNumber("n", label="")')
    stack.up()
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")
    stack.program('PhoneNumber("n", label="", outbound_only=True)')
    stack.up()
    assert stack.nothing_to_do()

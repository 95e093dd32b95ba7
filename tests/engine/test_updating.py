# SPDX-License-Identifier: Apache-2.0
"""An update sends what the program changed. What a person changed at Vocode stays until a refresh."""

from typing import Any

import pytest

from tests.engine.harness import Stack, bodies
from vocode_pulumi.sandbox import Sandbox

IGNORE = "opts=pulumi.ResourceOptions(ignore_changes={ignored})"
KINDS: dict[str, tuple[str, str, dict[str, Any], str, dict[str, Any]]] = {
    # The collection, the program, what a person changes, what the program ignores, what is sent.
    "prompt": (
        "prompts",
        'Prompt("p", content="declared", context_endpoint="https://{change}.example.com", {opts})',
        {"content": "by hand"},
        "content",
        {"context_endpoint": "https://2.example.com"},
    ),
    "webhook": (
        "webhooks",
        'Webhook("p", url="https://example.com", subscriptions=["event_message"], '
        'method=["GET", "POST"][{change} - 1], {opts})',
        {"url": "https://by-hand.example.com"},
        "url",
        {"method": "POST"},
    ),
    "voice": (
        "voices",
        'Voice("p", type="voice_azure", voice_name="declared", pitch={change}, {opts})',
        {"type": "voice_azure", "voice_name": "by hand"},
        "voice_name",
        {"type": "voice_azure", "pitch": 2},
    ),
    "agent": (
        "agents",
        'Agent("p", prompt="x", voice={{"type": "voice_azure", "voice_name": "x"}}, name="declared", '
        'initial_message="{change}", {opts})',
        {"name": "by hand"},
        "name",
        {"initial_message": "2"},
    ),
}


@pytest.mark.parametrize("ignored", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_an_update_leaves_what_a_person_changed(
    stack: Stack, sandbox: Sandbox, kind: str, ignored: bool
) -> None:
    collection, program, by_hand, name, sent = KINDS[kind]
    opts = IGNORE.format(ignored=[name]) if ignored else ""
    stack.program(f'pulumi.export("id", {program.format(change=1, opts=opts)}.id)')
    stack.up()
    id_ = stack.outputs()["id"]
    sandbox.call("POST", f"/v1/{collection}/update", by_hand, id=id_)
    sandbox.clear_requests()
    stack.program(f'pulumi.export("id", {program.format(change=2, opts=opts)}.id)')
    stack.up()
    assert bodies(sandbox, f"/v1/{collection}/update") == [sent]
    assert sandbox.call("GET", f"/v1/{collection}", id=id_)[name] == by_hand[name]
    assert stack.nothing_to_do()
    # A refresh shows it, and the next `up` puts it back, unless the program ignores it.
    stack.refresh()
    if ignored:
        assert stack.nothing_to_do()
    else:
        stack.up()
        assert sandbox.call("GET", f"/v1/{collection}", id=id_)[name] != by_hand[name]


INLINE = """
number = PhoneNumber("a", inbound_agent={{
    "prompt": {{"content": "declared", "context_endpoint": "https://{change}.example.com"}},
    "voice": {{"type": "voice_azure", "voice_name": "declared"}}, "name": "declared",
    "actions": [{{"type": "action_end_conversation"}}, {{"type": "action_dtmf"}}][:{actions}],
    "webhook": {{"url": "https://example.com", "subscriptions": ["event_message", "event_action"][:{events}]}},
}}, {opts})
pulumi.export("agent", number.agent_id)
"""


def test_an_update_of_an_inline_agent_leaves_what_a_person_changed_in_it(
    stack: Stack, sandbox: Sandbox
) -> None:
    paths = ["inbound_agent.prompt.content", "inbound_agent.name"]
    opts = IGNORE.format(ignored=paths)
    stack.program(INLINE.format(change=1, actions=1, events=1, opts=opts))
    stack.up()
    agent_id = stack.outputs()["agent"]
    agent = sandbox.call("GET", "/v1/agents", id=agent_id)
    sandbox.call("POST", "/v1/prompts/update", {"content": "by hand"}, id=agent["prompt"]["id"])
    by_hand = sandbox.call("POST", "/v1/actions/create", {"type": "action_dtmf"})["id"]
    own = [action["id"] for action in agent["actions"]]
    sandbox.call(
        "POST", "/v1/agents/update", {"name": "by hand", "actions": [*own, by_hand]}, id=agent_id
    )
    sandbox.call(
        "POST",
        "/v1/webhooks/update",
        {"subscriptions": ["event_message", "event_transcript"]},
        id=agent["webhook"]["id"],
    )
    sandbox.clear_requests()
    stack.program(INLINE.format(change=2, actions=1, events=1, opts=opts))
    stack.up()
    assert bodies(sandbox, "/v1/prompts/update") == [{"context_endpoint": "https://2.example.com"}]
    for path in ("agents", "webhooks", "voices", "actions"):
        assert bodies(sandbox, f"/v1/{path}/update") == []
    assert stack.nothing_to_do()
    # The program adds one of its own to each list.
    stack.program(INLINE.format(change=2, actions=2, events=2, opts=opts))
    stack.up()
    agent = sandbox.call("GET", "/v1/agents", id=agent_id)
    assert agent["name"] == "by hand"
    found = [action["id"] for action in agent["actions"]]
    assert {*own, by_hand} < {*found}
    assert len(found) == 3
    assert stack.nothing_to_do()
    assert {*agent["webhook"]["subscriptions"]} == {
        "event_message",
        "event_action",
        "event_transcript",
    }
    stack.program(INLINE.format(change=2, actions=1, events=1, opts=opts))
    stack.up()
    agent = sandbox.call("GET", "/v1/agents", id=agent_id)
    assert {action["id"] for action in agent["actions"]} == {*own, by_hand}
    assert {*agent["webhook"]["subscriptions"]} == {"event_message", "event_transcript"}


def test_an_action_that_a_person_removed_is_not_added_again_by_another_change(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(INLINE.format(change=1, actions=2, events=1, opts=""))
    stack.up()
    agent_id = stack.outputs()["agent"]
    agent = sandbox.call("GET", "/v1/agents", id=agent_id)
    kept = agent["actions"][1]["id"]
    sandbox.call("POST", "/v1/agents/update", {"actions": [kept]}, id=agent_id)
    stack.program(INLINE.format(change=2, actions=2, events=1, opts=""))
    stack.up()
    agent = sandbox.call("GET", "/v1/agents", id=agent_id)
    assert [action["id"] for action in agent["actions"]] == [kept]
    stack.refresh()
    stack.up()
    assert len(sandbox.call("GET", "/v1/agents", id=agent_id)["actions"]) == 2
    assert stack.nothing_to_do()


ACTION = """
config = {{"name": "book", "description": "{description}", "url": "https://declared.example.com",
          "input_schema": {{"type": "object", "title": "{title}"}}, "speak_on_send": True,
          "speak_on_receive": False, "signature_secret": pulumi.Output.secret("hush-hush-secret")}}
action = Action("a", type="action_external", config=config, {opts})
pulumi.export("id", action.id)
"""


@pytest.mark.parametrize("ignored", [True, False])
def test_an_update_of_a_config_leaves_what_a_person_changed_in_it(
    stack: Stack, sandbox: Sandbox, ignored: bool
) -> None:
    opts = IGNORE.format(ignored=["config.url"]) if ignored else ""
    stack.program(ACTION.format(description="one", title="one", opts=opts))
    stack.up()
    id_ = stack.outputs()["id"]
    live = sandbox.call("GET", "/v1/actions", id=id_)["config"]
    by_hand = {**live, "url": "https://by-hand.example.com", "speak_on_send": False}
    sandbox.call(
        "POST", "/v1/actions/update", {"type": "action_external", "config": by_hand}, id=id_
    )
    stack.program(ACTION.format(description="two", title="one", opts=opts))
    stack.up()
    there = {**by_hand, "description": "two"}
    assert sandbox.call("GET", "/v1/actions", id=id_)["config"] == there
    assert stack.nothing_to_do()
    stack.program(ACTION.format(description="two", title="two", opts=opts))
    stack.up()
    there["input_schema"] = {"type": "object", "title": "two"}
    assert sandbox.call("GET", "/v1/actions", id=id_)["config"] == there
    # A refresh shows it.
    stack.refresh()
    stack.up()
    there["speak_on_send"] = True
    if not ignored:
        there["url"] = "https://declared.example.com"
    assert sandbox.call("GET", "/v1/actions", id=id_)["config"] == there
    assert stack.nothing_to_do()


MAPS = """
number = PhoneNumber("n", example_context={example}, label="{label}")
agent = Agent("a", prompt="x", voice={{"type": "voice_play_ht", "voice_id": "x", "api_key": KEY}},
              actions=[{{"type": "action_dtmf"}}, ACTION][:{actions}], deepgram_keywords={words},
              name="{label}")
pulumi.export("ids", [number.number, agent.id])
"""
KEYED = """
KEY = pulumi.Output.secret("hush-hush-key")
ACTION = {"type": "action_external", "config": {"name": "book", "description": "x", "url": "https://example.com",
    "input_schema": {}, "speak_on_send": True, "speak_on_receive": False, "signature_secret": KEY}}
"""


def test_an_update_of_a_map_leaves_what_a_person_changed_in_it(
    stack: Stack, sandbox: Sandbox
) -> None:
    def declare(example: dict[str, str], words: dict[str, float], label: str) -> None:
        stack.program(KEYED + MAPS.format(example=example, words=words, label=label, actions=2))
        stack.up()

    declare({"a": "1", "b": "1", "c": "1"}, {"a": 1, "b": 1, "c": 1}, "one")
    number, agent = stack.outputs()["ids"]
    by_hand: dict[str, Any] = {"a": "hand", "b": "1", "d": "hand"}
    sandbox.call("POST", "/v1/numbers/update", {"example_context": by_hand}, phone_number=number)
    sandbox.call(
        "POST", "/v1/agents/update", {"deepgram_keywords": {"a": 9, "b": 1, "d": 9}}, id=agent
    )
    declare({"a": "1", "b": "2", "c": "1"}, {"a": 1, "b": 2, "c": 1}, "one")
    live = sandbox.call("GET", "/v1/numbers", phone_number=number)
    assert live["example_context"] == {"a": "hand", "b": "2", "d": "hand"}
    words = sandbox.call("GET", "/v1/agents", id=agent)["deepgram_keywords"]
    assert words == {"a": 9, "b": 2, "d": 9}
    assert stack.nothing_to_do()
    declare({"b": "2", "c": "1"}, {"b": 2, "c": 1}, "one")
    live = sandbox.call("GET", "/v1/numbers", phone_number=number)
    assert live["example_context"] == {"b": "2", "d": "hand"}
    assert stack.nothing_to_do()
    stack.refresh()
    stack.up()
    live = sandbox.call("GET", "/v1/numbers", phone_number=number)
    assert live["example_context"] == {"b": "2", "c": "1"}
    assert sandbox.call("GET", "/v1/agents", id=agent)["deepgram_keywords"] == {"b": 2, "c": 1}
    assert stack.nothing_to_do()


ACTIONS = """
def external(name):
    return {{"type": "action_external", "config": {{"name": name, "description": "x", "url": "https://example.com",
             "input_schema": {{}}, "speak_on_send": True, "speak_on_receive": False}}}}
dtmf = {{"type": "action_dtmf"}}
agent = Agent("a", prompt="x", voice={{"type": "voice_azure", "voice_name": "x"}}, actions={actions})
pulumi.export("id", agent.id)
"""


def test_a_change_of_one_action_leaves_what_a_person_changed_in_the_others(
    stack: Stack, sandbox: Sandbox
) -> None:
    def declare(actions: str) -> list[dict[str, Any]]:
        stack.program(ACTIONS.format(actions=actions))
        sandbox.clear_requests()
        stack.up()
        assert stack.nothing_to_do()
        found: list[dict[str, Any]] = sandbox.call("GET", "/v1/agents", id=stack.outputs()["id"])[
            "actions"
        ]
        return found

    for action in declare("[external('a'), external('b')]"):
        config = {**action["config"], "url": "https://by-hand.example.com"}
        by_hand = {"type": "action_external", "config": config}
        sandbox.call("POST", "/v1/actions/update", by_hand, id=action["id"])
    first, second = declare("[external('a'), external('c')]")
    assert len(bodies(sandbox, "/v1/actions/update")) == 1
    assert [first["config"]["name"], second["config"]["name"]] == ["a", "c"]
    assert declare("[external('c'), external('a')]") == [second, first]
    assert bodies(sandbox, "/v1/actions/update") == []
    assert first["config"]["url"] == second["config"]["url"] == "https://by-hand.example.com"
    # A refresh stores the list as a person ordered it.
    id_ = stack.outputs()["id"]
    by_hand = {"actions": [first["id"], second["id"]]}
    sandbox.call("POST", "/v1/agents/update", by_hand, id=id_)
    stack.refresh()
    stack.up()
    agent = sandbox.call("GET", "/v1/agents", id=id_)
    second, first = agent["actions"]
    assert [first["config"]["url"], second["config"]["url"]] == ["https://example.com"] * 2
    assert [first["config"]["name"], second["config"]["name"]] == ["a", "c"]
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")
    assert declare("[dtmf, external('a')]")[1] == first
    assert bodies(sandbox, "/v1/actions/update") == []


def test_a_list_can_have_equal_actions_and_ids_in_capital_letters(
    stack: Stack, sandbox: Sandbox
) -> None:
    def ids(actions: list[Any]) -> list[str]:
        stack.program(ACTIONS.format(actions=actions))
        stack.up()
        stack.refresh("--expect-no-changes")
        assert stack.nothing_to_do()
        agent = sandbox.call("GET", "/v1/agents", id=stack.outputs()["id"])
        return [action["id"] for action in agent["actions"]]

    dtmf = {"type": "action_dtmf"}
    given = sandbox.call("POST", "/v1/actions/create", dtmf)["id"]
    first, own = ids([given.upper(), dtmf])
    assert first == given
    *before, added = ids([given.upper(), dtmf, dtmf])
    assert before == [given, own]
    assert added not in before
    assert ids([dtmf, dtmf]) == [own, added]


@pytest.mark.parametrize("refreshes", [False, True])
def test_an_action_that_was_created_before_an_update_failed_is_not_created_again(
    stack: Stack, sandbox: Sandbox, refreshes: bool
) -> None:
    stack.program(INLINE.format(change=1, actions=1, events=1, opts=""))
    stack.up()
    agent_id = stack.outputs()["agent"]
    sandbox.fault(path="/v1/agents/update", status=500, work=True, times=100)
    stack.program(INLINE.format(change=1, actions=2, events=1, opts=""))
    printed = stack.up(code=1)
    assert "POST /v1/agents/update" in printed
    assert "Traceback" not in printed
    sandbox.clear_faults()
    assert "1 to update" in stack.preview()
    if refreshes:
        stack.refresh()
    stack.up()
    assert len(sandbox.call("GET", "/v1/agents", id=agent_id)["actions"]) == 2
    assert len(bodies(sandbox, "/v1/actions/create")) == 1
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()

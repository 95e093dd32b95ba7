# SPDX-License-Identifier: Apache-2.0
"""What a resource remembers of Vocode's answers, and what an update sends, over the provider in this process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.kept import Inputs, KeptResource
from tests.support.receiver import Received, receiver
from vocode_pulumi.errors import InterruptedUpdate
from vocode_pulumi.sandbox import Sandbox

BIG = 2**53 + 1
VOICE = {"type": "voice_azure", "voice_name": "x"}
DTMF, END = {"type": "action_dtmf"}, {"type": "action_end_conversation"}


class Server:
    """A server between the provider and the sandbox, which changes what it is sent and what it answers."""

    def __init__(self, account: Sandbox, url: str) -> None:
        self.account, self.url = account, url
        self.stores: Callable[[Any], Any] = lambda body: body
        self.answers: Callable[[Any], Any] = lambda answer: answer
        self.breaks: tuple[str, bool] | None = None
        """A path that answers 500, and whether it does what it is asked before."""

    def respond(self, received: Received) -> tuple[int, Any]:
        is_broken = self.breaks is not None and self.breaks[0] == received.path
        body = self.stores(received.body) if received.raw else None
        if is_broken and self.breaks is not None and not self.breaks[1]:
            return 500, {}
        answer = self.account.call(received.method, received.path, body, **received.query)
        return (500, {}) if is_broken else (200, self.answers(answer))

    def resource(self, kind: str) -> KeptResource:
        return KeptResource(kind, self.url, self.account.api_key)


@pytest.fixture
def server(account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("VOCODE_LEDGER", str(tmp_path / "ledger.sqlite"))
    monkeypatch.setenv("VOCODE_SETTLE_SECONDS", "0")
    with receiver() as between:
        made = Server(account, between.url)
        between.respond = made.respond
        yield made


def is_settled(resource: KeptResource, declared: Inputs) -> bool:
    """Whether neither a preview nor a refresh shows a change."""
    return not (resource.differs(declared) or resource.refresh() or resource.differs(declared))


def external(schema: Inputs) -> Inputs:
    config = {"name": "book", "description": "x", "url": "https://example.com/"}
    spoken = {"speak_on_send": True, "speak_on_receive": False}
    return {
        "type": "action_external",
        "config": {**config, **spoken, "input_schema": schema},
    }


def schema_of(account: Sandbox, action: KeptResource) -> Inputs:
    found: Inputs = account.call("GET", "/v1/actions", id=action.id)["config"]["input_schema"]
    return found


def change_schema(account: Sandbox, action: KeptResource, schema: Inputs) -> None:
    config = account.call("GET", "/v1/actions", id=action.id)["config"]
    body = {"type": "action_external", "config": {**config, "input_schema": schema}}
    account.call("POST", "/v1/actions/update", body, id=action.id)


def with_other_schema(body: Any) -> Any:
    """A body as a server stores it that changes JSON."""
    if "config" not in body:
        return body
    schema = {name: value for name, value in body["config"]["input_schema"].items() if name != "x"}
    if "required" in schema:
        schema["required"] = [*dict.fromkeys(schema["required"])]
    if "minimum" in schema:
        schema["minimum"] = str(schema["minimum"])
    return {**body, "config": {**body["config"], "input_schema": {**schema, "added": {"a": None}}}}


def with_type_alone(body: Any) -> Any:
    """A body of which a server ignores the rest."""
    return {"type": body["type"]}


def test_json_that_vocode_changes_is_no_difference(server: Server, account: Sandbox) -> None:
    server.stores = with_other_schema
    action = server.resource("Action")
    schema = {"type": "object", "x": 1, "required": ["a", "a"], "minimum": 1, "default": None}
    for required in (["a", "a"], ["a", "a", "b"]):
        declared = external({**schema, "required": required})
        action.up(declared)
        assert is_settled(action, declared)
    change_schema(account, action, {**schema_of(account, action), "type": "array"})
    assert action.refresh()
    assert action.inputs["config"]["input_schema"] == {
        **{"type": "array", "x": 1, "required": ["a", "a", "b"], "minimum": 1}
    }
    assert not action.refresh()
    assert action.differs(declared)
    action.up(declared)
    assert is_settled(action, declared)
    assert schema_of(account, action)["type"] == "object"


@pytest.mark.parametrize("other", [{"type": "array"}, {"default": None}, {"n": BIG + 1}])
def test_ignored_json_stays_a_difference(server: Server, account: Sandbox, other: Inputs) -> None:
    action = server.resource("Action")
    action.up(external({"n": BIG, "added": None}))
    server.stores = with_type_alone
    declared = external({"n": BIG, **other})
    for _ in range(2):
        action.up(declared)
        assert action.differs(declared)
    assert not action.refresh()
    assert action.differs(declared)
    server.stores = lambda body: body
    action.up(declared)
    assert schema_of(account, action) == {"n": BIG, **other}
    assert is_settled(action, declared)


@pytest.mark.parametrize(
    "by_hand", [{"n": BIG}, {"n": BIG, "a": None, "b": None}, {"n": BIG - 1, "a": None}]
)
def test_a_null_or_a_digit_that_a_person_changed_is_drift(
    server: Server, account: Sandbox, by_hand: Inputs
) -> None:
    declared = external({"n": BIG, "a": None})
    action = server.resource("Action")
    action.up(declared)
    assert is_settled(action, declared)
    change_schema(account, action, by_hand)
    assert not action.differs(declared)
    assert action.refresh()
    assert not action.refresh()
    assert action.differs(declared)
    assert not action.differs(external(by_hand))
    action.up(declared)
    assert schema_of(account, action) == {"n": BIG, "a": None}
    assert is_settled(action, declared)


def test_keys_that_vocode_adds_to_a_map_are_no_difference(server: Server, account: Sandbox) -> None:
    def with_key(body: Any) -> Any:
        words = body.get("deepgram_keywords")
        return body if words is None else {**body, "deepgram_keywords": {**words, "added": 7}}

    server.stores = with_key
    agent = server.resource("Agent")
    declared: Inputs = {"prompt": "x", "voice": VOICE, "deepgram_keywords": {"a": 1, "b": 2}}
    agent.up(declared)
    assert is_settled(agent, declared)
    by_hand = {"deepgram_keywords": {"a": 9, "b": 2, "added": 7, "hand": 1}}
    account.call("POST", "/v1/agents/update", by_hand, id=agent.id)
    declared["deepgram_keywords"] = {"a": 1, "b": 3, "c": 4}
    agent.up(declared)
    live = account.call("GET", "/v1/agents", id=agent.id)["deepgram_keywords"]
    assert live == {"a": 9, "b": 3, "c": 4, "added": 7, "hand": 1}
    assert not agent.differs(declared)
    assert agent.refresh()
    assert agent.inputs["deepgram_keywords"] == {"a": 9, "b": 3, "c": 4, "hand": 1}
    agent.up(declared)
    assert is_settled(agent, declared)


def as_texts(answer: Any) -> Any:
    """An answer in which numbers are texts."""
    if isinstance(answer, dict):
        return {name: as_texts(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [*map(as_texts, answer)]
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return str(answer) if is_number else answer


def test_numbers_that_vocode_answers_as_texts_are_no_difference(server: Server) -> None:
    server.answers = as_texts
    agent, action = server.resource("Agent"), server.resource("Action")
    for speed in (1.5, 2):
        words = {"a": 1, "b": speed}
        voice = {**VOICE, "pitch": speed * 2}
        declared: Inputs = {"prompt": "x", "voice": voice, "deepgram_keywords": words}
        declared |= {"conversation_speed": speed, "idle_time_seconds": 4}
        agent.up(declared)
        assert is_settled(agent, declared)
        schema = external({"n": speed, "items": [1, 2]})
        action.up(schema)
        assert is_settled(action, schema)


def with_nulls(answer: Any) -> Any:
    """An answer with null in place of empty texts."""
    if isinstance(answer, dict):
        return {name: with_nulls(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [*map(with_nulls, answer)]
    return None if answer == "" else answer


def test_null_in_place_of_an_empty_text_of_a_map_is_no_difference(server: Server) -> None:
    server.answers = with_nulls
    number = server.resource("PhoneNumber")
    for text in ("one", "two"):
        declared = {"example_context": {"a": "", "b": text}, "label": ""}
        number.up(declared)
        assert is_settled(number, declared)


def question(name: str, **more: str) -> Inputs:
    return {"field_type": "field_type_email", "label": f" {name} ", "name": name, **more}


def phrase(text: str) -> Inputs:
    return {"phrase": text, "conditions": ["phrase_condition_type_contains"]}


def trimmed(body: Any) -> Any:
    """A body as a server stores it that takes outer spaces away."""
    if isinstance(body, dict):
        return {name: trimmed(value) for name, value in body.items()}
    return (
        [*map(trimmed, body)]
        if isinstance(body, list)
        else body.strip()
        if isinstance(body, str)
        else body
    )


@pytest.mark.parametrize("is_inline", [False, True])
def test_a_change_of_one_question_leaves_what_a_person_changed_in_the_others(
    server: Server, account: Sandbox, is_inline: bool
) -> None:
    server.stores = trimmed

    def declare(*questions: Inputs) -> Inputs:
        prompt = {"content": "x", "collect_fields": [*questions]}
        return {"prompt": prompt, "voice": VOICE} if is_inline else prompt

    resource = server.resource("Agent" if is_inline else "Prompt")
    first = declare(question("a"), question("b"), question("c"))
    resource.up(first)
    assert is_settled(resource, first)
    prompt_id = resource.outs["owned"]["prompt"]["id"] if is_inline else resource.id

    def at_vocode() -> list[Inputs]:
        found: list[Inputs] = account.call("GET", "/v1/prompts", id=prompt_id)["collect_fields"]
        return found

    def labels() -> list[str]:
        return [one["label"] for one in at_vocode()]

    def by_hand(questions: list[Inputs]) -> None:
        account.call("POST", "/v1/prompts/update", {"collect_fields": questions}, id=prompt_id)

    changed, *others = at_vocode()
    by_hand([question("new"), {**changed, "label": "by hand"}, *others])
    declared = declare(question("a"), question("b"), question("c", description="d"))
    resource.up(declared)
    assert labels() == ["new", "by hand", "b", "c"]
    assert not resource.differs(declared)
    declared = declare(question("a"), question("x"), question("c", description="d"))
    resource.up(declared)
    assert labels() == ["new", "by hand", "x", "c"]
    declared = declare(question("c", description="d"), question("a"))
    resource.up(declared)
    assert labels() == ["new", "c", "by hand"]
    assert not resource.differs(declared)
    assert resource.refresh()
    assert not resource.refresh()
    resource.up(declared)
    assert labels() == ["c", "a"]
    assert [one.get("description") for one in at_vocode()] == ["d", None]
    assert is_settled(resource, declared)
    by_hand(at_vocode()[1:])
    declared = declare(question("c", description="d"), question("a"), question("z"))
    resource.up(declared)
    assert labels() == ["a", "z"]
    assert resource.refresh()
    resource.up(declared)
    assert labels() == ["c", "a", "z"]
    # What Vocode ignores stays a difference.
    server.stores = lambda body: {"content": "x"}
    for ignored in (question("q"), question("a", description="other")):
        declared = declare(question("c", description="d"), ignored, question("z"))
        resource.up(declared)
        assert resource.differs(declared)


def test_a_change_of_one_phrase_leaves_what_a_person_changed_in_the_others(
    server: Server, account: Sandbox
) -> None:
    action = server.resource("Action")

    def declare(*phrases: str) -> Inputs:
        config = {"phrase_triggers": [*map(phrase, phrases)]}
        trigger = {"type": "action_trigger_phrase_based", "config": config}
        return {**END, "action_trigger": trigger}

    action.up(declare("one", "two", "three"))
    config = {"phrase_triggers": [*map(phrase, ("one", "by hand", "three", "added"))]}
    trigger = {"type": "action_trigger_phrase_based", "config": config}
    account.call("POST", "/v1/actions/update", {**END, "action_trigger": trigger}, id=action.id)
    declared = declare("one", "two", "3")
    action.up(declared)
    live = account.call("GET", "/v1/actions", id=action.id)["action_trigger"]["config"]
    assert [one["phrase"] for one in live["phrase_triggers"]] == ["one", "by hand", "3", "added"]
    assert not action.differs(declared)
    assert action.refresh()
    action.up(declared)
    live = account.call("GET", "/v1/actions", id=action.id)["action_trigger"]["config"]
    assert live["phrase_triggers"] == [*map(phrase, ("one", "two", "3"))]


CUTS = [
    (kind, path, is_done)
    for kind, path in (
        *(("Agent", "/v1/agents/update"), ("PhoneNumber", "/v1/agents/update")),
        ("PhoneNumber", "/v1/numbers/update"),
    )
    for is_done in (False, True)
]


@pytest.mark.parametrize("refreshes", [False, True])
@pytest.mark.parametrize(("kind", "path", "is_done"), CUTS)
def test_what_an_update_created_before_it_failed_is_not_created_again(
    server: Server, account: Sandbox, kind: str, path: str, is_done: bool, refreshes: bool
) -> None:
    def declare(name: str, *actions: Inputs) -> Inputs:
        agent = {"prompt": "x", "voice": VOICE, "actions": [*actions]}
        if kind == "Agent":
            return {**agent, "name": name}
        return {"inbound_agent": agent, "label": name}

    def listed(what: str) -> list[Inputs]:
        found: list[Inputs] = account.call("GET", f"/v1/{what}/list", page=1, size=50)["items"]
        return found

    resource = server.resource(kind)
    resource.up(declare("one", END))
    (agent,) = listed("agents")
    by_hand = account.call("POST", "/v1/actions/create", DTMF)["id"]
    (own,) = [action for action in listed("actions") if action["id"] != by_hand]
    actions = {"actions": [own["id"], by_hand]}
    account.call("POST", "/v1/agents/update", actions, id=agent["id"])
    declared = declare("two", END, DTMF, DTMF)
    server.breaks = (path, is_done)
    with pytest.raises(InterruptedUpdate):
        resource.up(declared)
    server.breaks = None
    made = {action["id"] for action in listed("actions")}
    assert len(made) == 4
    assert resource.differs(declared)
    if refreshes:
        resource.refresh()
        assert resource.differs(declared)
    resource.up(declared)
    assert {action["id"] for action in listed("actions")} == made
    live = account.call("GET", "/v1/agents", id=agent["id"])["actions"]
    # Without a refresh, what a person added stays.
    attached = [action["id"] for action in live]
    assert sorted(attached) == sorted(made - ({by_hand} if refreshes else set()))
    assert not resource.differs(declared)
    assert json.dumps(resource.outs).count("interrupted") == 0

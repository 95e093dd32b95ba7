# SPDX-License-Identifier: Apache-2.0
"""What a change sends, and to what."""

from typing import Any

from tests.engine.harness import Stack, bodies, connection, writes
from vocode_pulumi.sandbox import Sandbox

VOICE = {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"}
INLINE: dict[str, Any] = {
    "prompt": {"content": "one"},
    "voice": VOICE,
    "actions": [{"type": "action_transfer_call", "config": {"phone_number": "14155550100"}}],
    "webhook": {"url": "https://one.example.com", "subscriptions": ["event_transcript"]},
}


def declare(stack: Stack, **inputs: Any) -> None:
    stack.program(f"""
        number = PhoneNumber("main", **{inputs!r})
        pulumi.export("agent", number.agent)
        pulumi.export("webhook", number.webhook)
    """)


def changed(stack: Stack, sandbox: Sandbox, **inputs: Any) -> list[tuple[str, Any]]:
    """Apply other inputs; gives what was written."""
    declare(stack, **inputs)
    sandbox.clear_requests()
    stack.up()
    assert stack.nothing_to_do()
    return [
        (one["path"].split("?")[0], one["body"])
        for one in sandbox.requests()
        if one["method"] == "POST"
    ]


UPDATE = "/v1/numbers/update"
PINECONE = {"type": "vector_database_pinecone"}
DATABASE = {**PINECONE, "index": "a", "api_key": "in-clear", "api_environment": "e"}
MADE = "made"
"""Whose a call is that makes something."""

Inputs = dict[str, Any]
Written = tuple[str, str, Any]


def values(tree: Any) -> set[str]:
    """All texts in it."""
    if isinstance(tree, dict | list):
        items = tree.values() if isinstance(tree, dict) else tree
        return {text for item in items for text in values(item)}
    return {tree} if isinstance(tree, str) else set()


def changed_at_once(stack: Stack, sandbox: Sandbox, numbers: dict[str, Inputs]) -> list[Written]:
    """Apply inputs of several numbers; gives what was written, with the number that it is of."""
    lines = [f"{name} = PhoneNumber({name!r}, **{given!r})" for name, given in numbers.items()]
    lines += [f"pulumi.export({name!r}, {name}.agent)" for name in numbers]
    before = owners(stack)
    stack.program("\n".join(lines))
    sandbox.clear_requests()
    stack.up()
    assert stack.nothing_to_do()
    of = before | owners(stack)
    posted = [one for one in sandbox.requests() if one["method"] == "POST"]
    calls = [(*one["path"].partition("?"), one["body"]) for one in posted]
    return [
        (of[query.partition("=")[2]] if query else MADE, path, body)
        for path, _, query, body in calls
    ]


def owners(stack: Stack) -> dict[str, str]:
    """The number that each id and each number is of, by its name."""
    return {
        text: one["urn"].rsplit("::", 1)[-1]
        for one in stack.resources()
        for text in values([one["id"], one["outputs"]])
    }


def inline(**change: Any) -> Inputs:
    return {"inbound_agent": {**INLINE, **change}}


def transfer_to(number: str) -> Inputs:
    return {"type": "action_transfer_call", "config": {"phone_number": number}}


def test_every_input_changes_in_place_where_it_is_owned_and_nowhere_else(
    stack: Stack, sandbox: Sandbox
) -> None:
    one, two = (sandbox.call("POST", "/v1/agents/create", INLINE)["id"] for _ in range(2))
    webhook = {**INLINE["webhook"], "url": "https://two.example.com"}
    owned = {
        "prompt": {"content": "two"},
        "voice": {**VOICE, "rate": 30},
        "initial_message": "Hi",
        "webhook": webhook,
        "actions": [transfer_to("14155550111")],
    }
    parts = [*owned]
    writes_of_parts: list[list[tuple[str, Any]]] = [
        [],
        [("/v1/prompts/update", {"content": "two"})],
        [("/v1/voices/update", {"type": "voice_azure", "rate": 30})],
        [("/v1/agents/update", {"initial_message": "Hi"})],
        [("/v1/webhooks/update", {"url": "https://two.example.com"})],
        [("/v1/actions/update", transfer_to("14155550111"))],
    ]
    simple = {"label": "b", "outbound_only": True, "example_context": {"k": "w"}}
    another = {
        "voice": {"type": "voice_vocode", "voice_id": "joe"},
        "actions": [{"type": "action_dtmf"}],
    }
    base = {**DATABASE, "index": "b"}
    # For each number its inputs, one after another, and what each writes to it.
    steps: dict[str, list[tuple[Inputs, list[tuple[str, Any]]]]] = {
        "simple": [
            ({"label": "a", "outbound_only": False, "example_context": {"k": "v"}}, []),
            (
                {"label": "b", "outbound_only": False, "example_context": {"k": "v"}},
                [(UPDATE, {"label": "b"})],
            ),
            (simple, [(UPDATE, {"outbound_only": True, "example_context": {"k": "w"}})]),
            ({}, [(UPDATE, {"label": "", "outbound_only": False, "example_context": None})]),
        ],
        "forms": [
            ({"inbound_agent": "default"}, []),
            ({"inbound_agent": one}, [(UPDATE, {"inbound_agent": one})]),
            ({"inbound_agent": two}, [(UPDATE, {"inbound_agent": two})]),
            (inline(), [(UPDATE, {"inbound_agent": MADE})]),
            ({"inbound_agent": "none"}, [(UPDATE, {"inbound_agent": None})]),
            (inline(), [(UPDATE, {"inbound_agent": MADE})]),
            ({"inbound_agent": one}, [(UPDATE, {"inbound_agent": one})]),
            ({}, [(UPDATE, {"inbound_agent": None})]),
        ],
        "fields": [
            (inline(**{part: owned[part] for part in parts[:at]}), written)
            for at, written in enumerate(writes_of_parts)
        ],
        "types": [(inline(), []), (inline(**another), [("/v1/agents/update", MADE)])],
        "database": [
            (inline(vector_database=DATABASE), []),
            (
                inline(vector_database=base),
                [("/v1/vector_databases/update", {**PINECONE, "index": "b"})],
            ),
            (
                inline(vector_database=base, llm_temperature=0.5),
                [(UPDATE, {"inbound_agent": MADE})],
            ),
        ],
    }
    made = {
        1: ["/v1/actions/create", "/v1/voices/create"],  # of another type
        2: ["/v1/agents/create"],  # with a temperature
        3: ["/v1/agents/create"],  # inline
        5: ["/v1/agents/create"],  # inline again
    }
    agents: list[dict[str, Any]] = []
    held: dict[str, str] = {}
    for at in range(max(map(len, steps.values()))):
        numbers = {name: wanted[min(at, len(wanted) - 1)][0] for name, wanted in steps.items()}
        written = changed_at_once(stack, sandbox, numbers)
        agents.append(stack.outputs())
        if at == 0:
            held = stack.held()
            continue
        assert stack.held() == held
        creates = [path for name, path, _ in written if name == MADE]
        assert sorted(creates) == made.get(at, [])
        for name, wanted in steps.items():
            expected = wanted[at][1] if at < len(wanted) else []
            found = [(path, body) for whose, path, body in written if whose == name]
            assert [path for path, _ in found] == [path for path, _ in expected], (name, at)
            for (path, body), (_, asked) in zip(found, expected, strict=True):
                if asked == MADE:
                    assert body.keys() == {"voice", "actions"}
                elif asked == {"inbound_agent": MADE}:
                    assert body == {"inbound_agent": agents[at][name]["id"]}
                    assert body["inbound_agent"] not in (one, two)
                    # What it refers to is there before it.
                    *_, newest = (i for i, call in enumerate(written) if call[0] == MADE)
                    assert written.index((name, path, body)) > newest
                else:
                    assert body == asked, (name, at)
    first, last = agents[0], agents[-1]
    assert last["fields"]["id"] == first["fields"]["id"]
    assert last["fields"]["voice"]["id"] == first["fields"]["voice"]["id"]
    assert last["fields"]["actions"] == first["fields"]["actions"]
    assert last["types"]["id"] == first["types"]["id"]
    assert last["types"]["voice"]["id"] != first["types"]["voice"]["id"]
    assert last["types"]["actions"][0]["id"] != first["types"]["actions"][0]["id"]
    assert agents[1]["database"]["id"] == first["database"]["id"] != last["database"]["id"]
    hot = sandbox.call("GET", "/v1/agents", id=last["database"]["id"])
    assert hot["llm_temperature"] == 0.5
    for agent in (one, two):
        assert sandbox.call("GET", "/v1/agents", id=agent)["prompt"]["content"] == "one"


def test_what_was_never_given_is_left_as_it_is(stack: Stack, sandbox: Sandbox) -> None:
    declare(stack, label="a")
    stack.up()
    (number,) = stack.ids()
    agent = sandbox.call("POST", "/v1/agents/create", INLINE)["id"]
    by_hand = {"outbound_only": True, "inbound_agent": agent}
    sandbox.call("POST", "/v1/numbers/update", by_hand, phone_number=number)
    stack.refresh()
    assert stack.nothing_to_do()
    assert changed(stack, sandbox, label="b") == [("/v1/numbers/update", {"label": "b"})]


def test_a_change_to_default_is_refused_in_preview(stack: Stack, sandbox: Sandbox) -> None:
    declare(stack, inbound_agent="none", area_code="212")
    stack.up()
    declare(stack, inbound_agent="default", area_code="212")
    assert "takes that word only when a number is bought" in stack.preview(code=1)
    declare(stack, inbound_agent="default", area_code="415")
    stack.up()
    assert stack.outputs()["agent"]["id"]


def test_no_change_to_one_number_writes_to_what_another_holds(
    stack: Stack, sandbox: Sandbox
) -> None:
    shared = sandbox.call("POST", "/v1/agents/create", INLINE)
    parts = {
        "prompt": shared["prompt"]["id"],
        "voice": shared["voice"]["id"],
        "webhook": shared["webhook"]["id"],
        "actions": [shared["actions"][0]["id"]],
    }
    by_id, by_parts = shared["id"], parts

    def three(a: Any, b: Any, c: Any) -> None:
        stack.program(
            "\n".join(
                f"PhoneNumber({name!r}, inbound_agent={agent!r})"
                for name, agent in (("a", a), ("b", b), ("c", c))
            )
        )
        stack.up()
        assert stack.nothing_to_do()
        assert sandbox.call("GET", "/v1/agents", id=by_id) == shared

    three(by_id, by_id, by_parts)
    three({**INLINE, "prompt": "mine"}, by_id, by_parts)
    three({**INLINE, "prompt": "mine still"}, by_id, {**by_parts, "prompt": "mine too"})
    three({**by_parts, "prompt": "mine still"}, INLINE, {**by_parts, "initial_message": "Hi"})
    three(by_id, {**INLINE, "actions": [*INLINE["actions"], parts["actions"][0]]}, by_id)
    three({**INLINE, "prompt": "x"}, {**INLINE, "webhook": parts["webhook"]}, INLINE)

    number = stack.ids()[0]
    by_hand = {"inbound_agent": by_id}
    sandbox.call("POST", "/v1/numbers/update", by_hand, phone_number=number)
    stack.refresh()
    three({**INLINE, "prompt": "y"}, {**INLINE, "webhook": parts["webhook"]}, INLINE)
    held = sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]
    assert held["id"] != by_id


def test_another_area_code_carrier_or_connection_replaces_buying_before_cancelling(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, area_code="415")
    stack.up()
    (old,) = stack.ids()
    declare(stack, area_code="212")
    assert "replace" in stack.preview()
    sandbox.clear_requests()
    stack.up()
    assert writes(sandbox) == ["/v1/numbers/buy", "/v1/numbers/cancel"]
    (new,) = stack.ids()
    assert new.startswith("1212")
    assert not sandbox.call("GET", "/v1/numbers", phone_number=old)["active"]
    assert bodies(sandbox, "/v1/numbers/buy") == [{"area_code": "212"}]
    declare(stack, area_code="212", telephony_provider="twilio")
    stack.up()
    (third,) = stack.ids()
    assert third != new
    twilio = connection(sandbox)
    declare(stack, telephony_provider="twilio", telephony_account_connection=twilio)
    stack.up()
    assert stack.ids() != [third]
    assert len(sandbox.purchases()) == 4
    assert len(sandbox.call("GET", "/v1/numbers/list")["items"]) == 1

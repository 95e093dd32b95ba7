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
    "webhook": {"url": "https://example.com/one", "subscriptions": ["event_transcript"]},
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


def test_label_outbound_only_and_context_change_in_place_field_by_field(
    stack: Stack, sandbox: Sandbox
) -> None:
    update = "/v1/numbers/update"
    first = {"label": "a", "outbound_only": False, "example_context": {"k": "v"}}
    declare(stack, **first)
    stack.up()
    ids = stack.ids()
    assert changed(stack, sandbox, **{**first, "label": "b"}) == [(update, {"label": "b"})]
    assert changed(stack, sandbox, label="b", outbound_only=True, example_context={"k": "w"}) == [
        (update, {"outbound_only": True, "example_context": {"k": "w"}})
    ]
    assert changed(stack, sandbox) == [
        (update, {"label": "", "outbound_only": False, "example_context": None})
    ]
    assert stack.ids() == ids


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


def test_an_agent_changes_between_all_its_forms_in_place(stack: Stack, sandbox: Sandbox) -> None:
    one = sandbox.call("POST", "/v1/agents/create", INLINE)["id"]
    two = sandbox.call("POST", "/v1/agents/create", INLINE)["id"]
    update = "/v1/numbers/update"
    declare(stack, inbound_agent="default")
    stack.up()
    ids = stack.ids()
    assert changed(stack, sandbox, inbound_agent=one) == [(update, {"inbound_agent": one})]
    assert changed(stack, sandbox, inbound_agent=two) == [(update, {"inbound_agent": two})]
    made = changed(stack, sandbox, inbound_agent=INLINE)
    assert [path for path, _ in made][-1] == update
    assert all(path.endswith("/create") for path, _ in made[:-1])
    owned = made[-1][1]["inbound_agent"]
    assert owned not in (one, two)
    assert changed(stack, sandbox, inbound_agent="none") == [(update, {"inbound_agent": None})]
    again = changed(stack, sandbox, inbound_agent=INLINE)
    assert again[-1][0] == update
    assert changed(stack, sandbox, inbound_agent=one) == [(update, {"inbound_agent": one})]
    assert changed(stack, sandbox) == [(update, {"inbound_agent": None})]
    assert stack.ids() == ids
    for agent in (one, two):
        assert sandbox.call("GET", "/v1/agents", id=agent)["prompt"]["content"] == "one"


def test_a_change_to_default_is_refused_in_preview(stack: Stack, sandbox: Sandbox) -> None:
    declare(stack, inbound_agent="none")
    stack.up()
    declare(stack, inbound_agent="default")
    assert "takes that word only when a number is bought" in stack.preview(code=1)
    declare(stack, inbound_agent="default", area_code="415")
    stack.up()
    assert stack.outputs()["agent"]["id"]


def test_inline_fields_change_in_the_object_that_owns_them_and_nowhere_else(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, inbound_agent=INLINE)
    stack.up()
    before = stack.outputs()["agent"]
    steps: list[tuple[dict[str, Any], list[tuple[str, Any]]]] = [
        ({"prompt": {"content": "two"}}, [("/v1/prompts/update", {"content": "two"})]),
        (
            {"voice": {**VOICE, "rate": 30}},
            [("/v1/voices/update", {"type": "voice_azure", "rate": 30})],
        ),
        ({"initial_message": "Hi"}, [("/v1/agents/update", {"initial_message": "Hi"})]),
        (
            {"webhook": {**INLINE["webhook"], "url": "https://example.com/two"}},
            [("/v1/webhooks/update", {"url": "https://example.com/two"})],
        ),
        (
            {
                "actions": [
                    {"type": "action_transfer_call", "config": {"phone_number": "14155550111"}}
                ]
            },
            [
                (
                    "/v1/actions/update",
                    {"type": "action_transfer_call", "config": {"phone_number": "14155550111"}},
                )
            ],
        ),
    ]
    agent = INLINE
    for change, expected in steps:
        agent = {**agent, **change}
        assert changed(stack, sandbox, inbound_agent=agent) == expected
    after = stack.outputs()["agent"]
    assert after["id"] == before["id"]
    assert after["voice"]["id"] == before["voice"]["id"]
    assert after["actions"] == before["actions"]


def test_another_type_of_voice_or_action_makes_another_object(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, inbound_agent=INLINE)
    stack.up()
    before = stack.outputs()["agent"]
    other = {
        **INLINE,
        "voice": {"type": "voice_vocode", "voice_id": "joe"},
        "actions": [{"type": "action_dtmf"}],
    }
    written = changed(stack, sandbox, inbound_agent=other)
    assert sorted(path for path, _ in written) == [
        "/v1/actions/create",
        "/v1/agents/update",
        "/v1/voices/create",
    ]
    after = stack.outputs()["agent"]
    assert after["id"] == before["id"]
    assert after["voice"]["id"] != before["voice"]["id"]
    assert after["actions"][0]["id"] != before["actions"][0]["id"]


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


def test_a_vector_database_changes_in_place_and_a_temperature_makes_another_agent(
    stack: Stack, sandbox: Sandbox
) -> None:
    database = {
        "type": "vector_database_pinecone",
        "index": "a",
        "api_key": "in-clear",
        "api_environment": "e",
    }
    agent = {**INLINE, "vector_database": database}
    declare(stack, inbound_agent=agent)
    stack.up()
    before = stack.outputs()["agent"]
    agent = {**agent, "vector_database": {**database, "index": "b"}}
    change = {"type": "vector_database_pinecone", "index": "b"}
    assert changed(stack, sandbox, inbound_agent=agent) == [("/v1/vector_databases/update", change)]
    written = changed(stack, sandbox, inbound_agent={**agent, "llm_temperature": 0.5})
    assert [path for path, _ in written] == ["/v1/agents/create", "/v1/numbers/update"]
    after = stack.outputs()["agent"]
    assert after["id"] != before["id"]
    assert sandbox.call("GET", "/v1/agents", id=after["id"])["llm_temperature"] == 0.5

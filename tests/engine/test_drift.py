# SPDX-License-Identifier: Apache-2.0
"""What changes at Vocode by hand."""

import pytest

from tests.engine.harness import Stack, writes
from vocode_pulumi.sandbox import Sandbox

PROGRAM = """
    number = PhoneNumber("main", label="front desk", inbound_agent={
        "prompt": "Be brief.", "initial_message": "Hi",
        "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
        "webhook": {"url": "https://example.com/calls",
                    "subscriptions": ["event_transcript", "event_message"]}})
    pulumi.export("agent", number.agent)
    pulumi.export("webhook", number.webhook)
"""


@pytest.mark.parametrize("what", ["label", "prompt", "agent", "webhook", "voice"])
def test_a_declared_field_changed_by_hand_is_shown_by_refresh_and_put_back_by_up(
    stack: Stack, sandbox: Sandbox, what: str
) -> None:
    stack.program(PROGRAM)
    stack.up()
    (number,) = stack.ids()
    agent = stack.outputs()["agent"]
    path, id_, change, field = {
        "label": ("numbers", "", {"label": "other"}, "label"),
        "prompt": ("prompts", agent["prompt"]["id"], {"content": "Be verbose."}, "prompt"),
        "agent": ("agents", agent["id"], {"initial_message": "Yo"}, "initial_message"),
        "webhook": (
            "webhooks",
            stack.outputs()["webhook"]["id"],
            {"subscriptions": ["event_transcript"]},
            "subscriptions",
        ),
        "voice": (
            "voices",
            agent["voice"]["id"],
            {"type": "voice_azure", "voice_name": "x"},
            "voice",
        ),
    }[what]
    query = {"phone_number": number} if path == "numbers" else {"id": id_}
    sandbox.call("POST", f"/v1/{path}/update", change, **query)
    stack.refresh()
    assert field in stack.preview()
    sandbox.clear_requests()
    stack.up()
    assert writes(sandbox) == [f"/v1/{path}/update"]
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")


def test_a_field_that_was_not_declared_is_no_difference(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(PROGRAM)
    stack.up()
    id_ = stack.outputs()["agent"]["id"]
    sandbox.call("POST", "/v1/agents/update", {"language": "de", "idle_time_seconds": 9}, id=id_)
    stack.refresh()
    assert stack.nothing_to_do()


def test_events_in_another_order_are_no_difference(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(PROGRAM)
    stack.up()
    turned = {"subscriptions": ["event_message", "event_transcript"]}
    sandbox.call("POST", "/v1/webhooks/update", turned, id=stack.outputs()["webhook"]["id"])
    stack.refresh()
    assert stack.nothing_to_do()


def test_a_number_cancelled_by_hand_is_dropped_by_refresh_and_bought_anew(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    (old,) = stack.ids()
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=old)
    stack.refresh()
    assert stack.ids() == []
    stack.up()
    assert stack.ids() not in ([], [old])
    assert len(sandbox.purchases()) == 2


def test_a_number_that_is_gone_already_is_destroyed(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=stack.ids()[0])
    stack.destroy()
    assert stack.ids() == []

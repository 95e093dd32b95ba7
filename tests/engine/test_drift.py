# SPDX-License-Identifier: Apache-2.0
"""What changes at Vocode by hand."""

import re
from typing import Any

from tests.engine.harness import Stack, active, connection
from vocode_pulumi.sandbox import Sandbox

NAMES = ("label", "prompt", "agent", "webhook", "voice", "undeclared", "reordered")
PROGRAM = f"""
for name in {NAMES!r}:
    PhoneNumber(name, label="front desk", inbound_agent={{
        "prompt": "Be brief.", "initial_message": "Hi",
        "voice": {{"type": "voice_azure", "voice_name": "en-US-SteffanNeural"}},
        "webhook": {{"url": "https://example.com/calls",
                    "subscriptions": ["event_transcript", "event_message"]}}}})
"""
DECLARED = {
    "label": ("numbers", {"label": "other"}, "label"),
    "prompt": ("prompts", {"content": "Be verbose."}, "prompt"),
    "agent": ("agents", {"initial_message": "Yo"}, "initial_message"),
    "webhook": ("webhooks", {"subscriptions": ["event_transcript"]}, "subscriptions"),
    "voice": ("voices", {"type": "voice_azure", "voice_name": "x"}, "voice"),
}
"""What is changed of the number of that name: a collection, a body, and the field that a preview shows."""
NO_DIFFERENCE = {
    "undeclared": ("agents", {"language": "de", "idle_time_seconds": 9}),
    "reordered": ("webhooks", {"subscriptions": ["event_message", "event_transcript"]}),
}


def by_hand(sandbox: Sandbox, number: dict[str, Any], collection: str, change: Any) -> str:
    """Change a number or what it owns; gives the call, as the record of requests has it."""
    agent, webhook = number["outputs"]["agent"], number["outputs"]["webhook"]
    query = {
        "numbers": f"phone_number={number['id']}",
        "prompts": f"id={agent['prompt']['id']}",
        "agents": f"id={agent['id']}",
        "webhooks": f"id={webhook['id']}",
        "voices": f"id={agent['voice']['id']}",
    }[collection]
    path = f"/v1/{collection}/update?{query}"
    sandbox.call("POST", path, change)
    return path


def sections(preview: str) -> dict[str, str]:
    """What a preview shows of each number, by its name."""
    parts = re.split(r"\[urn=urn:[^\]]*PhoneNumber::([^\]]+)\]", preview)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_what_is_changed_by_hand_is_shown_by_refresh_and_put_back_by_up_where_it_was_declared(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(PROGRAM)
    stack.up()
    numbers = {one["urn"].rsplit("::", 1)[-1]: one for one in stack.resources()}
    calls = {
        name: by_hand(sandbox, numbers[name], collection, change)
        for name, (collection, change, _) in DECLARED.items()
    }
    for name, (collection, change) in NO_DIFFERENCE.items():
        by_hand(sandbox, numbers[name], collection, change)
    stack.refresh()
    shown = sections(stack.preview())
    assert shown.keys() == DECLARED.keys()
    for name, (_, _, field) in DECLARED.items():
        assert field in shown[name], name
    sandbox.clear_requests()
    stack.up()
    written = [one["path"] for one in sandbox.requests() if one["method"] == "POST"]
    assert sorted(written) == sorted(calls.values())
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")


def test_a_number_cancelled_by_hand_is_bought_anew_after_a_refresh_and_is_no_error_of_a_destroy(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("main", label="desk")')
    stack.up()
    (old,) = stack.ids()
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=old)
    printed = stack.refresh()
    assert f'{old} ("desk") is not in service any more.' in printed
    assert "the next `pulumi up` buys another number" in printed
    assert stack.ids() == []
    stack.up()
    (new,) = stack.ids()
    assert new != old
    assert len(sandbox.purchases()) == 2
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=new)
    stack.destroy()
    assert stack.ids() == []
    assert active(sandbox) == []


def test_a_refresh_says_what_becomes_of_what_is_gone(stack: Stack, sandbox: Sandbox) -> None:
    number = str(sandbox.call("POST", "/v1/numbers/buy")["number"])
    sandbox.call("POST", "/v1/numbers/update", {"label": "theirs"}, phone_number=number)
    with_twilio = connection(sandbox)
    stack.program(f"""
        PhoneNumber("adopted", adopt="{number}")
        LinkedNumber("linked", phone_number="14155550100", telephony_account_connection="{with_twilio}")
        pulumi.export("prompt", Prompt("p", content="x").id)
    """)
    stack.up()
    for gone in (number, "14155550100"):
        sandbox.call("POST", "/v1/numbers/cancel", phone_number=gone)
    prompt = stack.outputs()["prompt"]
    sandbox.fault(method="GET", path="/v1/prompts", status=404, body={"detail": "Prompt not found"})
    printed = stack.refresh()
    # The program did not declare the label, so it may be somebody else's secret.
    assert f"{number} is not in service any more. Take `adopt` out of the program" in printed
    assert "14155550100 is not in service any more. If the program still declares it" in printed
    assert "the next `pulumi up` links it again" in printed
    assert (
        f"The prompt {prompt} is not in the account any more. The next `pulumi up` makes another."
        in printed
    )

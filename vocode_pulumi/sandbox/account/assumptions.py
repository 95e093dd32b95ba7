# SPDX-License-Identifier: Apache-2.0
"""What the sandbox answers where the API's document says nothing.

Each assumption is in this one place. ``docs/evidence/assumptions.md`` lists the same.
"""

import textwrap
from typing import Any

BAD_TOKEN = (401, "Invalid or missing API key")
FREE_PLAN = (402, "The free plan cannot buy numbers: upgrade your plan")
GONE = 404
"""For an unknown uuid or number, a second cancel, and an update of a cancelled number. A cancelled
number is still read, with ``active`` false, and is no longer listed."""
LINKED_ALREADY = (409, "The number is in this account already")
NO_RECORDING = (404, "Recording not available")
OTHER_TYPE = 422
"""For an update that would change the type of an existing object."""

PLANS_THAT_CANNOT_BUY = ("plan_free",)

MINUTES_LIMIT: dict[str, int | None] = {
    "plan_free": 10,
    "plan_developer": 1000,
    "plan_enterprise": 10_000,
    "plan_unlimited": None,
}

LARGEST_PAGE = 100
"""More items than this are not put on one page."""


def exhausted(area_code: str | None) -> tuple[int, str]:
    """The answer to a purchase if the area code has no number left."""
    where = f" in area code {area_code}" if area_code else ""
    return 404, f"No numbers available{where}"


DEFAULT_AGENT: dict[str, Any] = {
    "name": "Default agent",
    "prompt": {"content": "You are a helpful assistant on a phone call."},
    "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    "initial_message": "Hello!",
}
"""What ``"default"`` gives a new number: an agent of its own. In 2023 every purchase did."""

# Calls.

NO_AGENT = 409
"""For a call to a number that has no agent: there is nobody whose call it could be."""

TELEPHONY_STATUS = "failed"
"""Of a call that did not connect, in the words of the open source: those of Twilio."""

TURNS = ("Hello?", "Goodbye.")
"""What the other party of a call says when nobody says what: every outbound call, for one."""

SPOKEN_FOR: dict[str, str] = {
    "action_end_conversation": "goodbye",
    "action_transfer_call": "transfer",
    "action_dtmf": "press",
    "action_add_to_conference": "conference",
    "action_set_hold": "hold",
}
"""The caller's word at which an agent carries out an action of its own choice (the trigger
``action_trigger_function_call``). For an external action it is its name. The real agent decides."""

ATTEMPTS = 3
RETRY_WAITS = (0.5, 1.0)
"""Seconds between the attempts at a delivery. Tried again is what was not answered or answered with
429 or 5xx; an external action only when nothing can have received it."""

RETRY_SECONDS = 60
"""After so long a call's deliveries are tried once each."""

EXTERNAL_ACTION_FAILED = {"success": False, "result": {"info": "The action failed"}}
"""An external action's response in ``event_action`` when its answer is not what it should be."""


def reply(words: str, prompt: str) -> str:
    """What the agent answers: the words that it hears, and the start of the filled prompt."""
    asked = f' My prompt: "{textwrap.shorten(prompt, 100, placeholder="…")}"' if prompt else ""
    return f'You said: "{words}"{asked}'


def event(kind: str, call_id: str, **payload: Any) -> dict[str, Any]:
    """An event for a webhook: JSON for POST, a query with the payload as JSON for GET.

    Vocode documents the form of ``event_human_detection`` only. The other payloads have the field names
    of the events in Vocode's open source.
    """
    return {"type": kind, "call_id": call_id, "payload": payload}

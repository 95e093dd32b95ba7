# SPDX-License-Identifier: Apache-2.0
"""What the sandbox answers where the API's document says nothing.

One place, so that one change corrects it; ``docs/assumptions.md`` lists the same.
"""

from typing import Any

from vocode_pulumi.sandbox.models import PlanType

BAD_TOKEN = (401, "Invalid or missing API key")
FREE_PLAN = (402, "The free plan cannot buy numbers: upgrade your plan")
GONE = 404
"""For an unknown uuid or number, a second cancel, and an update of a cancelled number. A cancelled
number is still read, with ``active`` false, and is no longer listed."""
NO_RECORDING = (404, "Recording not available")
OTHER_TYPE = 422
"""For an update that would change the type of an existing object."""

PLANS_THAT_CANNOT_BUY = (PlanType.FREE,)

MINUTES_LIMIT: dict[PlanType, int | None] = {
    PlanType.FREE: 10,
    PlanType.DEVELOPER: 1000,
    PlanType.ENTERPRISE: 10_000,
    PlanType.UNLIMITED: None,
}

LARGEST_PAGE = 100
"""More items than this are not put on one page."""


def exhausted(area_code: str | None) -> tuple[int, str]:
    """The answer to a purchase when an area code has no (more) numbers."""
    where = f" in area code {area_code}" if area_code else ""
    return 404, f"No numbers available{where}"


DEFAULT_AGENT: dict[str, Any] = {
    "name": "Default agent",
    "prompt": {"content": "You are a helpful assistant on a phone call."},
    "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    "initial_message": "Hello!",
}
"""What ``"default"`` gives a new number: an agent of its own. In 2023 every purchase did."""

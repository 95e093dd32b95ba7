# SPDX-License-Identifier: Apache-2.0
"""Numbers of `vocode_pulumi`."""

from collections.abc import Iterable
from typing import Any

from vocode_pulumi import PhoneNumber


def declare(lines: Iterable[int], **inputs: Any) -> None:
    """Declare a number for each line, with further inputs alike for all of them."""
    for line in lines:
        PhoneNumber(f"line-{line}", area_code="415", **inputs)

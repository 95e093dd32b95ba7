# SPDX-License-Identifier: Apache-2.0
"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

LONGEST = 60.0
"""Seconds."""


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; one that does not come is a failure."""
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)

# SPDX-License-Identifier: Apache-2.0
"""The clock that deadlines go by."""

import sys
import time


def now() -> float:
    """Seconds since some moment in the past, while the machine sleeps as well.

    Nobody sets this clock, so that it never steps; only differences of its times mean anything, and
    only on one machine between two of its starts. Where the system has no clock that counts sleep
    (neither Linux nor macOS), it stands still meanwhile.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait; no time at all for a negative number of seconds."""
    time.sleep(max(seconds, 0))

# SPDX-License-Identifier: Apache-2.0
"""The clock for all deadlines."""

import sys
import time


def now() -> float:
    """Seconds since some moment in the past. The clock also runs while the machine sleeps.

    Nobody can set this clock, so it never jumps. Only differences of its times have a meaning, and only
    on one machine between two boots. On systems other than Linux and macOS it stops while the machine
    sleeps.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait. A negative number of seconds is no wait."""
    time.sleep(max(seconds, 0))

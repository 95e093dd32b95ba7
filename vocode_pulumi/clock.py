# SPDX-License-Identifier: Apache-2.0
"""A clock for deadlines: it never steps, and it counts the time in which the machine sleeps."""

import functools
import time
from collections.abc import Callable


def now() -> float:
    """Seconds since some moment in the past, the same for all processes of this machine."""
    return _now()


def _of_platform() -> Callable[[], float]:
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        # On macOS this one counts sleep, and Python's own monotonic clock does not.
        if hasattr(time, name):
            return functools.partial(time.clock_gettime, getattr(time, name))
    return time.monotonic


_now = _of_platform()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(max(seconds, 0))

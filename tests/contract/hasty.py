# SPDX-License-Identifier: Apache-2.0
"""A clock for tests: whoever waits does so for a hundredth of the time."""

import threading

from vocode_pulumi import clock

HASTE = 100

_now, _sleep = clock.now, clock.sleep


class Hasty:
    """Real time, but that waiting is short.

    What is not waiting takes as long as it takes, so that a machine that is slow is not late. Threads may
    share it. It is ahead of the real clock, and never behind it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = 0.0

    def now(self) -> float:
        with self._lock:
            return _now() + self._ahead

    def sleep(self, seconds: float) -> None:
        end = self.now() + seconds
        _sleep(seconds / HASTE)
        with self._lock:
            self._ahead = max(self._ahead, end - _now())

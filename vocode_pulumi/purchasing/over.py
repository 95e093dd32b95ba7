# SPDX-License-Identifier: Apache-2.0
"""For how long a purchase that was sent may still take effect: every deadline comes from here.

Pure: times are handed in, in seconds of :mod:`vocode_pulumi.clock`.
"""

from dataclasses import dataclass

SENDING = 5.0
"""Seconds from the beginning of an intent after which its request is not begun any more."""
AFTER_HANGING_UP = 25.0
"""Seconds after we hung up in which Vocode may still carry a request out. ASSUMED."""


@dataclass(frozen=True)
class Window:
    """How long an attempt matters.

    Args:
        sending: seconds from the beginning of its intent to the first byte of its request (B).
        effect: seconds from there in which the request can take effect (D).
        settling: seconds after which lists have what was bought (S).
    """

    sending: float
    effect: float
    settling: float

    @property
    def whole(self) -> float:
        """Seconds after which an attempt that somebody has seen is over, and in every list (W)."""
        return self.sending + self.effect + self.settling

    @classmethod
    def of(cls, connect_timeout: float, read_timeout: float, settle_seconds: float) -> "Window":
        """The window of a purchase that is made with these settings."""
        return cls(
            sending=connect_timeout + SENDING,
            effect=connect_timeout + read_timeout + AFTER_HANGING_UP,
            settling=settle_seconds,
        )


def least() -> float:
    """Seconds that every attempt takes at least, whoever made it."""
    return SENDING + AFTER_HANGING_UP


def may_begin_to_send(begun: float, now: float) -> bool:
    """Whether the request of an intent may still be begun."""
    return now - begun <= SENDING


def counts(begun: float, now: float, window: Window) -> bool:
    """Whether what a process knows of its own request still counts; others may reckon with it later."""
    return now - begun < window.whole


def is_known_for(first_seen: float, now: float, own: Window, mine: Window) -> bool:
    """Whether a process has known an attempt for so long that its request is over.

    Args:
        first_seen: when this process first saw the attempt.
        now: the time to judge for.
        own: the window of the attempt, by the settings of whoever made it.
        mine: the window by the settings of this process.
    """
    return now - first_seen >= max(own.whole, mine.whole)

# SPDX-License-Identifier: Apache-2.0
"""How long a purchase may still take effect after its request was sent. All deadlines are here.

Pure: the caller passes the times, in seconds of :mod:`vocode_pulumi.clock`.
"""

from dataclasses import dataclass

SENDING = 5.0
"""Seconds after the intent was begun; its request is not sent any later."""
AFTER_HANGING_UP = 25.0
"""Seconds for which Vocode may still carry out a request after we closed the connection. ASSUMED."""


@dataclass(frozen=True)
class Window:
    """How long a purchase may take.

    Args:
        sending: seconds from the intent to the first byte of the request (B).
        effect: seconds from that byte to the last moment at which the request can take effect (D).
        settling: seconds from then until the account's lists have the number (S).
    """

    sending: float
    effect: float
    settling: float

    @property
    def whole(self) -> float:
        """Seconds after which the purchase is over and every list has its number (W)."""
        return self.sending + self.effect + self.settling

    @classmethod
    def of(cls, connect_timeout: float, read_timeout: float, settle_seconds: float) -> "Window":
        """The window of a purchase with these settings, in seconds."""
        return cls(
            sending=connect_timeout + SENDING,
            effect=connect_timeout + read_timeout + AFTER_HANGING_UP,
            settling=settle_seconds,
        )


def least() -> float:
    """The shortest time in seconds in which any attempt can be over, with any settings."""
    return SENDING + AFTER_HANGING_UP


def may_begin_to_send(begun: float, now: float) -> bool:
    """Whether the request of an intent may still be sent."""
    return now - begun <= SENDING


def counts(begun: float, now: float, window: Window) -> bool:
    """Whether a process may still write down the outcome of its own request.

    After that, another process may have settled the attempt.
    """
    return now - begun < window.whole


def is_known_for(first_seen: float, now: float, own: Window, mine: Window) -> bool:
    """Whether a process has known an attempt long enough for its request to be over.

    Args:
        first_seen: when this process first saw the attempt.
        now: the moment that the question is about.
        own: the attempt's window, by the settings of the process that made it.
        mine: the window by the settings of this process.
    """
    return now - first_seen >= max(own.whole, mine.whole)

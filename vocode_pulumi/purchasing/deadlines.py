# SPDX-License-Identifier: Apache-2.0
"""How long a purchase may still take effect after its request was sent. All deadlines are here.

Pure: the caller passes the times, in seconds of :mod:`vocode_pulumi.clock`.
"""

from dataclasses import dataclass

SEND_WITHIN = 5.0
"""Seconds from the beginning of the intent until its request may no longer be sent."""
AFTER_HANGING_UP = 25.0
"""Seconds for which Vocode may still carry out a request after we closed the connection. ASSUMED."""


@dataclass(frozen=True)
class PurchaseWindow:
    """How long a purchase may take.

    Args:
        sending: seconds from the intent to the first byte of the request.
        effect: seconds from that byte to the last moment at which the request can take effect.
        settling: seconds from then until the account's lists have the number. ASSUMED: the setting
            ``vocode:settleSeconds`` is long enough.
    """

    sending: float
    effect: float
    settling: float

    @property
    def whole(self) -> float:
        """Seconds after which the purchase can have no effect any more, and every list has its number."""
        return self.sending + self.effect + self.settling

    @classmethod
    def of(
        cls, connect_timeout: float, read_timeout: float, settle_seconds: float
    ) -> "PurchaseWindow":
        """The window of a purchase with these settings, in seconds."""
        return cls(
            sending=connect_timeout + SEND_WITHIN,
            effect=connect_timeout + read_timeout + AFTER_HANGING_UP,
            settling=settle_seconds,
        )


def shortest_window() -> float:
    """The length in seconds of the shortest window that any settings give."""
    return SEND_WITHIN + AFTER_HANGING_UP


def may_begin_to_send(begun: float, now: float) -> bool:
    """Whether the request of an intent may still be sent."""
    return now - begun <= SEND_WITHIN


def may_record_outcome(begun: float, now: float, window: PurchaseWindow) -> bool:
    """Whether a process may still write down the outcome of its own request.

    After that, another process may have settled the attempt.
    """
    return now - begun < window.whole


def is_known_long_enough(
    first_seen: float, now: float, attempts_window: PurchaseWindow, own_window: PurchaseWindow
) -> bool:
    """Whether a process has known an attempt for so long that the attempt's window has passed.

    Args:
        first_seen: when this process first saw the attempt.
        now: the moment that the question is about.
        attempts_window: the window by the settings of the process that made the attempt.
        own_window: the window by the settings of this process.
    """
    return now - first_seen >= max(attempts_window.whole, own_window.whole)

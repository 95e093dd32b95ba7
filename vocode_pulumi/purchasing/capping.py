# SPDX-License-Identifier: Apache-2.0
"""How many numbers an account may have: ``vocode:maxNumbers``, over all who share the ledger.

The intent is written before anybody counts, so that of two purchases that would be over together at
least one sees the other. Two machines at the last place may both step back; they never both buy.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from vocode_pulumi.errors import TooManyNumbers
from vocode_pulumi.purchasing.objects import Attempt, Cancelling, Take, is_open
from vocode_pulumi.purchasing.shared import Listing, Shared

READ_AGAIN = 1.0
"""Seconds between two counts while others are waited for."""


class Cap:
    """Counts for the purchases of one create.

    Args:
        shared: what this process shares.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._max = shared.settings.max_numbers
        self._waits_until: float | None = None

    @property
    def is_close(self) -> bool:
        """Whether a count was over: the next one goes by a list of now, alone in this process."""
        return self._waits_until is not None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """From before the intent to the end of the count."""
        if not self.is_close:
            yield
            return
        with self._shared.counting_alone:
            yield

    def problem(self, own: Attempt, listing: Listing) -> TooManyNumbers | None:
        """What is wrong with one more number, by what is known now.

        Args:
            own: the purchase, whose intent stands in the ledger.
            listing: that it goes by.
        """
        if self._max is None:
            return None
        there, others = self._count(own, listing)
        if there + others + 1 <= self._max:
            return None
        return TooManyNumbers(there, others, self._max)

    def step_back(self, problem: TooManyNumbers, urn: str) -> None:
        """After a purchase was given up: wait for others to end, so that it can be tried again.

        Who waits does so for a time of its own, since two that tried at the same moment would both
        step back again.

        Raises:
            TooManyNumbers: there is nobody to wait for (any more).
        """
        shared = self._shared
        now = shared.time.now()
        if self._waits_until is None:
            self._waits_until = now + shared.window.whole
            if problem.others:
                shared.tell(
                    urn,
                    "vocode:maxNumbers is reached if all purchases under way succeed: waiting up to "
                    f"{shared.window.whole:.0f} s for them to end.",
                )
        elif not problem.others or now >= self._waits_until:
            raise problem
        waits = bool(problem.others)
        while waits and shared.time.now() < self._waits_until:
            shared.time.sleep(READ_AGAIN * random.uniform(0.2, 1.8))  # noqa: S311 - no secret
            waits = self._others_are_open()

    def _count(self, own: Attempt, listing: Listing) -> tuple[int, int]:
        """The numbers of the account, and what may be there besides."""
        shared = self._shared
        attempts = [
            attempt
            for attempt in shared.attempts().attempts.values()
            if attempt.intent.account.is_same(own.intent.account) and attempt.key != own.key
        ]
        now = shared.time.now()
        taken = {
            attempt.newest.number
            for attempt in attempts
            if isinstance(attempt.newest, Take) and not shared.is_over(attempt, now)
        }
        histories = shared.ledger.histories(
            attempt.newest.number for attempt in attempts if isinstance(attempt.newest, Take)
        )
        unlisted = {
            number
            for number in taken - listing.numbers.keys()
            if not isinstance(histories[number].newest, Cancelling)
        }
        open_ = [
            attempt
            for attempt in attempts
            if is_open(attempt, histories) and not shared.is_over(attempt, listing.begun)
        ]
        return len(listing.numbers), len(unlisted) + len(open_)

    def _others_are_open(self) -> bool:
        shared = self._shared
        attempts = shared.attempts().attempts.values()
        histories = shared.ledger.histories(
            attempt.newest.number for attempt in attempts if isinstance(attempt.newest, Take)
        )
        now = shared.time.now()
        return any(
            is_open(attempt, histories) and not shared.is_over(attempt, now)
            for attempt in attempts
            if attempt.intent.account.is_same(shared.account)
        )

# SPDX-License-Identifier: Apache-2.0
"""How many numbers an account may have: ``vocode:maxNumbers``, for all processes of one ledger.

A purchase writes its intent before it counts. Of two purchases that together would pass the limit, at
least one therefore sees the other. Two machines that compete for the last number may both step back;
they never both buy.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from vocode_pulumi.errors import TooManyNumbers
from vocode_pulumi.observing.waits import turn
from vocode_pulumi.purchasing.context import Listing, PurchasingContext
from vocode_pulumi.purchasing.objects import Attempt, Cancelling, Take, is_open

SECONDS_BETWEEN_READINGS = 1.0
"""During a wait, the other purchases are read once in this time, on average."""


class Cap:
    """Keeps the purchases of one create within the limit.

    Args:
        context: what the purchases of this process share.
    """

    def __init__(self, context: PurchasingContext) -> None:
        self._context = context
        self._max = context.settings.max_numbers
        self._waits_until: float | None = None

    @property
    def was_over_limit(self) -> bool:
        """Whether an earlier count passed the limit.

        The next purchase then lists the account anew, and counts alone in this process.
        """
        return self._waits_until is not None

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Enclose the intent and the count: after a count over the limit, one purchase at a time."""
        if not self.was_over_limit:
            yield
            return
        others = "another purchase counts the numbers of the account (vocode:maxNumbers)"
        with turn(self._context.counting_lock, others):
            yield

    def error_if_too_many(self, own: Attempt, listing: Listing) -> TooManyNumbers | None:
        """The error if one more number would pass the limit; ``None`` if it would not.

        Args:
            own: the purchase; its intent is already in the ledger.
            listing: the list of the account from before the purchase.
        """
        if self._max is None:
            return None
        listed, others = self._count(own, listing)
        if listed + others + 1 <= self._max:
            return None
        return TooManyNumbers(listed, others, self._max)

    def step_back(self, problem: TooManyNumbers, urn: str) -> None:
        """Wait for other purchases to end after this one was given up; then it can be tried again.

        The length of each wait is random: two purchases that count at the same moment would both step
        back again.

        Args:
            problem: the error that the count gave.
            urn: the URN of the resource; the message is printed beside it.

        Raises:
            TooManyNumbers: no other purchase is under way, or the wait has taken too long.
        """
        context = self._context
        now = context.time.now()
        if self._waits_until is None:
            self._waits_until = now + context.window.whole
            if problem.others:
                context.tell(
                    urn,
                    "vocode:maxNumbers is reached if all purchases under way succeed: waiting up to "
                    f"{context.window.whole:.0f} s for them to end.",
                )
        elif not problem.others or now >= self._waits_until:
            raise problem
        waits = bool(problem.others)
        while waits and context.time.now() < self._waits_until:
            context.time.sleep(SECONDS_BETWEEN_READINGS * random.uniform(0.2, 1.8))  # noqa: S311 - no secret
            waits = self._others_are_open()

    def _count(self, own: Attempt, listing: Listing) -> tuple[int, int]:
        """How many numbers the list has, and how many numbers other purchases may add to it."""
        context = self._context
        attempts = [
            attempt
            for attempt in context.attempts().by_key.values()
            if attempt.intent.account.is_same(own.intent.account) and attempt.key != own.key
        ]
        # If the window of an attempt had passed before the list was made, the list has the attempt's number.
        maybe_unlisted = [
            attempt for attempt in attempts if not context.is_past_window(attempt, listing.begun)
        ]
        taken = {
            attempt.newest.number for attempt in maybe_unlisted if isinstance(attempt.newest, Take)
        }
        histories = context.ledger.histories(
            attempt.newest.number for attempt in maybe_unlisted if isinstance(attempt.newest, Take)
        )
        unlisted = {
            number
            for number in taken - listing.numbers.keys()
            if not isinstance(histories[number].newest, Cancelling)
        }
        open_ = [attempt for attempt in maybe_unlisted if is_open(attempt, histories)]
        return len(listing.numbers), len(unlisted) + len(open_)

    def _others_are_open(self) -> bool:
        context = self._context
        attempts = context.attempts().by_key.values()
        histories = context.ledger.histories(
            attempt.newest.number for attempt in attempts if isinstance(attempt.newest, Take)
        )
        now = context.time.now()
        return any(
            is_open(attempt, histories) and not context.is_past_window(attempt, now)
            for attempt in attempts
            if attempt.intent.account.is_same(context.account)
        )

# SPDX-License-Identifier: Apache-2.0
"""Find out what a purchase bought if its answer was lost.

The resolver lists the account, then reads the ledger. :mod:`.attribution` decides what both mean. The
resolver uses a list for half a minute at most. After that, another process may have settled a purchase
that began after the list.

In the ledger, a take gives a number to an attempt, and a holder gives it to a resource.
"""

from dataclasses import replace

from vocode_pulumi.errors import AmbiguousPurchase, CallError, LedgerError, OtherAccount
from vocode_pulumi.purchasing import attribution, deadlines
from vocode_pulumi.purchasing.attribution import (
    Decided,
    FinishTake,
    Give,
    Nothing,
    Picture,
    TooMany,
)
from vocode_pulumi.purchasing.context import Listing, PurchasingContext
from vocode_pulumi.purchasing.ledger import TAKE_AND_HOLDER
from vocode_pulumi.purchasing.objects import (
    Attempt,
    AttemptKey,
    History,
    Holder,
    NotBought,
    Take,
    claim,
    is_open,
    outcome,
    taken_numbers,
)
from vocode_pulumi.record import name_in

SECONDS_BETWEEN_READINGS = 1.0
"""During a wait, the ledger is read once in this time."""
SECONDS_TO_WRITE_HOLDER = 1.0
"""How long the resolver waits for another process to write the holder of a taken number. Then it writes the
holder itself."""
NOT_KNOWN_WHAT_WAS_BOUGHT = (
    "Whether an earlier POST /v1/numbers/buy for this resource bought a number is not known. Nothing "
    "more is bought until it is known."
)


class Resolver:
    """Finds out what one attempt has bought.

    Args:
        context: what the purchases of this process share.
        own: the key of the attempt.
        urn: the URN of the resource; messages are printed beside it.
        has_waited: whether this run has waited for another request of the resource, which bought nothing.

    Attributes:
        has_waited: whether this run has waited for a request of the resource.
    """

    def __init__(
        self, context: PurchasingContext, own: AttemptKey, urn: str, *, has_waited: bool = False
    ) -> None:
        self._context = context
        self._own = own
        self._urn = urn
        self._without_holder_since: dict[AttemptKey, float] = {}
        self._final_histories: dict[str, History] = {}
        self._wait_was_announced = False
        self.has_waited = has_waited

    def resolve(self) -> tuple[Take, Holder] | None:
        """Wait until the attempt is not open any more.

        Returns:
            The number that this resolver gave to the attempt, and its holder. ``None`` if another
            process decided, or if nothing was bought.

        Raises:
            AmbiguousPurchase: there are more new numbers than purchases can explain.
            OtherAccount: the attempt was made in another account.
            CallError: the account cannot be listed.
            LedgerError: the ledger cannot be used.
        """
        too_many: TooMany | None = None
        while True:
            try:
                listing = self._context.list_account()
            except CallError as error:
                raise error.with_outcome(NOT_KNOWN_WHAT_WAS_BOUGHT) from error.__cause__
            try:
                result = self._settle_by(listing)
            except LedgerError as error:
                raise error.with_outcome(NOT_KNOWN_WHAT_WAS_BOUGHT) from error.__cause__
            match result:
                case TooMany():
                    if too_many is not None:
                        raise AmbiguousPurchase(name_in(self._urn), result.numbers)
                    too_many = result
                    self._context.time.sleep(SECONDS_BETWEEN_READINGS)
                case Holder():
                    return self._taken, result
                case Decided():
                    return None
                case _:
                    too_many = None

    def _settle_by(self, listing: Listing) -> "Holder | TooMany | Decided | None":
        """Settle attempts by one list of the account; ``None`` if a new list is needed."""
        context, is_first_pass = self._context, True
        attempts_at_list: frozenset[AttemptKey] | None = None
        while True:
            attempts = dict(context.attempts().by_key)
            if self._own not in attempts:
                # Housekeeping deletes attempts that were decided long ago.
                return Decided()
            if attempts_at_list is None:
                attempts_at_list = frozenset(attempts)
            picture = self._picture(listing, attempts, attempts_at_list)
            if not self._is_still_current(attempts):
                continue
            self._require_account(attempts[self._own], listing)
            decision = attribution.decide(self._own, picture, context.keyring)
            match decision:
                case Decided():
                    return decision
                case TooMany():
                    # The list is old after a wait: only a new one may show too many numbers.
                    return decision if is_first_pass else None
                case FinishTake(attempt, take):
                    since = self._without_holder_since.setdefault(attempt.key, context.time.now())
                    if context.time.now() - since >= SECONDS_TO_WRITE_HOLDER:
                        self._write_holder(attempt, take)
                        return None
                case Give(attempt, number):
                    if self._is_too_old(listing):
                        return None
                    holder = self._give(attempt, number)
                    return holder if holder is not None and attempt.key == self._own else None
                case Nothing():
                    if self._is_too_old(listing):
                        return None
                    context.ledger.step(attempts[self._own], NotBought())
                    return Decided()
            if self._needs_new_list(listing, attempts, picture):
                return None
            self._announce_wait(picture)
            is_first_pass = False
            context.time.sleep(SECONDS_BETWEEN_READINGS)

    def _picture(
        self,
        listing: Listing,
        attempts: dict[AttemptKey, Attempt],
        attempts_at_list: frozenset[AttemptKey],
    ) -> Picture:
        context = self._context
        taken = taken_numbers(attempts.values())
        histories = self._final_histories | context.ledger.histories(
            taken - self._final_histories.keys()
        )
        for attempt in attempts.values():
            # An attempt whose number has had a holder is closed for good.
            if outcome(attempt, histories) in ("held", "let go"):
                self._final_histories |= {
                    step.number: histories[step.number]
                    for step in attempt.steps[-1:]
                    if isinstance(step, Take)
                }
        account = attempts[self._own].intent.account
        before = context.numbers_before(
            attempt
            for attempt in attempts.values()
            if attempt.intent.account.is_same(account) and is_open(attempt, histories)
        )
        # A number that the account had before every open purchase was bought by none of them.
        owned_before_all = (
            frozenset.intersection(*map(frozenset, before.values())) if before else frozenset()
        )
        listed = listing.numbers.keys() | frozenset().union(*before.values())
        histories |= context.ledger.histories(listed - owned_before_all - taken)
        return Picture(
            listed=listing.numbers,
            attempts=attempts,
            attempts_at_list=attempts_at_list,
            histories=histories,
            before=before,
            past_window={
                key
                for key, attempt in attempts.items()
                if context.is_past_window(attempt, listing.begun)
            },
        )

    def _is_still_current(self, attempts: dict[AttemptKey, Attempt]) -> bool:
        """Whether no attempt has changed while the holders of numbers were read."""
        return self._context.attempts().by_key == attempts

    def _require_account(self, attempt: Attempt, listing: Listing) -> None:
        theirs, mine = attempt.intent.account, listing.account
        if theirs.is_same(mine):
            return
        if theirs.user_id is not None and theirs.base_url == mine.base_url:
            # The account may have a new key: ask Vocode for the account's id.
            mine = replace(mine, user_id=self._context.user_id())
            if theirs.is_same(mine):
                return
        raise OtherAccount(attempt.intent.owner.name, str(theirs), str(mine))

    def _is_too_old(self, listing: Listing) -> bool:
        return self._context.time.now() - listing.begun >= deadlines.shortest_window()

    def _needs_new_list(
        self, listing: Listing, attempts: dict[AttemptKey, Attempt], picture: Picture
    ) -> bool:
        """Whether a new list is needed.

        Either the window of an attempt has passed since this list, or the list is nearly too old.
        """
        now = self._context.time.now()
        if now - listing.begun >= min(
            self._context.window.whole / 2, deadlines.shortest_window() - SECONDS_BETWEEN_READINGS
        ):
            return True
        return any(
            key not in picture.past_window and self._context.is_past_window(attempt, now)
            for key, attempt in attempts.items()
            if key in picture.attempts_at_list
        )

    def _give(self, attempt: Attempt, number: str) -> Holder | None:
        """Give a number to an attempt; ``None`` if another process was faster."""
        intent = attempt.intent
        take = Take(number, generation=0, guess=True)
        holder = Holder(claim(), "bought", intent.owner, intent.account, str(attempt.key))
        if self._context.ledger.step(attempt, take, holder) != TAKE_AND_HOLDER:
            return None
        self._taken = take
        return holder

    def _write_holder(self, attempt: Attempt, take: Take) -> None:
        intent = attempt.intent
        holder = Holder(claim(), "bought", intent.owner, intent.account, str(attempt.key))
        self._context.ledger.hold(take.number, take.generation, holder)

    def _announce_wait(self, picture: Picture) -> None:
        if self._wait_was_announced:
            return
        self._wait_was_announced = True
        now = self._context.time.now()
        ends = [
            self._context.window_end(picture.attempts[key])
            for key in picture.before.keys() & picture.attempts_at_list
        ]
        what = (
            "That request bought nothing. Whether the next one was carried out is not known either"
            if self.has_waited
            else "Whether a request to buy a number for this resource was carried out is not known. Nothing more "
            "is bought before that is certain"
        )
        self.has_waited = True
        seconds = max([now, *ends]) - now
        self._context.tell(self._urn, f"{what}: waiting up to {seconds:.0f} s for its number.")

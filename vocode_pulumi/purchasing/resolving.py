# SPDX-License-Identifier: Apache-2.0
"""Find out what a purchase bought if its answer was lost.

The resolver lists the account, then reads the ledger. :mod:`.attribution` decides what both mean. The
resolver uses a list for half a minute at most. After that, another process may have settled a purchase
that began after the list.
"""

from dataclasses import replace

from vocode_pulumi.errors import AmbiguousPurchase, CallError, LedgerError, OtherAccount
from vocode_pulumi.purchasing import attribution, over
from vocode_pulumi.purchasing.attribution import Complete, Decided, Give, Nothing, Picture, TooMany
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
)
from vocode_pulumi.purchasing.shared import Listing, Shared
from vocode_pulumi.record import name_in

READ_AGAIN = 1.0
"""Seconds between two readings of the ledger during a wait."""
GRACE = 1.0
"""Seconds that the resolver waits for another process to write the holder of a taken number. Then it writes
the holder itself."""
NOT_KNOWN = (
    "Whether an earlier POST /v1/numbers/buy for this resource bought a number is not known, and "
    "nothing is bought again before it is."
)


class Resolver:
    """Finds out what one attempt has bought.

    Args:
        shared: what the purchases of this process share.
        own: the key of the attempt.
        urn: the URN of the resource; messages are printed beside it.
    """

    def __init__(self, shared: Shared, own: AttemptKey, urn: str) -> None:
        self._shared = shared
        self._own = own
        self._urn = urn
        self._unheld_since: dict[AttemptKey, float] = {}
        self._settled: dict[str, History] = {}
        self._wait_was_announced = False

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
                listing = self._shared.list_account()
            except CallError as error:
                raise error.with_outcome(NOT_KNOWN) from error.__cause__
            try:
                end = self._settle_by(listing)
            except LedgerError as error:
                raise error.with_outcome(NOT_KNOWN) from error.__cause__
            match end:
                case TooMany():
                    if too_many is not None:
                        raise AmbiguousPurchase(name_in(self._urn), end.numbers)
                    too_many = end
                    self._shared.time.sleep(READ_AGAIN)
                case Holder():
                    return self._taken, end
                case Decided():
                    return None
                case _:
                    too_many = None

    def _settle_by(self, listing: Listing) -> "Holder | TooMany | Decided | None":
        """Settle attempts by one list of the account; ``None`` if a new list is needed."""
        shared, is_first_pass = self._shared, True
        seen: frozenset[AttemptKey] | None = None
        while True:
            found = dict(shared.attempts().attempts)
            if self._own not in found:
                # Housekeeping deletes attempts that were decided long ago.
                return Decided()
            seen = frozenset(found) if seen is None else seen
            picture = self._picture(listing, found, seen)
            if not self._is_still_current(found):
                continue
            self._require_account(found[self._own], listing)
            decision = attribution.decide(self._own, picture, shared.keyring)
            match decision:
                case Decided():
                    return decision
                case TooMany():
                    # The list is old after a wait: only a new one may show too many numbers.
                    return decision if is_first_pass else None
                case Complete(attempt, take):
                    since = self._unheld_since.setdefault(attempt.key, shared.time.now())
                    if shared.time.now() - since >= GRACE:
                        self._write_holder(attempt, take)
                        return None
                case Give(attempt, number):
                    if self._is_old(listing):
                        return None
                    held = self._give(attempt, number)
                    return held if held is not None and attempt.key == self._own else None
                case Nothing():
                    if self._is_old(listing):
                        return None
                    shared.ledger.step(found[self._own], NotBought())
                    return Decided()
            if self._needs_new_list(listing, found, picture):
                return None
            self._announce_wait(picture)
            is_first_pass = False
            shared.time.sleep(READ_AGAIN)

    def _picture(
        self,
        listing: Listing,
        found: dict[AttemptKey, Attempt],
        seen: frozenset[AttemptKey],
    ) -> Picture:
        shared = self._shared
        taken = {
            step.number
            for attempt in found.values()
            for step in attempt.steps
            if isinstance(step, Take)
        }
        histories = self._settled | shared.ledger.histories(taken - self._settled.keys())
        for attempt in found.values():
            # An attempt whose number has had a holder is closed for good.
            if outcome(attempt, histories) in ("held", "let go"):
                self._settled |= {
                    step.number: histories[step.number]
                    for step in attempt.steps[-1:]
                    if isinstance(step, Take)
                }
        account = found[self._own].intent.account
        before = shared.numbers_before(
            attempt
            for attempt in found.values()
            if attempt.intent.account.is_same(account) and is_open(attempt, histories)
        )
        # A number that the account had before every open purchase was bought by none of them.
        old = frozenset.intersection(*map(frozenset, before.values())) if before else frozenset()
        listed = listing.numbers.keys() | frozenset().union(*before.values())
        histories |= shared.ledger.histories(listed - old - taken)
        return Picture(
            listed=listing.numbers,
            attempts=found,
            seen=seen,
            histories=histories,
            before=before,
            over={key for key, attempt in found.items() if shared.is_over(attempt, listing.begun)},
        )

    def _is_still_current(self, found: dict[AttemptKey, Attempt]) -> bool:
        """Whether no attempt has changed while the holders of numbers were read."""
        return self._shared.attempts().attempts == found

    def _require_account(self, attempt: Attempt, listing: Listing) -> None:
        theirs, mine = attempt.intent.account, listing.account
        if theirs.is_same(mine):
            return
        if theirs.user_id is not None and theirs.base_url == mine.base_url:
            # The account may have a new key: ask Vocode for the account's id.
            mine = replace(mine, user_id=self._shared.user_id())
            if theirs.is_same(mine):
                return
        raise OtherAccount(attempt.intent.owner.name, str(theirs), str(mine))

    def _is_old(self, listing: Listing) -> bool:
        return self._shared.time.now() - listing.begun >= over.least()

    def _needs_new_list(
        self, listing: Listing, found: dict[AttemptKey, Attempt], picture: Picture
    ) -> bool:
        """Whether a new list is needed: an attempt is over since this list, or the list is getting old."""
        now = self._shared.time.now()
        if now - listing.begun >= min(self._shared.window.whole / 2, over.least() - READ_AGAIN):
            return True
        return any(
            key not in picture.over and self._shared.is_over(attempt, now)
            for key, attempt in found.items()
            if key in picture.seen
        )

    def _give(self, attempt: Attempt, number: str) -> Holder | None:
        """Give a number to an attempt; ``None`` if another process was faster."""
        intent = attempt.intent
        take = Take(number, generation=0, guess=True)
        holder = Holder(claim(), "bought", intent.owner, intent.account, str(attempt.key))
        if self._shared.ledger.step(attempt, take, holder) < 2:
            return None
        self._taken = take
        return holder

    def _write_holder(self, attempt: Attempt, take: Take) -> None:
        intent = attempt.intent
        holder = Holder(claim(), "bought", intent.owner, intent.account, str(attempt.key))
        self._shared.ledger.hold(take.number, take.generation, holder)

    def _announce_wait(self, picture: Picture) -> None:
        if self._wait_was_announced:
            return
        self._wait_was_announced = True
        now = self._shared.time.now()
        ends = [
            self._shared.over_at(picture.attempts[key])
            for key in picture.before.keys() & picture.seen
        ]
        self._shared.tell(
            self._urn,
            "An earlier purchase for this resource may still be carried out, and nothing is bought "
            f"before that is certain: waiting up to {max([now, *ends]) - now:.0f} s for its number.",
        )

# SPDX-License-Identifier: Apache-2.0
"""What a person settles: purchases without a known end, and numbers that no state has.

Nothing is settled that this process has not known for as long as a request may take effect, and all
is looked at again after that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vocode_pulumi.errors import LedgerError, NumberHeld, VocodeError
from vocode_pulumi.numbers import NUMBERS, in_service
from vocode_pulumi.purchasing import attribution, holding
from vocode_pulumi.purchasing.attribution import Picture
from vocode_pulumi.purchasing.objects import (
    Attempt,
    AttemptKey,
    Cancelling,
    History,
    Holder,
    NotBought,
    Take,
    claim,
    is_open,
    outcome,
)
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.shared import Listing, Shared
from vocode_pulumi.purchasing.states import State, StateNotReadable


@dataclass(frozen=True)
class Found:
    """A purchase that a person may settle.

    Args:
        attempt: which.
        number: that it took, and that no state that could be read has; ``None`` for one without a
            known end.
        candidates: numbers that a purchase without a known end may have bought.
        not_asked: states that could not be read, so that one of them may have the number.
    """

    attempt: Attempt
    number: str | None = None
    candidates: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()


@dataclass
class Asked:
    """Which states were asked, and what they said."""

    states: dict[str, State] = field(default_factory=dict)
    not_readable: dict[str, str] = field(default_factory=dict)

    def having(self, number: str, history: History) -> str | None:
        """The stack that has a number."""
        return next(
            (
                name
                for name, state in self.states.items()
                if state.having(number, history.claims) is not None
            ),
            None,
        )


class Hand:
    """Shows and settles purchases for a person.

    Args:
        shared: what this process shares.
    """

    def __init__(self, shared: Shared) -> None:
        self.shared = shared

    def find(self) -> list[Found]:
        """Every purchase of the account that is to be settled, as far as the ledger knows.

        Raises:
            CallError: the account cannot be listed.
            LedgerError: the ledger cannot be used.
        """
        listing = self.shared.list_account()
        attempts = {
            key: attempt
            for key, attempt in self.shared.attempts().attempts.items()
            if attempt.intent.account.is_same(listing.account)
        }
        picture = self._picture(listing, attempts)
        taken = {
            key: attempt.newest.number
            for key, attempt in attempts.items()
            if isinstance(attempt.newest, Take)
            and outcome(attempt, picture.histories) in ("held", "unheld")
        }
        asked = self.ask({attempts[key].intent.owner.stack for key in taken})
        found = []
        for key, attempt in sorted(attempts.items()):
            if key in picture.before:
                candidates = attribution.candidates_of(attempt, picture, self.shared.keyring)
                found.append(Found(attempt, None, tuple(sorted(candidates))))
            elif key in taken and self._is_unrecorded(taken[key], picture, asked):
                not_asked = tuple(asked.not_readable)
                found.append(Found(attempt, taken[key], not_asked=not_asked))
        return found

    def _is_unrecorded(self, number: str, picture: Picture, asked: Asked) -> bool:
        if asked.having(number, picture.histories[number]) is not None:
            return False
        return number in picture.listed or in_service(self.shared.client, number) is not None

    def ask(self, stacks: Iterable[StackId]) -> Asked:
        """Ask the states of stacks, and those of the login's other stacks, who has which number."""
        asked = Asked()
        for stack in stacks:
            if stack.place != self.shared.place:
                asked.not_readable[f"{stack} in {stack.place}"] = "it is not of this login"
                continue
            try:
                asked.states[stack.qualified] = self.shared.states.own(stack)
                for name, state in self.shared.states.others(stack).items():
                    if isinstance(state, StateNotReadable):
                        asked.not_readable[name] = state.why
                    else:
                        asked.states[name] = state
            except StateNotReadable as error:
                asked.not_readable[stack.qualified] = error.why
        return asked

    def _picture(self, listing: Listing, attempts: Mapping[AttemptKey, Attempt]) -> Picture:
        shared = self.shared
        taken = {
            step.number
            for attempt in attempts.values()
            for step in attempt.steps
            if isinstance(step, Take)
        }
        histories = shared.ledger.histories(taken | listing.numbers.keys())
        open_ = [attempt for attempt in attempts.values() if is_open(attempt, histories)]
        return Picture(
            listed=listing.numbers,
            attempts=attempts,
            seen=frozenset(attempts),
            histories=histories,
            before=shared.before(open_),
            over=frozenset(),
        )

    # Settling.

    def wait_until_over(self, attempt: Attempt) -> None:
        """Wait until this process has known an attempt for long enough to settle it."""
        shared = self.shared
        left = shared.over_at(attempt) - shared.time.now()
        if left > 0:
            shared.tell(
                attempt.intent.owner.urn,
                f"Its request may still be carried out: waiting {left:.0f} s until that is over.",
            )
            shared.time.sleep(left)

    def settle(self, attempt: Attempt, number: str, *, let_go: bool = True) -> None:
        """Write down which number an attempt bought; let go, it is there for an `adopt`.

        Raises:
            VocodeError: the number is not in service, or somebody has it.
            CallError, LedgerError: as always.
        """
        self.wait_until_over(attempt)
        shared, intent = self.shared, attempt.intent
        listed = shared.list_account()
        if number not in listed.numbers and in_service(shared.client, number) is None:
            raise VocodeError(
                f"GET {NUMBERS} found no active number {number} in this account. Check the digits "
                "(country code first), and whose key is in use."
            )
        attempt = self._again(attempt)
        taken = attempt.newest
        if not (isinstance(taken, Take) and taken.number == number):
            history = shared.ledger.history(number)
            if history:
                raise NumberHeld(number, "is in the ledger already", "Choose another number.")
            holder = Holder(claim(), "bought", intent.owner, intent.account, str(attempt.key))
            if shared.ledger.step(attempt, Take(number, 0, guess=True), holder) < 2:
                raise LedgerError(shared.ledger.where, "somebody else settles this purchase now")
        if let_go:
            holding.release(shared, number)

    def cancel(self, attempt: Attempt, number: str) -> None:
        """Cancel the number that an attempt bought.

        Raises:
            VocodeError: a state has it, or may have it.
            CallError, LedgerError: as always.
        """
        self.settle(attempt, number, let_go=False)
        shared = self.shared
        history = shared.ledger.history(number)
        asked = self.ask({attempt.intent.owner.stack})
        has = asked.having(number, history)
        if has is not None:
            raise NumberHeld(number, f"is held by the stack {has}", "Take it out of its program.")
        if asked.not_readable:
            name, why = next(iter(asked.not_readable.items()))
            raise NumberHeld(
                number,
                f"may be held by {name}, whose state cannot be read ({why})",
                "Make it readable, or keep the number.",
            )
        newest = history.newest
        if not isinstance(newest, Holder):
            raise NumberHeld(number, "is not held by this purchase any more", "Look again.")
        cancelling = Cancelling(newest.claim, attempt.intent.owner, shared.account)
        if not shared.ledger.hold(number, history.next, cancelling):
            raise NumberHeld(number, "was taken over at this moment", "Look again.")
        shared.client.update(f"{NUMBERS}/cancel", phone_number=number)

    def forget(self, attempt: Attempt) -> None:
        """Write down that an attempt without a known end bought nothing.

        Raises:
            VocodeError: it is not open, or a number fits it.
            CallError, LedgerError: as always.
        """
        self.wait_until_over(attempt)
        for found in self.find():
            if found.attempt.key == attempt.key and found.number is None:
                if found.candidates:
                    named = ", ".join(found.candidates)
                    raise VocodeError(
                        f"{attempt.intent.owner.name} may have bought {named}: keep or cancel that "
                        "number instead."
                    )
                self.shared.ledger.step(found.attempt, NotBought())
                return
        raise VocodeError(
            f"The purchase for {attempt.intent.owner.name} has a known end: there is nothing to forget."
        )

    def _again(self, attempt: Attempt) -> Attempt:
        found = self.shared.attempts(attempt.key.of_owner).attempts.get(attempt.key)
        if found is None:
            raise LedgerError(self.shared.ledger.where, f"{attempt.key} is not there any more")
        return found


def release(shared: Shared, number: str) -> None:
    """Let a number go; somebody who is sure says so.

    Raises:
        VocodeError: the account has no such number in service.
        LedgerError: the ledger cannot be used.
    """
    if in_service(shared.client, number) is None:
        raise VocodeError(
            f"GET {NUMBERS} found no active number {number} in this account. Check the digits "
            "(country code first), and whose key is in use."
        )
    holding.release(shared, number)

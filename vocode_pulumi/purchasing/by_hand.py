# SPDX-License-Identifier: Apache-2.0
"""What a person settles: purchases without a known end, and numbers that no state has.

Nothing is settled that this process has not known for as long as a request may take effect, and a run
may take to record what it bought; all is looked at again after that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from vocode_pulumi.api.absence import NUMBERS, cancel, in_service
from vocode_pulumi.errors import NumberHeld, VocodeError
from vocode_pulumi.purchasing import attribution, holding
from vocode_pulumi.purchasing.account import require_pinned
from vocode_pulumi.purchasing.attribution import Picture
from vocode_pulumi.purchasing.objects import (
    UNKNOWN_NUMBER,
    Account,
    Attempt,
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
from vocode_pulumi.purchasing.resolving import Resolver
from vocode_pulumi.purchasing.shared import Shared
from vocode_pulumi.purchasing.states import State, StateNotReadable

Whose = Literal["ours", "perhaps ours", "another's"]
"""Whose the account of a purchase is, by the key in use."""


@dataclass(frozen=True)
class Purchase:
    """A purchase that is to be settled.

    Args:
        attempt: which.
        account: that it was made in, as far as anything said which.
        number: that it took, and that no state that was asked has; ``None`` for one without a known
            end.
        candidates: numbers that a purchase without a known end may have bought.
        not_asked: states that could not be asked and may have the number.
        cancelling: whether the number is on record as being cancelled, and still in service.
        retained: whether the number stays on purpose (``retain_on_delete``).
        whose: whose the account is that it was made in.
        of_other_login: whether its stack is where this login has no states.
        state_has: another number, which the stack's state has for the resource.
    """

    attempt: Attempt
    account: Account
    number: str | None = None
    candidates: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    cancelling: bool = False
    retained: bool = False
    whose: Whose = "ours"
    of_other_login: bool = False
    state_has: str | None = None

    @property
    def name(self) -> str:
        """Of the resource, with its stack."""
        owner = self.attempt.intent.owner
        return f"{owner.name} in {owner.stack}"


@dataclass(frozen=True)
class Overview:
    """What is not settled, as far as the ledger knows.

    Args:
        found: what a person may settle.
        retained: what stays on purpose.
        elsewhere: purchases without a known end that were made with another key.
        of_other_logins: numbers of stacks that only another login can ask.
        of_other_accounts: numbers that were bought with another account's key, and that no state that
            was asked has; whether they are in service, only that key can tell.
    """

    found: tuple[Purchase, ...]
    retained: tuple[Purchase, ...]
    elsewhere: tuple[Purchase, ...]
    of_other_logins: tuple[Purchase, ...]
    of_other_accounts: tuple[Purchase, ...]

    @property
    def all(self) -> tuple[Purchase, ...]:
        """Whatever can be settled with the key in use, if a person says so."""
        perhaps = (one for one in self.elsewhere if one.whose == "perhaps ours")
        return (*self.found, *self.retained, *self.of_other_logins, *perhaps)


@dataclass(frozen=True)
class StatesRead:
    """What the states of a login say.

    Args:
        states: by the names of their stacks.
        not_readable: why, by what cannot be read.
    """

    states: Mapping[str, State]
    not_readable: Mapping[str, str]

    def having(self, number: str, history: History) -> str | None:
        """The stack that has a number: by its claim, or by the digits if the ledger knows no claim."""
        for name, state in self.states.items():
            claims = history.claims or {one.claim for one in state.numbers if one.claim}
            if state.having(number, claims) is not None:
                return name
        return None

    def number_of(self, stack: str, urn: str, other_than: str | None) -> str | None:
        """The number that the state of a stack has for a resource, if it is another one."""
        state = self.states.get(stack, State())
        numbers = (held.number for held in state.numbers if held.urn == urn)
        return next((number for number in numbers if number != other_than), None)


class Settler:
    """Shows and settles purchases for a person.

    Args:
        shared: what this process shares.
    """

    def __init__(self, shared: Shared) -> None:
        self.shared = shared

    def look(self) -> Overview:
        """What is not settled.

        Raises:
            PinnedAccount: the key in use is not that of the account that the settings name.
            CallError: the account cannot be listed.
            LedgerError: the ledger cannot be used.
        """
        picture = self._picture()
        self._require_a_ledger(picture)
        taken = [
            (attempt, number)
            for _, attempt in sorted(picture.attempts.items())
            if (number := _number_of(attempt, picture.histories)) is not None
        ]
        open_ = [picture.attempts[key] for key in sorted(picture.before)]
        asked = self._ask([*(attempt for attempt, _ in taken), *open_])
        without_state = [
            self._unrecorded(*one, picture, asked)
            for one in taken
            if asked.having(one[1], picture.histories[one[1]]) is None
        ]
        there = [
            one
            for one in without_state
            if one.whose == "ours" and self._is_there(str(one.number), picture)
        ]
        open_purchases = [self._open(attempt, picture, asked) for attempt in open_]
        kept = [one for one in there if not one.retained]
        found = [one for one in kept if not one.of_other_login]
        found += [one for one in open_purchases if one.whose == "ours"]
        return Overview(
            found=tuple(sorted(found, key=lambda one: one.attempt.key)),
            retained=tuple(one for one in there if one.retained),
            elsewhere=tuple(one for one in open_purchases if one.whose != "ours"),
            of_other_logins=tuple(one for one in kept if one.of_other_login),
            of_other_accounts=tuple(
                one
                for one in without_state
                if one.whose != "ours" and not one.retained and not one.cancelling
            ),
        )

    def _require_a_ledger(self, picture: Picture) -> None:
        """See to it that there is something to go by: a name that is misspelled names an empty ledger."""
        ledger, numbers = self.shared.ledger, len(picture.listed)
        if numbers and not picture.attempts and not ledger.ages():
            raise VocodeError(
                f"There is nothing in the ledger {ledger.where}, or no such file, and the account has "
                f"numbers ({numbers}): what was bought for a stack cannot be said. Name the ledger that "
                "the stacks use (VOCODE_LEDGER, or --stack NAME for what vocode:ledger says); if it is "
                "lost, or none was bought with it, `vocode-pulumi audit --stack NAME` compares the "
                "account with stacks."
            )

    def _whose(self, account: Account) -> Whose:
        mine = self.shared.account
        if account.is_same(mine):
            return "ours"
        return "perhaps ours" if account.may_be(mine) else "another's"

    def _account_of(self, attempt: Attempt, history: History) -> Account:
        """The account of a number: who bought it, and whoever had it since, may have known which."""
        held_in = [holding_.account for _, holding_ in sorted(history.by_generation.items())]
        accounts = [attempt.intent.account, *held_in]
        return next((one for one in accounts if one.is_same(self.shared.account)), accounts[-1])

    def _open(self, attempt: Attempt, picture: Picture, asked: StatesRead) -> Purchase:
        whose = self._whose(attempt.intent.account)
        found = attribution.candidates_of(attempt, picture, self.shared.keyring)
        # Of another account's purchase, this account's numbers say nothing.
        return Purchase(
            attempt,
            attempt.intent.account,
            candidates=tuple(sorted(found if whose == "ours" else ())),
            whose=whose,
            state_has=self._number_in_state(attempt, None, asked),
        )

    def _unrecorded(
        self, attempt: Attempt, number: str, picture: Picture, asked: StatesRead
    ) -> Purchase:
        """A purchase whose number is in no state that was asked."""
        history = picture.histories[number]
        newest, account = history.newest, self._account_of(attempt, history)
        return Purchase(
            attempt,
            account,
            number,
            not_asked=self._not_asked(attempt, asked),
            cancelling=isinstance(newest, Cancelling),
            retained=isinstance(newest, Holder) and newest.retained,
            whose=self._whose(account),
            of_other_login=self._stack_of(attempt).place != self.shared.place,
            state_has=self._number_in_state(attempt, number, asked),
        )

    def _number_in_state(
        self, attempt: Attempt, number: str | None, asked: StatesRead
    ) -> str | None:
        """Another number that the state has for the resource of a purchase."""
        stack = self._stack_of(attempt).qualified
        return asked.number_of(stack, attempt.intent.owner.urn, number)

    def _is_there(self, number: str, picture: Picture) -> bool:
        if number in picture.listed and picture.listed[number].get("active") is not False:
            return True
        return in_service(self.shared.client, number) is not None

    def _picture(self) -> Picture:
        shared = self.shared
        require_pinned(shared)
        # The list of an account without numbers does not say whose it is.
        shared.user_id()
        listing = shared.list_account()
        attempts = shared.attempts().attempts
        taken = {
            step.number
            for attempt in attempts.values()
            for step in attempt.steps
            if isinstance(step, Take)
        }
        histories = shared.ledger.histories(taken | listing.numbers.keys())
        open_ = [one for _, one in sorted(attempts.items()) if is_open(one, histories)]
        return Picture(
            listed=listing.numbers,
            attempts=attempts,
            seen=frozenset(attempts),
            histories=histories,
            before=shared.before(open_),
            over=frozenset(),
        )

    def who_may_have_bought(self, number: str) -> str | None:
        """A resource for which a purchase without a known end may have bought a number."""
        picture = self._picture()
        nobody = StatesRead({}, {})
        open_ = [self._open(picture.attempts[key], picture, nobody) for key in picture.before]
        return next((one.name for one in open_ if number in one.candidates), None)

    # Who has which number.

    def _ask(self, attempts: Iterable[Attempt]) -> StatesRead:
        """Ask the states of this login: those of the stacks of purchases, and all others."""
        asked: dict[str, State] = {}
        not_readable: dict[str, str] = {}
        stacks = sorted({self._stack_of(attempt) for attempt in attempts})
        for stack in stacks:
            try:
                asked[stack.qualified] = self.shared.states.own(stack)
            except StateNotReadable as error:
                not_readable[error.stack] = error.why
        try:
            others = self.shared.states.others(stacks[0]) if stacks else {}
        except StateNotReadable as error:
            others = {error.stack: error}
        for name, state in others.items():
            if isinstance(state, StateNotReadable):
                not_readable.setdefault(name, state.why)
            else:
                asked.setdefault(name, state)
        return StatesRead(asked, not_readable)

    def _stack_of(self, attempt: Attempt) -> StackId:
        """The stack of a purchase; version 0.1 called the place of its state otherwise."""
        owner = attempt.intent.owner
        is_old = attempt.key.stack == self.shared.version_0_1_keys(owner.urn)[0]
        return replace(owner.stack, place=self.shared.place) if is_old else owner.stack

    def _not_asked(self, attempt: Attempt, asked: StatesRead) -> tuple[str, ...]:
        """What could not be asked and may have the number of a purchase."""
        stack = self._stack_of(attempt)
        elsewhere = stack.place != self.shared.place
        own = (f"{stack} in {stack.place} (not where this login has its states)",)
        of_login = (f"{name} ({why})" for name, why in asked.not_readable.items())
        return (*(own if elsewhere else ()), *of_login)

    # Settling.

    def resolve(self, found: Purchase) -> str | None:
        """Find out now what a purchase bought, as the next `pulumi up` would.

        Returns:
            The number; ``None`` where it bought nothing.

        Raises:
            AmbiguousPurchase, OtherAccount: it cannot be found out.
            CallError, LedgerError: as always.
        """
        key = found.attempt.key
        if found.number is None:
            Resolver(self.shared, key, found.attempt.intent.owner.urn).resolve()
        attempt = self.shared.attempts(key.of_owner).attempts.get(key)
        step = None if attempt is None else attempt.newest
        return step.number if isinstance(step, Take) else None

    def give(self, found: Purchase, number: str) -> None:
        """Write down which number a purchase bought: the next `pulumi up` takes it.

        Raises:
            VocodeError: it did not buy that, or somebody has it.
            CallError, LedgerError: as always.
        """
        self._settle(found, number)

    def keep(self, found: Purchase, number: str) -> None:
        """Write down which number a purchase bought, and let it go: the next `adopt` takes it.

        Raises:
            VocodeError, CallError, LedgerError: as :meth:`give`.
        """
        self._settle(found, number)
        holding.release(self.shared, number)

    def cancel(self, found: Purchase, number: str) -> None:
        """Cancel the number that a purchase bought, once it is said whose states were asked.

        Raises:
            VocodeError: as :meth:`give`, and where a state that cannot be asked may have it.
            CallError: Vocode did not do it, and it is on record as being cancelled: cancel it again.
            LedgerError: as always.
        """
        asked = self._settle(found, number, to_cancel=True)
        shared = self.shared
        shared.tell("", f"The states of these stacks were asked, and none has {number}:")
        for name in asked.states:
            shared.tell("", f"- {name}")
        history = shared.ledger.history(number)
        newest = history.newest
        if isinstance(newest, Holder):
            cancelling = Cancelling(newest.claim, found.attempt.intent.owner, shared.account)
            if not shared.ledger.hold(number, history.next, cancelling):
                _was_settled_meanwhile(found)
        elif not isinstance(newest, Cancelling):
            _was_settled_meanwhile(found)
        cancel(shared.client, number, shared.account.user_id)

    def forget(self, found: Purchase) -> None:
        """Write down that a purchase without a known end bought nothing.

        Raises:
            VocodeError: its end is known, or a number fits it.
            CallError, LedgerError: as always.
        """
        if found.number is not None:
            raise VocodeError(
                f"{found.name} has bought {found.number}: keep or cancel that number."
            )
        picture = self._anew(found)
        attempt = self._still_open(found, picture)
        fitting = sorted(attribution.candidates_of(attempt, picture, self.shared.keyring))
        if fitting:
            raise VocodeError(
                f"{found.name} may have bought {' or '.join(fitting)}: keep or cancel that number "
                "instead."
            )
        if self.shared.ledger.step(attempt, NotBought()) != 1:
            _was_settled_meanwhile(found)

    def _anew(self, found: Purchase) -> Picture:
        """What there is once the request must be over, or a run must have recorded the number."""
        shared, attempt = self.shared, found.attempt
        left = shared.over_at(attempt) - shared.time.now()
        if left > 0:
            what = (
                f"The request for {found.name} may still be carried out"
                if found.number is None
                else f"A `pulumi up` that is at work may still record {found.number} for {found.name}"
            )
            shared.tell(
                attempt.intent.owner.urn,
                f"{what}: waiting {left:.0f} s. Ctrl-C ends this, and nothing is changed.",
            )
            shared.time.sleep(left)
        return self._picture()

    def _still_open(self, found: Purchase, picture: Picture) -> Attempt:
        if found.attempt.key not in picture.before:
            _was_settled_meanwhile(found)
        return picture.attempts[found.attempt.key]

    def _settle(self, found: Purchase, number: str, *, to_cancel: bool = False) -> StatesRead:
        """See to it that the ledger says that a purchase bought a number, which no state has."""
        if found.number not in (None, number):
            raise VocodeError(f"{found.name} has bought {found.number}, and not {number}.")
        picture = self._anew(found)
        if not self._is_there(number, picture):
            raise _not_there(number)
        history = picture.histories.get(number, UNKNOWN_NUMBER)
        asked = self._ask([found.attempt])
        has = asked.having(number, history)
        if has is not None:
            raise NumberHeld(number, f"is held by the stack {has}", "It is not this purchase's.")
        not_asked = self._not_asked(found.attempt, asked)
        if to_cancel and not_asked:
            raise NumberHeld(
                number,
                f"may be held by a stack that cannot be asked: {'; '.join(not_asked)}",
                f"Make that readable, or keep it: `vocode-pulumi purchases --keep {number}`.",
            )
        if found.number is None:
            self._take(found, number, picture)
        else:
            self._hold(found, number, picture)
        return asked

    def _take(self, found: Purchase, number: str, picture: Picture) -> None:
        """Write down what a purchase bought whose end is not known."""
        attempt = self._still_open(found, picture)
        words = None
        if picture.histories.get(number):
            words = "is in the ledger already, as another purchase's or resource's"
        elif number in picture.before[attempt.key]:
            words = "was there before this purchase was made"
        if words is not None:
            raise NumberHeld(number, words, "It is not this purchase's.")
        take = Take(number, 0, guess=True)
        if self.shared.ledger.step(attempt, take, self._holder(attempt)) < 2:
            _was_settled_meanwhile(found)

    def _hold(self, found: Purchase, number: str, picture: Picture) -> None:
        """See to it that the number that a purchase took is its own still."""
        attempt, histories = picture.attempts.get(found.attempt.key), picture.histories
        if attempt is None or _number_of(attempt, histories) != number:
            _was_settled_meanwhile(found)
        if outcome(attempt, histories) == "unheld":
            # Whoever took it died before it was written down who holds it.
            generation = histories[number].next
            if not self.shared.ledger.hold(number, generation, self._holder(attempt)):
                _was_settled_meanwhile(found)

    def _holder(self, attempt: Attempt) -> Holder:
        owner = attempt.intent.owner
        return Holder(claim(), "bought", owner, self.shared.account, str(attempt.key))


def release(shared: Shared, number: str) -> None:
    """Let a number go; somebody who is sure says so.

    Raises:
        VocodeError: the account has no such number in service, or it may be what a purchase bought.
        CallError: the account cannot be listed.
        LedgerError: the ledger cannot be used.
    """
    found = in_service(shared.client, number)
    if found is None:
        raise _not_there(number)
    shared.learn_account(found.get("user_id"))
    name = Settler(shared).who_may_have_bought(number)
    if name is not None:
        raise VocodeError(
            f"{number} may be what a purchase for {name} bought, whose end is not known. Nothing was "
            f"changed. `vocode-pulumi purchases --keep {number}` settles that purchase and lets the "
            "number go."
        )
    holding.release(shared, number)


def _number_of(attempt: Attempt, histories: Mapping[str, History]) -> str | None:
    """The number that a purchase has and nobody else, though it may be on its way out by hand."""
    take = attempt.newest
    if not isinstance(take, Take):
        return None
    if outcome(attempt, histories) in ("held", "unheld"):
        return take.number
    history = histories[take.number]
    claims = {
        holding_.claim
        for holding_ in history.by_generation.values()
        if isinstance(holding_, Holder) and holding_.attempt == str(attempt.key)
    }
    newest = history.newest
    return take.number if isinstance(newest, Cancelling) and newest.claim in claims else None


def _not_there(number: str) -> VocodeError:
    return VocodeError(
        f"GET {NUMBERS} found no active number {number} in this account. Nothing was changed. Check "
        "the digits (country code first), and whose key is in use."
    )


def _was_settled_meanwhile(found: Purchase) -> NoReturn:
    raise VocodeError(
        f"{found.name}: that was settled meanwhile. `vocode-pulumi purchases` shows what is left."
    )

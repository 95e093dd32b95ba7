# SPDX-License-Identifier: Apache-2.0
"""Settling by a person: purchases without a known end, and numbers that no state has.

Before this settles a purchase, it waits until the window of the purchase has passed. By then the request
can have no effect any more, and a run has recorded its number. Then this reads the account, the ledger and
the states again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from vocode_pulumi import digits
from vocode_pulumi.api.absence import NUMBERS, cancel, get_if_in_service
from vocode_pulumi.errors import NumberHeld, VocodeError
from vocode_pulumi.purchasing import attribution, holding
from vocode_pulumi.purchasing.account import require_account_of_setting
from vocode_pulumi.purchasing.attribution import Picture
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.ledger import TAKE_AND_HOLDER
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
    taken_numbers,
)
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.resolving import Resolver
from vocode_pulumi.purchasing.states import State, StateNotReadable

ANOTHER_NUMBER = "So this purchase did not buy it. Name the number that it bought."
Whose = Literal["ours", "perhaps ours", "another's"]
"""Whose account a purchase was made in: ``ours`` is the account of the key in use."""


@dataclass(frozen=True)
class Purchase:
    """A purchase that is to be settled.

    Args:
        attempt: the attempt in the ledger.
        account: the account of the purchase; its id may be unknown.
        number: the number that it bought, which is in no state that was read; ``None`` if the purchase
            has no known end.
        candidates: the numbers that it may have bought, if it has no known end.
        not_asked: the states that could not be read and may have the number.
        cancelling: whether the ledger says that the number is being cancelled, and it is in service.
        retained: whether the number stays on purpose (``retain_on_delete``).
        whose: whether the key in use is of the purchase's account.
        of_other_login: whether only another login can read the state of its stack.
        state_has: another number that the stack's state has for the resource.
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
        """The name of the resource, with its stack."""
        owner = self.attempt.intent.owner
        return f"{owner.name} in {owner.stack}"


@dataclass(frozen=True)
class Overview:
    """The purchases in the ledger that are not settled.

    Args:
        found: purchases that a person may settle.
        retained: purchases whose numbers stay on purpose.
        elsewhere: purchases without a known end that were made with another key.
        of_other_logins: purchases of stacks whose states only another login can read.
        of_other_accounts: purchases of other accounts whose numbers are in no state that was read. Only
            the other account's key can tell whether the numbers are in service.
    """

    found: tuple[Purchase, ...]
    retained: tuple[Purchase, ...]
    elsewhere: tuple[Purchase, ...]
    of_other_logins: tuple[Purchase, ...]
    of_other_accounts: tuple[Purchase, ...]

    @property
    def to_settle(self) -> tuple[Purchase, ...]:
        """Every purchase that a person can settle with the key in use."""
        perhaps = (purchase for purchase in self.elsewhere if purchase.whose == "perhaps ours")
        return (*self.found, *self.retained, *self.of_other_logins, *perhaps)


@dataclass(frozen=True)
class StatesRead:
    """The states of a login's stacks.

    Args:
        states: the states that were read, by the names of their stacks.
        not_readable: for each stack whose state cannot be read, why.
    """

    states: Mapping[str, State]
    not_readable: Mapping[str, str]

    def stack_with(self, number: str, history: History) -> str | None:
        """The stack that has a number.

        If the ledger knows claims on the number, only a resource with one of these claims has it.
        """
        for name, state in self.states.items():
            claims = history.claims or {held.claim for held in state.numbers if held.claim}
            if state.resource_with(number, claims) is not None:
                return name
        return None

    def number_in_state(self, stack: str, urn: str, other_than: str | None) -> str | None:
        """The number that a stack's state has for a resource; ``None`` if that is ``other_than``."""
        state = self.states.get(stack, State())
        numbers = (held.number for held in state.numbers if held.urn == urn)
        return next((number for number in numbers if number != other_than), None)


class Settler:
    """Lists and settles purchases for a person.

    Args:
        context: what the purchases of this process share.
    """

    def __init__(self, context: PurchasingContext) -> None:
        self.context = context

    def overview(self) -> Overview:
        """Find the purchases that are not settled.

        Raises:
            PinnedAccount: the key in use is not of the account that ``vocode:account`` names.
            CallError: the account cannot be listed.
            LedgerError: the ledger cannot be used.
        """
        picture = self._picture()
        self._require_nonempty_ledger(picture)
        taken = [
            (attempt, number)
            for _, attempt in sorted(picture.attempts.items())
            if (number := _number_of(attempt, picture.histories)) is not None
        ]
        open_ = [picture.attempts[key] for key in sorted(picture.before)]
        states_read = self._read_states([*(attempt for attempt, _ in taken), *open_])
        without_state = [
            self._unrecorded(attempt, number, picture, states_read)
            for attempt, number in taken
            if states_read.stack_with(number, picture.histories[number]) is None
        ]
        still_paid = [
            purchase
            for purchase in without_state
            if purchase.whose == "ours" and self._is_in_service(str(purchase.number), picture)
        ]
        open_purchases = [self._open(attempt, picture, states_read) for attempt in open_]
        not_retained = [purchase for purchase in still_paid if not purchase.retained]
        found = [purchase for purchase in not_retained if not purchase.of_other_login]
        found += [purchase for purchase in open_purchases if purchase.whose == "ours"]
        return Overview(
            found=tuple(sorted(found, key=lambda purchase: purchase.attempt.key)),
            retained=tuple(purchase for purchase in still_paid if purchase.retained),
            elsewhere=tuple(purchase for purchase in open_purchases if purchase.whose != "ours"),
            of_other_logins=tuple(purchase for purchase in not_retained if purchase.of_other_login),
            of_other_accounts=tuple(
                purchase
                for purchase in without_state
                if purchase.whose != "ours" and not purchase.retained and not purchase.cancelling
            ),
        )

    def _require_nonempty_ledger(self, picture: Picture) -> None:
        """Raise if the ledger is empty and the account is not: its name may be misspelled."""
        ledger, numbers = self.context.ledger, len(picture.listed)
        if numbers and not picture.attempts and not ledger.ages():
            raise VocodeError(
                f"The ledger {ledger.where} is empty or does not exist, and the account has numbers "
                f"({numbers}). So this may be the wrong ledger. Name the one that the stacks use: set "
                "VOCODE_LEDGER, or give --stack NAME to use that stack's vocode:ledger. If the ledger is "
                "lost, or no number was bought with it, `vocode-pulumi audit --stack NAME` compares the "
                "account with stacks."
            )

    def _whose(self, account: Account) -> Whose:
        mine = self.context.account
        if account.is_same(mine):
            return "ours"
        return "perhaps ours" if account.may_be(mine) else "another's"

    def _account_of(self, attempt: Attempt, history: History) -> Account:
        """The account of a number; the purchase or a later object of the number may name its id."""
        holders_accounts = [
            holding_.account for _, holding_ in sorted(history.by_generation.items())
        ]
        accounts = [attempt.intent.account, *holders_accounts]
        mine = self.context.account
        return next((account for account in accounts if account.is_same(mine)), accounts[-1])

    def _open(self, attempt: Attempt, picture: Picture, states_read: StatesRead) -> Purchase:
        whose = self._whose(attempt.intent.account)
        found = attribution.candidates_of(attempt, picture, self.context.keyring)
        # A purchase of another account did not buy any of this account's numbers.
        return Purchase(
            attempt,
            attempt.intent.account,
            candidates=tuple(sorted(found if whose == "ours" else ())),
            whose=whose,
            state_has=self._number_in_state(attempt, None, states_read),
        )

    def _unrecorded(
        self, attempt: Attempt, number: str, picture: Picture, states_read: StatesRead
    ) -> Purchase:
        """A purchase whose number is in no state that was read."""
        history = picture.histories[number]
        newest, account = history.newest, self._account_of(attempt, history)
        return Purchase(
            attempt,
            account,
            number,
            not_asked=self._unreadable_states(attempt, states_read),
            cancelling=isinstance(newest, Cancelling),
            retained=isinstance(newest, Holder) and newest.retained,
            whose=self._whose(account),
            of_other_login=self._stack_of(attempt).place != self.context.place,
            state_has=self._number_in_state(attempt, number, states_read),
        )

    def _number_in_state(
        self, attempt: Attempt, number: str | None, states_read: StatesRead
    ) -> str | None:
        """Another number that the state has for the resource of a purchase."""
        stack = self._stack_of(attempt).qualified
        return states_read.number_in_state(stack, attempt.intent.owner.urn, number)

    def _is_in_service(self, number: str, picture: Picture) -> bool:
        if number in picture.listed and picture.listed[number].get("active") is not False:
            return True
        return get_if_in_service(self.context.client, number) is not None

    def _picture(self) -> Picture:
        context = self.context
        require_account_of_setting(context)
        # The list of an account without numbers does not name the account.
        context.user_id()
        listing = context.list_account()
        attempts = context.attempts().by_key
        taken = taken_numbers(attempts.values())
        histories = context.ledger.histories(taken | listing.numbers.keys())
        open_ = [attempt for _, attempt in sorted(attempts.items()) if is_open(attempt, histories)]
        return Picture(
            listed=listing.numbers,
            attempts=attempts,
            attempts_at_list=frozenset(attempts),
            histories=histories,
            before=context.numbers_before(open_),
            past_window=frozenset(),
        )

    def who_may_have_bought(self, number: str) -> str | None:
        """The name of a resource whose purchase without a known end may have bought a number."""
        picture = self._picture()
        no_states = StatesRead({}, {})
        open_ = [self._open(picture.attempts[key], picture, no_states) for key in picture.before]
        return next((purchase.name for purchase in open_ if number in purchase.candidates), None)

    # Which stack has which number.

    def _read_states(self, attempts: Iterable[Attempt]) -> StatesRead:
        """Read the states of the purchases' stacks, and of all other stacks of the login."""
        states_read: dict[str, State] = {}
        not_readable: dict[str, str] = {}
        stacks = sorted({self._stack_of(attempt) for attempt in attempts})
        for stack in stacks:
            try:
                states_read[stack.qualified] = self.context.states.own(stack)
            except StateNotReadable as error:
                not_readable[error.stack] = error.why
        try:
            others = self.context.states.others(stacks[0]) if stacks else {}
        except StateNotReadable as error:
            others = {error.stack: error}
        for name, state in others.items():
            if isinstance(state, StateNotReadable):
                not_readable.setdefault(name, state.why)
            else:
                states_read.setdefault(name, state)
        return StatesRead(states_read, not_readable)

    def _stack_of(self, attempt: Attempt) -> StackId:
        """The stack of a purchase; version 0.1 wrote another name for the place of its state."""
        owner = attempt.intent.owner
        is_old = attempt.key.stack == self.context.version_0_1_keys(owner.urn)[0]
        return replace(owner.stack, place=self.context.place) if is_old else owner.stack

    def _unreadable_states(self, attempt: Attempt, states_read: StatesRead) -> tuple[str, ...]:
        """The states that could not be read and may have the number of a purchase."""
        stack = self._stack_of(attempt)
        is_of_other_login = stack.place != self.context.place
        own = (f"{stack} in {stack.place} (this login has its states elsewhere)",)
        of_login = (f"{name} ({why})" for name, why in states_read.not_readable.items())
        return (*(own if is_of_other_login else ()), *of_login)

    # Settling.

    def resolve(self, purchase: Purchase) -> str | None:
        """Find out now what a purchase bought, as the next `pulumi up` would.

        Returns:
            The number; ``None`` if the purchase bought nothing.

        Raises:
            AmbiguousPurchase, OtherAccount: it cannot be found out.
            CallError: a call to Vocode failed.
            LedgerError: the ledger cannot be used.
        """
        key = purchase.attempt.key
        if purchase.number is None:
            Resolver(self.context, key, purchase.attempt.intent.owner.urn).resolve()
        attempt = self.context.attempts(key.of_owner).by_key.get(key)
        step = None if attempt is None else attempt.newest
        return step.number if isinstance(step, Take) else None

    def give(self, purchase: Purchase, number: str) -> None:
        """Write down which number a purchase bought. The next `pulumi up` takes it.

        Raises:
            VocodeError: the purchase did not buy this number, or another resource holds it.
            CallError: a call to Vocode failed.
            LedgerError: the ledger cannot be used.
        """
        self._settle(purchase, number)

    def keep(self, purchase: Purchase, number: str) -> None:
        """Write down which number a purchase bought, and let the number go. The next `adopt` takes it.

        Raises:
            VocodeError, CallError, LedgerError: as :meth:`give`.
        """
        self._settle(purchase, number)
        holding.release(self.context, number)

    def cancel(self, purchase: Purchase, number: str) -> None:
        """Print which stacks' states were read; then cancel the number that a purchase bought.

        Raises:
            VocodeError: as :meth:`give`, and if a state that cannot be read may have the number.
            CallError: Vocode did not cancel the number. The ledger says that it is being cancelled: call
                this method again.
            LedgerError: the ledger cannot be used.
        """
        states_read = self._settle(purchase, number, to_cancel=True)
        context = self.context
        context.tell("", f"The states of these stacks were read, and none has {number}:")
        for name in states_read.states:
            context.tell("", f"- {name}")
        history = context.ledger.history(number)
        newest = history.newest
        if isinstance(newest, Holder):
            cancelling = Cancelling(newest.claim, purchase.attempt.intent.owner, context.account)
            if not context.ledger.hold(number, history.next, cancelling):
                _was_settled_meanwhile(purchase)
        elif not isinstance(newest, Cancelling):
            _was_settled_meanwhile(purchase)
        cancel(context.client, number, context.account.user_id)

    def forget(self, purchase: Purchase) -> None:
        """Write down that a purchase without a known end bought nothing.

        Raises:
            VocodeError: the purchase has a known end, or the account has a number that fits it.
            CallError: a call to Vocode failed.
            LedgerError: the ledger cannot be used.
        """
        if purchase.number is not None:
            raise VocodeError(
                f"The purchase for {purchase.name} bought {purchase.number}, so it cannot be forgotten. Keep or "
                "cancel that number."
            )
        picture = self._picture_after_window(purchase)
        attempt = self._still_open(purchase, picture)
        fitting = sorted(attribution.candidates_of(attempt, picture, self.context.keyring))
        if fitting:
            raise VocodeError(
                f"The purchase for {purchase.name} may have bought {' or '.join(fitting)}, so it cannot be "
                "forgotten. Keep or cancel that number."
            )
        if self.context.ledger.step(attempt, NotBought()) != 1:
            _was_settled_meanwhile(purchase)

    def _picture_after_window(self, purchase: Purchase) -> Picture:
        """Wait until the window of a purchase has passed, then read the account and the ledger.

        By then a run must also have recorded the number that it bought.
        """
        context, attempt = self.context, purchase.attempt
        left = context.window_end(attempt) - context.time.now()
        if left > 0:
            what = (
                f"Vocode may still carry out the purchase for {purchase.name}"
                if purchase.number is None
                else f"A `pulumi up` that still runs may record {purchase.number} for {purchase.name}"
            )
            context.tell(
                attempt.intent.owner.urn,
                f"{what}. Waiting {left:.0f} s, until that cannot happen any more. Ctrl-C ends this, and nothing is changed.",
            )
            context.time.sleep(left)
        return self._picture()

    def _still_open(self, purchase: Purchase, picture: Picture) -> Attempt:
        if purchase.attempt.key not in picture.before:
            _was_settled_meanwhile(purchase)
        return picture.attempts[purchase.attempt.key]

    def _settle(self, purchase: Purchase, number: str, *, to_cancel: bool = False) -> StatesRead:
        """Write down that a purchase bought a number, after checking that no state has the number."""
        if purchase.number not in (None, number):
            raise VocodeError(
                f"The purchase for {purchase.name} bought {purchase.number}, and not {number}."
            )
        picture = self._picture_after_window(purchase)
        if not self._is_in_service(number, picture):
            raise _not_there(number)
        history = picture.histories.get(number, UNKNOWN_NUMBER)
        states_read = self._read_states([purchase.attempt])
        has = states_read.stack_with(number, history)
        if has is not None:
            raise NumberHeld(number, f"is held by the stack {has}", ANOTHER_NUMBER)
        not_asked = self._unreadable_states(purchase.attempt, states_read)
        if to_cancel and not_asked:
            raise NumberHeld(
                number,
                f"may be held by a stack whose state cannot be read: {'; '.join(not_asked)}",
                "Make that state readable, or keep the number: `vocode-pulumi purchases --keep "
                f"{number}`.",
            )
        if purchase.number is None:
            self._take(purchase, number, picture)
        else:
            self._hold(purchase, number, picture)
        return states_read

    def _take(self, purchase: Purchase, number: str, picture: Picture) -> None:
        """Write down the number of a purchase without a known end."""
        attempt = self._still_open(purchase, picture)
        words = None
        if picture.histories.get(number):
            words = "is in the ledger as the number of another purchase or resource"
        elif number in picture.before[attempt.key]:
            words = "was in the account before this purchase was made"
        if words is not None:
            raise NumberHeld(number, words, ANOTHER_NUMBER)
        take = Take(number, 0, guess=True)
        if self.context.ledger.step(attempt, take, self._holder(attempt)) != TAKE_AND_HOLDER:
            _was_settled_meanwhile(purchase)

    def _hold(self, purchase: Purchase, number: str, picture: Picture) -> None:
        """Check that a number still belongs to its purchase; write the holder if it has none."""
        attempt, histories = picture.attempts.get(purchase.attempt.key), picture.histories
        if attempt is None or _number_of(attempt, histories) != number:
            _was_settled_meanwhile(purchase)
        if outcome(attempt, histories) == "unheld":
            # The process that took the number ended before it wrote the holder.
            generation = histories[number].next
            if not self.context.ledger.hold(number, generation, self._holder(attempt)):
                _was_settled_meanwhile(purchase)

    def _holder(self, attempt: Attempt) -> Holder:
        owner = attempt.intent.owner
        return Holder(claim(), "bought", owner, self.context.account, str(attempt.key))


def release(context: PurchasingContext, number: str) -> None:
    """Let a number go because a person says so.

    Raises:
        VocodeError: the account has no such number in service, or a purchase without a known end may
            have bought it.
        CallError: the account cannot be listed.
        LedgerError: the ledger cannot be used.
    """
    found = get_if_in_service(context.client, number)
    if found is None:
        raise _not_there(number)
    context.learn_account(found.get("user_id"))
    name = Settler(context).who_may_have_bought(number)
    if name is not None:
        raise VocodeError(
            f"The purchase for {name} may have bought {number}. Nothing was changed. `vocode-pulumi "
            f"purchases --keep {number}` writes down that it did, and lets the number go."
        )
    holding.release(context, number)


def _number_of(attempt: Attempt, histories: Mapping[str, History]) -> str | None:
    """The number that belongs to a purchase; ``None`` if it has none.

    A number that a person is cancelling still belongs to its purchase.
    """
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
        f"the digits ({digits.country_code_first(number)}), and whose key is in use."
    )


def _was_settled_meanwhile(purchase: Purchase) -> NoReturn:
    raise VocodeError(
        f"Another run or person has settled the purchase for {purchase.name} meanwhile. `vocode-pulumi "
        "purchases` shows what is left."
    )

# SPDX-License-Identifier: Apache-2.0
"""The numbers of a stack that was removed: what the ledger says that it holds, and what no state has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vocode_pulumi.api import absence
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.account import require_account_of_setting
from vocode_pulumi.purchasing.context import Listing, PurchasingContext
from vocode_pulumi.purchasing.objects import (
    Attempt,
    Cancelling,
    History,
    Holder,
    Released,
    is_open,
    outcome,
    taken_numbers,
)
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.purchasing.states import State, StateNotReadable, stack_exists

NOTHING = "Nothing is changed"


@dataclass(frozen=True)
class LeftNumber:
    """A number in service that a removed stack holds, and that no state has.

    Args:
        number: digits.
        label: the label of the number.
        holding: what the ledger says about it last.
        generation: the generation of the next object of the number in the ledger.
    """

    number: str
    label: str
    holding: Holder | Cancelling
    generation: int

    @property
    def retained(self) -> bool:
        """Whether the number stays on purpose (``retain_on_delete``)."""
        return isinstance(self.holding, Holder) and self.holding.retained


@dataclass(frozen=True)
class RemovedStack:
    """What a removed stack left.

    Args:
        stack: the stack.
        numbers: numbers that the stack holds, and that no state has.
        in_states: for each of its numbers that another stack's state has, the name of that stack.
        elsewhere: numbers that were bought with the key of another account.
        unfinished: the resources whose purchases are not finished.
        states_read: the names of the stacks whose states were read.
    """

    stack: StackId
    numbers: tuple[LeftNumber, ...]
    in_states: Mapping[str, str]
    elsewhere: tuple[str, ...]
    unfinished: tuple[str, ...]
    states_read: tuple[str, ...]


def find(context: PurchasingContext, name: StackName) -> RemovedStack:
    """Find what a removed stack left.

    Args:
        context: what the purchases of this process share.
        name: the name of the stack, as a person gives it.

    Raises:
        VocodeError: the ledger has no such stack, the stack exists, or a state cannot be read.
        PinnedAccount: the key in use is not of the account that ``vocode:account`` names.
        CallError: the account cannot be listed.
        LedgerError: the ledger cannot be read.
    """
    require_account_of_setting(context)
    context.user_id()
    listing = context.list_account()
    attempts = [*context.attempts().by_key.values()]
    numbers = {*context.ledger.numbers()} | taken_numbers(attempts)
    histories = context.ledger.histories(numbers)
    stack = _stack_named(context, name, attempts, histories)
    states = _other_states(context, stack)
    left: list[LeftNumber] = []
    in_states: dict[str, str] = {}
    elsewhere: list[str] = []
    for number, history in sorted(histories.items()):
        newest = history.newest
        if isinstance(newest, Released | None) or newest.owner.stack != stack:
            continue
        other = _stack_with(number, states)
        if other is not None:
            in_states[number] = other
        elif (label := _label_if_in_service(context, number, listing)) is not None:
            left.append(LeftNumber(number, label, newest, history.next))
        elif not newest.account.is_same(context.account) and isinstance(newest, Holder):
            elsewhere.append(number)
    return RemovedStack(
        stack,
        tuple(left),
        in_states,
        tuple(elsewhere),
        tuple(
            attempt.intent.owner.name
            for attempt in sorted(attempts, key=lambda attempt: attempt.key)
            if attempt.intent.owner.stack == stack and _is_unfinished(attempt, histories)
        ),
        tuple(states),
    )


def release(context: PurchasingContext, left: LeftNumber) -> bool:
    """Let a number go: the next adopt takes it. Return whether that was done.

    If the number is being cancelled, this first waits until that cancel must be over.

    Returns:
        ``False`` if the ledger has changed since: then nothing was done.

    Raises:
        LedgerError: the ledger cannot be used.
    """
    if isinstance(left.holding, Cancelling):
        seconds = context.window.whole
        context.tell(
            left.number,
            f"{left.number} is being cancelled. Waiting {seconds:.0f} s, until that is over.",
        )
        context.time.sleep(seconds)
    return context.ledger.hold(left.number, left.generation, Released(context.account))


def cancel(context: PurchasingContext, left: LeftNumber) -> bool:
    """Cancel a number. Return whether that was done.

    Returns:
        ``False`` if the ledger has changed since: then nothing was done.

    Raises:
        CallError: Vocode did not cancel the number. The ledger says that it is being cancelled: call
            :func:`find` and this function again.
        LedgerError: the ledger cannot be used.
    """
    if isinstance(left.holding, Holder):
        cancelling = Cancelling(left.holding.claim, left.holding.owner, context.account)
        if not context.ledger.hold(left.number, left.generation, cancelling):
            return False
    absence.cancel(context.client, left.number, context.account.user_id)
    return True


def _stack_named(
    context: PurchasingContext,
    name: StackName,
    attempts: Iterable[Attempt],
    histories: Mapping[str, History],
) -> StackId:
    place = context.place
    known = {attempt.intent.owner.stack for attempt in attempts} | {
        holding.owner.stack
        for history in histories.values()
        for holding in history.by_generation.values()
        if not isinstance(holding, Released)
    }
    fitting = sorted(
        stack
        for stack in known
        if StackName(stack.organization, stack.project, stack.name).is_same(name)
    )
    here = [stack for stack in fitting if stack.place == place]
    if len(here) == 1:
        return here[0]
    text = "/".join(part for part in name if part is not None)
    if here:
        names = " or ".join(stack.qualified for stack in here)
        raise VocodeError(f"{NOTHING}: {text} may be {names}. Give the full name.")
    if fitting:
        places = " and ".join(sorted({stack.place for stack in fitting}))
        raise VocodeError(
            f"{NOTHING}: the state of {text} was in {places}, and this login has its states in {place}. "
            "Log in there (`pulumi login`) and run this again."
        )
    names = ", ".join(sorted({stack.qualified for stack in known if stack.place == place}))
    raise VocodeError(
        f"{NOTHING}: the ledger {context.ledger.where} has nothing of a stack {text}. "
        + (f"It has something of {names}." if names else "It has nothing of any stack here.")
    )


def _other_states(context: PurchasingContext, stack: StackId) -> dict[str, State]:
    try:
        exists = stack_exists(stack.qualified)
        others = context.states.others(stack)
    except StateNotReadable as error:
        raise VocodeError(f"{NOTHING}: {error}, and it may have these numbers.") from error
    if exists:
        raise VocodeError(
            f"{NOTHING}: the stack {stack.qualified} exists. `pulumi destroy` cancels its numbers, "
            "`vocode-pulumi release NUMBER` lets one go, and `vocode-pulumi purchases` settles what its "
            "state does not have."
        )
    for state in others.values():
        if isinstance(state, StateNotReadable):
            raise VocodeError(f"{NOTHING}: {state}, and it may have these numbers.")
    return {name: state for name, state in others.items() if isinstance(state, State)}


def _stack_with(number: str, states: Mapping[str, State]) -> str | None:
    """The stack whose state has a number, by whatever claim."""
    return next(
        (
            name
            for name, state in states.items()
            if number in (held.number for held in state.numbers)
        ),
        None,
    )


def _label_if_in_service(context: PurchasingContext, number: str, listing: Listing) -> str | None:
    """The label of a number; ``None`` if this account has no such number in service."""
    found = listing.numbers.get(number)
    if found is None or found.get("active") is False:
        found = absence.get_if_in_service(context.client, number)
    return None if found is None else str(found.get("label") or "")


def _is_unfinished(attempt: Attempt, histories: Mapping[str, History]) -> bool:
    return is_open(attempt, histories) or outcome(attempt, histories) == "unheld"

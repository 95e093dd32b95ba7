# SPDX-License-Identifier: Apache-2.0
"""Who may cancel a number: the resource with the newest claim on it.

A claim is a random id. The ledger and the resource's hidden record keep it. Only these acts make a
claim: buying, taking a number again that no state has, adopting, linking, importing. A resource with an
older claim never cancels the number. If that leaves a number paid for nothing, `vocode-pulumi
purchases` shows it; a number that was cancelled by mistake would be lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vocode_pulumi.api.answers import Json
from vocode_pulumi.errors import NumberHeld, StateNotAsked
from vocode_pulumi.purchasing import attribution
from vocode_pulumi.purchasing.account import require_account_of_stack
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.ledger import TAKE_AND_HOLDER
from vocode_pulumi.purchasing.objects import (
    Attempt,
    Cancelling,
    History,
    Holder,
    Released,
    Take,
    claim,
    is_open,
)
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.states import StateNotReadable

ADVICE_TO_MOVE = "To move the resource here with its number, run `pulumi state move` there. "
ADVICE_TO_TAKE_OVER = (
    "To take the number over, run `vocode-pulumi release {number}`, then `pulumi up`. The resource that had "
    "it then no longer cancels it."
)


@dataclass(frozen=True)
class TakenOver:
    """A number that a resource holds from now on.

    Args:
        claim: the claim by which the resource holds the number.
        attempt: the attempt that bought the number, as the ledger names it; ``None`` if no attempt did.
    """

    claim: str
    attempt: str | None


Taking = Literal["adopted", "linked", "imported"]


def require_may_take(context: PurchasingContext, owner: Owner, number: str, act: Taking) -> History:
    """Raise unless the ledger and the states let a resource take a number over.

    Args:
        context: what the purchases of this process share.
        owner: the resource.
        number: digits.
        act: how the resource takes it; a link may take a number that was cancelled before.

    Returns:
        The number's history.

    Raises:
        NumberHeld: another resource holds the number.
        StateNotAsked: it cannot be found out whether another resource holds the number.
        LedgerError: the ledger cannot be read.
    """
    history = context.ledger.history(number)
    newest = history.newest
    if isinstance(newest, Released):
        return history
    if isinstance(newest, Cancelling):
        if act == "linked":
            return history
        raise NumberHeld(
            number,
            f"is being cancelled by {newest.owner}",
            f"If the number is still in service, run `vocode-pulumi release {number}`, then `pulumi up`.",
        )
    try:
        if newest is not None:
            own = context.state_at_start(owner.stack).result()
            held = own.resource_with(number, history.claims)
            if held is not None and held.claim in (None, newest.claim):
                return history
        other = context.other_that_has(owner.stack, number, history)
    except StateNotReadable as error:
        raise StateNotAsked(number, str(error)) from error
    advice = ADVICE_TO_TAKE_OVER.format(number=number)
    if other is not None:
        raise NumberHeld(number, f"is held by {other}", ADVICE_TO_MOVE + advice)
    if newest is None:
        return history
    if newest.owner.stack != owner.stack:
        raise NumberHeld(
            number,
            f"was last held by {newest.owner}. No state that this login can read has it now",
            advice,
        )
    if newest.owner != owner and context.was_seen_in_program(newest.owner.urn):
        raise NumberHeld(
            number,
            f"was bought for {newest.owner.name!r}. This program declares that resource too, and `pulumi up` gives "
            "it the number",
            "Take `adopt` out of this resource.",
        )
    return history


def take_over(
    context: PurchasingContext,
    owner: Owner,
    number: str,
    act: Taking,
    listed: Callable[[], Json],
    *,
    retained: bool,
) -> TakenOver:
    """Write down that a resource holds a number that the account already has.

    Args:
        context: what the purchases of this process share.
        owner: the resource.
        number: digits.
        act: how the resource takes the number.
        listed: returns the number as a list of the account has it.
        retained: whether the resource has ``retain_on_delete``.

    Raises:
        NumberHeld, StateNotAsked, LedgerError: as :func:`require_may_take`.
        PinnedAccount, StackOfOtherAccount, CallError: the key in use is not the right one.
    """
    context.learn_account(listed().get("user_id"))
    require_account_of_stack(context, owner.stack)
    while True:
        history = require_may_take(context, owner, number, act)
        newest = history.newest
        if (
            act == "imported"
            and isinstance(newest, Holder)
            and (newest.act, newest.owner) == (act, owner)
        ):
            # No state has the number yet: an import file that was written before stays right.
            return TakenOver(newest.claim, newest.attempt)
        attempt = _own_open_attempt(context, owner, number, history, listed)
        name = None if attempt is None else str(attempt.key)
        holder = Holder(claim(), act, owner, context.account, name, retained)
        if attempt is not None:
            take = Take(number, history.next, guess=True)
            if context.ledger.step(attempt, take, holder) == TAKE_AND_HOLDER:
                return TakenOver(holder.claim, name)
        elif context.ledger.hold(number, history.next, holder):
            return TakenOver(holder.claim, name)


def _own_open_attempt(
    context: PurchasingContext,
    owner: Owner,
    number: str,
    history: History,
    listed: Callable[[], Json],
) -> Attempt | None:
    """The resource's own purchase without a known end, if that may have bought the number."""
    attempt = context.attempts(f"attempts/{owner.stack.key}/{owner.key}/").newest_of(owner.key)
    if attempt is None or history:
        return None
    newest = attempt.newest
    histories = context.ledger.histories([newest.number] if isinstance(newest, Take) else [])
    if not is_open(attempt, histories) or number in context.numbers_before([attempt])[attempt.key]:
        return None
    fits = attribution.fits(number, listed(), attempt.intent.ask, context.keyring)
    return attempt if fits else None


@dataclass(frozen=True)
class StateClaim:
    """What the state says about a number whose resource is to be deleted.

    Args:
        number: digits.
        owner: the resource, by the URN in the state.
        claim: the claim in the resource's hidden record; ``None`` in a state of version 0.1.
    """

    number: str
    owner: Owner
    claim: str | None


def begin_cancelling(context: PurchasingContext, state_claim: StateClaim) -> str | None:
    """Write down that a number is to be cancelled, if the state has the newest claim on it.

    Args:
        context: what the purchases of this process share.
        state_claim: what the state says.

    Returns:
        ``None`` if the number is to be cancelled now; otherwise a message that says why it is not.

    Raises:
        LedgerError: the ledger cannot be used; nothing was cancelled.
    """
    number = state_claim.number
    known = context.ledger.history_read_before(number)
    # If the history has grown since this process read it, its next place is taken: nothing is written.
    if (
        isinstance(known.newest, Holder)
        and known.newest.claim == state_claim.claim
        and _write_cancelling(context, state_claim, known)
    ):
        return None
    history = context.ledger.history(number)
    newest = history.newest
    if isinstance(newest, Cancelling):
        if _is_own_cancelling(newest, state_claim):
            return None
        return (
            f"{number} is not cancelled by this resource: {newest.owner} has begun to cancel it. If the number stays "
            "in service, run the same command there again."
        )
    if isinstance(newest, Released):
        return (
            f"{number} is kept: it was released by hand (`vocode-pulumi release`). It costs money. "
            f'adopt="{number}" in a program takes it over.'
        )
    if isinstance(newest, Holder) and not _has_newest_claim(context, newest, state_claim):
        return f"{number} is kept: {newest.owner} holds it now."
    if _write_cancelling(context, state_claim, history):
        return None
    # Another process was faster: decide by what it has written.
    return begin_cancelling(context, state_claim)


def _write_cancelling(
    context: PurchasingContext, state_claim: StateClaim, history: History
) -> bool:
    newest = history.newest
    ends_old_holder = isinstance(newest, Holder) and newest.act == "found in an old ledger"
    cancelling = Cancelling(
        state_claim.claim, state_claim.owner, context.account, ends_old_holder=ends_old_holder
    )
    return context.ledger.hold(state_claim.number, history.next, cancelling)


def _has_newest_claim(context: PurchasingContext, newest: Holder, state_claim: StateClaim) -> bool:
    if state_claim.claim is not None:
        return newest.claim == state_claim.claim
    return newest.act == "found in an old ledger" and _is_from_old_row(context, newest, state_claim)


def _is_from_old_row(context: PurchasingContext, newest: Holder, state_claim: StateClaim) -> bool:
    """Whether a holder comes from the row that version 0.1 wrote for this resource."""
    stack, owner = context.version_0_1_keys(state_claim.owner.urn)
    return newest.attempt is not None and newest.attempt.startswith(f"{stack}/{owner}/")


def _is_own_cancelling(newest: Cancelling, state_claim: StateClaim) -> bool:
    if state_claim.claim is not None:
        return newest.claim == state_claim.claim
    return (newest.claim is None or newest.ends_old_holder) and newest.owner == state_claim.owner


def release(context: PurchasingContext, number: str) -> None:
    """Let a number go: its holder no longer cancels it, and the next adopt takes it.

    If the number is being cancelled, this first waits until that cancel must be over.

    Raises:
        LedgerError: the ledger cannot be used.
    """
    while True:
        history = context.ledger.history(number)
        if isinstance(history.newest, Released):
            return
        if isinstance(history.newest, Cancelling):
            context.tell(
                number,
                f"{number} is being cancelled. Waiting {context.window.whole:.0f} s, until that is over.",
            )
            context.time.sleep(context.window.whole)
        if context.ledger.hold(number, history.next, Released(context.account)):
            return

# SPDX-License-Identifier: Apache-2.0
"""Who may cancel a number: whoever has the newest claim on it.

A claim is a random id. It stands in the ledger and in the resource's hidden record, and these acts
alone make one: buying, taking again what no state has, adopting, linking, importing. A claim that is
stale never cancels, whatever made it stale: a number that is left paid is found, one that was
cancelled while in service is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vocode_pulumi.api.answers import Json
from vocode_pulumi.errors import NumberHeld, StateNotAsked
from vocode_pulumi.purchasing import attribution
from vocode_pulumi.purchasing.account import require_account_of_stack
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
from vocode_pulumi.purchasing.shared import Shared
from vocode_pulumi.purchasing.states import StateNotReadable

MOVE = "To move it here, `pulumi state move` it from there. "
TAKE_OVER = (
    "To take it over, `vocode-pulumi release {number}`, then `pulumi up`: whoever had it no longer "
    "cancels it."
)


@dataclass(frozen=True)
class Held:
    """A number that a resource holds from now on.

    Args:
        claim: by which it does.
        attempt: that bought it, as the ledger names it; ``None`` where none did.
    """

    claim: str
    attempt: str | None


Taking = Literal["adopted", "linked"]


def may_take(shared: Shared, owner: Owner, number: str, act: Taking) -> History:
    """See to it that a resource may take a number over, by the ledger and by what states say.

    Args:
        shared: what this process shares.
        owner: the resource.
        number: digits.
        act: what it does; a link takes a number in that was cancelled before.

    Returns:
        The objects of the number, as they were.

    Raises:
        NumberHeld: somebody else holds it.
        StateNotAsked: whether somebody does cannot be found out.
        LedgerError: the ledger cannot be read.
    """
    history = shared.ledger.history(number)
    newest = history.newest
    if isinstance(newest, Released):
        return history
    if isinstance(newest, Cancelling):
        if act == "linked":
            return history
        raise NumberHeld(
            number,
            f"is being cancelled, by {newest.owner.name} of {newest.owner.stack}",
            f"`vocode-pulumi release {number}` ends that; then `pulumi up` takes it over.",
        )
    try:
        if newest is not None:
            own = shared.state_at_first_look(owner.stack).result()
            held = own.having(number, history.claims)
            if held is not None and held.claim in (None, newest.claim):
                return history
        other = shared.other_that_has(owner.stack, number, history)
    except StateNotReadable as error:
        raise StateNotAsked(number, str(error)) from error
    take_over = TAKE_OVER.format(number=number)
    if other is not None:
        raise NumberHeld(number, f"is held by {other}", MOVE + take_over)
    if newest is None:
        return history
    if newest.owner.stack != owner.stack:
        raise NumberHeld(
            number,
            f"was last held by {newest.owner.name} of {newest.owner.stack}, and no state that can be "
            "read has it",
            take_over,
        )
    if newest.owner != owner and shared.was_checked(newest.owner.urn):
        raise NumberHeld(
            number,
            f"was bought for {newest.owner.name}, which this program declares too and which takes it",
            "Take `adopt` out.",
        )
    return history


def take_over(
    shared: Shared,
    owner: Owner,
    number: str,
    act: Taking,
    listed: Callable[[], Json],
    *,
    retained: bool,
) -> Held:
    """Write down that a resource holds a number that is there already.

    Args:
        shared: what this process shares.
        owner: the resource.
        number: digits.
        act: what it does.
        listed: gives the number as a list of the account has it.
        retained: whether the resource has ``retain_on_delete``.

    Raises:
        NumberHeld, StateNotAsked, LedgerError: as :func:`may_take`.
        PinnedAccount, StackOfOtherAccount, CallError: the key in use is not the right one.
    """
    shared.learn_account(listed().get("user_id"))
    require_account_of_stack(shared, owner.stack)
    while True:
        history = may_take(shared, owner, number, act)
        attempt = _own_lost_purchase_of(shared, owner, number, history, listed)
        name = None if attempt is None else str(attempt.key)
        holder = Holder(claim(), act, owner, shared.account, name, retained)
        if attempt is not None:
            take = Take(number, history.next, guess=True)
            if shared.ledger.step(attempt, take, holder) == 2:
                return Held(holder.claim, name)
        elif shared.ledger.hold(number, history.next, holder):
            return Held(holder.claim, name)


def _own_lost_purchase_of(
    shared: Shared, owner: Owner, number: str, history: History, listed: Callable[[], Json]
) -> Attempt | None:
    """The resource's own purchase without a known end, if the number can be what it bought."""
    found = shared.attempts(f"attempts/{owner.stack.key}/{owner.key}/").newest_of(owner.key)
    if found is None or history:
        return None
    newest = found.newest
    of_take = shared.ledger.histories([newest.number] if isinstance(newest, Take) else [])
    if not is_open(found, of_take) or number in shared.before([found])[found.key]:
        return None
    fits = attribution.fits(number, listed(), found.intent.ask, shared.keyring)
    return found if fits else None


@dataclass(frozen=True)
class Given:
    """What a state says of a number that it lets go.

    Args:
        number: digits.
        owner: the resource, by the URN that the state has.
        claim: in its hidden record; ``None`` for a state of the first house.
    """

    number: str
    owner: Owner
    claim: str | None


def may_cancel(shared: Shared, given: Given) -> str | None:
    """Write down that a number is to be cancelled, if the state has the newest claim on it.

    Args:
        shared: what this process shares.
        given: what the state says.

    Returns:
        ``None`` where the number is to be cancelled now; else who holds it, for a line.

    Raises:
        LedgerError: the ledger cannot be used; nothing was cancelled.
    """
    history = shared.ledger.history(given.number)
    newest = history.newest
    ends_found = isinstance(newest, Holder) and newest.act == "found in an old ledger"
    if isinstance(newest, Cancelling):
        if _is_own_cancelling(newest, given):
            return None
        return f"{newest.owner.name} of {newest.owner.stack} cancels it"
    if isinstance(newest, Released):
        return "it was released by hand: the next adopt takes it"
    if isinstance(newest, Holder) and not _has_newest_claim(shared, newest, given):
        return f"{newest.owner.name} of {newest.owner.stack} holds it now"
    cancelling = Cancelling(given.claim, given.owner, shared.account, found=ends_found)
    if shared.ledger.hold(given.number, history.next, cancelling):
        return None
    # Somebody was faster, and who that was says what is right now.
    return may_cancel(shared, given)


def _has_newest_claim(shared: Shared, newest: Holder, given: Given) -> bool:
    if given.claim is not None:
        return newest.claim == given.claim
    return newest.act == "found in an old ledger" and _is_under(shared, newest, given)


def _is_under(shared: Shared, newest: Holder, given: Given) -> bool:
    """Whether a holder that was found in the old ledger is the owner's own."""
    stack, owner = shared.first_house(given.owner.urn)
    return newest.attempt is not None and newest.attempt.startswith(f"{stack}/{owner}/")


def _is_own_cancelling(newest: Cancelling, given: Given) -> bool:
    if given.claim is not None:
        return newest.claim == given.claim
    return (newest.claim is None or newest.found) and newest.owner == given.owner


def release(shared: Shared, number: str) -> None:
    """Let a number go: whoever has it no longer cancels it, and the next adopt takes it.

    Of a number that is being cancelled this waits until that must be over: a cancel may be under way.

    Raises:
        LedgerError: the ledger cannot be used.
    """
    while True:
        history = shared.ledger.history(number)
        if isinstance(history.newest, Released):
            return
        if isinstance(history.newest, Cancelling):
            shared.tell(
                number,
                f"{number} is being cancelled: waiting {shared.window.whole:.0f} s, until that must be "
                "over.",
            )
            shared.time.sleep(shared.window.whole)
        if shared.ledger.hold(number, history.next, Released(shared.account)):
            return

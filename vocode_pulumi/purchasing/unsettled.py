# SPDX-License-Identifier: Apache-2.0
"""Purchases that a person has to settle. Every run reports them, and no destroy leaves them behind."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from vocode_pulumi.api.absence import get_if_in_service
from vocode_pulumi.errors import UnsettledPurchases, VocodeError
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.ledger import AttemptsFound
from vocode_pulumi.purchasing.objects import Ask, Attempt, History, Holder, Take, outcome
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.states import State, StateNotReadable


@dataclass(frozen=True)
class Unsettled:
    """A purchase that costs money or may cost money, and whose number no state has.

    Args:
        attempt: the purchase.
        number: the number that it bought; ``None`` if that is not known.
        retained: whether the number stays on purpose (``retain_on_delete``).
        why_not_asked: why Vocode could not be asked whether the number is in service; empty if it was asked.
    """

    attempt: Attempt
    number: str | None
    retained: bool = False
    why_not_asked: str = ""

    def __str__(self) -> str:
        name = f"{self.attempt.intent.owner.name} ({ask_in_words(self.attempt.intent.ask)})"
        if self.number is None:
            return f"A purchase for {name} has no known end."
        line = f"{self.number} was bought for {name}, and no state has it."
        if self.why_not_asked and not self.retained:
            line += f" Whether it is still in service is not known: {self.why_not_asked}"
        return line


def ask_in_words(ask: Ask) -> str:
    """What a purchase asked for, in words and without secrets."""
    words = [
        f"{name} {value if isinstance(value, str) else 'given as a secret'}"
        for name, value in (
            ("area code", ask.area_code),
            ("carrier", ask.telephony_provider),
            ("connection", ask.telephony_account_connection),
            ("agent", ask.inbound_agent),
        )
        if value is not None
    ]
    return ", ".join(words) or "any number"


def histories_of(context: PurchasingContext, attempts: Iterable[Attempt]) -> dict[str, History]:
    """The histories of the numbers that attempts took."""
    return context.ledger.histories(
        attempt.newest.number for attempt in attempts if isinstance(attempt.newest, Take)
    )


def open_purchases(context: PurchasingContext, found: AttemptsFound) -> list[Unsettled]:
    """The purchases whose outcome is not known, in the order of their keys."""
    return _open_of(found, histories_of(context, found.by_key.values()))


def _open_of(found: AttemptsFound, histories: Mapping[str, History]) -> list[Unsettled]:
    return [
        Unsettled(attempt, None)
        for attempt in sorted(found.by_key.values(), key=lambda attempt: attempt.key)
        if outcome(attempt, histories) in ("open", "void")
    ]


def took_other_number(found: AttemptsFound, owner: Owner, number: str) -> bool:
    """Whether the newest attempt of a resource took a number other than the one in the state."""
    return _other_number(found, owner, number) is not None


def _other_number(found: AttemptsFound, owner: Owner, number: str) -> tuple[Attempt, str] | None:
    attempt = found.newest_of(owner.key)
    match attempt and attempt.newest:
        case Take(taken) if attempt and taken != number:
            return attempt, taken
    return None


def second_number(
    context: PurchasingContext, owner: Owner, found: AttemptsFound, number: str
) -> str | None:
    """A second number that was bought for a resource, in service and in no state; ``None`` if none.

    Args:
        context: what the purchases of this process share.
        owner: the resource.
        found: the attempts of its stack.
        number: the number that the state has for the resource.

    Raises:
        StateNotReadable: it cannot be found out whether a state has the second number.
    """
    other = _other_number(found, owner, number)
    if other is None:
        return None
    attempt, taken = other
    histories = histories_of(context, [attempt])
    if outcome(attempt, histories) not in ("held", "unheld"):
        return None
    history = histories[taken]
    if context.states.own(owner.stack).resource_with(taken, history.claims):
        return None
    if context.other_that_has(owner.stack, taken, history) is not None:
        return None
    try:
        return None if is_gone(context, attempt, taken, history) else taken
    except VocodeError:
        # Nobody knows whether the number is gone.
        return taken


def is_gone(context: PurchasingContext, attempt: Attempt, number: str, history: History) -> bool:
    """Whether a number that an attempt took is out of service for certain.

    The answer is ``False`` if the key in use belongs to another account.

    Raises:
        VocodeError: Vocode cannot be asked.
    """
    newest = history.newest
    account = attempt.intent.account if newest is None else newest.account
    if get_if_in_service(context.client, number) is not None:
        return False
    context.user_id()
    return account.is_same(context.account)


class DestroyGate:
    """Checks that a destroy leaves no purchase behind, before the first resource is deleted.

    Args:
        context: what the purchases of this process share.
        stack: the stack whose resources are deleted.
    """

    def __init__(self, context: PurchasingContext, stack: StackId) -> None:
        self._context = context
        self._stack = stack
        self._not_readable: str | None = None
        """Which state could not be read, and why."""

    def unsettled(self) -> list[Unsettled]:
        """The purchases to settle, and the numbers that stay on purpose.

        Raises:
            LedgerError: the ledger cannot be used.
        """
        context = self._context
        if not context.has_attempts(self._stack):
            return []
        state: Future[State] = Future()
        context.in_background(lambda: context.states.own(self._stack), state)
        context.in_background(context.ledger.prepare, Future())
        # No object changes: what is read beside the state is not read again after it.
        found = context.attempts_of_stack(self._stack)
        histories_of(context, found.by_key.values())
        try:
            own = state.result()
            found = context.attempts_of_stack(self._stack)
            histories = histories_of(context, found.by_key.values())
            return [
                *_open_of(found, histories),
                *self._without_state(found, histories, own),
            ]
        except StateNotReadable as error:
            self._not_readable = str(error)
            return open_purchases(context, found)

    def require_settled(self) -> None:
        """Raise if a purchase is left to settle.

        Raises:
            UnsettledPurchases: the stack has such purchases.
            LedgerError: the ledger cannot be used.
        """
        purchases = self.unsettled()
        for purchase in purchases:
            if purchase.retained:
                self._context.tell("", f"{purchase} It stays in the account (retain_on_delete).")
        if self._not_readable is not None:
            self._context.tell(
                "",
                f"Whether a state has what was bought for this stack was not looked at: "
                f"{self._not_readable}. `vocode-pulumi purchases` lists it.",
            )
        lines = [str(purchase) for purchase in purchases if not purchase.retained]
        if lines:
            raise UnsettledPurchases(lines)

    def _without_state(
        self, found: AttemptsFound, histories: dict[str, History], own: State
    ) -> list[Unsettled]:
        """Purchases whose number is in service and in no state."""
        context = self._context
        unrecorded = []
        for attempt in sorted(found.by_key.values(), key=lambda attempt: attempt.key):
            take = attempt.newest
            if not isinstance(take, Take) or outcome(attempt, histories) not in ("held", "unheld"):
                continue
            history = histories[take.number]
            if own.resource_with(take.number, history.claims):
                continue
            if context.other_that_has(self._stack, take.number, history) is not None:
                continue
            why_not_asked = ""
            try:
                if is_gone(context, attempt, take.number, history):
                    continue
            except VocodeError as error:
                # Nobody knows whether the number is gone.
                why_not_asked = str(error)
            newest = history.newest
            retained = isinstance(newest, Holder) and newest.retained
            unrecorded.append(Unsettled(attempt, take.number, retained, why_not_asked))
        return unrecorded

# SPDX-License-Identifier: Apache-2.0
"""Purchases that somebody still has to settle: said in every run, and no destroy leaves them behind."""

from collections.abc import Iterable
from dataclasses import dataclass

from vocode_pulumi.api.absence import in_service
from vocode_pulumi.errors import UnsettledPurchases, VocodeError
from vocode_pulumi.purchasing.ledger import AttemptsFound
from vocode_pulumi.purchasing.objects import Ask, Attempt, History, Holder, Take, outcome
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.shared import Shared
from vocode_pulumi.purchasing.states import State, StateNotReadable


@dataclass(frozen=True)
class Unsettled:
    """A purchase that costs money, or may, and that no state has.

    Args:
        attempt: which.
        number: that it took; ``None`` for one whose end is not known.
        retained: whether the number stays on purpose (``retain_on_delete``).
    """

    attempt: Attempt
    number: str | None
    retained: bool = False

    def __str__(self) -> str:
        name = f"{self.attempt.intent.owner.name} ({asked(self.attempt.intent.ask)})"
        if self.number is None:
            return f"A purchase for {name} has no known end."
        return f"{self.number} was bought for {name}, and no state has it."


def asked(ask: Ask) -> str:
    """What was asked for, in words and without secrets."""
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


def histories_of(shared: Shared, attempts: Iterable[Attempt]) -> dict[str, History]:
    """The objects of the numbers that attempts took."""
    return shared.ledger.histories(
        attempt.newest.number for attempt in attempts if isinstance(attempt.newest, Take)
    )


def open_purchases(shared: Shared, found: AttemptsFound) -> list[Unsettled]:
    """The attempts whose end is not known."""
    histories = histories_of(shared, found.attempts.values())
    return [
        Unsettled(attempt, None)
        for attempt in sorted(found.attempts.values(), key=lambda one: one.key)
        if outcome(attempt, histories) in ("open", "void")
    ]


def has_another(found: AttemptsFound, owner: Owner, number: str) -> bool:
    """Whether the newest attempt of a resource took another number than the state has for it."""
    return _another(found, owner, number) is not None


def _another(found: AttemptsFound, owner: Owner, number: str) -> tuple[Attempt, str] | None:
    attempt = found.newest_of(owner.key)
    match attempt and attempt.newest:
        case Take(taken) if attempt and taken != number:
            return attempt, taken
    return None


def bought_besides(shared: Shared, owner: Owner, found: AttemptsFound, number: str) -> str | None:
    """A number that was bought for a resource beside the one that the state has for it.

    Args:
        shared: what this process shares.
        owner: the resource.
        found: the attempts of its stack.
        number: that the state has for it.

    Raises:
        StateNotReadable: whether a state has the other one cannot be found out.
    """
    another = _another(found, owner, number)
    if another is None:
        return None
    attempt, taken = another
    histories = histories_of(shared, [attempt])
    if outcome(attempt, histories) not in ("held", "unheld"):
        return None
    history = histories[taken]
    if shared.states.own(owner.stack).having(taken, history.claims):
        return None
    if shared.other_that_has(owner.stack, taken, history) is not None:
        return None
    return None if is_gone(shared, attempt, taken, history) else taken


def is_gone(shared: Shared, attempt: Attempt, number: str, history: History) -> bool:
    """Whether a number that an attempt took is out of service, as far as the key in use can tell."""
    newest = history.newest
    account = attempt.intent.account if newest is None else newest.account
    try:
        if in_service(shared.client, number) is not None:
            return False
        shared.user_id()
        return account.is_same(shared.account)
    except VocodeError:
        # That it is gone is not known.
        return False


class DestroyGate:
    """Looks once, before anything of a stack is deleted, whether purchases would be left behind.

    Args:
        shared: what this process shares.
        stack: whose resources are deleted.
    """

    def __init__(self, shared: Shared, stack: StackId) -> None:
        self._shared = shared
        self._stack = stack
        self.not_looked_at: str | None = None
        """Which state could not be read, so that not all was looked at."""

    def unsettled(self) -> list[Unsettled]:
        """What is to be settled, and what stays on purpose.

        Raises:
            LedgerError: the ledger cannot be used.
        """
        shared = self._shared
        found = shared.attempts_of_stack(self._stack)
        if not found.attempts:
            return []
        try:
            own = shared.states.own(self._stack)
            found = shared.attempts_of_stack(self._stack)
            histories = histories_of(shared, found.attempts.values())
            return [
                *open_purchases(shared, found),
                *self._unrecorded(found, histories, own),
            ]
        except StateNotReadable as error:
            self.not_looked_at = str(error)
            return open_purchases(shared, found)

    def require_settled(self) -> None:
        """See to it that nothing is left to be settled.

        Raises:
            UnsettledPurchases: something is.
            LedgerError: the ledger cannot be used.
        """
        found = self.unsettled()
        for one in found:
            if one.retained:
                self._shared.tell("", f"{one} It stays in the account (retain_on_delete).")
        if self.not_looked_at is not None:
            self._shared.tell(
                "",
                f"Whether a state has what was bought for this stack was not looked at: "
                f"{self.not_looked_at}. `vocode-pulumi purchases` lists it.",
            )
        lines = [str(one) for one in found if not one.retained]
        if lines:
            raise UnsettledPurchases(lines)

    def _unrecorded(
        self, found: AttemptsFound, histories: dict[str, History], own: State
    ) -> list[Unsettled]:
        """Numbers that were taken, that Vocode still has, and that no state has."""
        shared = self._shared
        unrecorded = []
        for attempt in sorted(found.attempts.values(), key=lambda one: one.key):
            take = attempt.newest
            if not isinstance(take, Take) or outcome(attempt, histories) not in ("held", "unheld"):
                continue
            history = histories[take.number]
            if own.having(take.number, history.claims):
                continue
            if shared.other_that_has(self._stack, take.number, history) is not None:
                continue
            if is_gone(shared, attempt, take.number, history):
                continue
            newest = history.newest
            retained = isinstance(newest, Holder) and newest.retained
            unrecorded.append(Unsettled(attempt, take.number, retained))
        return unrecorded

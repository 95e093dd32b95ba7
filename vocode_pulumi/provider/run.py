# SPDX-License-Identifier: Apache-2.0
"""What the resources of one plugin process share.

A run of the engine can be several processes, so every fact that guards a number is in the ledger. This
module keeps only what one process has seen: the engine's calls, and the numbers that it gave to resources.
"""

import functools
import threading
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vocode_pulumi import clock
from vocode_pulumi.api.client import Client, client_for
from vocode_pulumi.api.number_reader import NumberReader
from vocode_pulumi.errors import LedgerError, TooManyNumbers, VocodeError
from vocode_pulumi.observing.waits import show_wait, turn
from vocode_pulumi.provider.news import News
from vocode_pulumi.redaction import redact
from vocode_pulumi.settings import Settings

if TYPE_CHECKING:
    from vocode_pulumi.purchasing.context import PurchasingContext

Tell = Callable[[str, str], None]
LONG_OPENING = 2.0
"""A ledger that could not be opened in this many seconds is not opened again by the same process."""


class Run:
    """What the resources of one plugin process share. Threads may share it.

    Args:
        settings: the settings of the stack.
        tell: prints a message in Pulumi's output, beside the resource of a URN.
    """

    def __init__(self, settings: Settings, tell: Tell) -> None:
        self.settings = settings
        self._tell = tell
        self._secrets: frozenset[str] = frozenset()
        self.claimants = ResourcesByObject()
        """For an object that the program wants to adopt or link: the resource that takes the object."""
        self.holders = ResourcesByObject()
        """For an object that a resource has in the state, or got in this run: that resource."""
        self.declared_holders = ResourcesByObject()
        """For a number in the state whose resource the program declares: that resource."""
        self.news = News(self._without_notes, lambda: self.purchases, self.tell)
        self._settling = Settling(settings.settle_seconds)
        self._just_bought: dict[str, Settling] = {}
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._purchases: PurchasingContext | None = None
        self._not_opened: LedgerError | None = None
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._taken_over: dict[str, set[str | None]] = {}
        self._takes_over_unknown: set[str] = set()
        self._has_seen_program = False
        self._said: set[str] = set()
        self._numbers: NumberReader | None = None
        self._destroy_checks: dict[str, CheckOnce] = {}
        self._cleaned_up = False
        self._counting = threading.Lock()
        self._numbers_listed: int | None = None
        self._purchases_counted = 0
        self.accounts: set[str] = set()
        """The accounts of all numbers that the engine has passed to this process."""
        self._in_state: dict[str, str | None] = {}

    @property
    def numbers(self) -> NumberReader:
        """Reads numbers of the account; all resources share one list of the account."""
        with self._lock:
            if self._numbers is None:
                self._numbers = NumberReader(self.client)
            return self._numbers

    def is_first_message(self, what: str) -> bool:
        """Whether this process prints a message for the first time; it prints the message once."""
        with self._lock:
            is_first = what not in self._said
            self._said.add(what)
            return is_first

    # Secrets. Vocode's answer to one resource can repeat what another resource has as a secret.

    def saw_secrets(self, texts: frozenset[str]) -> None:
        """Remember secrets of any resource. No error and no message repeats them."""
        with self._lock:
            if not texts <= self._secrets:
                self._secrets |= texts

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret that the engine has passed to this process."""
        with self._lock:
            return self._secrets

    def tell(self, urn: str, text: str) -> None:
        """Print a message without secrets.

        Args:
            urn: the URN of the resource beside which it is printed; empty for the whole stack.
            text: one line.
        """
        self._tell(urn, redact(text, self.secrets))

    @property
    def client(self) -> Client:
        """The client of the account."""
        return client_for(self.settings)

    def require_pinned_account(self) -> None:
        """Raise if ``vocode:account`` names an account and the key in use is of another one.

        Raises:
            PinnedAccount: the key is of another account.
            CallError: Vocode does not tell whose the key is.
        """
        if self.settings.account is not None:
            self.settings.require_account(self.client.user_id())

    def was_just_bought(self, number: str) -> None:
        """Remember that a number has just been bought: Vocode may list it only seconds later."""
        with self._lock:
            self._just_bought[number] = Settling(self.settings.settle_seconds)

    def settling_of(self, number: str) -> "Settling":
        """Tells when "not found" can be believed for a number.

        All numbers that this process did not buy share one wait: their purchases are older.
        """
        with self._lock:
            return self._just_bought.get(number, self._settling)

    @property
    def purchases(self) -> "PurchasingContext":
        """What the purchases of this process share."""
        # Opening a ledger may take long, and most calls need no ledger.
        with turn(self._opening, "the ledger is being opened"):
            if self._not_opened is not None:
                raise self._not_opened
            if self._purchases is None:
                begun = clock.now()
                try:
                    context = self.open_purchases()
                except LedgerError as error:
                    # Else each number would wait as long for a store that does not answer.
                    if clock.now() - begun > LONG_OPENING:
                        self._not_opened = error
                    raise
                with self._lock:
                    for number, urn in self._in_state.items():
                        context.saw_in_state(number, urn)
                    for urn in self._inputs:
                        context.saw_in_program(urn)
                    self._purchases = context
            return self._purchases

    def open_purchases(self) -> "PurchasingContext":
        """Open the ledger that the settings name."""
        # Imported here, because most runs buy nothing.
        from vocode_pulumi.purchasing.opening import open_purchases

        return open_purchases(self.client, self.tell)

    def _without_notes(self) -> "PurchasingContext":
        """The same for a look at the ledger, before it is known whether anything has to be bought."""
        from vocode_pulumi.purchasing.opening import open_without_notes

        with self._lock:
            opened = self._purchases
        return opened or open_without_notes(self.client, self.tell) or self.purchases

    def clean_up(self) -> None:
        """Start housekeeping of the ledger after a purchase: in the background, and at most once."""
        with self._lock:
            if self._cleaned_up:
                return
            self._cleaned_up = True
        threading.Thread(target=self._clean_up, daemon=True).start()

    def _clean_up(self) -> None:
        from vocode_pulumi.purchasing.housekeeping import clean

        # A purchase must not fail because of housekeeping. The next use of the ledger reports the error.
        with suppress(VocodeError):
            clean(self.purchases.ledger, self.purchases.account)

    # What the engine's calls show.

    def saw_in_program(self, urn: str, olds: Mapping[str, Any]) -> None:
        """Remember that the engine checks a resource: the program declares it.

        Args:
            urn: the resource's current URN.
            olds: its old inputs; empty for a new resource.
        """
        with self._lock:
            self._has_seen_program = True
            self._inputs[urn] = olds
            context = self._purchases
        if context is not None:
            context.saw_in_program(urn)

    def old_inputs(self, urn: str) -> Mapping[str, Any] | None:
        """The old inputs of a resource; ``None`` if it is new or the engine has not checked it."""
        with self._lock:
            return self._inputs.get(urn) or None

    def saw_in_state(self, number: str, urn: str | None = None) -> None:
        """Remember that the state has a number.

        Args:
            number: digits.
            urn: the resource's URN in the program; ``None`` if the call does not tell it.
        """
        with self._lock:
            self._in_state[number] = urn or self._in_state.get(number)
            context = self._purchases
        if context is not None:
            context.saw_in_state(number, urn)

    # Numbers that another resource of the program takes over.

    def program_takes_over(self, number: str, connection: str | None = None) -> None:
        """Remember that the program adopts or links a number.

        Args:
            number: digits.
            connection: the connection of a linked number; ``None`` for an adopted number.
        """
        with self._lock:
            self._taken_over.setdefault(number, set()).add(connection)

    def takes_over_unknown_number(self, urn: str) -> None:
        """Remember that a resource takes over a number whose digits are not known yet."""
        with self._lock:
            self._takes_over_unknown.add(urn)

    def may_be_taken_over(self, number: str, urn: str, connection: str | None) -> bool:
        """Whether the program takes over a number whose resource is deleted, or may take it over.

        Args:
            number: digits.
            urn: the URN of the resource that is deleted.
            connection: the connection that the number is linked with. A link with another connection is
                no takeover: the number has to leave the account first.
        """
        with self._lock:
            connections = self._taken_over.get(number, set())
            return (
                None in connections or connection in connections or urn in self._takes_over_unknown
            )

    # A preview.

    def count_purchase(self) -> None:
        """Count one more purchase of a preview, if the settings have a limit.

        Raises:
            TooManyNumbers: the purchase would pass the limit.
            CallError: the account cannot be listed.
        """
        max_numbers = self.settings.max_numbers
        if max_numbers is None or self.settings.api_key is None:
            return
        with self._counting:
            if self._numbers_listed is None:
                self._numbers_listed = len(self.purchases.list_account().numbers)
            self._purchases_counted += 1
            if self._numbers_listed + self._purchases_counted > max_numbers:
                raise TooManyNumbers(self._numbers_listed, self._purchases_counted - 1, max_numbers)

    # A destroy.

    def require_settled(self, stack: str, name: str, check: Callable[[], None]) -> None:
        """Raise if a destroy would leave a purchase behind. One check serves all deletes of the stack.

        Args:
            stack: the stack of the resource that is deleted.
            name: the name of that resource.
            check: raises if a purchase would be left behind.

        Raises:
            VocodeError: the error of ``check``; for every later resource, an error that refers to it.
        """
        with self._lock:
            if self._has_seen_program:
                return
            check_once = self._destroy_checks.setdefault(stack, CheckOnce())
        check_once.require(name, check)


class CheckOnce:
    """Makes a check once. If the check fails, it fails for every later caller too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refused_for: str | None = None
        self._was_checked = False

    def require(self, name: str, check: Callable[[], None]) -> None:
        """Raise the error of the check; for later callers, an error that names the first resource."""
        with self._lock:
            if not self._was_checked:
                try:
                    check()
                except VocodeError:
                    self._was_checked, self._refused_for = True, name
                    raise
                self._was_checked = True
        if self._refused_for is not None:
            raise VocodeError(
                f"Nothing was cancelled or deleted: the error of {self._refused_for!r} says why."
            )


class ResourcesByObject:
    """The URN of a resource for each object's id. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._urns: dict[str, str] = {}

    def claim(self, id_: str, urn: str) -> str:
        """Give the object to a resource if no resource has it; return the URN that has it now."""
        with self._lock:
            return self._urns.setdefault(id_, urn)

    def give(self, id_: str, urn: str) -> None:
        """Give the object to a resource."""
        with self._lock:
            self._urns[id_] = urn

    def resource_of(self, id_: str) -> str | None:
        """The URN of the resource that has the object; ``None`` if none has."""
        with self._lock:
            return self._urns.get(id_)


class Settling:
    """Tells when "not found" can be believed: Vocode may list a new number only seconds later.

    Args:
        seconds: how long to wait after the first "not found".
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until: float | None = None

    def is_over(self) -> bool:
        """Whether enough time has passed since the first call of this method."""
        now = clock.now()
        with self._lock:
            if self._until is None:
                self._until = now + self._seconds
            return now >= self._until

    def wait(self) -> None:
        """Wait a moment before the next try: one second, or less if less is left."""
        with self._lock:
            left = (self._until or 0.0) - clock.now()
        show_wait("Vocode does not show the number, and may do so later", left)
        clock.sleep(min(1.0, left))


_MAKING = threading.Lock()
_run = functools.cache(Run)
_lent: weakref.WeakValueDictionary[Settings, Run] = weakref.WeakValueDictionary()


def run_of(settings: Settings, tell: Tell) -> Run:
    """The run of this process for some settings."""
    with _MAKING:
        return _lent.get(settings) or _run(settings, tell)


def lend(run: Run) -> None:
    """Make :func:`run_of` return a run for its settings while the caller keeps a reference to it."""
    with _MAKING:
        _lent[run.settings] = run

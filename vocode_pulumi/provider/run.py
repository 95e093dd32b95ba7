# SPDX-License-Identifier: Apache-2.0
"""What one engine process shares: every resource's provider in it uses the same.

An engine's run can be several processes, so that what guards a number stands in the ledger. Here is
only what one process has been told: which resources it was asked about, and what it gave to them.
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
from vocode_pulumi.errors import TooManyNumbers, VocodeError
from vocode_pulumi.provider.news import News
from vocode_pulumi.settings import Settings

if TYPE_CHECKING:
    from vocode_pulumi.purchasing.shared import Shared

Tell = Callable[[str, str], None]


class Run:
    """What one engine process has been told. Threads may share it.

    Args:
        settings: of the stack.
        tell: says a line to whoever runs Pulumi, beside the resource of a URN.
    """

    def __init__(self, settings: Settings, tell: Tell) -> None:
        self.settings = settings
        self.tell = tell
        self.claimed = Names()
        """Resources by the object that they claim, by what the program says."""
        self.held = Names()
        """Resources by the object that they hold, by what has been done or shown."""
        self.engine_shows = Names()
        """Resources of the program by the number that the state has for them."""
        self.news = News(lambda: self.purchases, tell)
        self._settling = Settling(settings.settle_seconds)
        self._young: dict[str, Settling] = {}
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._purchases: Shared | None = None
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._wanted: dict[str, set[str | None]] = {}
        self._wants_unknown: set[str] = set()
        self._was_asked_to_check = False
        self._said: set[str] = set()
        self._numbers: NumberReader | None = None
        self._gates: dict[str, Gate] = {}
        self._cleaned_up = False
        self._counting = threading.Lock()
        self._there: int | None = None
        self._purchases_shown = 0
        self.accounts: set[str] = set()
        """Accounts of numbers that the engine has shown."""
        self._engine_knows: dict[str, str | None] = {}

    @property
    def numbers(self) -> NumberReader:
        """Reads numbers of the account; all share its list."""
        with self._lock:
            if self._numbers is None:
                self._numbers = NumberReader(self.client)
            return self._numbers

    def says_first(self, what: str) -> bool:
        """Whether nobody has said this yet, which is said once in a run."""
        with self._lock:
            is_first = what not in self._said
            self._said.add(what)
            return is_first

    @property
    def client(self) -> Client:
        """Calls to the account."""
        return client_for(self.settings)

    def require_pinned_account(self) -> None:
        """See to it that the key in use is of the account that ``vocode:account`` names, if it names one.

        Raises:
            PinnedAccount: it is another's.
            CallError: that cannot be asked.
        """
        if self.settings.account is not None:
            self.settings.require_account(self.client.user_id())

    def is_young(self, number: str) -> None:
        """A number has just been bought: Vocode may know it only seconds later."""
        with self._lock:
            self._young[number] = Settling(self.settings.settle_seconds)

    def settling_of(self, number: str) -> "Settling":
        """Whether "not found" may be believed of a number.

        All numbers of a state share the time that is waited, since the command that bought them is over.
        """
        with self._lock:
            return self._young.get(number, self._settling)

    @property
    def purchases(self) -> "Shared":
        """What all purchases share."""
        # A ledger may take its time, and most answers need none.
        with self._opening:
            if self._purchases is None:
                shared = self.open_purchases()
                with self._lock:
                    for number, urn in self._engine_knows.items():
                        shared.engine_shows(number, urn)
                    for urn in self._inputs:
                        shared.engine_checks(urn)
                    self._purchases = shared
            return self._purchases

    def open_purchases(self) -> "Shared":
        """Open the ledger that the settings name."""
        # Here, since most programs buy nothing most of the time.
        from vocode_pulumi.purchasing.opening import opened

        return opened(self.client, self.tell)

    def clean_up(self) -> None:
        """After a purchase: forget what the ledger need not keep, in the background and at most once."""
        with self._lock:
            if self._cleaned_up:
                return
            self._cleaned_up = True
        threading.Thread(target=self._clean_up, daemon=True).start()

    def _clean_up(self) -> None:
        from vocode_pulumi.purchasing.housekeeping import clean

        # A purchase must not fail for it; whoever needs the ledger says what is wrong with it.
        with suppress(VocodeError):
            clean(self.purchases.ledger, self.purchases.account)

    # What the engine asked for.

    def checks(self, urn: str, olds: Mapping[str, Any]) -> None:
        """The engine asks for a check: the program declares the resource.

        Args:
            urn: that the resource has now.
            olds: its old inputs; empty for one that is made.
        """
        with self._lock:
            self._was_asked_to_check = True
            self._inputs[urn] = olds
            shared = self._purchases
        if shared is not None:
            shared.engine_checks(urn)

    def old_inputs(self, urn: str) -> Mapping[str, Any] | None:
        """The old inputs of a resource; ``None`` where no check was asked for, or for a new one."""
        with self._lock:
            return self._inputs.get(urn) or None

    def engine_knows(self, number: str, urn: str | None = None) -> None:
        """The engine shows that the state has a number.

        Args:
            number: digits.
            urn: of the resource, where it is as the program has it.
        """
        with self._lock:
            self._engine_knows[number] = urn or self._engine_knows.get(number)
            shared = self._purchases
        if shared is not None:
            shared.engine_shows(number, urn)

    # Numbers that a successor takes.

    def wants(self, number: str, connection: str | None = None) -> None:
        """The program names a number that exists, to adopt or to link it.

        Args:
            number: digits.
            connection: that a linked number is linked with.
        """
        with self._lock:
            self._wanted.setdefault(number, set()).add(connection)

    def wants_what_is_not_known(self, urn: str) -> None:
        """A resource takes over a number that is not known before others are replaced."""
        with self._lock:
            self._wants_unknown.add(urn)

    def is_wanted(self, number: str, urn: str, connection: str | None) -> bool:
        """Whether the program takes over a number that is let go, or may do so.

        Args:
            number: digits.
            urn: of the resource that lets it go.
            connection: that it is linked with so far; a change of it takes the number out first.
        """
        with self._lock:
            named = self._wanted.get(number, set())
            return None in named or connection in named or urn in self._wants_unknown

    # A preview.

    def counts_a_purchase(self) -> None:
        """A preview shows one more purchase: with a limit, they are counted against one list.

        Raises:
            TooManyNumbers: it would be over the limit.
            CallError: the account cannot be listed.
        """
        max_numbers = self.settings.max_numbers
        if max_numbers is None or self.settings.api_key is None:
            return
        with self._counting:
            if self._there is None:
                self._there = len(self.purchases.list_account().numbers)
            self._purchases_shown += 1
            if self._there + self._purchases_shown > max_numbers:
                raise TooManyNumbers(self._there, self._purchases_shown - 1, max_numbers)

    # A destroy.

    def require_settled(self, stack: str, name: str, look: Callable[[], None]) -> None:
        """See to it that a destroy leaves no purchase behind; looked at once, for all deletes.

        Args:
            stack: of what is deleted.
            name: of the resource that is deleted.
            look: raises where something is left.

        Raises:
            VocodeError: what ``look`` raised; for all but the first resource, where that is said.
        """
        with self._lock:
            if self._was_asked_to_check:
                return
            gate = self._gates.setdefault(stack, Gate())
        gate.require(name, look)


class Gate:
    """Something that is looked at once, for all who ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refused: str | None = None
        self._looked = False

    def require(self, name: str, look: Callable[[], None]) -> None:
        """Raise what the look raises; to all who ask after that, say of whom that is said."""
        with self._lock:
            if not self._looked:
                try:
                    look()
                except VocodeError:
                    self._looked, self._refused = True, name
                    raise
                self._looked = True
        if self._refused is not None:
            raise VocodeError(
                f"Nothing was cancelled or deleted: the error of {self._refused!r} says why."
            )


class Names:
    """Resources by the object that they hold. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._urns: dict[str, str] = {}

    def claim(self, id_: str, urn: str) -> str:
        """Say that a resource holds an object; gives the one that does."""
        with self._lock:
            return self._urns.setdefault(id_, urn)

    def give(self, id_: str, urn: str) -> None:
        """The object goes over to a resource."""
        with self._lock:
            self._urns[id_] = urn

    def of(self, id_: str) -> str | None:
        """The resource that holds an object."""
        with self._lock:
            return self._urns.get(id_)


class Settling:
    """Whether "not found" may be believed: lists and ``GET`` may know a purchase only seconds later.

    All numbers of a process share the time that is waited: a purchase of an earlier command is older.

    Args:
        seconds: that are waited.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until: float | None = None

    def is_over(self) -> bool:
        """Whether enough time has passed since something was not found for the first time."""
        now = clock.now()
        with self._lock:
            if self._until is None:
                self._until = now + self._seconds
            return now >= self._until

    def wait(self) -> None:
        """Wait a moment before something is looked for again."""
        with self._lock:
            left = (self._until or 0.0) - clock.now()
        clock.sleep(min(1.0, left))


_MAKING = threading.Lock()
_run = functools.cache(Run)
_lent: weakref.WeakValueDictionary[Settings, Run] = weakref.WeakValueDictionary()


def run_of(settings: Settings, tell: Tell) -> Run:
    """The one run of this process, for its settings."""
    with _MAKING:
        return _lent.get(settings) or _run(settings, tell)


def lend(run: Run) -> None:
    """Let a run be the one for its settings, as long as whoever lends it keeps it."""
    with _MAKING:
        _lent[run.settings] = run

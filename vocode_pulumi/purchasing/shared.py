# SPDX-License-Identifier: Apache-2.0
"""What one process shares for its purchases: the ledger, the account, the time, what it has seen.

Nothing that guards a number lives here alone: an engine's run can be several processes.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Set
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from vocode_pulumi import clock
from vocode_pulumi.api.absence import NUMBERS
from vocode_pulumi.api.answers import Json, listed_number_in
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import CallError, UnreadableAnswer
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.first_house import is_mark_of
from vocode_pulumi.purchasing.launcher import Launcher
from vocode_pulumi.purchasing.ledger import Found, Ledger
from vocode_pulumi.purchasing.objects import Account, Attempt, AttemptKey, History
from vocode_pulumi.purchasing.over import Window, is_known_for
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.states import PulumiStates, State, StateNotReadable, States
from vocode_pulumi.record import name_in

T = TypeVar("T")

LIST_AGE = 60.0
"""Seconds for which the purchases of a process share a list of the account, from its end on."""
Tell = Callable[[str, str], None]
"""Says a line, to whoever runs Pulumi, beside the resource of a URN."""


class Clock(Protocol):
    """Time, as :mod:`vocode_pulumi.clock` has it."""

    def now(self) -> float:
        """Seconds since some moment in the past."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...


class Engine(Protocol):
    """The `pulumi` that started this process."""

    def is_running(self) -> bool:
        """Whether it still runs."""
        ...


@dataclass(frozen=True)
class Listing:
    """The account's numbers at one time.

    Args:
        numbers: each as the list has it, by its digits.
        account: that was listed.
        begun: when the list was begun.
        ended: when it was whole.
        id: under which the ledger keeps it; empty for one that it does not keep.
    """

    numbers: Mapping[str, Json]
    account: Account
    begun: float
    ended: float
    id: str = ""


@dataclass
class FirstLook:
    """What a process saw of a stack before it did anything.

    Args:
        attempts: of the stack.
        state: what the stack's state said; asked for when somebody needs it.
    """

    attempts: "Future[Found]" = field(default_factory=Future)
    state: "Future[State] | None" = None


class Shared:
    """What one process shares for its purchases. Threads may share it.

    Args:
        client: of the account.
        ledger: of purchases.
        place: where the state is, in the ledger's words.
        first_house: the stack and owner under which the first house kept a URN's purchase.
        tell: says a line to whoever runs Pulumi.
        states: who is asked what stacks have.
        engine: that this process works for.
        time: a clock that counts sleep.
    """

    def __init__(
        self,
        client: Client,
        ledger: Ledger,
        place: str,
        first_house: Callable[[str], tuple[str, str]],
        tell: Tell,
        states: States | None = None,
        engine: Engine | None = None,
        time: Clock = clock,
    ) -> None:
        self.client = client
        self.settings = client.settings
        self.ledger = ledger
        self.place = place
        self.first_house = first_house
        self.tell = tell
        self.states = states or PulumiStates()
        self.engine = engine or Launcher()
        self.time = time
        self.window = Window.of(
            self.settings.connect_timeout,
            self.settings.read_timeout,
            self.settings.settle_seconds,
        )
        self.counting_alone = threading.Lock()
        self._lock = threading.Lock()
        self._listing_lock = threading.Lock()
        self._listing: Listing | None = None
        self._first_seen: dict[AttemptKey, float] = {}
        self._looks: dict[StackId, FirstLook] = {}
        self._recorded: dict[str, str | None] = {}
        self._checked: set[str] = set()
        self._user_id: str | None = None

    # Whose it is.

    @property
    def keyring(self) -> Keyring:
        """Makes fingerprints with the key in use."""
        return Keyring(self.settings.require_api_key())

    @property
    def account(self) -> Account:
        """The account whose key is in use, as far as anything said which."""
        with self._lock:
            return Account(self.settings.base_url, self._user_id, self.keyring.mark)

    def user_id(self) -> str | None:
        """Vocode's id of the account whose key is in use; it is asked for where nothing said it.

        Raises:
            CallError: it cannot be asked.
        """
        if self._user_id is None:
            self.learn_account(self.client.user_id())
        return self._user_id

    def learn_account(self, user_id: object) -> None:
        """An answer said whose the key is."""
        if isinstance(user_id, str) and user_id:
            with self._lock:
                self._user_id = user_id

    def owner(self, urn: str, organization: str) -> Owner:
        """The owner that a URN names, in the place of this process's state."""
        return Owner.of(self.place, organization, urn)

    # What it has seen.

    def saw(self, attempts: Iterable[AttemptKey]) -> None:
        """Attempts are there now; whose first sight it is, is remembered."""
        now = self.time.now()
        with self._lock:
            for key in attempts:
                self._first_seen.setdefault(key, now)

    def over_at(self, attempt: Attempt) -> float:
        """When an attempt has been known for long enough, in seconds of this process's clock."""
        with self._lock:
            seen = self._first_seen.get(attempt.key, self.time.now())
        return seen + max(attempt.intent.window.whole, self.window.whole)

    def is_over(self, attempt: Attempt, at: float) -> bool:
        """Whether an attempt had been known for long enough at a time."""
        with self._lock:
            seen = self._first_seen.get(attempt.key)
        return seen is not None and is_known_for(seen, at, attempt.intent.window, self.window)

    def attempts(self, prefix: str = "attempts/") -> Found:
        """The attempts whose keys begin with a prefix; those that are seen first are remembered."""
        found = self.ledger.attempts(prefix)
        self.saw(found.attempts)
        return Found({key: self._with_mark(one) for key, one in found.attempts.items()}, found.last)

    def _with_mark(self, attempt: Attempt) -> Attempt:
        """An attempt of the first house, with the mark that its account has now."""
        account, key = attempt.intent.account, self.settings.api_key
        if key is None or not is_mark_of(account.key, key):
            return attempt
        account = replace(account, key=Keyring(key).mark)
        return replace(attempt, intent=replace(attempt.intent, account=account))

    def engine_shows(self, number: str, urn: str | None = None) -> None:
        """The engine has shown that the state has a number.

        Args:
            number: digits.
            urn: of the resource, where it is as the program has it.
        """
        with self._lock:
            self._recorded[number] = urn or self._recorded.get(number)

    def was_shown(self, number: str) -> bool:
        """Whether the engine has shown, in this process, that the state has a number."""
        with self._lock:
            return number in self._recorded

    def shown_for(self, number: str) -> str | None:
        """The URN of the resource that has a number, as far as the engine has shown it."""
        with self._lock:
            return self._recorded.get(number)

    def engine_checks(self, urn: str) -> None:
        """The engine has asked for a check of a resource: the program declares it."""
        with self._lock:
            self._checked.add(urn)

    def was_checked(self, urn: str) -> bool:
        """Whether the program declares a resource, as far as this process has seen."""
        with self._lock:
            return urn in self._checked

    # The first look.

    def look(self, stack: StackId) -> FirstLook:
        """The first look at a stack: begun once, in the background."""
        with self._lock:
            if stack in self._looks:
                return self._looks[stack]
            found = self._looks[stack] = FirstLook()
        self.in_background(lambda: self.attempts_of_stack(stack), found.attempts)
        return found

    def state_at_first_look(self, stack: StackId) -> "Future[State]":
        """What the stack's state said at the first look: asked for once, in the background."""
        found = self.look(stack)
        with self._lock:
            if found.state is not None:
                return found.state
            state: Future[State] = Future()
            found.state = state
        self.in_background(lambda: self.states.own(stack), state)
        return state

    def other_that_has(self, stack: StackId, number: str, history: History) -> str | None:
        """Which resource of the login's other stacks has a number, as their states are now.

        Raises:
            StateNotReadable: none that can be read has it, and one cannot be read.
        """
        unreadable = None
        for name, state in self.states.others(stack).items():
            if isinstance(state, StateNotReadable):
                unreadable = state
            elif held := state.having(number, history.claims):
                return f"{name_in(held.urn)} of the stack {name}"
        if unreadable is not None:
            raise unreadable
        return None

    def attempts_of_stack(self, stack: StackId) -> Found:
        """The attempts of a stack, those that the first house left among them."""
        own = self.attempts(f"attempts/{stack.key}/")
        of_first_house, _ = self.first_house(f"urn:pulumi:{stack.name}::{stack.project}::::")
        older = self.attempts(f"attempts/{of_first_house}/")
        return Found({**older.attempts, **own.attempts}, {**older.last, **own.last})

    # The account's numbers.

    def list_account(self) -> Listing:
        """List the account now.

        Raises:
            CallError: it cannot be listed.
        """
        begun = self.time.now()
        numbers = {}
        for item in self.client.list(f"{NUMBERS}/list"):
            try:
                numbers[listed_number_in(item)] = item
            except ValueError:
                raise UnreadableAnswer(
                    f"GET {NUMBERS}/list", 200, "", "answered 200 without a number in it", ""
                ) from None
            self.learn_account(item.get("user_id"))
        return Listing(numbers, self.account, begun, self.time.now())

    def listing(self, *, fresh: bool = False) -> Listing:
        """A list of the account that the ledger keeps: of the last minute, shared by all purchases.

        Args:
            fresh: whether it has to be of now.

        Raises:
            CallError: the account cannot be listed.
            LedgerError: the list cannot be kept.
        """
        asked = self.time.now()
        with self._listing_lock:
            found = self._listing
            young = found is not None and asked - found.ended <= LIST_AGE
            if found is None or not (found.begun > asked if fresh else young):
                try:
                    listed = self.list_account()
                except CallError as error:
                    raise error.with_outcome("Nothing was bought.") from error.__cause__
                id_ = self.ledger.keep_list(listed.account, listed.numbers)
                found = self._listing = Listing(
                    listed.numbers, listed.account, listed.begun, listed.ended, id_
                )
            return found

    def before(self, attempts: Iterable[Attempt]) -> dict[AttemptKey, Set[str]]:
        """The numbers of the list that each attempt goes by."""
        wanted = {attempt.key: attempt.intent.listed for attempt in attempts}
        lists = self.ledger.lists(wanted.values())
        return {key: lists[id_] for key, id_ in wanted.items()}

    @staticmethod
    def in_background(what: Callable[[], T], end: "Future[T]") -> None:
        """Do something in a thread of its own.

        Args:
            what: to do.
            end: what it gives, or raises.
        """

        def run() -> None:
            try:
                end.set_result(what())
            except BaseException as error:  # noqa: BLE001 - whoever needs the result raises it
                end.set_exception(error)

        threading.Thread(target=run, daemon=True).start()

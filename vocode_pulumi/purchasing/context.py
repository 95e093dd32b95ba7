# SPDX-License-Identifier: Apache-2.0
"""What the purchases of one process share: ledger, account, clock, and what the process has seen.

A fact that guards a number is always in the ledger too: a run of the engine can be several processes.
"""

import os
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
from vocode_pulumi.observing.waits import turn
from vocode_pulumi.purchasing.deadlines import PurchaseWindow, is_known_long_enough
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.launcher import Launcher
from vocode_pulumi.purchasing.ledger import AttemptsFound, Ledger, StepsByAttempt
from vocode_pulumi.purchasing.objects import Account, Attempt, AttemptKey, History
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.states import PulumiStates, State, StateNotReadable, States
from vocode_pulumi.purchasing.version_0_1 import is_mark_of
from vocode_pulumi.record import name_in

T = TypeVar("T")

MAX_LIST_AGE = 60.0
"""For this many seconds the purchases of a process share a list of the account."""
Tell = Callable[[str, str], None]
"""Prints a message in Pulumi's output. Arguments: the URN of the resource, and the message."""


class Clock(Protocol):
    """A clock such as :mod:`vocode_pulumi.clock`."""

    def now(self) -> float:
        """Seconds since some moment in the past."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...


class Engine(Protocol):
    """The `pulumi` that started this process."""

    def is_running(self) -> bool:
        """Whether that `pulumi` still runs."""
        ...


@dataclass(frozen=True)
class Listing:
    """The account's numbers at one time.

    Args:
        numbers: the list's entries, by the digits of the number.
        account: the account.
        begun: when the first page was requested.
        ended: when the last page had arrived.
        id: the list's id in the ledger; empty if the ledger does not keep the list.
    """

    numbers: Mapping[str, Json]
    account: Account
    begun: float
    ended: float
    id: str = ""


@dataclass
class StackAtStart:
    """A stack's attempts and state before this process changed anything.

    Args:
        attempts: the stack's attempts.
        state: the stack's state; ``None`` until somebody needs it.
    """

    attempts: "Future[AttemptsFound]" = field(default_factory=Future)
    state: "Future[State] | None" = None


class PurchasingContext:
    """What the purchases of one process share. Threads may share it.

    Args:
        client: the client of the account.
        ledger: the ledger of purchases.
        place: where this login's states are (:mod:`vocode_pulumi.purchasing.place`).
        version_0_1_keys: maps a URN to the stack and owner that version 0.1 kept its purchase under.
        tell: prints a message in Pulumi's output.
        states: reads the states of stacks.
        engine: the `pulumi` that started this process.
        time: a clock that also runs while the machine sleeps.
    """

    def __init__(
        self,
        client: Client,
        ledger: Ledger,
        place: str,
        version_0_1_keys: Callable[[str], tuple[str, str]],
        tell: Tell,
        states: States | None = None,
        engine: Engine | None = None,
        time: Clock = clock,
    ) -> None:
        self.client = client
        self.settings = client.settings
        self.ledger = ledger
        self.place = place
        self.version_0_1_keys = version_0_1_keys
        self.tell = tell
        self.states = states or PulumiStates()
        self.engine = engine or Launcher()
        self.time = time
        self.window = PurchaseWindow.of(
            self.settings.connect_timeout,
            self.settings.read_timeout,
            self.settings.settle_seconds,
        )
        self.counting_lock = threading.Lock()
        self._lock = threading.Lock()
        self._listing_lock = threading.Lock()
        self._listing: Listing | None = None
        self._first_seen: dict[AttemptKey, float] = {}
        self._stacks_at_start: dict[StackId, StackAtStart] = {}
        self._urns_in_state: dict[str, str | None] = {}
        self._in_program: set[str] = set()
        self._user_id: str | None = None

    # The account.

    @property
    def keyring(self) -> Keyring:
        """Makes fingerprints with the API key in use."""
        return Keyring(self.settings.require_api_key())

    @property
    def account(self) -> Account:
        """The account whose key is in use; its id is ``None`` until an answer has named it."""
        with self._lock:
            return Account(self.settings.base_url, self._user_id, self.keyring.mark)

    def user_id(self) -> str | None:
        """Vocode's id of the account whose key is in use. It is requested if no answer has named it.

        Raises:
            CallError: the request failed.
        """
        if self._user_id is None:
            self.learn_account(self.client.user_id())
        return self._user_id

    def learn_account(self, user_id: object) -> None:
        """Remember the account's id if an answer has one."""
        if isinstance(user_id, str) and user_id:
            with self._lock:
                self._user_id = user_id

    @property
    def may_lose_ledger(self) -> bool:
        """Whether the ledger is on the disk of a runner, which is often thrown away, and nobody chose that."""
        is_file = "://" not in self.ledger.where
        return is_file and not self.settings.ledger_is_given and bool(os.environ.get("CI"))

    def owner(self, urn: str, organization: str) -> Owner:
        """The owner that a URN names, in the place of this login's states."""
        return Owner.of(self.place, organization, urn)

    # What this process has seen.

    def remember_when_first_seen(self, attempts: Iterable[AttemptKey]) -> None:
        """Remember the time of attempts that this process sees for the first time."""
        now = self.time.now()
        with self._lock:
            for key in attempts:
                self._first_seen.setdefault(key, now)

    def window_end(self, attempt: Attempt) -> float:
        """When an attempt's window has passed, in seconds of this process's clock."""
        with self._lock:
            seen = self._first_seen.get(attempt.key, self.time.now())
        return seen + max(attempt.intent.window.whole, self.window.whole)

    def is_past_window(self, attempt: Attempt, at: float) -> bool:
        """Whether an attempt's window had passed at a time, in seconds of this process's clock."""
        with self._lock:
            seen = self._first_seen.get(attempt.key)
        return seen is not None and is_known_long_enough(
            seen, at, attempt.intent.window, self.window
        )

    def attempts(self, prefix: str = "attempts/") -> AttemptsFound:
        """Read the attempts whose keys begin with a prefix, and remember when each was first seen."""
        return self.read_attempts(self.ledger.steps_of_attempts([prefix]))

    def read_attempts(self, steps: StepsByAttempt) -> AttemptsFound:
        """Read attempts whose keys were listed, and remember when each was first seen."""
        found = self.ledger.read_attempts(steps)
        self.remember_when_first_seen(found.by_key)
        attempts = {key: self._with_mark(attempt) for key, attempt in found.by_key.items()}
        return AttemptsFound(attempts, found.highest_k)

    def _with_mark(self, attempt: Attempt) -> Attempt:
        """The attempt; if version 0.1 made it, with this version's mark of the API key."""
        account, key = attempt.intent.account, self.settings.api_key
        if key is None or not is_mark_of(account.key, key):
            return attempt
        account = replace(account, key=Keyring(key).mark)
        return replace(attempt, intent=replace(attempt.intent, account=account))

    def saw_in_state(self, number: str, urn: str | None = None) -> None:
        """Remember that the state has a number: the engine has passed its resource to this process.

        Args:
            number: digits.
            urn: the URN of the resource, if the engine named it.
        """
        with self._lock:
            self._urns_in_state[number] = urn or self._urns_in_state.get(number)

    def was_seen_in_state(self, number: str) -> bool:
        """Whether the engine has passed to this process a resource that has the number."""
        with self._lock:
            return number in self._urns_in_state

    def urn_in_state(self, number: str) -> str | None:
        """The URN of the resource that has a number; ``None`` if the engine has not named it."""
        with self._lock:
            return self._urns_in_state.get(number)

    def saw_in_program(self, urn: str) -> None:
        """Remember that the program declares a resource: the engine has asked for its check."""
        with self._lock:
            self._in_program.add(urn)

    def was_seen_in_program(self, urn: str) -> bool:
        """Whether the engine has asked this process for a check of a resource."""
        with self._lock:
            return urn in self._in_program

    # Stacks before this process changed anything.

    def stack_at_start(self, stack: StackId) -> StackAtStart:
        """A stack's attempts at the start. They are read once, in the background."""
        with self._lock:
            if stack in self._stacks_at_start:
                return self._stacks_at_start[stack]
            found = self._stacks_at_start[stack] = StackAtStart()
        self.in_background(lambda: self.attempts_of_stack(stack), found.attempts)
        return found

    def has_begun_with(self, stack: StackId) -> bool:
        """Whether this process has begun to read a stack's attempts: a purchase may follow at once."""
        with self._lock:
            return stack in self._stacks_at_start

    def state_at_start(self, stack: StackId) -> "Future[State]":
        """A stack's state at the start. It is read once, in the background."""
        found = self.stack_at_start(stack)
        with self._lock:
            if found.state is not None:
                return found.state
            state: Future[State] = Future()
            found.state = state
        self.in_background(lambda: self.states.own(stack), state)
        return state

    def other_that_has(self, stack: StackId, number: str, history: History) -> str | None:
        """The resource of another stack of the login that has a number now; ``None`` if none has.

        Raises:
            StateNotReadable: a state cannot be read, and no readable state has the number.
        """
        unreadable = None
        for name, state in self.states.others(stack).items():
            if isinstance(state, StateNotReadable):
                unreadable = state
            elif held := state.resource_with(number, history.claims):
                return f"{name_in(held.urn)} of the stack {name}"
        if unreadable is not None:
            raise unreadable
        return None

    def has_attempts(self, stack: StackId) -> bool:
        """Whether the ledger has attempts of a stack, including those of version 0.1."""
        return any(map(self.ledger.has_objects, self._prefixes(stack)))

    def attempts_of_stack(self, stack: StackId) -> AttemptsFound:
        """The attempts of a stack, including those of version 0.1."""
        own, older = map(self.attempts, self._prefixes(stack))
        return AttemptsFound({**older.by_key, **own.by_key}, {**older.highest_k, **own.highest_k})

    def steps_of_stack(self, stack: StackId) -> StepsByAttempt:
        """Which steps the attempts of a stack have. Only their keys are listed.

        Version 0.1 wrote files. So its attempts are listed only if the ledger, or a part of it, is a file.
        """
        own, older = self._prefixes(stack)
        file = self.ledger.store.on_this_machine
        has_older = file is not None and bool(file.list(older))
        return self.ledger.steps_of_attempts([own, older] if has_older else [own])

    def steps_of_version_0_1(self, stack: StackId) -> StepsByAttempt:
        """The same for the attempts that version 0.1 made for a stack, wherever the ledger is."""
        return self.ledger.steps_of_attempts([self._prefixes(stack)[1]])

    def _prefixes(self, stack: StackId) -> tuple[str, str]:
        """The prefixes of the keys of a stack's attempts: this version's, and those of version 0.1."""
        old_stack, _ = self.version_0_1_keys(f"urn:pulumi:{stack.name}::{stack.project}::::")
        return f"attempts/{stack.key}/", f"attempts/{old_stack}/"

    # The account's numbers.

    def list_account(self) -> Listing:
        """List the account's numbers now.

        Raises:
            CallError: the account cannot be listed.
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
        """A list of the account that all purchases of this process share and that the ledger keeps.

        Args:
            fresh: whether to list anew; default: a list of the last minute is good enough.

        Raises:
            CallError: the account cannot be listed.
            LedgerError: the list cannot be written into the ledger.
        """
        asked = self.time.now()
        with turn(self._listing_lock, "another purchase lists the numbers of the account"):
            found = self._listing
            young = found is not None and asked - found.ended <= MAX_LIST_AGE
            if found is None or not (found.begun > asked if fresh else young):
                self.in_background(self.ledger.prepare, Future())
                try:
                    listed = self.list_account()
                except CallError as error:
                    raise error.with_outcome("Nothing was bought.") from error.__cause__
                id_ = self.ledger.keep_list(listed.account, listed.numbers)
                found = self._listing = Listing(
                    listed.numbers, listed.account, listed.begun, listed.ended, id_
                )
            return found

    def numbers_before(self, attempts: Iterable[Attempt]) -> dict[AttemptKey, Set[str]]:
        """For each attempt, the numbers that the account had before the purchase."""
        wanted = {attempt.key: attempt.intent.list_id for attempt in attempts}
        lists = self.ledger.lists(wanted.values())
        return {key: lists[id_] for key, id_ in wanted.items()}

    @staticmethod
    def in_background(what: Callable[[], T], end: "Future[T]") -> None:
        """Call a function in a thread of its own.

        Args:
            what: the function.
            end: gets the function's result or exception.
        """

        def run() -> None:
            try:
                end.set_result(what())
            except BaseException as error:  # noqa: BLE001 - end.result() raises it
                end.set_exception(error)

        threading.Thread(target=run, daemon=True).start()

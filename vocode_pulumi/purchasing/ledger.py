# SPDX-License-Identifier: Apache-2.0
"""Reading and writing the objects of the ledger (:mod:`.objects`) in a store."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vocode_pulumi import clock
from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing.objects import (
    Account,
    Attempt,
    AttemptKey,
    DamagedObject,
    History,
    Holding,
    Intent,
    Note,
    Step,
    account_in_list,
    body_of,
    holding_in,
    intent_in,
    list_body,
    note_in,
    number_key,
    numbers_in_list,
    step_in,
)
from vocode_pulumi.purchasing.store import Body, MaybeCreated, Store, StoreFailed, nonce

T = TypeVar("T")
StepsByAttempt = Mapping[AttemptKey, Sequence[int]]
"""Which steps attempts have, as the keys of their objects tell. Step 0 is the intent."""

MAX_LOOKED_UP = 20
"""Up to this many numbers are looked up one by one; for more, all numbers are listed."""
MAX_TRIES = 5
"""How often an object is written if the store does not say whether it was created."""
SECONDS_OF_TRYING = 20.0
"""After this many seconds an object is not tried again: somebody waits."""
LONG_FAILURE = 2.0
"""A write that failed after this many seconds has failed because the store does not answer."""
TAKE_AND_HOLDER = 2
"""What :meth:`Ledger.step` returns if it has written both a take and its holder."""


@dataclass(frozen=True)
class AttemptsFound:
    """Attempts that were read from the ledger.

    Args:
        by_key: the attempts that have an intent.
        highest_k: for each owner, the highest ``k`` of its attempts. An attempt counts here even if
            housekeeping has deleted its intent.
    """

    by_key: Mapping[AttemptKey, Attempt] = field(default_factory=dict)
    highest_k: Mapping[str, int] = field(default_factory=dict)

    def knows(self, *owners: str) -> bool:
        """Whether there is anything of an attempt of these owners.

        Args:
            owners: the owners' parts of the keys.
        """
        return any(self.highest_k.get(owner) for owner in owners)

    def newest_of(self, owner: str) -> Attempt | None:
        """The owner's newest attempt; ``None`` if there is none, or if its intent was deleted.

        Args:
            owner: the owner's part of the attempt's key.
        """
        k = self.highest_k.get(owner, 0)
        return next(
            (
                attempt
                for attempt in self.by_key.values()
                if attempt.key.owner == owner and attempt.key.k == k
            ),
            None,
        )


class Ledger:
    """Every purchase, its outcome, and the holder of each number. Threads may share it.

    Args:
        store: keeps the objects.

    Every method raises :class:`~vocode_pulumi.errors.LedgerError` if the store cannot be used or an
    object in it is damaged.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._lock = threading.Lock()
        self._not_answering: LedgerError | None = None
        self._lists: dict[str, frozenset[str]] = {}
        self._parsed_objects: dict[str, Any] = {}
        self._histories_read: dict[str, History] = {}

    @property
    def where(self) -> str:
        """The ledger's path, as its user writes it."""
        return self.store.where

    def _do(self, call: Callable[[], T]) -> T:
        """Call a function that uses the store; its errors become a :class:`LedgerError`."""
        try:
            return call()
        except (StoreFailed, DamagedObject) as error:
            raise LedgerError(self.where, getattr(error, "why", str(error))) from error

    def _create(self, objects: list[tuple[str, Body]]) -> int:
        """Create objects one after the other; return how many the store has with this very body."""

        def create() -> int:
            end = clock.now() + SECONDS_OF_TRYING
            for at in range(MAX_TRIES):
                try:
                    return self.store.create_in_order(objects)
                except MaybeCreated:
                    if at == MAX_TRIES - 1 or clock.now() >= end:
                        raise
            raise AssertionError

        begun = clock.now()
        try:
            return self._do(create)
        except LedgerError as error:
            if clock.now() - begun > LONG_FAILURE:
                self._not_answering = error
            raise

    def _require_answering(self) -> None:
        """Raise if the store did not answer before: else each further purchase would wait as long for it."""
        if self._not_answering is not None:
            raise self._not_answering

    # Lists.

    def keep_list(self, account: Account, numbers: Iterable[str]) -> str:
        """Write a list of an account's numbers; return the list's id."""
        self._require_answering()
        id_ = nonce()
        listed = frozenset(numbers)
        self._create([(f"lists/{id_}", list_body(account, sorted(listed)))])
        with self._lock:
            self._lists[id_] = listed
        return id_

    def lists(self, ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """The numbers of lists, by the id of the list."""
        wanted = {*ids}
        with self._lock:
            missing = {f"lists/{id_}" for id_ in wanted - self._lists.keys()}
        if missing:
            read = self._do(
                lambda: {
                    key.removeprefix("lists/"): numbers_in_list(key, body)
                    for key, body in self.store.read(missing).items()
                }
            )
            with self._lock:
                self._lists |= read
        with self._lock:
            lost = wanted - self._lists.keys()
            if lost:
                raise LedgerError(self.where, f"lists/{min(lost)} is not there any more")
            return {id_: self._lists[id_] for id_ in wanted}

    # Attempts.

    def attempts(self, prefix: str = "attempts/") -> AttemptsFound:
        """The attempts whose keys begin with a prefix: all attempts, a stack's or an owner's."""
        return self.read_attempts(self.steps_of_attempts([prefix]))

    def steps_of_attempts(self, prefixes: Iterable[str]) -> StepsByAttempt:
        """Which steps there are of the attempts whose keys begin with one of some prefixes. Only keys are listed."""
        return self._do(lambda: self._steps_of_attempts(prefixes))

    def read_attempts(self, steps: StepsByAttempt) -> AttemptsFound:
        """Read attempts whose keys were listed."""
        return self._do(lambda: self._read_attempts(steps))

    def has_objects(self, prefix: str) -> bool:
        """Whether there is an object whose key begins with a prefix."""
        return bool(self._do(lambda: self.store.list(prefix)))

    def _steps_of_attempts(self, prefixes: Iterable[str]) -> StepsByAttempt:
        steps: dict[AttemptKey, list[int]] = {}
        for key in self.store.list_all(prefixes):
            attempt, j = _attempt_key(key)
            steps.setdefault(attempt, []).append(j)
        return steps

    def _read_attempts(self, steps: StepsByAttempt) -> AttemptsFound:
        highest_k: dict[str, int] = {}
        for attempt in steps:
            highest_k[attempt.owner] = max(attempt.k, highest_k.get(attempt.owner, 0))
        with_intent = {key: sorted(js) for key, js in steps.items() if 0 in js}
        intents = self._read_as((key.step(0) for key in with_intent), intent_in)
        later = self._read_as(
            (key.step(j) for key, js in with_intent.items() for j in js[1:]), step_in
        )
        attempts = {
            key: Attempt(key, intents[key.step(0)], tuple(later[key.step(j)] for j in js[1:]))
            for key, js in with_intent.items()
            # Housekeeping may have deleted objects after the keys were listed.
            if key.step(0) in intents and all(key.step(j) in later for j in js[1:])
        }
        return AttemptsFound(attempts, highest_k)

    def begin(self, key: AttemptKey, intent: Intent) -> bool:
        """Write the intent of an attempt; ``False`` if another process has begun that attempt."""
        self._require_answering()
        return self._create([(key.step(0), body_of(intent))]) == 1

    def step(self, attempt: Attempt, step: Step, holder: Holding | None = None) -> int:
        """Write the next step of an attempt, and the holder of the number that the step takes.

        Args:
            attempt: the attempt as it was read.
            step: its next step.
            holder: the holder of the number; ``None`` if the step takes no number.

        Returns:
            How many of these objects are written: fewer than given if another process was faster.
        """
        objects = [(attempt.next_step, body_of(step))]
        if holder is not None:
            objects.append((number_key(step.number, step.generation), body_of(holder)))  # type: ignore[union-attr]
        return self._create(objects)

    # Numbers.

    def histories(self, numbers: Iterable[str]) -> dict[str, History]:
        """The histories of numbers; an empty history for a number that the ledger does not know."""
        return self._do(lambda: self._histories({*numbers}))

    def history(self, number: str) -> History:
        """The history of one number."""
        return self.histories([number])[number]

    def history_read_before(self, number: str) -> History:
        """The history of a number when this process last read it; empty if it has not read it."""
        with self._lock:
            return self._histories_read.get(number, History())

    def _histories(self, numbers: set[str]) -> dict[str, History]:
        prefixes = (
            ["numbers/"]
            if len(numbers) > MAX_LOOKED_UP
            else [f"numbers/{number}/" for number in numbers]
        )
        keys = [key for key in self.store.list_all(prefixes) if key.split("/")[1] in numbers]
        by_number: dict[str, dict[int, Holding]] = {number: {} for number in numbers}
        for key, holding in self._read_as(sorted(keys, key=_last_part), holding_in).items():
            by_number[key.split("/")[1]][_last_part(key)] = holding
        histories = {number: History(found) for number, found in by_number.items()}
        with self._lock:
            self._histories_read |= histories
        return histories

    def _read_as(self, keys: Iterable[str], parse: Callable[[str, Body], T]) -> dict[str, T]:
        """Read objects by their keys. An object is read once, because no object ever changes."""
        wanted = [*keys]
        with self._lock:
            missing = [key for key in wanted if key not in self._parsed_objects]
        new = {key: parse(key, body) for key, body in self.store.read(missing).items()}
        with self._lock:
            self._parsed_objects |= new
            return {key: self._parsed_objects[key] for key in wanted if key in self._parsed_objects}

    def numbers(self) -> list[str]:
        """Every number that the ledger has an object of."""
        keys = self._do(lambda: self.store.list("numbers/"))
        return sorted({key.split("/")[1] for key in keys})

    def hold(self, number: str, generation: int, holding: Holding) -> bool:
        """Write the next object of a number; ``False`` if another process was faster."""
        return self._create([(number_key(number, generation), body_of(holding))]) == 1

    # Housekeeping.

    def begin_housekeeping(self, every: float) -> bool:
        """Record that housekeeping is done now; ``False`` if the last one is too recent.

        Args:
            every: the shortest time between two housekeepings, in seconds.
        """
        done = self._do(lambda: self.store.list("housekeeping/"))
        if any(age < every for age in done.values()):
            return False
        return self._create([(f"housekeeping/{len(done)}", {"nonce": nonce()})]) == 1

    def ages(self) -> dict[str, float]:
        """The age of every object, in seconds of the store's clock, by its key."""
        return self._do(lambda: self.store.list(""))

    def lists_of(self, account: Account) -> dict[str, frozenset[str]]:
        """The lists of one account, by the id of the list."""

        def read() -> dict[str, frozenset[str]]:
            bodies = self.store.read(self.store.list("lists/"))
            return {
                key.removeprefix("lists/"): numbers_in_list(key, body)
                for key, body in bodies.items()
                if account_in_list(key, body).is_same(account)
            }

        return self._do(read)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects, in any order."""
        self._do(lambda: self.store.delete(keys))

    # Where the ledger is, and moving it.

    def probe(self) -> None:
        """Raise if the store cannot be written."""
        self._do(self.store.probe)

    def prepare(self) -> None:
        """Do what only the first writing would do; it says so too if that fails."""
        self._do(self.store.prepare)

    def bodies(self, keys: Iterable[str]) -> dict[str, Body]:
        """The bodies of objects, by their keys."""
        return self._do(lambda: self.store.read(keys))

    def copy(self, key: str, body: Body) -> bool:
        """Copy an object from another ledger; ``False`` if a different object has its key."""
        return self._create([(key, body)]) == 1

    def note(self) -> Note | None:
        """The newest note; ``None`` if there is none."""

        def read() -> Note | None:
            keys = sorted(self.store.list("notes/"), key=_last_part)
            if not keys:
                return None
            bodies = self.store.read(keys[-1:])
            return note_in(keys[-1], bodies[keys[-1]])

        return self._do(read)

    def leave_note(self, note: Note) -> None:
        """Write the next note."""
        while True:
            i = len(self._do(lambda: self.store.list("notes/")))
            if self._create([(f"notes/{i}", body_of(note))]):
                return


def _attempt_key(key: str) -> tuple[AttemptKey, int]:
    try:
        _, stack, owner, k, j = key.split("/")
        return AttemptKey(stack, owner, int(k)), int(j)
    except ValueError:
        raise DamagedObject(f"{key} is no key of an attempt") from None


def _last_part(key: str) -> int:
    """The last part of a key: a generation of a number, or the index of a note."""
    try:
        return int(key.rsplit("/", 1)[-1])
    except ValueError:
        raise DamagedObject(f"{key} is no key of a number or note") from None

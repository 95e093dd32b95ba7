# SPDX-License-Identifier: Apache-2.0
"""The ledger: a file of purchases that are not known to be finished.

A sqlite file with a row for each of them, for all stacks of a machine; threads and processes may
share it. Two files beside it are locks: while purchases go on, none is resolved.
"""

import fcntl
import json
import math
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from vocode_pulumi.errors import LedgerError, TooManyNumbers

T = TypeVar("T")

PATIENCE = 600.0
"""Seconds to wait for another process, at the most."""

Asked = dict[str, Any]
"""What tells a purchase from others; of an inline agent, which may hold credentials, digests."""


class Owner(NamedTuple):
    """Who buys.

    Args:
        backend: where Pulumi keeps the state, if ``PULUMI_BACKEND_URL`` says so: two backends may
            hold stacks of one name.
        api: base URL of the API: a sandbox is another account.
        urn: of the resource.
    """

    backend: str
    api: str
    urn: str


@dataclass(frozen=True)
class Row:
    """A purchase that is not known to be finished.

    Args:
        owner: who buys.
        account: Vocode's id of the account, where its numbers told it; of one without numbers a
            mark of its key.
        asked: what tells the purchase from others.
        before: numbers that are not this purchase's; none once its number is known.
        number: what was bought, once that is known.
        at: when the list was made that the purchase goes by, in seconds since 1970.
        over: when the request must be over, in seconds since 1970.
    """

    owner: Owner
    account: str | None
    asked: Asked
    before: frozenset[str]
    number: str | None
    at: float
    over: float

    @property
    def name(self) -> str:
        """Of the resource, in the program."""
        return self.owner.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Snapshot:
    """The account's numbers before a purchase.

    Args:
        numbers: digits.
        account: Vocode's id of the account, or a mark of its key; ``None`` where the numbers do not
            say one.
        at: when they were listed, in seconds since 1970.
    """

    numbers: frozenset[str]
    account: str | None
    at: float


class Ledger:
    """A file of unfinished purchases, for all stacks of a machine. Threads and processes may share it.

    Args:
        path: of the file; it and its folder are made when they are missing, for their owner alone.
        settle_seconds: for how long a number that was bought may take to appear in lists.
    """

    def __init__(self, path: Path, settle_seconds: float = 0) -> None:
        # sqlite would take some relative names for something else than a file.
        self.path = path.absolute()
        self.settle_seconds = settle_seconds
        # Threads wait here for one another: sqlite would have them look again and again.
        self._turns = threading.Lock()
        self._waiting: deque[_Work[Any]] = deque()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            raise LedgerError(self.path, error) from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._usable():
            if self.path.exists() and not self.path.is_file():
                raise ValueError("it is no file")
            self.path.touch(mode=0o600)
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
                db.execute("PRAGMA synchronous=FULL")
                db.execute("BEGIN IMMEDIATE")
                db.execute(
                    "CREATE TABLE IF NOT EXISTS purchases (backend TEXT, api TEXT, urn TEXT, "
                    "account TEXT, asked TEXT NOT NULL, before TEXT NOT NULL, number TEXT, "
                    "at REAL NOT NULL, over REAL NOT NULL, PRIMARY KEY (backend, api, urn))"
                )
                # Not before it is certain that the file is a ledger.
                self.path.chmod(0o600)
                yield db
                db.execute("COMMIT")

    def _do(self, what: Callable[[sqlite3.Connection], T]) -> T:
        """Do it in a transaction: one, and so one flush to disk, for all threads that wait."""
        work = _Work(what)
        self._waiting.append(work)
        with self._turns:
            if not work.ended.done():
                self._carry_out([self._waiting.popleft() for _ in range(len(self._waiting))])
        return work.ended.result()

    def _carry_out(self, batch: "list[_Work[Any]]") -> None:
        try:
            with self._open() as db:
                ends = [self._attempt(work, db) for work in batch]
        except BaseException as error:  # noqa: BLE001 - each thread raises it, this one among them
            ends = [partial(work.ended.set_exception, error) for work in batch]
        for end in ends:
            end()

    def _attempt(self, work: "_Work[T]", db: sqlite3.Connection) -> Callable[[], None]:
        """Do one thread's part; gives what tells that thread of its end, once all is on disk."""
        db.execute("SAVEPOINT work")
        try:
            with self._usable():
                result = work.what(db)
        except Exception as error:
            if not db.in_transaction:
                # It was so bad that sqlite has taken back the others' as well.
                raise
            db.execute("ROLLBACK TO work")
            return partial(work.ended.set_exception, error)
        return partial(work.ended.set_result, result)

    @contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        with ExitStack() as stack:
            with self._usable():
                file = os.open(f"{self.path}.{name}", os.O_CREAT | os.O_RDWR, 0o600)
                stack.callback(os.close, file)
                _lock(file, how)
            yield

    @contextmanager
    def turn(self, *, alone: bool) -> Iterator[None]:
        """Purchases go on side by side; what resolves one goes alone."""
        with ExitStack() as stack:
            # Whoever waits here keeps others from going before, so that they end some time.
            with self._locked("gate", fcntl.LOCK_EX):
                how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
                stack.enter_context(self._locked("lock", how))
            yield

    def rows(self) -> list[Row]:
        """Every unfinished purchase, oldest first."""
        return self._do(_rows)

    def row(self, owner: Owner) -> Row | None:
        """The owner's unfinished purchase."""
        return self._do(lambda db: _row(db, owner))

    def begin(
        self,
        owner: Owner,
        asked: Asked,
        snapshot: Snapshot,
        held: Set[str],
        over: float,
        most: int | None,
    ) -> float | None:
        """Write down that a purchase is about to be made.

        Args:
            owner: who buys.
            asked: what.
            snapshot: the numbers that are there.
            held: numbers that are not this purchase's, whether or not the snapshot has them.
            over: when the request must be over.
            most: numbers that the account may have; ``None`` for any.

        Returns:
            Until when the account's list may lack a number that has left the ledger, in seconds
            since 1970: the snapshot is older, and nothing is written. ``None`` when it is written.

        Raises:
            TooManyNumbers: by the snapshot and the ledger the account may have too many then.
            LedgerError: it cannot be written, also because the owner has a row already.
        """

        def write(db: sqlite3.Connection) -> float | None:
            if snapshot.at < _lacking(db):
                return _lacking(db)
            of_api = db.execute("SELECT number FROM purchases WHERE api = ?", (owner.api,))
            numbers = snapshot.numbers | {number for (number,) in of_api if number}
            unknown = [row for row in _rows(db, "number IS NULL") if row.owner.api == owner.api]
            count = len(numbers) + len(unknown)
            if most is not None and count >= most:
                raise TooManyNumbers(count, most)
            before = json.dumps(sorted(numbers | held))
            db.execute(
                "INSERT INTO purchases VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)",
                (*owner, snapshot.account, json.dumps(asked), before, snapshot.at, over),
            )
            return None

        return self._do(write)

    def sent(self, owner: Owner, over: float) -> None:
        """Write down when the owner's request must be over."""
        self._do(lambda db: _update(db, owner, over=over))

    def bought(self, owner: Owner, number: str) -> None:
        """Write down what was bought; from here on no list matters to the row."""

        def write(db: sqlite3.Connection) -> None:
            _update(db, owner, number=number, over=time.time(), before="[]")
            _not_for_others(db, number)

        self._do(write)

    def drop(self, owner: Owner) -> None:
        """Forget an owner's row."""
        self._do(lambda db: _delete(db, owner))

    def known(self, owner: Owner, number: str) -> Row | None:
        """The engine knows the number as the owner's: it is bought, and nobody else's.

        Returns:
            The row that the owner still has, of another purchase.
        """

        def finished(row: Row) -> bool:
            # Where the number was there before, the row is of what is to replace it.
            return row.number == number or (row.number is None and number not in row.before)

        return self._finish(owner, number, finished)

    def taken_over(self, owner: Owner, number: str) -> None:
        """Somebody says that the number is the owner's, whoever bought it."""
        self._finish(owner, number, lambda row: row.number in (number, None))

    def seen(self, owner: Owner, number: str) -> None:
        """The engine reads the number, for the owner or for who only wants to look at it."""
        self._finish(
            owner,
            number,
            lambda row: row.number == number and row.owner.urn == owner.urn,
            its_own=False,
        )

    def _finish(
        self, owner: Owner, number: str, finished: Callable[[Row], bool], *, its_own: bool = True
    ) -> Row | None:
        """Drop what is finished of the rows that name the number or are the owner's.

        Returns:
            The row that the owner still has.
        """
        if not self._may_concern(owner, number):
            return None

        def write(db: sqlite3.Connection) -> Row | None:
            named = _rows(db, f"number = ? OR {_OWNERS}", (number, *owner))
            for row in filter(finished, named):
                _delete(db, row.owner)
                listed = min(row.over, time.time()) + self.settle_seconds
                lacking = math.ceil(max(listed, _lacking(db)) - _EPOCH)
                db.execute(f"PRAGMA user_version = {lacking}")
            if its_own:
                _not_for_others(db, number)
            return _row(db, owner)

        return self._do(write)

    def _may_concern(self, owner: Owner, number: str) -> bool:
        """Whether a row names the number, is the owner's, or is of a purchase that may have bought it.

        What the engine shows mostly concerns none, and to look takes half as long as a transaction.
        Whoever would have to wait for a look waits for the transaction instead.
        """
        with ExitStack() as stack, self._usable():
            # One without content was not written to its end.
            if not self.path.exists() or not self.path.stat().st_size:
                return False
            if not self._turns.acquire(blocking=False):
                return True
            stack.callback(self._turns.release)
            db = stack.enter_context(closing(sqlite3.connect(self.path, timeout=30)))
            found = db.execute(
                f"SELECT 1 FROM purchases WHERE number IS NULL OR number = ? OR {_OWNERS} LIMIT 1",
                (number, *owner),
            )
            return found.fetchone() is not None


@dataclass
class _Work(Generic[T]):
    """What a thread wants done in a transaction, and what becomes of it."""

    what: Callable[[sqlite3.Connection], T]
    ended: "Future[T]" = field(default_factory=Future)


def _lock(file: int, how: int) -> None:
    """Lock a file; several processes may have to wait for one another, but not for ever."""
    end = time.monotonic() + PATIENCE
    pause = 0.0005
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= end:
                raise TimeoutError(
                    f"another process has been at it for {PATIENCE:g} s; is one stopped?"
                ) from None
            time.sleep(pause)
            pause = min(pause * 2, 0.02)


_OWNERS = "(backend, api, urn) = (?, ?, ?)"
"""An owner's row."""


def _delete(db: sqlite3.Connection, owner: Owner) -> None:
    db.execute(f"DELETE FROM purchases WHERE {_OWNERS}", owner)


def _update(db: sqlite3.Connection, owner: Owner, **values: str | float) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE purchases SET {columns} WHERE {_OWNERS}", (*values.values(), *owner))


_EPOCH = 1_577_836_800
"""The year 2020: sqlite has one number of 32 bits for its users beside the tables."""


def _lacking(db: sqlite3.Connection) -> float:
    """Until when the account's list may lack a number that has left the ledger."""
    until = float(db.execute("PRAGMA user_version").fetchone()[0]) + _EPOCH
    # A clock that was set back since must not keep anybody waiting.
    return until if until <= time.time() + PATIENCE else 0


def _rows(db: sqlite3.Connection, which: str = "TRUE", values: Sequence[str] = ()) -> list[Row]:
    """Rows, oldest first: all, or those that fit an SQL condition."""
    sql = f"SELECT * FROM purchases WHERE {which} ORDER BY at, urn"
    return [_read(*values) for values in db.execute(sql, values).fetchall()]


def _read(
    backend: str,
    api: str,
    urn: str,
    account: str | None,
    asked: str,
    before: str,
    number: str | None,
    at: object,
    over: object,
) -> Row:
    kinds, numbers = json.loads(asked), json.loads(before)
    if not (
        isinstance(kinds, dict)
        and isinstance(numbers, list)
        and isinstance(at, float)
        and isinstance(over, float)
    ):
        raise ValueError(f"the row of {urn} is damaged")
    return Row(Owner(backend, api, urn), account, kinds, frozenset(numbers), number, at, over)


def _row(db: sqlite3.Connection, owner: Owner) -> Row | None:
    return next(iter(_rows(db, _OWNERS, owner)), None)


def _not_for_others(db: sqlite3.Connection, number: str) -> None:
    for row in _rows(db, "number IS NULL"):
        if number not in row.before:
            _update(db, row.owner, before=json.dumps(sorted({*row.before, number})))

# SPDX-License-Identifier: Apache-2.0
"""A store in a sqlite file, for all stacks of a machine.

Writes that several threads request at the same time share a transaction, and so one flush to disk.
"""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from vocode_pulumi.purchasing.store import Body, Store, StoreFailed, decoded, encoded

T = TypeVar("T")

VERSION = 1
"""The version of the tables."""
LOCK_TIMEOUT = 60.0
"""Seconds to wait for another process's transaction."""
_CHUNK = 500
"""The most keys in one statement."""

_TABLES = """
CREATE TABLE IF NOT EXISTS ledger (version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS objects (key TEXT PRIMARY KEY, body TEXT NOT NULL, created REAL NOT NULL);
"""
_NOW = "(julianday('now') - 2440587.5) * 86400"
_LIST = f"SELECT key, MAX({_NOW} - created, 0) FROM objects WHERE key >= ? AND key < ?"  # noqa: S608
_CREATE = f"INSERT OR IGNORE INTO objects VALUES (?, ?, {_NOW})"  # noqa: S608

Convert = Callable[[sqlite3.Connection], Iterable[tuple[str, Body]]]
"""Returns the objects that a file of version 0.1 keeps in another form, and deletes them there."""


class SqliteStore(Store):
    """Objects in a file. Threads and processes of one machine may share it.

    Args:
        path: the path of the file. If it or its folder is missing, it is created with rights for its
            owner only.
        convert: takes over the rows of version 0.1; it is called in the transaction that creates the
            tables.
    """

    def __init__(self, path: Path, convert: Convert = lambda _db: ()) -> None:
        # sqlite gives some relative names, such as `:memory:`, another meaning.
        self.path = path.absolute()
        self._convert = convert
        self._writing_lock = threading.Lock()
        self._waiting: deque[_Work[Any]] = deque()
        self._has_tables = False

    @property
    def where(self) -> str:
        return str(self.path)

    @property
    def on_this_machine(self) -> Store:
        return self

    def create(self, key: str, body: Body) -> bool:
        return self.create_in_order([(key, body)]) == 1

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        texts = [(key, encoded(body)) for key, body in objects]

        def write(db: sqlite3.Connection) -> int:
            for done, (key, text) in enumerate(texts):
                if not _create(db, key, text):
                    return done
            return len(texts)

        return self._write(write)

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*dict.fromkeys(keys)]
        found: dict[str, Body] = {}
        with self._reading() as db:
            if db is None:
                return {}
            for at in range(0, len(wanted), _CHUNK):
                some = wanted[at : at + _CHUNK]
                marks = ",".join("?" * len(some))
                # The text contains only question marks.
                sql = f"SELECT key, body FROM objects WHERE key IN ({marks})"  # noqa: S608
                rows = db.execute(sql, some)
                found.update((key, decoded(self.where, key, text)) for key, text in rows)
        return found

    def list(self, prefix: str) -> dict[str, float]:
        with self._reading() as db:
            if db is None:
                return {}
            return dict(db.execute(_LIST, (prefix, prefix + "\U0010ffff")).fetchall())

    def delete(self, keys: Iterable[str]) -> None:
        wanted = [*keys]

        def delete(db: sqlite3.Connection) -> None:
            for key in wanted:
                _delete(db, key)

        self._write(delete)

    def probe(self) -> None:
        """Check that the file can be written. sqlite itself lets only one creation of a key win."""
        self._write(lambda _db: None)

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            raise StoreFailed(self.where, self._reason(error)) from error

    def _reason(self, error: Exception) -> str:
        text = str(error)
        denied = (
            isinstance(error, PermissionError) or "readonly" in text or "unable to open" in text
        )
        other_owner = self._other_owner() if denied else ""
        return f"{text} ({other_owner})" if other_owner else text

    def _other_owner(self) -> str:
        """Says which user owns the file or its nearest existing folder; empty if it is this user."""
        for path in (self.path, *self.path.parents):
            try:
                user = path.stat().st_uid
            except OSError:
                continue
            if hasattr(os, "geteuid") and user != os.geteuid():
                return f"{path} belongs to user {user}, and this is user {os.geteuid()}"
            return ""
        return ""

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for reading; ``None`` if there is no file. Reading never creates a file."""
        with self._store_errors():
            # An empty file is one whose creation was cut off.
            if not self.path.exists() or not self.path.stat().st_size:
                yield None
                return
            if not self._has_tables:
                self._write(lambda _db: None)
            with closing(self._connect()) as db:
                yield db

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=LOCK_TIMEOUT, isolation_level=None)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._store_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.path.exists() and not self.path.is_file():
                raise ValueError("it is no file")
            self._create_file()
            with closing(self._connect()) as db:
                db.execute("PRAGMA synchronous=FULL")
                db.execute("BEGIN IMMEDIATE")
                if not self._has_tables:
                    self._create_tables(db)
                yield db
                db.execute("COMMIT")
                self._has_tables = True

    def _create_file(self) -> None:
        """Create the file if there is none; an existing file keeps its rights."""
        if not self.path.exists():
            self.path.touch(mode=0o600)

    def _create_tables(self, db: sqlite3.Connection) -> None:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if "ledger" in tables:
            newest = max(version for (version,) in db.execute("SELECT version FROM ledger"))
            if newest > VERSION:
                raise ValueError(
                    f"a newer version of pulumi-vocode made it (its tables have version {newest}, and "
                    f"this one knows {VERSION}): upgrade pulumi-vocode"
                )
            return
        for statement in _TABLES.strip().splitlines():
            db.execute(statement)
        db.execute("INSERT INTO ledger VALUES (?)", (VERSION,))
        for key, body in self._convert(db):
            _create(db, key, encoded(body))

    def _write(self, what: Callable[[sqlite3.Connection], T]) -> T:
        """Call a function in a transaction that it shares with all threads that wait."""
        work = _Work(what)
        self._waiting.append(work)
        with self._writing_lock:
            if not work.ended.done():
                self._carry_out(tuple(self._waiting.popleft() for _ in range(len(self._waiting))))
        return work.ended.result()

    def _carry_out(self, batch: "tuple[_Work[Any], ...]") -> None:
        try:
            with self._writing() as db:
                results = [work.what(db) for work in batch]
        except BaseException as error:  # noqa: BLE001 - each thread raises it, this one among them
            for work in batch:
                work.ended.set_exception(error)
            return
        for work, result in zip(batch, results, strict=True):
            work.ended.set_result(result)


@dataclass
class _Work(Generic[T]):
    """A function that a thread wants to call in a transaction, and its result."""

    what: Callable[[sqlite3.Connection], T]
    ended: "Future[T]" = field(default_factory=Future)


def _create(db: sqlite3.Connection, key: str, text: str) -> bool:
    db.execute(_CREATE, (key, text))
    (stored,) = db.execute("SELECT body FROM objects WHERE key = ?", (key,)).fetchone()
    return bool(stored == text)


def _delete(db: sqlite3.Connection, key: str) -> None:
    db.execute("DELETE FROM objects WHERE key = ?", (key,))

# SPDX-License-Identifier: Apache-2.0
"""The account's objects, what was asked of it and what it sent, and faults, in one sqlite database.

A server's is a file, with nothing of it in memory, so that a kill loses nothing that was answered, and
two servers over one folder are one account. One without a folder is of one process, in memory.
"""

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_number
    ON objects (json_extract(body, '$.number')) WHERE collection = 'numbers';
CREATE INDEX IF NOT EXISTS by_collection ON objects (collection);
CREATE INDEX IF NOT EXISTS by_listing
    ON objects (json_extract(body, '$.active'), json_extract(body, '$.listed_from'))
    WHERE collection = 'numbers';
CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER, time TEXT NOT NULL, body TEXT
);
CREATE TABLE IF NOT EXISTS faults (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    call TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_call ON deliveries (call, state);
CREATE TABLE IF NOT EXISTS account (user_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keys (digest TEXT PRIMARY KEY, account TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS options (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

_ADD = "INSERT INTO objects (collection, id, body) VALUES (?, ?, ?)"

_LISTED = (
    "collection = 'numbers' AND json_extract(body, '$.active') = 1 "
    "AND json_extract(body, '$.listed_from') <= :now"
)
"""The numbers that lists show at a time; the index `by_listing` has the same expressions."""


def _random_id(_collection: str) -> str:
    return str(uuid.uuid4())


class Store:
    """What holds an account. Safe to share between threads, and a folder between processes.

    Args:
        folder: made when it is missing; readable by its owner alone. ``None`` for memory.
        new_id: gives the id of a new object of a collection, and of the account.
    """

    def __init__(self, folder: Path | None, new_id: Callable[[str], str] = _random_id) -> None:
        file: Path | str = ":memory:"
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._folder = folder
            file = folder / "account.sqlite"
            file.touch(mode=0o600)
            file.chmod(0o600)
        self._new_id = new_id
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        with self.transaction():
            if self._db.execute("SELECT 1 FROM account").fetchone() is None:
                self._db.execute("INSERT INTO account VALUES (?)", (new_id("account"),))
        self.user_id: str = self._db.execute("SELECT user_id FROM account").fetchone()[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it happens, or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _run(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # Objects.

    def add(self, collection: str, body: Body) -> str:
        """Keep a new object; gives its id."""
        row = self._row(collection, body)
        self._run(_ADD, *row)
        return row[1]

    def add_many(self, collection: str, bodies: Iterable[Body]) -> None:
        """Keep new objects."""
        with self._lock:
            self._db.executemany(_ADD, (self._row(collection, body) for body in bodies))

    def _row(self, collection: str, body: Body) -> tuple[str, str, str]:
        id_ = body.get("id") or self._new_id(collection)
        return collection, id_, json.dumps({"id": id_, "user_id": self.user_id, **body})

    def get(self, collection: str, id_: str) -> Body | None:
        """An object with ids for what it refers to."""
        sql = "SELECT body FROM objects WHERE collection = ? AND id = ?"
        rows = self._run(sql, collection, id_)
        return json.loads(rows[0][0]) if rows else None

    def put(self, body: Body) -> None:
        """Keep an object's new content."""
        self._run("UPDATE objects SET body = ? WHERE id = ?", json.dumps(body), body["id"])

    def listed(
        self, collection: str, first: int, size: int, column: str | None, *, descending: bool
    ) -> tuple[list[Body], int]:
        """Some of the objects that a list shows, and how many it shows in all.

        Args:
            collection: whose.
            first: how many come before them.
            size: how many at most.
            column: a field that they are sorted by, as texts, those without it first; default by age.
            descending: whether the order is turned round.
        """
        values = {
            "collection": collection,
            "now": time.time(),
            "field": f"$.{column}",
            "size": size,
            "first": first,
        }
        condition = _LISTED if collection == "numbers" else "collection = :collection"
        way = "DESC" if descending else "ASC"
        order = f"seq {way}"
        if column and column.isidentifier():
            field = "json_extract(body, :field)"
            order = f"{field} IS NOT NULL {way}, CAST({field} AS TEXT) {way}, {order}"
        count = f"SELECT count(*) FROM objects WHERE {condition}"  # noqa: S608 - of constants
        page = (
            "SELECT body FROM objects WHERE seq IN "  # noqa: S608 - of constants
            f"(SELECT seq FROM objects WHERE {condition} ORDER BY {order} LIMIT :size OFFSET :first) "
            f"ORDER BY {order}"
        )
        with self.transaction():
            total: int = self._db.execute(count, values).fetchone()[0]
            if first >= total:
                return [], total
            rows = self._db.execute(page, values).fetchall()
        return [json.loads(row[0]) for row in rows], total

    def digits(self) -> set[str]:
        """Of every number that the account has had."""
        sql = "SELECT json_extract(body, '$.number') FROM objects WHERE collection = 'numbers'"
        return {row[0] for row in self._run(sql)}

    def paid_numbers(self) -> list[Body]:
        """Every number that was bought, oldest first."""
        sql = (
            "SELECT body FROM objects WHERE collection = 'numbers' "
            "AND NOT json_extract(body, '$.linked') "
            "AND NOT coalesce(json_extract(body, '$.there_before'), 0) ORDER BY seq"
        )
        return [json.loads(row[0]) for row in self._run(sql)]

    def all(self, collection: str) -> list[Body]:
        """Every object of a collection, oldest first."""
        sql = "SELECT body FROM objects WHERE collection = ? ORDER BY seq"
        return [json.loads(row[0]) for row in self._run(sql, collection)]

    def number(self, digits: str) -> Body | None:
        """The newest of the numbers with these digits."""
        sql = (
            "SELECT body FROM objects WHERE collection = 'numbers' "
            "AND json_extract(body, '$.number') = ? ORDER BY seq DESC LIMIT 1"
        )
        rows = self._run(sql, digits)
        return json.loads(rows[0][0]) if rows else None

    # Options.

    def option(self, name: str) -> str | None:
        """What was chosen; ``None`` when nothing was."""
        rows = self._run("SELECT value FROM options WHERE name = ?", name)
        return rows[0][0] if rows else None

    def choose(self, name: str, value: str) -> None:
        """Keep what an option is from now on."""
        self._run("INSERT OR REPLACE INTO options VALUES (?, ?)", name, value)

    # Keys of accounts.

    def account_of(self, digest: str) -> str | None:
        """The account that has a key, by the key's digest."""
        rows = self._run("SELECT account FROM keys WHERE digest = ?", digest)
        return rows[0][0] if rows else None

    def accounts(self) -> list[str]:
        """Every account that has a key."""
        rows = self._run("SELECT DISTINCT account FROM keys WHERE account <> ''")
        return [row[0] for row in rows]

    def give_key(self, digest: str, account: str) -> None:
        """Keep whose a key is from now on; nobody's when it is an empty text."""
        self._run("INSERT OR REPLACE INTO keys VALUES (?, ?)", digest, account)

    def drop_keys(self, account: str) -> None:
        """Forget the keys of an account."""
        self._run("DELETE FROM keys WHERE account = ?", account)

    # What is sent.

    def is_served_by_others(self) -> bool:
        """Whether another process serves this folder; from now on until it ends, this one does."""
        file = self._folder / "served"
        file.touch(mode=0o600)
        # sqlite locks files in the way of each system. The end of a process releases its locks.
        self._served = sqlite3.connect(
            file, timeout=0, isolation_level=None, check_same_thread=False
        )
        with self.transaction():  # processes ask one by one
            try:
                self._served.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                others = True
            else:
                others = False
                self._served.execute("ROLLBACK")
            self._served.execute("BEGIN")
            self._served.execute("SELECT * FROM sqlite_master").fetchall()
        return others

    def unfinished_calls(self) -> list[str]:
        """Ids of calls in which something is still to be said or sent, oldest first."""
        sql = (
            "SELECT id FROM objects WHERE collection = 'calls' AND ("
            "json_array_length(body, '$.steps') > 0 OR "
            "id IN (SELECT call FROM deliveries WHERE state = 'waiting')) ORDER BY seq"
        )
        return [row["id"] for row in self._run(sql)]

    def add_delivery(self, call: str, delivery: Body) -> None:
        """Keep what is to be sent in a call, behind the rest."""
        sql = "INSERT INTO deliveries (call, state, body) VALUES (?, ?, ?)"
        self._run(sql, call, delivery["state"], json.dumps(delivery))

    def next_delivery(self, call: str) -> tuple[int, Body] | None:
        """What is to be sent next in a call."""
        sql = (
            "SELECT seq, body FROM deliveries WHERE call = ? AND state = 'waiting' "
            "ORDER BY seq LIMIT 1"
        )
        rows = self._run(sql, call)
        return (rows[0]["seq"], json.loads(rows[0]["body"])) if rows else None

    def put_delivery(self, seq: int, delivery: Body) -> None:
        """Keep what became of it."""
        sql = "UPDATE deliveries SET state = ?, body = ? WHERE seq = ?"
        self._run(sql, delivery["state"], json.dumps(delivery), seq)

    def deliveries(self) -> list[Body]:
        """What was sent and is to be sent, oldest first."""
        rows = self._run("SELECT call, body FROM deliveries ORDER BY seq")
        return [{"call_id": row["call"], **json.loads(row["body"])} for row in rows]

    def forget_deliveries(self) -> None:
        """Drop what is done."""
        self._run("DELETE FROM deliveries WHERE state <> 'waiting'")

    # What was asked.

    def asked(self, method: str, path: str, body: Any, time: str) -> int:
        """Note a request; gives what :meth:`answered` wants."""
        sql = "INSERT INTO requests (method, path, time, body) VALUES (?, ?, ?, ?) RETURNING seq"
        return int(self._run(sql, method, path, time, json.dumps(body))[0][0])

    def answered(self, seq: int, status: int) -> None:
        """Note the answer's status."""
        self._run("UPDATE requests SET status = ? WHERE seq = ?", status, seq)

    def requests(self) -> list[Body]:
        """What was asked, oldest first; status ``None`` where nothing was answered."""
        rows = self._run("SELECT method, path, status, time, body FROM requests ORDER BY seq")
        return [{**dict(row), "body": json.loads(row["body"])} for row in rows]

    def forget_requests(self) -> None:
        """Empty the list of requests."""
        self._run("DELETE FROM requests")

    # Faults.

    def queue(self, fault: Body) -> None:
        """Keep a fault behind the others."""
        self._run("INSERT INTO faults (body) VALUES (?)", json.dumps(fault))

    def faults(self) -> list[tuple[int, Body]]:
        """Faults that are still to come, in order."""
        rows = self._run("SELECT seq, body FROM faults ORDER BY seq")
        return [(row["seq"], json.loads(row["body"])) for row in rows]

    def keep_fault(self, seq: int, fault: Body | None) -> None:
        """Keep what is left of a fault, or drop it."""
        if fault is None:
            self._run("DELETE FROM faults WHERE seq = ?", seq)
        else:
            self._run("UPDATE faults SET body = ? WHERE seq = ?", json.dumps(fault), seq)

    def forget_faults(self) -> None:
        """Drop every fault."""
        self._run("DELETE FROM faults")

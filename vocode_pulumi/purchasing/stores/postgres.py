# SPDX-License-Identifier: Apache-2.0
"""A store in a table of PostgreSQL. Facts: https://www.psycopg.org/psycopg3, https://www.postgresql.org/docs."""

import itertools
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg import sql

from vocode_pulumi.purchasing.store import Body, MaybeCreated, Store, StoreFailed, decoded, encoded

T = TypeVar("T")
Rows = list[tuple[Any, ...]]

CONNECT_TIMEOUT = 3
"""Seconds to wait for a connection."""
STATEMENT_TIMEOUT = 10_000
"""Milliseconds that one statement may take."""
ANSWER_TIMEOUT = 12.0
"""Seconds to wait for the server; a server that is cut off from the network does not end its statements."""
MAX_TRIES = 10
"""How often the table is made if other processes make it too."""
_MADE_MEANWHILE = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateObject,
    psycopg.errors.DuplicateTable,
)

# The library would print what is raised here as an error too.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

_TABLE = (
    'CREATE TABLE IF NOT EXISTS {table} (key TEXT COLLATE "C" PRIMARY KEY, body TEXT NOT NULL, '
    "created TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp())"
)
_CREATE = "INSERT INTO {table} (key, body) VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING key"
_READ = "SELECT key, body FROM {table} WHERE key = ANY(%s)"
_LIST = (
    "SELECT key, GREATEST(EXTRACT(EPOCH FROM clock_timestamp() - created), 0) FROM {table} "
    "WHERE starts_with(key, %s)"
)
_CREATE_AFTER = (
    "INSERT INTO {table} (key, body) SELECT %s::text, %s::text "
    "WHERE EXISTS (SELECT FROM created_{at}) "
    "OR EXISTS (SELECT FROM {table} WHERE key = %s AND body = %s) ON CONFLICT DO NOTHING RETURNING key"
)
_DELETE = "DELETE FROM {table} WHERE key = ANY(%s)"


class PostgresStore(Store):
    """Objects in a table. Threads, processes and machines may share it.

    Args:
        conninfo: how to reach the primary server.
        table: the name of the table; it is made with the first object.
        where: the URL of both, without credentials.
    """

    def __init__(self, conninfo: str, table: str, where: str) -> None:
        self._conninfo = conninfo
        self._table = sql.Identifier(table)
        self._where = where
        self._lock = threading.Lock()
        self._free: list[psycopg.Connection[Any]] = []

    @property
    def where(self) -> str:
        return self._where

    def create(self, key: str, body: Body) -> bool:
        return self.create_in_order([(key, body)]) == 1

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        texts = [(key, encoded(body)) for key, body in objects]
        # One statement is one transaction. It never waits for a client, which could stop and keep the keys locked.
        # Each object needs the one before it to be there.
        steps = ["created_0 AS (" + _CREATE + ")"]
        parameters = [*texts[0]]
        for at, (before, pair) in enumerate(itertools.pairwise(texts)):
            steps.append(
                f"created_{at + 1} AS (" + _CREATE_AFTER.format(at=at, table="{table}") + ")"
            )
            parameters += [*pair, *before]
        created = " UNION ALL ".join(f"SELECT key FROM created_{at}" for at in range(len(texts)))  # noqa: S608
        statement = self._sql(f"WITH {', '.join(steps)} {created}")

        def write(db: psycopg.Connection[Any]) -> int:
            if len(db.execute(statement, parameters).fetchall()) == len(texts):
                return len(texts)
            rows = db.execute(self._sql(_READ), ([key for key, _ in texts],))
            there = dict(rows.fetchall())
            for done, (key, text) in enumerate(texts):
                if there.get(key) != text:
                    return done
            return len(texts)

        try:
            return self._do(write)
        except psycopg.errors.UndefinedTable:
            self._make_table()
            return self._do(write)

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*dict.fromkeys(keys)]
        rows = self._rows(_READ, (wanted,)) if wanted else []
        return {key: decoded(self._where, key, text) for key, text in rows}

    def list(self, prefix: str) -> dict[str, float]:
        return self.list_all([prefix])

    def list_all(self, prefixes: Iterable[str]) -> dict[str, float]:
        wanted = [*prefixes]
        if not wanted:
            return {}
        rows = self._rows(" UNION ".join([_LIST] * len(wanted)), wanted)
        return {key: float(age) for key, age in rows}

    def delete(self, keys: Iterable[str]) -> None:
        wanted = [*keys]
        self._do(lambda db: db.execute(self._sql(_DELETE), (wanted,)))

    def probe(self) -> None:
        """Check that the table can be written. The server itself lets only one creation of a key win."""
        self._make_table()

    def _make_table(self) -> None:
        """Make the table, unless another process makes it at the same time."""
        for at in range(MAX_TRIES):
            try:
                self._do(lambda db: db.execute(self._sql(_TABLE)))
                return
            except _MADE_MEANWHILE as error:
                # The server says so before the other process has committed, and also after it has given up.
                if at == MAX_TRIES - 1:
                    raise StoreFailed(self._where, _reason(error)) from error

    def _rows(self, statement: str, parameters: Sequence[Any]) -> Rows:
        def read(db: psycopg.Connection[Any]) -> Rows:
            return db.execute(self._sql(statement), parameters).fetchall()

        try:
            try:
                return self._do(read)
            except MaybeCreated:
                # A connection that nobody used for a while may be closed; the next one is new.
                return self._do(read)
        except psycopg.errors.UndefinedTable:
            # Nothing was created yet.
            return []

    def _sql(self, statement: str) -> sql.Composed:
        return sql.SQL(statement).format(table=self._table)

    def _do(self, what: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Call a function with a connection that no other thread uses."""
        db = self._connection()
        try:
            with _cut_off_if_late(db):
                result = what(db)
        except (psycopg.errors.UndefinedTable, *_MADE_MEANWHILE):
            self._give_back(db)
            raise
        except psycopg.OperationalError as error:
            db.close()
            self._forget_connections()
            # The connection may have been lost after the server had written.
            raise MaybeCreated(self._where, _reason(error)) from error
        except psycopg.Error as error:
            db.close()
            raise StoreFailed(self._where, _reason(error)) from error
        self._give_back(db)
        return result

    def _connection(self) -> psycopg.Connection[Any]:
        with self._lock:
            if self._free:
                return self._free.pop()
        try:
            return psycopg.connect(
                self._conninfo,
                # One request for each statement: no transaction around it, no preparation before it.
                autocommit=True,
                prepare_threshold=None,
                connect_timeout=CONNECT_TIMEOUT,
                target_session_attrs="read-write",
                options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c synchronous_commit=on",
            )
        except psycopg.Error as error:
            raise StoreFailed(self._where, _reason(error)) from error

    def _forget_connections(self) -> None:
        """Close the connections that nobody uses: what ended one connection has often ended all."""
        with self._lock:
            forgotten, self._free = self._free, []
        for db in forgotten:
            db.close()

    def _give_back(self, db: psycopg.Connection[Any]) -> None:
        with self._lock:
            self._free.append(db)


@contextmanager
def _cut_off_if_late(db: psycopg.Connection[Any]) -> Iterator[None]:
    """End the connection if the server does not answer: the library itself would wait for ever."""

    def cut_off() -> None:
        with suppress(OSError), socket.socket(fileno=os.dup(db.fileno())) as connection:
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(ANSWER_TIMEOUT, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _reason(error: Exception) -> str:
    # Further lines are hints for an administrator of the server.
    said = str(error).partition("\n")[0].removeprefix("connection failed: ")
    return said or type(error).__name__

# SPDX-License-Identifier: Apache-2.0
"""The ledger's file, shared by threads."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from sqlite3 import Connection, OperationalError
from unittest import mock

import pytest

from tests.waiting import until
from vocode_pulumi.errors import LedgerError, TooManyNumbers
from vocode_pulumi.ledger import Ledger, Owner, Snapshot

NUMBERS = [f"1415555010{at}" for at in range(4)]


def owner(number: str) -> Owner:
    return Owner("file:///state", "http://127.0.0.1", f"urn::{number}")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with a finished purchase of each number."""
    made = Ledger(tmp_path / "purchases.sqlite")
    for number in NUMBERS:
        none = Snapshot(frozenset(), None, time.time())
        made.begin(owner(number), {}, none, set(), time.time(), None)
        made.bought(owner(number), number)
    return made


def at_once(ledger: Ledger, *what: Callable[[], object]) -> list[BaseException | None]:
    """Threads that all wait when the first of them begins; gives what each ended with."""
    with ThreadPoolExecutor(len(what)) as pool:
        with ledger._turns:
            done = []
            for at, one in enumerate(what):
                done.append(pool.submit(one))
                until(lambda: len(ledger._waiting) + sum(one.done() for one in done) > at)  # noqa: B023
        return [one.exception() for one in done]


def shown(ledger: Ledger) -> list[Callable[[], object]]:
    """What the engine shows: all of the ledger's numbers."""
    return [partial(ledger.known, owner(one), one) for one in NUMBERS]


def beginning(ledger: Ledger, of: str, most: int | None = None) -> Callable[[], object]:
    none = Snapshot(frozenset(), None, time.time() + 1)
    return partial(ledger.begin, owner(of), {}, none, set(), time.time(), most)


def test_what_several_threads_want_is_one_transaction(ledger: Ledger) -> None:
    first, *others = NUMBERS
    with mock.patch.object(ledger, "_open", wraps=ledger._open) as opened:
        ended = at_once(
            ledger,
            *(partial(ledger.known, owner(one), one) for one in others),
            beginning(ledger, "new"),
            partial(ledger.bought, owner(first), "14155550999"),
        )
    assert ended == [None] * 5
    assert opened.call_count == 1
    numbers = {row.owner: row.number for row in ledger.rows()}
    assert numbers == {owner(first): "14155550999", owner("new"): None}


def test_what_fails_costs_its_own_thread_alone(ledger: Ledger) -> None:
    def half(db: Connection) -> None:
        db.execute("DELETE FROM purchases")
        raise OperationalError("no such table")

    again, half_done, wrong, too_many, *ended = at_once(
        ledger,
        beginning(ledger, NUMBERS[0]),
        partial(ledger._do, half),
        partial(ledger._do, lambda _db: dict[str, str]()["no such key"]),
        beginning(ledger, "one too many", most=len(NUMBERS)),
        *shown(ledger)[1:],
        beginning(ledger, "new"),
    )
    assert isinstance(again, LedgerError)
    assert isinstance(half_done, LedgerError)
    assert isinstance(wrong, KeyError)
    assert isinstance(too_many, TooManyNumbers)
    assert ended == [None] * 4
    assert {row.owner for row in ledger.rows()} == {owner(NUMBERS[0]), owner("new")}


def test_what_is_not_on_disk_is_told_to_all_that_wait_for_it(ledger: Ledger) -> None:
    real, no_space = ledger._open, LedgerError(ledger.path, OSError("no space left"))

    @contextmanager
    def opened() -> Iterator[Connection]:
        with real() as db:
            yield db
            raise no_space

    with mock.patch.object(ledger, "_open", opened):
        assert at_once(ledger, *shown(ledger)) == [no_space] * len(NUMBERS)
    assert {row.number for row in ledger.rows()} == {*NUMBERS}
    assert at_once(ledger, *shown(ledger)) == [None] * len(NUMBERS)
    assert ledger.rows() == []


def test_what_sqlite_takes_back_as_a_whole_says_why(ledger: Ledger) -> None:
    def full(db: Connection) -> None:
        db.execute("ROLLBACK")
        raise OperationalError("database or disk is full")

    ended = at_once(ledger, shown(ledger)[0], partial(ledger._do, full))
    assert ["disk is full" in str(error) for error in ended] == [True, True]
    assert {row.number for row in ledger.rows()} == {*NUMBERS}


def test_what_the_engine_shows_is_not_for_purchases_without_a_number(ledger: Ledger) -> None:
    beginning(ledger, "other")()
    assert ledger.known(owner("shown"), "14155550999") is None
    row = ledger.row(owner("other"))
    assert row is not None
    assert "14155550999" in row.before


def test_what_the_engine_shows_makes_no_file_where_there_is_none(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "purchases.sqlite")
    assert at_once(ledger, *shown(ledger)) == [None] * len(NUMBERS)
    assert not ledger.path.exists()


def test_a_file_without_content_is_a_ledger_without_rows(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "purchases.sqlite")
    ledger.path.touch()
    assert ledger.known(owner("shown"), "14155550999") is None
    assert ledger.rows() == []


def test_a_row_that_has_its_number_keeps_no_list(ledger: Ledger) -> None:
    there = Snapshot(frozenset({"14155550999"}), None, time.time())
    ledger.begin(owner("other"), {}, there, set(), time.time(), None)
    open_, *finished = sorted(ledger.rows(), key=lambda row: row.number or "")
    assert open_.before == {"14155550999", *NUMBERS}
    assert all(row.before == frozenset() for row in finished)

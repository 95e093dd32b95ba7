# SPDX-License-Identifier: Apache-2.0
"""The ledger's file, shared by threads."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from unittest import mock

import pytest

from vocode_pulumi.errors import LedgerError
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


def all_are_shown(ledger: Ledger) -> list[BaseException | None]:
    """Threads that all wait when the first of them begins; gives what each ended with."""
    with ThreadPoolExecutor(len(NUMBERS)) as pool:
        with ledger._turns:
            shown = [pool.submit(ledger.known, owner(one), one) for one in NUMBERS]
            while len(ledger._ends) < len(NUMBERS):
                time.sleep(0.001)
        return [one.exception() for one in shown]


def test_what_several_threads_are_shown_leaves_in_one_transaction(ledger: Ledger) -> None:
    with mock.patch.object(ledger, "_open", wraps=ledger._open) as opened:
        assert all_are_shown(ledger) == [None] * len(NUMBERS)
    assert opened.call_count == 1
    assert ledger.rows() == []
    assert ledger._ends == []


def test_a_transaction_that_fails_costs_its_own_thread_alone(ledger: Ledger) -> None:
    real, fails = ledger._open, [True]

    @contextmanager
    def opened() -> Iterator[Connection]:
        with real() as db:
            yield db
            if fails.pop() if fails else False:
                raise LedgerError(ledger.path, OSError("no space left"))

    with mock.patch.object(ledger, "_open", opened):
        ended = all_are_shown(ledger)
    failed = [number for number, error in zip(NUMBERS, ended, strict=True) if error]
    assert len(failed) == 1
    assert {row.number for row in ledger.rows()} <= {*failed}
    ledger.known(owner(failed[0]), failed[0])
    assert ledger.rows() == []


def test_a_row_that_has_its_number_keeps_no_list(ledger: Ledger) -> None:
    there = Snapshot(frozenset({"14155550999"}), None, time.time())
    ledger.begin(owner("other"), {}, there, set(), time.time(), None)
    open_, *finished = sorted(ledger.rows(), key=lambda row: row.number or "")
    assert open_.before == {"14155550999", *NUMBERS}
    assert all(row.before == frozenset() for row in finished)

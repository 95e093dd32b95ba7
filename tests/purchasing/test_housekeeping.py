# SPDX-License-Identifier: Apache-2.0
"""Housekeeping over stores: once a day, of one account, and cut off wherever it may be."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from tests.purchasing.desk import Desk
from tests.purchasing.pieces import ME, URL, keyring, owner
from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing.housekeeping import DAY, clean
from vocode_pulumi.purchasing.objects import Account, NotBought, Released, Take
from vocode_pulumi.purchasing.store import Store, StoreFailed
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore

A, B, C = owner("a"), owner("b"), owner("c")
MINE, THEIRS = Account(URL, ME, keyring().mark), Account(URL, "somebody", "else")
N = "14155550100"


@pytest.fixture(params=["memory", "file"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return Desk(MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "ledger"))


def age(store: Store, days: float) -> None:
    """Make all that is there older."""
    if isinstance(store, MemoryStore):
        store._objects = {
            key: (text, at - days * DAY) for key, (text, at) in store._objects.items()
        }
        return
    assert isinstance(store, SqliteStore)
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("UPDATE objects SET created = created - ?", (days * DAY,))


def filled(desk: Desk) -> None:
    """Something of every kind that may be forgotten, and of every kind that may not."""
    for of in (A, B):
        attempt = desk.begin(desk.process(), of)
        if of is A:
            desk.ledger.step(attempt, NotBought())
    desk.buy(desk.process(), C)
    let_go = desk.begin(desk.process(), owner("d"))
    holder = desk.hold(N, owner("d"), attempt=str(let_go.key))
    desk.ledger.step(let_go, Take(N, 0, guess=False))
    assert holder == desk.ledger.history(N).newest
    desk.ledger.hold(N, 1, Released(MINE))
    desk.begin(desk.process(), owner("e"), account=THEIRS)
    theirs = desk.begin(desk.process(), owner("f"), account=THEIRS)
    desk.ledger.step(theirs, NotBought())
    age(desk.store, 31)
    for _ in range(2):
        desk.ledger.keep_list(MINE, desk.account.numbers)
        age(desk.store, 0.01)


def owners(desk: Desk) -> set[str]:
    return {one.intent.owner.name for one in desk.ledger.attempts().by_key.values()}


def test_what_nobody_needs_is_forgotten_and_the_rest_stays(desk: Desk) -> None:
    filled(desk)
    before = desk.store.list("")
    held = desk.account.bought[0]
    done = clean(desk.ledger, MINE)
    after = desk.store.list("")
    # Attempts a and d with two objects each, their lists and c's, and the two of the number.
    assert done == len(before) + 1 - len(after) == 4 + 3 + 2
    assert owners(desk) == {"b", "c", "e", "f"}
    assert desk.ledger.numbers() == [held]
    open_ = {
        one.intent.list_id
        for one in desk.ledger.attempts().by_key.values()
        if one.intent.owner.name in "bef"
    }
    assert desk.ledger.lists(open_).keys() == open_
    assert len(desk.store.list("lists/")) == len(open_) + 2


def test_it_is_done_once_a_day_whoever_does_it(desk: Desk) -> None:
    filled(desk)
    assert clean(desk.ledger, MINE)
    attempt = desk.begin(desk.process(), A, k=2)
    desk.ledger.step(attempt, NotBought())
    age(desk.store, 0.99)
    assert clean(desk.ledger, MINE) == 0
    assert clean(desk.ledger, THEIRS) == 0
    age(desk.store, 7)
    assert clean(desk.ledger, MINE)
    assert "a" not in owners(desk)


def test_each_account_forgets_its_own(desk: Desk) -> None:
    filled(desk)
    clean(desk.ledger, THEIRS)
    assert owners(desk) == {"a", "b", "c", "d", "e"}
    assert N in desk.ledger.numbers()


def test_a_ledger_that_cannot_be_used_is_an_error(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(desk)

    def fails(*_of: object) -> None:
        raise StoreFailed("here", "no space left")

    monkeypatch.setattr(desk.store, "delete", fails)
    with pytest.raises(LedgerError, match="no space left"):
        clean(desk.ledger, MINE)


@pytest.mark.parametrize("order", [1, -1], ids=["forwards", "backwards"])
@pytest.mark.parametrize("at", range(10))
def test_cut_off_anywhere_it_leaves_a_ledger_that_works(at: int, order: int) -> None:
    desk = Desk()
    filled(desk)
    real, deleted = desk.store.delete, list[str]()

    def cut_off(keys: list[str]) -> None:
        some = keys[::order][: at - len(deleted)]
        real(some)
        deleted.extend(some)
        if len(deleted) == at:
            raise KeyboardInterrupt

    desk.store.delete = cut_off  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        clean(desk.ledger, MINE)
    assert len(deleted) == at
    desk.store.delete = real  # type: ignore[method-assign]
    works(desk)


def test_many_objects_are_deleted_with_few_calls() -> None:
    desk = Desk()
    for at in range(30):
        attempt = desk.begin(desk.process(), owner(f"nothing-{at}"))
        desk.ledger.step(attempt, NotBought())
        desk.hold(f"1415555{at:04}", owner(f"gone-{at}"))
        desk.ledger.hold(f"1415555{at:04}", 1, Released(MINE))
    age(desk.store, 31)
    for _ in range(2):
        desk.ledger.keep_list(MINE, [])
        age(desk.store, 0.01)
    with mock.patch.object(desk.store, "delete", wraps=desk.store.delete) as delete:
        done = clean(desk.ledger, MINE)
    # The attempts' first objects, their second ones, the lists, then the numbers in the same way.
    assert [len(call.args[0]) for call in delete.call_args_list] == [30, 30, done - 4 * 30, 30, 30]
    assert desk.store.list("attempts/") == desk.store.list("numbers/") == {}


def works(desk: Desk) -> None:
    """Every owner can be created, each number is bought once, and what was open is found."""
    before = {*desk.account.numbers}
    number = desk.account.buy()["number"]
    assert desk.buy(desk.process(), B).number == number
    for of in (A, owner("d")):
        bought = desk.buy(desk.process(), of).number
        assert bought not in {*before, number, N}
    assert desk.buy(desk.process(), C).number == desk.account.bought[0]
    assert desk.ledger.history(N).newest in (None, Released(MINE))


KILLED = """
import os, sys; from pathlib import Path
from vocode_pulumi.purchasing import housekeeping
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Account
from vocode_pulumi.purchasing.stores import sqlite

real, done = sqlite._delete, []

def delete(db, key):
    if len(done) == 3: os.kill(os.getpid(), 9)
    done.append(key)
    return real(db, key)

sqlite._delete = delete
housekeeping.clean(Ledger(sqlite.SqliteStore(Path(sys.argv[1]))), Account(*sys.argv[2:]))
"""


def test_killed_in_the_middle_it_leaves_a_file_that_works(tmp_path: Path) -> None:
    desk = Desk(SqliteStore(tmp_path / "ledger"))
    filled(desk)
    before = desk.store.list("").keys()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "ledger"), URL, ME, MINE.key], check=False
    )
    assert done.returncode == -9
    # The first objects of two attempts; the second ones were deleted in a transaction that was cut off.
    deleted = before - desk.store.list("").keys()
    assert sorted(key.rpartition("/")[2] for key in deleted) == ["0", "0"]
    works(desk)

# SPDX-License-Identifier: Apache-2.0
"""A store beside an older one: what all stores keep, and what is read of the older and never written."""

from collections.abc import Iterable

import pytest

from tests.purchasing.desk import Desk
from tests.purchasing.pieces import owner
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import NotBought
from vocode_pulumi.purchasing.store import Body, Store
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.purchasing.stores.with_older import StoreWithOlder
from vocode_pulumi.testing.stores import StoreContract, body

HELD = body(kind="holder")
KEY = "numbers/14155550100/0"


class TestStoreWithOlder(StoreContract):
    """It keeps all that a store has to keep, while the older one has other objects."""

    @pytest.fixture(autouse=True)
    def objects(self) -> None:
        self.store, self.older = MemoryStore(), MemoryStore()

    def open(self) -> Store:
        return StoreWithOlder(self.store, self.older)

    def put(self, key: str, text: str) -> None:
        self.store._objects[key] = (text, 0)

    def stored(self, key: str) -> str | None:
        return self.store._objects.get(key, (None, 0))[0]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def older() -> MemoryStore:
    made = MemoryStore()
    assert made.create(KEY, HELD)
    return made


@pytest.fixture
def both(store: MemoryStore, older: MemoryStore) -> StoreWithOlder:
    return StoreWithOlder(store, older)


def test_what_the_older_one_has_is_read_and_listed_with_its_age(
    both: StoreWithOlder, store: MemoryStore, older: MemoryStore
) -> None:
    mine = body()
    older._objects[KEY] = (older._objects[KEY][0], older._objects[KEY][1] - 1000)
    assert both.create("numbers/14155550100/1", mine)
    assert both.read([KEY, "numbers/14155550100/1", "numbers/1/0"]) == {
        KEY: HELD,
        "numbers/14155550100/1": mine,
    }
    ages = both.list("numbers/")
    assert ages.keys() == {KEY, "numbers/14155550100/1"}
    assert ages[KEY] >= 1000 > ages["numbers/14155550100/1"]
    assert both.list("attempts/") == {}
    assert [*store.list("")] == ["numbers/14155550100/1"]


def test_nothing_is_written_to_the_older_one(
    both: StoreWithOlder, store: MemoryStore, older: MemoryStore
) -> None:
    both.create("attempts/s/o/1/0", body())
    both.create_in_order([("attempts/s/o/1/1", body()), (KEY, body()), ("lists/x", body())])
    both.create_in_order([("attempts/s/o/2/0", body()), ("attempts/s/o/2/1", body())])
    both.delete([KEY, "attempts/s/o/1/0"])
    assert [*older.list("")] == [KEY]
    assert older.read([KEY]) == {KEY: HELD}
    assert store.list("").keys() == {
        "attempts/s/o/1/1",
        "attempts/s/o/2/0",
        "attempts/s/o/2/1",
    }


def test_a_key_of_the_older_one_is_taken_and_its_body_is_whoevers_it_was(
    both: StoreWithOlder, store: MemoryStore
) -> None:
    assert not both.create(KEY, body())
    assert both.create(KEY, HELD)
    assert both.read([KEY]) == {KEY: HELD}
    assert store.list("") == {}


@pytest.mark.parametrize(("mine", "done"), [(body(), 1), (HELD, 3)], ids=["theirs", "ones own"])
def test_objects_in_order_stop_at_one_that_the_older_one_has(
    both: StoreWithOlder, mine: dict[str, object], done: int
) -> None:
    objects = [("attempts/s/o/1/1", body()), (KEY, mine), ("lists/x", body())]
    assert both.create_in_order(iter(objects)) == done
    assert both.create_in_order(objects) == done
    assert ("lists/x" in both.list("lists/")) is (done == 3)


def test_objects_that_the_older_one_knows_nothing_of_are_one_transaction(
    both: StoreWithOlder, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[tuple[str, Body]]] = []

    def create_in_order(objects: Iterable[tuple[str, Body]]) -> int:
        seen.append([*objects])
        return 2

    monkeypatch.setattr(store, "create_in_order", create_in_order)
    objects = [("lists/x", body()), ("lists/y", body())]
    assert both.create_in_order(iter(objects)) == 2
    assert seen == [objects]


def test_the_newer_one_counts_where_both_have_a_key(
    both: StoreWithOlder, store: MemoryStore
) -> None:
    mine = body()
    store.create(KEY, mine)
    assert both.read([KEY]) == {KEY: mine}


def test_where_it_is_and_whether_it_can_be_written_is_the_newer_ones(
    both: StoreWithOlder, store: MemoryStore, older: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "where", "new")
    monkeypatch.setattr(older, "where", "old")
    assert both.where == "new"
    probed: list[str] = []
    monkeypatch.setattr(store, "probe", lambda: probed.append("new"))
    monkeypatch.setattr(older, "probe", lambda: probed.append("old"))
    both.probe()
    assert probed == ["new"]


@pytest.mark.parametrize("kind", ["notes", "housekeeping"])
def test_what_the_older_one_says_of_itself_is_not_said_of_this_one(
    both: StoreWithOlder, store: MemoryStore, older: MemoryStore, kind: str
) -> None:
    key, mine = f"{kind}/0", body()
    older.create(key, body())
    assert both.list(f"{kind}/") == {}
    assert both.list("").keys() == {KEY}
    assert both.read([key]) == {}
    assert both.create_in_order([(key, mine)]) == 1
    assert both.create(key, mine)
    assert both.read([key]) == store.read([key]) == {key: mine}
    assert both.list("").keys() == {KEY, key}


# Somebody who does not know the older one writes as well.


A = owner("a")


def test_what_others_wrote_without_knowing_the_older_one_hides_what_it_has_there(
    both: StoreWithOlder, store: MemoryStore, older: MemoryStore
) -> None:
    theirs = body()
    for at in (1, 2, 10):
        older.create(f"numbers/14155550100/{at}", body())
        older.create(f"attempts/s/o/1/{at}", body())
    older.create("attempts/s/o2/1/0", body())
    store.create("numbers/14155550100/2", theirs)
    store.create("attempts/s/o/1/1", body())
    # What was written above the older one's continues it.
    assert both.list("").keys() == {
        *(f"numbers/14155550100/{at}" for at in range(3)),
        "attempts/s/o/1/1",
        "attempts/s/o2/1/0",
    }
    assert both.list("numbers/14155550100/").keys() == {
        f"numbers/14155550100/{at}" for at in range(3)
    }
    # And what is hidden is in nobody's way.
    mine = body()
    assert both.create("numbers/14155550100/10", mine)
    assert both.create_in_order([("attempts/s/o/1/10", mine), ("attempts/s/o/1/11", mine)]) == 2
    assert both.read(["numbers/14155550100/10"]) == {"numbers/14155550100/10": mine}
    assert not both.create("numbers/14155550100/2", mine)
    assert not both.create("numbers/14155550100/1", mine)


def test_a_purchase_that_is_open_there_is_not_over_because_an_older_one_was() -> None:
    desk = Desk()
    refused, there = MemoryStore(), desk.store
    # Here a first purchase was refused, in the ledger of this machine.
    desk.store = refused
    attempt = desk.begin(desk.process(), A)
    assert desk.ledger.step(attempt, NotBought()) == 1
    # Another machine, which knows only the ledger of all, was killed in its first one.
    desk.store = there
    desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    desk.store = StoreWithOlder(there, refused)
    assert isinstance(desk.ledger, Ledger)
    assert desk.buy(desk.process(), A).number == number
    assert desk.account.bought == [number]

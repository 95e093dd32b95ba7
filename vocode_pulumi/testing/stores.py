# SPDX-License-Identifier: Apache-2.0
"""Tests that every store of a ledger has to pass, for `pytest`.

Subclass :class:`StoreContract` in the test of a store. The tests also write and read objects without the
store under test (:meth:`StoreContract.put`, :meth:`StoreContract.stored`). So a fault in writing cannot
hide a fault in reading.
"""

import json
import threading
import time
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from vocode_pulumi.purchasing.store import Body, Store, nonce

WRITERS = 8
KEYS = 25
MANY = 1200
"""More objects than a page of a list has in any service."""
LARGE = 25_000
"""The numbers of a large account; their list is an object of 350 kB."""
AGES_GROW_FOR = 0.05
"""The test of ages lets this many seconds go by."""
AGES_GROW_WITHIN = 5.0
"""After this many seconds an age that has not grown is wrong."""
CLOCK_TOLERANCE = 1.0
"""Seconds by which an age may be wrong: some services round their times."""


def body(**values: Any) -> Body:
    """A body that is different from every other body."""
    return {"nonce": nonce(), **values}


class StoreContract(ABC):
    """The tests of a store. `pytest` runs them in a subclass whose name begins with ``Test``.

    Each test has an object of the subclass to itself. It needs an empty store: use a fixture that makes
    one, with ``autouse=True``.

    Attributes:
        many: a number of objects that is too large for one answer of the store.
    """

    many = MANY

    @abstractmethod
    def open(self) -> Store:
        """Open the store under test, as another process would: each call gives the same objects."""

    @abstractmethod
    def put(self, key: str, text: str) -> None:
        """Write an object without the store under test.

        Args:
            key: the object's key.
            text: what the store would have made of the object's body: JSON.
        """

    @abstractmethod
    def stored(self, key: str) -> str | None:
        """Read an object's text without the store under test; ``None`` if there is no object."""

    def test_an_object_is_created_once(self) -> None:
        store, first, second = self.open(), body(kind="a"), body(kind="a")
        assert store.create("numbers/1/0", first)
        assert not store.create("numbers/1/0", second)
        assert json.loads(self.stored("numbers/1/0") or "null") == first

    def test_the_same_body_is_ones_own_however_often_it_is_created(self) -> None:
        mine = body(kind="a", text="ü", more={"b": [1, None], "a": True})
        assert self.open().create("numbers/1/0", mine)
        again = dict(reversed([*mine.items()]))
        assert self.open().create("numbers/1/0", again)
        assert not self.open().create("numbers/1/0", {**mine, "nonce": nonce()})
        assert self.open().read(["numbers/1/0"]) == {"numbers/1/0": mine}

    def test_what_others_wrote_is_theirs(self) -> None:
        self.put("attempts/s/o/1/0", json.dumps(body(kind="theirs")))
        store = self.open()
        assert not store.create("attempts/s/o/1/0", body(kind="mine"))
        assert store.read(["attempts/s/o/1/0"])["attempts/s/o/1/0"]["kind"] == "theirs"

    def test_of_many_writers_one_wins_each_key(self) -> None:
        keys = [f"numbers/{at}/0" for at in range(KEYS)]
        start = threading.Barrier(WRITERS)

        def write(writer: int) -> list[str]:
            store = self.open()
            start.wait()
            return [key for key in keys if store.create(key, body(writer=writer))]

        with ThreadPoolExecutor(WRITERS) as pool:
            won = [key for keys_won in pool.map(write, range(WRITERS)) for key in keys_won]
        assert sorted(won) == sorted(keys)

    def test_of_many_threads_of_one_store_one_wins_each_key(self) -> None:
        store, start = self.open(), threading.Barrier(WRITERS)

        def write(writer: int) -> int:
            start.wait()
            return sum(store.create(f"numbers/{at}/0", body(writer=writer)) for at in range(KEYS))

        with ThreadPoolExecutor(WRITERS) as pool:
            assert sum(pool.map(write, range(WRITERS))) == KEYS

    def test_what_was_created_is_read_and_listed_by_everybody_at_once(self) -> None:
        writer, other = self.open(), self.open()
        keys = ["attempts/s/o/1/0", "attempts/s/o/1/1"]
        mine = body(kind="a")
        assert other.list("attempts/") == {}
        assert other.read(keys) == {}
        assert writer.create(keys[0], mine)
        assert other.read(keys) == {keys[0]: mine}
        assert [*other.list("attempts/s/")] == keys[:1]

    def test_a_list_has_what_begins_with_its_prefix_and_nothing_else(self) -> None:
        store = self.open()
        keys = {"numbers/14155550100/0", "numbers/14155550100/1", "numbers/141555501001/0"}
        others = {"attempts/numbers/0", "lists/numbers"}
        for key in keys | others:
            assert store.create(key, body())
        assert {*store.list("numbers/")} == keys
        assert {*store.list("numbers/14155550100/")} == {key for key in keys if "100/" in key}
        assert store.list("notes/") == {}
        assert {*store.list("")} >= keys | others
        some = ["numbers/14155550100/", "notes/", "numbers/141555501001/"]
        assert {*store.list_all(some)} == keys
        assert {*store.list_all(some[1:])} == {"numbers/141555501001/0"}
        assert store.list_all([]) == {}

    def test_ages_are_seconds_and_grow(self) -> None:
        store = self.open()
        store.create("notes/0", body())
        begun, first = time.monotonic(), store.list("notes/")["notes/0"]
        assert 0 <= first < 60
        while True:
            age, elapsed = store.list("notes/")["notes/0"], time.monotonic() - begun
            assert first <= age <= first + elapsed + CLOCK_TOLERANCE
            if age > first and elapsed >= AGES_GROW_FOR:
                break
            assert elapsed < AGES_GROW_WITHIN
        store.create("notes/1", body())
        ages = store.list("notes/")
        assert ages["notes/0"] >= ages["notes/1"]

    def test_many_objects_are_read_and_listed(self) -> None:
        store = self.open()
        bodies = {f"numbers/{at:05}/0": body(at=at) for at in range(self.many)}
        for key, written in bodies.items():
            self.put(key, json.dumps(written))
        assert store.read(bodies) == bodies
        assert store.list("numbers/").keys() == bodies.keys()

    def test_a_large_object_is_kept_whole(self) -> None:
        large = body(numbers=[f"1415{at:07}" for at in range(LARGE)])
        assert self.open().create("lists/a", large)
        assert self.open().read(["lists/a"]) == {"lists/a": large}

    def test_objects_in_order_stop_at_the_first_that_is_somebody_elses(self) -> None:
        store = self.open()
        first, second = body(at=1), body(at=2)
        pair = [("attempts/s/o/1/1", first), ("numbers/1/0", second)]
        assert store.create_in_order(pair) == 2
        assert store.create_in_order(pair) == 2
        theirs = [("attempts/s/o/2/1", body()), ("numbers/1/0", body())]
        assert store.create_in_order(theirs) == 1
        assert self.stored("attempts/s/o/2/1") is not None
        assert json.loads(self.stored("numbers/1/0") or "null") == second
        behind = [("attempts/s/o/1/1", body()), ("numbers/2/0", body())]
        assert store.create_in_order(behind) == 0
        assert self.stored("numbers/2/0") is None

    def test_what_is_deleted_is_gone(self) -> None:
        store = self.open()
        for at in range(3):
            store.create(f"lists/{at}", body())
        store.delete(["lists/0", "lists/7", "lists/1"])
        assert [*store.list("lists/")] == ["lists/2"]
        assert [self.stored(f"lists/{at}") is None for at in range(3)] == [True, True, False]
        assert store.create("lists/0", body())

    def test_it_says_where_it_is(self) -> None:
        assert self.open().where
        assert self.open().where == self.open().where

    def test_it_says_that_it_can_be_used_and_leaves_nothing(self) -> None:
        store = self.open()
        store.probe()
        assert store.list("") == {}

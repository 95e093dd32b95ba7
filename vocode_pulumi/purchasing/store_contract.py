# SPDX-License-Identifier: Apache-2.0
"""Tests that every store has to pass. Subclass :class:`StoreContract` in the test of a store.

The tests also write and read objects without the store under test (:meth:`StoreContract.put`,
:meth:`StoreContract.stored`). So a fault in writing cannot hide a fault in reading.
"""

import json
import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from vocode_pulumi.purchasing.store import Body, Store, nonce

WRITERS = 8
KEYS = 25


def body(**values: Any) -> Body:
    """A body that is different from every other body."""
    return {"nonce": nonce(), **values}


class StoreContract(ABC):
    """The tests of a store, for `pytest`."""

    @abstractmethod
    def open(self) -> Store:
        """Open the store under test; each call gives the same objects, as to another process."""

    @abstractmethod
    def put(self, key: str, text: str) -> None:
        """Write an object without the store under test."""

    @abstractmethod
    def stored(self, key: str) -> str | None:
        """Read an object's text without the store under test; ``None`` if there is no object."""

    def test_an_object_is_created_once(self) -> None:
        store, first, second = self.open(), body(kind="a"), body(kind="a")
        assert store.create("numbers/1/0", first)
        assert not store.create("numbers/1/0", second)
        assert json.loads(self.stored("numbers/1/0") or "") == first

    def test_the_same_body_is_ones_own_however_often_it_is_created(self) -> None:
        mine = body(kind="a", text="ü", more={"b": [1, None], "a": True})
        assert self.open().create("numbers/1/0", mine)
        again = dict(reversed([*mine.items()]))
        assert self.open().create("numbers/1/0", again)
        assert not self.open().create("numbers/1/0", {**mine, "nonce": nonce()})

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
        mine = body(kind="a")
        assert other.list("attempts/") == {}
        assert writer.create("attempts/s/o/1/0", mine)
        assert other.read(["attempts/s/o/1/0", "attempts/s/o/1/1"]) == {"attempts/s/o/1/0": mine}
        assert [*other.list("attempts/s/")] == ["attempts/s/o/1/0"]

    def test_a_list_has_what_begins_with_its_prefix_and_nothing_else(self) -> None:
        store = self.open()
        keys = {"numbers/14155550100/0", "numbers/14155550100/1", "numbers/141555501001/0"}
        for key in (*keys, "attempts/numbers/0", "lists/numbers"):
            assert store.create(key, body())
        assert {*store.list("numbers/")} == keys
        assert {*store.list("numbers/14155550100/")} == {key for key in keys if "100/" in key}
        assert store.list("notes/") == {}

    def test_ages_are_seconds_and_do_not_shrink(self) -> None:
        store = self.open()
        store.create("notes/0", body())
        first = store.list("notes/")["notes/0"]
        assert 0 <= first < 60
        assert first <= store.list("notes/")["notes/0"] < 60

    def test_many_objects_are_read_and_listed(self) -> None:
        store = self.open()
        bodies = {f"numbers/{at:05}/0": body(at=at) for at in range(1200)}
        for key, written in bodies.items():
            self.put(key, json.dumps(written))
        assert store.read(bodies) == bodies
        assert store.list("numbers/").keys() == bodies.keys()

    def test_objects_in_order_stop_at_the_first_that_is_somebody_elses(self) -> None:
        store = self.open()
        first, second = body(at=1), body(at=2)
        pair = [("attempts/s/o/1/1", first), ("numbers/1/0", second)]
        assert store.create_in_order(pair) == 2
        assert store.create_in_order(pair) == 2
        theirs = [("attempts/s/o/2/1", body()), ("numbers/1/0", body())]
        assert store.create_in_order(theirs) == 1
        assert self.stored("attempts/s/o/2/1") is not None
        assert json.loads(self.stored("numbers/1/0") or "") == second
        behind = [("attempts/s/o/1/1", body()), ("numbers/2/0", body())]
        assert store.create_in_order(behind) == 0
        assert self.stored("numbers/2/0") is None

    def test_what_is_deleted_is_gone(self) -> None:
        store = self.open()
        for at in range(3):
            store.create(f"lists/{at}", body())
        store.delete(["lists/0", "lists/1", "lists/7"])
        assert [*store.list("lists/")] == ["lists/2"]
        assert self.stored("lists/0") is None
        assert store.create("lists/0", body())

    def test_it_keeps_its_word(self) -> None:
        self.open().probe()

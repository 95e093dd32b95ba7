# SPDX-License-Identifier: Apache-2.0
"""The contract of a store refuses every store that breaks it, each by the test that is there for it."""

import inspect
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from vocode_pulumi import clock
from vocode_pulumi.purchasing.store import Body, Store, StoreFailed, encoded
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.testing import StoreContract, stores

Objects = dict[str, tuple[str, float]]
TESTS = [name for name, _ in inspect.getmembers(StoreContract) if name.startswith("test_")]


class Over(MemoryStore):
    """A store that is as it should be, over objects that every open store shares."""

    def __init__(self, objects: Objects) -> None:
        super().__init__()
        self._objects = objects


class Overwrites(Over):
    def create(self, key: str, body: Body) -> bool:
        self._objects[key] = (encoded(body), clock.now())
        return True


class SaysYesToTheLoser(Over):
    def create(self, key: str, body: Body) -> bool:
        super().create(key, body)
        return True


class SaysNoToTheWinner(Over):
    def create(self, key: str, body: Body) -> bool:
        super().create(key, body)
        return False


class LiesWithoutWriting(Over):
    """Gives back what it was given, and keeps nothing: only a look round it shows that."""

    def __init__(self, objects: Objects) -> None:
        super().__init__({})


class LiesToItself(LiesWithoutWriting):
    """Reads what others wrote, and writes nowhere but into its own memory."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self._objects = {**objects}


class KnowsNoBodyAgain(Over):
    def create(self, key: str, body: Body) -> bool:
        return key not in self._objects and super().create(key, body)


class ComparesSpelling(Over):
    def create(self, key: str, body: Body) -> bool:
        text = json.dumps(body)
        return self._objects.setdefault(key, (text, clock.now()))[0] == text


class IgnoresNonces(Over):
    def create(self, key: str, body: Body) -> bool:
        return super().create(key, {**body, "nonce": ""})


class ReadsAnotherAlphabet(Over):
    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        texts = {key: encoded(body) for key, body in super().read(keys).items()}
        return {key: json.loads(text.replace("\\u00fc", "?")) for key, text in texts.items()}


class LooksThenWrites(Over):
    def create(self, key: str, body: Body) -> bool:
        there = self._objects.get(key)
        if there is None:
            time.sleep(0.0005)
            self._objects[key] = (encoded(body), clock.now())
            return True
        return there[0] == encoded(body)


class RemembersWhatWasNotThere(Over):
    """Asks once whether an object exists."""

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self._missing: set[str] = set()

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = {*keys}
        found = super().read(wanted - self._missing)
        self._missing |= wanted - found.keys()
        return found


class ListsLate(Over):
    def list(self, prefix: str) -> dict[str, float]:
        return {key: age for key, age in super().list(prefix).items() if age > 60}


class GivesWhatIsNotThere(Over):
    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*keys]
        return {key: {} for key in wanted} | super().read(wanted)


class IgnoresThePrefix(Over):
    def list(self, prefix: str) -> dict[str, float]:
        return super().list("")


class FindsThePrefixAnywhere(Over):
    def list(self, prefix: str) -> dict[str, float]:
        return {key: age for key, age in super().list("").items() if prefix in key}


class ListsFoldersAlone(Over):
    """Takes ``numbers/1`` for a folder, and ``numbers/1/`` for nothing."""

    def list(self, prefix: str) -> dict[str, float]:
        return super().list(prefix) if prefix.count("/") <= 1 else {}


class ListsNothingWithoutAPrefix(Over):
    def list(self, prefix: str) -> dict[str, float]:
        return super().list(prefix) if prefix else {}


class ListsOnePage(Over):
    def list(self, prefix: str) -> dict[str, float]:
        return dict([*super().list(prefix).items()][:1000])


class ReadsOnePage(Over):
    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        return super().read([*keys][:1000])


class CutsWhatIsLarge(Over):
    def create(self, key: str, body: Body) -> bool:
        text = encoded(body)[:65_535]
        return self._objects.setdefault(key, (text, clock.now()))[0] == text


class RefusesWhatIsLarge(Over):
    def create(self, key: str, body: Body) -> bool:
        if len(encoded(body)) > 65_535:
            raise StoreFailed(self.where, "too large")
        return super().create(key, body)


def aged(age: Callable[[float], float]) -> type[Over]:
    """A store whose ages are something else."""

    class WrongAges(Over):
        def list(self, prefix: str) -> dict[str, float]:
            return {key: age(seconds) for key, seconds in super().list(prefix).items()}

    return WrongAges


class TheYoungestIsTheOldest(Over):
    def list(self, prefix: str) -> dict[str, float]:
        found = super().list(prefix)
        return dict(zip(found, reversed([*found.values()]), strict=True))


class GoesOnBehindTheLoss(Over):
    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        return sum(self.create(key, body) for key, body in objects)


class AllOrNothing(Over):
    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        pairs = [*objects]
        for key, body in pairs:
            if self._objects.get(key, (encoded(body),))[0] != encoded(body):
                return 0
        return super().create_in_order(pairs)


class DeletesNothing(Over):
    def delete(self, keys: Iterable[str]) -> None:
        pass


class StopsAtWhatIsNotThere(Over):
    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key not in self._objects:
                return
            super().delete([key])


class DeletesTheFolder(Over):
    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            super().delete(self.list(key.rpartition("/")[0]))


class BuriesWhatWasDeleted(Over):
    """Marks an object as deleted, and lets nobody have its key again."""

    _dead: set[str]

    def __init__(self, objects: Objects) -> None:
        super().__init__(objects)
        self._dead = set()

    def delete(self, keys: Iterable[str]) -> None:
        wanted = [*keys]
        super().delete(wanted)
        self._dead |= {*wanted}

    def create(self, key: str, body: Body) -> bool:
        return key not in self._dead and super().create(key, body)


class HasNoName(Over):
    where = ""


class HasManyNames(Over):
    @property
    def where(self) -> str:  # type: ignore[override]
        return f"memory {id(self)}"


class CannotBeUsed(Over):
    def probe(self) -> None:
        raise StoreFailed(self.where, "no")


class LeavesItsProbe(Over):
    def probe(self) -> None:
        self.create("probe/1", {"nonce": "1"})


ONCE = "test_an_object_is_created_once"
OWN = "test_the_same_body_is_ones_own_however_often_it_is_created"
THEIRS = "test_what_others_wrote_is_theirs"
WRITERS = "test_of_many_writers_one_wins_each_key"
THREADS = "test_of_many_threads_of_one_store_one_wins_each_key"
SEEN = "test_what_was_created_is_read_and_listed_by_everybody_at_once"
PREFIX = "test_a_list_has_what_begins_with_its_prefix_and_nothing_else"
AGES = "test_ages_are_seconds_and_grow"
MANY = "test_many_objects_are_read_and_listed"
LARGE = "test_a_large_object_is_kept_whole"
ORDER = "test_objects_in_order_stop_at_the_first_that_is_somebody_elses"
DELETED = "test_what_is_deleted_is_gone"
WHERE = "test_it_says_where_it_is"
PROBE = "test_it_says_that_it_can_be_used_and_leaves_nothing"
BROKEN: list[tuple[type[Over], str]] = [
    (Overwrites, ONCE),
    (Overwrites, THEIRS),
    (Overwrites, WRITERS),
    (SaysYesToTheLoser, ONCE),
    (SaysYesToTheLoser, THEIRS),
    (SaysNoToTheWinner, ONCE),
    (LiesWithoutWriting, ONCE),
    (LiesWithoutWriting, THEIRS),
    (LiesWithoutWriting, DELETED),
    (LiesToItself, ONCE),
    (LiesToItself, SEEN),
    (KnowsNoBodyAgain, OWN),
    (ComparesSpelling, OWN),
    (IgnoresNonces, OWN),
    (ReadsAnotherAlphabet, OWN),
    (LooksThenWrites, WRITERS),
    (LooksThenWrites, THREADS),
    (RemembersWhatWasNotThere, SEEN),
    (ListsLate, SEEN),
    (GivesWhatIsNotThere, SEEN),
    (IgnoresThePrefix, PREFIX),
    (FindsThePrefixAnywhere, PREFIX),
    (ListsFoldersAlone, PREFIX),
    (ListsNothingWithoutAPrefix, PREFIX),
    (ListsOnePage, MANY),
    (ReadsOnePage, MANY),
    (CutsWhatIsLarge, LARGE),
    (RefusesWhatIsLarge, LARGE),
    (aged(lambda seconds: 1_764_266_400 - seconds), AGES),
    (aged(lambda seconds: -seconds - 1), AGES),
    (aged(lambda seconds: 0), AGES),
    (aged(lambda seconds: seconds * 1000), AGES),
    (aged(lambda seconds: 10 - seconds), AGES),
    (TheYoungestIsTheOldest, AGES),
    (GoesOnBehindTheLoss, ORDER),
    (AllOrNothing, ORDER),
    (DeletesNothing, DELETED),
    (StopsAtWhatIsNotThere, DELETED),
    (DeletesTheFolder, DELETED),
    (BuriesWhatWasDeleted, DELETED),
    (HasNoName, WHERE),
    (HasManyNames, WHERE),
    (CannotBeUsed, PROBE),
    (LeavesItsProbe, PROBE),
]
"""A broken store, and a test that refuses it."""


def contract_over(kind: type[Over]) -> StoreContract:
    """The contract over an empty store."""
    objects: Objects = {}

    class Contract(StoreContract):
        def open(self) -> Store:
            return kind(objects)

        def put(self, key: str, text: str) -> None:
            objects[key] = (text, clock.now())

        def stored(self, key: str) -> str | None:
            return objects.get(key, (None, 0))[0]

    return Contract()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "AGES_GROW_WITHIN", 0.1)


@pytest.mark.parametrize("test", TESTS)
def test_a_store_that_is_as_it_should_be_passes(test: str) -> None:
    getattr(contract_over(Over), test)()


@pytest.mark.parametrize(
    ("kind", "test"), BROKEN, ids=[f"{kind.__name__}-{test}" for kind, test in BROKEN]
)
def test_a_broken_store_is_refused(kind: type[Over], test: str) -> None:
    refused: Any = getattr(contract_over(kind), test)
    with pytest.raises((AssertionError, StoreFailed, KeyError, ValueError)):
        refused()


def test_every_test_of_the_contract_refuses_something() -> None:
    assert {test for _, test in BROKEN} == {*TESTS}

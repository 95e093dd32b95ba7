# SPDX-License-Identifier: Apache-2.0
"""Reading and writing the ledger over a store: what is half there, what is lost on the way, what is kept."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.purchasing.desk import Clock
from tests.purchasing.pieces import ME, URL, WINDOW, owner
from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing import ledger as module
from vocode_pulumi.purchasing.ledger import AttemptsFound, Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    Attempt,
    AttemptKey,
    Cancelling,
    History,
    Holder,
    Holding,
    Intent,
    NotBought,
    Note,
    Released,
    Take,
    body_of,
)
from vocode_pulumi.purchasing.store import Body, MaybeCreated, StoreFailed
from vocode_pulumi.purchasing.stores.memory import MemoryStore

N = "14155550100"
A, B = owner("a"), owner("b")
MINE = Account(URL, ME, "key")
KEY = AttemptKey("stack", "owner", 1)
OURS = Holder("claim", "bought", A, MINE, str(KEY))


class Counted(MemoryStore):
    """Says what was asked of it, and fails as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, Any]] = []
        self.lost: list[bool] = []
        """For each creation to come, whether it was carried out before its answer was lost."""
        self.error: Exception | None = None

    def asked(self, what: str) -> list[Any]:
        return [of for name, of in self.calls if name == what]

    def create(self, key: str, body: Body) -> bool:
        self._note("create", key)
        if not self.lost:
            return super().create(key, body)
        if self.lost.pop(0):
            super().create(key, body)
        raise MaybeCreated("memory", "the connection broke")

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*keys]
        if wanted:
            self._note("read", sorted(wanted))
        return super().read(wanted)

    def list(self, prefix: str) -> dict[str, float]:
        self._note("list", prefix)
        return super().list(prefix)

    def delete(self, keys: Iterable[str]) -> None:
        wanted = [*keys]
        self._note("delete", wanted)
        super().delete(wanted)

    def _note(self, what: str, of: Any) -> None:
        self.calls.append((what, of))
        if self.error is not None:
            raise self.error

    def put(self, key: str, body: Any) -> None:
        self._objects[key] = (json.dumps(body), 0)


@pytest.fixture
def store() -> Counted:
    return Counted()


@pytest.fixture
def ledger(store: Counted) -> Ledger:
    return Ledger(store)


def begun(ledger: Ledger, key: AttemptKey = KEY) -> Attempt:
    attempt = Attempt(key, Intent(A, MINE, Ask(), "list", WINDOW))
    assert ledger.begin(key, attempt.intent)
    return attempt


# Attempts.


def test_an_attempt_is_its_intent_and_its_steps_in_their_order(ledger: Ledger) -> None:
    attempt = begun(ledger)
    assert ledger.attempts() == AttemptsFound({KEY: attempt}, {"owner": 1})
    steps = [Take(str(10**7 + at), 0, guess=True) for at in range(11)]
    for step in steps:
        found = ledger.attempts().by_key[KEY]
        assert ledger.step(found, step) == 1
    # The eleventh comes after the second, whatever their names are as texts.
    assert Ledger(ledger.store).attempts().by_key[KEY].steps == tuple(steps)


def test_a_step_with_its_holder_is_written_whole_or_as_far_as_nobody_was_faster(
    ledger: Ledger,
) -> None:
    attempt = begun(ledger)
    take = Take(N, 0, guess=False)
    assert ledger.step(attempt, take, OURS) == 2
    assert ledger.history(N).newest == OURS
    # Somebody else's step is there.
    assert ledger.step(attempt, Take("12125550100", 0, guess=False), OURS) == 0
    assert not ledger.history("12125550100")
    # Somebody else's holder is there.
    other = begun(ledger, KEY.next())
    assert ledger.step(other, take, Holder("x", "bought", B, MINE)) == 1
    assert ledger.history(N).newest == OURS
    assert ledger.attempts().by_key[KEY.next()].steps == (take,)


def test_the_attempts_of_a_stack_an_owner_or_all_are_found_by_what_their_keys_begin_with(
    ledger: Ledger,
) -> None:
    keys = [
        AttemptKey("s", "o", 1),
        AttemptKey("s", "o", 2),
        AttemptKey("s", "o2", 1),
        AttemptKey("s2", "o", 1),
    ]
    for key in keys:
        begun(ledger, key)
    assert [*ledger.attempts().by_key] == keys
    assert {*ledger.attempts("attempts/s/").by_key} == {*keys[:3]}
    assert {*ledger.attempts(keys[0].of_owner).by_key} == {*keys[:2]}
    assert ledger.attempts("attempts/s/").highest_k == {"o": 2, "o2": 1}
    assert ledger.attempts("attempts/nobody/") == AttemptsFound()


def test_an_attempt_that_is_there_is_not_begun_again(ledger: Ledger) -> None:
    attempt = begun(ledger)
    assert not ledger.begin(KEY, Intent(B, MINE, Ask(), "other list", WINDOW))
    assert ledger.attempts().by_key == {KEY: attempt}


def test_what_housekeeping_left_of_an_attempt_is_none_and_counts_for_its_number_alone(
    ledger: Ledger,
) -> None:
    for key in (KEY, KEY.next()):
        ledger.step(begun(ledger, key), NotBought())
    ledger.store.delete([KEY.next().step(0)])
    found = ledger.attempts()
    assert [*found.by_key] == [KEY]
    assert found.highest_k == {"owner": 2}
    assert found.newest_of("owner") is None
    assert AttemptsFound(found.by_key, {"owner": 1}).newest_of("owner") == found.by_key[KEY]
    assert found.newest_of("nobody") is None


def test_the_newest_of_an_owner_is_the_one_with_the_highest_number(ledger: Ledger) -> None:
    for k in (2, 10, 9):
        begun(ledger, KEY._replace(k=k))
    begun(ledger, AttemptKey("stack", "other", 11))
    newest = ledger.attempts().newest_of("owner")
    assert newest is not None
    assert newest.key.k == 10


@pytest.mark.parametrize("gone", [0, 1])
def test_what_is_deleted_behind_the_list_is_as_if_it_had_been_deleted_before(
    store: Counted, gone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(store)
    ledger.step(begun(ledger), NotBought())
    kept = begun(ledger, KEY.next())
    real = store.list

    def listed(prefix: str) -> dict[str, float]:
        keys = real(prefix)
        store.delete([KEY.step(gone)])
        return keys

    monkeypatch.setattr(store, "list", listed)
    found = Ledger(store).attempts()
    assert found == AttemptsFound({KEY.next(): kept}, {"owner": 2})


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ("attempts/stack/owner/one/0", lambda ledger: ledger.attempts()),
        ("attempts/stack/owner/1/x", lambda ledger: ledger.attempts()),
        ("attempts/stack/owner/1", lambda ledger: ledger.attempts()),
        ("attempts/stack/owner/1/0/0", lambda ledger: ledger.attempts()),
        (f"numbers/{N}/x", lambda ledger: ledger.history(N)),
        (f"numbers/{N}/", lambda ledger: ledger.history(N)),
        ("notes/x", lambda ledger: ledger.note()),
        ("notes/", lambda ledger: ledger.note()),
    ],
)
def test_a_key_that_is_none_is_an_error_that_names_it(
    store: Counted, ledger: Ledger, key: str, read: Callable[[Ledger], object]
) -> None:
    store.put(key, {})
    with pytest.raises(LedgerError, match=f"memory, cannot be used: {key} is no key"):
        read(ledger)


@pytest.mark.parametrize(
    ("key", "read"),
    [
        (KEY.step(0), lambda ledger: ledger.attempts()),
        (KEY.step(1), lambda ledger: ledger.attempts()),
        (f"numbers/{N}/0", lambda ledger: ledger.history(N)),
        ("lists/x", lambda ledger: ledger.lists(["x"])),
        ("lists/x", lambda ledger: ledger.lists_of(MINE)),
        ("notes/0", lambda ledger: ledger.note()),
    ],
)
def test_an_object_that_is_damaged_is_an_error_that_names_it(
    store: Counted, ledger: Ledger, key: str, read: Callable[[Ledger], object]
) -> None:
    begun(ledger)
    store.put(key, {"v": 1})
    with pytest.raises(LedgerError, match=f"memory, cannot be used: {key} is damaged.*Nothing was"):
        read(ledger)


# Unknown answers.


@pytest.mark.parametrize("carried_out", [True, False])
def test_what_is_not_known_to_be_created_is_tried_again_and_is_ones_own(
    store: Counted, ledger: Ledger, carried_out: bool
) -> None:
    store.lost = [carried_out] * (module.MAX_TRIES - 1)
    begun(ledger)
    assert store.asked("create") == [KEY.step(0)] * module.MAX_TRIES
    assert [*ledger.attempts().by_key] == [KEY]


def test_what_stays_unknown_is_an_error(store: Counted, ledger: Ledger) -> None:
    store.lost = [False] * module.MAX_TRIES
    with pytest.raises(LedgerError, match="memory, cannot be used: the connection broke"):
        begun(ledger)
    assert len(store.asked("create")) == module.MAX_TRIES == 5
    assert store.list("attempts/") == {}


def test_who_was_faster_behind_an_unknown_answer_stays_so(store: Counted, ledger: Ledger) -> None:
    store.lost = [False]
    theirs = Intent(B, MINE, Ask(), "list", WINDOW)
    real, tries = store.create, iter(range(9))

    def create(key: str, body: Body) -> bool:
        if next(tries) == 1:
            store.put(key, body_of(theirs))
        return real(key, body)

    store.create = create  # type: ignore[method-assign]
    assert not ledger.begin(KEY, Intent(A, MINE, Ask(), "list", WINDOW))
    assert ledger.attempts().by_key[KEY].intent == theirs


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("carried_out", [True, False])
def test_a_step_and_its_holder_are_both_there_however_often_an_answer_is_lost(
    store: Counted, ledger: Ledger, at: int, carried_out: bool
) -> None:
    attempt = begun(ledger)
    real, calls = store.create, iter(range(9))

    def create(key: str, body: Body) -> bool:
        if next(calls) == at:
            store.lost = [carried_out]
        return real(key, body)

    store.create = create  # type: ignore[method-assign]
    assert ledger.step(attempt, Take(N, 0, guess=False), OURS) == 2
    assert ledger.history(N).newest == OURS


@pytest.mark.parametrize(
    "use",
    [
        lambda ledger: begun(ledger),
        lambda ledger: ledger.attempts(),
        lambda ledger: ledger.history(N),
        lambda ledger: ledger.hold(N, 0, OURS),
        lambda ledger: ledger.keep_list(MINE, [N]),
        lambda ledger: ledger.lists(["x"]),
        lambda ledger: ledger.lists_of(MINE),
        lambda ledger: ledger.numbers(),
        lambda ledger: ledger.note(),
        lambda ledger: ledger.leave_note(Note(None)),
        lambda ledger: ledger.begin_housekeeping(1),
        lambda ledger: ledger.ages(),
        lambda ledger: ledger.delete(["x"]),
    ],
)
def test_a_store_that_cannot_be_used_is_an_error_that_says_where_and_why(
    store: Counted, ledger: Ledger, use: Callable[[Ledger], object]
) -> None:
    store.error = StoreFailed("elsewhere", "no space left")
    with pytest.raises(LedgerError) as caught:
        use(ledger)
    assert "The ledger of purchases, memory, cannot be used: no space left. Nothing" in str(
        caught.value
    )
    assert len(store.calls) == 1


# Lists.


def test_a_list_is_kept_once_and_not_read_again_by_who_has_it(
    store: Counted, ledger: Ledger
) -> None:
    id_ = ledger.keep_list(MINE, ["2", "1", "2"])
    assert ledger.lists([id_]) == {id_: {"1", "2"}}
    assert store.asked("read") == []
    other = Ledger(store)
    assert other.lists([id_, id_]) == other.lists([id_]) == {id_: {"1", "2"}}
    assert store.asked("read") == [[f"lists/{id_}"]]
    second = ledger.keep_list(MINE, [])
    assert second != id_
    assert other.lists([id_, second]) == {id_: {"1", "2"}, second: set()}
    assert store.asked("read")[1:] == [[f"lists/{second}"]]
    assert ledger.lists([]) == {}


def test_a_list_that_is_not_there_any_more_is_an_error(ledger: Ledger) -> None:
    there = ledger.keep_list(MINE, [N])
    with pytest.raises(LedgerError, match="lists/gone is not there any more"):
        ledger.lists([there, "gone", "gone too"])


def test_the_lists_of_an_account_are_those_of_its_id_or_key(ledger: Ledger) -> None:
    by_both = ledger.keep_list(MINE, [N])
    by_key = ledger.keep_list(Account(URL, None, "key"), [])
    by_id = ledger.keep_list(Account(URL, ME, "new key"), ["1"])
    ledger.keep_list(Account(URL, "somebody", "else"), [N])
    ledger.keep_list(Account("http://else", ME, "key"), [N])
    assert ledger.lists_of(MINE) == {by_both: {N}, by_key: set(), by_id: {"1"}}


# Numbers.


def test_the_objects_of_a_number_are_in_their_order(ledger: Ledger) -> None:
    holdings: list[Holding] = [OURS, Cancelling("claim", A, MINE), Released(MINE)] * 4
    for at, holding in enumerate(holdings):
        assert ledger.history(N).next == at
        assert ledger.hold(N, at, holding)
    assert not ledger.hold(N, 11, OURS)
    assert ledger.history(N) == History(dict(enumerate(holdings)))
    assert [*ledger.history(N).by_generation] == [*range(12)]
    ledger.store.delete([f"numbers/{N}/0"])
    assert [*ledger.history(N).by_generation] == [*range(1, 12)]


@pytest.mark.parametrize("count", [1, module.MAX_LOOKED_UP, module.MAX_LOOKED_UP + 1])
def test_many_numbers_are_taken_out_of_one_list_and_few_are_looked_for_one_by_one(
    store: Counted, ledger: Ledger, count: int
) -> None:
    numbers = [str(10**7 + at) for at in range(count)]
    ledger.hold(numbers[0], 0, OURS)
    ledger.hold("99999999", 0, OURS)
    ledger.hold(f"{numbers[0]}0", 0, OURS)
    store.calls.clear()
    found = ledger.histories([*numbers, numbers[0]])
    assert found == {number: History() for number in numbers} | {numbers[0]: History({0: OURS})}
    assert len(store.asked("list")) == (1 if count > module.MAX_LOOKED_UP else count)
    assert store.asked("read") == [[f"numbers/{numbers[0]}/0"]]


def test_what_was_read_once_is_not_read_again_and_what_is_gone_is_gone(
    store: Counted, ledger: Ledger
) -> None:
    ledger.hold(N, 0, OURS)
    ledger.step(begun(ledger), NotBought())
    reader = Ledger(store)
    for _ in range(3):
        assert reader.history(N).newest == OURS
        assert len(reader.attempts().by_key) == 1
    assert store.asked("read") == [[f"numbers/{N}/0"], [KEY.step(0)], [KEY.step(1)]]
    ledger.hold(N, 1, Released(MINE))
    assert reader.history(N).newest == Released(MINE)
    assert store.asked("read")[3:] == [[f"numbers/{N}/1"]]
    store.delete([f"numbers/{N}/0", KEY.step(0), KEY.step(1)])
    assert reader.history(N) == History({1: Released(MINE)})
    assert reader.attempts() == AttemptsFound()


def test_every_number_that_the_ledger_has_an_object_of_is_named_once(ledger: Ledger) -> None:
    assert ledger.numbers() == []
    for number, generation in (("2", 0), ("1", 0), ("2", 1)):
        ledger.hold(number, generation, OURS)
    assert ledger.numbers() == ["1", "2"]


# Housekeeping and notes.


def test_housekeeping_is_begun_by_one_and_again_only_after_its_time(store: Counted) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = [*pool.map(lambda _at: Ledger(store).begin_housekeeping(60), range(8))]
    assert done.count(True) == 1
    assert not Ledger(store).begin_housekeeping(60)
    assert Ledger(store).begin_housekeeping(0)
    assert [*store.list("housekeeping/")] == ["housekeeping/0", "housekeeping/1"]


def test_the_youngest_housekeeping_counts(store: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    ages = {"housekeeping/0": 200.0, "housekeeping/1": 99.0}
    monkeypatch.setattr(store, "list", lambda _prefix: ages)
    assert not Ledger(store).begin_housekeeping(100)
    ages["housekeeping/1"] = 100.0
    assert Ledger(store).begin_housekeeping(100)
    assert store.asked("create") == ["housekeeping/2"]


def test_who_is_overtaken_at_the_beginning_of_housekeeping_leaves_it(
    store: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "list", lambda _prefix: {})
    store.put("housekeeping/0", {"nonce": "theirs"})
    assert not Ledger(store).begin_housekeeping(60)


def test_every_object_has_its_age(store: Counted, ledger: Ledger) -> None:
    begun(ledger)
    ledger.hold(N, 0, OURS)
    assert ledger.ages().keys() == {KEY.step(0), f"numbers/{N}/0"}
    assert all(0 <= age < 60 for age in ledger.ages().values())


def test_what_is_forgotten_is_deleted_in_the_order_that_was_given(
    store: Counted, ledger: Ledger
) -> None:
    for at in range(3):
        ledger.hold(N, at, OURS)
    keys = [f"numbers/{N}/{at}" for at in (1, 0)]
    ledger.delete(iter(keys))
    assert store.asked("delete") == [keys]
    assert [*ledger.history(N).by_generation] == [2]


def test_the_newest_note_counts_and_each_is_a_new_one(store: Counted, ledger: Ledger) -> None:
    assert ledger.note() is None
    for at in range(12):
        ledger.leave_note(Note(f"/ledger-{at}"))
        assert ledger.note() == Note(f"/ledger-{at}")
    ledger.leave_note(Note(None))
    assert ledger.note() == Note(None)
    assert len(store.list("notes/")) == 13


def test_two_that_leave_a_note_at_the_same_time_leave_two(store: Counted) -> None:
    with ThreadPoolExecutor(4) as pool:
        [*pool.map(lambda at: Ledger(store).leave_note(Note(str(at))), range(8))]
    notes = store.read(store.list("notes/"))
    assert {body["moved_to"] for body in notes.values()} == {str(at) for at in range(8)}


def test_a_store_that_does_not_answer_is_not_waited_for_by_each_purchase(
    store: Counted, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begun(ledger)
    clock = Clock()
    monkeypatch.setattr(module, "clock", clock)
    tries = []

    def hangs(objects: Iterable[tuple[str, Body]]) -> int:
        tries.append([*objects])
        clock.sleep(12)
        raise MaybeCreated("memory", "it did not answer in time")

    monkeypatch.setattr(store, "create_in_order", hangs)
    with pytest.raises(LedgerError, match="did not answer in time"):
        ledger.keep_list(attempt.intent.account, ())
    assert len(tries) == 2
    # Nothing else is begun; but what was bought is still tried to be written down.
    for begins in (
        lambda: ledger.keep_list(attempt.intent.account, ()),
        lambda: ledger.begin(AttemptKey("s", "o", 9), attempt.intent),
    ):
        with pytest.raises(LedgerError, match="did not answer in time"):
            begins()
    assert len(tries) == 2
    with pytest.raises(LedgerError):
        ledger.step(attempt, NotBought())
    assert len(tries) == 4

# SPDX-License-Identifier: Apache-2.0
"""Moving a ledger: what is told to whom, what is waited for, and what is there afterwards."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.purchasing.desk import WINDOW, Desk
from tests.purchasing.pieces import ME, URL, owner
from vocode_pulumi.errors import LedgerError, VocodeError
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.moving import move
from vocode_pulumi.purchasing.objects import (
    Account,
    Cancelling,
    Holding,
    NotBought,
    Note,
    Released,
    Take,
)
from vocode_pulumi.purchasing.store import Body, StoreFailed
from vocode_pulumi.purchasing.stores.memory import MemoryStore

A, B = owner("a"), owner("b")
N = "14155550100"
MINE = Account(URL, ME, "key")


class Store(MemoryStore):
    """One of several."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where


@pytest.fixture
def desk() -> Desk:
    return Desk(Store("/old"))


def moved(desk: Desk, to: MemoryStore | None = None) -> Ledger:
    """The ledger that the desk's is moved to; the desk goes on with it."""
    target = Ledger(to or Store("/new"))
    move(desk.ledger, target, WINDOW, desk.clock, lambda _urn, line: desk.said.append(line))
    desk.store = target.store
    return target


def test_whoever_looks_into_the_old_one_is_told_where_to_go(desk: Desk) -> None:
    old = desk.ledger
    new = moved(desk)
    assert old.note() == Note("/new")
    assert new.note() is None


def test_it_waits_until_nothing_that_was_begun_there_is_under_way_and_says_so(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    old = desk.ledger
    began = desk.clock.now()
    noted: list[float] = []

    def ends() -> None:
        noted.append(desk.clock.now())
        assert old.note() == Note("/new")
        old.step(attempt, Take(N, 0, guess=False))

    desk.clock.after(WINDOW.whole - 1, ends)
    new = moved(desk)
    assert desk.clock.now() - began == WINDOW.whole
    assert desk.said == [
        "Waiting 41 s, until no purchase that was begun there is under way.",
    ]
    # What ended meanwhile has ended.
    assert len(noted) == 1
    assert new.attempts().by_key[attempt.key].steps == (Take(N, 0, guess=False),)


def test_open_purchases_are_copied_with_the_lists_that_they_go_by(desk: Desk) -> None:
    one = desk.begin(desk.process(), A, listed=("12125550100",))
    other = desk.begin(desk.process(), B)
    desk.ledger.step(other, Take(N, 0, guess=True))
    desk.hold(N, A)
    before = desk.ledger.attempts()
    unneeded = desk.ledger.keep_list(MINE, [])
    new = moved(desk)
    assert new.attempts() == before
    lists = [one.intent.list_id, other.intent.list_id]
    assert new.lists(lists) == {lists[0]: {"12125550100"}, lists[1]: set()}
    assert f"lists/{unneeded}" not in new.store.list("")


def test_what_took_a_number_is_copied_and_what_bought_nothing_is_not(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    desk.states.has(A, first.number, first.claim)
    again = desk.begin(desk.process(), A, k=2)
    desk.ledger.step(again, NotBought())
    void = desk.begin(desk.process(), B)
    desk.ledger.step(void, Take(first.number, 0, guess=True))
    found = desk.ledger.attempts().by_key[void.key]
    desk.ledger.step(found, NotBought())
    before = desk.ledger.attempts().by_key
    new = moved(desk)
    assert new.attempts().by_key == {
        key: attempt for key, attempt in before.items() if key != again.key
    }
    assert new.store.list("lists/") == {}
    # The owner goes on where it was.
    second = desk.buy(desk.process(), A)
    assert second.number != first.number


def test_every_object_of_every_number_is_copied_as_it_is(desk: Desk) -> None:
    holdings: list[Holding] = [desk.hold(N, A), Cancelling("x", A, MINE), Released(MINE)]
    for at in range(1, 12):
        desk.ledger.hold(N, at, holdings[at % 3])
    desk.hold("12125550100", B)
    desk.store.delete([f"numbers/{N}/0"])
    bodies = desk.store.read(desk.store.list("numbers/"))
    new = moved(desk)
    assert new.store.read(new.store.list("numbers/")) == bodies
    assert new.history(N).next == 12


def test_objects_are_copied_in_their_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(12):
        desk.ledger.hold(N, at, Released(MINE))
    attempt = desk.begin(desk.process(), A)
    for _ in range(11):
        found = desk.ledger.attempts().by_key[attempt.key]
        desk.ledger.step(found, Take(N, 0, guess=True))
    target = Store("/new")
    keys: list[str] = []
    real = target.create

    def create(key: str, body: Body) -> bool:
        keys.append(key)
        return real(key, body)

    monkeypatch.setattr(target, "create", create)
    moved(desk, target)
    keys = keys[: len(keys) // 2]
    assert [key for key in keys if "numbers" in key] == [f"numbers/{N}/{at}" for at in range(12)]
    steps = [key for key in keys if "attempts" in key]
    assert steps == [attempt.key.step(at) for at in range(12)]
    # A purchase is not there before the list that it goes by, and has no end before its number has.
    listed, held = f"lists/{attempt.intent.list_id}", f"numbers/{N}/11"
    assert keys[: 1 + keys.index(steps[0])] == [listed, steps[0]]
    assert keys.index(held) < keys.index(steps[1])


def test_it_says_how_many_objects_are_new_there_and_can_be_done_again(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    desk.hold(N, B)
    old, target = desk.ledger, Ledger(Store("/new"))
    count = move(old, target, WINDOW, desk.clock, lambda *_of: None)
    assert count == len(target.store.list("")) == 3
    before = target.store.read(target.store.list(""))
    move(old, target, WINDOW, desk.clock, lambda *_of: None)
    assert target.store.read(target.store.list("")) == before


def test_it_can_be_moved_back(desk: Desk) -> None:
    first = desk.store
    bought = desk.buy(desk.process(), A)
    new = moved(desk)
    desk.hold(bought.number, A)
    old = moved(desk, first)  # type: ignore[arg-type]
    assert new.note() == Note("/old")
    assert old.note() == Note(None)
    assert old.history(bought.number).next == 2
    again = moved(desk, new.store)  # type: ignore[arg-type]
    assert old.note() == Note("/new")
    assert again.note() == Note(None)


def test_to_where_it_is_it_is_not_moved(desk: Desk) -> None:
    with pytest.raises(
        VocodeError, match=r"^/old is to be moved to where it is. Nothing was moved.$"
    ):
        move(desk.ledger, desk.ledger, WINDOW, desk.clock, lambda *_of: None)
    assert desk.ledger.note() is None
    assert desk.clock.now() == 1000


def test_to_where_nothing_can_be_written_it_is_not_moved_and_nobody_is_sent_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_of: Any) -> Any:
        raise StoreFailed("/new", "no permission")

    target = Store("/new")
    monkeypatch.setattr(target, "probe", fails)
    with pytest.raises(LedgerError, match="no permission"):
        move(desk.ledger, Ledger(target), WINDOW, desk.clock, lambda *_of: None)
    assert desk.ledger.note() is None


@pytest.mark.parametrize(
    "break_",
    [
        lambda old, _new: setattr(old, "read", broken),
        lambda _old, new: setattr(new, "create", broken),
    ],
    ids=["old", "new"],
)
def test_a_store_that_breaks_on_the_way_is_an_error_of_the_ledger(
    desk: Desk, break_: Callable[[Any, Any], None]
) -> None:
    desk.hold(N, A)
    target = Store("/new")
    desk.clock.after(1, lambda: break_(desk.store, target))
    with pytest.raises(LedgerError, match="no space left"):
        move(desk.ledger, Ledger(target), WINDOW, desk.clock, lambda *_of: None)


def broken(*_of: Any) -> Any:
    raise StoreFailed("somewhere", "no space left")


def test_a_run_that_had_begun_in_the_old_one_buys_nothing_there(desk: Desk) -> None:
    context = desk.process()
    context.stack_at_start(A.stack)
    moved(desk)
    with pytest.raises(LedgerError, match=r"/old, .*it was moved to /new at this moment.*Nothing"):
        desk.buy(context, A)
    assert desk.account.bought == []
    assert [one.steps for one in context.ledger.attempts().by_key.values()] == [(NotBought(),)]
    # And the next one does, in the new one.
    assert desk.buy(desk.process(), A).number in desk.account.bought


def test_an_open_purchase_is_found_in_the_new_one(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    moved(desk)
    assert desk.buy(desk.process(), A).number == number
    assert desk.account.bought == [number]


def test_who_goes_there_while_it_is_moved_finds_an_open_purchase(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    old, target = desk.store, Store("/new")
    bought: list[str] = []

    def follows() -> None:
        assert Ledger(old).note() == Note("/new")
        desk.store = target
        bought.append(desk.buy(desk.process(), A).number)
        desk.store = old

    desk.clock.after(1, follows)
    moved(desk, target)
    assert bought == [number]
    assert desk.account.bought == [number]


def test_a_purchase_that_is_open_is_not_left_out_because_another_has_its_name(desk: Desk) -> None:
    old, target = desk.store, Store("/new")
    desk.store = target
    theirs = desk.begin(desk.process(), A)
    desk.ledger.step(theirs, NotBought())
    desk.store = old
    mine = desk.begin(desk.process(), A)
    with pytest.raises(
        VocodeError,
        match=r"^The purchase for a of calls/dev in /old has no known end, and /new has.*Nothing was",
    ):
        moved(desk, target)
    assert desk.ledger.note() is None
    # Settled, it need not be copied.
    desk.ledger.step(mine, NotBought())
    moved(desk, target)
    assert Ledger(old).note() == Note("/new")


def test_one_that_was_copied_before_and_has_ended_there_is_the_same(desk: Desk) -> None:
    old, target = desk.store, Store("/new")
    attempt = desk.begin(desk.process(), A)
    moved(desk, target)
    assert desk.ledger.step(attempt, NotBought()) == 1
    desk.store = old
    moved(desk, target)
    assert desk.ledger.attempts().by_key[attempt.key].steps == (NotBought(),)

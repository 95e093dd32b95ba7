# SPDX-License-Identifier: Apache-2.0
"""How many numbers an account may have, over all who share the ledger."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.purchasing.desk import ME, URL, WINDOW, Desk, lost, owner, vocode
from vocode_pulumi import errors
from vocode_pulumi.purchasing.objects import Account, Cancelling, NotBought, Take

A, B = owner("a"), owner("b")


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.account.add("12125550100")
    made.account.add("12125550101")
    return made


def buys(desk: Desk, most: int, **more: Any) -> bool:
    before = len(desk.account.bought)
    try:
        desk.buy(desk.process(max_numbers=most, **more), A)
    except errors.TooManyNumbers:
        assert len(desk.account.bought) == before
        return False
    return True


def test_no_purchase_takes_the_account_over_its_limit(desk: Desk) -> None:
    assert not buys(desk, 2)
    assert buys(desk, 3)
    assert not Desk().account.numbers
    assert not buys(Desk(), 0)


def test_the_error_says_the_figures_and_that_nothing_was_bought(desk: Desk) -> None:
    with pytest.raises(
        errors.TooManyNumbers, match=r"has 2 numbers, and vocode:maxNumbers.*allows 2\. Nothing was"
    ):
        desk.buy(desk.process(max_numbers=2), A)
    (attempt,) = {one.key.owner: one for one in desk.ledger.attempts().by_key.values()}.values()
    assert attempt.steps == (NotBought(),)
    assert desk.clock.now() < 1002


def test_what_is_under_way_counts_and_is_waited_for(desk: Desk) -> None:
    other = desk.begin(desk.process(), B)
    desk.clock.after(10, lambda: desk.ledger.step(other, NotBought()))
    assert buys(desk, 3)
    assert 1010 <= desk.clock.now() <= 1013
    assert "waiting up to 41 s for them to end" in desk.said[0]


def test_what_is_under_way_and_buys_is_not_waited_for_longer(desk: Desk) -> None:
    other = desk.begin(desk.process(), B)
    desk.clock.after(
        10,
        lambda: desk.ledger.step(other, Take(desk.account.buy()["number"], 0, guess=False)),
    )
    before = len(desk.account.bought)
    with pytest.raises(errors.TooManyNumbers, match="has 3 numbers"):
        desk.buy(desk.process(max_numbers=3), A)
    assert len(desk.account.bought) == before + 1
    assert 1010 <= desk.clock.now() <= 1015


def test_what_was_lost_is_waited_for_until_it_must_be_over(desk: Desk) -> None:
    desk.begin(desk.process(), B)
    assert buys(desk, 3)
    assert WINDOW.whole <= desk.clock.now() - 1000 <= WINDOW.whole + 3


def test_what_is_bought_and_not_listed_yet_counts(desk: Desk) -> None:
    desk.buy(desk.process(), B)
    (number,) = desk.account.bought
    desk.account.numbers[number]["hidden_until"] = 1008
    with pytest.raises(errors.TooManyNumbers):
        desk.buy(desk.process(max_numbers=3), A)
    assert desk.account.bought == [number]


def test_what_is_bought_not_listed_and_being_cancelled_does_not_count(desk: Desk) -> None:
    desk.buy(desk.process(), B)
    (number,) = desk.account.bought
    desk.account.numbers[number]["active"] = False
    desk.ledger.hold(number, 1, Cancelling("x", B, Account(URL, ME, "k")))
    assert buys(desk, 3)


def test_what_a_process_has_known_for_long_and_the_list_lacks_is_gone(desk: Desk) -> None:
    context = desk.process(max_numbers=3)
    desk.buy(desk.process(), B)
    (number,) = desk.account.bought
    desk.account.numbers[number]["active"] = False
    context.attempts()
    desk.clock.pass_(WINDOW.whole)
    desk.buy(context, A)
    assert len(desk.account.bought) == 2


def test_another_account_does_not_count(desk: Desk) -> None:
    desk.begin(desk.process(), B, account=Account(URL, "somebody", "else"))
    assert buys(desk, 3)
    assert desk.clock.now() < 1001


def test_a_list_of_a_minute_ago_is_not_the_last_word(desk: Desk) -> None:
    context = desk.process(max_numbers=3)
    context.listing()
    desk.account.numbers["12125550101"]["active"] = False
    desk.account.add("12125550102")
    desk.buy(context, A)
    # One was cancelled since: the count goes by a list of now before it is an error.
    desk.account.numbers["12125550100"]["active"] = False
    desk.buy(context, B)
    with pytest.raises(errors.TooManyNumbers):
        desk.buy(context, owner("c"))


def test_purchases_of_one_process_at_the_last_places_get_all_of_them(desk: Desk) -> None:
    context = desk.process(max_numbers=4)

    def attempt(at: int) -> bool:
        try:
            desk.buy(context, owner(f"n{at}"))
        except errors.TooManyNumbers:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = [*pool.map(attempt, range(6))]
    assert done.count(True) == 2
    assert len(desk.account.bought) == 2


def test_a_purchase_that_is_lost_at_the_last_place_is_found(desk: Desk) -> None:
    context = desk.process(max_numbers=3)
    vocode(context).outcomes = [lambda: [desk.account.buy(), lost()][1]]
    assert desk.buy(context, A).number in desk.account.bought
    assert len(desk.account.bought) == 1


def test_what_was_bought_after_the_list_counts_for_as_long_as_the_list_is_used(desk: Desk) -> None:
    process = desk.process(max_numbers=3)
    desk.buy(process, B)
    # The window of the purchase has passed. The list of this process is from before it.
    desk.clock.pass_(WINDOW.whole + 1)
    with pytest.raises(errors.TooManyNumbers, match="has 3 numbers"):
        desk.buy(process, A)
    assert len(desk.account.bought) == 1

# SPDX-License-Identifier: Apache-2.0
"""What is not promised: each test shows how it goes wrong, as the page of promises says it."""

from typing import Any

import pytest

from tests.purchasing.desk import WINDOW, Desk, lost, owner, vocode
from vocode_pulumi.purchasing.holding import StateClaim, begin_cancelling
from vocode_pulumi.purchasing.objects import Cancelling, is_open

A, B = owner("a"), owner("b")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def killed(desk: Desk) -> str:
    """A machine that was killed between its request for ``a`` and the answer; returns the number."""
    desk.begin(desk.process(), A, listed=(*desk.account.numbers,))
    return str(desk.account.buy()["number"])


def test_a_machine_with_another_ledger_takes_what_the_killed_one_bought(desk: Desk) -> None:
    there = Desk()
    there.account, there.clock = desk.account, desk.clock
    # The answer of the other machine was lost too, and nothing was bought for it.
    there.begin(there.process(), B)
    number = killed(desk)
    assert there.buy(there.process(), B).number == number


def test_with_a_store_that_forgets_a_number_is_bought_twice(desk: Desk) -> None:
    desk.buy(desk.process(), A)
    desk.store.delete(desk.store.list(""))
    desk.buy(desk.process(), A)
    assert len(desk.account.bought) == 2


def test_with_a_store_that_forgets_an_old_claim_cancels(desk: Desk) -> None:
    old = desk.hold("14155550100", A)
    desk.hold("14155550100", B)
    claim = StateClaim("14155550100", A, old.claim)
    assert begin_cancelling(desk.process(), claim) is not None
    desk.store.delete(["numbers/14155550100/1"])
    assert begin_cancelling(desk.process(), claim) is None


def test_a_number_that_a_person_buys_is_taken_for_the_lost_one(desk: Desk) -> None:
    context = desk.process()
    vocode(context).outcomes = [lost()]
    by_hand: list[str] = []
    desk.clock.after(1, lambda: by_hand.append(desk.account.buy()["number"]))
    assert [desk.buy(context, A).number] == by_hand


def test_a_request_that_leaves_after_its_time_buys_a_second_number(desk: Desk) -> None:
    context = desk.process()

    def leaves_late() -> dict[str, Any]:
        # Meanwhile another run waits until the request must be over, and buys.
        desk.buy(desk.process(), A)
        return desk.account.buy()

    vocode(context).outcomes = [leaves_late]
    desk.buy(context, A)
    assert desk.clock.now() >= 1000 + WINDOW.whole
    assert len(desk.account.bought) == 2
    assert len(desk.ledger.numbers()) == 1


def test_what_another_run_recorded_before_this_one_looked_is_replaced(desk: Desk) -> None:
    # This run's engine read the state before that, and asks for a create.
    other = desk.buy(desk.process(), A)
    desk.states.has(A, other.number, other.claim)
    assert desk.buy(desk.process(), A).number != other.number


def test_a_purchase_that_was_cut_off_is_not_found_under_a_new_name(desk: Desk) -> None:
    number = killed(desk)
    assert desk.buy(desk.process(), B).number != number
    assert len(desk.account.bought) == 2
    # A person finds it by its old name.
    assert [
        attempt.intent.owner
        for attempt in desk.ledger.attempts().by_key.values()
        if is_open(attempt, desk.ledger.histories(desk.account.numbers))
    ] == [A]


def test_a_number_whose_state_this_login_does_not_see_is_taken(desk: Desk) -> None:
    # Its state was moved to another backend, or to a stack that is not listed.
    number = desk.buy(desk.process(), A).number
    assert desk.buy(desk.process(), A).number == number


def test_a_copy_of_a_state_cancels_the_numbers_of_the_other(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    copy = StateClaim(first.number, owner("a", "copy"), first.claim)
    assert begin_cancelling(desk.process(), copy) is None


def test_a_number_that_is_sold_again_is_not_recognised_without_the_answer(desk: Desk) -> None:
    context = desk.process()
    first = desk.hold("14155550100", B)
    desk.ledger.hold("14155550100", 1, Cancelling(first.claim, B, context.account))

    def sold_again() -> Exception:
        desk.account.add("14155550100")
        return lost()

    vocode(context).outcomes = [sold_again]
    assert desk.buy(context, A).number != "14155550100"
    assert desk.account.numbers["14155550100"]["active"]

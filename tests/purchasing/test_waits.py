# SPDX-License-Identifier: Apache-2.0
"""What a purchase shows in the status line of its resource while it waits."""

import threading
from collections.abc import Iterator

import pytest

from tests.purchasing.desk import Desk, lost, owner, vocode
from tests.purchasing.test_buying import limited, unsent
from tests.support.waiting import until
from vocode_pulumi import errors
from vocode_pulumi.observing import waits
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.purchasing.capping import Cap

A, B = owner("a"), owner("b")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def shown() -> Iterator[list[str]]:
    """What is shown of the engine call in which the test is."""
    lines: list[str] = []
    with working_for(Caller("create", A.urn, show_status=lines.append)):
        yield lines


def test_a_purchase_says_that_it_waits_for_the_rate_limit(desk: Desk, shown: list[str]) -> None:
    context = desk.process(max_retry_wait=30)
    vocode(context).outcomes = [limited(12), limited(0.5)]
    desk.buy(context, A)
    vocode(context).outcomes = [unsent(), unsent()]
    desk.process(max_retry_wait=30)
    desk.buy(context, B)
    assert shown == [
        "waiting up to 12 s: buying again after Vocode's rate limit (429) (retry 1 of 2)",
    ]


def test_a_purchase_says_that_it_waits_for_a_number_to_be_shown(
    desk: Desk, shown: list[str]
) -> None:
    desk.buy(desk.process(), A)
    (number,) = desk.account.bought
    item = desk.account.numbers.pop(number)
    desk.clock.after(3, lambda: desk.account.numbers.update({number: item}))
    assert desk.buy(desk.process(), A).number == number
    assert shown == [
        f"waiting up to 5 s: Vocode does not show {number}, which was bought for this resource"
    ]


def test_a_lost_purchase_says_that_its_number_is_not_shown_yet(
    desk: Desk, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = desk.process()

    def buy_and_lose() -> errors.AnswerLost:
        desk.account.buy()
        return lost()

    vocode(context).outcomes = [buy_and_lose]
    real, asked = vocode(context).get, []

    def not_at_once(path: str, phone_number: str = "") -> dict[str, object]:
        asked.append(phone_number)
        if len(asked) < 3:
            raise errors.NotFoundError(f"GET {path}", 404, "Number not found", "answered 404", "")
        return real(path, phone_number)

    monkeypatch.setattr(vocode(context), "get", not_at_once)
    desk.buy(context, A)
    assert shown == ["waiting up to 5 s: Vocode does not show the new number yet"]


def test_a_purchase_says_that_another_one_goes_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LONG", 0.01)
    context, lines = desk.process(max_numbers=5), list[str]()
    cap = Cap(context)
    cap.step_back(errors.TooManyNumbers(4, 1, 5), A.urn)

    def work() -> None:
        with working_for(Caller("create", A.urn, show_status=lines.append)):
            context.listing()
            with cap.counting():
                pass

    thread = threading.Thread(target=work)
    with context.counting_lock:
        with context._listing_lock:
            thread.start()
            until(lambda: len(lines) == 1)
        until(lambda: len(lines) == 2)
    thread.join()
    assert lines == [
        "waiting: another purchase lists the numbers of the account",
        "waiting: another purchase counts the numbers of the account (vocode:maxNumbers)",
    ]


def test_a_purchase_says_that_the_ledger_is_being_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LONG", 0.01)
    context, lines, may_end = desk.process(), list[str](), threading.Event()
    found = context.stack_at_start(A.stack)
    read = found.attempts.result()
    found.attempts = type(found.attempts)()

    def work() -> None:
        with working_for(Caller("create", A.urn, show_status=lines.append)):
            desk.buy(context, A)
            may_end.set()

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: bool(lines))
    assert not may_end.is_set()
    found.attempts.set_result(read)
    thread.join()
    assert (lines, may_end.is_set()) == (["waiting: the ledger is being read"], True)

# SPDX-License-Identifier: Apache-2.0
"""What a run says of purchases that it was not asked for, and how long it may wait for that."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.purchasing.desk import Desk
from tests.purchasing.pieces import owner
from tests.support.waiting import until
from vocode_pulumi.errors import ConfigError, LedgerError
from vocode_pulumi.provider import news as module
from vocode_pulumi.provider.news import News
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.objects import NotBought
from vocode_pulumi.purchasing.states import StateNotReadable

A, B = owner("a"), owner("b")


@pytest.fixture
def crashed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Errors that ended a thread."""
    found: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", found.append)
    yield found
    assert found == []


class Said:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def __call__(self, urn: str, line: str) -> None:
        self.lines.append((urn, line))


def looked(desk: Desk, shown: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """What is said of a stack."""
    said = Said()
    news = News(desk.process, said)
    for urn, number in (shown or {}).items():
        news.saw_in_state(number, urn)
    news.begin_lookup(A.urn, "organization")
    assert news._lookup is not None
    news._lookup.result(10)
    return said.lines


def test_a_stack_without_purchases_is_no_news(desk: Desk, crashed: list[Any]) -> None:
    assert looked(desk) == []
    desk.begin(desk.process(), owner("a", "prod"))
    desk.ledger.step(desk.begin(desk.process(), B), NotBought())
    assert looked(desk) == []
    assert desk.states.asked == []


def test_a_purchase_without_an_end_is_named_whoever_declares_it(
    desk: Desk, crashed: list[Any]
) -> None:
    desk.begin(desk.process(), B, area_code="415")
    assert looked(desk) == [
        (
            "",
            "A purchase for b (area code 415) has no known end. A `pulumi up` that creates it looks "
            "for what was bought before it buys; `vocode-pulumi purchases` settles it.",
        )
    ]


def test_a_number_that_was_bought_besides_is_said_beside_the_resource(
    desk: Desk, crashed: list[Any]
) -> None:
    first = desk.buy(desk.process(), A)
    ((urn, line),) = looked(desk, {A.urn: "12125550100"})
    assert urn == A.urn
    assert line.startswith(
        f"{first.number} was bought for this resource as well, and no state has it"
    )
    assert "`vocode-pulumi purchases` settles it." in line
    assert looked(desk, {A.urn: first.number}) == []
    assert looked(desk) == []
    desk.states.has(A, first.number, first.claim)
    assert looked(desk, {A.urn: "12125550100"}) == []


def test_more_time_is_given_only_where_states_have_to_be_asked(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    for number, longest in (
        (first.number, module.MAX_WAIT),
        ("12125550100", module.MAX_WAIT_FOR_STATES),
    ):
        news = News(desk.process, Said())
        news.saw_in_state(number, A.urn)
        news.begin_lookup(A.urn, "organization")
        assert news._lookup is not None
        news._lookup.result(10)
        assert news._max_wait == longest


def test_what_is_shown_after_it_has_looked_counts_too(desk: Desk, crashed: list[Any]) -> None:
    first = desk.buy(desk.process(), A)
    said = Said()
    news = News(desk.process, said)
    news.begin_lookup(A.urn, "organization")
    assert news._lookup is not None
    news._lookup.result(10)
    news.saw_in_state("12125550100", A.urn)
    for _ in range(2):
        news.wait()
        assert [line.split()[0] for _, line in said.lines] == [first.number]


def test_what_is_shown_while_it_looks_counts_too(desk: Desk, crashed: list[Any]) -> None:
    first = desk.buy(desk.process(), A)
    said = Said()

    def purchases() -> PurchasingContext:
        news.saw_in_state("12125550100", A.urn)
        return desk.process()

    news = News(purchases, said)
    news.begin_lookup(A.urn, "organization")
    until(lambda: news._lookup is not None and news._lookup.done())
    assert [urn for urn, _ in said.lines] == [A.urn]
    assert first.number in said.lines[0][1]


def test_it_looks_once(desk: Desk, crashed: list[Any]) -> None:
    desk.begin(desk.process(), A)
    said, processes = Said(), []

    def purchases() -> PurchasingContext:
        processes.append(1)
        return desk.process()

    news = News(purchases, said)
    for urn in (A.urn, B.urn, A.urn):
        news.begin_lookup(urn, "organization")
    news.wait()
    until(lambda: news._lookup is not None and news._lookup.done())
    assert (len(processes), len(said.lines)) == (1, 1)


@pytest.mark.parametrize(
    "error",
    [
        LedgerError("here", "no permission"),
        ConfigError("no such setting"),
        StateNotReadable("dev", "no login"),
        OSError("no memory"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_run_that_buys_nothing_does_not_fail_for_its_ledger(
    error: Exception, crashed: list[Any]
) -> None:
    def purchases() -> PurchasingContext:
        raise error

    said = Said()
    news = News(purchases, said)
    news.begin_lookup(A.urn, "organization")
    news.wait()
    until(lambda: news._lookup is not None and news._lookup.done())
    news.wait()
    assert said.lines == []


# How long it is waited for.


@pytest.fixture
def slow() -> Iterator[News]:
    """One that looks until the test is over."""
    goes_on = threading.Event()

    def purchases() -> PurchasingContext:
        goes_on.wait(60)
        raise LedgerError("here", "the test is over")

    made = News(purchases, Said())
    yield made
    goes_on.set()
    if made._lookup is not None:
        made._lookup.result(10)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each wait was to be; none takes any time, but for that clock."""
    found: list[float] = []
    now = [1000.0]

    class Clock:
        @staticmethod
        def now() -> float:
            return now[0]

    def wait(_for: object, timeout: float) -> None:
        found.append(timeout)
        now[0] += timeout

    monkeypatch.setattr(module, "clock", Clock)
    monkeypatch.setattr(module, "futures", SimpleNamespace(wait=wait))
    return found


def test_who_has_asked_for_nothing_waits_for_nothing(slow: News, waits: list[float]) -> None:
    slow.wait()
    assert waits == []


def test_all_answers_of_a_process_wait_for_a_second_at_most_together(
    slow: News, waits: list[float]
) -> None:
    slow.begin_lookup(A.urn, "organization")
    for _ in range(4):
        slow.wait()
    assert sum(waits) == pytest.approx(1)


def test_where_states_are_asked_they_are_given_the_time_that_takes(
    slow: News, waits: list[float]
) -> None:
    slow.begin_lookup(A.urn, "organization")
    slow._max_wait = module.MAX_WAIT_FOR_STATES
    slow.wait()
    assert sum(waits) == pytest.approx(module.MAX_WAIT_FOR_STATES)


def test_what_takes_longer_than_that_is_no_error(slow: News) -> None:
    slow._max_wait = 0.01
    slow.begin_lookup(A.urn, "organization")
    for _ in range(3):
        slow.wait()


def test_what_is_there_already_is_not_waited_for(
    desk: Desk, waits: list[float], crashed: list[Any]
) -> None:
    news = News(desk.process, Said())
    news.begin_lookup(A.urn, "organization")
    until(lambda: news._lookup is not None and news._lookup.done())
    news.wait()
    assert waits == []


def test_what_comes_within_that_time_is_said_before_the_answer(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    said = Said()

    def purchases() -> PurchasingContext:
        until(lambda: news._wait_began is not None)
        return desk.process()

    news = News(purchases, said)
    news.begin_lookup(A.urn, "organization")
    news.wait()
    assert len(said.lines) == 1


Look = Callable[[], None]

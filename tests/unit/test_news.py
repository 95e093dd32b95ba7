# SPDX-License-Identifier: Apache-2.0
"""What a run says of purchases that it was not asked for, and how long it may wait for that."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from pulumi import ProviderResource as Provider
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

from tests.purchasing.desk import Desk
from tests.purchasing.pieces import owner
from tests.purchasing.test_ledger import Counted
from tests.support.waiting import until
from vocode_pulumi import PhoneNumber
from vocode_pulumi.errors import ConfigError, LedgerError
from vocode_pulumi.provider import news as module
from vocode_pulumi.provider.news import News
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.objects import NotBought, Take
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.states import StateNotReadable
from vocode_pulumi.record import DECLARED_NUMBERS, HiddenRecord

A, B = owner("a"), owner("b")
UNEXPLAINED = HiddenRecord(claim="claim")
"""The record of a number that was adopted: it names no attempt."""


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
    news = News(desk.process, desk.process, said)
    for urn, number in (shown or {}).items():
        news.saw_in_state(number, urn, UNEXPLAINED)
    news.begin_lookup(A.urn, "organization", 0, is_new=False)
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
        news = News(desk.process, desk.process, Said())
        news.saw_in_state(number, A.urn, UNEXPLAINED)
        news.begin_lookup(A.urn, "organization", 0, is_new=False)
        assert news._lookup is not None
        news._lookup.result(10)
        assert news._max_wait == longest


def test_what_is_shown_after_it_has_looked_counts_too(desk: Desk, crashed: list[Any]) -> None:
    first = desk.buy(desk.process(), A)
    said = Said()
    news = News(desk.process, desk.process, said)
    news.begin_lookup(A.urn, "organization", 0, is_new=False)
    assert news._lookup is not None
    news._lookup.result(10)
    news.saw_in_state("12125550100", A.urn, UNEXPLAINED)
    for _ in range(2):
        news.wait()
        assert [line.split()[0] for _, line in said.lines] == [first.number]


def test_what_is_shown_while_it_looks_counts_too(desk: Desk, crashed: list[Any]) -> None:
    first = desk.buy(desk.process(), A)
    said = Said()

    def purchases() -> PurchasingContext:
        news.saw_in_state("12125550100", A.urn, UNEXPLAINED)
        return desk.process()

    news = News(purchases, purchases, said)
    news.begin_lookup(A.urn, "organization", 0, is_new=False)
    until(lambda: news._lookup is not None and news._lookup.done())
    assert [urn for urn, _ in said.lines] == [A.urn]
    assert first.number in said.lines[0][1]


def test_it_looks_once(desk: Desk, crashed: list[Any]) -> None:
    desk.begin(desk.process(), A)
    said, processes = Said(), []

    def purchases() -> PurchasingContext:
        processes.append(1)
        return desk.process()

    news = News(purchases, desk.process, said)
    for urn in (A.urn, B.urn, A.urn):
        news.begin_lookup(urn, "organization", 0, is_new=False)
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
    news = News(purchases, purchases, said)
    news.begin_lookup(A.urn, "organization", 0, is_new=False)
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

    made = News(purchases, purchases, Said())
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
    slow.begin_lookup(A.urn, "organization", 0, is_new=False)
    for _ in range(4):
        slow.wait()
    assert sum(waits) == pytest.approx(1)


def test_where_states_are_asked_they_are_given_the_time_that_takes(
    slow: News, waits: list[float]
) -> None:
    slow.begin_lookup(A.urn, "organization", 0, is_new=False)
    slow._max_wait = module.MAX_WAIT_FOR_STATES
    slow.wait()
    assert sum(waits) == pytest.approx(module.MAX_WAIT_FOR_STATES)


def test_what_takes_longer_than_that_is_no_error(slow: News) -> None:
    slow._max_wait = 0.01
    slow.begin_lookup(A.urn, "organization", 0, is_new=False)
    for _ in range(3):
        slow.wait()


def test_what_is_there_already_is_not_waited_for(
    desk: Desk, waits: list[float], crashed: list[Any]
) -> None:
    news = News(desk.process, desk.process, Said())
    news.begin_lookup(A.urn, "organization", 0, is_new=False)
    until(lambda: news._lookup is not None and news._lookup.done())
    news.wait()
    assert waits == []


def test_what_comes_within_that_time_is_said_before_the_answer(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    said = Said()

    def purchases() -> PurchasingContext:
        until(lambda: news._wait_began is not None)
        return desk.process()

    news = News(purchases, purchases, said)
    news.begin_lookup(A.urn, "organization", 0, is_new=False)
    news.wait()
    assert len(said.lines) == 1


def test_only_the_last_answer_waits_for_the_list(slow: News, waits: list[float]) -> None:
    slow.begin_lookup(B.urn, "organization", None, is_new=False)
    slow.saw_in_state("12125550100", B.urn, UNEXPLAINED)
    slow.wait()
    # Only one number tells how many there are.
    slow.begin_lookup(A.urn, "organization", 3, is_new=False)
    slow.saw_in_state("14155550100", A.urn, UNEXPLAINED)
    slow.wait()
    assert waits == []
    slow.begin_lookup(owner("new").urn, "organization", None, is_new=True)
    slow.wait()
    assert sum(waits) == pytest.approx(1)


# What is read.


class Looked:
    """A run without anything to buy, over a store that counts."""

    def __init__(self, desk: Desk, moved_to: Desk | None = None) -> None:
        assert isinstance(desk.store, Counted)
        self.calls = desk.store.calls
        self.calls.clear()
        self.said = Said()
        self.opened: list[PurchasingContext] = []
        self._target = moved_to or desk
        self.news = News(desk.process, self._open, self.said)

    def _open(self) -> PurchasingContext:
        self.opened.append(self._target.process())
        return self.opened[-1]

    def passes(self, *seen: tuple[Owner, str, HiddenRecord], declared: int = 0) -> "Looked":
        """What the engine passes to the process, and the process's answers."""
        for of, number, record in seen:
            told = declared or len(seen)
            self.news.begin_lookup(of.urn, "organization", told, is_new=False)
            self.news.saw_in_state(number, of.urn, record)
            self.news.wait()
        until(lambda: self.news._lookup is not None and self.news._lookup.done())
        return self

    @property
    def read(self) -> list[str]:
        """The keys of the objects that were read."""
        return [key for what, keys in self.calls if what == "read" for key in keys]

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self.said.lines]


ONE_LIST = [("list", f"attempts/{A.stack.key}/")]


@pytest.fixture
def counted() -> Desk:
    return Desk(Counted())


def bought(desk: Desk, of: Owner) -> tuple[Owner, str, HiddenRecord]:
    """A number that was bought, as the state then has it."""
    done = desk.buy(desk.process(), of)
    desk.states.has(of, done.number, done.claim)
    return of, done.number, HiddenRecord(claim=done.claim, attempt=done.attempt)


def test_where_nothing_is_new_there_is_one_list_and_no_reading(
    counted: Desk, crashed: list[Any]
) -> None:
    a, b = bought(counted, A), bought(counted, B)
    # A resource that was renamed has the attempt of the resource that bought its number.
    renamed = (owner("renamed"), *b[1:])
    adopted = (owner("adopted"), "12125550100", UNEXPLAINED)
    looked = Looked(counted).passes(a, renamed, adopted)
    assert looked.calls == ONE_LIST
    assert (looked.lines, looked.opened) == ([], [])


def test_only_what_the_state_does_not_explain_is_read(counted: Desk, crashed: list[Any]) -> None:
    a, b = bought(counted, A), bought(counted, B)
    # A replacement of B was killed, and the program takes it back.
    open_ = counted.begin(counted.process(), B, k=2)
    looked = Looked(counted).passes(a, b)
    assert {key.split("/")[2] for key in looked.read if key.startswith("attempts/")} == {B.key}
    assert [line.partition(" (")[0] for line in looked.lines] == ["A purchase for b"]
    assert len(looked.opened) == 1
    # Its number was bought: the state has the other one.
    counted.ledger.step(open_, Take("14155550199", 0, guess=False))
    counted.account.add("14155550199")
    looked = Looked(counted).passes(a, b)
    assert not any(A.key in key for key in looked.read)
    assert [line.split()[0] for line in looked.lines] == ["14155550199"]


def test_what_the_program_does_not_declare_is_read_when_the_whole_program_was_seen(
    counted: Desk, crashed: list[Any]
) -> None:
    a, (_, number, _) = bought(counted, A), bought(counted, B)
    void = counted.begin(counted.process(), owner("gone"))
    counted.ledger.step(void, Take(number, 0, guess=True))
    looked = Looked(counted).passes(a, declared=2)
    assert looked.calls == ONE_LIST
    looked = Looked(counted).passes(a)
    assert [line.partition(" (")[0] for line in looked.lines] == ["A purchase for gone"]


def test_a_purchase_without_an_end_is_told_before_the_whole_program_was_seen(
    counted: Desk, crashed: list[Any]
) -> None:
    a = bought(counted, A)
    counted.begin(counted.process(), owner("gone"))
    looked = Looked(counted).passes(a, declared=2)
    assert [line.partition(" (")[0] for line in looked.lines] == ["A purchase for gone"]


def test_a_ledger_without_the_attempt_of_a_state_is_looked_for_where_it_was_moved(
    counted: Desk, crashed: list[Any]
) -> None:
    old = Desk(Counted())
    old.account, old.states = counted.account, counted.states
    mine = bought(counted, A)
    counted.begin(counted.process(), B)
    looked = Looked(old, moved_to=counted).passes(mine)
    assert [line.partition(" (")[0] for line in looked.lines] == ["A purchase for b"]


def test_a_state_of_version_0_1_has_its_open_purchases_told(
    counted: Desk, crashed: list[Any]
) -> None:
    begun = counted.begin(counted.process(), B)
    old = begun.key._replace(stack="first-house", owner="somebody")
    counted.ledger.begin(old, begun.intent)
    counted.store.delete([begun.key.step(0)])
    looked = Looked(counted).passes((A, "14155550100", UNEXPLAINED))
    assert looked.lines == []
    looked = Looked(counted).passes((A, "14155550100", HiddenRecord()))
    assert [line.partition(" (")[0] for line in looked.lines] == ["A purchase for b"]


def test_a_run_that_buys_lists_once_for_the_purchase_and_for_this(
    counted: Desk, crashed: list[Any]
) -> None:
    mine = bought(counted, A)
    looked = Looked(counted)
    looked.news.begin_lookup(B.urn, "organization", 2, is_new=True)
    looked.passes(mine, declared=2)
    (context,) = looked.opened
    context.stack_at_start(A.stack).attempts.result()
    assert looked.calls.count(ONE_LIST[0]) == 1


def test_what_the_run_itself_buys_is_no_news(counted: Desk, crashed: list[Any]) -> None:
    mine, run = bought(counted, A), counted.process()
    run.stack_at_start(A.stack)
    counted.begin(run, A, k=2)
    said = Said()
    news = News(counted.process, lambda: run, said)
    news.begin_lookup(A.urn, "organization", 1, is_new=False)
    news.saw_in_state(mine[1], A.urn, mine[2])
    news.wait()
    until(lambda: news._lookup is not None and news._lookup.done())
    assert said.lines == []


# How many numbers there are.


def told_by(program: Callable[[], None]) -> dict[str, Any]:
    """What each number's inputs tell of how many there are, where they tell it."""
    told: dict[str, Any] = {}

    class Mine(Mocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            if DECLARED_NUMBERS in args.inputs:
                told[args.name] = args.inputs[DECLARED_NUMBERS]
            return args.resource_id or "14155550100", args.inputs

        def call(self, args: MockCallArgs) -> Any:
            return {}

    pulumi.runtime.set_mocks(Mine())
    run_to_the_end: Any = pulumi.runtime.test
    run_to_the_end(program)()
    return told


def test_the_first_number_of_a_program_tells_how_many_there_are() -> None:
    def program() -> None:
        for name in "abc":
            PhoneNumber(name, area_code="415")
        PhoneNumber.get("theirs", "14155550100")

    assert told_by(program) == {"a": 3}


def test_nobody_knows_how_many_numbers_each_of_several_providers_has() -> None:
    def program() -> None:
        PhoneNumber("a", area_code="415")
        other = pulumi.ResourceOptions(provider=Provider("pulumi-python", "other", {}))
        PhoneNumber("b", other, area_code="415")

    assert told_by(program) == {"a": 0}

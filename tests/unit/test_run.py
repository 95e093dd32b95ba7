# SPDX-License-Identifier: Apache-2.0
"""What one engine process shares: what it was asked for, what is waited for, and what is looked at once."""

import functools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest

from tests.purchasing.desk import Clock, Desk, settings
from tests.support.waiting import until
from vocode_pulumi.errors import LedgerError, TooManyNumbers, UnsettledPurchases, VocodeError
from vocode_pulumi.observing import waits
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.provider import run as module
from vocode_pulumi.provider.run import CheckOnce, ResourcesByObject, Run, Settling, run_of
from vocode_pulumi.purchasing import housekeeping, opening

N = "14155550100"
URN, OTHER = "urn:pulumi:dev::calls::x::a", "urn:pulumi:dev::calls::x::b"


def tell(_urn: str, _line: str) -> None:
    pass


@pytest.fixture
def run() -> Run:
    return Run(settings(), tell)


@pytest.fixture
def opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What purchases share, each time that it is opened."""
    made: list[Any] = []

    def opens(*_of: object) -> Any:
        made.append(desk.process())
        return made[-1]

    monkeypatch.setattr(opening, "open_purchases", opens)
    return made


# Whether "not found" may be believed.


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "clock", made)
    return made


def test_not_found_is_believed_after_a_time_from_the_first_that_all_share(clock: Clock) -> None:
    settling = Settling(10)
    clock.pass_(100)
    assert not settling.is_over()
    clock.pass_(9.5)
    assert not settling.is_over()
    clock.pass_(0.5)
    assert settling.is_over()
    assert settling.is_over()


def test_where_lists_are_never_late_it_is_believed_at_once(clock: Clock) -> None:
    assert Settling(0).is_over()


@pytest.mark.parametrize(("passed", "waits"), [(0, 1), (8.9, 1), (9.25, 0.75), (10, 0), (99, 0)])
def test_it_is_waited_for_a_moment_at_a_time_and_no_longer_than_to_the_end(
    clock: Clock, passed: float, waits: float
) -> None:
    settling = Settling(10)
    settling.is_over()
    clock.pass_(passed)
    began = clock.now()
    settling.wait()
    assert clock.now() - began == pytest.approx(waits, abs=0.002)


def test_who_has_not_found_anything_waits_for_nothing(clock: Clock) -> None:
    Settling(10).wait()
    assert clock.now() == pytest.approx(1000, abs=0.002)


def test_a_number_that_is_looked_for_again_and_again_is_given_up_in_that_time(
    clock: Clock,
) -> None:
    settling, looks = Settling(2.5), 0
    while not settling.is_over():
        looks += 1
        settling.wait()
    assert clock.now() - 1000 == pytest.approx(2.5)
    assert looks == 3


def test_the_resource_says_how_long_its_number_is_looked_for(clock: Clock) -> None:
    settling, shown = Settling(10), list[str]()
    settling.is_over()
    clock.pass_(3)
    with working_for(Caller("read", URN, show_status=shown.append)):
        settling.wait()
        settling.wait()
    assert shown == ["waiting up to 7 s: Vocode does not show the number, and may do so later"]


def test_the_resource_says_that_the_ledger_is_being_opened(
    run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LONG", 0.01)
    shown: list[str] = []

    def work() -> None:
        with working_for(Caller("create", URN, show_status=shown.append)):
            run.purchases.learn_account(None)

    thread = threading.Thread(target=work)
    with run._opening:
        thread.start()
        until(lambda: bool(shown))
        assert opened == []
    thread.join()
    assert (len(opened), shown) == (1, ["waiting: the ledger is being opened"])


# What is looked at once.


def test_all_who_ask_hear_what_was_found_by_the_one_who_looked() -> None:
    check_once, looks, start = CheckOnce(), list[int](), threading.Barrier(4)

    def look() -> None:
        looks.append(1)
        raise UnsettledPurchases(["x"])

    def ask(at: int) -> str:
        start.wait()
        with pytest.raises(VocodeError) as caught:
            check_once.require(f"r{at}", look)
        return str(caught.value) if type(caught.value) is VocodeError else f"r{at}"

    with ThreadPoolExecutor(4) as pool:
        heard = sorted(pool.map(ask, range(4)))
    assert len(looks) == 1
    # The one who looked says it in full, and the others say who that was.
    first = heard[-1]
    says = f"Nothing was cancelled or deleted: the error of {first!r} says why."
    assert heard == [says, says, says, first]


def test_a_look_that_finds_nothing_lets_everybody_through() -> None:
    check_once, looks = CheckOnce(), list[int]()
    for _ in range(3):
        check_once.require("a", lambda: looks.append(1))
    assert len(looks) == 1


def test_a_look_that_did_not_end_is_begun_again() -> None:
    check_once = CheckOnce()
    with pytest.raises(ZeroDivisionError):
        check_once.require("a", mock.Mock(side_effect=ZeroDivisionError))
    with pytest.raises(LedgerError):
        check_once.require("a", mock.Mock(side_effect=LedgerError("here", "gone")))
    with pytest.raises(VocodeError, match="the error of 'a' says why"):
        check_once.require("b", lambda: None)


def test_a_destroy_looks_once_for_each_stack(run: Run) -> None:
    looks: list[str] = []
    for stack in ("dev", "prod", "dev"):
        run.require_settled(stack, "a", lambda stack=stack: looks.append(stack))  # type: ignore[misc]
    assert looks == ["dev", "prod"]
    with pytest.raises(UnsettledPurchases):
        run.require_settled("test", "a", mock.Mock(side_effect=UnsettledPurchases(["x"])))
    run.require_settled("dev", "a", lambda: None)


def test_a_run_that_was_asked_for_a_check_is_no_destroy(run: Run) -> None:
    run.saw_in_program(URN, {})
    run.require_settled("dev", "a", mock.Mock(side_effect=UnsettledPurchases(["x"])))


# Which resource has which object.


def test_who_claims_an_object_first_has_it() -> None:
    names = ResourcesByObject()
    assert names.resource_of("x") is None
    assert names.claim("x", URN) == URN
    assert names.claim("x", OTHER) == URN
    assert names.claim("y", OTHER) == OTHER
    assert names.resource_of("x") == URN
    names.give("x", OTHER)
    assert names.resource_of("x") == OTHER
    assert names.claim("x", URN) == OTHER
    names.give("z", URN)
    assert names.resource_of("z") == URN


def test_of_many_who_claim_it_at_the_same_time_one_has_it() -> None:
    names, start = ResourcesByObject(), threading.Barrier(8)

    def claim(at: int) -> str:
        start.wait()
        return names.claim("x", str(at))

    with ThreadPoolExecutor(8) as pool:
        assert len({*pool.map(claim, range(8))}) == 1


# What the engine asked for.


def test_old_inputs_are_those_of_a_check_and_none_of_a_new_resource(run: Run) -> None:
    assert run.old_inputs(URN) is None
    run.saw_in_program(URN, {})
    assert run.old_inputs(URN) is None
    run.saw_in_program(URN, {"label": "x"})
    run.saw_in_program(OTHER, {"label": "y"})
    assert run.old_inputs(URN) == {"label": "x"}


@pytest.mark.parametrize(
    ("named", "connection", "wanted"),
    [
        ([], None, False),
        ([None], None, True),
        ([None], "c", True),
        (["c"], "c", True),
        (["c"], "d", False),
        (["c"], None, False),
        (["c", "d"], "d", True),
        (["c", None], "d", True),
    ],
)
def test_a_number_is_wanted_that_is_adopted_or_linked_as_it_was(
    run: Run, named: list[str | None], connection: str | None, wanted: bool
) -> None:
    for one in named:
        run.program_takes_over(N, one)
    assert run.may_be_taken_over(N, URN, connection) is wanted
    assert not run.may_be_taken_over("12125550100", URN, connection)


def test_a_resource_that_takes_what_is_not_known_yet_may_take_what_it_lets_go(run: Run) -> None:
    run.takes_over_unknown_number(URN)
    assert run.may_be_taken_over(N, URN, None)
    assert not run.may_be_taken_over(N, OTHER, None)


def test_what_was_shown_and_checked_is_known_to_purchases_whenever_they_are_opened(
    run: Run, opened: list[Any]
) -> None:
    run.saw_in_state(N, URN)
    run.saw_in_state(N)
    run.saw_in_program(URN, {})
    assert opened == []
    context = run.purchases
    assert context.was_seen_in_state(N)
    assert context.urn_in_state(N) == URN
    assert context.was_seen_in_program(URN)
    run.saw_in_state("12125550100")
    assert context.urn_in_state("12125550100") is None
    run.saw_in_state("12125550100", OTHER)
    assert context.urn_in_state("12125550100") == OTHER
    run.saw_in_program(OTHER, {})
    assert context.was_seen_in_state("12125550100")
    assert context.was_seen_in_program(OTHER)
    assert run.purchases is context
    assert len(opened) == 1


def test_purchases_are_opened_once_by_all_who_want_them(run: Run, opened: list[Any]) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len({*pool.map(lambda _at: id(run.purchases), range(8))}) == 1
    assert len(opened) == 1


def test_a_ledger_that_could_not_be_opened_is_opened_again(
    run: Run, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    ends: list[Any] = [LedgerError("here", "no permission"), desk.process()]
    monkeypatch.setattr(opening, "open_purchases", mock.Mock(side_effect=ends))
    with pytest.raises(LedgerError):
        _ = run.purchases
    assert run.purchases is ends[1]


def test_a_ledger_that_does_not_answer_is_waited_for_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    tries = []

    def opens(*_of: object) -> Any:
        tries.append(clock.now())
        clock.sleep(10)
        raise LedgerError("here", "it did not answer in time")

    monkeypatch.setattr(opening, "open_purchases", opens)
    for _ in range(2):
        with pytest.raises(LedgerError):
            _ = run.purchases
    assert len(tries) == 1


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[threading.Event]:
    """A ledger that takes its time to be opened."""
    begun, goes_on = threading.Event(), threading.Event()

    def opens(*_of: object) -> Any:
        begun.set()
        goes_on.wait(60)
        return desk.process()

    monkeypatch.setattr(opening, "open_purchases", opens)
    yield begun
    goes_on.set()


def test_who_needs_no_ledger_does_not_wait_until_it_is_opened(
    run: Run, stuck: threading.Event
) -> None:
    opens = threading.Thread(target=lambda: run.purchases, daemon=True)
    opens.start()
    stuck.wait(60)

    def answer() -> None:
        run.saw_in_program(URN, {})
        run.program_takes_over(N)
        run.saw_in_state(N)
        run.settling_of(N)

    answers = threading.Thread(target=answer, daemon=True)
    answers.start()
    answers.join(10)
    assert not answers.is_alive()
    assert opens.is_alive()


def test_what_is_shown_while_it_is_opened_is_known_to_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    def opens(*_of: object) -> Any:
        run.saw_in_state(N)
        run.saw_in_program(URN, {})
        return desk.process()

    monkeypatch.setattr(opening, "open_purchases", opens)
    with ThreadPoolExecutor(1) as pool:
        context = pool.submit(lambda: run.purchases).result(10)
    assert context.was_seen_in_state(N)
    assert context.was_seen_in_program(URN)


# Housekeeping.


def test_housekeeping_is_done_once_and_in_the_background(
    run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned: list[Any] = []
    monkeypatch.setattr(
        housekeeping, "clean", lambda *of: cleaned.append((of, threading.current_thread()))
    )
    for _ in range(3):
        run.clean_up()
    until(lambda: bool(cleaned))
    ((of, thread),) = cleaned
    assert of == (opened[0].ledger, opened[0].account)
    assert thread is not threading.current_thread()
    assert thread.daemon


def test_no_purchase_fails_for_housekeeping(
    run: Run, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", crashed.append)
    monkeypatch.setattr(
        housekeeping, "clean", mock.Mock(side_effect=LedgerError("here", "no space left"))
    )
    run._clean_up()
    run.clean_up()
    assert crashed == []


# A preview.


def test_a_preview_counts_its_purchases_against_one_list_and_refuses_the_first_too_many(
    desk: Desk, opened: list[Any]
) -> None:
    for at in range(2):
        desk.account.add(f"1212555010{at}")
    run = Run(settings(max_numbers=4), tell)
    run.count_purchase()
    run.count_purchase()
    with pytest.raises(
        TooManyNumbers, match=r"has 2 numbers and 2 more are being bought.*allows 4"
    ):
        run.count_purchase()
    assert desk.account.lists == 1
    with pytest.raises(TooManyNumbers, match="has 2 numbers and 3 more"):
        run.count_purchase()


@pytest.mark.parametrize(
    "of", [{}, {"max_numbers": 1, "api_key": None}], ids=["no limit", "no key"]
)
def test_a_preview_without_a_limit_or_a_key_asks_nobody(
    of: dict[str, Any], opened: list[Any]
) -> None:
    run = Run(settings(**of), tell)
    for _ in range(3):
        run.count_purchase()
    assert opened == []


def test_a_limit_of_none_at_all_is_a_limit(opened: list[Any]) -> None:
    with pytest.raises(TooManyNumbers, match=r"has 0 numbers, and.*allows 0"):
        Run(settings(max_numbers=0), tell).count_purchase()


def test_purchases_that_are_counted_at_the_same_time_are_counted_each(
    desk: Desk, opened: list[Any]
) -> None:
    run, start = Run(settings(max_numbers=5), tell), threading.Barrier(8)

    def counts(_at: int) -> bool:
        start.wait()
        try:
            run.count_purchase()
        except TooManyNumbers:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(counts, range(8))].count(True) == 5
    assert desk.account.lists == 1


# One for a process.


def test_there_is_one_for_the_settings_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_run", functools.cache(Run))
    one = settings()
    with ThreadPoolExecutor(4) as pool:
        assert len({*pool.map(lambda _at: id(run_of(one, tell)), range(8))}) == 1
    assert run_of(settings(), tell) is run_of(one, tell)
    assert run_of(settings(api_key="other"), tell) is not run_of(one, tell)
    made = run_of(one, tell)
    assert made.settings == one


def test_a_message_has_no_secret_that_the_engine_has_passed() -> None:
    heard: list[tuple[str, str]] = []
    run = Run(settings(), lambda urn, line: heard.append((urn, line)))
    run.saw_secrets(frozenset({"hush-hush"}))
    run.saw_secrets(frozenset({"another"}))
    run.tell(URN, "hush-hush and another")
    assert heard == [(URN, "[secret] and [secret]")]


def test_the_time_to_settle_is_that_of_the_settings(clock: Clock) -> None:
    settling = Run(settings(settle_seconds=7), tell).settling_of(N)
    settling.is_over()
    clock.pass_(6)
    assert not settling.is_over()
    clock.pass_(1)
    assert settling.is_over()


def test_a_number_that_was_just_bought_has_a_time_of_its_own(run: Run, clock: Clock) -> None:
    run.settling_of(N).is_over()
    clock.pass_(11)
    assert run.settling_of(N).is_over()
    run.was_just_bought(N)
    assert not run.settling_of(N).is_over()
    assert run.settling_of("12125550100").is_over()

# SPDX-License-Identifier: Apache-2.0
"""Finding out what was bought: what a resolver reads, how long it waits, and when it looks again."""

from typing import Any
from unittest import mock

import pytest

from tests.purchasing.desk import WINDOW, Desk, keyring, owner, vocode
from vocode_pulumi import errors
from vocode_pulumi.purchasing import attribution, deadlines, resolving
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Attempt, Holder, NotBought, Take
from vocode_pulumi.purchasing.resolving import SECONDS_TO_WRITE_HOLDER, Resolver

A, B, C = owner("a", "one"), owner("b", "two"), owner("c", "three")


def resolve(context: PurchasingContext, attempt: Attempt) -> tuple[Take, Holder] | None:
    return Resolver(context, attempt.key, attempt.intent.owner.urn).resolve()


def outcome(desk: Desk, attempt: Attempt) -> tuple[object, ...]:
    return desk.ledger.attempts().by_key[attempt.key].steps


def test_what_is_given_is_a_guess_with_a_holder_and_says_so(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    given = resolve(desk.process(), attempt)
    assert given is not None
    take, holder = given
    assert take == Take(number, 0, guess=True)
    assert outcome(desk, attempt) == (take,)
    newest = desk.ledger.history(number).newest
    assert newest == holder
    assert (holder.act, holder.owner, holder.attempt) == ("bought", A, str(attempt.key))
    assert holder.account == attempt.intent.account


def test_nothing_is_written_down_when_all_is_over(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    context = desk.process()
    began = desk.clock.now()
    assert resolve(context, attempt) is None
    assert outcome(desk, attempt) == (NotBought(),)
    assert desk.clock.now() - began >= WINDOW.whole
    assert desk.clock.now() - began <= WINDOW.whole + 2


def test_the_larger_window_counts_of_whoever_began_and_whoever_looks(desk: Desk) -> None:
    longer = PurchaseWindow(WINDOW.sending, WINDOW.effect + 50, WINDOW.settling)
    attempt = desk.begin(desk.process(), A, window=longer)
    began = desk.clock.now()
    resolve(desk.process(), attempt)
    assert longer.whole <= desk.clock.now() - began <= longer.whole + 2
    shorter = PurchaseWindow(0, 0, 0)
    attempt = desk.begin(desk.process(), B, window=shorter)
    began = desk.clock.now()
    resolve(desk.process(), attempt)
    assert WINDOW.whole <= desk.clock.now() - began <= WINDOW.whole + 2


def test_each_process_begins_to_wait_when_it_first_sees_an_attempt(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    early = desk.process()
    early.attempts()
    desk.clock.pass_(WINDOW.whole)
    began = desk.clock.now()
    resolve(early, attempt)
    assert desk.clock.now() - began < 1
    attempt = desk.begin(desk.process(), B)
    desk.clock.pass_(WINDOW.whole)
    began = desk.clock.now()
    resolve(desk.process(), attempt)
    assert desk.clock.now() - began >= WINDOW.whole


def test_what_it_waits_for_is_said_once(desk: Desk) -> None:
    resolve(desk.process(), desk.begin(desk.process(), A))
    assert len(desk.said) == 1
    assert f"waiting up to {WINDOW.whole:.0f} s" in desk.said[0]


def test_the_account_is_listed_again_now_and_then_and_not_all_the_time(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    before = desk.account.lists
    resolve(desk.process(), attempt)
    # At the beginning, at half of the time, and when all is over.
    assert desk.account.lists - before == 3


def test_what_another_decided_is_seen_without_a_new_list(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    desk.clock.after(3, lambda: desk.ledger.step(attempt, NotBought()))
    before = desk.account.lists
    assert resolve(desk.process(), attempt) is None
    assert desk.clock.now() - 1000 <= 4
    assert desk.account.lists - before == 1


def test_an_answer_that_arrives_after_all_ends_the_waiting(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)

    def arrives() -> None:
        number = desk.account.buy()["number"]
        holder = Holder("claim", "bought", A, attempt.intent.account, str(attempt.key))
        desk.ledger.step(attempt, Take(number, 0, guess=False), holder)

    desk.clock.after(3, arrives)
    assert resolve(desk.process(), attempt) is None
    assert desk.clock.now() - 1000 <= 4


def test_a_take_without_a_holder_has_a_moment_before_others_complete_it(desk: Desk) -> None:
    attempt, other = desk.begin(desk.process(), A), desk.begin(desk.process(), B)
    number = desk.account.buy()["number"]
    take = Take(number, 0, guess=False)
    desk.ledger.step(other, take)
    context = desk.process()
    with mock.patch.object(Ledger, "hold", autospec=True, side_effect=Ledger.hold) as held:
        desk.clock.after(
            SECONDS_TO_WRITE_HOLDER - 0.5, lambda: desk.hold(number, B, attempt=str(other.key))
        )
        resolve(context, attempt)
    assert [one.args[1] for one in held.call_args_list] == [number]  # the one of the other itself
    desk = Desk()
    attempt, other = desk.begin(desk.process(), A), desk.begin(desk.process(), B)
    number = desk.account.buy()["number"]
    desk.ledger.step(other, take)
    resolve(desk.process(), attempt)
    newest = desk.ledger.history(number).newest
    assert isinstance(newest, Holder)
    assert (newest.owner, newest.attempt) == (B, str(other.key))
    assert outcome(desk, attempt) == (NotBought(),)


def test_who_has_no_number_helps_who_has_one_first(desk: Desk) -> None:
    first, second = sorted(
        (desk.begin(desk.process(), A), desk.begin(desk.process(), B)), key=lambda one: one.key
    )
    number = desk.account.buy()["number"]
    assert resolve(desk.process(), second) is None
    assert outcome(desk, second) == (NotBought(),)
    assert outcome(desk, first) == (Take(number, 0, guess=True),)
    newest = desk.ledger.history(number).newest
    assert isinstance(newest, Holder)
    assert newest.owner == first.intent.owner
    # Who was helped takes it when its own next create comes.
    again = desk.buy(desk.process(), first.intent.owner)
    assert again.number == number
    assert desk.account.bought == [number]


def test_too_many_numbers_are_an_error_only_when_they_are_there_twice(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    numbers = [desk.account.buy()["number"] for _ in range(2)]
    before = desk.account.lists
    with pytest.raises(errors.AmbiguousPurchase) as caught:
        resolve(desk.process(), attempt)
    assert caught.value.candidates == numbers
    assert desk.account.lists - before == 2
    # Between the two lists somebody said whose one of them is.
    desk.clock.after(0.5, lambda: desk.hold(numbers[0], B))
    given = resolve(desk.process(), attempt)
    assert given is not None
    assert given[0].number == numbers[1]


def test_too_many_in_a_picture_that_is_not_fresh_is_looked_at_again(desk: Desk) -> None:
    attempt, other = desk.begin(desk.process(), A), desk.begin(desk.process(), B, area_code="415")
    first, second = (desk.account.buy()["number"] for _ in range(2))
    context = desk.process()
    # The other one is decided while this one waits: for a moment two numbers are left for one.
    desk.clock.after(2, lambda: desk.ledger.step(other, NotBought()))
    desk.clock.after(2.5, lambda: desk.hold(second, C))
    given = resolve(context, attempt)
    assert given is not None
    assert given[0].number == first


def test_attempts_and_holders_of_two_moments_are_no_picture(desk: Desk) -> None:
    of_any, of_any_too = sorted(
        (desk.begin(desk.process(), A), desk.begin(desk.process(), B)), key=lambda one: one.key
    )
    in_415 = desk.begin(desk.process(), C, area_code="415")
    context = desk.process()
    context.attempts()
    desk.clock.pass_(WINDOW.whole)
    numbers = sorted(desk.account.buy(area)["number"] for area in ("212", "212", "415"))
    real = Ledger.histories
    begun: list[bool] = []

    def comes_between(ledger: Ledger, of: Any) -> Any:
        # The first of all is given its number behind the reading of attempts.
        if not begun:
            begun.append(True)
            take = Take(numbers[0], 0, guess=True)
            intent = of_any.intent
            holder = Holder("x", "bought", intent.owner, intent.account, str(of_any.key))
            desk.ledger.step(of_any, take, holder)
        return real(ledger, of)

    with mock.patch.object(Ledger, "histories", comes_between):
        given = resolve(context, of_any_too)
    assert given is not None
    assert given[0].number == numbers[1]
    last = resolve(context, in_415)
    assert last is not None
    assert last[0].number == numbers[2]


@pytest.mark.parametrize("asked", [{}, {"area_code": "212"}], ids=["give", "nothing"])
def test_a_picture_that_became_old_behind_the_decision_is_not_acted_on(
    desk: Desk, asked: dict[str, Any]
) -> None:
    attempt = desk.begin(desk.process(), A, **asked)
    context = desk.process()
    context.attempts()
    desk.clock.pass_(WINDOW.whole)
    desk.account.buy()
    real, sleeps = (
        attribution.decide,
        [deadlines.shortest_window(), deadlines.shortest_window() - 0.5],
    )

    def sleeps_behind_it(*of: Any) -> Any:
        decision = real(*of)
        desk.clock.pass_(sleeps.pop(0) if sleeps else 0)
        return decision

    before = desk.account.lists
    with mock.patch.object(attribution, "decide", sleeps_behind_it):
        resolve(context, attempt)
    assert desk.account.lists - before == 2
    assert len(outcome(desk, attempt)) == 1


def test_a_resolver_that_was_overtaken_looks_again(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    real = Ledger.step
    faster: list[bool] = []

    def overtaken(ledger: Ledger, of: Attempt, *what: Any) -> int:
        if not faster:
            faster.append(True)
            desk.hold(number, B)
        return real(ledger, of, *what)

    with mock.patch.object(Ledger, "step", overtaken):
        assert resolve(desk.process(), attempt) is None
    # Its take is void, and nothing else fits.
    assert outcome(desk, attempt) == (Take(number, 0, guess=True), NotBought())
    newest = desk.ledger.history(number).newest
    assert isinstance(newest, Holder)
    assert newest.owner == B


def test_another_accounts_attempts_are_left_alone(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    elsewhere = attempt.intent.account.__class__("http://account", "somebody", "else")
    desk.begin(desk.process(), B, account=elsewhere)
    number = desk.account.buy()["number"]
    given = resolve(desk.process(), attempt)
    assert given is not None
    assert given[0].number == number


def test_an_attempt_that_is_gone_is_decided(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    desk.store.delete(desk.store.list("attempts/"))
    assert resolve(desk.process(), attempt) is None


def test_many_numbers_of_the_account_cost_no_look_each(desk: Desk) -> None:
    there = tuple(f"1212555{at:04}" for at in range(500))
    for number in there:
        desk.account.add(number)
    attempt = desk.begin(desk.process(), A, listed=there)
    desk.account.buy()
    context = desk.process()
    with mock.patch.object(desk.store, "list", wraps=desk.store.list) as listed:
        assert resolve(context, attempt) is not None
    assert listed.call_count < 10


def test_the_words_of_an_error_say_that_nothing_is_bought_before_it_is_known(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    context = desk.process()
    broken = errors.LedgerError("here", "no space")
    with (
        mock.patch.object(Ledger, "histories", side_effect=broken),
        pytest.raises(errors.LedgerError, match=r"is not known\. Nothing more is bought"),
    ):
        resolve(context, attempt)
    assert resolving.NOT_KNOWN_WHAT_WAS_BOUGHT.startswith("Whether")
    assert vocode(context).sent == []
    assert keyring().mark == context.keyring.mark

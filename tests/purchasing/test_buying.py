# SPDX-License-Identifier: Apache-2.0
"""One create after the other: what each finds in the ledger, and what it does then."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from tests.purchasing.desk import (
    CALL,
    KEY,
    ME,
    URL,
    WINDOW,
    AccountInMemory,
    Desk,
    lost,
    owner,
    vocode,
)
from vocode_pulumi import errors
from vocode_pulumi.purchasing import deadlines
from vocode_pulumi.purchasing.buying import Buyer, Order, preview_message
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Cancelling,
    Holder,
    NotBought,
    Released,
    Take,
)
from vocode_pulumi.purchasing.states import HeldNumber, State, StateNotReadable

A, B = owner("a"), owner("b")


def steps(desk: Desk) -> dict[int, tuple[object, ...]]:
    """What became of a's attempts."""
    found = desk.ledger.attempts(f"attempts/{A.stack.key}/{A.key}/").by_key
    return {key.k: one.steps for key, one in found.items()}


def newest(desk: Desk, number: str) -> Any:
    return desk.ledger.history(number).newest


# What a purchase leaves behind.


def test_a_purchase_is_written_down_before_it_is_sent_and_who_holds_it_after(desk: Desk) -> None:
    context = desk.process()
    seen: list[object] = []

    def looks() -> dict[str, Any]:
        seen.append(steps(desk))
        return desk.account.buy()

    vocode(context).outcomes = [looks]
    bought = desk.buy(context, A, area_code="415")
    assert seen == [{1: ()}]
    assert bought.number == "14155550000"
    assert bought.is_named
    assert bought.is_as_declared
    assert steps(desk) == {1: (Take("14155550000", 0, guess=False),)}
    holder = newest(desk, "14155550000")
    assert holder.claim == bought.claim
    assert holder.act == "bought"
    assert holder.owner == A
    assert holder.attempt == bought.attempt
    assert holder.account == Account(URL, ME, Keyring(KEY).mark)
    assert not holder.retained


def test_the_intent_says_all_that_others_need(desk: Desk) -> None:
    desk.account.add("12125550100")
    context = desk.process()
    body = {"area_code": "415", "inbound_agent": {"prompt": "hush"}}
    order = Order(A, {**body, "label": "hush"}, body, retained=True)
    bought = Buyer(context, order).buy()
    (attempt,) = desk.ledger.attempts().by_key.values()
    intent = attempt.intent
    assert (intent.owner, intent.window) == (A, WINDOW)
    assert intent.account == Account(URL, ME, Keyring(KEY).mark)
    assert (intent.ask.area_code, intent.ask.inbound_agent) == ("415", "inline")
    assert intent.ask.whole == Keyring(KEY).fingerprint(body)
    assert desk.ledger.lists([intent.list_id])[intent.list_id] == {"12125550100"}
    assert newest(desk, bought.number).retained


def test_no_secret_and_no_key_stands_in_the_ledger(desk: Desk) -> None:
    context = desk.process()
    body = {
        "area_code": "415",
        "telephony_account_connection": "secret-connection",
        "inbound_agent": {"prompt": "hush-hush", "voice": {"api_key": "hush-key"}},
    }
    secret = frozenset({"area_code", "telephony_account_connection"})
    Buyer(context, Order(A, body, body, secret)).buy()
    kept = str(desk.store.read(desk.store.list("")))
    for word in ("hush", "secret-connection", KEY, "'415'"):
        assert word not in kept
    (attempt,) = desk.ledger.attempts().by_key.values()
    assert attempt.intent.ask.area_code == Keyring(KEY).fingerprint("415")


def test_one_list_serves_the_purchases_of_a_minute(desk: Desk) -> None:
    context = desk.process()
    for name in "abc":
        desk.buy(context, owner(name))
    assert desk.account.lists == 1
    assert len(desk.store.list("lists/")) == 1
    desk.clock.pass_(60)
    desk.buy(context, owner("d"))
    assert desk.account.lists == 1
    desk.clock.pass_(1)
    desk.buy(context, owner("e"))
    assert desk.account.lists == 2


# Answers.


def refused(status: int = 422) -> errors.RequestError:
    return errors.RequestError(CALL, status, "no", f"answered {status}", "", "Nothing was bought.")


def unsent(*, lasting: bool = False) -> errors.NotSent:
    error = errors.NotSent(CALL, "could not reach it", "", "Nothing was bought.")
    error.lasting = lasting
    return error


def limited(after: float | None = None) -> errors.RateLimitError:
    error = errors.RateLimitError(CALL, 429, "", "answered 429", "", "Nothing was bought.")
    error.retry_after = after
    return error


def test_a_refusal_is_an_error_and_the_attempt_is_over(desk: Desk) -> None:
    context = desk.process()
    vocode(context).outcomes = [refused()]
    with pytest.raises(errors.RequestError, match="Nothing was bought"):
        desk.buy(context, A)
    assert steps(desk) == {1: (NotBought(),)}
    assert desk.buy(desk.process(), A).number == "14155550000"
    assert desk.clock.now() == 1000


@pytest.mark.parametrize("error", [unsent, limited])
def test_what_certainly_bought_nothing_is_tried_again_within_limits(
    desk: Desk, error: Callable[[], errors.CallError]
) -> None:
    context = desk.process()
    vocode(context).outcomes = [error(), error()]
    assert desk.buy(context, A).number == "14155550000"
    assert [len(one) for one in steps(desk).values()] == [1, 1, 1]
    context = desk.process()
    vocode(context).outcomes = [error() for _ in range(9)]
    with pytest.raises(type(error()), match="Nothing was bought"):
        desk.buy(context, B)
    assert len(vocode(context).sent) == 3
    assert desk.account.bought == ["14155550000"]


def test_what_will_not_go_away_is_not_tried_again(desk: Desk) -> None:
    context = desk.process()
    vocode(context).outcomes = [unsent(lasting=True)]
    with pytest.raises(errors.NotSent):
        desk.buy(context, A)
    assert len(vocode(context).sent) == 1
    assert steps(desk) == {1: (NotBought(),)}


@pytest.mark.parametrize(
    ("told", "waits"), [([None, None], 0.5 + 1), ([0.25, 0], 0.25), ([60, 60], 2)]
)
def test_who_waits_does_so_as_told_but_not_longer_than_allowed_and_before_the_next_intent(
    desk: Desk, told: list[float | None], waits: float
) -> None:
    context = desk.process()
    vocode(context).outcomes = [limited(after) for after in told]
    desk.buy(context, A)
    assert desk.clock.now() == pytest.approx(1000 + waits, abs=0.01)


def lost_and_done(desk: Desk) -> Callable[[], errors.AnswerLost]:
    def outcome() -> errors.AnswerLost:
        desk.account.buy()
        return lost()

    return outcome


def test_a_lost_answer_is_looked_for_and_what_it_bought_is_taken(desk: Desk) -> None:
    context = desk.process()
    vocode(context).outcomes = [lost_and_done(desk)]
    bought = desk.buy(context, A)
    assert bought.number == "14155550000"
    assert not bought.is_named
    assert bought.is_as_declared
    assert desk.account.bought == ["14155550000"]
    assert bought.answer["id"] == "id-14155550000"
    assert newest(desk, "14155550000").claim == bought.claim
    assert "was bought for this resource by a request whose answer was lost" in desk.said[-1]


def test_a_lost_answer_behind_which_nothing_was_done_is_waited_for_and_bought_again(
    desk: Desk,
) -> None:
    context = desk.process()
    vocode(context).outcomes = [lost()]
    assert desk.buy(context, A).is_named
    assert steps(desk) == {1: (NotBought(),), 2: (Take("14155550000", 0, guess=False),)}
    assert 1000 + WINDOW.whole <= desk.clock.now() <= 1000 + WINDOW.whole + 5
    assert "waiting up to 41 s for its number" in desk.said[0]


def test_work_that_is_done_after_the_answer_was_lost_is_taken(desk: Desk) -> None:
    context = desk.process()
    vocode(context).outcomes = [lost()]
    desk.clock.after(WINDOW.effect - 1, desk.account.buy)
    assert not desk.buy(context, A).is_named
    assert desk.account.bought == ["14155550000"]


def test_a_purchase_that_is_lost_twice_is_an_error_that_says_what_is_known(desk: Desk) -> None:
    context = desk.process()
    vocode(context).outcomes = [lost(), lost(), lost()]
    with pytest.raises(
        errors.AnswerLost, match=r"looked for the number until .* nothing was bought"
    ):
        desk.buy(context, A)
    assert len(vocode(context).sent) == 2
    assert steps(desk) == {1: (NotBought(),), 2: (NotBought(),)}
    first, second = desk.said
    assert (
        "Whether a request to buy a number for this resource was carried out is not known." in first
    )
    assert (
        "That request bought nothing. Whether the next one was carried out is not known" in second
    )


@pytest.mark.parametrize(
    "answer",
    [{}, {"number": None}, {"number": "pending"}, {"number": ["14155550100"]}, {"success": True}],
    ids=str,
)
def test_an_answer_without_a_number_is_no_answer(desk: Desk, answer: dict[str, Any]) -> None:
    context = desk.process()
    desk.clock.after(20, desk.account.buy)
    vocode(context).outcomes = [answer]
    assert desk.buy(context, A).number == "14155550000"
    assert desk.account.bought == ["14155550000"]


@pytest.mark.parametrize("spelled", ["+14155550777", "+1 (415) 555-0777", 14155550777])
def test_a_number_is_known_in_every_spelling(desk: Desk, spelled: object) -> None:
    context = desk.process()
    vocode(context).outcomes = [lambda: {**desk.account.add("14155550777"), "number": spelled}]
    assert desk.buy(context, A).number == "14155550777"
    desk.account.numbers["14155550777"]["number"] = spelled
    # In lists as well.
    assert desk.buy(desk.process(), B).number != "14155550777"
    (first, *_) = desk.store.list("lists/")
    assert desk.buy(desk.process(), owner("c")).number
    lists = [body["numbers"] for body in desk.store.read(desk.store.list("lists/")).values()]
    assert ["14155550777"] in lists, (first, lists)


def test_an_answer_that_names_a_number_that_was_there_is_no_answer(desk: Desk) -> None:
    there = desk.account.add("14155550100")
    context = desk.process()
    desk.clock.after(20, desk.account.buy)
    vocode(context).outcomes = [dict(there)]
    bought = desk.buy(context, A)
    assert bought.number == desk.account.bought[0] != "14155550100"


def test_an_answer_that_repeats_a_number_of_this_minute_is_no_answer(desk: Desk) -> None:
    context = desk.process()
    first = desk.buy(context, A)
    desk.clock.after(20, desk.account.buy)
    vocode(context).outcomes = [dict(first.answer)]
    second = desk.buy(context, B)
    assert second.number != first.number
    assert desk.account.bought == [first.number, second.number]
    assert newest(desk, first.number).claim == first.claim


@pytest.mark.parametrize(
    "ending",
    [Cancelling("x", A, Account(URL, ME, "k")), Released(Account(URL, ME, "k"))],
    ids=["cancelled", "let go"],
)
@pytest.mark.parametrize("listed", [True, False])
def test_a_number_that_is_sold_again_is_bought(desk: Desk, ending: Any, listed: bool) -> None:
    first = desk.buy(desk.process(), B)
    assert desk.ledger.hold(first.number, 1, ending)
    context = desk.process()
    if listed:
        context.listing()
    desk.account.numbers[first.number]["active"] = False
    vocode(context).outcomes = [lambda: desk.account.add(first.number)]
    bought = desk.buy(context, A)
    assert bought.number == first.number
    assert steps(desk)[1][-1] == Take(first.number, 2, guess=False)
    assert newest(desk, first.number).claim == bought.claim
    assert desk.clock.now() == 1000


# Time.


def test_an_answer_that_comes_when_others_may_have_reckoned_with_it_is_looked_for(
    desk: Desk,
) -> None:
    context = desk.process()

    def late() -> dict[str, Any]:
        bought = desk.account.buy()
        desk.clock.pass_(WINDOW.whole)
        return bought

    vocode(context).outcomes = [late]
    assert not desk.buy(context, A).is_named
    assert desk.account.bought == ["14155550000"]


@pytest.mark.parametrize("seconds", [WINDOW.whole - 1, WINDOW.whole])
def test_a_refusal_counts_no_longer_than_that_either(desk: Desk, seconds: float) -> None:
    context = desk.process()

    def late() -> errors.CallError:
        desk.clock.pass_(seconds)
        return refused()

    vocode(context).outcomes = [late]
    with pytest.raises(errors.RequestError):
        desk.buy(context, A)
    assert steps(desk) == {1: (NotBought(),) if seconds < WINDOW.whole else ()}


class SlowLedger(Ledger):
    """It takes its time to write an intent."""

    desk: Desk
    seconds: list[float]

    def begin(self, *of: Any) -> bool:
        done = super().begin(*of)
        self.desk.clock.pass_(self.seconds.pop(0) if self.seconds else 0)
        return done


def slow(desk: Desk, *seconds: float) -> PurchasingContext:
    context = desk.process()
    ledger = SlowLedger(desk.store)
    ledger.desk, ledger.seconds = desk, list(seconds)
    context.ledger = ledger
    return context


def test_a_purchase_that_was_written_down_too_slowly_is_not_sent(desk: Desk) -> None:
    context = slow(desk, deadlines.SEND_WITHIN + 0.1)
    assert desk.buy(context, A).is_named
    assert len(vocode(context).sent) == 1
    assert steps(desk) == {1: (NotBought(),), 2: (Take("14155550000", 0, guess=False),)}
    context = slow(desk, deadlines.SEND_WITHIN)
    desk.buy(context, B)
    assert len(vocode(context).sent) == 1


def test_a_store_that_is_always_too_slow_is_an_error(desk: Desk) -> None:
    context = slow(desk, deadlines.SEND_WITHIN + 0.1, deadlines.SEND_WITHIN + 0.1)
    with pytest.raises(errors.LedgerError, match=r"takes more than 5 s.*Nothing was bought"):
        desk.buy(context, A)
    assert vocode(context).sent == []
    assert steps(desk) == {1: (NotBought(),), 2: (NotBought(),)}


def test_a_process_that_slept_behind_its_intent_finds_out_what_others_think_of_it(
    desk: Desk,
) -> None:
    context = slow(desk, WINDOW.whole)
    assert desk.buy(context, A).is_named
    assert len(vocode(context).sent) == 1
    assert steps(desk)[1] == (NotBought(),)


def test_the_request_is_handed_over_before_its_time(desk: Desk) -> None:
    context = desk.process()
    with mock.patch.object(vocode(context), "buy", wraps=vocode(context).buy) as sent:
        desk.buy(context, A)
    assert sent.call_args.kwargs == {"send_before": 1000 + WINDOW.sending}


def test_nothing_is_begun_and_nothing_sent_when_the_engine_is_gone(desk: Desk) -> None:
    desk.engine_runs = False
    context = desk.process()
    with pytest.raises(errors.EngineGone, match="Nothing was bought"):
        desk.buy(context, A)
    assert desk.store.list("") == {}
    desk.engine_runs = True

    class Dies(Ledger):
        def begin(self, *of: Any) -> bool:
            desk.engine_runs = False
            return super().begin(*of)

    context.ledger = Dies(desk.store)
    with pytest.raises(errors.EngineGone):
        desk.buy(context, A)
    assert vocode(context).sent == []
    assert steps(desk) == {1: (NotBought(),)}


# What a create meets.


def test_an_open_purchase_of_an_earlier_run_is_found(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    context = desk.process()
    bought = desk.buy(context, A)
    assert bought.number == number
    assert vocode(context).sent == []
    assert newest(desk, number).claim == bought.claim


def test_a_take_without_a_holder_is_given_one(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    number = desk.account.buy()["number"]
    desk.ledger.step(attempt, Take(number, 0, guess=False))
    bought = desk.buy(desk.process(), A)
    assert bought.number == number
    assert bought.is_named
    assert newest(desk, number).claim == bought.claim
    assert desk.account.bought == [number]


def test_a_number_that_the_state_has_is_replaced(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    desk.states.has(A, first.number, first.claim)
    again = desk.buy(desk.process(), A)
    assert again.number != first.number
    assert "is to be replaced: another number is bought" in desk.said[-1]
    # At any URN of the stack.
    desk.states.stacks.clear()
    desk.states.has(owner("renamed"), again.number, again.claim)
    number = desk.buy(desk.process(), A).number
    assert number not in (first.number, again.number)
    assert desk.said[-1] == (
        f"{again.number}, which was bought for this resource, is held by 'renamed' of this stack now: "
        "another number is bought."
    )
    # The same, where the engine has shown it.
    context = desk.process()
    context.saw_in_state(number, owner("renamed").urn)
    context.saw_in_state(number)
    assert desk.buy(context, A).number != number
    assert f"{number}, which was bought for this resource, is held by 'renamed'" in desk.said[-1]


def test_what_the_engine_shows_saves_the_asking(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    context = desk.process()
    context.saw_in_state(first.number)
    desk.states.asked.clear()
    assert desk.buy(context, A).number != first.number
    assert desk.states.asked == []
    # Another id shows nothing of this number.
    desk.states.stacks.clear()
    second = desk.ledger.attempts().newest_of(A.key)
    assert second is not None
    assert isinstance(second.newest, Take)
    context = desk.process()
    context.saw_in_state(first.number)
    assert desk.buy(context, A).number == second.newest.number


def test_a_state_without_claims_has_a_number_by_its_id(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    desk.states.has(A, first.number, None)
    assert desk.buy(desk.process(), A).number != first.number


def test_a_claim_of_another_life_of_the_number_is_none(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    desk.states.has(A, first.number, "of another ledger")
    assert desk.buy(desk.process(), A).number == first.number


def test_a_number_that_another_stack_has_was_moved(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    desk.states.has(owner("a", "prod"), first.number, first.claim)
    assert desk.buy(desk.process(), A).number != first.number
    assert "is held by a of the stack organization/calls/prod now" in desk.said[-1]


def test_a_number_that_nobody_has_is_taken_again_with_a_new_claim(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    context = desk.process()
    again = desk.buy(context, A)
    assert again.number == first.number
    assert again.claim != first.claim
    assert again.attempt == first.attempt
    holder = newest(desk, first.number)
    assert (holder.claim, holder.act, holder.attempt) == (
        again.claim,
        "taken again",
        first.attempt,
    )
    assert vocode(context).sent == []
    assert again.answer["id"] == f"id-{first.number}"
    assert "no state has it: it is taken again, and nothing is paid" in desk.said[-1]


def test_a_number_that_was_let_go_is_nobodys_business_any_more(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    desk.ledger.hold(first.number, 1, Released(Account(URL, ME, "k")))
    desk.states.asked.clear()
    assert desk.buy(desk.process(), A).number != first.number
    assert desk.states.asked == []


def test_a_number_that_is_not_in_service_any_more_is_bought_anew_and_it_is_said(
    desk: Desk,
) -> None:
    first = desk.buy(desk.process(), A)
    desk.account.numbers[first.number]["active"] = False
    assert desk.buy(desk.process(), A).number != first.number
    assert any("is not in service any more: another number is bought" in one for one in desk.said)


def test_a_number_that_is_not_known_yet_is_not_gone(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    item = desk.account.numbers.pop(first.number)
    desk.clock.after(4, lambda: desk.account.numbers.update({first.number: item}))
    assert desk.buy(desk.process(), A).number == first.number


def test_a_404_of_something_that_the_account_lists_is_no_proof(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    context = desk.process()
    with mock.patch(
        "vocode_pulumi.purchasing.buying.get_if_in_service", side_effect=lambda *_of: None
    ):
        history = desk.ledger.history(first.number)
        verdict = Buyer(context, Order(A, {}, None))._verdict_of_vocode(first.number, history)
    assert verdict == "nobody's"


def test_a_number_of_another_account_stays_there_and_one_is_bought_here(desk: Desk) -> None:
    first = desk.buy(desk.process(), A)
    elsewhere = AccountInMemory(desk.clock, user_id="somebody else")
    elsewhere.add("12125550100")
    context = desk.process(elsewhere, api_key="another key")
    bought = desk.buy(context, A)
    assert bought.number in elsewhere.bought
    assert first.number in desk.said[-1]
    assert ME in desk.said[-1]


def test_an_open_purchase_of_another_account_is_an_error_that_names_both(desk: Desk) -> None:
    desk.account.add("12125550100")
    desk.begin(desk.process(), A, account=Account(URL, ME, Keyring(KEY).mark))
    elsewhere = AccountInMemory(desk.clock, user_id="somebody else")
    elsewhere.add("12125550101")
    context = desk.process(elsewhere, api_key="another key")
    with pytest.raises(errors.OtherAccount, match=f"{ME} at .*somebody else at "):
        desk.buy(context, A)
    assert vocode(context).sent == []
    moved = desk.process(base_url="http://elsewhere")
    with pytest.raises(errors.OtherAccount, match=rf"at {URL}\. .*at http://elsewhere"):
        desk.buy(moved, A)


def test_a_new_key_of_the_same_account_is_the_same_account(desk: Desk) -> None:
    desk.account.add("12125550100")
    whose = Account(URL, ME, Keyring(KEY).mark)
    desk.begin(desk.process(), A, account=whose, listed=("12125550100",))
    number = desk.account.buy()["number"]
    assert desk.buy(desk.process(api_key="new key"), A).number == number


def test_what_another_run_has_recorded_meanwhile_is_an_error(desk: Desk) -> None:
    context = desk.process()
    context.stack_at_start(A.stack)
    other = desk.buy(desk.process(), A)
    desk.states.has(A, other.number, other.claim)
    with pytest.raises(errors.RunBesides, match=f"{other.number}.*Nothing was bought"):
        desk.buy(context, A)
    assert desk.account.bought == [other.number]


def test_what_another_run_took_and_nobody_recorded_is_taken(desk: Desk) -> None:
    context = desk.process()
    context.stack_at_start(A.stack)
    other = desk.buy(desk.process(), A)
    assert desk.buy(context, A).number == other.number


@pytest.mark.parametrize("which", ["own", "other"])
def test_a_state_that_cannot_be_read_is_an_error_with_the_way_out(desk: Desk, which: str) -> None:
    first = desk.buy(desk.process(), A)
    name = A.stack.qualified if which == "own" else "organization/calls/prod"
    desk.states.stacks[name] = StateNotReadable(name, "no permission")
    context = desk.process()
    with pytest.raises(errors.StateNotAsked) as caught:
        desk.buy(context, A)
    for words in (
        f"the state of {name} cannot be read (no permission)",
        "Nothing was bought",
        f"vocode-pulumi release {first.number}",
        f'adopt="{first.number}"',
    ):
        assert words in str(caught.value)
    assert vocode(context).sent == []
    # One that can be read and has it is enough.
    desk.states.has(owner("x", "third"), first.number, first.claim)
    if which == "other":
        assert desk.buy(desk.process(), A).number != first.number
    else:
        desk.account.numbers[first.number]["active"] = False
        assert desk.buy(desk.process(), A).number != first.number


def test_an_attempt_that_is_half_cleaned_counts_for_its_number_alone(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A, k=3)
    desk.ledger.step(attempt, NotBought())
    desk.store.delete([attempt.key.step(0)])
    desk.buy(desk.process(), A)
    assert 4 in steps(desk)


def test_two_processes_that_begin_the_same_attempt_are_one_purchase(desk: Desk) -> None:
    one, other = desk.process(), desk.process()
    bought = []

    def comes_between() -> None:
        vocode(one).on_list = lambda: None
        bought.append(desk.buy(other, A))

    vocode(one).on_list = comes_between
    assert desk.buy(one, A).number == bought[0].number
    assert desk.account.bought == [bought[0].number]


# What version 0.1 left.


def test_an_old_attempt_counts_while_the_owner_has_none_of_its_own(desk: Desk) -> None:
    old = desk.begin(desk.process(), A)
    desk.store.delete(desk.store.list("attempts/"))
    key = old.key._replace(stack="first-house", owner="nobody")
    assert desk.ledger.begin(key, old.intent)
    number = desk.account.buy()["number"]
    assert desk.buy(desk.process(), A).number == number
    # It names its number, so that a state that has it is known to have it.
    desk.states.has(A, number, None)
    second = desk.buy(desk.process(), A)
    assert second.number != number
    desk.states.stacks.clear()
    assert desk.buy(desk.process(), A).number == second.number


# What goes wrong with the ledger.


class Fails(Ledger):
    """It cannot be used at a step."""

    at: str

    def step(self, *of: Any) -> int:
        if self.at == "step":
            raise errors.LedgerError("here", "no space")
        return super().step(*of)

    def begin(self, *of: Any) -> bool:
        if self.at == "begin":
            raise errors.LedgerError("here", "no space")
        return super().begin(*of)


def test_nothing_is_bought_where_it_cannot_be_written_down(desk: Desk) -> None:
    context = desk.process()
    context.ledger = Fails(desk.store)
    context.ledger.at = "begin"
    with pytest.raises(errors.LedgerError, match="Nothing was bought"):
        desk.buy(context, A)
    assert vocode(context).sent == []


def test_what_was_bought_and_cannot_be_written_down_is_found_by_the_next_run(desk: Desk) -> None:
    context = desk.process()
    context.ledger = Fails(desk.store)
    context.ledger.at = "step"
    with pytest.raises(
        errors.LedgerError, match="14155550000 was bought, and could not be written"
    ):
        desk.buy(context, A)
    assert desk.buy(desk.process(), A).number == "14155550000"
    assert desk.account.bought == ["14155550000"]


def test_a_purchase_after_the_first_makes_four_calls_of_the_store(desk: Desk) -> None:
    context, store = desk.process(), desk.store
    desk.buy(context, A)
    with (
        mock.patch.object(store, "create", wraps=store.create) as create,
        mock.patch.object(store, "list", wraps=store.list) as listed,
    ):
        desk.buy(context, B)
    assert [call.args[0] for call in listed.call_args_list] == ["notes/"]
    kinds = [call.args[0].partition("/")[0] for call in create.call_args_list]
    assert kinds == ["attempts", "attempts", "numbers"]


def test_what_another_run_bought_since_the_first_look_is_not_bought_again(desk: Desk) -> None:
    context = desk.process()
    assert context.stack_at_start(A.stack).attempts.result().by_key == {}
    number = desk.buy(desk.process(), A).number
    assert desk.buy(context, A).number == number
    assert desk.account.bought == [number]


def test_a_list_that_fails_says_what_is_known_of_the_money(desk: Desk) -> None:
    context = desk.process()
    broken = errors.ServerError("GET /v1/numbers/list", 500, "", "answered 500", "")
    with (
        mock.patch.object(vocode(context), "list", side_effect=broken),
        pytest.raises(errors.ServerError, match="Nothing was bought"),
    ):
        desk.buy(context, A)
    desk.begin(desk.process(), A)
    context = desk.process()
    with (
        mock.patch.object(vocode(context), "list", side_effect=broken),
        pytest.raises(errors.ServerError, match=r"is not known\. Nothing more is bought"),
    ):
        desk.buy(context, A)


@pytest.mark.parametrize("items", [[{}], [{"number": None}], [{"number": ""}], [{"number": []}]])
def test_a_list_of_what_are_no_numbers_is_no_empty_account(desk: Desk, items: Any) -> None:
    context = desk.process()
    with (
        mock.patch.object(vocode(context), "list", return_value=items),
        pytest.raises(errors.UnreadableAnswer, match="Nothing was bought"),
    ):
        desk.buy(context, A)


def test_no_key_is_an_error_before_anything_else(desk: Desk) -> None:
    with pytest.raises(errors.ConfigError, match="No Vocode API key"):
        desk.buy(desk.process(api_key=None), A)
    assert desk.store.list("") == {}


# What is given where the program has changed.


def test_what_was_asked_otherwise_is_told_apart(desk: Desk) -> None:
    desk.buy(desk.process(), A, area_code="415")
    again = desk.buy(desk.process(), A, area_code="212")
    assert not again.is_as_declared
    assert desk.buy(desk.process(), A, area_code="415").is_as_declared
    # An old ledger kept no fingerprint of the whole.
    desk = Desk()
    attempt = desk.begin(desk.process(), A)
    desk.store.delete(desk.store.list("attempts/"))
    for name, inputs, is_so in (
        ("a", {"area_code": "415"}, True),
        ("b", {"area_code": "212"}, False),
        ("c", {"area_code": "415", "inbound_agent": {"prompt": "x"}}, False),
    ):
        ask = attempt.intent.ask.__class__(
            area_code="415", inbound_agent="inline" if name == "c" else None
        )
        of = owner(name)
        intent = attempt.intent.__class__(
            of, attempt.intent.account, ask, attempt.intent.list_id, WINDOW
        )
        key = attempt.key._replace(owner=of.key)
        desk.ledger.begin(key, intent)
        desk.account.buy()
        assert desk.buy(desk.process(), of, **inputs).is_as_declared is is_so, name


# What a preview says.


def test_a_preview_says_what_an_up_would_do(desk: Desk) -> None:
    def says(context: PurchasingContext | None = None) -> str | None:
        return preview_message(context or desk.process(), A)

    assert says() is None
    attempt = desk.begin(desk.process(), A)
    assert "looks for what it bought before it buys" in str(says())
    desk.ledger.step(attempt, NotBought())
    assert says() is None
    number = desk.buy(desk.process(), A).number
    claim = newest(desk, number).claim
    said = str(says())
    assert f"{number} was bought for this resource before, and no state has it" in said
    assert "if not, it buys another number" in said
    context = desk.process()
    context.saw_in_state(number)
    assert "is to be replaced" in str(says(context))
    desk.states.has(A, number, claim)
    assert f"{number} is to be replaced: `pulumi up` buys another number" in str(says())
    context.saw_in_state(number, A.urn)
    assert "is to be replaced" in str(says(context))
    context.saw_in_state(number, owner("renamed").urn)
    renamed = (
        f"{number}, which was bought for this resource, is held by 'renamed' of this stack now: "
        "`pulumi up` buys another number"
    )
    assert says(context) == renamed
    desk.states.stacks.clear()
    desk.states.has(owner("renamed"), number, claim)
    assert says() == renamed
    desk.states.stacks.clear()
    desk.states.has(owner("b", "prod"), number, claim)
    assert "is held by b of the stack organization/calls/prod now" in str(says())
    name = A.stack.qualified
    desk.states.stacks[name] = StateNotReadable(name, "no permission")
    assert "`pulumi up` would fail" in str(says())
    assert len(desk.account.bought) == 1
    assert desk.account.lists == 1


def test_a_preview_says_that_a_take_without_a_holder_is_taken(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    desk.ledger.step(attempt, Take("14155550100", 0, guess=False))
    assert preview_message(desk.process(), A) == (
        "14155550100 was bought for this resource: `pulumi up` takes it"
    )


# The account of a stack.


def test_a_new_number_of_a_stack_is_in_the_account_of_its_other_numbers(desk: Desk) -> None:
    desk.states.has(B, "12125550100", "x", account="somebody else")
    desk.account.add("14155550100")
    context = desk.process()
    with pytest.raises(errors.StackOfOtherAccount, match=f"somebody else.*of the account {ME}"):
        desk.buy(context, A)
    assert vocode(context).sent == []
    # Said to be meant.
    assert desk.buy(desk.process(account=ME), A).number in desk.account.bought
    # One of several accounts.
    desk.states.has(owner("c"), "12125550101", "y", account=ME)
    assert desk.buy(desk.process(), owner("d")).number in desk.account.bought


def test_whose_the_key_is_is_asked_only_where_it_matters(desk: Desk) -> None:
    context = desk.process()
    with mock.patch.object(vocode(context), "get", wraps=vocode(context).get) as asked:
        desk.buy(context, A)
        assert asked.call_count == 0
        # The account is empty, and the stack is not.
        desk.account.numbers.clear()
        desk.states.has(B, "12125550100", "x", account="somebody else")
        other = desk.process(api_key="new key")
        with pytest.raises(errors.StackOfOtherAccount):
            desk.buy(other, A)


def test_the_ledger_knows_the_account_of_a_stack_and_nobody_is_asked(desk: Desk) -> None:
    desk.account.add("12125550100")
    first = desk.buy(desk.process(), A)
    desk.states.has(A, first.number, first.claim)
    desk.states.asked.clear()
    desk.buy(desk.process(), B)
    assert desk.states.asked == []


def test_a_pinned_account_is_the_only_one(desk: Desk) -> None:
    context = desk.process(account="somebody else")
    with pytest.raises(errors.PinnedAccount, match=f"is somebody else.*of the account {ME}"):
        desk.buy(context, A)
    assert vocode(context).sent == []
    assert desk.store.list("attempts/") == {}


def test_a_state_that_cannot_be_read_keeps_nobody_from_a_first_purchase(desk: Desk) -> None:
    name = A.stack.qualified
    desk.states.stacks[name] = StateNotReadable(name, "no login")
    assert desk.buy(desk.process(), A).number in desk.account.bought


def test_objects_of_the_state_that_hold_no_claim_are_told_from_those_that_do() -> None:
    state = State((HeldNumber("urn", "14155550100", None, None), HeldNumber("u", "1", "c", None)))
    assert state.resource_with("14155550100", frozenset()) is not None
    assert state.resource_with("1", frozenset()) is None
    assert state.resource_with("1", frozenset({"c"})) is not None
    assert state.resource_with("2", frozenset({"c"})) is None


def test_a_holder_is_told_from_another(desk: Desk) -> None:
    first, second = desk.buy(desk.process(), A), desk.buy(desk.process(), B)
    assert isinstance(newest(desk, first.number), Holder)
    assert first.claim != second.claim

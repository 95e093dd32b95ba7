# SPDX-License-Identifier: Apache-2.0
"""Which lost purchase bought which number: the rule alone, without clock, store or HTTP."""

from typing import Any

import pytest

from tests.purchasing.pieces import ME, URL, WINDOW, keyring, owner
from vocode_pulumi.purchasing.attribution import (
    Decided,
    Decision,
    FinishTake,
    Give,
    Picture,
    TooMany,
    candidates_of,
    decide,
    fits,
    overlap,
)
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    Attempt,
    AttemptKey,
    History,
    Holder,
    Intent,
    NotBought,
    Released,
    Step,
    Take,
)

KEYS = keyring()
MINE = Account(URL, ME, KEYS.mark)
AGENT = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def ask(**traits: Any) -> Ask:
    return Ask(**traits, whole=KEYS.fingerprint(traits or None))


ANY = ask()
IN_415 = ask(area_code="415")
IN_212 = ask(area_code="212")


def attempt(
    name: str, asked: Ask = IN_415, *steps: Step, account: Account = MINE, k: int = 1
) -> Attempt:
    """An attempt whose key begins with its name, so that names are in the order of keys."""
    return Attempt(
        AttemptKey(name, "owner", k), Intent(owner(name), account, asked, "list", WINDOW), steps
    )


def held(of: Attempt, number: str) -> History:
    return History({0: Holder("claim", "bought", of.intent.owner, MINE, str(of.key))})


SOMEBODYS = History({0: Holder("claim", "adopted", owner("x"), MINE)})


class Situation:
    """A picture, made from what matters in it."""

    def __init__(self, *attempts: Attempt, numbers: str = "", **more: Any) -> None:
        self.attempts = {one.key: one for one in attempts}
        items = {number: item(number) for number in numbers.split()}
        self.listed: dict[str, dict[str, Any]] = {**items, **more.get("items", {})}
        self.histories: dict[str, History] = more.get("histories", {})
        befores = more.get("before", {})
        self.before = {
            one.key: frozenset(befores.get(one.key.stack, "").split()) for one in attempts
        }
        past = more.get("past_window", "")
        self.past_window = {
            one.key for one in attempts if past == "all" or one.key.stack in past.split()
        }
        unseen = more.get("unseen", "").split()
        self.attempts_at_list = {key for key in self.attempts if key.stack not in unseen}

    def decide(self, name: str) -> Decision:
        return decide(AttemptKey(name, "owner", 1), self.picture(), KEYS)

    def picture(self) -> Picture:
        return Picture(
            self.listed,
            self.attempts,
            self.attempts_at_list,
            self.histories,
            self.before,
            self.past_window,
        )

    def given(self, name: str) -> tuple[str, str] | str:
        """What is given to whom; or what else is decided."""
        match self.decide(name):
            case Give(to, number):
                return to.key.stack, number
            case other:
                return type(other).__name__


def item(number: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "active": True,
        "label": "",
        "inbound_agent": None,
        "telephony_provider": "vonage",
        "telephony_account_connection": None,
        **more,
    }


# A number, and what was asked for.


@pytest.mark.parametrize(
    ("asked", "number", "more", "it_fits"),
    [
        ({}, "14155550100", {}, True),
        ({}, "14155550100", {"active": False}, False),
        ({}, "14155550100", {"label": "theirs"}, False),
        ({"area_code": "415"}, "14155550100", {}, True),
        ({"area_code": "415"}, "12125550100", {}, False),
        ({"area_code": "415"}, "24155550100", {}, False),
        ({"area_code": "415"}, "44155550100", {}, False),
        ({}, "14155550100", {"telephony_provider": "twilio"}, False),
        ({}, "14155550100", {"telephony_provider": None}, True),
        ({"telephony_provider": "twilio"}, "14155550100", {"telephony_provider": "twilio"}, True),
        ({"telephony_provider": "twilio"}, "14155550100", {}, False),
        ({"telephony_provider": "vonage"}, "14155550100", {"telephony_provider": "twilio"}, False),
        (
            {"telephony_account_connection": AGENT},
            "14155550100",
            {"telephony_provider": "twilio", "telephony_account_connection": AGENT},
            True,
        ),
        (
            {"telephony_account_connection": AGENT},
            "14155550100",
            {"telephony_account_connection": {"id": AGENT}},
            True,
        ),
        (
            {"telephony_account_connection": AGENT},
            "14155550100",
            {"telephony_account_connection": OTHER},
            False,
        ),
        ({"telephony_account_connection": AGENT}, "14155550100", {}, True),
        ({"inbound_agent": AGENT}, "14155550100", {"inbound_agent": AGENT}, True),
        ({"inbound_agent": AGENT}, "14155550100", {"inbound_agent": {"id": AGENT}}, True),
        ({"inbound_agent": AGENT}, "14155550100", {"inbound_agent": OTHER}, False),
        ({"inbound_agent": AGENT}, "14155550100", {"inbound_agent": None}, False),
        ({"inbound_agent": "none"}, "14155550100", {}, True),
        ({"inbound_agent": "none"}, "14155550100", {"inbound_agent": OTHER}, False),
        ({"inbound_agent": "default"}, "14155550100", {"inbound_agent": OTHER}, True),
        ({"inbound_agent": "default"}, "14155550100", {}, True),
        ({"inbound_agent": "inline"}, "14155550100", {"inbound_agent": OTHER}, True),
        ({}, "14155550100", {"inbound_agent": OTHER}, True),
    ],
    ids=str,
)
def test_a_number_fits_what_was_asked_as_far_as_the_list_says(
    asked: dict[str, Any], number: str, more: dict[str, Any], it_fits: bool
) -> None:
    assert fits(number, item(number, **more), ask(**asked), KEYS) is it_fits


def test_a_list_of_2023_says_little_and_a_purchase_of_then_gave_an_agent_always() -> None:
    old = {"number": "14155550100", "active": True, "inbound_agent": OTHER}
    for asked in ({}, {"inbound_agent": "none"}, {"telephony_provider": "twilio"}):
        assert fits("14155550100", old, ask(**asked), KEYS)
    assert not fits("14155550100", old, ask(inbound_agent=AGENT), KEYS)
    assert fits("14155550100", {"number": "14155550100"}, ask(inbound_agent=AGENT), KEYS)


def test_a_secret_is_compared_by_its_fingerprint_where_the_key_is_the_same() -> None:
    number = "14155550100"
    elsewhere = Keyring("another key")
    for name, right, wrong, more in (
        ("area_code", "415", "212", {}),
        ("telephony_provider", "vonage", "twilio", {}),
        (
            "telephony_account_connection",
            AGENT,
            OTHER,
            {"telephony_account_connection": AGENT},
        ),
        ("inbound_agent", AGENT, OTHER, {"inbound_agent": AGENT}),
    ):
        listed = item(number, **more)
        assert fits(number, listed, Ask(**{name: KEYS.fingerprint(right)}), KEYS), name
        assert not fits(number, listed, Ask(**{name: KEYS.fingerprint(wrong)}), KEYS), name
        # What cannot be compared may be the same.
        assert fits(number, listed, Ask(**{name: elsewhere.fingerprint(wrong)}), KEYS), name


@pytest.mark.parametrize(
    ("one", "other", "they_overlap"),
    [
        ({}, {}, True),
        ({}, {"area_code": "415"}, True),
        ({"area_code": "415"}, {"area_code": "415"}, True),
        ({"area_code": "415"}, {"area_code": "212"}, False),
        ({}, {"telephony_provider": "vonage"}, True),
        ({}, {"telephony_provider": "twilio"}, False),
        ({"telephony_provider": "twilio"}, {"telephony_account_connection": AGENT}, True),
        ({}, {"telephony_account_connection": AGENT}, True),
        (
            {"telephony_account_connection": OTHER},
            {"telephony_account_connection": AGENT},
            False,
        ),
        ({"inbound_agent": AGENT}, {"inbound_agent": AGENT}, True),
        ({"inbound_agent": AGENT}, {"inbound_agent": OTHER}, False),
        ({"inbound_agent": AGENT}, {"inbound_agent": "none"}, False),
        ({"inbound_agent": AGENT}, {"inbound_agent": "inline"}, True),
        ({"inbound_agent": "none"}, {"inbound_agent": "inline"}, True),
        ({"inbound_agent": "none"}, {"inbound_agent": "default"}, True),
        ({"inbound_agent": AGENT}, {}, True),
    ],
    ids=str,
)
def test_two_purchases_overlap_where_one_number_can_be_what_either_asked_for(
    one: dict[str, Any], other: dict[str, Any], they_overlap: bool
) -> None:
    assert overlap(ask(**one), ask(**other), KEYS) is they_overlap
    assert overlap(ask(**other), ask(**one), KEYS) is they_overlap


def test_secrets_overlap_unless_they_are_known_to_differ() -> None:
    secret, elsewhere = KEYS.fingerprint("415"), Keyring("another key").fingerprint("415")
    for one, other, they_overlap in (
        (secret, secret, True),
        (secret, KEYS.fingerprint("212"), False),
        (secret, "415", True),
        (secret, "212", False),
        (elsewhere, "212", True),
        (elsewhere, KEYS.fingerprint("212"), True),
        (elsewhere, Keyring("another key").fingerprint("212"), False),
    ):
        for left, right in ((one, other), (other, one)):
            both = Ask(area_code=left), Ask(area_code=right)
            assert overlap(*both, KEYS) is they_overlap, both


# One purchase.


def test_the_only_candidate_of_the_only_purchase_is_taken_at_once() -> None:
    assert Situation(attempt("a"), numbers="14155550100").given("a") == ("a", "14155550100")


def test_what_fits_nothing_is_no_candidate() -> None:
    assert Situation(attempt("a"), numbers="12125550100").given("a") == "Wait"
    assert Situation(attempt("a"), numbers="12125550100", past_window="a").given("a") == "Nothing"


def test_what_was_there_before_is_no_candidate() -> None:
    there = Situation(
        attempt("a"), numbers="14155550100", before={"a": "14155550100"}, past_window="a"
    )
    assert there.given("a") == "Nothing"


@pytest.mark.parametrize(
    "history", [SOMEBODYS, History({0: Released(MINE)}), History({3: Released(MINE)})], ids=str
)
def test_what_the_ledger_knows_is_no_candidate(history: History) -> None:
    known = Situation(
        attempt("a"), numbers="14155550100", histories={"14155550100": history}, past_window="a"
    )
    assert known.given("a") == "Nothing"


def test_what_another_take_names_is_no_candidate_before_it_has_a_holder() -> None:
    # It was bought for something else, so that the two have nothing to do with each other.
    other = attempt("b", IN_212, Take("14155550100", 0, guess=False))
    taken = Situation(attempt("a"), other, numbers="14155550100", past_window="all")
    assert taken.given("a") == "Nothing"
    assert candidates_of(taken.attempts[other.key], taken.picture(), KEYS) == set()


def test_none_is_not_nothing_before_the_request_is_over() -> None:
    assert Situation(attempt("a")).given("a") == "Wait"
    assert Situation(attempt("a"), past_window="a").given("a") == "Nothing"


def test_more_numbers_than_purchases_are_for_a_person() -> None:
    both = Situation(attempt("a"), numbers="14155550101 14155550100", past_window="a")
    assert both.decide("a") == TooMany(("14155550100", "14155550101"))
    numbers = [f"141555501{at}" for at in range(10, 30)]
    many = Situation(attempt("a"), numbers=" ".join(reversed(numbers)), past_window="a")
    assert many.decide("a") == TooMany(tuple(numbers))


@pytest.mark.parametrize(
    ("steps", "histories"),
    [
        ([NotBought()], {}),
        ([Take("14155550100", 0, guess=False)], {"14155550100": None}),
        ([Take("14155550100", 0, guess=False)], {"14155550100": "let go"}),
    ],
    ids=["nothing", "held", "let go"],
)
def test_what_is_decided_is_decided(steps: list[Step], histories: dict[str, Any]) -> None:
    mine = attempt("a", IN_415, *steps)
    of = {
        number: History({0: held(mine, number).newest or Released(MINE)})
        if how is None
        else History({0: held(mine, number).newest or Released(MINE), 1: Released(MINE)})
        for number, how in histories.items()
    }
    assert Situation(mine, numbers="14155550101", histories=of).decide("a") == Decided()


def test_a_take_that_is_anothers_leaves_the_attempt_open() -> None:
    mine = attempt("a", IN_415, Take("14155550100", 0, guess=True))
    other = attempt("b", IN_415, Take("14155550100", 0, guess=True))
    void = Situation(
        mine,
        other,
        numbers="14155550101",
        histories={"14155550100": held(other, "14155550100")},
    )
    assert void.given("a") == ("a", "14155550101")


def test_a_take_of_a_number_that_is_sold_again_is_void_only_at_its_own_place() -> None:
    take = Take("14155550100", 1, guess=False)
    mine = attempt("a", IN_415, take)
    before = {"14155550100": History({0: Released(MINE)})}
    assert Situation(mine, histories=before).decide("a") == Decided()
    beside = Situation(attempt("b"), mine, histories=before)
    assert beside.decide("b") == FinishTake(mine, take)
    after = {"14155550100": History({0: Released(MINE), 1: Released(MINE)})}
    assert Situation(mine, histories=after, past_window="a").given("a") == "Nothing"


# Several.


def test_a_take_without_a_holder_is_completed_first_whosever_it_is() -> None:
    take = Take("14155550100", 0, guess=False)
    other = attempt("b", ANY, take)
    both = Situation(attempt("a"), other, numbers="14155550101", past_window="all")
    assert both.decide("a") == FinishTake(other, take)
    newcomer = Situation(attempt("a"), other, numbers="14155550101", past_window="all", unseen="b")
    assert newcomer.decide("a") == FinishTake(other, take)


def test_a_take_of_a_kind_that_hangs_on_ours_through_another_is_completed_first() -> None:
    take = Take("12125550100", 0, guess=False)
    other = attempt("c", IN_212, take)
    three = Situation(attempt("a", IN_415), attempt("b", ANY), other, numbers="14155550100")
    assert three.decide("a") == FinishTake(other, take)


def test_a_take_of_another_kind_or_account_is_not_ours_to_complete() -> None:
    take = Take("12125550100", 0, guess=False)
    elsewhere = Account(URL, "somebody", "else")
    for other in (attempt("b", IN_212, take), attempt("b", ANY, take, account=elsewhere)):
        both = Situation(attempt("a"), other, numbers="14155550101")
        assert both.given("a") == ("a", "14155550101")


def test_as_many_numbers_as_purchases_that_asked_the_same_are_given_at_once_each_its_own() -> None:
    both = Situation(attempt("b"), attempt("a"), numbers="14155550101 14155550100")
    assert both.given("a") == ("a", "14155550100")
    assert both.given("b") == ("b", "14155550101")


def test_fewer_numbers_than_purchases_wait_for_the_others() -> None:
    both = Situation(attempt("a"), attempt("b"), numbers="14155550100")
    assert both.given("a") == both.given("b") == "Wait"


def test_who_is_first_gets_the_number_when_all_is_over_and_the_other_has_nothing() -> None:
    both = Situation(attempt("a"), attempt("b"), numbers="14155550100", past_window="all")
    assert both.given("a") == ("a", "14155550100")
    # Whose turn it is not gives it to the other first.
    assert both.given("b") == ("a", "14155550100")


@pytest.mark.parametrize("past_window", ["", "a", "b"])
def test_nothing_is_decided_before_all_that_may_have_bought_it_are_over(
    past_window: str,
) -> None:
    both = Situation(attempt("a"), attempt("b"), numbers="14155550100", past_window=past_window)
    assert both.given("a") == both.given("b") == "Wait"
    none = Situation(attempt("a"), attempt("b"), past_window=past_window)
    assert none.given("a") == none.given("b") == "Wait"


def test_crossing_asks_wait_although_there_are_as_many_numbers() -> None:
    crossing = Situation(attempt("a", ANY), attempt("b", IN_415), numbers="14155550100 12125550100")
    assert crossing.given("a") == crossing.given("b") == "Wait"


def test_crossing_asks_are_matched_so_that_every_number_has_a_purchase() -> None:
    crossing = Situation(
        attempt("a", ANY),
        attempt("b", IN_415),
        numbers="14155550100 12125550100",
        past_window="all",
    )
    assert crossing.given("a") == ("a", "12125550100")
    assert crossing.given("b") == ("b", "14155550100")
    # The smallest number is the other's, since nothing else fits that one.
    crossing = Situation(
        attempt("a", ANY),
        attempt("b", IN_212),
        numbers="14155550100 12125550100",
        past_window="all",
    )
    assert crossing.given("a") == ("a", "14155550100")
    assert crossing.given("b") == ("b", "12125550100")


def test_a_number_is_given_to_nobody_whom_it_does_not_fit() -> None:
    crossing = Situation(
        attempt("a", IN_415), attempt("b", ANY), numbers="12125550100", past_window="all"
    )
    assert crossing.given("b") == ("b", "12125550100")
    assert crossing.given("a") == "Nothing"


def test_a_group_is_all_that_hang_together() -> None:
    # b has nothing to do with c but through a.
    three = Situation(
        attempt("a", ANY), attempt("b", IN_415), attempt("c", IN_212), past_window="a b"
    )
    assert three.given("b") == "Wait"
    three = Situation(
        attempt("a", ANY), attempt("b", IN_415), attempt("c", IN_212), past_window="all"
    )
    assert three.given("b") == "Nothing"
    two = Situation(attempt("b", IN_415), attempt("c", IN_212), past_window="b")
    assert two.given("b") == "Nothing"


def test_more_numbers_than_a_group_explains_are_for_a_person_wherever_they_fit() -> None:
    crossing = Situation(
        attempt("a", ANY),
        attempt("b", IN_415),
        numbers="12125550100 12125550101",
        past_window="all",
    )
    assert crossing.given("b") == "TooMany"
    three = Situation(
        attempt("a", ANY),
        attempt("b", IN_415),
        numbers="14155550100 14155550101 12125550100",
        past_window="all",
    )
    assert three.decide("a") == TooMany(("12125550100", "14155550100", "14155550101"))


def test_what_began_after_the_list_has_no_number_in_it() -> None:
    both = Situation(attempt("a"), attempt("b"), numbers="14155550100", unseen="b")
    assert both.given("a") == ("a", "14155550100")


def test_another_account_explains_nothing() -> None:
    elsewhere = attempt("b", account=Account(URL, "somebody", "else"))
    assert Situation(attempt("a"), elsewhere, past_window="a").given("a") == "Nothing"
    same_id = attempt("b", account=Account(URL, ME, "new key"))
    assert Situation(attempt("a"), same_id, past_window="a").given("a") == "Wait"
    same_key = attempt("b", account=Account(URL, None, KEYS.mark))
    assert Situation(attempt("a"), same_key, past_window="a").given("a") == "Wait"
    other_address = attempt("b", account=Account("http://else", ME, KEYS.mark))
    assert Situation(attempt("a"), other_address, past_window="a").given("a") == "Nothing"


def test_who_ever_guessed_is_waited_for_before_it_is_nothing() -> None:
    guesser = attempt("b", IN_415, Take("14155550100", 0, guess=True))
    histories = {"14155550100": held(guesser, "14155550100")}
    of: dict[str, Any] = {"histories": histories, "numbers": "14155550100"}
    assert Situation(attempt("a"), guesser, past_window="a", **of).given("a") == "Wait"
    assert Situation(attempt("a"), guesser, past_window="all", **of).given("a") == "Nothing"
    named = attempt("b", IN_415, Take("14155550100", 0, guess=False))
    assert Situation(attempt("a"), named, past_window="a", **of).given("a") == "Nothing"
    elsewhere = attempt("b", IN_212, Take("14155550100", 0, guess=True))
    assert Situation(attempt("a"), elsewhere, past_window="a", **of).given("a") == "Nothing"
    once = attempt(
        "b", IN_415, Take("14155550109", 0, guess=True), Take("14155550100", 0, guess=False)
    )
    assert Situation(attempt("a"), once, past_window="a", **of).given("a") == "Wait"
    # Its guess was void, and it bought nothing.
    void = attempt("b", IN_415, Take("14155550100", 0, guess=True), NotBought())
    assert Situation(attempt("a"), void, past_window="a", **of).given("a") == "Wait"
    assert Situation(attempt("a"), void, past_window="all", **of).given("a") == "Nothing"
    nothing = attempt("b", IN_415, NotBought())
    assert Situation(attempt("a"), nothing, past_window="a", **of).given("a") == "Nothing"


# Alike.


def test_what_asked_the_same_is_alike_only_if_the_lists_agree_on_what_may_be_it() -> None:
    def both(before: dict[str, str], **more: Any) -> Situation:
        numbers = "14155550100 14155550101"
        return Situation(attempt("a"), attempt("b"), numbers=numbers, before=before, **more)

    assert both({"a": "14155550109", "b": ""}).given("a") == "Wait"
    assert both({"a": "14155550109", "b": "14155550109"}).given("a") == ("a", "14155550100")
    # What fits neither, or was somebody's, tells nothing of the two.
    assert both({"a": "12125550109", "b": ""}).given("a") == ("a", "14155550100")
    known = both({"a": "14155550109", "b": ""}, histories={"14155550109": SOMEBODYS})
    assert known.given("a") == ("a", "14155550100")
    labelled = both(
        {"a": "14155550109", "b": ""}, items={"14155550109": item("14155550109", label="x")}
    )
    assert labelled.given("a") == ("a", "14155550100")


def test_what_differs_in_anything_that_was_asked_is_not_alike() -> None:
    other = Ask(area_code="415", whole=KEYS.fingerprint("something else"))
    both = Situation(attempt("a"), attempt("b", other), numbers="14155550100 14155550101")
    assert both.given("a") == "Wait"
    # An old ledger kept no fingerprint of the whole.
    unknown = Ask(area_code="415")
    both = Situation(
        attempt("a", unknown), attempt("b", unknown), numbers="14155550100 14155550101"
    )
    assert both.given("a") == "Wait"
    alone = Situation(attempt("a", unknown), numbers="14155550100")
    assert alone.given("a") == ("a", "14155550100")


def test_what_one_of_two_that_asked_the_same_says_in_clear_is_known_of_both() -> None:
    elsewhere = Keyring("another key")
    whole = elsewhere.fingerprint("the same")
    both = Situation(
        attempt("a", Ask(area_code="415", whole=whole)),
        attempt("b", Ask(area_code=elsewhere.fingerprint("415"), whole=whole)),
        numbers="14155550100 14155550101",
        before={"a": "12125550109", "b": "12125550109 13055550109"},
    )
    assert both.given("a") == ("a", "14155550100")


def test_three_are_matched_along_a_chain() -> None:
    # 415 fits a and b, 212 fits a and c, any fits a: the one free place is found by moving.
    three = Situation(
        attempt("a", ANY),
        attempt("b", IN_415),
        attempt("c", IN_212),
        numbers="12125550100 14155550100 13055550100",
        past_window="all",
    )
    assert three.given("a") == ("a", "13055550100")
    assert three.given("b") == ("b", "14155550100")
    assert three.given("c") == ("c", "12125550100")


def test_all_who_look_at_one_picture_agree() -> None:
    names = ["a", "b", "c"]
    picture = Situation(
        attempt("a", ANY),
        attempt("b", ANY),
        attempt("c", IN_415),
        numbers="14155550100 14155550101",
        past_window="all",
    )
    found = {name: picture.decide(name) for name in names}
    assert found["a"] == Give(picture.attempts[AttemptKey("a", "owner", 1)], "14155550100")
    assert found["b"] == Give(picture.attempts[AttemptKey("b", "owner", 1)], "14155550101")
    # There is no number for c, and who is first in order is helped first.
    assert found["c"] == found["a"]

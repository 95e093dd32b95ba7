# SPDX-License-Identifier: Apache-2.0
"""Purchases that somebody has to settle: what is one, and what a destroy makes of it."""

from typing import Any
from unittest import mock

import pytest

from tests.purchasing.desk import AccountInMemory, Desk, vocode
from tests.purchasing.pieces import KEY, ME, URL, keyring, owner
from vocode_pulumi.errors import LedgerError, ServerError, UnsettledPurchases
from vocode_pulumi.purchasing.buying import Bought, Buyer, Order
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    Cancelling,
    NotBought,
    Released,
    Take,
)
from vocode_pulumi.purchasing.states import StateNotReadable
from vocode_pulumi.purchasing.unsettled import (
    DestroyGate,
    Unsettled,
    ask_in_words,
    open_purchases,
    second_number,
)

A, B, THEIRS = owner("a"), owner("b"), owner("a", "prod")
N = "14155550100"
MINE = Account(URL, ME, "key")


def bought(desk: Desk, **more: Any) -> Bought:
    return Buyer(desk.process(), Order(A, {"area_code": "415"}, {"area_code": "415"}, **more)).buy()


def unsettled(desk: Desk, context: PurchasingContext | None = None) -> list[str]:
    return [str(one) for one in DestroyGate(context or desk.process(), A.stack).unsettled()]


def refused(desk: Desk, context: PurchasingContext | None = None) -> str:
    with pytest.raises(UnsettledPurchases, match="Nothing was cancelled or deleted") as caught:
        DestroyGate(context or desk.process(), A.stack).require_settled()
    assert "Settle them with `vocode-pulumi purchases`, then run the same command again." in str(
        caught.value
    )
    return str(caught.value)


def let_through(desk: Desk, context: PurchasingContext | None = None) -> None:
    DestroyGate(context or desk.process(), A.stack).require_settled()


# How it is named.


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (Ask(), "any number"),
        (Ask(area_code="415"), "area code 415"),
        (Ask(whole=keyring().fingerprint("x")), "any number"),
        (
            Ask("415", "twilio", "connection", "inline"),
            "area code 415, carrier twilio, connection connection, agent inline",
        ),
        (
            Ask(telephony_account_connection=keyring().fingerprint("hush")),
            "connection given as a secret",
        ),
    ],
)
def test_what_was_asked_for_is_said_in_words_and_without_secrets(ask: Ask, words: str) -> None:
    assert ask_in_words(ask) == words


def test_each_says_for_what_it_was_and_what_is_known(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A, area_code="415")
    assert str(Unsettled(attempt, None)) == "A purchase for a (area code 415) has no known end."
    assert (
        str(Unsettled(attempt, N)) == f"{N} was bought for a (area code 415), and no state has it."
    )


# Without an end.


def test_open_and_void_purchases_have_no_end_and_are_in_the_order_of_their_keys(
    desk: Desk,
) -> None:
    desk.hold(N, B)
    open_, void = desk.begin(desk.process(), A), desk.begin(desk.process(), B)
    desk.ledger.step(void, Take(N, 0, guess=True))
    desk.ledger.step(desk.begin(desk.process(), owner("nothing")), NotBought())
    unheld = Take("12125550100", 0, guess=True)
    desk.ledger.step(desk.begin(desk.process(), owner("unheld")), unheld)
    desk.buy(desk.process(), owner("held"))
    found = open_purchases(desk.process(), desk.ledger.attempts())
    assert [one.attempt.key for one in found] == sorted([open_.key, void.key])
    assert {one.number for one in found} == {None}


# Bought besides.


def besides(desk: Desk, number: str) -> str | None:
    return second_number(desk.process(), A, desk.ledger.attempts(), number)


def test_a_number_that_no_state_has_was_bought_besides_the_one_that_it_has(desk: Desk) -> None:
    other = bought(desk)
    assert besides(desk, "12125550100") == other.number
    # The one that the state has is no other.
    assert besides(desk, other.number) is None
    assert second_number(desk.process(), B, desk.ledger.attempts(), "12125550100") is None


def test_one_that_has_no_holder_yet_is_one_too(desk: Desk) -> None:
    desk.account.add(N)
    desk.ledger.step(desk.begin(desk.process(), A), Take(N, 0, guess=False))
    assert besides(desk, "12125550100") == N


def test_one_that_is_not_in_service_any_more_is_none(desk: Desk) -> None:
    other = bought(desk)
    assert besides(desk, "12125550100") == other.number
    desk.account.numbers.clear()
    assert besides(desk, "12125550100") is None


@pytest.mark.parametrize("of", [A, owner("renamed"), THEIRS], ids=["own", "renamed", "moved"])
def test_one_that_a_state_has_is_none(desk: Desk, of: Any) -> None:
    other = bought(desk)
    desk.states.has(of, other.number, other.claim)
    assert besides(desk, "12125550100") is None


def test_one_that_was_let_go_or_is_open_or_nothing_is_none(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    assert besides(desk, "12125550100") is None
    desk.ledger.step(attempt, NotBought())
    assert besides(desk, "12125550100") is None
    assert desk.states.asked == []
    other = bought(desk)
    desk.ledger.hold(other.number, 1, Released(MINE))
    assert besides(desk, "12125550100") is None


def test_where_a_state_cannot_be_read_nobody_knows(desk: Desk) -> None:
    bought(desk)
    name = A.stack.qualified
    desk.states.stacks[name] = StateNotReadable(name, "no login")
    with pytest.raises(StateNotReadable, match="no login"):
        besides(desk, "12125550100")


# Before a destroy.


def test_a_stack_without_purchases_is_destroyed_and_nobody_is_asked(desk: Desk) -> None:
    let_through(desk)
    desk.begin(desk.process(), THEIRS)
    let_through(desk)
    assert desk.states.asked == []


def test_a_purchase_without_an_end_is_in_the_way(desk: Desk) -> None:
    desk.begin(desk.process(), A, area_code="415")
    assert "A purchase for a (area code 415) has no known end." in refused(desk)


def test_a_number_that_no_state_has_is_in_the_way_until_it_is_settled(desk: Desk) -> None:
    one = bought(desk)
    line = f"{one.number} was bought for a (area code 415), and no state has it."
    assert line in refused(desk)
    assert unsettled(desk) == [line]
    desk.ledger.hold(one.number, 1, Released(MINE))
    let_through(desk)


def test_a_number_without_a_holder_is_in_the_way(desk: Desk) -> None:
    number = desk.account.buy()["number"]
    desk.ledger.step(desk.begin(desk.process(), A), Take(number, 0, guess=False))
    assert f"{number} was bought for a (any number)" in refused(desk)


@pytest.mark.parametrize("of", [A, owner("renamed"), THEIRS], ids=["own", "renamed", "moved"])
def test_a_number_that_a_state_has_is_not(desk: Desk, of: Any) -> None:
    one = bought(desk)
    desk.states.has(of, one.number, one.claim)
    let_through(desk)
    desk.states.stacks.clear()
    desk.states.has(of, one.number, "of another life")
    refused(desk)


def test_a_number_that_is_cancelled_or_gone_is_not(desk: Desk) -> None:
    one = bought(desk)
    desk.account.numbers[one.number]["active"] = False
    let_through(desk)
    desk.account.numbers[one.number]["active"] = True
    refused(desk)
    desk.ledger.hold(one.number, 1, Cancelling(one.claim, A, MINE))
    let_through(desk)


def test_that_it_is_gone_is_believed_of_its_own_account_alone(desk: Desk) -> None:
    one = bought(desk)
    elsewhere = AccountInMemory(desk.clock, user_id="somebody else")
    assert one.number in refused(desk, desk.process(elsewhere, api_key="another key"))
    # A new key of the same account is a key of the account.
    same = AccountInMemory(desk.clock)
    let_through(desk, desk.process(same, api_key="another key"))


def test_a_number_without_a_holder_is_of_the_account_that_bought_it(desk: Desk) -> None:
    theirs = Account(URL, "somebody else", Keyring("another key").mark)
    attempt = desk.begin(desk.process(), A, account=theirs)
    desk.ledger.step(attempt, Take(N, 0, guess=False))
    assert N in refused(desk)
    mine = desk.begin(desk.process(), B, account=Account(URL, None, Keyring(KEY).mark))
    desk.ledger.step(mine, Take("12125550100", 0, guess=False))
    assert "12125550100" not in refused(desk)


def test_where_vocode_cannot_be_asked_it_is_not_known_to_be_gone(desk: Desk) -> None:
    one = bought(desk)
    context = desk.process()
    broken = ServerError("GET /v1/numbers", 500, "", "answered 500", "")
    with mock.patch.object(vocode(context), "get", side_effect=broken):
        assert (
            f"{one.number} was bought for a (area code 415), and no state has it. Whether it is still in "
            "service is not known: GET /v1/numbers answered 500. Settle them"
        ) in refused(desk, context)


def test_a_number_that_stays_on_purpose_gives_a_line_and_is_not_in_the_way(desk: Desk) -> None:
    one = bought(desk, retained=True)
    let_through(desk)
    assert desk.said[-1] == (
        f"{one.number} was bought for a (area code 415), and no state has it. It stays in the "
        "account (retain_on_delete)."
    )
    # Of what is not retained it says nothing of that kind.
    desk.begin(desk.process(), B)
    desk.said.clear()
    assert one.number not in refused(desk)
    assert len(desk.said) == 1


@pytest.mark.parametrize("which", [A.stack.qualified, "organization/calls/prod"])
def test_where_a_state_cannot_be_read_only_what_has_no_end_is_in_the_way(
    desk: Desk, which: str
) -> None:
    bought(desk)
    desk.states.stacks[which] = StateNotReadable(which, "no permission")
    let_through(desk)
    assert desk.said[-1] == (
        "Whether a state has what was bought for this stack was not looked at: the state of "
        f"{which} cannot be read (no permission). `vocode-pulumi purchases` lists it."
    )
    desk.begin(desk.process(), B)
    text = refused(desk)
    assert "A purchase for b" in text
    assert "was bought" not in text


def test_where_all_can_be_read_nothing_is_said(desk: Desk) -> None:
    one = bought(desk)
    desk.states.has(A, one.number, one.claim)
    desk.said.clear()
    let_through(desk)
    assert desk.said == []


def test_what_ends_while_the_state_is_read_has_ended(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A)
    real = desk.states.own

    def own(stack: Any) -> Any:
        if not ended:
            ended.append(desk.ledger.step(attempt, NotBought()))
        return real(stack)

    ended: list[int] = []
    with mock.patch.object(desk.states, "own", own):
        let_through(desk)
    assert ended == [1]


def test_all_of_it_is_said_at_once(desk: Desk) -> None:
    one = bought(desk)
    desk.begin(desk.process(), B)
    text = refused(desk)
    assert "A purchase for b (any number) has no known end." in text
    assert f"{one.number} was bought for a" in text


def test_what_version_0_1_left_is_in_the_way_too(desk: Desk) -> None:
    old = desk.begin(desk.process(), A)
    desk.store.delete(desk.store.list("attempts/"))
    desk.ledger.begin(old.key._replace(stack="first-house", owner="nobody"), old.intent)
    assert "A purchase for a" in refused(desk)


def test_a_ledger_that_cannot_be_read_is_an_error(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    broken = LedgerError("here", "no permission")
    with (
        mock.patch.object(Ledger, "histories", side_effect=broken),
        pytest.raises(LedgerError, match="no permission"),
    ):
        let_through(desk)

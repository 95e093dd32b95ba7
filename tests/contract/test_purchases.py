# SPDX-License-Identifier: Apache-2.0
"""A purchase over HTTP: every answer that it may get, with and without the work done behind it."""

import json
import math
import os
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.contract.test_client import client
from vocode_pulumi import errors
from vocode_pulumi.ledger import Ledger
from vocode_pulumi.purchases import Purchases, asked_in
from vocode_pulumi.sandbox import Sandbox

BUY = {"method": "POST", "path": "/v1/numbers/buy"}
LIST = {"method": "GET", "path": "/v1/numbers/list"}
VOICE = {"type": "voice_vocode", "voice_id": "joe"}

UNKNOWN: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502": {"status": 502, "body": "<html>Bad gateway</html>"},
    "503": {"status": 503, "headers": {"Retry-After": "0"}},
    "504": {"status": 504},
    "201": {"status": 201, "body": {}},
    "not JSON": {"status": 200, "body": "<html>"},
    "not an object": {"status": 200, "body": []},
    "no number": {"status": 200, "body": {"id": "x", "active": True}},
    "an empty number": {"status": 200, "body": {"number": ""}},
    "no digits": {"status": 200, "body": {"number": "pending"}},
    "as deep as it goes": {"status": 200, "body": "[" * 99_999},
    "302": {"status": 302, "headers": {"Location": "/v1/numbers"}},
    "303": {"status": 303, "headers": {"Location": "/v1/numbers"}},
    "a redirect to nowhere": {"status": 301, "headers": {"Location": "http://[::1"}},
    "307": {"status": 307, "headers": {"Location": "/v1/numbers/buy"}},
    "408": {"status": 408},
    "409": {"status": 409},
    "reset": {"close": "before"},
    "no answer in time": {"wait": 2},
}
"""Answers that do not say whether a number was bought."""


def buyer(account: Sandbox, **settings: Any) -> Purchases:
    """A process of its own, as far as purchases can tell."""
    return Purchases(client(account, **{"read_timeout": 1, "connect_timeout": 1, **settings}))


def sent(account: Sandbox) -> int:
    """How often a purchase was asked for."""
    return sum(one["path"] == BUY["path"] for one in account.requests())


def listed(account: Sandbox) -> int:
    """How often the account's numbers were listed."""
    return sum(one["path"].startswith(LIST["path"]) for one in account.requests())


def bought(account: Sandbox) -> list[str]:
    return [one["number"] for one in account.purchases() if not one["stranger"]]


def lose(account: Sandbox, purchases: Purchases, urn: str = "a", body: Any = None) -> None:
    """A purchase that did nothing, and whose answer was lost."""
    account.fault(**BUY, close="before")
    with pytest.raises(errors.UnfinishedPurchase):
        purchases.buy(urn, body)


@pytest.mark.parametrize("fault", UNKNOWN.values(), ids=UNKNOWN)
def test_a_lost_purchase_that_did_nothing_is_sent_again_by_the_next_run_alone(
    account: Sandbox, fault: dict[str, Any]
) -> None:
    if "wait" in fault:
        # No answer in time, and no work either.
        fault = {**fault, "status": 500}
    account.fault(**BUY, **fault)
    with pytest.raises(errors.UnfinishedPurchase, match="Whether a number was bought is not known"):
        buyer(account).buy("a", None)
    assert sent(account) == 1
    number = buyer(account).buy("a", None).answer["number"]
    assert bought(account) == [number]
    assert sent(account) == 2


@pytest.mark.parametrize(
    "fault",
    [{"close": "after"}, {"cut": True}, {"delay": 2}, *UNKNOWN.values()],
    ids=["reset", "cut", "no answer in time", *(f"{name}, done" for name in UNKNOWN)],
)
def test_a_lost_purchase_that_worked_is_found_and_not_sent_again(
    account: Sandbox, fault: dict[str, Any]
) -> None:
    account.call("POST", BUY["path"])
    account.clear_requests()
    if fault == {"close": "before"}:
        fault = {"close": "after"}
    account.fault(**BUY, **({"work": True, **fault} if "status" in fault else fault))
    number = buyer(account, settle_seconds=5).buy("a", None).answer["number"]
    assert sent(account) == 1
    assert bought(account)[1:] == [number]


@pytest.mark.parametrize("status", [502, 503, 504, "reset"])
def test_work_that_is_done_after_the_answer_was_lost_is_waited_for_by_the_next_run(
    account: Sandbox, status: int | str
) -> None:
    late = {"wait": 1.5, "work": True}
    with ThreadPoolExecutor(1) as slow:
        account.fault(**BUY, **late)
        slow.submit(account.call, "POST", BUY["path"])
        lost = {"close": "before"} if status == "reset" else {"status": status}
        waiting(lambda: account.faults() == [])
        account.fault(**BUY, **lost)
        with pytest.raises(errors.UnfinishedPurchase):
            buyer(account, read_timeout=5).buy("a", None)
        told: list[str] = []
        again = buyer(account, read_timeout=5)
        again._tell = lambda _urn, line: told.append(line)
        number = again.buy("a", None).answer["number"]
    assert bought(account) == [number]
    assert sent(account) == 2  # the slow one, and the one that was lost
    assert "may still be under way" in told[0]


def waiting(condition: Any) -> None:
    done = threading.Event()
    for _ in range(600):
        if condition():
            return
        done.wait(0.05)
    raise AssertionError("it never came to it")


def test_a_500_is_vocodes_last_word_and_nobody_waits_for_more(account: Sandbox) -> None:
    account.fault(**BUY, status=500)
    with pytest.raises(errors.UnfinishedPurchase):
        buyer(account, read_timeout=600).buy("a", None)
    told: list[str] = []
    again = buyer(account, read_timeout=600)
    again._tell = lambda _urn, line: told.append(line)
    assert again.buy("a", None).answer["number"]
    assert told == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 400, "body": {"detail": "no"}}, errors.RequestError),
        ({"status": 401, "body": {"detail": "no"}}, errors.AuthenticationError),
        ({"status": 402, "body": {"detail": "no"}}, errors.PlanError),
        ({"status": 403, "body": {"detail": "no"}}, errors.AuthenticationError),
        ({"status": 403, "body": {"detail": "upgrade your plan"}}, errors.PlanError),
        ({"status": 404, "body": {"detail": "no"}}, errors.NotFoundError),
        ({"status": 410, "body": {"detail": "no"}}, errors.RequestError),
        ({"status": 418, "body": "a teapot"}, errors.RequestError),
        ({"status": 422, "body": {"detail": [{"loc": ["a"], "msg": "b"}]}}, errors.RequestError),
    ],
    ids=str,
)
def test_a_purchase_that_was_refused_leaves_no_row(
    account: Sandbox, fault: dict[str, Any], error: type[errors.CallError]
) -> None:
    account.fault(**BUY, times=9, **fault)
    refused = buyer(account)
    with pytest.raises(error, match="Nothing was bought"):
        refused.buy("a", None)
    assert sent(account) == 1
    assert refused.ledger.rows() == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Retry-After": "3600"}, {"Retry-After": "0"}, {"Retry-After": "soon"}],
    ids=str,
)
def test_a_rate_limited_purchase_is_sent_again_within_limits(
    account: Sandbox, headers: dict[str, str]
) -> None:
    account.fault(**BUY, status=429, times=2, headers=headers)
    number = buyer(account).buy("a", None).answer["number"]
    assert sent(account) == 3
    account.fault(**BUY, status=429, times=9, headers=headers)
    limited = buyer(account, max_retries=2)
    with pytest.raises(errors.RateLimitError, match="Nothing was bought"):
        limited.buy("b", None)
    assert sent(account) == 6
    assert [row.name for row in limited.ledger.rows()] == ["a"]
    assert bought(account) == [number]


def test_a_purchase_that_never_left_is_sent_again_within_limits(account: Sandbox) -> None:
    one = buyer(account)
    one.buy("warm", None)
    account.kill()
    with pytest.raises(errors.NotSent, match=r"connection refused.*Nothing was bought"):
        one.buy("a", None)
    assert [row.name for row in one.ledger.rows()] == ["warm"]
    account.restart()
    assert one.buy("a", None).answer["number"] in bought(account)


def test_a_list_that_fails_says_what_is_known_of_the_money(account: Sandbox) -> None:
    account.fault(**LIST, status=500, times=9)
    with pytest.raises(errors.ServerError, match="Nothing was bought"):
        buyer(account, max_retries=0).buy("a", None)
    account.clear_faults()
    account.fault(**BUY, status=504)
    account.fault(**LIST, status=500, after=1)
    with pytest.raises(errors.ServerError, match="bought a number is not known"):
        buyer(account, max_retries=0).buy("a", None)


def test_a_number_that_appears_late_in_lists_is_waited_for(account: Sandbox) -> None:
    account.fault(**BUY, close="after", unlisted=1.5)
    number = buyer(account, settle_seconds=20).buy("a", None).answer["number"]
    assert bought(account) == [number]


# Other purchases, meanwhile.


def test_somebody_elses_purchase_of_another_kind_is_never_taken(account: Sandbox) -> None:
    strangers = [
        {"area_code": "212"},
        {"telephony_provider": "twilio"},
        {"inbound_agent": "default"},
    ]
    ours = {"area_code": "415", "inbound_agent": {"prompt": {"content": "x"}, "voice": VOICE}}
    purchases = buyer(account)
    lose(account, purchases, body=ours)
    for body in strangers:
        account.call("POST", BUY["path"], body)
    labelled = account.call("POST", BUY["path"], ours)["number"]
    account.call("POST", "/v1/numbers/update", {"label": "theirs"}, phone_number=labelled)
    before = set(bought(account))
    assert buyer(account).buy("a", ours).answer["number"] not in before


def test_several_candidates_are_named_and_none_is_taken(account: Sandbox) -> None:
    account.fault(**BUY, close="after", strangers=1)
    one = buyer(account)
    with pytest.raises(errors.AmbiguousPurchase) as caught:
        one.buy("a", None)
    everything = sorted(one["number"] for one in account.purchases())
    assert caught.value.candidates == everything
    assert len(everything) == 2
    for digits in everything:
        assert digits in str(caught.value)
    assert "purchases forget 'a'" in str(caught.value)
    with pytest.raises(errors.AmbiguousPurchase):
        buyer(account).buy("a", None)
    assert sent(account) == 1
    one.taken_over("a", everything[1])
    assert one.ledger.rows() == []


def test_an_agent_tells_our_number_from_somebody_elses(account: Sandbox) -> None:
    ours, theirs = (
        {"inbound_agent": {"prompt": {"content": text}, "voice": VOICE}} for text in ("we", "they")
    )
    account.fault(**LIST, status=500, after=1)
    account.fault(**BUY, close="after")
    with pytest.raises(errors.ServerError):
        buyer(account, max_retries=0).buy("a", ours)
    (mine,) = bought(account)
    account.call("POST", BUY["path"], theirs)
    assert buyer(account).buy("a", ours).answer["number"] == mine


def test_a_number_whose_agent_is_another_is_an_error_and_not_taken(account: Sandbox) -> None:
    ours, theirs = (
        {"inbound_agent": {"prompt": {"content": text}, "voice": VOICE}} for text in ("we", "they")
    )
    purchases = buyer(account)
    lose(account, purchases, body=ours)
    other = account.call("POST", BUY["path"], theirs)["number"]
    with pytest.raises(errors.AmbiguousPurchase, match="another agent") as caught:
        buyer(account).buy("a", ours)
    assert caught.value.candidates == [other]
    assert sent(account) == 2
    purchases.ledger.drop(purchases.owner("a"))
    assert buyer(account).buy("a", ours).answer["number"] != other


def test_a_number_that_another_stack_is_known_to_hold_is_no_candidate(account: Sandbox) -> None:
    one = buyer(account)
    lose(account, one, "a")
    theirs = buyer(account).buy("b", None).answer["number"]
    buyer(account).known("b", theirs)
    ours = one.buy("a", None).answer["number"]
    assert ours != theirs
    one.known("a", ours)
    assert one.ledger.rows() == []


def test_a_number_that_left_the_ledger_since_the_list_was_shared_is_no_candidate(
    account: Sandbox,
) -> None:
    one, other = buyer(account), buyer(account)
    one.buy("first", None)
    theirs = other.buy("b", None).answer["number"]
    other.known("b", theirs)
    lose(account, one, "a")
    assert one.buy("a", None).answer["number"] != theirs


def test_lost_purchases_of_several_kinds_are_each_given_a_number_that_fits(
    account: Sandbox,
) -> None:
    bodies: dict[str, Any] = {
        "any": None,
        "415": {"area_code": "415"},
        "212": {"area_code": "212"},
        "a": {"inbound_agent": {"prompt": {"content": "a"}, "voice": VOICE}},
        "b": {"inbound_agent": {"prompt": {"content": "b"}, "voice": VOICE}},
    }
    one = buyer(account)
    for urn, body in bodies.items():
        begin(one, urn, body)
        account.call("POST", BUY["path"], body)
    found = {urn: buyer(account).buy(urn, body).answer for urn, body in bodies.items()}
    assert sorted(answer["number"] for answer in found.values()) == sorted(bought(account))
    for area in ("415", "212"):
        assert found[area]["number"].startswith(f"1{area}")
    for urn in ("a", "b"):
        assert found[urn]["inbound_agent"]["prompt"]["content"] == urn


def begin(purchases: Purchases, urn: str, body: Any) -> None:
    """A row as a killed purchase leaves it; the request is over."""
    owner, asked = purchases.owner(urn), asked_in(body)
    waiting(
        lambda: (
            purchases.ledger.begin(
                owner, asked, purchases._snapshot(math.inf), set(), time.time(), None
            )
            is None
        )
    )


def test_one_list_serves_many_purchases(account: Sandbox) -> None:
    one = buyer(account)
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda at: one.buy(f"u{at}", None).answer["number"], range(8)))
    assert numbers == set(bought(account))
    assert len(numbers) == sent(account) == 8
    assert len(account.requests()) == 9  # and one list


def test_an_old_purchase_without_an_end_explains_no_number_of_today(account: Sandbox) -> None:
    one = buyer(account)
    begin(one, "abandoned", None)
    with one.ledger._open() as db:
        db.execute("UPDATE purchases SET at = at - 60, over = over - 60")
    account.fault(**BUY, close="after", strangers=1)
    with pytest.raises(errors.AmbiguousPurchase):
        one.buy("a", None)


def test_what_came_after_the_list_of_a_later_purchase_is_not_an_earlier_ones(
    account: Sandbox,
) -> None:
    one = buyer(account)
    begin(one, "earlier", None)
    with one.ledger._open() as db:
        db.execute("UPDATE purchases SET at = at - 60, over = over - 60")
    begin(one, "later", None)
    strangers = [account.call("POST", BUY["path"])["number"] for _ in range(2)]
    assert buyer(account).buy("earlier", None).answer["number"] not in strangers
    with pytest.raises(errors.AmbiguousPurchase) as caught:
        buyer(account).buy("later", None)
    assert caught.value.candidates == sorted(strangers)
    assert sent(account) == 3


def test_a_later_purchase_of_another_account_says_nothing_of_an_earlier_ones_number(
    account: Sandbox,
) -> None:
    account.call("POST", BUY["path"])
    one = buyer(account)
    begin(one, "earlier", None)
    number = account.call("POST", BUY["path"])["number"]
    begin(one, "later", None)
    with one.ledger._open() as db:
        db.execute("UPDATE purchases SET at = at - 60, over = over - 60 WHERE urn = 'earlier'")
        db.execute("UPDATE purchases SET account = 'x', before = '[]' WHERE urn = 'later'")
    assert buyer(account).buy("earlier", None).answer["number"] == number


@pytest.mark.parametrize(
    "body",
    [{"status": "maintenance"}, [], {"items": "x"}, {"items": [{}]}, {"items": [1]}],
    ids=str,
)
def test_a_list_that_is_none_is_no_empty_account(account: Sandbox, body: Any) -> None:
    account.fault(**LIST, body=body)
    with pytest.raises(errors.UnreadableAnswer, match=r"GET /v1/numbers/list.*Nothing was bought"):
        buyer(account).buy("a", None)
    account.fault(**BUY, close="after", unlisted=1)
    with pytest.raises(errors.UnfinishedPurchase):
        buyer(account).buy("a", None)
    account.fault(**LIST, body=body)
    with pytest.raises(errors.UnreadableAnswer, match="is not known"):
        buyer(account).buy("a", None)
    assert sent(account) == 1


def test_a_person_says_which_number_it_was(account: Sandbox) -> None:
    account.fault(**BUY, close="after", strangers=1)
    one = buyer(account)
    with pytest.raises(errors.AmbiguousPurchase):
        one.buy("a", None)
    (ours,) = bought(account)
    with pytest.raises(errors.VocodeError, match="no active number 14155550100"):
        one.settle(one.owner("a"), "14155550100")
    one.settle(one.owner("a"), ours)
    with pytest.raises(errors.VocodeError, match="another resource's"):
        one.settle(one.owner("b"), ours)
    assert buyer(account).buy("a", None).answer["number"] == ours


def test_what_replaces_a_number_is_not_that_number(account: Sandbox) -> None:
    old = buyer(account).buy("a", None).answer["number"]
    one = buyer(account)
    with mock.patch.object(
        Ledger, "known", side_effect=errors.LedgerError(one.ledger.path, OSError())
    ):
        one.known("a", old)
    assert [row.number for row in one.ledger.rows()] == [old]
    assert one.buy("a", None).answer["number"] != old


def test_a_number_that_was_bought_besides_is_told_of(account: Sandbox) -> None:
    one = buyer(account)
    old = one.buy("a", None).answer["number"]
    assert one.known("a", old) is None
    new = one.buy("a", None).answer["number"]
    assert one.known("a", old) == new


# How many.


@pytest.mark.parametrize("there", [0, 2])
def test_no_purchase_takes_the_account_over_its_most(account: Sandbox, there: int) -> None:
    for _ in range(there):
        account.call("POST", BUY["path"])
    most = there + 2

    def attempt(at: int) -> bool:
        try:
            buyer(account, max_numbers=most).buy(f"u{at}", None)
        except errors.TooManyNumbers:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = [*pool.map(attempt, range(6))]
    assert done.count(True) == 2
    assert len(account.purchases()) == most


def test_none_at_all_may_be_bought(account: Sandbox) -> None:
    with pytest.raises(errors.TooManyNumbers, match=r"vocode:maxNumbers.*Nothing was bought"):
        buyer(account, max_numbers=0).buy("a", None)
    assert sent(account) == 0


def test_a_purchase_without_a_known_end_counts_and_a_released_number_does_not(
    account: Sandbox,
) -> None:
    one = buyer(account, max_numbers=1)
    lose(account, one, "a")
    with pytest.raises(errors.TooManyNumbers):
        one.buy("b", None)
    number = one.buy("a", None).answer["number"]
    one.known("a", number)
    account.call("POST", "/v1/numbers/cancel", phone_number=number)
    assert one.buy("b", None).answer["number"]


# The ledger.


def test_a_number_of_an_earlier_run_is_taken_while_it_is_in_service(account: Sandbox) -> None:
    number = buyer(account).buy("a", None).answer["number"]
    assert buyer(account).buy("a", None).answer["number"] == number
    account.call("POST", "/v1/numbers/cancel", phone_number=number)
    assert buyer(account).buy("a", None).answer["number"] != number
    assert sent(account) == 2


def test_a_number_that_is_answered_404_all_the_time_but_listed_is_not_gone(
    account: Sandbox,
) -> None:
    number = buyer(account).buy("a", None).answer["number"]
    account.fault(path="/v1/numbers", status=404, times=99)
    with pytest.raises(errors.UnreadableAnswer, match=f"404 for {number}.*nothing is bought again"):
        buyer(account).buy("a", None)
    assert sent(account) == 1


def test_a_number_that_cannot_be_read_at_once_is_not_gone(account: Sandbox) -> None:
    number = buyer(account).buy("a", None).answer["number"]
    account.fault(path="/v1/numbers", status=404, times=2)
    assert buyer(account, settle_seconds=20).buy("a", None).answer["number"] == number
    assert sent(account) == 1


def test_what_was_asked_by_the_run_that_bought_is_told(account: Sandbox) -> None:
    buyer(account).buy("a", {"area_code": "415"})
    assert buyer(account).buy("a", {"area_code": "212"}).asked == {"area_code": "415"}


def test_the_old_number_of_a_replacement_does_not_end_the_purchase_of_the_new_one(
    account: Sandbox,
) -> None:
    one = buyer(account)
    old = one.buy("a", {"area_code": "415"}).answer["number"]
    one.known("a", old)
    begin(one, "a", {"area_code": "212"})
    new = account.call("POST", BUY["path"], {"area_code": "212"})["number"]
    later = buyer(account)
    later.known("a", old)
    assert later.buy("a", {"area_code": "212"}).answer["number"] == new


def test_looking_at_a_number_does_not_end_its_purchase(account: Sandbox) -> None:
    one = buyer(account)
    number = one.buy("a", None).answer["number"]
    one.seen("somebody-who-looks", number)
    assert [row.number for row in one.ledger.rows()] == [number]
    one.seen("a", number)
    assert one.ledger.rows() == []


def test_a_row_that_could_not_take_its_number_ends_when_the_engine_shows_it(
    account: Sandbox,
) -> None:
    one = buyer(account)
    begin(one, "a", None)
    number = account.call("POST", BUY["path"])["number"]
    buyer(account).known("a", number)
    assert one.ledger.rows() == []


@pytest.mark.parametrize("there", [0, 1])
@pytest.mark.parametrize("here", [0, 1])
def test_the_key_of_another_account_resolves_nothing(
    account: Sandbox, tmp_path: Path, here: int, there: int
) -> None:
    for _ in range(here):
        account.call("POST", BUY["path"])
    lose(account, buyer(account), "a")
    path = account.data / "purchases.sqlite"
    with Sandbox(tmp_path / "other", api_key="other-key") as other:
        for _ in range(there):
            other.call("POST", BUY["path"])
        mistaken = buyer(other, ledger=path)
        (row,) = mistaken.ledger.rows()
        with mistaken.ledger._open() as db:
            db.execute("UPDATE purchases SET api = ?", (other.url,))
        with pytest.raises(errors.OtherAccount, match="Nothing was bought"):
            mistaken.buy(row.owner.urn, None)
        assert len(other.purchases()) == there


def test_a_number_that_was_there_before_was_not_bought(account: Sandbox) -> None:
    there = account.call("POST", BUY["path"])
    account.fault(**BUY, work=True, status=200, body=there)
    first = buyer(account).buy("a", None).answer["number"]
    assert first != there["number"]


def test_a_number_that_was_bought_in_this_run_is_not_bought_again(account: Sandbox) -> None:
    purchases = buyer(account)
    first = purchases.buy("a", None).answer
    account.fault(**BUY, status=200, body=first)
    with pytest.raises(errors.UnfinishedPurchase, match=f"{first['number']}, which was bought"):
        purchases.buy("b", None)


def test_a_number_that_was_released_may_be_bought_again(account: Sandbox) -> None:
    purchases = buyer(account)
    first = purchases.buy("a", None).answer
    purchases.known("a", first["number"])
    purchases.released(first["number"])
    account.fault(**BUY, status=200, body=first)
    assert purchases.buy("b", None).answer == first


def test_a_number_that_was_released_is_looked_for_again(account: Sandbox) -> None:
    number = account.call("POST", BUY["path"])["number"]
    purchases = buyer(account)
    purchases.known("a", number)
    account.call("POST", "/v1/numbers/cancel", phone_number=number)
    purchases.released(number)
    lose(account, purchases, "b")
    (row,) = purchases.ledger.rows()
    assert number not in row.before


def test_a_process_that_slept_is_waited_for_from_its_request_on(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchases, slept, now = buyer(account), 0.0, time.time
    begin = purchases.ledger.begin

    def falls_asleep(*of: Any) -> float | None:
        nonlocal slept
        lacking, slept = begin(*of), 30.0
        return lacking

    monkeypatch.setattr(purchases.ledger, "begin", falls_asleep)
    monkeypatch.setattr(time, "time", lambda: now() + slept)
    before = now()
    lose(account, purchases)
    (row,) = purchases.ledger.rows()
    assert row.over >= before + slept + 2


def test_the_ledger_is_its_owners_alone_and_holds_no_credential(account: Sandbox) -> None:
    one = buyer(account)
    one.ledger.path.parent.mkdir(exist_ok=True)
    one.ledger.path.touch(mode=0o644)
    voice = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    lose(account, one, body={"inbound_agent": {"prompt": {"content": "secret"}, "voice": voice}})
    for file in account.data.glob("purchases.sqlite*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        content = file.read_bytes()
        for word in (b"hidden-key", b"secret", account.api_key.encode()):
            assert word not in content


@pytest.mark.parametrize("broken", ["not a database" * 99, "SQLite format 3\0" + "x" * 4096, None])
def test_nothing_is_bought_over_a_broken_ledger_and_nothing_is_deleted(
    account: Sandbox, broken: str | None
) -> None:
    path = account.data / "broken"
    if broken is None:
        path.mkdir()
    else:
        path.write_text(broken)
    with pytest.raises(errors.LedgerError, match=r"Nothing was bought.*vocode-pulumi audit"):
        buyer(account, ledger=path).buy("a", None)
    assert account.requests() == []
    assert broken is None or path.read_text() == broken


def test_what_is_no_file_is_no_ledger_and_stays_as_it_is(account: Sandbox) -> None:
    pipe = account.data / "pipe"
    os.mkfifo(pipe, 0o644)
    with pytest.raises(errors.LedgerError, match=r"it is no file.*Nothing was bought"):
        buyer(account, ledger=pipe).buy("a", None)
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o644


def test_a_name_that_sqlite_takes_for_memory_is_a_file(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(account.data)
    number = buyer(account, ledger=Path(":memory:")).buy("a", None).answer["number"]
    assert buyer(account, ledger=Path(":memory:")).buy("a", None).answer["number"] == number


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE purchases SET before = '{'",
        "UPDATE purchases SET before = '\"x\"'",
        "UPDATE purchases SET asked = '[]'",
        "UPDATE purchases SET at = 'x'",
    ],
)
def test_a_row_that_makes_no_sense_is_a_broken_ledger(account: Sandbox, broken: str) -> None:
    one = buyer(account)
    begin(one, "a", None)
    with one.ledger._open() as db:
        db.execute(broken)
    with pytest.raises(errors.LedgerError, match="Nothing was bought"):
        one.buy("b", None)
    assert sent(account) == 0


HINDERED = """
import json, os, resource, signal, sys
from pathlib import Path
from vocode_pulumi import errors
from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.purchases import Purchases

how, url, key, ledger = sys.argv[1:]
purchases = Purchases(Client(Settings(api_key=key, base_url=url, ledger=Path(ledger))))
purchases.buy("first", None)
if how == "full":
    # What a write beyond it gets is an error, as on a disk without room.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
elif how == "read-only":
    Path(ledger).parent.chmod(0o555)
    Path(ledger).chmod(0o444)
    if os.getuid() == 0:
        os.seteuid(65534)
try:
    purchases.buy("second", None)
except errors.LedgerError as error:
    os.write(1, str(error).encode())
"""


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_nothing_is_bought_on_a_disk_that_cannot_be_written(
    account: Sandbox, tmp_path: Path, how: str
) -> None:
    folder = tmp_path / "disk"
    command = [sys.executable, "-c", HINDERED, how, account.url, account.api_key]
    done = subprocess.run(
        [*command, str(folder / "purchases.sqlite")],
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    folder.chmod(0o755)
    assert "cannot be used" in done.stdout
    assert "Nothing was bought" in done.stdout
    assert sent(account) == 1


def test_a_number_through_an_own_connection_is_found_whatever_its_carrier(
    account: Sandbox,
) -> None:
    credentials = {"twilio_account_sid": "x", "twilio_auth_token": "y"}
    connection = account.call(
        "POST",
        "/v1/account_connections/create",
        {"type": "account_connection_twilio", "credentials": credentials},
    )["id"]
    body = {"telephony_account_connection": connection}
    one = buyer(account)
    begin(one, "a", body)
    made = {**body, "telephony_provider": "twilio"}
    number = account.call("POST", BUY["path"], made)["number"]
    assert one.buy("a", body).answer["number"] == number


def test_two_processes_buy_for_one_resource_only_once(account: Sandbox) -> None:
    # A plugin that outlived its engine, and the one of the next run.
    account.fault(**BUY, delay=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(buyer(account, read_timeout=30).buy, "a", None)
        waiting(lambda: sent(account) == 1)
        second = pool.submit(buyer(account, read_timeout=30).buy, "a", None)
        numbers = {first.result().answer["number"], second.result().answer["number"]}
    assert numbers == set(bought(account))
    assert sent(account) == 1


def test_a_purchase_is_not_resolved_while_another_is_under_way(account: Sandbox) -> None:
    lose(account, buyer(account), "a")
    account.fault(**BUY, delay=1.5)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(buyer(account, read_timeout=30).buy, "b", None)
        waiting(lambda: bought(account))
        ours = buyer(account).buy("a", None).answer["number"]
        theirs = other.result().answer["number"]
    assert ours != theirs
    assert sorted(bought(account)) == sorted([ours, theirs])


def test_what_the_ledger_keeps_of_an_agent_are_digests() -> None:
    kept = asked_in({"area_code": "415", "inbound_agent": {"prompt": "hush", "voice": VOICE}})
    assert kept["area_code"] == "415"
    assert set(kept["inbound_agent"]) == {"prompt", "voice", "whole"}
    assert "hush" not in json.dumps(kept)

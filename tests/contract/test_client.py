# SPDX-License-Identifier: Apache-2.0
"""How the client asks, and what it makes of answers, over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from vocode_pulumi import errors
from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.purchases import Purchases
from vocode_pulumi.sandbox import Sandbox

BUY = {"method": "POST", "path": "/v1/numbers/buy"}


def client(account: Sandbox, **settings: Any) -> Client:
    return Client(
        Settings(
            **{
                "ledger": account.data / "purchases.sqlite",
                "settle_seconds": 0,
                "api_key": account.api_key,
                "base_url": account.url,
                "max_retry_wait": 0.01,
                **settings,
            }
        )
    )


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_and_an_update_are_tried_again(account: Sandbox, status: int) -> None:
    number = account.call("POST", "/v1/numbers/buy")["number"]
    account.clear_requests()
    account.fault(status=status, times=2)
    assert client(account).get("/v1/numbers", phone_number=number)["number"] == number
    account.fault(status=status, times=2)
    client(account).update("/v1/numbers/update", {"label": "x"}, phone_number=number)
    assert [one["status"] for one in account.requests()] == [status, status, 200] * 2


def test_retries_end_where_the_settings_say(account: Sandbox) -> None:
    account.fault(status=503, times=9)
    with pytest.raises(errors.ServerError, match="503"):
        client(account, max_retries=2).get("/v1/usage")
    assert len(account.requests()) == 3


def sent(account: Sandbox) -> int:
    """How often a purchase was asked for."""
    return sum(one["path"] == "/v1/numbers/buy" for one in account.requests())


UNKNOWN = [
    {"status": 500},
    {"status": 503, "headers": {"Retry-After": "0"}},
    {"status": 504},
    {"close": "before"},
    {"status": 200, "body": "<html>"},
    {"status": 200, "body": {}},
    {"status": 200, "body": []},
]


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
def test_a_purchase_with_an_unknown_end_is_sent_once_in_a_run(
    account: Sandbox, fault: dict[str, Any]
) -> None:
    account.fault(**BUY, times=1, **fault)
    with pytest.raises(errors.UnfinishedPurchase, match="Whether a number was bought is not known"):
        Purchases(client(account)).buy("urn", None)
    assert sent(account) == 1
    assert Purchases(client(account)).buy("urn", None)["number"]
    assert len(account.purchases()) == 1


@pytest.mark.parametrize("fault", [{"close": "after"}, {"cut": True}, *UNKNOWN], ids=str)
def test_a_number_that_was_bought_behind_a_lost_answer_is_found(
    account: Sandbox, fault: dict[str, Any]
) -> None:
    account.call("POST", "/v1/numbers/buy")
    account.clear_requests()
    account.fault(**BUY, **{**fault, **({"work": True} if "status" in fault else {})})
    if fault == {"close": "before"}:
        account.clear_faults()
    number = Purchases(client(account)).buy("urn", None)["number"]
    assert sent(account) == 1
    assert [one["number"] for one in account.purchases()][1:] == [number]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 307, "headers": {"Location": "/v1/numbers/buy"}}, errors.RequestError),
        ({"status": 400, "body": {"detail": "no"}}, errors.RequestError),
        ({"status": 402, "body": {"detail": "no"}}, errors.PlanError),
        ({"status": 403, "body": {"detail": "no"}}, errors.AuthenticationError),
        ({"status": 403, "body": {"detail": "upgrade your plan"}}, errors.PlanError),
        ({"status": 404, "body": {"detail": "no"}}, errors.NotFoundError),
        ({"status": 422, "body": {"detail": [{"loc": ["a"], "msg": "b"}]}}, errors.RequestError),
    ],
    ids=str,
)
def test_a_purchase_that_was_refused_leaves_no_row(
    account: Sandbox, fault: dict[str, Any], error: type[errors.CallError]
) -> None:
    account.fault(**BUY, times=9, **fault)
    buyer = Purchases(client(account))
    with pytest.raises(error, match="Nothing was bought"):
        buyer.buy("urn", None)
    assert sent(account) == 1
    assert buyer.ledger.rows() == []


def test_a_purchase_that_times_out_is_not_sent_again(account: Sandbox) -> None:
    account.fault(**BUY, delay=2)
    Purchases(client(account, read_timeout=0.5)).buy("urn", None)
    assert sent(account) == 1
    assert len(account.purchases()) == 1


def test_several_candidates_are_named_and_none_is_taken(account: Sandbox) -> None:
    account.fault(**BUY, close="before")
    buyer = Purchases(client(account))
    with pytest.raises(errors.UnfinishedPurchase):
        buyer.buy("urn", None)
    others = [account.call("POST", "/v1/numbers/buy")["number"] for _ in range(2)]
    with pytest.raises(errors.AmbiguousPurchase) as caught:
        buyer.buy("urn", None)
    assert caught.value.candidates == sorted(others)
    buyer.settled("urn", others[0])
    assert buyer.ledger.rows() == []


def test_a_number_that_another_stack_is_known_to_hold_is_no_candidate(account: Sandbox) -> None:
    account.fault(**BUY, close="before")
    buyer = Purchases(client(account))
    with pytest.raises(errors.UnfinishedPurchase):
        buyer.buy("one", None)
    theirs = buyer.buy("two", None)["number"]
    buyer.known(theirs)
    ours = buyer.buy("one", None)["number"]
    assert ours != theirs
    buyer.known(ours)
    assert buyer.ledger.rows() == []


@pytest.mark.parametrize("broken", ["not a database" * 99, None])
def test_nothing_is_bought_without_a_ledger(account: Sandbox, broken: str | None) -> None:
    path = account.data / "broken"
    if broken is None:
        path.mkdir()
    else:
        path.write_text(broken)
    with pytest.raises(errors.LedgerError, match="Nothing was bought"):
        Purchases(client(account, ledger=path)).buy("urn", None)
    assert account.purchases() == []
    assert broken is None or path.read_text() == broken


def test_a_rate_limited_purchase_is_sent_again(account: Sandbox) -> None:
    account.fault(**BUY, status=429, times=2, headers={"Retry-After": "3600"})
    assert Purchases(client(account)).buy("urn", None)["number"]
    assert len(account.purchases()) == 1
    assert sent(account) == 3


def test_a_credential_that_vocode_repeats_is_taken_out(account: Sandbox) -> None:
    account.fault(status=422, body={"detail": f"bad {account.api_key} and hidden-key"})
    body = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    with pytest.raises(errors.RequestError) as caught:
        client(account).create("/v1/voices/create", body)
    assert "hidden-key" not in str(caught.value)
    assert account.api_key not in str(caught.value)


def test_a_pool_answers_nothing_and_other_calls_answer_json(account: Sandbox) -> None:
    account.fault(status=200, body=None, times=1)
    assert client(account).update("/v1/account_connections/add_to_steering_pool") == {}
    account.fault(status=200, body="<html>")
    with pytest.raises(errors.UnreadableAnswer, match="not JSON"):
        client(account).get("/v1/usage")


def test_a_list_is_followed_to_its_end(account: Sandbox) -> None:
    for _ in range(3):
        account.call("POST", "/v1/numbers/buy")
    whole = account.call("GET", "/v1/numbers/list")
    pages = [{**whole, "items": [one], "has_more": at < 2} for at, one in enumerate(whole["items"])]
    for page in pages:
        account.fault(path="/v1/numbers/list", body=page)
    assert [*client(account).list("/v1/numbers/list")] == whole["items"]


def test_nothing_listens_there(tmp_path: Path) -> None:
    nowhere = Settings(
        api_key="k",
        base_url="http://127.0.0.1:1",
        max_retry_wait=0.01,
        ledger=tmp_path / "purchases.sqlite",
    )
    with pytest.raises(errors.NotSent, match=r"connection refused.*Nothing was bought"):
        Purchases(Client(nowhere)).buy("urn", None)


def test_lost_purchases_of_the_same_kind_take_one_number_each(account: Sandbox) -> None:
    buyer = Purchases(client(account))
    voice = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    bodies = [{"inbound_agent": {"prompt": {"content": name}, "voice": voice}} for name in "ab"]
    for at, body in enumerate(bodies):
        account.call("POST", "/v1/numbers/buy", body)
        buyer.ledger.begin(buyer._owner(f"urn{at}"), {"inbound_agent": "inline"}, frozenset())
    found = {buyer.buy(f"urn{at}", body)["number"] for at, body in enumerate(bodies)}
    assert found == {one["number"] for one in account.purchases()}
    account.fault(**BUY, close="before")
    with pytest.raises(errors.UnfinishedPurchase):
        buyer.buy("urn2", bodies[0])
    assert sum(row.asked == {"inbound_agent": "inline"} for row in buyer.ledger.rows()) == 3
    assert b"hidden-key" not in buyer.ledger.path.read_bytes()

# SPDX-License-Identifier: Apache-2.0
"""How the client asks, and what it makes of answers, over HTTP."""

from typing import Any

import pytest

from vocode_pulumi import errors, purchases
from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.sandbox import Sandbox

BUY = {"method": "POST", "path": "/v1/numbers/buy"}


def client(account: Sandbox, **settings: Any) -> Client:
    return Client(
        Settings(
            **{
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


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 500}, errors.ServerError),
        ({"status": 503, "headers": {"Retry-After": "0"}}, errors.ServerError),
        ({"close": "before"}, errors.AnswerLost),
        ({"close": "after"}, errors.AnswerLost),
        ({"cut": True}, errors.AnswerLost),
        ({"status": 200, "body": "<html>"}, errors.UnreadableAnswer),
        ({"status": 200, "body": {}}, errors.UnreadableAnswer),
        ({"status": 200, "body": []}, errors.UnreadableAnswer),
        ({"status": 307, "headers": {"Location": "/v1/numbers/buy"}}, errors.RequestError),
        ({"status": 400, "body": {"detail": "no"}}, errors.RequestError),
        ({"status": 403, "body": {"detail": "no"}}, errors.AuthenticationError),
        ({"status": 403, "body": {"detail": "upgrade your plan"}}, errors.PlanError),
        ({"status": 422, "body": {"detail": [{"loc": ["a"], "msg": "b"}]}}, errors.RequestError),
    ],
    ids=str,
)
def test_a_purchase_is_sent_once_and_its_error_says_what_is_known(
    account: Sandbox, fault: dict[str, Any], error: type[errors.CallError]
) -> None:
    account.fault(**BUY, times=9, **fault)
    with pytest.raises(error) as caught:
        purchases.buy(client(account), None)
    assert len(account.requests()) == 1
    known = issubclass(error, errors.UNCERTAIN)
    money = "Whether a number was bought is not known." if known else "Nothing was bought."
    assert caught.value.money == money
    assert money in str(caught.value)


def test_a_purchase_that_times_out_is_not_sent_again(account: Sandbox) -> None:
    account.fault(**BUY, delay=2)
    with pytest.raises(errors.AnswerLost, match=r"within 0\.5 s"):
        purchases.buy(client(account, read_timeout=0.5), None)
    assert len(account.requests()) == 1


def test_a_rate_limited_purchase_is_sent_again(account: Sandbox) -> None:
    account.fault(**BUY, status=429, times=2, headers={"Retry-After": "3600"})
    assert purchases.buy(client(account), None)["number"]
    assert len(account.purchases()) == 1
    assert len(account.requests()) == 3


def test_a_credential_that_vocode_repeats_is_taken_out(account: Sandbox) -> None:
    account.fault(status=422, body={"detail": f"bad {account.api_key} and hidden-key"})
    body = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    with pytest.raises(errors.RequestError) as caught:
        client(account).create("/v1/voices/create", body)
    assert "hidden-key" not in str(caught.value)
    assert account.api_key not in str(caught.value)


def test_a_list_is_followed_to_its_end(account: Sandbox) -> None:
    for _ in range(3):
        account.call("POST", "/v1/numbers/buy")
    whole = account.call("GET", "/v1/numbers/list")
    pages = [{**whole, "items": [one], "has_more": at < 2} for at, one in enumerate(whole["items"])]
    for page in pages:
        account.fault(path="/v1/numbers/list", body=page)
    assert [*client(account).list("/v1/numbers/list")] == whole["items"]


def test_nothing_listens_there() -> None:
    nowhere = Settings(api_key="k", base_url="http://127.0.0.1:1", max_retry_wait=0.01)
    with pytest.raises(errors.NotSent, match="connection refused"):
        purchases.buy(Client(nowhere), None)

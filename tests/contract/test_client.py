# SPDX-License-Identifier: Apache-2.0
"""How the client asks, and what it makes of answers, over HTTP."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from vocode_pulumi import errors
from vocode_pulumi.api.answers import Page
from vocode_pulumi.api.client import Client, client_for
from vocode_pulumi.api.transport import Transport
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.settings import Settings


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


def test_a_credential_that_vocode_repeats_is_taken_out(account: Sandbox) -> None:
    account.fault(status=422, body={"detail": f"bad {account.api_key} and hidden-key"})
    body = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    with pytest.raises(errors.RequestError) as caught:
        client(account).create("/v1/voices/create", body)
    assert "hidden-key" not in str(caught.value)
    assert account.api_key not in str(caught.value)


@pytest.mark.parametrize("place", [None, 5, "body"])
def test_a_problem_without_a_place_is_told_all_the_same(account: Sandbox, place: Any) -> None:
    account.fault(status=422, body={"detail": [{"loc": place, "msg": "too long"}]})
    with pytest.raises(errors.RequestError, match="too long"):
        client(account).get("/v1/usage")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "Not now KEY"}, "Not now [secret]"),
        ({"error": "Not now"}, "Not now"),
        ({"error": {"code": 21, "message": "Not now"}}, "Not now"),
        (
            {"errors": [{"title": "No", "detail": "not now"}, {"title": "Never"}]},
            "No: not now; Never",
        ),
        ({"errors": ["one", "two"]}, "one; two"),
        ({"detail": {"message": "Not now"}}, "Not now"),
        ({"detail": [{"message": "one KEY"}, {"message": "two"}]}, "one [secret]; two"),
        (["one", {"message": "two"}], "one; two"),
        ({"title": "Bad Request"}, "Bad Request"),
        (["Not now"], "Not now"),
    ],
    ids=str,
)
def test_a_refusal_is_quoted_whatever_form_it_has(account: Sandbox, body: Any, said: str) -> None:
    account.fault(status=400, body=json.loads(json.dumps(body).replace("KEY", account.api_key)))
    with pytest.raises(errors.RequestError) as caught:
        client(account).get("/v1/usage")
    assert str(caught.value).startswith(f"GET /v1/usage answered 400: {said}. ")


@pytest.mark.parametrize(
    "body", [{"message": "no"}, {"detail": {"message": "no"}}, {"error": "no"}]
)
def test_a_404_in_another_form_is_not_vocodes_own(account: Sandbox, body: Any) -> None:
    # A refresh would take the object for gone.
    account.fault(status=404, body=body)
    with pytest.raises(errors.NotFoundError, match="answered 404: no") as caught:
        client(account).get("/v1/prompts", id="x")
    assert not caught.value.is_vocodes_own
    assert "the API may not be there" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "words", "kind", "remedy"),
    [
        (400, "Trial accounts cannot buy numbers", errors.PlanError, "Upgrade the account's plan"),
        (403, "not on a trial", errors.PlanError, "Upgrade the account's plan"),
        (
            400,
            "A regulatory bundle is missing",
            errors.RequestError,
            "complete them in the dashboard",
        ),
        (400, "no such voice", errors.RequestError, "Change what the program asks for"),
        (422, "trial", errors.RequestError, "Change what the program asks for"),
        *(
            (status, "no", errors.RequestError, rf"answered {status}: no\. {remedy}")
            for statuses, remedy in (
                ((409, 423), "The account may have this already, or another run or person may be"),
                ((425, 499), "Wait a minute, then run it again"),
                ((407,), "Check the user and the password of the proxy"),
                ((410,), "It was there and is gone. Run `pulumi refresh`"),
                ((413, 414, 431), "The request is too large. Shorten the longest text"),
                ((405, 406, 415), "Check vocode:baseUrl or VOCODE_BASE_URL"),
                ((418, 424, 428, 451), "Run it again. If Vocode still answers this, ask its sup"),
            )
            for status in statuses
        ),
    ],
)
def test_a_cure_fits_the_refusal(
    account: Sandbox, status: int, words: str, kind: type[errors.ApiError], remedy: str
) -> None:
    account.fault(status=status, body={"detail": words})
    with pytest.raises(kind, match=remedy):
        client(account).get("/v1/usage")


def test_a_404_of_a_wrong_address_says_which_setting_to_check(account: Sandbox) -> None:
    wrong = client(account, base_url=f"{account.url}/v1")
    with pytest.raises(errors.NotFoundError, match="Check vocode:baseUrl"):
        wrong.get("/v1/usage")
    with pytest.raises(errors.NotFoundError) as caught:
        client(account).get("/v1/prompts", id="00000000-0000-4000-8000-000000000000")
    assert "baseUrl" not in str(caught.value)


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
    assert client(account).list("/v1/numbers/list") == whole["items"]


class Proxy(BaseHTTPRequestHandler):
    """Takes a request, and closes the connection instead of passing an answer on."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.taken.append(self.path)  # type: ignore[attr-defined]
        self.close_connection = True


def test_an_answer_that_was_lost_behind_a_proxy_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        proxy.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv("no_proxy", "")
        behind = Settings(api_key="k", base_url="http://vocode.test", max_retry_wait=0.01)
        with pytest.raises(errors.AnswerLost):
            Client(behind).buy("/v1/numbers/buy", None)
        proxy.shutdown()
    assert len(proxy.taken) == 1  # type: ignore[attr-defined]
    with pytest.raises(errors.NotSent):
        Client(behind).buy("/v1/numbers/buy", None)


def test_nothing_listens_there() -> None:
    nowhere = Settings(api_key="k", base_url="http://127.0.0.1:1", max_retry_wait=0.01)
    with pytest.raises(errors.NotSent, match="connection refused"):
        Client(nowhere).get("/v1/usage")


def test_a_retry_after_that_makes_no_sense_is_one_line(account: Sandbox) -> None:
    account.fault(status=429, times=9, headers={"Retry-After": "soon"})
    with pytest.raises(errors.VocodeError, match="GET /v1/usage"):
        client(account).get("/v1/usage")


def test_a_thread_has_one_connection_whatever_it_asks(account: Sandbox) -> None:
    via = client(account)
    for _ in range(2):
        number = via.buy("/v1/numbers/buy", None)["number"]
        via.get("/v1/numbers", phone_number=number)
        via.update("/v1/numbers/update", {"label": "x"}, phone_number=number)
        via.create("/v1/prompts/create", {"content": "Be brief."})
    assert account.connections() == 1
    client(account).get("/v1/usage")
    assert account.connections() == 2


def test_what_has_an_integer_for_an_id_is_not_gone_while_it_is_listed() -> None:
    via = Client(Settings(api_key="k", base_url="http://127.0.0.1:1"))
    with pytest.raises(errors.UnreadableAnswer, match="7, which the account has"):
        via.require_gone("GET /v1/agents", "/v1/agents", "7", None, [{"id": 7}])


def test_all_of_a_process_share_a_client() -> None:
    one = client_for(Settings(api_key="a", base_url="http://127.0.0.1"))
    assert client_for(Settings(api_key="a", base_url="http://127.0.0.1")) is one
    assert client_for(Settings(api_key="b", base_url="http://127.0.0.1")) is not one


def test_a_number_is_not_overlooked_when_another_is_released_between_two_pages(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [account.call("POST", "/v1/numbers/buy")["number"] for _ in range(110)]
    read, pages = Transport.page, []

    def page(self: Transport, *of: Any) -> Page:
        pages.append(answer := read(self, *of))
        if len(pages) == 1:
            gone = answer.items[0]["number"]
            account.call("POST", "/v1/numbers/cancel", phone_number=gone)
            numbers.remove(gone)
        return answer

    monkeypatch.setattr(Transport, "page", page)
    listed = [one["number"] for one in client(account).list("/v1/numbers/list")]
    assert {*numbers} <= {*listed}
    assert len(pages) == 4


def test_a_long_list_is_read_whole(account: Sandbox) -> None:
    via = client(account)
    with ThreadPoolExecutor(4) as pool:
        bought = [*pool.map(lambda _: via.buy("/v1/numbers/buy", None)["number"], range(1_200))]
    account.clear_requests()
    listed = [one["number"] for one in via.list("/v1/numbers/list")]
    assert sorted(listed) == sorted(bought)
    assert len(account.requests()) <= 14

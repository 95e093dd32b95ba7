# SPDX-License-Identifier: Apache-2.0
"""Faults on order: what they do to requests, answers and numbers."""

import http.client
import json
import socket
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract.test_sandbox import CONNECTION, refusal
from tests.support.waiting import until
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.calls.egress import Egress
from vocode_pulumi.sandbox.client import SandboxClient
from vocode_pulumi.sandbox.http.answers import Answer
from vocode_pulumi.sandbox.http.faults import LARGEST_PAD
from vocode_pulumi.sandbox.http.server import Server

BUY: dict[str, str] = {"method": "POST", "path": "/v1/numbers/buy"}
LINK: dict[str, str] = {"method": "POST", "path": "/v1/numbers/link"}


def link(account: Sandbox, number: str) -> dict[str, Any]:
    """Link a number with a connection of its own."""
    id_ = account.call("POST", "/v1/account_connections/create", CONNECTION)["id"]
    order = {"telephony_account_connection": id_, "phone_number": number}
    linked: dict[str, Any] = account.call("POST", LINK["path"], order)
    return linked


def listed(account: Sandbox) -> list[str]:
    return [one["number"] for one in account.call("GET", "/v1/numbers/list")["items"]]


def test_a_number_is_known_late_also_after_a_restart(killable: Sandbox) -> None:
    killable.fault(**BUY, unread=600)
    killable.fault(**LINK, unread=600, unlisted=600)
    bought = killable.call("POST", BUY["path"])["number"]
    linked = link(killable, "14155550100")["number"]
    killable.restart()
    for number in (bought, linked):
        digits = {"phone_number": number}
        assert refusal(killable, "GET", "/v1/numbers", **digits) == (404, "Number not found")
        assert refusal(killable, "POST", "/v1/numbers/update", {"label": "x"}, **digits)[0] == 404
        assert refusal(killable, "POST", "/v1/numbers/cancel", **digits)[0] == 404
    assert listed(killable) == [bought]
    assert [one["number"] for one in killable.purchases()] == [bought]


@pytest.mark.parametrize("late", ["unread", "unlisted"])
def test_a_number_is_known_once_its_time_has_come(account: Sandbox, late: str) -> None:
    account.fault(**BUY, **{late: 0.001})
    bought = account.call("POST", BUY["path"])["number"]
    until(lambda: listed(account) == [bought])
    until(lambda: is_read(account, bought))


def is_read(account: Sandbox, number: str) -> bool:
    try:
        account.call("GET", "/v1/numbers", phone_number=number)
    except urllib.error.HTTPError as error:
        return error.code != 404
    return True


def answer(account: Sandbox, method: str, path: str) -> tuple[int, Message, bytes]:
    """Status, headers and body of an answer, as they came."""
    request = urllib.request.Request(account.url + path, method=method)
    request.add_header("Authorization", f"Bearer {account.api_key}")
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status, response.headers, response.read()


@pytest.mark.parametrize(
    "patch", [{"number": 14155550100}, {"id": ["x"]}, {"label": None, "new": {"a": "b"}}], ids=str
)
def test_a_patch_changes_the_real_answer_and_the_work_is_done(
    account: Sandbox, patch: dict[str, Any]
) -> None:
    account.fault(**BUY, patch=patch)
    told = account.call("POST", BUY["path"])
    (bought,) = account.call("GET", "/v1/numbers/list")["items"]
    assert {**bought, **told} == {**bought, **patch}
    assert account.call("GET", "/v1/numbers", phone_number=bought["number"]) == bought


def test_a_patched_answer_may_have_another_status(account: Sandbox) -> None:
    account.fault(**BUY, patch={}, status=201)
    status, _, body = answer(account, "POST", BUY["path"])
    assert (status, json.loads(body)["number"]) == (201, listed(account)[0])


def test_what_json_libraries_cannot_say_is_sent_as_json(account: Sandbox) -> None:
    for body in ('{"number": NaN}', '{"number": "\\ud800"}', '{"number": 1'):
        account.fault(path="/v1/usage", body=body, headers={"Content-Type": "application/json"})
        _, headers, sent = answer(account, "GET", "/v1/usage")
        assert headers.get_all("Content-Type") == ["application/json"]
        assert sent == body.encode()


def test_a_lone_surrogate_and_nan_come_through_faults_and_requests(account: Sandbox) -> None:
    account.fault(path="/v1/usage", body="\ud800")
    account.fault(path="/v1/usage", patch={"user_id": "\ud800", "minutes": float("inf")})
    assert [one.get("body") for one in account.faults()] == ["\ud800", None]
    assert answer(account, "GET", "/v1/usage")[2] == b"\xed\xa0\x80"
    odd = account.call("GET", "/v1/usage")
    assert (odd["user_id"], odd["minutes"]) == ("\ud800", float("inf"))
    assert refusal(account, "POST", "/v1/unknown", {"content": "\ud800"})[0] == 404
    assert account.requests()[-1]["body"] == {"content": "\ud800"}


def test_headers_are_added_to_the_real_answer(account: Sandbox) -> None:
    account.fault(path="/v1/usage", headers={"X-Request-Id": "7"})
    _, headers, body = answer(account, "GET", "/v1/usage")
    assert headers["X-Request-Id"] == "7"
    assert json.loads(body)["plan_type"] == "plan_developer"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"patch": {}, "body": {}}, "patch changes the real answer, and body replaces it"),
        ({"patch": {}, "close": "after"}, "a closed connection gets no answer"),
        ({"later": 1}, "later needs an answer without the work"),
        ({"later": 1, "status": 202, "patch": {}}, "later needs an answer without the work"),
        ({"later": 1, "close": "after"}, "later needs an answer without the work"),
        ({"later": 1, "status": 202, "close": "after"}, "comes after the closing"),
        ({"later": 1, "status": 202, "wait": 1}, "wait and later both say when"),
        ({"pad": 1, "close": "before"}, "a closed connection gets no answer"),
        ({"gzip": True, "close": "before"}, "a closed connection gets no answer"),
        ({"trickle": 1, "close": "before"}, "a closed connection gets no answer"),
    ],
    ids=str,
)
def test_a_fault_that_makes_no_sense_is_refused(
    account: Sandbox, fault: dict[str, Any], words: str
) -> None:
    status, (problem,) = refusal(account, "POST", "/_sandbox/faults", fault)
    assert (status, problem["loc"]) == (422, ["body"])
    assert words in problem["msg"]
    assert account.faults() == []


@pytest.mark.parametrize("zipped", [False, True])
def test_a_padded_answer_is_the_real_one_and_spaces(account: Sandbox, zipped: bool) -> None:
    account.fault(path="/v1/usage", pad=3_000_001, gzip=zipped)
    _, headers, body = answer(account, "GET", "/v1/usage")
    assert headers["Content-Encoding"] == ("gzip" if zipped else None)
    if zipped:
        assert len(body) < 10_000
        body = zlib.decompress(body, wbits=31)
    whole = account.call("GET", "/v1/usage")
    assert json.loads(body) == whole
    assert body.endswith(b"}" + b" " * 3_000_001)


def test_a_zipped_answer_that_is_cut_is_the_beginning_of_one(account: Sandbox) -> None:
    account.fault(path="/v1/usage", gzip=True, pad=1000, cut=True)
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer(account, "GET", "/v1/usage")
    unpacker = zlib.decompressobj(wbits=31)
    assert unpacker.decompress(caught.value.partial).startswith(b'{"monthly_usage_limit_minutes"')
    assert not unpacker.eof


@pytest.mark.parametrize("zipped", [False, True])
def test_half_a_gigabyte_is_made_in_small_parts(zipped: bool) -> None:
    made = Answer()
    made.body, made.pad, made.zipped = b"{}", LARGEST_PAD, zipped
    sizes = [len(part) for part in made.parts()]
    assert max(sizes) < 2**20
    assert (sum(sizes) < 2**20) is zipped
    assert zipped or sum(sizes) == 2 + LARGEST_PAD


def test_a_trickled_answer_comes_byte_by_byte(account: Sandbox) -> None:
    account.fault(path="/v1/usage", trickle=3600)
    account.fault(path="/v1/usage", trickle=0.001)
    with request_under_way(account, "GET", "/v1/usage") as connection:
        received = b""
        while not received.endswith(b"\r\n\r\n{"):
            received += connection.recv(1)
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
    assert account.call("GET", "/v1/usage") == account.call("GET", "/v1/usage")


@pytest.mark.parametrize("fault", [{"status": 202, "body": {}}, {"close": "before"}], ids=str)
def test_a_request_is_carried_out_later_by_itself(account: Sandbox, fault: dict[str, Any]) -> None:
    account.fault(**BUY, **fault, later=0.2, unlisted=600)
    if "close" in fault:
        with pytest.raises((OSError, http.client.HTTPException)):
            account.call("POST", BUY["path"])
    else:
        status, _, body = answer(account, "POST", BUY["path"])
        assert (status, body) == (202, b"{}")
    until(lambda: len(account.purchases()) == 1)
    (asked,) = [one for one in account.requests() if one["method"] == "POST"]
    (bought,) = account.purchases()
    times = [datetime.fromisoformat(one["time"]) for one in (bought, asked)]
    assert (times[0] - times[1]).total_seconds() >= 0.2
    assert asked["status"] == fault.get("status")
    assert listed(account) == []
    account.call("POST", BUY["path"])
    assert len(account.purchases()) == 2


def test_the_work_may_be_done_while_its_answer_is_delayed(account: Sandbox) -> None:
    account.fault(**BUY, status=202, body={}, later=0.001, delay=3600)
    with request_under_way(account, "POST", BUY["path"]):
        until(lambda: len(account.purchases()) == 1)
    assert account.requests()[0]["status"] is None


def test_a_sandbox_ends_without_what_is_still_to_come(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "api_key": "key", "age": 2024}
    server = Server(tmp_path, **settings, plan="plan_developer", egress=Egress())
    server.start()
    remote = SandboxClient(server.url, "key")
    remote.call("POST", "/_sandbox/faults", {**BUY, "status": 202, "body": {}, "later": 3600})
    remote.call("POST", BUY["path"])
    server.stop()
    with Sandbox(tmp_path, api_key="key") as again:
        assert again.purchases() == []
        assert again.faults() == []


@contextmanager
def request_under_way(account: Sandbox, method: str, path: str) -> Iterator[socket.socket]:
    """The connection of a request that was sent; its answer is not read."""
    address = urlsplit(account.url)
    asked = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {account.api_key}\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(asked.encode())
        yield connection

# SPDX-License-Identifier: Apache-2.0
"""What an answer means: to a purchase, and to a call that may be repeated."""

import math
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.misbehaving import OK, Misbehaving, misbehaving
from vocode_pulumi import errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.api.failures import UNCLEAR, retry_after
from vocode_pulumi.settings import Settings

Call = Callable[[], Any]

BUY = "/v1/numbers/buy"
NUMBER = b'{"number": "14155550100"}'
BOUGHT = {"number": "14155550100"}
NOT_KNOWN = [101, 103, 300, 301, 302, 303, 304, 307, 308, 399, *sorted(UNCLEAR)]
BROKEN = [500, 501, 502, 503, 504, 505, 520, 599, 600, 999]
THERE = "Check vocode:baseUrl or VOCODE_BASE_URL: the API may not be there."
FORMS = {
    "its own words": b'{"detail": "no"}',
    "a page": b"<html>No</html>",
    "nothing": b"",
    "no text": b"\xff\x00\x80",
    "a number": NUMBER,
    "no end of lists": b"[" * 100_000,
}


class Scripted:
    """A server that answers what it is told to next."""

    def __init__(self, server: Misbehaving) -> None:
        self.server = server
        self.answers: list[bytes] = []

    def will_say(self, status: int, content: bytes = b"", *headers: bytes) -> None:
        head = [f"HTTP/1.1 {status} X".encode(), b"Content-Length: %d" % len(content), *headers]
        head.append(b"Connection: close")
        self.answers.append(b"\r\n".join([*head, b"", content]))

    def client(self, **settings: Any) -> Client:
        return Client(
            Settings(
                **{
                    "api_key": "k",
                    "base_url": self.server.url,
                    "max_retries": 0,
                    "max_retry_wait": 0.01,
                    **settings,
                }
            )
        )


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    def answer(server: Misbehaving, connection: socket.socket) -> None:
        server.send(connection, script.answers.pop(0))

    with misbehaving(answer) as server:
        script = Scripted(server)
        yield script


# Statuses.


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_refusal_in_whatever_form_says_that_nothing_was_bought(
    scripted: Scripted, content: bytes
) -> None:
    via = scripted.client()
    for status in {*range(400, 500)} - UNCLEAR:
        scripted.will_say(status, content)
        with pytest.raises(errors.ApiError, match=rf"answered {status}.*Nothing was b") as caught:
            via.buy(BUY, None)
        assert not isinstance(caught.value, errors.MAYBE_CARRIED_OUT)
        assert isinstance(caught.value, errors.RateLimitError) == (status == 429)


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_what_is_neither_done_nor_refused_is_not_known(scripted: Scripted, content: bytes) -> None:
    via = scripted.client(max_retries=3)
    for status in (*NOT_KNOWN, *BROKEN):
        body = b"" if status < 200 or status == 304 else content
        scripted.will_say(status, body, b"Location: http://[::1", b"Retry-After: 0")
        with pytest.raises(errors.ApiError, match=rf"answered {status}.*is not known") as caught:
            via.buy(BUY, None)
        assert isinstance(caught.value, errors.MAYBE_CARRIED_OUT)
        kind = errors.UnclearAnswer if status in NOT_KNOWN else errors.ServerError
        assert type(caught.value) is kind
    assert len(scripted.server.requests) == len(NOT_KNOWN) + len(BROKEN)


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 226, 299])
def test_whatever_names_a_number_with_2xx_is_an_answer(scripted: Scripted, status: int) -> None:
    for _ in range(3):
        scripted.will_say(status, NUMBER)
    via = scripted.client()
    assert (
        via.buy(BUY, None) == via.create("/v1/numbers/link", {}) == via.get("/v1/numbers") == BOUGHT
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204, 205])
@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"null", b'"14155550100"', b"7"])
def test_2xx_without_an_object_is_not_known(
    scripted: Scripted, status: int, content: bytes
) -> None:
    scripted.will_say(status, b"" if status == 204 else content)
    with pytest.raises(errors.UnreadableAnswer, match=rf"answered {status} with.*is not known"):
        scripted.client().buy(BUY, None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (101, errors.UnreadableAnswer),
        (302, errors.RequestError),
        (307, errors.RequestError),
        (408, errors.AnswerLost),
        (409, errors.RequestError),
        (425, errors.RequestError),
        (499, errors.RequestError),
    ],
)
def test_what_buys_nothing_is_refused_as_ever(
    scripted: Scripted, status: int, kind: type[errors.CallError]
) -> None:
    for _ in range(2):
        scripted.will_say(status, b"", b"Location: /")
    via = scripted.client()
    calls: list[Call] = [lambda: via.get("/v1/usage"), lambda: via.create("/v1/numbers/link", {})]
    for call in calls:
        with pytest.raises(errors.CallError, match=f"answered {status}") as caught:
            call()
        assert type(caught.value) is kind


def test_what_comes_behind_an_interim_answer_is_nobodys(scripted: Scripted) -> None:
    other = OK + b"Content-Length: 17\r\n\r\n" + b'{"user_id": "me"}'
    late = OK + b"Content-Length: 25\r\n\r\n" + NUMBER
    scripted.answers += [b"HTTP/1.1 103 Early Hints\r\n\r\n" + late, other]
    via = scripted.client()
    with pytest.raises(errors.UnclearAnswer, match="answered 103"):
        via.buy(BUY, None)
    assert via.get("/v1/usage") == {"user_id": "me"}


# What is in them.


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (rb'{"number": "1", "label": "\ud800x"}', {"number": "1", "label": "\ufffdx"}),
        (b'{"number": "1", "a": [NaN, -Infinity, 1e999]}', {"number": "1", "a": [None] * 3}),
        (b'{"number": "1", "label": "\xe9"}', {"number": "1", "label": "\ufffd"}),
    ],
    ids=["half a pair", "no finite numbers", "no UTF-8"],
)
def test_a_number_is_not_lost_over_what_is_odd_beside_it(
    scripted: Scripted, content: bytes, value: Any
) -> None:
    scripted.will_say(200, content)
    assert scripted.client().buy(BUY, None) == value


@pytest.mark.parametrize("status", [200, 422, 500])
@pytest.mark.parametrize(
    "content",
    [
        b'{"detail": ' + b"[" * 100_000,
        b'{"detail": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"detail": ' + b"9" * 5_000 + b"}",
    ],
    ids=["cut", "deep", "digits"],
)
def test_what_cannot_be_read_is_one_line(scripted: Scripted, status: int, content: bytes) -> None:
    via = scripted.client()
    for _ in range(2):
        scripted.will_say(status, content)
    calls: list[Call] = [lambda: via.buy(BUY, None), lambda: via.get("/v1/numbers")]
    for call in calls:
        with pytest.raises(errors.ApiError, match=f"answered {status}") as caught:
            call()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "words", [rb'"\ud800"', b"NaN", b"1e999", rb'[{"loc": ["\udfff", NaN], "msg": "\ud800"}]']
)
def test_odd_words_of_vocode_are_told(scripted: Scripted, words: bytes) -> None:
    scripted.will_say(422, b'{"detail": ' + words + b"}")
    with pytest.raises(errors.RequestError) as caught:
        scripted.client().get("/v1/usage")
    str(caught.value).encode()


REFUSALS = {
    "a text": (b"The area has no numbers.\n", "The area has no numbers"),
    "a page": (
        b"<!DOCTYPE html><html><head><title>Blocked &amp;\n logged</title></head>No</html>",
        "Blocked & logged",
    ),
    "a short and a long word": (
        b'{"error": "Bad Request", "message": ["label is long"], "statusCode": 400}',
        "Bad Request; label is long",
    ),
    "twice the same": (b'{"error": "No", "message": "No"}', "No"),
    "a flag": (b'{"error": true, "message": "No trunk"}', "No trunk"),
    "a code": (b'{"error": {"code": 4}, "message": "No trunk"}', "No trunk"),
    "OAuth": (b'{"error": "denied", "error_description": "No scope"}', "denied; No scope"),
    "fields": (
        b'{"errors": {"area_code": ["is unknown", "is old"], "label": ["is long"]}}',
        "area_code: is unknown; is old; label: is long",
    ),
    "an object": (b'{"detail": {"message": "Agent not found"}}', "Agent not found"),
    "a place": (
        b'{"detail": [{"loc": ["body", "label"], "message": "is long"}]}',
        "body.label: is long",
    ),
    "control codes": (
        b'{"detail": "\\u001b[31mred \\u0007\\u202eodd\\nline"}',
        "\ufffd[31mred \ufffd\ufffdodd line",
    ),
    "control codes in a text": (b"\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
    "a key": (b"k9-secret-key is no key", "[secret] is no key"),
    "other fields": (b'{"input": "private", "errors": {"a": "private"}}', ""),
    "broken JSON": (b'{"detail": "private', ""),
}


@pytest.mark.parametrize(("content", "words"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_in_its_own_words(scripted: Scripted, content: bytes, words: str) -> None:
    scripted.will_say(400, content)
    with pytest.raises(errors.RequestError) as caught:
        scripted.client(api_key="k9-secret-key").buy(BUY, None)
    told = f": {words}" if words else ""
    assert str(caught.value).startswith(f"POST {BUY} answered 400{told}. Nothing was bought.")


@pytest.mark.parametrize(
    ("content", "asked", "remedy"),
    [
        (b"", {"area_code": "415"}, f"{THERE} If it is, check area_code 415."),
        (b"", None, THERE),
        (b'{"detail": "No"}', {"area_code": "415"}, "Check area_code 415."),
    ],
)
def test_a_404_says_what_to_check(
    scripted: Scripted, content: bytes, asked: dict[str, Any] | None, remedy: str
) -> None:
    scripted.will_say(404, content)
    with pytest.raises(errors.NotFoundError) as caught:
        scripted.client().buy(BUY, asked)
    assert caught.value.remedy == remedy


def test_a_method_that_is_not_there_speaks_of_the_address(scripted: Scripted) -> None:
    scripted.will_say(405, b'{"detail": "Method Not Allowed"}')
    with pytest.raises(errors.RequestError, match="answered 405: Method Not Allowed") as caught:
        scripted.client().get("/v1/usage")
    assert caught.value.remedy == THERE


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (b"https://u:pass@new.example.com:8443/x?token=t", " https://new.example.com:8443."),
        (b"https://new.example.com/x", " https://new.example.com."),
        (b"/login", ""),
        (b"http://[::1", ""),
        (b"http://h:port/", ""),
    ],
)
def test_a_redirect_says_where_to(scripted: Scripted, location: bytes, told: str) -> None:
    scripted.will_say(308, b"", b"Location: " + location)
    with pytest.raises(errors.RequestError) as caught:
        scripted.client().get("/v1/usage")
    told = f" with a redirect to{told}" if told else "."
    assert str(caught.value).startswith(f"GET /v1/usage answered 308{told} Set vocode:baseUrl")


# When to ask again.


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RETRY_AFTER: dict[str, float | None] = {
    "7": 7,
    " 7 ": 7,
    "1.5": 1.5,
    "0": 0,
    "-3": 0,
    "-0.5": 0,
    "99999999999": 99_999_999_999,
    "9" * 5_000: None,
    "soon": None,
    "": None,
    "nan": None,
    "inf": None,
    "7, 7": None,
    "7 s": None,
    "Mon, 99 Foo 2026 99:99:99 GMT": None,
    "Sun, 01 Mar 999999 12:00:00 GMT": None,
    format_datetime(NOW + timedelta(seconds=90), usegmt=True): 90,
    format_datetime(NOW - timedelta(days=1), usegmt=True): 0,
    "Sun, 01 Mar 2026 14:00:30 +0200": 30,
}


@pytest.mark.parametrize(("given", "seconds"), RETRY_AFTER.items(), ids=range(len(RETRY_AFTER)))
@pytest.mark.parametrize("status", [429, 503])
def test_whatever_vocode_says_of_when_to_ask_again_loses_no_answer(
    scripted: Scripted, status: int, given: str, seconds: float | None
) -> None:
    headers = f"Retry-After: {given}", f"Date: {format_datetime(NOW, usegmt=True)}"
    kind = errors.RateLimitError if status == 429 else errors.ServerError
    for _ in range(3 + 3 + 1):
        scripted.will_say(status, b"", *(one.encode() for one in headers))
    via = scripted.client(max_retries=2)
    calls: list[tuple[Call, int]] = [
        (lambda: via.get("/v1/usage"), 3),
        (lambda: via.update("/v1/numbers/update", {}), 3),
        (lambda: via.buy(BUY, None), 1),
    ]
    for call, times in calls:
        scripted.server.requests.clear()
        with pytest.raises(kind, match=f"answered {status}") as caught:
            call()
        assert caught.value.retry_after == seconds
        assert len(scripted.server.requests) == times


def test_a_date_counts_from_the_answers_own(scripted: Scripted) -> None:
    later = format_datetime(NOW + timedelta(seconds=90), usegmt=True)
    scripted.will_say(429, b"", f"Retry-After: {later}".encode())
    with pytest.raises(errors.RateLimitError) as caught:
        scripted.client().get("/v1/usage")
    assert caught.value.retry_after is None


@settings(deadline=None, derandomize=True)
@given(st.text(), st.text())
def test_there_is_nothing_that_cannot_be_given(given: str, date: str) -> None:
    seconds = retry_after({"Retry-After": given, "Date": date})
    assert seconds is None or 0 <= seconds < math.inf


def test_vocode_is_asked_again_when_it_says_and_no_later_than_the_settings_do(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    for told in (b"7", b"3600", b"-1", b"soon", b"0"):
        scripted.will_say(429, b"", b"Retry-After: " + told)
    scripted.will_say(200, NUMBER)
    assert scripted.client(max_retries=9, max_retry_wait=20).get("/v1/numbers") == BOUGHT
    assert waited[:2] == [7, 20]
    for wait, backoff in zip(waited[2:], (2, 4, 8), strict=True):
        assert backoff <= wait < backoff + 0.5


def test_an_answer_that_was_cut_off_is_asked_for_again(scripted: Scripted) -> None:
    scripted.answers += [OK + b"Content-Length: 99\r\n\r\n" + NUMBER]
    scripted.will_say(200, NUMBER)
    assert scripted.client(max_retries=1).get("/v1/numbers") == BOUGHT
    scripted.answers += [OK + b"Content-Length: 99\r\n\r\n" + NUMBER]
    with pytest.raises(errors.AnswerLost, match=r"the answer was cut off\).*is not known"):
        scripted.client(max_retries=1).buy(BUY, None)

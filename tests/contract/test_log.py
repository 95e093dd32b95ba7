# SPDX-License-Identifier: Apache-2.0
"""What is logged of calls over HTTP: a line for each try."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from tests.contract.test_client import client
from vocode_pulumi import errors
from vocode_pulumi.api import transport
from vocode_pulumi.lookups import asking
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.observing.lines import FIELDS
from vocode_pulumi.sandbox import Sandbox


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "vocode_pulumi")
    return caplog


def told(logged: pytest.LogCaptureFixture, *names: str) -> list[tuple[Any, ...]]:
    """These fields of each line."""
    return [tuple(getattr(one, FIELDS)[name] for name in names) for one in logged.records]


def test_each_try_of_a_call_is_a_line(account: Sandbox, logged: pytest.LogCaptureFixture) -> None:
    account.fault(status=429, headers={"Retry-After": "0.01", "X-Request-ID": "r-429"})
    account.fault(close="after")
    client(account).get("/v1/usage")
    assert told(logged, "attempt", "status", "error", "request_id") == [
        (1, 429, "RateLimitError", "r-429"),
        (2, None, "AnswerLost", None),
        (3, 200, None, None),
    ]
    assert [one.levelname for one in logged.records] == ["WARNING", "WARNING", "INFO"]
    assert told(logged, "retry_in")[0] == (0.01,)


def test_the_last_try_of_a_call_that_fails_is_an_error(
    account: Sandbox, logged: pytest.LogCaptureFixture
) -> None:
    account.fault(close="after")
    with pytest.raises(errors.AnswerLost):
        client(account).buy("/v1/numbers/buy", None)
    assert told(logged, "method", "path", "error", "retry_in") == [
        ("POST", "/v1/numbers/buy", "AnswerLost", None)
    ]
    assert [one.levelname for one in logged.records] == ["ERROR"]


def test_no_line_has_a_body_or_the_key(account: Sandbox, logged: pytest.LogCaptureFixture) -> None:
    body = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    made = client(account).create("/v1/voices/create", body)
    account.fault(status=422, body={"detail": f"bad {account.api_key} and hidden-key"})
    with pytest.raises(errors.RequestError):
        client(account).update("/v1/voices/update", body, id=made["id"])
    account.fault(status=401, headers={"X-Request-ID": account.api_key})
    with pytest.raises(errors.AuthenticationError):
        client(account).get("/v1/voices", id=made["id"])
    assert len(logged.records) == 3
    for hidden in ("hidden-key", account.api_key, "voice_eleven_labs"):
        assert hidden not in f"{logged.text}{told(logged, 'request_id', 'path')}"
    assert f"/v1/voices?id={made['id']}" in logged.text


def test_the_arguments_of_a_lookup_are_not_shown(
    account: Sandbox, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another test of this process may have set mocks.
    monkeypatch.setattr(asking, "get_monitor", lambda: None)
    number = account.call("POST", "/v1/numbers/buy")["number"]
    own = client(account)
    asking.ask(
        "get_number",
        {"phone_number": number, "label": None},
        lambda _client: own.get("/v1/numbers", phone_number=number),
    )
    assert told(logged, "path", "call", "urn") == [
        ("/v1/numbers?phone_number=[secret]", "get_number", None)
    ]


def test_the_status_line_says_which_call_waits_and_why(
    account: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(transport, "time", SimpleNamespace(sleep=waited.append))
    shown: list[str] = []
    account.fault(status=429, headers={"Retry-After": "7"})
    account.fault(close="after")
    account.fault(status=429, headers={"Retry-After": "70"})
    account.fault(status=503, headers={"Retry-After": "2"})
    with working_for(Caller("read", "urn:x", show_status=shown.append)):
        client(account, max_retry_wait=30).get("/v1/usage")
    assert [round(seconds) for seconds in waited] == [7, 1, 30, 4]
    assert shown == [
        "waiting up to 7 s: GET /v1/usage again after Vocode's rate limit (429) (retry 1 of 4)",
        "waiting up to 1 s: GET /v1/usage again after a lost answer (retry 2 of 4)",
        "waiting up to 30 s: GET /v1/usage again after Vocode's rate limit (429) (retry 3 of 4)",
        "waiting up to 4 s: GET /v1/usage again after the answer 503 (retry 4 of 4)",
    ]

# SPDX-License-Identifier: Apache-2.0
"""What is logged of calls over HTTP: a line for each try."""

import logging
from typing import Any

import pytest

from tests.contract.test_client import client
from vocode_pulumi import errors
from vocode_pulumi.lookups import asking
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
    account: Sandbox, logged: pytest.LogCaptureFixture
) -> None:
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

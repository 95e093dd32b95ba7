# SPDX-License-Identifier: Apache-2.0
"""Faults on order: what they do to requests, answers and numbers."""

import urllib.error
from typing import Any

import pytest

from tests.contract.test_sandbox import CONNECTION, refusal
from tests.waiting import until
from vocode_pulumi.sandbox import Sandbox

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


def test_a_number_is_known_late_also_after_a_restart(account: Sandbox) -> None:
    account.fault(**BUY, unread=600)
    account.fault(**LINK, unread=600, unlisted=600)
    bought = account.call("POST", BUY["path"])["number"]
    linked = link(account, "14155550100")["number"]
    account.restart()
    for number in (bought, linked):
        digits = {"phone_number": number}
        assert refusal(account, "GET", "/v1/numbers", **digits) == (404, "Number not found")
        assert refusal(account, "POST", "/v1/numbers/update", {"label": "x"}, **digits)[0] == 404
        assert refusal(account, "POST", "/v1/numbers/cancel", **digits)[0] == 404
    assert listed(account) == [bought]
    assert [one["number"] for one in account.purchases()] == [bought]


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
        assert error.code == 404
        return False
    return True

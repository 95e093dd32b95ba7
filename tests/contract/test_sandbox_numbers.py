# SPDX-License-Identifier: Apache-2.0
"""Numbers of the sandbox: how they are spelled, and many of them."""

from typing import Any

import pytest

from tests.contract.test_sandbox import AGENT, CONNECTION, refusal
from vocode_pulumi.sandbox import Sandbox


def buy(account: Sandbox, **order: Any) -> str:
    number: str = account.call("POST", "/v1/numbers/buy", order)["number"]
    return number


def spellings(account: Sandbox, digits: str) -> dict[str, str]:
    """The number in the answer of each call but a purchase, from the first to the last."""
    asked = {"phone_number": digits}
    (shown,) = [
        one["number"]
        for one in account.call("GET", "/v1/numbers/list")["items"]
        if one["number"].endswith(digits)
    ]
    return {
        "list": shown,
        "get": account.call("GET", "/v1/numbers", **asked)["number"],
        "update": account.call("POST", "/v1/numbers/update", {"label": "x"}, **asked)["number"],
        "cancel": account.call("POST", "/v1/numbers/cancel", **asked)["number"],
    }


def test_every_answer_spells_a_number_with_a_plus(account: Sandbox) -> None:
    before = buy(account)
    account.spell(plus="everywhere")
    id_ = account.call("POST", "/v1/account_connections/create", CONNECTION)["id"]
    order = {"telephony_account_connection": id_, "phone_number": "+14155550100"}
    linked = account.call("POST", "/v1/numbers/link", order)["number"]
    assert (linked, buy(account)[:2]) == ("+14155550100", "+1")
    assert {*spellings(account, before).values()} == {f"+{before}"}
    assert {*spellings(account, "14155550100").values()} == {"+14155550100"}
    account.spell(plus="none")
    assert account.call("GET", "/v1/numbers", phone_number=before)["number"] == before


def test_only_purchases_spell_a_number_with_a_plus_also_after_a_restart(account: Sandbox) -> None:
    account.spell(plus="purchases")
    account.restart()
    bought = buy(account)
    assert bought.startswith("+1")
    digits = bought.removeprefix("+")
    assert account.purchases()[0]["number"] == digits
    assert {*spellings(account, digits).values()} == {digits}


@pytest.mark.parametrize("plus", ["everywhere", "purchases"])
def test_requests_are_understood_in_both_spellings(account: Sandbox, plus: str) -> None:
    digits = buy(account)
    asked = {"phone_number": f"+{digits}"}
    agent = account.call("POST", "/v1/agents/create", AGENT)
    call = {"from_number": f"+{digits}", "to_number": "14155550100", "agent": agent["id"]}
    for path, body in {"/v1/numbers/update": {}, "/v1/calls/create": call}.items():
        query = asked if "numbers" in path else {}
        assert refusal(account, "POST", path, body, **query)[0] == 404
    account.spell(plus=plus)
    id_ = account.call("GET", "/v1/numbers", phone_number=digits)["id"]
    assert account.call("GET", "/v1/numbers", **asked)["id"] == id_
    assert account.call("POST", "/v1/numbers/update", {"label": "x"}, **asked)["id"] == id_
    assert account.call("POST", "/v1/calls/create", call)["agent_phone_number"] == digits
    assert account.call("POST", "/v1/numbers/cancel", **asked)["id"] == id_
    account.spell(plus="none")
    assert refusal(account, "GET", "/v1/numbers", **asked)[0] == 404


def test_a_spelling_that_is_none_is_refused(account: Sandbox) -> None:
    assert refusal(account, "POST", "/_sandbox/spelling", {"plus": "some"})[0] == 422
    assert refusal(account, "POST", "/_sandbox/spelling", {})[0] == 422

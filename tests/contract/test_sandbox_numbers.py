# SPDX-License-Identifier: Apache-2.0
"""Numbers of the sandbox: how they are spelled, and many of them."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_sandbox import AGENT, CONNECTION, UNKNOWN, refusal
from tests.support.serving import InThread
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


def test_only_purchases_spell_a_number_with_a_plus_also_after_a_restart(killable: Sandbox) -> None:
    killable.spell(plus="purchases")
    killable.restart()
    bought = buy(killable)
    assert bought.startswith("+1")
    digits = bought.removeprefix("+")
    assert killable.purchases()[0]["number"] == digits
    assert {*spellings(killable, digits).values()} == {digits}


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


def pages(account: Sandbox, **query: Any) -> Iterator[list[dict[str, Any]]]:
    """The pages of the account's list of numbers."""
    for page in count(1):
        answer = account.call("GET", "/v1/numbers/list", page=page, size=100, **query)
        yield answer["items"]
        if not answer["has_more"]:
            return


def test_many_numbers_are_put_into_an_account_and_listed(killable: Sandbox) -> None:
    bought = buy(killable)
    many = killable.add_numbers(2_500)
    found = [one for page in pages(killable) for one in page]
    assert [one["number"] for one in found] == [bought, *many]
    assert len({*many, bought}) == 2_501
    assert all(re.fullmatch("1[2-9][0-9]{2}[2-9][0-9]{6}", number) for number in many)
    assert {one["user_id"] for one in found} == {killable.call("GET", "/v1/usage")["user_id"]}
    assert [one["number"] for one in killable.purchases()] == [bought]
    asked = {"phone_number": many[7]}
    number = killable.call("GET", "/v1/numbers", **asked)
    assert (number["telephony_provider"], number["inbound_agent"]) == ("vonage", None)
    killable.call("POST", "/v1/numbers/cancel", **asked)
    killable.restart()
    assert sum(len(page) for page in pages(killable)) == 2_500


def test_numbers_are_put_in_as_they_are_ordered(account: Sandbox) -> None:
    agent = account.call("POST", "/v1/agents/create", AGENT)
    order = {"area_code": "415", "telephony_provider": "twilio", "inbound_agent": agent["id"]}
    first, second = account.add_numbers(2, **order), account.add_numbers(3, **order)
    assert len({*first, *second}) == 5
    for number in (*first, *second):
        one = account.call("GET", "/v1/numbers", phone_number=number)
        assert one["number"].startswith("1415")
        assert (one["telephony_provider"], one["inbound_agent"]) == ("twilio", agent)
    add = ("POST", "/_sandbox/numbers")
    assert refusal(account, *add, {"count": 1, "area_code": "555"})[0] == 404
    assert refusal(account, *add, {"count": 1, "area_code": "x"})[0] == 404
    assert refusal(account, *add, {"count": 1, "inbound_agent": UNKNOWN})[0] == 404
    assert refusal(account, *add, {"count": 0})[0] == 422


def test_numbers_that_are_put_in_had_agents_in_2023(tmp_path: Path) -> None:
    with InThread(tmp_path, age=2023) as old:
        many = old.add_numbers(2)
        agents = [old.call("GET", "/v1/numbers", phone_number=one)["inbound_agent"] for one in many]
        assert agents[0] == agents[1]
        assert isinstance(agents[0]["prompt"], str)


def test_lists_are_sorted_by_any_field_with_what_lacks_it_first(account: Sandbox) -> None:
    names = [None, "b", "a", "B", "é", "", "b"]
    made = [account.call("POST", "/v1/agents/create", {**AGENT, "name": name}) for name in names]
    ids = [one["id"] for one in made]

    def listed(**query: Any) -> list[str]:
        pages = [
            account.call("GET", "/v1/agents/list", page=page, size=3, **query) for page in (1, 2, 3)
        ]
        return [one["id"] for page in pages for one in page["items"]]

    assert listed() == ids
    assert listed(sort_desc="true") == ids[::-1]
    made.sort(key=lambda one: (one["name"] is not None, one["name"] or ""))
    by_name = [one["id"] for one in made]
    assert listed(sort_column="name") == by_name
    assert listed(sort_column="name", sort_desc="true") == by_name[::-1]
    for odd in ("nothing", "$", "a.b", 'a"b', "a[0]", "x'y", ""):
        assert listed(sort_column=odd) == ids
    assert account.call("GET", "/v1/agents/list", page=10**30)["items"] == []


def test_calls_are_sorted_by_their_times(account: Sandbox) -> None:
    order = {"from_number": buy(account), "to_number": "14155550100", "agent": AGENT}
    for _ in range(3):
        account.wait_for_call(account.call("POST", "/v1/calls/create", order)["id"])
    query = {"sort_column": "start_time", "sort_desc": "true"}
    times = [one["start_time"] for one in account.call("GET", "/v1/calls/list", **query)["items"]]
    assert times == sorted(times, reverse=True)
    assert len({*times}) == 3


def test_an_account_of_version_0_1_opens_and_goes_on(tmp_path: Path) -> None:
    left = Path(__file__).parents[1] / "fixtures" / "first_house" / "account.sql"
    with closing(sqlite3.connect(tmp_path / "account.sqlite")) as db:
        db.executescript(left.read_text())
    with InThread(tmp_path) as account:
        before = [one["number"] for page in pages(account) for one in page]
        assert len(before) == 14
        assert len(account.purchases()) == 13
        more = account.add_numbers(2)
        bought = buy(account)
        assert [one["number"] for page in pages(account) for one in page] == [
            *before,
            *more,
            bought,
        ]
        for number in before:
            assert account.call("GET", "/v1/numbers", phone_number=number)["active"]
        account.call("POST", "/v1/numbers/cancel", phone_number=before[0])
        assert len(account.purchases()) == 14

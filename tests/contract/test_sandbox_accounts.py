# SPDX-License-Identifier: Apache-2.0
"""Several accounts at one address, told apart by their keys."""

import http.client
import json
import stat
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.contract.test_sandbox import AGENT, BUY, UNKNOWN, refusal
from tests.support.waiting import until
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.client import SandboxClient

REFUSED = (401, "Invalid or missing API key")


def buy(account: SandboxClient) -> str:
    number: str = account.call("POST", "/v1/numbers/buy")["number"]
    return number


def listed(account: SandboxClient, collection: str = "numbers") -> list[str]:
    name = "number" if collection == "numbers" else "id"
    return [one[name] for one in account.call("GET", f"/v1/{collection}/list")["items"]]


def test_the_user_id_of_an_account_is_the_same_everywhere(account: Sandbox) -> None:
    other = account.another_account("key-of-another")
    users = []
    for one in (account, other):
        number = one.call("POST", "/v1/numbers/buy", {"inbound_agent": AGENT})
        user = one.call("GET", "/v1/usage")["user_id"]
        assert {number["user_id"], number["inbound_agent"]["user_id"]} == {user}
        users.append(user)
    assert users[0] != users[1]


def test_accounts_see_nothing_of_each_other(account: Sandbox) -> None:
    other = account.another_account("key-of-another")
    first, second = buy(account), buy(other)
    agent = account.call("POST", "/v1/agents/create", AGENT)["id"]
    assert (listed(account), listed(other)) == ([first], [second])
    assert listed(other, "agents") == []
    assert refusal(other, "GET", "/v1/agents", id=agent)[0] == 404
    assert refusal(other, "POST", "/v1/agents/update", {}, id=agent)[0] == 404
    for one, foreign in ((account, second), (other, first)):
        asked = {"phone_number": foreign}
        assert refusal(one, "GET", "/v1/numbers", **asked)[0] == 404
        assert refusal(one, "POST", "/v1/numbers/cancel", **asked)[0] == 404
        assert refusal(one, "POST", "/v1/numbers/buy", {"inbound_agent": UNKNOWN})[0] == 404
    assert [one["number"] for one in account.purchases()] == [first]
    assert [one["number"] for one in other.purchases()] == [second]
    other.spell(plus="everywhere")
    many = other.add_numbers(2)
    assert (listed(account), listed(other)) == ([first], [f"+{one}" for one in (second, *many)])


def test_what_needs_no_key_is_of_the_first_account_without_one(account: Sandbox) -> None:
    other = account.another_account("key-of-another")
    number = buy(account)
    buy(other)
    with urllib.request.urlopen(f"{account.url}/_sandbox/purchases", timeout=30) as answer:
        assert [one["number"] for one in json.loads(answer.read())] == [number]
    stranger = SandboxClient(account.url, "unknown-key")
    assert refusal(stranger, "GET", "/_sandbox/purchases") == REFUSED
    assert refusal(stranger, "POST", "/_sandbox/spelling", {"plus": "none"}) == REFUSED


def test_faults_and_the_record_of_requests_are_common(account: Sandbox) -> None:
    other = account.another_account("key-of-another")
    other.fault(**BUY, unlisted=600, strangers=1)
    assert account.faults() == other.faults()
    assert len(other.faults()) == 1
    buy(other)
    assert account.faults() == []
    assert [one["stranger"] for one in other.purchases()] == [True, False]
    assert (len(listed(other)), account.purchases()) == (1, [])
    buy(account)
    assert [one["path"] for one in account.requests()] == [
        BUY["path"],
        "/v1/numbers/list",
        BUY["path"],
    ]
    assert other.requests() == account.requests()
    other.fault(**BUY, close="before", later=0.01)
    with pytest.raises((OSError, http.client.HTTPException)):
        buy(other)
    until(lambda: len(other.purchases()) == 3)
    assert len(account.purchases()) == 1


def test_calls_are_of_the_account_whose_key_is_given(account: Sandbox) -> None:
    other = account.another_account("key-of-another")
    number = other.call("POST", "/v1/numbers/buy", {"inbound_agent": AGENT})["number"]
    with pytest.raises(urllib.error.HTTPError):
        account.call_number(number, from_number="14155550123")
    call = other.call_number(number, from_number="14155550123")
    assert call["status"] == "ended"
    assert (listed(account, "calls"), listed(other, "calls")) == ([], [call["id"]])


def test_an_account_is_found_again_by_its_key_also_after_a_kill(killable: Sandbox) -> None:
    other = killable.another_account("key-of-another")
    number = buy(other)
    again = killable.another_account("key-of-another")
    assert listed(again) == [number]
    killable.kill()
    killable.restart()
    assert listed(other) == [number]
    assert listed(killable.another_account("key-of-another")) == [number]
    assert listed(killable.another_account(killable.api_key)) == []
    assert refusal(SandboxClient(killable.url, "unknown-key"), "GET", "/v1/usage") == REFUSED


def test_a_changed_key_is_the_same_account_and_the_old_one_is_refused(killable: Sandbox) -> None:
    for one, new in ((killable.another_account("old-key"), "new-key"), (killable, "newer-key")):
        old = SandboxClient(killable.url, one.api_key)
        number = buy(one)
        one.rotate_key(new)
        assert one.api_key == new
        killable.restart()
        assert listed(one) == [number]
        assert [bought["number"] for bought in one.purchases()] == [number]
        assert refusal(old, "GET", "/v1/usage") == REFUSED
        assert refusal(old, "POST", "/v1/numbers/buy") == REFUSED
    assert listed(SandboxClient(killable.url, "new-key")) != listed(killable)


def test_a_changed_key_stays_changed_when_the_old_one_is_given_at_the_start(
    killable: Sandbox,
) -> None:
    old = killable.api_key
    number = buy(killable)
    killable.rotate_key("new-key")
    killable.api_key = old
    killable.restart()
    assert refusal(killable, "GET", "/v1/usage") == REFUSED
    assert listed(SandboxClient(killable.url, "new-key")) == [number]
    killable.api_key = "third-key"
    killable.restart()
    assert listed(killable) == [number]
    assert refusal(SandboxClient(killable.url, "new-key"), "GET", "/v1/usage") == REFUSED


def test_a_key_is_of_one_account_and_for_once(account: Sandbox) -> None:
    account.another_account("old-key").rotate_key("new-key")
    rotate = ("POST", "/_sandbox/accounts/rotate")

    def status(old: str, new: str) -> int:
        return refusal(account, *rotate, {"api_key": old, "new_api_key": new})[0]

    assert status("unknown-key", "x") == 404
    assert status("old-key", "x") == 404
    assert status("new-key", account.api_key) == 409
    assert status(account.api_key, "new-key") == 409
    assert status(account.api_key, "old-key") == 409
    assert refusal(account, "POST", "/_sandbox/accounts", {"api_key": "old-key"})[0] == 409


@pytest.mark.parametrize("key", ["", "with space", "line\nbreak", "é", 7])
def test_a_key_that_no_header_carries_is_refused_and_not_repeated(
    account: Sandbox, key: Any
) -> None:
    status, detail = refusal(account, "POST", "/_sandbox/accounts", {"api_key": key})
    assert status == 422
    assert set(detail[0]) == {"loc", "msg", "type"}


def test_keys_are_not_kept_and_folders_are_their_owners_alone(account: Sandbox) -> None:
    other = account.another_account("key-of-another")
    buy(other)
    other.rotate_key("key-of-another-anew")
    files = [path for path in account.data.rglob("*") if path.is_file()]
    folders = [account.data, *(path for path in account.data.rglob("*") if path.is_dir())]
    assert len(folders) == 3
    for path in folders:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        assert b"key-of-another" not in path.read_bytes()
        assert account.api_key.encode() not in path.read_bytes()

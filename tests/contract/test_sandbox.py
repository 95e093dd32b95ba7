# SPDX-License-Identifier: Apache-2.0
"""How the sandbox answers, over HTTP."""

import http.client
import json
import stat
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.client import SandboxClient

VOICE = {"type": "voice_vocode", "voice_id": "joe"}
AGENT: dict[str, Any] = {"prompt": {"content": "one"}, "voice": VOICE}
CONNECTION = {
    "type": "account_connection_twilio",
    "credentials": {"twilio_account_sid": "AC-hidden", "twilio_auth_token": "token-hidden"},
}
UNKNOWN = "0f8fad5b-d9cb-469f-a165-70867728950e"


def refusal(account: SandboxClient, *args: Any, **kwargs: Any) -> tuple[int, Any]:
    """The status and detail of an answer that is no."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        account.call(*args, **kwargs)
    return caught.value.code, json.loads(caught.value.read())["detail"]


COLLECTIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "agents": (AGENT, {"initial_message": "Hi"}),
    "prompts": ({"content": "one"}, {"content": "two"}),
    "voices": (
        VOICE | {"type": "voice_azure", "voice_name": "x"},
        {"type": "voice_azure", "rate": 1},
    ),
    "webhooks": ({"url": "https://example.com", "subscriptions": []}, {"method": "GET"}),
    "actions": ({"type": "action_dtmf"}, {"type": "action_dtmf", "config": {}}),
    "vector_databases": (
        {
            "type": "vector_database_pinecone",
            "index": "a",
            "api_key": "k",
            "api_environment": "e",
        },
        {"type": "vector_database_pinecone", "index": "b"},
    ),
    "account_connections": (
        CONNECTION,
        {
            "type": "account_connection_twilio",
            "credentials": {"twilio_account_sid": "a", "twilio_auth_token": "b"},
        },
    ),
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_creates_gets_updates_and_lists(account: Sandbox, name: str) -> None:
    new, change = COLLECTIONS[name]
    made = account.call("POST", f"/v1/{name}/create", new)
    assert account.call("GET", f"/v1/{name}", id=made["id"]) == made
    changed = account.call("POST", f"/v1/{name}/update", change, id=made["id"])
    assert changed == {**made, **change}
    page = account.call("GET", f"/v1/{name}/list")
    assert [one["id"] for one in page["items"]] == [made["id"]]
    assert (page["page"], page["size"], page["has_more"], page["total"]) == (1, 10, False, 1)
    assert refusal(account, "GET", f"/v1/{name}", id=UNKNOWN)[0] == 404
    assert refusal(account, "POST", f"/v1/{name}/update", change, id=UNKNOWN)[0] == 404
    status, detail = refusal(account, "GET", f"/v1/{name}", id="x")
    assert status == 422
    assert detail[0]["loc"] == ["query", "id"]
    assert set(detail[0]) == {"loc", "msg", "type"}


def test_lists_are_normalized_and_paged(account: Sandbox) -> None:
    for _ in range(3):
        account.call("POST", "/v1/numbers/buy", {"inbound_agent": AGENT})
    first = account.call("GET", "/v1/numbers/list", size=2)
    second = account.call("GET", "/v1/numbers/list", size=2, page=2)
    assert (len(first["items"]), first["has_more"]) == (2, True)
    assert (len(second["items"]), second["has_more"]) == (1, False)
    assert isinstance(first["items"][0]["inbound_agent"], str)
    agents = account.call("GET", "/v1/agents/list")["items"]
    assert all(isinstance(agents[0][part], str) for part in ("prompt", "voice"))
    backwards = account.call("GET", "/v1/numbers/list", sort_column="number", sort_desc="true")
    digits = [one["number"] for one in backwards["items"]]
    assert digits == sorted(digits, reverse=True)


def test_an_inline_object_in_an_update_changes_what_the_field_refers_to(account: Sandbox) -> None:
    agent = account.call("POST", "/v1/agents/create", AGENT)
    changed = account.call(
        "POST", "/v1/agents/update", {"prompt": {"content": "two"}}, id=agent["id"]
    )
    assert changed["prompt"] == {**agent["prompt"], "content": "two"}
    prompt = account.call("GET", "/v1/prompts", id=agent["prompt"]["id"])
    assert prompt["content"] == "two"
    number = account.call("POST", "/v1/numbers/buy", {"inbound_agent": agent["id"]})["number"]
    update = {"inbound_agent": {"initial_message": "Hi"}}
    account.call("POST", "/v1/numbers/update", update, phone_number=number)
    assert account.call("GET", "/v1/agents", id=agent["id"])["initial_message"] == "Hi"
    assert account.call("POST", "/v1/agents/update", {"webhook": None}, id=agent["id"])
    incomplete = {"webhook": {"url": "https://example.com"}}
    assert refusal(account, "POST", "/v1/agents/update", incomplete, id=agent["id"])[0] == 422


def test_the_type_of_an_object_cannot_change(account: Sandbox) -> None:
    voice = account.call("POST", "/v1/voices/create", VOICE)["id"]
    other = {"type": "voice_azure", "voice_name": "x"}
    assert refusal(account, "POST", "/v1/voices/update", other, id=voice)[0] == 422


def test_a_number_lives_and_ends(account: Sandbox) -> None:
    number = account.call("POST", "/v1/numbers/buy")
    assert (number["label"], number["outbound_only"], number["active"]) == ("", False, True)
    assert number["inbound_agent"] is None
    assert number["telephony_provider"] == "vonage"
    digits = {"phone_number": number["number"]}
    update = {"label": "x", "example_context": {"a": "b"}}
    changed = account.call("POST", "/v1/numbers/update", update, **digits)
    assert changed == {**number, **update}
    assert account.call("POST", "/v1/numbers/cancel", **digits)["active"] is False
    assert account.call("GET", "/v1/numbers", **digits)["active"] is False
    assert account.call("GET", "/v1/numbers/list")["items"] == []
    assert refusal(account, "POST", "/v1/numbers/cancel", **digits)[0] == 404
    assert refusal(account, "POST", "/v1/numbers/update", update, **digits)[0] == 404
    assert refusal(account, "GET", "/v1/numbers", phone_number="14155550100")[0] == 404


def test_what_cannot_be_bought_is_refused_and_leaves_nothing_behind(account: Sandbox) -> None:
    buy = ("POST", "/v1/numbers/buy")
    exhausted = refusal(account, *buy, {"area_code": "555", "inbound_agent": AGENT})
    assert exhausted == (404, "No numbers available in area code 555")
    assert refusal(account, *buy, {"inbound_agent": UNKNOWN})[0] == 404
    assert refusal(account, *buy, {"telephony_account_connection": UNKNOWN})[0] == 404
    assert refusal(account, *buy, {"telephony_provider": "x"})[0] == 422
    assert account.call("GET", "/v1/agents/list")["items"] == []
    assert account.purchases() == []


def test_a_number_shows_its_connection_whole_and_a_pool_is_kept(account: Sandbox) -> None:
    id_ = account.call("POST", "/v1/account_connections/create", CONNECTION)["id"]
    order = {"telephony_account_connection": id_, "phone_number": "14155550100"}
    linked = account.call("POST", "/v1/numbers/link", order)
    assert linked["telephony_account_connection"]["credentials"] == CONNECTION["credentials"]
    assert linked["telephony_provider"] == "twilio"
    assert account.purchases() == []
    pool = "/v1/account_connections"
    account.call("POST", f"{pool}/add_to_steering_pool", id=id_)
    assert account.call("GET", pool, id=id_)["steering_pool"] == ["14155550100"]
    out = {"phone_number": "14155550100"}
    account.call("POST", f"{pool}/remove_from_steering_pool", out, id=id_)
    assert account.call("GET", pool, id=id_)["steering_pool"] == []


def test_a_call_goes_through_its_states(account: Sandbox) -> None:
    number = account.call("POST", "/v1/numbers/buy")["number"]
    order = {"from_number": number, "to_number": "14155550100", "agent": {"prompt": {}}}
    made = account.call("POST", "/v1/calls/create", order)
    states = [account.call("GET", "/v1/calls", id=made["id"])["status"] for _ in range(3)]
    assert states == ["not_started", "in_progress", "ended"]
    other = account.call("POST", "/v1/calls/create", {**order, "agent": made["agent"]["id"]})
    assert account.call("POST", "/v1/calls/end", id=other["id"])["status"] == "ended"
    assert len(account.call("GET", "/v1/calls/list")["items"]) == 2
    assert refusal(account, "GET", "/v1/calls/recording", id=made["id"])[0] == 404


def test_a_wrong_token_is_refused_everywhere(account: Sandbox) -> None:
    right, account.api_key = account.api_key, "wrong"
    for path in ("/v1/usage", "/v1/numbers/list", "/v1/agents/list"):
        assert refusal(account, "GET", path) == (401, "Invalid or missing API key")
    account.api_key = right
    assert account.call("GET", "/v1/usage")["plan_type"] == "plan_developer"


def test_requests_are_recorded_without_credentials(account: Sandbox) -> None:
    account.call("POST", "/v1/account_connections/create", CONNECTION)
    (seen,) = account.requests()
    assert (seen["method"], seen["path"], seen["status"]) == (
        "POST",
        "/v1/account_connections/create",
        200,
    )
    assert seen["body"]["credentials"] == {"twilio_account_sid": "***", "twilio_auth_token": "***"}
    assert "hidden" not in json.dumps(seen)
    account.clear_requests()
    assert account.requests() == []


def test_an_account_survives_a_kill_and_is_its_owners_alone(killable: Sandbox) -> None:
    number = killable.call("POST", "/v1/numbers/buy")
    url = killable.url
    killable.kill()
    killable.restart()
    assert killable.url == url
    assert killable.call("GET", "/v1/numbers", phone_number=number["number"]) == number
    assert stat.S_IMODE(killable.data.stat().st_mode) == 0o700
    for file in killable.data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


BUY = {"method": "POST", "path": "/v1/numbers/buy"}


@pytest.mark.parametrize(
    ("fault", "bought"),
    [
        ({"status": 500}, 0),
        ({"status": 500, "work": True}, 1),
        ({"close": "before"}, 0),
        ({"close": "after"}, 1),
        ({"cut": True}, 1),
    ],
    ids=str,
)
def test_a_fault_strikes_as_often_as_it_says(
    account: Sandbox, fault: dict[str, Any], bought: int
) -> None:
    account.fault(**BUY, **fault, after=1)
    account.call("POST", "/v1/numbers/buy")
    account.call("GET", "/v1/usage")
    with pytest.raises((OSError, http.client.HTTPException)):
        account.call("POST", "/v1/numbers/buy")
    assert len(account.purchases()) == 1 + bought
    assert account.faults() == []
    account.call("POST", "/v1/numbers/buy")


def test_a_fault_says_what_it_is_told(account: Sandbox) -> None:
    account.fault(
        path="/v1/usage", status=429, body={"detail": "slow"}, headers={"Retry-After": "7"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        account.call("GET", "/v1/usage")
    assert caught.value.headers["Retry-After"] == "7"
    assert json.loads(caught.value.read()) == {"detail": "slow"}
    assert refusal(account, "POST", "/_sandbox/faults", {"stat": 500})[0] == 422


def test_answers_of_2023(tmp_path: Path) -> None:
    with InThread(tmp_path, age=2023) as old:
        number = old.call("POST", "/v1/numbers/buy")
        assert set(number) == {"id", "user_id", "active", "inbound_agent", "number"}
        assert isinstance(number["inbound_agent"]["prompt"], str)


def test_sandboxes_of_one_process_share_nothing(account: Sandbox, tmp_path: Path) -> None:
    with InThread(tmp_path / "other", api_key="key-of-the-other") as other:
        third = account.another_account("key-of-a-third")
        bought = account.call("POST", "/v1/numbers/buy", {})["number"]
        account.fault(path="/v1/usage", status=503)
        assert [one["number"] for one in account.purchases()] == [bought]
        assert [one["path"] for one in account.requests()] == ["/v1/numbers/buy"]
        assert (len(account.faults()), account.connections()) == (1, 1)
        assert (other.purchases(), other.requests(), other.faults()) == ([], [], [])
        assert other.connections() == 0
        for key in (account.api_key, third.api_key):
            assert refusal(SandboxClient(other.url, key), "GET", "/v1/usage")[0] == 401

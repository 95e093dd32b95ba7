# SPDX-License-Identifier: Apache-2.0
"""What a call to a number of the sandbox sends, to a real receiver."""

import base64
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.receiver import Receiver, receiver
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox

EVENTS = [
    "event_message",
    "event_action",
    "event_phone_call_connected",
    "event_phone_call_ended",
    "event_phone_call_did_not_connect",
    "event_transcript",
    "event_recording",
    "event_human_detection",
]
CALLER = "14155550123"
GOODBYE = {"type": "action_end_conversation"}
TRANSFER = {"type": "action_transfer_call", "config": {"phone_number": "14155550199"}}


@pytest.fixture
def shop() -> Iterator[Receiver]:
    """A receiver of the test's own."""
    with receiver() as made:
        yield made


def agent(shop: Receiver | None, *, events: list[str] = EVENTS, **more: Any) -> dict[str, Any]:
    """An agent whose webhook is the receiver."""
    webhook = {"url": f"{shop.url}/calls", "subscriptions": events} if shop else None
    return {
        "prompt": {"content": "You sell bread."},
        "voice": {"type": "voice_vocode", "voice_id": "joe"},
        "webhook": webhook,
        **more,
    }


def buy(account: Sandbox, inbound_agent: dict[str, Any] | None) -> str:
    """A new number."""
    return str(account.call("POST", "/v1/numbers/buy", {"inbound_agent": inbound_agent})["number"])


def ring(account: Sandbox, number: str, *say: str) -> dict[str, Any]:
    return account.call_number(number, from_number=CALLER, say=say)


def external(shop: Receiver, **config: Any) -> dict[str, Any]:
    """An external action at the receiver."""
    whole = {
        "name": "book_table",
        "description": "Book a table.",
        "url": f"{shop.url}/book",
        "input_schema": {
            "type": "object",
            "properties": {
                "guests": {"type": "integer"},
                "when": {"enum": ["noon", "evening"]},
                "name": {"type": "string"},
            },
        },
        "speak_on_send": False,
        "speak_on_receive": True,
        **config,
    }
    return {"type": "action_external", "config": whole}


def test_the_events_of_a_call_arrive_in_order(account: Sandbox, shop: Receiver) -> None:
    number = buy(account, agent(shop, initial_message="Bakery!", actions=[GOODBYE]))
    call = ring(account, number, "Do you have rye?", "Goodbye.", "Never said.")
    events = shop.events()
    assert [kind for kind, _ in events] == [
        "event_phone_call_connected",
        *["event_message"] * 5,
        "event_action",
        "event_phone_call_ended",
        "event_transcript",
    ]
    said = [(one["sender"], one["text"]) for kind, one in events if kind == "event_message"]
    assert said == [
        ("bot", "Bakery!"),
        ("human", "Do you have rye?"),
        ("bot", 'You said: "Do you have rye?" My prompt: "You sell bread."'),
        ("human", "Goodbye."),
        ("bot", 'You said: "Goodbye." My prompt: "You sell bread."'),
    ]
    of = dict(events)
    numbers = {"to_phone_number": number, "from_phone_number": CALLER}
    assert of["event_phone_call_connected"] == numbers
    assert of["event_action"]["action_input"] == {
        "action_config": {"type": "action_end_conversation"},
        "params": {},
    }
    assert of["event_phone_call_ended"]["conversation_minutes"] > 0
    transcript = "\n".join(f"{sender.upper()}: {text}" for sender, text in said)
    assert (
        of["event_transcript"] == {"transcript": transcript} == {"transcript": call["transcript"]}
    )
    assert {one.body["call_id"] for one in shop.received} == {call["id"]}
    outcome = (call["status"], call["stage"], call["stage_outcome"])
    assert outcome == ("ended", "picked_up", "bot_disconnected")
    listed = account.call("GET", "/v1/calls/list")["items"]
    assert [(one["id"], one["from_number"]) for one in listed] == [(call["id"], CALLER)]


def test_only_what_is_subscribed_to_is_sent(account: Sandbox, shop: Receiver) -> None:
    number = buy(account, agent(shop, events=["event_transcript", "event_phone_call_ended"]))
    call = ring(account, number, "Hello?")
    kinds = ["event_phone_call_ended", "event_transcript"]
    assert [kind for kind, _ in shop.events()] == kinds
    assert [one["kind"] for one in account.deliveries(call["id"])] == kinds
    assert call["stage_outcome"] == "human_disconnected"


def test_a_webhook_that_takes_get_finds_the_event_in_the_query(
    account: Sandbox, shop: Receiver
) -> None:
    wanted = agent(shop, events=["event_phone_call_connected"])
    wanted["webhook"] |= {"method": "GET", "url": f"{shop.url}/calls?shop=1"}
    call = ring(account, buy(account, wanted))
    (seen,) = shop.received
    assert (seen.method, seen.path, seen.raw) == ("GET", "/calls", b"")
    assert (seen.query["shop"], seen.query["type"]) == ("1", "event_phone_call_connected")
    assert seen.query["call_id"] == call["id"]
    assert json.loads(seen.query["payload"])["from_phone_number"] == CALLER


def test_a_delivery_is_tried_again_until_it_is_taken(account: Sandbox, shop: Receiver) -> None:
    statuses = iter([503, 429, 200, 200])
    shop.respond = lambda _seen: (next(statuses), {})
    number = buy(account, agent(shop, events=["event_phone_call_ended", "event_transcript"]))
    call = ring(account, number, "Hello?")
    ended, transcript = account.deliveries(call["id"])
    assert [one["status"] for one in ended["attempts"]] == [503, 429, 200]
    assert (ended["state"], len(transcript["attempts"])) == ("delivered", 1)
    kinds = [kind for kind, _ in shop.events()]
    assert kinds == [*["event_phone_call_ended"] * 3, "event_transcript"]


@pytest.mark.parametrize(("status", "attempts"), [(500, 3), (400, 1)])
def test_a_delivery_that_is_never_taken_is_given_up(
    account: Sandbox, shop: Receiver, status: int, attempts: int
) -> None:
    shop.respond = lambda _seen: (status, {})
    call = ring(account, buy(account, agent(shop, events=["event_transcript"])))
    (given_up,) = account.deliveries(call["id"])
    assert given_up["state"] == "failed"
    assert [one["status"] for one in given_up["attempts"]] == [status] * attempts
    assert len(shop.received) == attempts
    assert call["status"] == "ended"


def test_a_receiver_that_never_answers_does_not_hold_a_call_up(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        InThread(tmp_path, delivery_timeout=0.2) as account,
    ):
        wanted = agent(None, initial_message="Hi")
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        wanted["webhook"] = {"url": url, "subscriptions": ["event_phone_call_ended"]}
        call = ring(account, buy(account, wanted))
        (given_up,) = account.deliveries(call["id"])
        errors = [one["error"] for one in given_up["attempts"]]
        assert errors == ["no answer in 0.2 s"] * 3
        assert call["transcript"] == "BOT: Hi"


def test_nobody_listening_is_on_record(account: Sandbox) -> None:
    with receiver() as gone:
        wanted = agent(gone, events=["event_transcript"])
    call = ring(account, buy(account, wanted))
    (failed,) = account.deliveries(call["id"])
    assert {one["error"] for one in failed["attempts"]} == {"cannot connect"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/calls", "example.com is not this machine"),
        ("http://127.0.0.1@example.com/", "example.com is not this machine"),
        ("http://127.0.0.1.nip.io/", "127.0.0.1.nip.io is not this machine"),
        ("http://sub.localhost/", "sub.localhost is not this machine"),
        ("http://192.168.0.1/", "192.168.0.1 is not this machine"),
        ("http://0.0.0.0/", "0.0.0.0 is not this machine"),
        ("http://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1 is not this machine"),
        ("http://[2001:db8::1]/", "2001:db8::1 is not this machine"),
        ("file:///etc/passwd", "not an http or https URL"),
        ("http://[::1", "not a URL"),
        ("http://127.0.0.1:port/", "not a URL"),
    ],
)
def test_nothing_leaves_this_machine(account: Sandbox, url: str, reason: str) -> None:
    wanted = agent(None)
    wanted["webhook"] = {"url": url, "subscriptions": ["event_transcript"]}
    call = ring(account, buy(account, wanted))
    (refused,) = account.deliveries(call["id"])
    assert (refused["state"], refused["attempts"]) == ("refused", [])
    assert refused["reason"].startswith(reason)
    assert call["status"] == "ended"


def test_a_redirect_is_not_followed(account: Sandbox, shop: Receiver) -> None:
    shop.headers = {"Location": "/elsewhere"}
    shop.respond = lambda _seen: (307, {})
    call = ring(account, buy(account, agent(shop, events=["event_transcript"])))
    (failed,) = account.deliveries(call["id"])
    assert [(one["status"], one["error"]) for one in failed["attempts"]] == [(307, None)]
    assert failed["state"] == "failed"
    assert [one.path for one in shop.received] == ["/calls"]


def test_a_host_that_is_allowed_is_asked(tmp_path: Path, shop: Receiver) -> None:
    wanted = agent(shop, events=["event_transcript"])
    wanted["webhook"]["url"] = shop.url.replace("127.0.0.1", "0.0.0.0")
    with InThread(tmp_path, allow_hosts=["other.example", "0.0.0.0"]) as account:
        call = ring(account, buy(account, wanted))
        assert [one["state"] for one in account.deliveries(call["id"])] == ["delivered"]
    assert len(shop.received) == 1


@pytest.mark.parametrize("host", ["localhost", "[::1]", "127.0.0.2", "[::ffff:127.0.0.1]"])
def test_this_machine_has_many_names(account: Sandbox, host: str) -> None:
    wanted = agent(None)
    wanted["webhook"] = {"url": f"http://{host}:9/", "subscriptions": ["event_transcript"]}
    call = ring(account, buy(account, wanted))
    (tried,) = account.deliveries(call["id"])
    assert tried["state"] == "failed"
    assert tried["attempts"][0]["error"] == "cannot connect"


def test_localhost_is_reached(account: Sandbox, shop: Receiver) -> None:
    wanted = agent(shop, events=["event_transcript"])
    wanted["webhook"]["url"] = shop.url.replace("127.0.0.1", "LOCALHOST")
    call = ring(account, buy(account, wanted))
    assert [one["state"] for one in account.deliveries(call["id"])] == ["delivered"]
    assert shop.received[0].headers["host"].lower().startswith("localhost:")


@pytest.mark.parametrize("holder", ["prompt", "agent"])
def test_the_context_endpoint_is_asked_first(account: Sandbox, shop: Receiver, holder: str) -> None:
    endpoint = {"context_endpoint": f"{shop.url}/who?shop=1"}
    wanted = agent(shop)
    wanted["prompt"] = {"content": "You talk to ${name}, who owes ${sum}."}
    (wanted["prompt"] if holder == "prompt" else wanted).update(endpoint)
    shop.respond = lambda seen: (200, {"name": "Ada"} if seen.path == "/who" else {})
    call = ring(account, buy(account, wanted), "Hello?")
    asked = shop.received[0]
    assert (asked.method, asked.path) == ("GET", "/who")
    assert asked.query == {"shop": "1", "phone_number": CALLER}
    assert call["context"] == {"name": "Ada"}
    assert "You talk to Ada, who owes ${sum}." in call["transcript"]
    first = account.deliveries(call["id"])[0]
    assert (first["kind"], first["answer"]) == ("context_endpoint", {"name": "Ada"})


@pytest.mark.parametrize("answer", [(200, ["no object"]), (500, {"name": "Ada"})])
def test_a_call_goes_on_without_its_context(
    account: Sandbox, shop: Receiver, answer: tuple[int, Any]
) -> None:
    wanted = agent(None)
    wanted["prompt"] = {"content": "You talk to ${name}.", "context_endpoint": shop.url}
    shop.respond = lambda _seen: answer
    call = ring(account, buy(account, wanted), "Hello?")
    assert call["context"] is None
    assert "You talk to ${name}." in call["transcript"]


def test_an_external_action_is_signed_and_its_answer_is_spoken(
    account: Sandbox, shop: Receiver
) -> None:
    number = buy(account, agent(shop, actions=[external(shop)]))
    kept = account.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]["actions"][0]
    secret = kept["config"]["signature_secret"]
    answer = {"result": {"table": 4}, "agent_message": "Table four is yours."}
    shop.respond = lambda seen: (200, answer if seen.path == "/book" else {})
    call = ring(account, number, "Please book table for me", 'book_table {"guests": 7}')
    first, second = [one for one in shop.received if one.path == "/book"]
    assert first.body == {
        "call_id": call["id"],
        "payload": {"guests": 0, "when": "noon", "name": "Please book table for me"},
    }
    assert second.body["payload"] == {"guests": 7}
    for one in (first, second):
        digest = hmac.new(base64.b64decode(secret), one.raw, hashlib.sha256).digest()
        assert one.headers["x-vocode-signature"] == base64.b64encode(digest).decode()
    assert call["transcript"].count("BOT: Table four is yours.") == 2
    action = next(payload for kind, payload in shop.events() if kind == "event_action")
    assert action["action_output"]["response"] == {"success": True, **answer}
    assert action["action_input"]["params"] == first.body["payload"]
    assert secret not in json.dumps(account.deliveries())


@pytest.mark.parametrize("answer", [(500, {}), (200, {"result": 1}), (200, ["no object"])])
def test_an_external_action_that_fails_is_told_and_not_repeated(
    account: Sandbox, shop: Receiver, answer: tuple[int, Any]
) -> None:
    shop.respond = lambda seen: answer if seen.path == "/book" else (200, {})
    number = buy(account, agent(shop, events=["event_action"], actions=[external(shop)]))
    call = ring(account, number, "book table", "Still there?")
    ((_, action),) = shop.events()
    assert action["action_output"]["response"]["success"] is False
    assert [one.path for one in shop.received] == ["/book", "/calls"]
    assert call["transcript"].count("Still there?") == 2


def test_a_secret_that_cannot_sign_is_a_reason(account: Sandbox, shop: Receiver) -> None:
    actions = [external(shop, signature_secret="not base64!")]
    call = ring(account, buy(account, agent(None, actions=actions)), "book table")
    (refused,) = account.deliveries(call["id"])
    assert refused["reason"] == "the action's signature_secret is not base64"
    assert shop.received == []


def test_a_phrase_of_the_agent_transfers_the_call(account: Sandbox, shop: Receiver) -> None:
    trigger = {
        "type": "action_trigger_phrase_based",
        "config": {
            "phrase_triggers": [
                {"phrase": "a human", "conditions": ["phrase_condition_type_contains"]}
            ]
        },
    }
    wanted = agent(
        shop, events=["event_action"], actions=[{**TRANSFER, "action_trigger": trigger}, GOODBYE]
    )
    wanted["prompt"] = {"content": "Say a human takes over when asked for one."}
    call = ring(account, buy(account, wanted), "transfer", "I want A HUMAN", "Goodbye.")
    ((_, action),) = shop.events()
    config = {"type": "action_transfer_call", "phone_number": "14155550199"}
    assert action["action_input"]["action_config"] == config
    assert (call["stage"], call["stage_outcome"]) == (
        "transfer_successful",
        "transfer_disconnected",
    )
    assert "Goodbye." not in call["transcript"]
    wanted["initial_message"] = "A human is not here."
    call = ring(account, buy(account, wanted), "Hello?")
    assert call["transcript"] == "BOT: A human is not here."


@pytest.mark.parametrize(
    ("kind", "config", "words", "parameters"),
    [
        ("action_dtmf", {}, "Press 12#, please", {"buttons": "12#"}),
        ("action_set_hold", {}, "Hold the line", {}),
        ("action_add_to_conference", {"phone_number": "14155550199"}, "a conference", {}),
    ],
)
def test_other_actions_are_told_of_and_the_call_goes_on(
    account: Sandbox,
    shop: Receiver,
    kind: str,
    config: dict[str, Any],
    words: str,
    parameters: dict[str, Any],
) -> None:
    actions = [{"type": kind, "config": config}]
    number = buy(account, agent(shop, events=["event_action"], actions=actions))
    call = ring(account, number, words, "Hello?")
    ((_, action),) = shop.events()
    assert action["action_input"]["action_config"]["type"] == kind
    assert action["action_input"]["params"] == parameters
    assert (call["stage"], call["stage_outcome"]) == ("picked_up", "human_disconnected")


def test_an_outbound_call_is_told_to_its_agents_webhook(account: Sandbox, shop: Receiver) -> None:
    number = buy(account, None)
    order = {
        "from_number": number,
        "to_number": CALLER,
        "agent": {
            "prompt": {"content": "Ask ${name}.", "context_endpoint": f"{shop.url}/who"},
            "initial_message": "Hi",
            "webhook": {"url": shop.url, "subscriptions": EVENTS},
        },
        "context": {"name": "Ada"},
    }
    made = account.call("POST", "/v1/calls/create", order)
    assert (made["status"], made["stage"]) == ("not_started", "created")
    call = account.wait_for_call(made["id"])
    kinds = [kind for kind, _ in shop.events()]
    assert kinds[:3] == ["event_phone_call_connected", "event_human_detection", "event_message"]
    assert kinds[-2:] == ["event_phone_call_ended", "event_transcript"]
    assert dict(shop.events())["event_human_detection"] == {"result": "human"}
    assert call["human_detection_result"] == "human"
    assert "Ask Ada." in call["transcript"]
    assert [one.path for one in shop.received if one.path == "/who"] == []


def test_a_confidential_call_keeps_no_transcript(account: Sandbox) -> None:
    order = {
        "from_number": buy(account, None),
        "to_number": CALLER,
        "agent": {"prompt": {}},
        "hipaa_compliant": True,
    }
    call = account.wait_for_call(account.call("POST", "/v1/calls/create", order)["id"])
    assert (call["status"], call["transcript"]) == ("ended", None)


@pytest.mark.parametrize("why", ["outbound_only", "cancelled"])
def test_a_number_that_takes_no_calls_does_not_connect(
    account: Sandbox, shop: Receiver, why: str
) -> None:
    number = buy(account, agent(shop))
    path = f"/v1/numbers/{'cancel' if why == 'cancelled' else 'update'}"
    body = None if why == "cancelled" else {"outbound_only": True}
    account.call("POST", path, body, phone_number=number)
    call = ring(account, number)
    assert (call["status"], call["stage"], call["stage_outcome"]) == (
        "ended",
        "created",
        "call_did_not_connect",
    )
    assert number in call["error_message"]
    assert shop.events() == [("event_phone_call_did_not_connect", {"telephony_status": "failed"})]


def test_a_number_without_an_agent_and_an_unknown_one_cannot_be_called(account: Sandbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        ring(account, buy(account, None))
    assert caught.value.code == 409
    with pytest.raises(urllib.error.HTTPError) as caught:
        ring(account, "14155550100")
    assert caught.value.code == 404
    assert account.call("GET", "/v1/calls/list")["items"] == []


def test_hanging_up_ends_what_is_being_said(account: Sandbox, shop: Receiver) -> None:
    asked, free = threading.Event(), threading.Event()

    def hold(_seen: Any) -> tuple[int, Any]:
        asked.set()
        free.wait(30)
        return 200, {}

    shop.respond = hold
    events = ["event_phone_call_connected", "event_message", "event_phone_call_ended"]
    order = {
        "from_number": buy(account, None),
        "to_number": CALLER,
        "agent": agent(shop, events=events, initial_message="Hi"),
    }
    made = account.call("POST", "/v1/calls/create", order)
    assert asked.wait(30)
    ended = account.call("POST", "/v1/calls/end", id=made["id"])
    free.set()
    assert (ended["status"], ended["stage_outcome"]) == ("ended", "bot_disconnected")
    call = account.wait_for_call(made["id"])
    kinds = [kind for kind, _ in shop.events()]
    assert kinds == ["event_phone_call_connected", "event_phone_call_ended"]
    assert call["stage_outcome"] == "bot_disconnected"


def test_a_killed_sandbox_goes_on_with_its_calls(killable: Sandbox, shop: Receiver) -> None:
    asked, free = threading.Event(), threading.Event()

    def hold_the_third(_seen: Any) -> tuple[int, Any]:
        if len(shop.received) == 3:
            asked.set()
            free.wait(30)
        return 200, {}

    shop.respond = hold_the_third
    number = buy(killable, agent(shop, initial_message="Hi"))
    order = {"to_number": number, "from_number": CALLER, "say": ["one", "two"]}
    made = killable.call("POST", "/_sandbox/calls", order)
    assert asked.wait(30)
    killable.kill()
    free.set()
    killable.restart()
    call = killable.wait_for_call(made["id"])
    sent = [one.body for one in shop.received]
    assert sent[2] == sent[3]
    kinds = [one["type"] for one in (*sent[:2], *sent[3:])]
    assert kinds == [
        "event_phone_call_connected",
        *["event_message"] * 5,
        "event_phone_call_ended",
        "event_transcript",
    ]
    assert call["transcript"].splitlines()[:2] == ["BOT: Hi", "HUMAN: one"]
    assert len(call["transcript"].splitlines()) == 5


def test_the_record_of_deliveries_can_be_emptied(account: Sandbox, shop: Receiver) -> None:
    ring(account, buy(account, agent(shop)))
    assert account.deliveries()
    account.clear_deliveries()
    assert account.deliveries() == []


def test_a_call_needs_the_key(account: Sandbox) -> None:
    number = buy(account, agent(None))
    account.api_key = "wrong"
    with pytest.raises(urllib.error.HTTPError) as caught:
        ring(account, number)
    assert caught.value.code == 401


def command(account: Sandbox, *args: str) -> subprocess.CompletedProcess[str]:
    """`vocode-pulumi sandbox call`, as a process."""
    env = {**os.environ, "VOCODE_BASE_URL": account.url, "VOCODE_API_KEY": account.api_key}
    return subprocess.run(
        [sys.executable, "-m", "vocode_pulumi", "sandbox", "call", *args],
        capture_output=True,
        text=True,
        timeout=60,
        env=env,
        check=False,
    )


def test_the_command_prints_what_was_said_and_delivered(account: Sandbox, shop: Receiver) -> None:
    number = buy(account, agent(shop, events=["event_transcript"], initial_message="Bakery!"))
    done = command(account, f"+{number}", "--from", "+1 (415) 555-0123", "--say", "Hello?")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "BOT: Bakery!",
        "HUMAN: Hello?",
        'BOT: You said: "Hello?" My prompt: "You sell bread."',
        f"delivered event_transcript POST {shop.url}/***: 200",
    ]
    shop.respond = lambda _seen: (400, {})
    done = command(account, number, "--from", CALLER)
    assert (done.returncode, done.stdout.splitlines()[-1][:6]) == (1, "failed")


def test_the_command_says_what_is_wrong_in_one_line(account: Sandbox) -> None:
    number = buy(account, agent(None))
    account.call("POST", "/v1/numbers/update", {"outbound_only": True}, phone_number=number)
    refused = {
        (number, "--from", CALLER): "the call did not connect: Number",
        (buy(account, None), "--from", CALLER): "has no agent",
        ("14155550100", "--from", CALLER): "Number not found",
        (number, "--from", CALLER, "--base-url", "http://127.0.0.1:9"): "sandbox serve",
        (number, "--from", CALLER, "--base-url", f"{account.url}/v1"): "is not a sandbox",
        (number, "--from", CALLER, "--base-url", "localhost:8787"): "not an http or https URL",
    }
    for arguments, words in refused.items():
        done = command(account, *arguments)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert words in done.stderr
    assert "digits" in command(account, "bakery", "--from", CALLER).stderr

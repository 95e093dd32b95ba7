# SPDX-License-Identifier: Apache-2.0
"""Calls: a scripted conversation, and the requests that it sends.

The store has the steps of a call that are still to come. One transaction carries out a step and records
the requests that it causes. They are sent before the next step. So a process that was killed continues
the call after a restart, and sends the request that was under way once more.
"""

import base64
import binascii
import hashlib
import hmac
import json
import threading
import time
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field

from vocode_pulumi.sandbox.account import assumptions
from vocode_pulumi.sandbox.account.behaviour import Account, ended, now
from vocode_pulumi.sandbox.account.store import Body
from vocode_pulumi.sandbox.calls import script
from vocode_pulumi.sandbox.calls.egress import Answer, Egress
from vocode_pulumi.sandbox.wire import plain_json
from vocode_pulumi.sandbox.wire.models import CallStatus, EventType

CONTEXT = "context_endpoint"
EXTERNAL = "action_external"
"""Kinds of deliveries besides the events of webhooks."""

BOT, HUMAN = "bot", "human"


class InboundCall(BaseModel):
    """A call to a number of the account.

    Args:
        to_number: digits with the country code.
        from_number: the number of the caller.
        say: the turns of the caller. After the last turn the caller hangs up.
    """

    model_config = ConfigDict(extra="forbid")

    to_number: str
    from_number: str
    say: list[str] = Field(default=list(assumptions.TURNS), max_length=100)


class Switchboard:
    """Plays the calls of an account, each in a thread of its own.

    Args:
        account: the account of the calls.
        egress: sends requests to receivers.

    Attributes:
        account: the account of the calls.
    """

    def __init__(self, account: Account, egress: Egress) -> None:
        self.account = account
        self._store = account.store
        self._egress = egress
        self._stopping = threading.Event()

    def play(self, call_id: str) -> None:
        """Start the conversation of a call, or continue it."""
        threading.Thread(target=self._play, args=(call_id,), daemon=True).start()

    def resume(self) -> None:
        """Continue the calls of an earlier process, unless another process may be running them."""
        if not self._store.is_served_by_others():
            for call_id in self._store.unfinished_calls():
                self.play(call_id)

    def stop(self) -> None:
        """Start no further step."""
        self._stopping.set()

    def _play(self, call_id: str) -> None:
        retry_until = time.monotonic() + assumptions.RETRY_SECONDS
        while not self._stopping.is_set():
            waiting = self._store.next_delivery(call_id)
            if waiting is not None:
                self._deliver(call_id, *waiting, retry_until)
            elif not self._step(call_id):
                return

    # The conversation.

    def _step(self, call_id: str) -> bool:
        """Carry out the next step; return whether there was one."""
        with self._store.transaction():
            call = self.account.existing_call(call_id)
            if not call["steps"]:
                return False
            self._carry_out(call, call["steps"].pop(0))
            self._store.put(call)
            return True

    def _carry_out(self, call: Body, step: list[Any]) -> None:
        agent = self.account.read("agents", call["agent"])
        match step:
            case ["refuse", reason]:
                call |= ended(call, "call_did_not_connect") | {"start_time": None}
                call["error_message"] = reason
                self._tell(
                    call,
                    EventType.PHONE_CALL_DID_NOT_CONNECT,
                    telephony_status=assumptions.TELEPHONY_STATUS,
                )
            case ["context"]:
                self._ask_for_context(call, agent)
            case ["connect"]:
                self._connect(call)
            case ["greet"]:
                if agent["initial_message"]:
                    self._say(call, BOT, agent["initial_message"])
                    self._act(call, script.by_phrase(agent["actions"], agent["initial_message"]))
            case ["hear", words]:
                self._say(call, HUMAN, words)
                prompt = script.filled(agent["prompt"]["content"], call["context"])
                self._say(call, BOT, assumptions.reply(words, prompt))
                fired = [*script.by_phrase(agent["actions"], words)]
                fired += script.by_choice(agent["actions"], words)
                self._act(call, fired, words)
            case ["act", action_id, parameters]:
                action = self.account.read("actions", action_id)
                self._carry_out_action(call, action, parameters)
            case ["say", words]:
                self._say(call, BOT, words)
            case ["end", outcome]:
                self.end(call, outcome)

    def _ask_for_context(self, call: Body, agent: Body) -> None:
        endpoint = agent["prompt"].get("context_endpoint") or agent.get("context_endpoint")
        if endpoint:
            url = _with_query(endpoint, {"phone_number": call["from_number"]})
            self._send(call, CONTEXT, "GET", url)

    def _connect(self, call: Body) -> None:
        call |= {"status": CallStatus.IN_PROGRESS, "stage": "picked_up", "start_time": now()}
        self._tell(
            call,
            EventType.PHONE_CALL_CONNECTED,
            to_phone_number=call["to_number"],
            from_phone_number=call["from_number"],
        )
        if call["from_number"] == call["agent_phone_number"]:
            call["human_detection_result"] = "human"
            self._tell(call, EventType.HUMAN_DETECTION, result="human")

    def _say(self, call: Body, sender: str, words: str) -> None:
        call["lines"].append(f"{sender.upper()}: {words}")
        self._tell(call, EventType.MESSAGE, text=words, sender=sender, timestamp=time.time())

    def _act(self, call: Body, actions: Any, words: str = "") -> None:
        steps = [["act", one["id"], script.parameters(one, words)] for one in actions]
        call["steps"] = steps + call["steps"]

    def _carry_out_action(self, call: Body, action: Body, parameters: Body) -> None:
        if action["type"] == "action_external":
            body = {"call_id": call["id"], "payload": parameters}
            self._send(
                call, EXTERNAL, "POST", action["config"]["url"], body, action_id=action["id"]
            )
            return
        self._tell_of_action(call, action, parameters, {"success": True})
        if action["type"] == "action_end_conversation":
            self.end(call, "bot_disconnected")
        elif action["type"] == "action_transfer_call":
            call["stage"] = "transfer_successful"
            self.end(call, "transfer_disconnected")

    def _tell_of_action(self, call: Body, action: Body, parameters: Body, response: Body) -> None:
        config = {k: v for k, v in action["config"].items() if k != "signature_secret"}
        self._tell(
            call,
            EventType.ACTION,
            action_input={
                "action_config": {"type": action["type"], **config},
                "params": parameters,
            },
            action_output={"action_type": action["type"], "response": response},
        )

    def end(self, call: Body, outcome: str) -> None:
        """End a connected call. The rest of its conversation is dropped."""
        call |= ended(call, outcome) | {"steps": []}
        transcript = "\n".join(call["lines"])
        if not call["hipaa_compliant"]:
            call["transcript"] = transcript
        times = (datetime.fromisoformat(call[name]) for name in ("end_time", "start_time"))
        seconds = (next(times) - next(times)).total_seconds()
        self._tell(call, EventType.PHONE_CALL_ENDED, conversation_minutes=seconds / 60)
        self._tell(call, EventType.TRANSCRIPT, transcript=transcript)

    def hang_up(self, call_id: str) -> Body:
        """End a call from the account's side."""
        with self._store.transaction():
            call = self.account.existing_call(call_id)
            if call["status"] != CallStatus.ENDED:
                self.end(call, "bot_disconnected")
            self._store.put(call | {"looks": 2})
            return self.account.read("calls", call_id)

    # What is sent.

    def _tell(self, call: Body, event: EventType, **payload: Any) -> None:
        """Send an event to the agent's webhook, if the webhook subscribes to it."""
        webhook = self.account.read("agents", call["agent"])["webhook"]
        if webhook is None or event not in webhook["subscriptions"]:
            return
        body = assumptions.event(event.value, call["id"], **payload)
        if webhook["method"] == "GET":
            query = body | {"payload": json.dumps(body["payload"])}
            self._send(call, event, "GET", _with_query(webhook["url"], query))
        else:
            self._send(call, event, "POST", webhook["url"], body)

    def _send(
        self, call: Body, kind: str, method: str, url: str, body: Any = None, **more: Any
    ) -> None:
        delivery = {"kind": kind, "method": method, "url": url, "body": body, **more}
        self._store.add_delivery(call["id"], {**delivery, "state": "waiting", "attempts": []})

    def _deliver(self, call_id: str, seq: int, delivery: Body, retry_until: float) -> None:
        reason = self._egress.forbidden(delivery["url"]) or self._unsignable(delivery)
        if reason:
            self._settle(call_id, seq, delivery | {"state": "refused", "reason": reason}, b"")
            return
        answer = self._egress.ask(
            delivery["method"], delivery["url"], *self._headers_and_body(delivery)
        )
        delivery["attempts"].append({"time": now(), "status": answer.status, "error": answer.error})
        tried = len(delivery["attempts"])
        if answer.good:
            self._settle(call_id, seq, delivery | {"state": "delivered"}, answer.body)
        elif (
            tried < assumptions.ATTEMPTS
            and time.monotonic() < retry_until
            and _is_worth_another_attempt(delivery["kind"], answer)
        ):
            self._store.put_delivery(seq, delivery)
            self._stopping.wait(assumptions.RETRY_WAITS[tried - 1])
        else:
            self._settle(call_id, seq, delivery | {"state": "failed"}, b"")

    def _unsignable(self, delivery: Body) -> str | None:
        try:
            self._headers_and_body(delivery)
        except binascii.Error:
            return "the action's signature_secret is not base64"
        return None

    def _headers_and_body(self, delivery: Body) -> tuple[dict[str, str], bytes | None]:
        headers = {"Accept": "application/json", "User-Agent": "vocode-pulumi-sandbox"}
        if delivery["body"] is None:
            return headers, None
        body = json.dumps(delivery["body"]).encode()
        headers["Content-Type"] = "application/json"
        if delivery["kind"] == EXTERNAL:
            action = self.account.read("actions", delivery["action_id"])
            secret = action["config"]["signature_secret"]
            headers["x-vocode-signature"] = signature(secret, body)
        return headers, body

    def _settle(self, call_id: str, seq: int, delivery: Body, answer: bytes) -> None:
        """Record the result of a delivery, and apply its answer."""
        with self._store.transaction():
            if delivery["kind"] in (CONTEXT, EXTERNAL):
                delivery["answer"] = _json_object(answer)
                call = self.account.existing_call(call_id)
                if call["status"] != CallStatus.ENDED:
                    self._go_by(call, delivery)
                    self._store.put(call)
            self._store.put_delivery(seq, delivery)

    def _go_by(self, call: Body, delivery: Body) -> None:
        answer = delivery["answer"]
        if delivery["kind"] == CONTEXT:
            texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in answer.items()}
            call["context"] = texts or None
            return
        message = answer.get("agent_message")
        good = isinstance(answer.get("result"), dict) and isinstance(message, str | None)
        response = {"success": True, **answer} if good else assumptions.EXTERNAL_ACTION_FAILED
        action = self.account.read("actions", delivery["action_id"])
        self._tell_of_action(call, action, delivery["body"]["payload"], response)
        if good and message:
            call["steps"].insert(0, ["say", message])


def signature(secret: str, body: bytes) -> str:
    """The ``x-vocode-signature`` of a body.

    Args:
        secret: the external action's ``signature_secret``, in base64.
        body: the bytes that are sent.

    Raises:
        binascii.Error: the secret is not base64.

    Source: https://docs.vocode.dev/external-actions
    """
    digest = hmac.new(base64.b64decode(secret, validate=True), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _is_worth_another_attempt(kind: str, answer: Answer) -> bool:
    if kind == EXTERNAL:
        return not answer.connected
    return answer.status is None or answer.status == 429 or answer.status >= 500


def _with_query(url: str, query: dict[str, str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    more = "&".join(part for part in (parts.query, urlencode(query)) if part)
    return urlunsplit(parts._replace(query=more))


def _json_object(answer: bytes) -> Body:
    """An answer; empty if it is not a JSON object that can be stored and sent."""
    try:
        found = plain_json.read_strictly(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

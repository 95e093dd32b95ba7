# SPDX-License-Identifier: Apache-2.0
"""How a Vocode account behaves: what is made, changed, bought, released and called.

Objects are kept with ids for what they refer to. An inline object in a create makes an object of
its own; an inline object in an update changes the object that the field refers to at that moment.

Requests come as plain JSON that has been checked. One that makes something has every field of the
new object; one that changes something has the fields that change. A field that refers to an object
has an id, a whole object with its ``id``, or an inline object.
"""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from vocode_pulumi.sandbox.account import assumptions
from vocode_pulumi.sandbox.account.store import Body, Store

REFERENCES: dict[str, dict[str, str]] = {
    "agents": {
        "prompt": "prompts",
        "actions": "actions",
        "voice": "voices",
        "webhook": "webhooks",
        "vector_database": "vector_databases",
        "openai_account_connection": "account_connections",
    },
    "prompts": {"prompt_template": "prompt_templates"},
    "numbers": {"inbound_agent": "agents", "telephony_account_connection": "account_connections"},
    "calls": {"agent": "agents", "telephony_account_connection": "account_connections"},
}
"""The fields of each collection that refer to objects of another."""

LONGEST_LOOK = 5
"""Seconds that a look at a call waits for its next state."""

_REACHED: dict[str, int] = {"not_started": 0, "in_progress": 1, "ended": 2, "error": 2}


class Refused(Exception):
    """The answer is no.

    Args:
        status: of the answer.
        detail: what the answer says.
    """

    def __init__(self, status: int, detail: Any) -> None:
        self.status = status
        self.detail = detail
        super().__init__(status, detail)


def problem(*place: str | int, msg: str, type: str) -> Body:  # noqa: A002 - the API's own name
    """A problem in the ``detail`` of a 422, in the form that the API documents.

    Args:
        place: ``"body"`` or ``"query"``, and the field names and positions from there.
        msg: what is wrong.
        type: the kind of problem, in pydantic's words.
    """
    return {"loc": [*place], "msg": msg, "type": type}


class Numbers(Protocol):
    """Who makes numbers up."""

    def new(self, area_code: str | None, taken: Callable[[str], bool], /) -> str | None:
        """Digits with the country code; ``None`` when the area code has no (more) numbers.

        Args:
            area_code: three digits; any of the country when ``None``.
            taken: whether the account has had these digits.
        """
        ...

    def many(
        self, count: int, area_code: str | None, taken: Collection[str], /
    ) -> list[str] | None:
        """So many different ones at once.

        Args:
            count: how many.
            area_code: as for one.
            taken: digits that the account has had.
        """
        ...


class Account:
    """A Vocode account.

    Args:
        store: what it keeps.
        plan: what it has paid for, such as ``plan_developer``.
        numbers: makes up the digits of what is bought.
        complete: gives an inline object, by its collection, every field of a new one; raises
            :class:`Refused` where it cannot be one.
        every_number_has_an_agent: as it was in 2023.
    """

    def __init__(
        self,
        store: Store,
        plan: str,
        numbers: Numbers,
        complete: Callable[[str, Body], Body],
        *,
        every_number_has_an_agent: bool = False,
    ) -> None:
        self.store = store
        self.plan = plan
        self._numbers = numbers
        self._complete = complete
        self._every_number_has_an_agent = every_number_has_an_agent

    # Every collection.

    def create(self, collection: str, new: Body) -> Body:
        """Make an object, and one for each inline object in it."""
        with self.store.transaction():
            return self.read(collection, self._create(collection, new))

    def update(self, collection: str, id_: str, changes: Body) -> Body:
        """Change what an update names."""
        with self.store.transaction():
            self._update(collection, self._existing(collection, id_), changes)
            return self.read(collection, id_)

    def read(self, collection: str, id_: str) -> Body:
        """An object with everything it refers to in it."""
        body = self._existing(collection, id_)
        for name, target in REFERENCES.get(collection, {}).items():
            value = body.get(name)
            if isinstance(value, list):
                body[name] = [self.read(target, item) for item in value]
            elif isinstance(value, str):
                body[name] = self.read(target, value)
        return body

    def page(
        self, collection: str, page: int, size: int, sort_column: str | None, descending: bool
    ) -> Body:
        """A page of a list, with ids for what the objects refer to."""
        page, size = max(page, 1), min(max(size, 1), assumptions.LARGEST_PAGE)
        end = page * size
        found, total = self.store.listed(
            collection, end - size, size, sort_column, descending=descending
        )
        if collection == "numbers":
            sign = self._sign()
            found = [one | {"number": sign + one["number"]} for one in found]
        elif collection == "calls":
            found = [_with_seconds(call) for call in found]
        return {
            "items": found,
            "page": page,
            "size": size,
            "has_more": total > end,
            "total": total,
            "total_is_estimated": False,
        }

    def _existing(self, collection: str, id_: str) -> Body:
        body = self.store.get(collection, id_)
        if body is None:
            noun = collection.removesuffix("s").replace("_", " ").capitalize()
            raise Refused(assumptions.GONE, f"{noun} not found")
        return body

    def _create(self, collection: str, new: Body) -> str:
        body = dict(new)
        for name, target in REFERENCES.get(collection, {}).items():
            if name in body:
                body[name] = self._referred(target, body[name])
        return self.store.add(collection, body)

    def _referred(self, collection: str, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return [self._referred(collection, item) for item in value]
        id_ = _id_in(value)
        return (
            self._create(collection, value)
            if id_ is None
            else self._existing(collection, id_)["id"]
        )

    def _update(self, collection: str, body: Body, changes: Body) -> None:
        kind = changes.get("type")
        if kind is not None and kind != body["type"]:
            words = f"The type is {body['type']} and cannot become {kind}"
            raise Refused(
                assumptions.OTHER_TYPE, [problem("body", "type", msg=words, type="value_error")]
            )
        references = REFERENCES.get(collection, {})
        for name, value in changes.items():
            if name in references:
                body[name] = self._changed(references[name], body.get(name), value)
            elif name == "config" and body["type"] == "action_external":
                kept = {"signature_secret": body[name]["signature_secret"]}
                body[name] = kept | value
            else:
                body[name] = value
        self.store.put(body)

    def _changed(self, collection: str, current: Any, value: Any) -> Any:
        """What a field refers to after an update."""
        if isinstance(value, list):
            old = [*(current or []), *([None] * len(value))]
            return [self._changed(collection, old[at], item) for at, item in enumerate(value)]
        if value is None or _id_in(value) is not None:
            return self._referred(collection, value)
        body = self._existing(collection, current) if current else None
        if body is not None and value.get("type") in (None, body.get("type")):
            self._update(collection, body, value)
            return current
        return self._create(collection, self._complete(collection, value))

    # Numbers.

    def buy(self, order: Body, noted: Body) -> Body:
        """Buy a number, and note something of it."""
        self._require_a_plan()
        with self.store.transaction():
            agent = self._new_agent(order["inbound_agent"])
            connection = self._twilio(
                order["telephony_account_connection"], "body", "telephony_account_connection"
            )
            area = order["area_code"]
            digits = self._numbers.new(area, lambda one: self.store.number(one) is not None)
            if digits is None:
                raise Refused(*assumptions.exhausted(area))
            number = new_number(digits, order["telephony_provider"], connection, agent, noted)
            return self._whole_number(self.store.add("numbers", number), bought=True)

    def link(self, order: Body, noted: Body) -> Body:
        """Take in a number of the user's own Twilio account, and note something of it."""
        self._require_a_plan()
        with self.store.transaction():
            digits = self._digits(order["phone_number"])
            known = self.store.number(digits)
            if known is not None and known["active"]:
                raise Refused(*assumptions.LINKED_ALREADY)
            agent = self._new_agent(order["inbound_agent"])
            connection = self._twilio(
                order["telephony_account_connection"], "body", "telephony_account_connection"
            )
            of_links = {"outbound_only": order["outbound_only"], "linked": True}
            number = new_number(digits, "twilio", connection, agent, of_links | noted)
            return self._whole_number(self.store.add("numbers", number))

    def number(self, digits: str) -> Body:
        """A number, also a cancelled one."""
        return self._whole_number(self._number(digits)["id"])

    def update_number(self, digits: str, changes: Body) -> Body:
        """Change a number that is in service."""
        with self.store.transaction():
            body = self._number(digits, active=True)
            self._update("numbers", body, changes)
            return self._whole_number(body["id"])

    def cancel(self, digits: str) -> Body:
        """Release a number."""
        with self.store.transaction():
            body = self._number(digits, active=True)
            self.store.put({**body, "active": False})
            return self._whole_number(body["id"])

    def spell(self, plus: str) -> None:
        """Spell numbers so from now on.

        Args:
            plus: where answers spell them as ``+14155550100``: ``"none"`` (as the API's document has
                it), ``"everywhere"``, or in answers to ``"purchases"`` alone. Unless it is
                ``"none"``, requests are understood in both spellings.
        """
        self.store.choose("plus", plus)

    def purchases(self) -> list[Body]:
        """Every number that was ever paid for, oldest first."""
        return [
            {
                name: one[name]
                for name in ("number", "active", "telephony_provider", "time", "stranger")
            }
            for one in self.store.paid_numbers()
        ]

    def put_in(self, count: int, order: Body) -> list[str]:
        """Put in numbers that were there before; gives their digits.

        Args:
            count: how many.
            order: as of a purchase.
        """
        with self.store.transaction():
            agent = self._new_agent(order["inbound_agent"])
            area, carrier = order["area_code"], order["telephony_provider"]
            made = self._numbers.many(count, area, self.store.digits())
            if made is None:
                raise Refused(*assumptions.exhausted(area))
            there = {"there_before": True}
            self.store.add_many(
                "numbers", (new_number(one, carrier, None, agent, there) for one in made)
            )
            return made

    def _require_a_plan(self) -> None:
        if self.plan in assumptions.PLANS_THAT_CANNOT_BUY:
            raise Refused(*assumptions.FREE_PLAN)

    def _sign(self, *, bought: bool = False) -> str:
        """What is written before the digits of a number, in the answer to a purchase or another."""
        plus = self.store.option("plus")
        return "+" if plus == "everywhere" or (bought and plus == "purchases") else ""

    def _digits(self, number: str) -> str:
        """A number of a request, as it is kept."""
        without_plus = self.store.option("plus") in (None, "none")
        return number if without_plus else number.removeprefix("+")

    def _whole_number(self, id_: str, *, bought: bool = False) -> Body:
        body = self.read("numbers", id_)
        return body | {"number": self._sign(bought=bought) + body["number"]}

    def _number(self, number: str, *, active: bool = False) -> Body:
        body = self.store.number(self._digits(number))
        unread = body is not None and body.get("read_from", 0) > time.time()
        if body is None or unread or (active and not body["active"]):
            raise Refused(assumptions.GONE, "Number not found")
        return body

    def _new_agent(self, wanted: Any) -> str | None:
        if wanted is None and self._every_number_has_an_agent:
            wanted = "default"
        if wanted == "default":
            wanted = self._complete("agents", assumptions.DEFAULT_AGENT)
        agent: str | None = self._referred("agents", wanted)
        return agent

    def _twilio(self, id_: str | None, *place: str) -> str | None:
        """The id of a Twilio connection.

        Args:
            id_: the id that a request has.
            place: where the request has it.
        """
        if id_ is None:
            return None
        connection = self._existing("account_connections", id_)
        if connection["type"] != "account_connection_twilio":
            words = "The account connection is not one to Twilio"
            raise Refused(422, [problem(*place, msg=words, type="value_error")])
        return id_

    # Steering pools.

    def add_to_pool(self, id_: str, number: str | None) -> None:
        """Add a number to a connection's steering pool; without one, every number that uses it."""
        with self.store.transaction():
            connection = self._pool(id_)
            added = (
                [self._digits(number)]
                if number
                else [
                    one["number"]
                    for one in self.store.all("numbers")
                    if one["active"] and one["telephony_account_connection"] == id_
                ]
            )
            pool = connection["steering_pool"]
            pool += [one for one in added if one not in pool]
            self.store.put(connection)

    def remove_from_pool(self, id_: str, number: str) -> None:
        """Take a number out of a connection's steering pool."""
        with self.store.transaction():
            connection = self._pool(id_)
            number = self._digits(number)
            if number not in connection["steering_pool"]:
                raise Refused(assumptions.GONE, "The number is not in the steering pool")
            connection["steering_pool"].remove(number)
            self.store.put(connection)

    def _pool(self, id_: str) -> Body:
        self._twilio(id_, "query", "id")
        return self._existing("account_connections", id_)

    # Calls.

    def call(self, order: Body) -> Body:
        """Start an outbound call."""
        with self.store.transaction():
            number = self._number(order["from_number"], active=True)
            agent = self._referred("agents", order["agent"])
            steps = _conversation(assumptions.TURNS)
            body = order | {"agent": agent, "from_number": number["number"]}
            return self._add_call(number, body, steps)

    def ring(self, number: str, caller: str, turns: Iterable[str]) -> Body:
        """Start an inbound call; one that cannot connect is on record when there is an agent."""
        with self.store.transaction():
            called = self._number(number)
            if called["inbound_agent"] is None:
                raise Refused(assumptions.NO_AGENT, f"Number {number} has no agent")
            if not called["active"]:
                steps = [["refuse", f"Number {number} is not in service"]]
            elif called["outbound_only"]:
                steps = [["refuse", f"Number {number} takes no calls: it is outbound_only"]]
            else:
                steps = [["context"], *_conversation(turns)]
            body = {
                "to_number": called["number"],
                "from_number": caller,
                "agent": called["inbound_agent"],
                "context": None,
                "hipaa_compliant": False,
            }
            return self._add_call(called, body, steps)

    def _add_call(self, number: Body, body: Body, steps: list[list[str]]) -> Body:
        whole = body | {
            "status": "not_started",
            "stage": "created",
            "start_time": None,
            "agent_phone_number": number["number"],
            "telephony_provider": number["telephony_provider"],
            "telephony_account_connection": number["telephony_account_connection"],
            "steps": steps,
            "lines": [],
            "looks": 0,
        }
        return self.read("calls", self.store.add("calls", whole))

    def existing_call(self, id_: str) -> Body:
        """A call with all that is kept of it."""
        return self._existing("calls", id_)

    def look_at_call(self, id_: str) -> Body:
        """A call in its next state: each look shows one more, and waits a little until it is so."""
        until = time.monotonic() + LONGEST_LOOK
        while not (ready := self._is_ready_for_a_look(id_)) and time.monotonic() < until:
            time.sleep(0.01)
        with self.store.transaction():
            body = self._existing("calls", id_)
            seen = self.read("calls", id_) | _still_to_come(body)
            if ready:
                self.store.put(body | {"looks": body["looks"] + 1})
            return seen

    def _is_ready_for_a_look(self, id_: str) -> bool:
        body = self._existing("calls", id_)
        looks: int = body["looks"]
        return _REACHED[body["status"]] >= min(looks, 2)


def new_number(
    digits: str, carrier: str, connection: str | None, agent: str | None, more: Body
) -> Body:
    """A new number, as it is kept."""
    return {
        "number": digits,
        "active": True,
        "label": "",
        "outbound_only": False,
        "example_context": None,
        "telephony_provider": carrier,
        "telephony_account_connection": connection,
        "inbound_agent": agent,
        "linked": False,
        "there_before": False,
        "time": now(),
        "stranger": False,
        "listed_from": 0,
        "read_from": 0,
        **more,
    }


def now() -> str:
    """The time, in ISO 8601."""
    return datetime.now(UTC).isoformat()


def _with_seconds(call: Body) -> Body:
    """A call as lists have it: times are seconds since 1970 there, and texts elsewhere."""
    times = {
        name: datetime.fromisoformat(call[name]).timestamp()
        for name in ("start_time", "end_time")
        if call.get(name)
    }
    return {**call, **times}


def ended(body: Body, outcome: str) -> Body:
    """What changes in a call that ends."""
    return {
        "status": "ended",
        "stage_outcome": outcome,
        "start_time": body.get("start_time") or now(),
        "end_time": now(),
    }


def _conversation(turns: Iterable[str]) -> list[list[str]]:
    """The steps of a call that connects, in the words of :mod:`vocode_pulumi.sandbox.calls.conversations`."""
    return [
        ["connect"],
        ["greet"],
        *(["hear", one] for one in turns),
        ["end", "human_disconnected"],
    ]


def _still_to_come(body: Body) -> Body:
    """What a call's next look does not show yet."""
    unseen: Body = {}
    if body["looks"] < 2 and body["start_time"]:
        unseen |= {"status": "in_progress", "stage": "picked_up"}
        unseen |= {"stage_outcome": None, "end_time": None, "transcript": None}
    if body["looks"] < 1:
        unseen |= {"status": "not_started", "stage": "created", "stage_outcome": None}
        unseen |= {"start_time": None, "human_detection_result": None, "error_message": None}
    return unseen


def _id_in(value: Any) -> str | None:
    """The id by which a request refers to an object; ``None`` for an inline object."""
    if isinstance(value, str):
        return value
    id_: str | None = value.get("id")
    return id_

# SPDX-License-Identifier: Apache-2.0
"""How a Vocode account behaves: what is made, changed, bought, released and called.

Objects are kept with ids for what they refer to. An inline object in a create makes an object of
its own; an inline object in an update changes the object that the field refers to at that moment.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vocode_pulumi.sandbox.account import assumptions, numbers
from vocode_pulumi.sandbox.account.store import Body, Store
from vocode_pulumi.sandbox.wire import models

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

NEW: dict[str, TypeAdapter[Any]] = {
    "agents": TypeAdapter(models.AgentParams),
    "prompts": TypeAdapter(models.PromptParams),
    "actions": TypeAdapter(models.ActionParamsRequest),
    "voices": TypeAdapter(models.VoiceParamsRequest),
    "webhooks": TypeAdapter(models.WebhookParams),
    "vector_databases": TypeAdapter(models.PineconeVectorDatabaseParams),
}
"""What an inline object in an update has to be when there is nothing yet that it could change."""


LONGEST_LOOK = 5
"""Seconds that a look at a call waits for its next state."""

_REACHED: dict[str, int] = {"not_started": 0, "in_progress": 1, "ended": 2, "error": 2}


class Spelling(BaseModel):
    """How an account spells its numbers.

    Args:
        plus: where answers spell them as ``+14155550100``: ``"none"`` (as the API's document has
            it), ``"everywhere"``, or in answers to ``"purchases"`` alone. Unless it is ``"none"``,
            requests are understood in both spellings.
    """

    model_config = ConfigDict(extra="forbid")

    plus: Literal["none", "everywhere", "purchases"]


class ManyNumbers(BaseModel):
    """Numbers that an account has although it never paid for them.

    Args:
        count: how many.
        area_code: of all of them; default any.
        telephony_provider: of all of them.
        inbound_agent: as in a purchase; all of them have the same one.
    """

    model_config = ConfigDict(extra="forbid")

    count: int = Field(ge=1, le=100_000)
    area_code: str | None = None
    telephony_provider: models.Carrier = "vonage"
    inbound_agent: models.NewInboundAgent = None


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


class Account:
    """A Vocode account.

    Args:
        store: what it keeps.
        plan: what it has paid for.
        every_number_has_an_agent: as it was in 2023.
    """

    def __init__(
        self, store: Store, plan: models.PlanType, *, every_number_has_an_agent: bool
    ) -> None:
        self.store = store
        self.plan = plan
        self.every_number_has_an_agent = every_number_has_an_agent

    # Every collection.

    def create(self, collection: str, params: BaseModel) -> Body:
        """Make an object, and one for each inline object in it."""
        with self.store.transaction():
            return self.whole(collection, self._create(collection, params))

    def update(self, collection: str, id_: str, params: BaseModel) -> Body:
        """Change what an update names."""
        with self.store.transaction():
            self._update(collection, self._existing(collection, id_), params)
            return self.whole(collection, id_)

    def whole(self, collection: str, id_: str) -> Body:
        """An object with everything it refers to in it."""
        body = self._existing(collection, id_)
        for name, target in REFERENCES.get(collection, {}).items():
            value = body.get(name)
            if isinstance(value, list):
                body[name] = [self.whole(target, item) for item in value]
            elif isinstance(value, str):
                body[name] = self.whole(target, value)
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

    def _create(self, collection: str, params: BaseModel) -> str:
        params = _inner(params)
        body = _json(params)
        for name, target in REFERENCES.get(collection, {}).items():
            if name in type(params).model_fields:
                body[name] = self._referred(target, getattr(params, name))
        return self.store.add(collection, body)

    def _referred(self, collection: str, value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return [self._referred(collection, item) for item in value]
        if isinstance(value, models.Owned):
            value = value.id
        if isinstance(value, UUID):
            return self._existing(collection, str(value))["id"]
        return self._create(collection, value)

    def _update(self, collection: str, body: Body, params: BaseModel) -> None:
        params = _inner(params)
        kind = getattr(params, "type", None)
        if kind is not None and kind != body["type"]:
            raise Refused(
                assumptions.OTHER_TYPE, f"The type is {body['type']} and cannot become {kind}"
            )
        references = REFERENCES.get(collection, {})
        for name, value in _given(params):
            if name in references:
                body[name] = self._changed(references[name], body.get(name), value)
            else:
                new = _json(params)[name]
                if isinstance(value, models.ExternalActionConfig) and (
                    "signature_secret" not in value.model_fields_set
                ):
                    new["signature_secret"] = body[name]["signature_secret"]
                body[name] = new
        self.store.put(body)

    def _changed(self, collection: str, current: Any, value: Any) -> Any:
        """What a field refers to after an update."""
        if isinstance(value, list):
            old = [*(current or []), *([None] * len(value))]
            return [self._changed(collection, old[at], item) for at, item in enumerate(value)]
        if value is None or isinstance(value, UUID | models.Owned):
            return self._referred(collection, value)
        value = _inner(value)
        body = self._existing(collection, current) if current else None
        if body is not None and getattr(value, "type", None) in (None, body.get("type")):
            self._update(collection, body, value)
            return current
        try:
            new = NEW[collection].validate_python(_json_given(value))
        except ValidationError as error:
            raise Refused(422, problems(error.errors(), "body", collection)) from error
        return self._create(collection, new)

    # Numbers.

    def buy(self, order: models.BuyPhoneNumberRequest, noted: Body) -> Body:
        """Buy a number, and note something of it."""
        self._require_a_plan()
        with self.store.transaction():
            agent = self._new_agent(order.inbound_agent)
            connection = self._twilio(order.telephony_account_connection)
            digits = numbers.new(order.area_code, lambda one: self.store.number(one) is not None)
            if digits is None:
                raise Refused(*assumptions.exhausted(order.area_code))
            number = _new_number(digits, order.telephony_provider, connection, agent, noted)
            return self._whole_number(self.store.add("numbers", number), bought=True)

    def link(self, order: models.LinkPhoneNumberRequest, noted: Body) -> Body:
        """Take in a number of the user's own Twilio account, and note something of it."""
        self._require_a_plan()
        with self.store.transaction():
            digits = self._digits(order.phone_number)
            known = self.store.number(digits)
            if known is not None and known["active"]:
                raise Refused(409, "The number is in this account already")
            agent = self._new_agent(order.inbound_agent)
            connection = self._twilio(order.telephony_account_connection)
            of_links = {"outbound_only": order.outbound_only, "linked": True}
            number = _new_number(digits, "twilio", connection, agent, of_links | noted)
            return self._whole_number(self.store.add("numbers", number))

    def number(self, digits: str) -> Body:
        """A number, also a cancelled one."""
        return self._whole_number(self._number(digits)["id"])

    def update_number(self, digits: str, params: models.UpdateNumberRequest) -> Body:
        """Change a number that is in service."""
        with self.store.transaction():
            body = self._number(digits, active=True)
            self._update("numbers", body, params)
            return self._whole_number(body["id"])

    def cancel(self, digits: str) -> Body:
        """Release a number."""
        with self.store.transaction():
            body = self._number(digits, active=True)
            self.store.put({**body, "active": False})
            return self._whole_number(body["id"])

    def spell(self, spelling: Spelling) -> None:
        """Spell numbers so from now on."""
        self.store.choose("plus", spelling.plus)

    def purchases(self) -> list[Body]:
        """Every number that was ever paid for, oldest first."""
        return [
            {
                name: one[name]
                for name in ("number", "active", "telephony_provider", "time", "stranger")
            }
            for one in self.store.paid_numbers()
        ]

    def put_in(self, order: ManyNumbers) -> list[str]:
        """Make numbers that were there before; gives their digits."""
        with self.store.transaction():
            agent = self._new_agent(order.inbound_agent)
            made = numbers.many(order.count, order.area_code, self.store.digits())
            if made is None:
                raise Refused(*assumptions.exhausted(order.area_code))
            there = {"there_before": True}
            self.store.add_many(
                "numbers",
                (_new_number(one, order.telephony_provider, None, agent, there) for one in made),
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
        body = self.whole("numbers", id_)
        return body | {"number": self._sign(bought=bought) + body["number"]}

    def _number(self, number: str, *, active: bool = False) -> Body:
        body = self.store.number(self._digits(number))
        unread = body is not None and body.get("read_from", 0) > time.time()
        if body is None or unread or (active and not body["active"]):
            raise Refused(assumptions.GONE, "Number not found")
        return body

    def _new_agent(self, wanted: Any) -> str | None:
        if wanted is None and self.every_number_has_an_agent:
            wanted = "default"
        if wanted == "default":
            wanted = models.AgentParams.model_validate(assumptions.DEFAULT_AGENT)
        agent: str | None = self._referred("agents", wanted)
        return agent

    def _twilio(self, id_: UUID | None) -> str | None:
        if id_ is None:
            return None
        connection = self._existing("account_connections", str(id_))
        if connection["type"] != "account_connection_twilio":
            raise Refused(422, "The account connection is not one to Twilio")
        return str(id_)

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
        self._twilio(UUID(id_))
        return self._existing("account_connections", id_)

    # Calls.

    def call(self, order: models.CreateCallRequest) -> Body:
        """Start an outbound call."""
        with self.store.transaction():
            number = self._number(order.from_number, active=True)
            agent = self._referred("agents", order.agent)
            steps = _conversation(assumptions.TURNS)
            body = _json(order) | {"agent": agent, "from_number": number["number"]}
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
            "status": models.CallStatus.NOT_STARTED,
            "stage": "created",
            "start_time": None,
            "agent_phone_number": number["number"],
            "telephony_provider": number["telephony_provider"],
            "telephony_account_connection": number["telephony_account_connection"],
            "steps": steps,
            "lines": [],
            "looks": 0,
        }
        return self.whole("calls", self.store.add("calls", whole))

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
            seen = self.whole("calls", id_) | _still_to_come(body)
            if ready:
                self.store.put(body | {"looks": body["looks"] + 1})
            return seen

    def _is_ready_for_a_look(self, id_: str) -> bool:
        body = self._existing("calls", id_)
        looks: int = body["looks"]
        return _REACHED[body["status"]] >= min(looks, 2)


def _new_number(
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


def problems(errors: Any, *where: str) -> list[Body]:
    """A 422's ``detail``: what the document names of each problem, and never what was sent."""
    return [
        {"loc": [*where, *error["loc"]], "msg": error["msg"], "type": error["type"]}
        for error in errors
    ]


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
        "status": models.CallStatus.ENDED,
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


def _inner(params: BaseModel) -> BaseModel:
    """A union's own member."""
    root = getattr(params, "root", params)
    return root if isinstance(root, BaseModel) else params


def _json(params: BaseModel) -> Body:
    return {
        name: None if isinstance(getattr(params, name), models.Undefined) else value
        for name, value in params.model_dump(mode="json").items()
    }


def _given(params: BaseModel) -> Iterator[tuple[str, Any]]:
    """The fields that an update names."""
    for name in type(params).model_fields:
        value = getattr(params, name)
        if name in params.model_fields_set and not isinstance(value, models.Undefined):
            yield name, value


def _json_given(params: BaseModel) -> Body:
    dumped = params.model_dump(mode="json", exclude_unset=True)
    return {name: dumped[name] for name, _ in _given(params)}

# SPDX-License-Identifier: Apache-2.0
"""A Vocode account in memory: the account of the sandbox, without HTTP.

It has the objects that the program creates. If the program names another object, by an id or by a
number's digits, the account has that object too. Such a number has the default value in every field. Any
other such object has little more than its id.
"""

import copy
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vocode_pulumi.api.answers import Answer, Json, Page, page_in
from vocode_pulumi.lookups import LOOKUPS
from vocode_pulumi.sandbox.account.assumptions import MINUTES_LIMIT
from vocode_pulumi.sandbox.account.behaviour import (
    REFERENCES,
    Account,
    Refused,
    new_number,
    problem,
)
from vocode_pulumi.sandbox.account.store import Store
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.marks import RefersTo
from vocode_pulumi.schema.shapes import Field, Reference
from vocode_pulumi.schema.walking import Node, walk
from vocode_pulumi.uuids import UUID

PLAN = "plan_developer"
USER = "00000000-0000-4000-8000-000000000000"
"""The account's id, unless ``vocode:account`` names another."""
SIGNATURE_SECRET = "c2lnbmVkIGJ5IG1vY2tz"  # noqa: S105 - made up
"""The signature secret of every external action."""
_FIELDS_OF_REFERRED: dict[str, Json] = {
    "telephony_account_connection": {"type": "account_connection_twilio"},
    "openai_account_connection": {"type": "account_connection_openai"},
}
"""The fields, besides the id, of an object that is added because a field refers to it. The key is the
name of that field."""
_FIELDS_OF_NEW: dict[str, Json] = {"account_connections": {"steering_pool": []}}
"""The fields that every new object of a collection gets although no input sets them."""
_ORDER: Json = {
    "area_code": None,
    "telephony_provider": "vonage",
    "telephony_account_connection": None,
    "outbound_only": False,
    "inbound_agent": None,
}
"""The body of a purchase or link that asks for nothing in particular."""


class _IdMaker:
    """Makes ids and digits from the name of the resource that is created."""

    def __init__(self) -> None:
        self.resource = ""
        self._given: set[str] = set()

    def id(self, collection: str) -> str:
        """The id of a new object."""
        return self._unused(
            lambda suffix: str(
                uuid.uuid5(uuid.NAMESPACE_URL, f"{collection}/{self.resource}{suffix}")
            )
        )

    def new(self, area_code: str | None, taken: Callable[[str], bool]) -> str:
        """The digits of a number that is bought."""
        return self._unused(
            lambda suffix: f"1{area_code or '555'}555{self._last_four(suffix)}",
            taken,
        )

    def many(self, count: int, area_code: str | None, taken: Any) -> list[str]:
        """The digits of several numbers that are bought."""
        return [self.new(area_code, lambda number: number in taken) for _ in range(count)]

    def _last_four(self, suffix: str) -> str:
        return f"{uuid.uuid5(uuid.NAMESPACE_URL, self.resource + suffix).int % 10_000:04}"

    def _unused(
        self, make: Callable[[str], str], is_taken: Callable[[str], bool] = lambda _made: False
    ) -> str:
        tries = 0
        while (found := make(f"/{tries}" if tries else "")) in self._given or is_taken(found):
            tries += 1
        self._given.add(found)
        return found


class AccountInMemory:
    """An account, and the transport for calls to it (:class:`vocode_pulumi.api.client.Transport`)."""

    def __init__(self) -> None:
        self._ids = _IdMaker()
        self._store = Store(None, self._ids.id)
        self._store.user_id = USER
        self._account = Account(self._store, PLAN, self._ids, complete)

    def make_for(self, resource: str) -> None:
        """Make the ids and digits of the next objects from the name of a resource.

        Args:
            resource: the type and name of the resource.
        """
        self._ids.resource = resource

    def set_user_id(self, account: str | None) -> None:
        """Set the id of the account.

        Args:
            account: the id; ``None`` for the default id.
        """
        self._store.user_id = account or USER

    def add_if_missing(self, collection: str, id_: str, body: Json) -> None:
        """Add an object if the account has no object with this id.

        Args:
            collection: the collection of the object.
            id_: the id of the object.
            body: the fields of a new object.
        """
        if self._store.get(collection, id_) is None:
            self._store.add(collection, {**_FIELDS_OF_NEW.get(collection, {}), **body, "id": id_})

    def add_for_adoption(self, collection: str, id_: str, declared: Json) -> None:
        """Add an object that the program adopts, if the account does not have it.

        Args:
            collection: the collection of the object.
            id_: the id of the object.
            declared: the object's inputs that are plain values, such as ``type``. The new object
                starts with these values. An adoption cannot change some of them.
        """
        own = {
            name: value
            for name, value in declared.items()
            if name not in REFERENCES.get(collection, {})
        }
        if own.get("type") == "action_external":
            own["config"] = {"signature_secret": SIGNATURE_SECRET}
        self.add_if_missing(collection, id_, own)

    def _add_number_if_missing(self, digits: str) -> None:
        if self._store.number(digits) is None:
            origin = {"there_before": True}
            self._store.add("numbers", new_number(digits, "vonage", None, None, origin))

    # The calls of the client.

    def page(self, path: str, page: int, size: int, retry: str) -> Page:
        """Get a page of a list."""
        return page_in(self.call("GET", path, {"page": page, "size": size}, None, retry))

    def call(
        self,
        method: str,
        path: str,
        query: Json,
        body: Json | None,
        retry: str,
        send_before: float | None = None,
    ) -> Json:
        """Carry out a call.

        Raises:
            CallError: the account refuses the call.
        """
        del send_before
        try:
            answer = self._carry_out(_Request.of(path), query, copy.deepcopy(body))
        except Refused as refusal:
            # Imported here, because most programs get no error.
            from vocode_pulumi.api.failures import error_of, named_in, secrets_in

            content = bytearray(json.dumps({"detail": refusal.detail}).encode())
            # Only a purchase is never repeated.
            is_purchase = retry == "once"
            raise error_of(
                f"{method} {path}",
                [*named_in(query), *named_in(body)],
                Answer(refusal.status, {}, content),
                secrets_in("", body),
                "Nothing was bought." if is_purchase else "",
                "",
                is_purchase,
            ) from None
        return json.loads(json.dumps(answer)) if answer else {}

    def _carry_out(self, request: "_Request", query: Json, body: Json | None) -> Json | None:
        account, collection, fields = self._account, request.collection, body or {}
        match request:
            case ("usage", _):
                return {
                    "user_id": self._store.user_id,
                    "plan_type": PLAN,
                    "monthly_usage_minutes": 0,
                    "monthly_usage_limit_minutes": MINUTES_LIMIT[PLAN],
                }
            case (_, "list"):
                return account.page(collection, query["page"], query["size"], None, False)
            case ("numbers", "buy"):
                return account.buy(self._order(fields), {})
            case ("numbers", "link"):
                return account.link(self._order(fields), {})
            case ("numbers", act):
                number = str(query["phone_number"])
                self._add_number_if_missing(number)
                if act == "update":
                    return account.update_number(number, self._with_references(collection, fields))
                return account.cancel(number) if act == "cancel" else account.number(number)
            case (_, "create"):
                complete_object = complete(collection, self._with_references(collection, fields))
                return account.create(collection, complete_object)
        id_ = _uuid(query["id"])
        self.add_if_missing(collection, id_, {})
        match request.act:
            case "update":
                changes = _changes(collection, self._with_references(collection, fields))
                return account.update(collection, id_, changes)
            case "add_to_steering_pool":
                account.add_to_pool(id_, fields.get("phone_number"))
            case "remove_from_steering_pool":
                account.remove_from_pool(id_, fields["phone_number"])
            case _:
                return account.read(collection, id_)
        return None

    def _order(self, body: Json) -> Json:
        order = _ORDER | self._with_references("numbers", body)
        agent = order["inbound_agent"]
        if isinstance(agent, Mapping):
            order["inbound_agent"] = complete("agents", dict(agent))
        return order

    def _with_references(self, collection: str, body: Json) -> Json:
        """Add every object that a body refers to; return the body."""
        for name, target in REFERENCES.get(collection, {}).items():
            value = body.get(name)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, Mapping):
                    self._with_references(target, dict(item))
                elif isinstance(item, str) and item != "default":
                    self.add_if_missing(target, _uuid(item), _FIELDS_OF_REFERRED.get(name, {}))
        return body


class _Request(NamedTuple):
    """A path in parts: ``/v1/numbers/buy`` is the act ``buy`` in the collection ``numbers``."""

    collection: str
    act: str

    @classmethod
    def of(cls, path: str) -> "_Request":
        collection, _, act = path.removeprefix("/v1/").partition("/")
        return cls(collection, act)


def _uuid(text: Any) -> str:
    if not UUID.fullmatch(str(text)):
        raise Refused(422, [problem("id", msg=f"{text!r} is not a UUID", type="uuid_parsing")])
    return str(text).lower()


def complete(collection: str, inline: Json) -> Json:
    """All fields of a new object: the given fields, and the defaults of the others."""
    shape = reading.schema_of(LOOKUPS[collection].args)
    reference = Field("", Reference(RefersTo(f"/v1/{collection}"), shape))
    complete_object: Json = walk(reference, inline, _complete_value)
    return complete_object


def _changes(collection: str, changes: Json) -> Json:
    """The fields that an update changes; new inline objects in them have all their fields."""
    complete_object = complete(collection, changes)
    return {name: complete_object[name] for name in changes}


def _complete_value(node: Node) -> Any:
    fields, shape = node.fields, node.field.shape
    if fields is None:
        return node.below()
    defaults = {name: copy.deepcopy(field.default) for name, field in fields.items()}
    value = {**defaults, **node.value, **node.below()}
    if isinstance(shape, Reference):
        fields_of_new = _FIELDS_OF_NEW.get(shape.to.collection.rpartition("/")[2], {})
        value |= {name: item for name, item in fields_of_new.items() if not value.get(name)}
        if value.get("type") == "action_external" and value.get("config"):
            value["config"] = {"signature_secret": SIGNATURE_SECRET, **value["config"]}
    return value

# SPDX-License-Identifier: Apache-2.0
"""The objects of an account that Vocode's API cannot delete. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vocode_pulumi.api.answers import Json, id_of, number_in
from vocode_pulumi.redaction import CREDENTIALS

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key in a state by which Pulumi marks an object as a secret."""
COLLECTIONS = {
    "agent": "/v1/agents",
    "prompt": "/v1/prompts",
    "voice": "/v1/voices",
    "webhook": "/v1/webhooks",
    "action": "/v1/actions",
    "vector database": "/v1/vector_databases",
    "account connection": "/v1/account_connections",
}
"""The API's path of each kind of object."""


class AccountObject(NamedTuple):
    """An object of the account.

    Args:
        kind: what it is, such as ``voice``.
        id: Vocode's id.
        name: its name or its type; empty if it has neither.
        has_credential: whether Vocode keeps a credential in it.
        used_by: the numbers and objects that refer to it, such as ``number 14155550100``.
    """

    kind: str
    id: str
    name: str
    has_credential: bool
    used_by: tuple[str, ...]


def account_objects(
    lists: Mapping[str, Iterable[Json]], numbers: Iterable[Json]
) -> list[AccountObject]:
    """Every object of the account, with what uses it.

    Args:
        lists: the items of each collection, by kind.
        numbers: the items of the list of numbers.
    """
    found = [
        (kind, id_, item)
        for kind, items in lists.items()
        for item in items
        if (id_ := id_of(item)) is not None
    ]
    users: dict[str, list[str]] = {id_: [] for _, id_, _ in found}
    in_service = (item for item in numbers if item.get("active") is not False)
    named = [(f"number {number_in(item)}", item) for item in in_service]
    for name, user in [*named, *((f"{kind} {id_}", item) for kind, id_, item in found)]:
        for used in {*_references(user)} & users.keys() - {id_of(user)}:
            users[used].append(name)
    return [
        AccountObject(
            kind,
            id_,
            str(item.get("name") or item.get("type") or ""),
            _has_credential(item),
            tuple(users[id_]),
        )
        for kind, id_, item in found
    ]


def ids_with_secret_name(state: Any) -> frozenset[str]:
    """The ids of the objects whose name is a secret in a stack: no output may show the name.

    Args:
        state: the exported state of the stack, as JSON.
    """
    resources = _at(state, "deployment").get("resources")
    found: list[Any] = []
    for resource in resources if isinstance(resources, list) else []:
        inputs, outputs = _at(resource, "inputs"), _at(resource, "outputs")
        if _is_secret(inputs.get("name")) or _is_secret(outputs.get("name")):
            found.append(resource.get("id"))
        inline = inputs.get("inbound_agent")
        if _is_secret(inline) or _is_secret(_at(inputs, "inbound_agent").get("name")):
            found.append(outputs.get("agent_id"))
    return frozenset(id_ for id_ in found if isinstance(id_, str))


def _at(value: Any, name: str) -> Mapping[str, Any]:
    """The object at a key of another object; an empty one if there is none."""
    item = value.get(name) if isinstance(value, Mapping) else None
    return item if isinstance(item, Mapping) else {}


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and SIGNATURE in value


def _references(item: Json) -> Iterator[str]:
    """The ids in the fields of an object, and in their lists."""
    for value in item.values():
        for one in value if isinstance(value, list) else [value]:
            id_ = id_of(one)
            if id_ is not None:
                yield id_


def _has_credential(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(
            (name in CREDENTIALS and bool(item)) or _has_credential(item)
            for name, item in value.items()
        )
    return False

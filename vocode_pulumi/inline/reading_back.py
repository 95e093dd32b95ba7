# SPDX-License-Identifier: Apache-2.0
"""Converting Vocode's answers to the form of the declared inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.inline.alike import paired_entries
from vocode_pulumi.inline.declared import Declared
from vocode_pulumi.schema.marks import SECRET, UNORDERED
from vocode_pulumi.schema.shapes import Field, ListOf, MapOf, Reference
from vocode_pulumi.schema.values import Exact, plain
from vocode_pulumi.schema.walking import Node, walk
from vocode_pulumi.uuids import UUID


def read_back(field: Field, declared: Declared, owned: Any, live: Any, previous: Any = None) -> Any:
    """The value at Vocode, in the form in which it was declared.

    Fields that are not declared are left out, so that they show no difference. If another object has
    replaced the owned one, the value is the other object's id.

    Args:
        field: the schema's field of the input.
        declared: which fields were declared.
        owned: the ids of the objects that inline values created.
        live: the answer's value.
        previous: the value as it was declared or last read. It gives the order of unordered lists, and
            the fields that answers of 2023 do not have.
    """
    return walk(field, live, _read_back, declared, owned, previous)


def _read_back(node: Node) -> Any:
    live, (declared, owned, previous) = node.value, node.parallel
    field = node.field
    if isinstance(field.shape, Reference):
        return _reference(node, field.shape)
    if node.fields is not None and isinstance(declared, Mapping):
        return _declared_fields(node, declared, {}, previous)
    if isinstance(field.shape, ListOf) and isinstance(live, list):
        if field.references and isinstance(declared, list):
            return _references(node, declared, owned, previous)
        if field.has(UNORDERED) and isinstance(previous, list):
            return [item for item in previous if item in live] + [
                item for item in live if item not in previous
            ]
        if field.has_entries and isinstance(declared, list) and isinstance(previous, list):
            return _entries(node, live, declared, previous)
        if isinstance(declared, list) and len(declared) == len(live):
            return node.below()
    if field.is_free_form and isinstance(live, Mapping):
        return Exact(live)
    # A server may store an empty text as null.
    return "" if live is None and previous == "" else plain(live)


def _reference(node: Node, ref: Reference) -> Any:
    live, (declared, owned, previous) = node.value, node.parallel
    if declared == "default":
        return declared
    if live is None:
        return "none" if "none" in ref.to.words else None
    if ref.to.text_field and isinstance(live, str) and not UUID.fullmatch(live):
        # Answers from 2023 contain the prompt's text in place of the prompt.
        if isinstance(previous, str) and UUID.fullmatch(previous):
            return previous
        is_text = isinstance(previous, str) or declared is True
        return live if is_text else {ref.to.text_field: live}
    if owned is None or id_of(live) != owned["id"] or not isinstance(live, Mapping):
        return id_of(live)
    if ref.to.text_field and declared is True:
        return live.get(ref.to.text_field)
    return _declared_fields(node, declared, owned["parts"], previous)


def _declared_fields(
    node: Node, declared: Mapping[str, Any], owned: Mapping[str, Any], previous: Any
) -> dict[str, Any]:
    """The declared fields of an object. A field that the answer does not have keeps its old value."""
    live, fields = node.value, node.fields or {}
    declared_live = {name: live[name] for name in declared if name in live and name in fields}
    read = {
        name: value
        for name, value in _previous(previous).items()
        if name in declared and name in fields and name not in live
    }
    read |= node.below(declared_live, declared, owned, previous)
    return {name: value for name, value in read.items() if value is not None}


def _previous(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _references(node: Node, declared: Sequence[Declared], owned: Any, previous: Any) -> list[Any]:
    """A list of references; each owned object is read with its own declaration, wherever it is now."""
    indexes = {part["id"]: index for index, part in enumerate(owned or []) if part is not None}
    places = [indexes.get(id_of(item)) for item in node.value]
    same = isinstance(previous, list) and len(previous) == len(declared)

    def in_live_order(values: Any) -> list[Any]:
        return [
            None if place is None or place >= len(declared) or values is None else values[place]
            for place in places
        ]

    return list(
        node.below(
            node.value,
            in_live_order(declared),
            in_live_order(owned),
            in_live_order(previous if same else None),
        )
    )


def _entries(node: Node, live: list[Any], declared: list[Any], previous: list[Any]) -> list[Any]:
    """A list of objects without ids; each is read with its own declaration, wherever it is now."""
    places = {at: place for place, at in paired_entries(previous, live).items()}
    at_place = [places.get(at) for at in range(len(live))]
    return list(
        node.below(
            live,
            [
                None if place is None or place >= len(declared) else declared[place]
                for place in at_place
            ],
            None,
            [None if place is None else previous[place] for place in at_place],
        )
    )


def public_value(field: Field, live: Any) -> Any:
    """An answer's value without credentials; each object that it refers to is given as its id."""
    return plain(walk(field, live, _public))


def _public(node: Node) -> Any:
    if node.field.has(SECRET):
        return None
    if isinstance(node.field.shape, MapOf) and isinstance(node.value, Mapping):
        return Exact(node.value)
    return id_of(node.value) if isinstance(node.field.shape, Reference) else node.below()

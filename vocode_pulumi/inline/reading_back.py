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
        previous: the value as it was declared or last read; default: there is none. Unordered lists keep its
            order. Fields that an answer lacks are taken from it: answers of 2023 have fewer fields.
    """
    return walk(field, live, _read_back, declared, owned, previous)


def _read_back(node: Node) -> Any:
    live, (declared, owned, previous) = node.value, node.parallel
    field = node.field
    if isinstance(field.shape, Reference):
        return _read_reference(node, field.shape)
    if node.fields is not None and isinstance(declared, Mapping):
        return _declared_fields(node, declared, {}, previous)
    if isinstance(field.shape, ListOf) and isinstance(live, list):
        if field.references and isinstance(declared, list):
            return _read_references(node, declared, owned, previous)
        if field.has(UNORDERED) and isinstance(previous, list):
            return [item for item in previous if item in live] + [
                item for item in live if item not in previous
            ]
        if field.has_entries and isinstance(declared, list) and isinstance(previous, list):
            return _read_entries(node, live, declared, previous)
        if isinstance(declared, list) and len(declared) == len(live):
            return node.below()
    if field.is_free_form and isinstance(live, Mapping):
        return Exact(live)
    # A server may store an empty text as null.
    return "" if live is None and previous == "" else plain(live)


def _read_reference(node: Node, ref: Reference) -> Any:
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
        for name, value in (previous if isinstance(previous, Mapping) else {}).items()
        if name in declared and name in fields and name not in live
    }
    read |= node.below(declared_live, declared, owned, previous)
    return {name: value for name, value in read.items() if value is not None}


def _read_references(
    node: Node, declared: Sequence[Declared], owned: Any, previous: Any
) -> list[Any]:
    """A list of references. Each owned object is read with its own declaration, wherever it is now."""
    index_of = {part["id"]: index for index, part in enumerate(owned or []) if part is not None}
    indexes = [index_of.get(id_of(item)) for item in node.value]
    has_previous = isinstance(previous, list) and len(previous) == len(declared)

    def at_indexes(values: Any) -> list[Any]:
        return [
            None if index is None or index >= len(declared) or values is None else values[index]
            for index in indexes
        ]

    return list(
        node.below(
            node.value,
            at_indexes(declared),
            at_indexes(owned),
            at_indexes(previous if has_previous else None),
        )
    )


def _read_entries(
    node: Node, live: list[Any], declared: list[Any], previous: list[Any]
) -> list[Any]:
    """A list of objects without ids. Each is read with its own declaration, wherever it is now."""
    paired = {index: old_index for old_index, index in paired_entries(previous, live).items()}
    old_indexes = [paired.get(index) for index in range(len(live))]
    return list(
        node.below(
            live,
            [
                None if index is None or index >= len(declared) else declared[index]
                for index in old_indexes
            ],
            None,
            [None if index is None else previous[index] for index in old_indexes],
        )
    )


def public_value(field: Field, live: Any) -> Any:
    """An answer's value without credentials; each object that it refers to is given as its id."""
    return plain(walk(field, live, _public_node))


def _public_node(node: Node) -> Any:
    if node.field.has(SECRET):
        return None
    if isinstance(node.field.shape, MapOf) and isinstance(node.value, Mapping):
        return Exact(node.value)
    return id_of(node.value) if isinstance(node.field.shape, Reference) else node.below()

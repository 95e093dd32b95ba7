# SPDX-License-Identifier: Apache-2.0
"""Comparing a declared value with the value that was read back."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.inline.alike import same_entries
from vocode_pulumi.schema.marks import GENERATED, UNORDERED
from vocode_pulumi.schema.shapes import AnyJson, Field, ListOf, MapOf, Reference
from vocode_pulumi.schema.values import Exact, carried, is_unknown, plain
from vocode_pulumi.schema.walking import Node, walk

_VALUE = Field("", AnyJson())


def differs(declared: Any, read: Any) -> bool:
    """Whether a declared value differs from the value that was read back; unknown values never differ."""
    return bool(walk(_VALUE, declared, _differs, read))


def agreed(inputs: Any, read: Any) -> Any:
    """The parts of old inputs that the old outputs have too; ``None`` if they have none of it.

    A part that the outputs have otherwise is drift, or an update that did not end.
    """
    if isinstance(inputs, Exact):
        return None if differs(carried(inputs), read) else inputs
    if isinstance(inputs, Mapping) and isinstance(read, Mapping):
        # The outputs have no credentials.
        parts = {
            name: agreed(value, read[name]) if name in read else value
            for name, value in inputs.items()
        }
        return {name: value for name, value in parts.items() if value is not None}
    return None if differs(inputs, read) else inputs


def is_unchanged(wanted: Any, before: Any) -> bool:
    """Whether a new input is the old one, as far as the state had it (:func:`agreed`)."""
    return before is not None and not differs(wanted, before)


def same_items(value: list[Any], old: list[Any]) -> dict[int, int]:
    """For the index of each item that the old list has too: its index there. Equal items are paired in order."""
    left = [*range(len(old))]
    same: dict[int, int] = {}
    for index, item in enumerate(value):
        found = next((old_index for old_index in left if not differs(item, old[old_index])), None)
        if found is not None:
            left.remove(found)
            same[index] = found
    return same


def old_places(wanted: list[Any], old: list[Any]) -> list[int | None]:
    """For each item of a list: its index in the old list, or that of the item in whose place it is."""
    same = same_items(wanted, old)
    taken = {*same.values()}
    return [
        same.get(index, index if index < len(old) and index not in taken else None)
        for index in range(len(wanted))
    ]


def places_before(field: Field, wanted: list[Any], old: list[Any]) -> list[int | None]:
    """For each item of an input that is a list: the index of the item in the old list that it was; ``None`` if it is new."""
    if not field.has_entries:
        return old_places(wanted, old)
    same = same_entries(wanted, old, by_place=False)
    return [same.get(index) for index in range(len(wanted))]


def keep_unchanged(
    field: Field, read: Any, wanted: Any, before: Any, *, whole_maps: bool = False
) -> Any:
    """What was read, with the old value of each part that an update did not change.

    A part that only a person changed at Vocode stays as it was: a refresh shows it.

    Args:
        field: the schema's field of the input.
        read: the value that was read after the update.
        wanted: the new input.
        before: the old input, as far as the state had it in inputs and outputs (:func:`agreed`).
        whole_maps: whether a map that the update changed stays as it was read, with each of its keys.
    """
    return walk(field, wanted, _kept_or_whole_map if whole_maps else _kept, read, before)


def _kept_or_whole_map(node: Node) -> Any:
    is_map = isinstance(node.field.shape, MapOf) and isinstance(node.value, Mapping)
    if is_map and not is_unchanged(node.value, node.parallel[1]):
        return node.parallel[0]
    return _kept(node)


def _kept(node: Node) -> Any:
    wanted, (read, before) = node.value, node.parallel
    if is_unchanged(wanted, before):
        return before
    if node.field.is_free_form:
        return read
    if isinstance(read, list) and isinstance(wanted, list) and isinstance(before, list):
        if node.field.has_entries:
            return _kept_entries(node, wanted, read, before)
        # The list was given what the program added, and lost what it removed.
        if len(read) != len(wanted):
            return wanted
        places = old_places(wanted, before)
        return node.below(wanted, read, [None if at is None else before[at] for at in places])
    if isinstance(wanted, Mapping) and isinstance(read, Mapping) and isinstance(before, Mapping):
        return {name: value for name, value in node.below().items() if value is not None}
    return read


def _kept_entries(node: Node, wanted: list[Any], read: list[Any], before: list[Any]) -> list[Any]:
    """The entries of a list. An entry that Vocode does not have, although the program added it, is left out."""
    places, found = places_before(node.field, wanted, before), same_entries(wanted, read)
    kept = node.below(
        wanted,
        [read[found[index]] if index in found else None for index in range(len(wanted))],
        [None if at is None else before[at] for at in places],
    )
    return [entry for entry in kept if entry is not None]


def is_equal_object(ref: Reference, inline: Any, live: Any) -> bool:
    """Whether a new object that an inline value makes would equal an existing object.

    Args:
        ref: the shape of the reference.
        inline: the inline object.
        live: an object at Vocode.
    """
    return bool(walk(Field("", ref), inline, _is_equal, live))


def _is_equal(node: Node) -> bool:
    wanted, (live,) = node.value, node.parallel
    shape = node.field.shape
    if isinstance(shape, Reference):
        inline = shape.as_inline(wanted)
        if inline is None:
            return bool(wanted == id_of(live))
        wanted = inline
    fields = _fields_of(node, wanted)
    if fields is not None:
        return (
            isinstance(live, Mapping)
            and all(node.below(wanted, live).values())
            and all(
                _is_default(field, live.get(name))
                for name, field in fields.items()
                if wanted.get(name) is None
            )
        )
    if isinstance(shape, ListOf) and isinstance(wanted, list) and isinstance(live, list):
        if node.field.has(UNORDERED):
            return sorted(map(str, wanted)) == sorted(map(str, live))
        return len(wanted) == len(live) and all(node.below())
    return not is_unknown(wanted) and is_same(node.field, wanted, live)


def is_same(field: Field, wanted: Any, live: Any) -> bool:
    """Whether Vocode has a value without named fields as it is wanted."""
    return bool(wanted == live if field.is_free_form else plain(wanted) == plain(live))


def _fields_of(node: Node, wanted: Any) -> Mapping[str, Field] | None:
    shape = node.field.shape
    if isinstance(shape, Reference):
        return shape.record(wanted).fields
    return node.fields


def _is_default(field: Field, live: Any) -> bool:
    return live is None or field.has(GENERATED) or bool(plain(live) == plain(field.default))


def _differs(node: Node) -> bool:
    declared, (read,) = node.value, node.parallel
    if is_unknown(declared):
        return False
    if isinstance(declared, Exact) or isinstance(read, Exact):
        return bool(declared != read)
    if isinstance(declared, Mapping) and isinstance(read, Mapping):
        given = {key: value for key, value in declared.items() if value is not None}
        return given.keys() != read.keys() or any(node.below(given, read).values())
    if isinstance(declared, list) and isinstance(read, list):
        return len(declared) != len(read) or any(node.below())
    return bool(declared != read)

# SPDX-License-Identifier: Apache-2.0
"""Comparing a declared value with the value that was read back."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.inline.alike import paired_entries
from vocode_pulumi.schema.marks import GENERATED, UNORDERED
from vocode_pulumi.schema.shapes import AnyJson, Field, ListOf, MapOf, Reference
from vocode_pulumi.schema.values import Exact, carried, is_unknown, plain
from vocode_pulumi.schema.walking import Node, walk

_VALUE = Field("", AnyJson())


def differs(declared: Any, read: Any) -> bool:
    """Whether a declared value differs from the value that was read back; unknown values never differ."""
    return bool(walk(_VALUE, declared, _differs, read))


def agreed_inputs(inputs: Any, read: Any) -> Any:
    """The old inputs, without each part that the old outputs do not have with the same value.

    Such a part is drift, or an update that did not end.

    Args:
        inputs: the old inputs, or a part of them.
        read: the old outputs, or the same part of them.

    Returns:
        ``None`` if nothing is left.
    """
    if isinstance(inputs, Exact):
        return None if differs(carried(inputs), read) else inputs
    if isinstance(inputs, Mapping) and isinstance(read, Mapping):
        # The outputs have no credentials.
        parts = {
            name: agreed_inputs(value, read[name]) if name in read else value
            for name, value in inputs.items()
        }
        return {name: value for name, value in parts.items() if value is not None}
    return None if differs(inputs, read) else inputs


def is_unchanged(wanted: Any, before: Any) -> bool:
    """Whether the program did not change an input.

    Args:
        wanted: the new input.
        before: the old input (:func:`agreed_inputs`); ``None`` if inputs and outputs did not agree.
    """
    return before is not None and not differs(wanted, before)


def paired_items(items: list[Any], old: list[Any]) -> dict[int, int]:
    """Pair the equal items of two lists, in order.

    Returns:
        Indexes in the old list, by the indexes in the new one. An item without a partner is left out.
    """
    left = [*range(len(old))]
    paired: dict[int, int] = {}
    for index, item in enumerate(items):
        found = next((old_index for old_index in left if not differs(item, old[old_index])), None)
        if found is not None:
            left.remove(found)
            paired[index] = found
    return paired


def old_indexes(field: Field, wanted: list[Any], old: list[Any]) -> list[int | None]:
    """Where each item of a new list was in the old list.

    Args:
        field: the schema's field of the list.
        wanted: the new list.
        old: the old list.

    Returns:
        An index in the old list for each item of the new one; ``None`` for a new item.
    """
    if not field.has_entries:
        return _old_indexes_by_value(wanted, old)
    paired = paired_entries(wanted, old, by_place=False)
    return [paired.get(index) for index in range(len(wanted))]


def _old_indexes_by_value(wanted: list[Any], old: list[Any]) -> list[int | None]:
    """:func:`old_indexes` by equal items. Another item takes its own index, if that one is free."""
    paired = paired_items(wanted, old)
    taken = {*paired.values()}
    return [
        paired.get(index, index if index < len(old) and index not in taken else None)
        for index in range(len(wanted))
    ]


def keep_unchanged(
    field: Field, read: Any, wanted: Any, before: Any, *, whole_maps: bool = False
) -> Any:
    """The value that was read after an update, with the old value of each part that the program did not change.

    So what a person changed at Vocode meanwhile is not in the outputs, and the next refresh shows it.

    Args:
        field: the schema's field of the input.
        read: the value that was read after the update.
        wanted: the new input.
        before: the old input (:func:`agreed_inputs`).
        whole_maps: whether a map that the program changed is returned as it was read; default: also each key
            of a map that the program did not change has its old value.
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
        if len(read) != len(wanted):
            # What a person added or removed at Vocode is left out: the next refresh shows it.
            return wanted
        indexes = _old_indexes_by_value(wanted, before)
        return node.below(wanted, read, [None if at is None else before[at] for at in indexes])
    if isinstance(wanted, Mapping) and isinstance(read, Mapping) and isinstance(before, Mapping):
        return {name: value for name, value in node.below().items() if value is not None}
    return read


def _kept_entries(node: Node, wanted: list[Any], read: list[Any], before: list[Any]) -> list[Any]:
    """:func:`keep_unchanged` for a list of objects without ids.

    An entry that the program added and that Vocode does not have is left out.
    """
    indexes, found = old_indexes(node.field, wanted, before), paired_entries(wanted, read)
    kept = node.below(
        wanted,
        [read[found[index]] if index in found else None for index in range(len(wanted))],
        [None if at is None else before[at] for at in indexes],
    )
    return [entry for entry in kept if entry is not None]


def is_equal_object(ref: Reference, inline: Any, live: Any) -> bool:
    """Whether an object at Vocode has every value that an inline object declares, and defaults elsewhere.

    Args:
        ref: the shape of the reference.
        inline: the inline object that the program declares.
        live: the object at Vocode.
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
    return not is_unknown(wanted) and is_as_wanted(node.field, wanted, live)


def is_as_wanted(field: Field, wanted: Any, live: Any) -> bool:
    """Whether Vocode has the wanted value: a value without named fields."""
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

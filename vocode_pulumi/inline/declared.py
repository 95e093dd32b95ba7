# SPDX-License-Identifier: Apache-2.0
"""Which fields of an input a program declares."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.schema.shapes import Field, Reference
from vocode_pulumi.schema.walking import Node, walk

Declared = Any
"""Which fields an input declares, without their values.

An object keeps its keys, and a list keeps its length. A word such as ``"default"`` is kept itself. Any
other value is ``True``.
"""


def declared_by(field: Field, value: Any) -> Declared:
    """Which fields a value declares."""
    return walk(field, value, _declared)


def _declared(node: Node) -> Declared:
    shape, value = node.field.shape, node.value
    if isinstance(shape, Reference) and isinstance(value, str):
        return value if value in shape.to.words else True
    if node.fields is not None and isinstance(value, Mapping):
        return node.below({name: item for name, item in value.items() if item is not None})
    return node.below() if isinstance(value, list) else True


def with_entries_as_read(field: Field, declared: Declared, read: Any) -> Declared:
    """Which fields are declared after a refresh, which stores each list as Vocode has it.

    Args:
        field: the schema's field of an input.
        declared: which fields were declared.
        read: the value that was read.
    """
    return walk(field, read, _with_entries, declared)


def _with_entries(node: Node) -> Declared:
    value, (declared,) = node.value, node.parallel
    if node.field.has_entries and isinstance(value, list):
        return declared_by(node.field, value)
    if isinstance(value, Mapping) and isinstance(declared, Mapping) and node.fields is not None:
        below = node.below()
        return {name: below.get(name, fields) for name, fields in declared.items()}
    if isinstance(value, list) and isinstance(declared, list):
        return [*node.below()[: len(declared)], *declared[len(value) :]]
    return declared

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

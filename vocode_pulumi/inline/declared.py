# SPDX-License-Identifier: Apache-2.0
"""Which fields an input gave."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.schema.shapes import Field, Reference
from vocode_pulumi.schema.walking import Node, walk

Declared = Any
"""Which fields an input gave, without their values: objects keep their keys, lists their length,
words that are neither id nor text themselves; anything else is ``True``."""


def declared_by(field: Field, value: Any) -> Declared:
    """Which fields a value gives."""
    return walk(field, value, _declared)


def _declared(node: Node) -> Declared:
    shape, value = node.field.shape, node.value
    if isinstance(shape, Reference) and isinstance(value, str):
        return value if value in shape.to.words else True
    if node.fields is not None and isinstance(value, Mapping):
        return node.below({name: item for name, item in value.items() if item is not None})
    return node.below() if isinstance(value, list) else True

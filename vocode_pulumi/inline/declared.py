# SPDX-License-Identifier: Apache-2.0
"""Which fields an input gave."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.schema.shapes import Field, Listing, Record, Reference, Variants

Skeleton = Any
"""Which fields an input gave, without their values: objects keep their keys, lists their length,
words that are neither id nor text themselves; anything else is ``True``."""


def skeleton(field: Field, value: Any) -> Skeleton:
    """Which fields a value gives."""
    shape = field.shape
    if isinstance(shape, Reference):
        if isinstance(value, str):
            return value if value in shape.part.words else True
        shape = shape.record(value)
    if isinstance(shape, Variants):
        shape = shape.of(value) or shape
    if isinstance(shape, Record) and isinstance(value, Mapping):
        return {
            name: skeleton(shape.fields[name], item)
            for name, item in value.items()
            if item is not None
        }
    if isinstance(shape, Listing) and isinstance(value, list):
        return [skeleton(shape.item, item) for item in value]
    return True

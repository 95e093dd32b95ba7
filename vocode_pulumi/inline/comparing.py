# SPDX-License-Identifier: Apache-2.0
"""Comparing a declared value with the value that was read back."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.schema.shapes import AnyJson, Field
from vocode_pulumi.schema.values import is_unknown
from vocode_pulumi.schema.walking import Node, walk

_VALUE = Field("", AnyJson())


def differs(declared: Any, read: Any) -> bool:
    """Whether a declared value differs from the value that was read back; unknown values never differ."""
    return bool(walk(_VALUE, declared, _differs, read))


def _differs(node: Node) -> bool:
    declared, (read,) = node.value, node.parallel
    if is_unknown(declared):
        return False
    if isinstance(declared, Mapping) and isinstance(read, Mapping):
        given = {key: value for key, value in declared.items() if value is not None}
        return given.keys() != read.keys() or any(node.below(given, read).values())
    if isinstance(declared, list) and isinstance(read, list):
        return len(declared) != len(read) or any(node.below())
    return bool(declared != read)

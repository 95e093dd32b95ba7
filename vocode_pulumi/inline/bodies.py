# SPDX-License-Identifier: Apache-2.0
"""The bodies of creates and purchases."""

from typing import Any

from vocode_pulumi.schema.shapes import Field, Reference
from vocode_pulumi.schema.values import plain
from vocode_pulumi.schema.walking import Node, walk


def create_body(ref: Reference, value: Any) -> Any:
    """The body of a create for a reference: an id unchanged, or an inline object with all its fields."""
    return walk(Field("", ref), value, _in_body)


def _in_body(node: Node) -> Any:
    shape = node.field.shape
    if isinstance(shape, Reference):
        inline = shape.as_inline(node.value)
        return node.value if inline is None else node.below(plain(inline))
    return node.below()

# SPDX-License-Identifier: Apache-2.0
"""What a create or a purchase sends."""

from typing import Any

from vocode_pulumi.schema.shapes import Field, Reference
from vocode_pulumi.schema.values import plain
from vocode_pulumi.schema.walking import Node, walk


def request(ref: Reference, value: Any) -> Any:
    """A reference as a create takes it: an id as it is, an inline object whole."""
    return walk(Field("", ref), value, _sent)


def _sent(node: Node) -> Any:
    shape = node.field.shape
    if isinstance(shape, Reference):
        inline = shape.as_inline(node.value)
        return node.value if inline is None else node.below(plain(inline))
    return node.below()

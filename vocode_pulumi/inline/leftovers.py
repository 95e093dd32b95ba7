# SPDX-License-Identifier: Apache-2.0
"""The objects that stay in the account when their resource is deleted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from vocode_pulumi.schema.marks import GENERATED, SECRET
from vocode_pulumi.schema.shapes import Field, Record, Reference, Variants
from vocode_pulumi.schema.walking import Node, walk


class Leftover(NamedTuple):
    """An object that stays in the account.

    Args:
        noun: what it is, such as ``voice``.
        id: Vocode's id.
        has_credential: whether Vocode keeps a credential in it.
    """

    noun: str
    id: str
    has_credential: bool

    def __str__(self) -> str:
        return f"{self.noun} {self.id}{' (holds a credential)' * self.has_credential}"


def leftovers(field: Field, value: Any, declared: Any, owned: Any) -> list[Leftover]:
    """The objects that an inline input owns.

    Args:
        field: the schema's field of the input.
        value: the input as it was last read.
        declared: which fields are declared.
        owned: the ids of the objects that the input created.
    """
    found: list[Leftover] = []

    def visit(node: Node) -> None:
        shape, (declared, owned) = node.field.shape, node.parallel
        if not isinstance(shape, Reference):
            node.below()
        elif isinstance(owned, Mapping) and "id" in owned:
            inline = node.value if isinstance(node.value, Mapping) else {}
            has = shape.inline is not None and holds_credential(shape.inline, inline, declared)
            found.append(Leftover(shape.to.noun, owned["id"], has))
            parts = owned.get("parts") or {}
            node.below({**dict.fromkeys(sorted(parts)), **inline}, declared, parts)

    walk(field, value, visit, declared, owned)
    return found


def holds_credential(shape: Record | Variants, value: Any, declared: Any) -> bool:
    """Whether Vocode keeps a credential in an object, apart from the objects that it refers to.

    Args:
        shape: the shape of the object.
        value: the object as it was last read, without its credentials.
        declared: which fields are declared.
    """
    found: list[str] = []

    def visit(node: Node) -> None:
        if isinstance(node.field.shape, Reference):
            return
        given = node.parallel[0] if isinstance(node.parallel[0], Mapping) else {}
        found.extend(
            name
            for name, field in (node.fields or {}).items()
            if field.has(SECRET) and (name in given or field.has(GENERATED))
        )
        node.below()

    walk(Field("", shape), value, visit, declared)
    return bool(found)

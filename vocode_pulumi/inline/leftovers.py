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
        return f"{self.noun} {self.id}{' (holds a credential)' if self.has_credential else ''}"


def leftovers(field: Field, value: Any, declared: Any, owned: Any) -> list[Leftover]:
    """The objects that an inline input owns.

    Args:
        field: the schema's field of the input.
        value: the input as it was last read.
        declared: which fields are declared (:data:`vocode_pulumi.inline.declared.Declared`).
        owned: the ids of the objects that the input created (:data:`vocode_pulumi.inline.owned.Owned`).
    """
    found: list[Leftover] = []

    def visit(node: Node) -> None:
        shape, (declared_here, owned_here) = node.field.shape, node.parallel
        if not isinstance(shape, Reference):
            node.below()
        elif isinstance(owned_here, Mapping) and "id" in owned_here:
            inline = node.value if isinstance(node.value, Mapping) else {}
            has_credential = shape.inline is not None and holds_credential(
                shape.inline, inline, declared_here
            )
            found.append(Leftover(shape.to.noun, owned_here["id"], has_credential))
            # An owned part is visited also if the value that was read does not have it.
            parts = owned_here.get("parts") or {}
            node.below({**dict.fromkeys(sorted(parts)), **inline}, declared_here, parts)

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
        declared_here = node.parallel[0] if isinstance(node.parallel[0], Mapping) else {}
        found.extend(
            name
            for name, field in (node.fields or {}).items()
            if field.has(SECRET) and (name in declared_here or field.has(GENERATED))
        )
        node.below()

    walk(Field("", shape), value, visit, declared)
    return bool(found)

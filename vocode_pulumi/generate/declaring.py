# SPDX-License-Identifier: Apache-2.0
"""What a program declares of an object, from the schema of its inputs. Pure.

A value that a new object has anyway is left out. A credential and an object that is referred to are kept as
:class:`Secret` and :class:`Ref`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.leaves import leaves
from vocode_pulumi.schema.marks import GENERATED, SECRET, URL
from vocode_pulumi.schema.shapes import Field, MapOf, Record, Reference, Variants
from vocode_pulumi.schema.values import Exact
from vocode_pulumi.schema.walking import Node, fields_of, walk
from vocode_pulumi.uuids import UUID

LONG_PART = re.compile(r"(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[^/]{16,}")
"""A part of a URL's path that may be a token."""


@dataclass(frozen=True)
class Ref:
    """An object that is referred to.

    Args:
        collection: the API's path of such objects.
        id: the object's id.
        field: the schema's field that refers to it.
    """

    collection: str
    id: str
    field: Field

    @property
    def can_be_inline(self) -> bool:
        """Whether the field takes the object inline too."""
        reference = self.field.references
        return reference is not None and reference.inline is not None


@dataclass(frozen=True)
class Secret:
    """A value that no file may have.

    Args:
        value: the value.
        is_marked: whether the provider knows it as a credential without the program's saying so.
    """

    value: str
    is_marked: bool


@dataclass(frozen=True)
class Declaration:
    """What a program declares of an object.

    Args:
        inputs: the declared inputs; below them are :class:`Ref` and :class:`Secret`.
        unknown: the fields of the object that the provider does not know. The program does not have them.
        problem: why the object cannot be declared; empty if it can.
    """

    inputs: Mapping[str, Any]
    unknown: tuple[str, ...] = ()
    problem: str = ""


def declared_of(shape: Record | Variants, live: Mapping[str, Any], known: set[str]) -> Declaration:
    """What a program declares of an object.

    Args:
        shape: the shape of the inputs.
        live: the object as Vocode describes it.
        known: the fields of such objects that are no inputs.
    """
    if isinstance(shape, Variants) and shape.of(live) is None:
        return Declaration({}, problem=f"its type {live.get('type')!r} is not known")
    odd: list[str] = []

    def visit(node: Node) -> Any:
        value, field = node.value, node.field
        if isinstance(field.shape, Reference):
            id_ = id_of(value)
            # An answer of 2023 has the text of a prompt in place of the prompt.
            is_text = isinstance(value, str) and field.shape.to.text_field and not UUID.match(value)
            return value if is_text or id_ is None else Ref(field.shape.to.collection, id_, field)
        if isinstance(value, str) and field.has(SECRET):
            return Secret(value, is_marked=True)
        if isinstance(value, str) and URL in field.marks and _may_have_token(value):
            return Secret(value, is_marked=False)
        if node.fields is not None:
            odd.extend(_odd(node))
            below = node.below()
            return {
                name: below[name]
                for name, one in node.fields.items()
                if name in below and not _is_left_out(one, value[name])
            }
        if isinstance(field.shape, MapOf) and isinstance(value, Mapping):
            return Exact(value) if field.is_free_form else dict(value)
        return node.below()

    fields = fields_of(shape, live)
    inputs = walk(Field("", shape), {name: live[name] for name in fields if name in live}, visit)
    unknown = sorted(
        name
        for name, value in live.items()
        if name not in fields and name not in known and value is not None
    )
    problem = f"the provider does not know {', '.join(odd)}" if odd else ""
    return Declaration(inputs, tuple(unknown), problem)


def _odd(node: Node) -> Iterator[str]:
    """What the schema does not have in an object within an input. An update would remove it."""
    if not node.is_of_known_type:
        yield f"{node.path}.type {node.value.get('type')!r}"
        return
    for name, value in node.value.items():
        if name not in (node.fields or {}) and value is not None:
            yield f"{node.path}.{name}"


def _is_left_out(field: Field, value: Any) -> bool:
    if value is None or field.has(GENERATED):
        return True
    return not field.required and bool(value == field.default)


def _may_have_token(url: str) -> bool:
    """Whether a URL may have what proves who sends: user info, a query, or a long part of its path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(
        "@" in parts.netloc
        or parts.query
        or parts.fragment
        or any(map(LONG_PART.fullmatch, parts.path.split("/")))
    )


def refs_in(value: Any) -> Iterator[Ref]:
    """Every object that a declaration refers to."""
    return (leaf for leaf in leaves(value) if isinstance(leaf, Ref))


def secrets_in(value: Any) -> Iterator[str]:
    """Every secret of a declaration."""
    return (leaf.value for leaf in leaves(value) if isinstance(leaf, Secret))


def plain_inputs(value: Any, refer: Callable[[Ref], Any]) -> Any:
    """A declaration as the inputs of a resource.

    Args:
        value: the declaration, or a part of it.
        refer: what an input has for an object that it refers to.
    """
    if isinstance(value, Ref):
        return refer(value)
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, Exact):
        return value
    if isinstance(value, Mapping):
        return {name: plain_inputs(item, refer) for name, item in value.items()}
    if isinstance(value, list):
        return [plain_inputs(item, refer) for item in value]
    return value

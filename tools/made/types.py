# SPDX-License-Identifier: Apache-2.0
"""The Python types of outputs and results, out of shapes."""

from vocode_pulumi.schema.marks import SECRET
from vocode_pulumi.schema.shapes import (
    AnyJson,
    Choice,
    Field,
    ListOf,
    MapOf,
    Record,
    Reference,
    Scalar,
    Shape,
    Variants,
)


def of_output(field: Field, *, always: bool) -> str:
    """The type of the output that an input has.

    Args:
        field: the input.
        always: whether every variant of the resource has it.
    """
    name = _of_output(field.shape)
    is_there = always and (field.required or field.default is not None)
    return name if is_there or name == "Any" else f"{name} | None"


def _of_output(shape: Shape) -> str:
    if isinstance(shape, ListOf):
        return f"list[{_of_output(shape.item.shape)}]"
    if isinstance(shape, Reference):
        return "Any" if shape.inline else "str"
    return _of_word(shape) or "Any"


def of_result(shape: Shape) -> str:
    """The type of a field that a lookup gives; whatever the field refers to is an id."""
    if isinstance(shape, ListOf):
        return f"list[{of_result(shape.item.shape)}]"
    if isinstance(shape, MapOf):
        return f"dict[str, {of_result(shape.item.shape)}]"
    if isinstance(shape, Record | Variants):
        return "dict[str, Any]"
    if isinstance(shape, AnyJson):
        return "Any"
    return "str" if isinstance(shape, Reference) else _of_word(shape) or "Any"


def _of_word(shape: Shape) -> str | None:
    if isinstance(shape, Choice):
        return "str"
    return shape.type.__name__ if isinstance(shape, Scalar) else None


def is_credential(field: Field) -> bool:
    """Whether there is nothing in it but credentials."""
    shape = field.shape
    nested = shape.fields.values() if isinstance(shape, Record) else ()
    return field.has(SECRET) or (bool(nested) and all(map(is_credential, nested)))

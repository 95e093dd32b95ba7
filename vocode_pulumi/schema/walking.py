# SPDX-License-Identifier: Apache-2.0
"""Walking through a value along its shape. Every recursion over shapes uses this module.

A visitor is called with each value. It visits the values below with :meth:`Node.below`.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.schema.marks import SECRET
from vocode_pulumi.schema.shapes import (
    AnyJson,
    Field,
    ListOf,
    MapOf,
    Record,
    Reference,
    Scalar,
    Shape,
    Variants,
)

Visit = Callable[["Node"], Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A value that is visited.

    Args:
        field: the schema's field of the value.
        value: the value.
        parallel: the values at the same place in the other values that are walked through; ``None`` where another
            value has nothing.
        path: the path of the value, such as ``actions[0].type``.
        visit: called with each value below.
    """

    field: Field
    value: Any
    parallel: tuple[Any, ...]
    path: str
    visit: Visit

    @property
    def object_shape(self) -> Record | Variants | None:
        """The shape of an object with named fields; ``None`` if the value is not such an object."""
        return _object_shape(self.field.shape) if isinstance(self.value, Mapping) else None

    @property
    def fields(self) -> Mapping[str, Field] | None:
        """The fields that the value can have; ``None`` if it is not an object with named fields."""
        return _fields(self.field.shape, self.value)

    @property
    def is_of_known_type(self) -> bool:
        """Whether the value's ``type`` names a known variant, or its shape has no variants."""
        shape = self.object_shape
        return not isinstance(shape, Variants) or shape.of(self.value) is not None

    def below(self, value: Any = ..., *parallel: Any) -> Any:
        """Visit each value in the value; return an object or list of the results.

        Names that the shape does not have are left out.

        Args:
            value: visit the values in this one instead; default: the node's own value and ``parallel``.
            *parallel: other values of the same shape, if ``value`` is given.
        """
        if value is ...:
            value, parallel = self.value, self.parallel
        shape = self.field.shape
        fields = _fields(shape, value)
        if fields is not None:
            return {
                name: self._visit(
                    fields[name], value[name], parallel, name, field_path(self.path, name)
                )
                for name in value
                if name in fields
            }
        if isinstance(shape, MapOf | AnyJson) and isinstance(value, Mapping):
            item = shape.item if isinstance(shape, MapOf) else self.field
            return {
                key: self._visit(item, value[key], parallel, key, f'{self.path}["{key}"]')
                for key in value
            }
        if isinstance(shape, ListOf | AnyJson) and isinstance(value, list | tuple):
            item = shape.item if isinstance(shape, ListOf) else self.field
            return [
                self._visit(item, element, parallel, index, f"{self.path}[{index}]")
                for index, element in enumerate(value)
            ]
        return value

    def with_below(self) -> Any:
        """The value with each value in it visited; names that the shape does not have stay as they are."""
        return {**self.value, **self.below()} if isinstance(self.value, Mapping) else self.below()

    def _visit(
        self, field: Field, value: Any, parallel: tuple[Any, ...], step: str | int, path: str
    ) -> Any:
        at_step = tuple(_at(other, step) for other in parallel)
        return self.visit(Node(field, value, at_step, path, self.visit))


def walk(field: Field, value: Any, visit: Visit, *parallel: Any, path: str = "") -> Any:
    """Walk through a value.

    Args:
        field: the schema's field of the value.
        value: any JSON, or a program's inputs, which may contain Outputs.
        visit: called with the value's node; it visits the values below with :meth:`Node.below`.
        parallel: other values of the same shape, which are walked through in parallel.
        path: the path of the value.

    Returns:
        The result of the visitor.
    """
    return visit(Node(field, value, parallel, path, visit))


def shapes_within(shape: Shape | None, *, inline: bool = True) -> Iterator[Shape]:
    """A shape and every shape in it, in each variant, outermost first.

    Args:
        shape: the outermost shape; ``None`` gives no shapes.
        inline: whether to include the shapes of inline objects.
    """
    if shape is None:
        return
    yield shape
    if isinstance(shape, Reference):
        yield from shapes_within(shape.inline if inline else None)
    elif isinstance(shape, Variants):
        for record in shape.records.values():
            yield from shapes_within(record, inline=inline)
    for field in _fields_in(shape):
        yield from shapes_within(field.shape, inline=inline)


@functools.cache
def has_credential(field: Field) -> bool:
    """Whether the field is a credential or contains a credential."""
    return field.has(SECRET) or any(
        below.has(SECRET) for shape in shapes_within(field.shape) for below in _fields_in(shape)
    )


@functools.cache
def holds_free_text(field: Field) -> bool:
    """Whether the field, with ids in place of other objects, can hold a text that anybody may choose."""
    fields = [field]
    for shape in shapes_within(field.shape, inline=False):
        if isinstance(shape, AnyJson | MapOf):
            return True
        fields += _fields_in(shape)
    return any(
        isinstance(one.shape, Scalar)
        and one.shape.type is str
        and (one.rule is None or one.rule.is_free_text)
        for one in fields
    )


def fields_of(shape: Record | Variants, value: Mapping[str, Any]) -> Mapping[str, Field]:
    """The fields of an object's ``type``; the fields of every variant if its ``type`` is not known."""
    if isinstance(shape, Record):
        return shape.fields
    record = shape.of(value)
    return record.fields if record else _fields_of_every(shape)


def field_path(path: str, name: str) -> str:
    """The path of a field of the object at a path."""
    return f"{path}.{name}" if path else name


@functools.cache
def _fields_of_every(shape: Variants) -> Mapping[str, Field]:
    fields = [field for record in shape.records.values() for field in record.fields.values()]
    # If two fields have the same name, the one with a credential comes last and wins.
    fields.sort(key=has_credential)
    return {field.name: field for field in fields}


def _fields(shape: Shape, value: Any) -> Mapping[str, Field] | None:
    of_object = _object_shape(shape)
    if of_object is None or not isinstance(value, Mapping):
        return None
    return fields_of(of_object, value)


def _object_shape(shape: Shape) -> Record | Variants | None:
    """The shape of an object with named fields: the shape itself, or that of an inline object."""
    if isinstance(shape, Reference):
        return shape.inline
    return shape if isinstance(shape, Record | Variants) else None


def _at(value: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, Mapping) else None
    return value[step] if isinstance(value, list) and step < len(value) else None


def _fields_in(shape: Shape) -> Iterable[Field]:
    """The fields of a record, or the field of the items of a list or a map."""
    if isinstance(shape, Record):
        return shape.fields.values()
    return [shape.item] if isinstance(shape, ListOf | MapOf) else []

# SPDX-License-Identifier: Apache-2.0
"""Reading shapes from the ``TypedDict``s that the user's type checker reads too.

The inputs of a resource are one ``TypedDict``. Facts that a type cannot express are marks in
``Annotated``. Everything else follows from these: the checks in a preview, the bodies of requests, which
changes replace a resource, and which fields are credentials.
"""

import functools
import types
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import (
    Annotated,
    Any,
    ForwardRef,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

import pulumi

from vocode_pulumi.schema.marks import RefersTo
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


@functools.cache
def schema_of(args: Any) -> Record | Variants:
    """Read the inputs of a resource: a ``TypedDict``, or a union of several that differ in ``type``."""
    shape = _field("", args, required=True).shape
    if not isinstance(shape, Record | Variants):
        raise TypeError(f"{args} is no TypedDict")
    return shape


@functools.cache
def record_of(typed_dict: type) -> Record:
    """Read a ``TypedDict``.

    Args:
        typed_dict: the class; its annotations must not be strings.
    """
    required: frozenset[str] = typed_dict.__required_keys__  # type: ignore[attr-defined]
    fields = {
        name: _field(name, hint, name in required)
        for name, hint in typed_dict.__annotations__.items()
    }
    return Record(typed_dict.__name__, fields)


def _field(name: str, hint: Any, required: bool) -> Field:
    marks: list[Any] = []
    options = list(_options(hint, marks))
    to = next((mark for mark in marks if isinstance(mark, RefersTo)), None)
    return Field(name, _shape(options, to), required, tuple(marks))


def _options(hint: Any, marks: list[Any]) -> Iterator[Any]:
    """The plain types that a hint allows, without what Pulumi wraps around them."""
    origin = get_origin(hint)
    if origin in (Required, NotRequired):
        yield from _options(get_args(hint)[0], marks)
    elif origin is Annotated:
        inner, *found = get_args(hint)
        marks.extend(found)
        yield from _options(inner, marks)
    elif origin in (Union, types.UnionType):
        for option in get_args(hint):
            yield from _options(option, marks)
    elif not (
        hint is types.NoneType
        or origin in (Awaitable, pulumi.Output)
        # `pulumi.Input` names its Output as a string.
        or isinstance(hint, ForwardRef)
    ):
        yield hint


def _shape(options: list[Any], to: RefersTo | None) -> Shape:
    records = [record_of(option) for option in options if is_typeddict(option)]
    if records:
        inline: Record | Variants = records[0]
        if len(records) > 1:
            inline = Variants({_tag(record): record for record in records})
        return Reference(to, inline) if to else inline
    if to:
        return Reference(to, None)
    if all(get_origin(option) is Literal for option in options):
        return Choice(tuple(value for option in options for value in get_args(option)))
    option = float if float in options else options[0]
    origin = get_origin(option)
    if origin in (Sequence, list):
        return ListOf(_field("", get_args(option)[0], required=True))
    if origin in (Mapping, dict):
        item = get_args(option)[1]
        return MapOf(Field("", AnyJson()) if item is Any else _field("", item, required=True))
    return Scalar(option)


def _tag(record: Record) -> str:
    shape = record.fields["type"].shape
    if not isinstance(shape, Choice):
        raise TypeError(f"{record.name}.type is not a Literal")
    return shape.values[0]

# SPDX-License-Identifier: Apache-2.0
"""Reading shapes from the ``TypedDict`` that the user's type checker reads too.

A resource's inputs are one ``TypedDict``; facts that a type cannot say stand beside the field as
marks in ``Annotated``. From that one place come the checks of preview, the bodies of requests, what
replaces a resource, and what is a credential.
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

from vocode_pulumi.schema.marks import Part
from vocode_pulumi.schema.shapes import (
    Anything,
    Choice,
    Field,
    Listing,
    Record,
    Reference,
    Scalar,
    Shape,
    Table,
    Variants,
)


@functools.cache
def inputs(args: Any) -> Record | Variants:
    """Read the inputs of a resource: a ``TypedDict``, or several told apart by their ``type``."""
    shape = _field("", args, required=True).shape
    if not isinstance(shape, Record | Variants):
        raise TypeError(f"{args} is no TypedDict")
    return shape


@functools.cache
def record(typed_dict: type) -> Record:
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
    part = next((mark for mark in marks if isinstance(mark, Part)), None)
    return Field(name, _shape(options, part), required, tuple(marks))


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


def _shape(options: list[Any], part: Part | None) -> Shape:
    records = [record(option) for option in options if is_typeddict(option)]
    if records:
        inline: Record | Variants = records[0]
        if len(records) > 1:
            inline = Variants({_tag(one): one for one in records})
        return Reference(part, inline) if part else inline
    if part:
        return Reference(part, None)
    if all(get_origin(option) is Literal for option in options):
        return Choice(tuple(value for option in options for value in get_args(option)))
    option = float if float in options else options[0]
    origin = get_origin(option)
    if origin in (Sequence, list):
        return Listing(_field("", get_args(option)[0], required=True))
    if origin in (Mapping, dict):
        item = get_args(option)[1]
        return Anything() if item is Any else Table(_field("", item, required=True))
    return Scalar(option)


def _tag(one: Record) -> str:
    shape = one.fields["type"].shape
    if not isinstance(shape, Choice):
        raise TypeError(f"{one.name}.type is not a Literal")
    return shape.values[0]

# SPDX-License-Identifier: Apache-2.0
"""Whether a value is what its shape says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vocode_pulumi.schema.marks import SECRET, UUID
from vocode_pulumi.schema.shapes import (
    Anything,
    Choice,
    Field,
    Listing,
    Record,
    Reference,
    Scalar,
    Table,
    Variants,
)
from vocode_pulumi.schema.values import is_unknown

Problem = tuple[str, str]
"""A property's path, and what is wrong with it and would be right."""


def problems(field: Field, value: Any, path: str) -> Iterator[Problem]:
    """Everything that is wrong with a value, by path. What is unknown is not judged."""
    if is_unknown(value):
        return
    shape = field.shape
    if isinstance(shape, Reference):
        yield from _reference_problems(field, shape, value, path)
    elif isinstance(shape, Variants | Record):
        if isinstance(value, Mapping):
            yield from object_problems(shape, value, f"{path}.")
        else:
            yield path, f"must be an object, not {_kind(value)}"
    elif isinstance(shape, Listing):
        if not isinstance(value, list):
            yield path, f"must be a list, not {_kind(value)}"
            return
        for index, item in enumerate(value):
            yield from problems(shape.item, item, f"{path}[{index}]")
    elif isinstance(shape, Table | Anything):
        if not isinstance(value, Mapping):
            yield path, f"must be an object, not {_kind(value)}"
        elif isinstance(shape, Table):
            for key, item in value.items():
                yield from problems(shape.item, item, f'{path}["{key}"]')
    elif isinstance(shape, Choice):
        if value not in shape.values:
            given = repr(value) if isinstance(value, str) else _kind(value)
            yield (
                path,
                f"must be {_either(shape.values)}{_nearest(value, shape.values)}, not {given}",
            )
    elif isinstance(shape, Scalar):
        yield from _scalar_problems(field, shape, value, path)


def _reference_problems(field: Field, shape: Reference, value: Any, path: str) -> Iterator[Problem]:
    part = shape.part
    if isinstance(value, str):
        if not UUID.fullmatch(value) and value not in part.words and not part.text:
            right = [f"the id (a uuid) of {_a(part.noun)}"]
            right += [f"an inline {part.noun}"] * bool(shape.inline)
            right += [f'"{word}"' for word in part.words]
            yield path, f"must be {_or(right)}{_nearest(value, part.words)}, not {value!r}"
    elif isinstance(value, Mapping) and shape.inline:
        yield from object_problems(shape.inline, value, f"{path}.")
    else:
        inline = f" or an inline {part.noun}" if shape.inline else ""
        yield path, f"must be the id of {_a(part.noun)}{inline}, not {_kind(value)}"


def object_problems(
    shape: Record | Variants, value: Mapping[str, Any], prefix: str = ""
) -> Iterator[Problem]:
    """Everything that is wrong with an object, which may be one of several kinds."""
    if isinstance(shape, Variants):
        tag = value.get("type")
        if is_unknown(tag):
            return
        tags = tuple(shape.records)
        found = shape.of(value)
        if tag is None:
            yield f"{prefix}type", f"is missing: it must be {_either(tags)}"
            return
        if found is None:
            yield f"{prefix}type", f"must be {_either(tags)}{_nearest(tag, tags)}"
            return
        shape = found
    yield from record_problems(shape, value, prefix)


def record_problems(shape: Record, value: Mapping[str, Any], prefix: str = "") -> Iterator[Problem]:
    """Everything that is wrong with the fields of an object."""
    for name, item in value.items():
        if name not in shape.fields:
            yield (
                f"{prefix}{name}",
                f"is not a field of {shape.name}{_nearest(name, tuple(shape.fields))}; "
                f"it has {', '.join(shape.fields) or 'no fields'}",
            )
        elif item is not None:
            yield from problems(shape.fields[name], item, prefix + name)
    for name, field in shape.fields.items():
        if field.required and value.get(name) is None:
            yield f"{prefix}{name}", f"is missing: {shape.name} needs it"


def _scalar_problems(field: Field, shape: Scalar, value: Any, path: str) -> Iterator[Problem]:
    words = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
    right: bool
    if shape.type in (int, float):
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if right and shape.type is int:
            right = float(value).is_integer()
    else:
        right = isinstance(value, shape.type)
    if not right:
        shown = "" if field.has(SECRET) else f", not {_kind(value)}"
        yield path, f"must be {words[shape.type]}{shown}"
    elif field.rule and not re.fullmatch(field.rule.pattern, value):
        shown = "" if field.has(SECRET) else f", not {value!r}"
        yield path, f"must be {field.rule.right}{shown}"


def _kind(value: Any) -> str:
    for kind, word in (
        (bool, str(value).lower()),
        (str, "a string"),
        (int, f"the number {value}"),
        (float, f"the number {value:g}" if isinstance(value, float) else ""),
        (list, "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, kind):
            return word
    return type(value).__name__


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _either(values: Sequence[str]) -> str:
    return _or([f'"{value}"' for value in values])


def _or(right: Sequence[str]) -> str:
    return right[0] if len(right) == 1 else f"{', '.join(right[:-1])} or {right[-1]}"


def _nearest(value: Any, right: Sequence[str]) -> str:
    # Here, since inputs that are right have no use for it.
    import difflib

    near = difflib.get_close_matches(str(value), right, n=1, cutoff=0.5)
    return f' (did you mean "{near[0]}"?)' if near else ""

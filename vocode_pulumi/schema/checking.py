# SPDX-License-Identifier: Apache-2.0
"""Checking whether values fit their shapes."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vocode_pulumi.schema.marks import SECRET, NotEmpty, OtherWords
from vocode_pulumi.schema.shapes import (
    Choice,
    Field,
    ListOf,
    MapOf,
    Record,
    Reference,
    Scalar,
    Variants,
)
from vocode_pulumi.schema.values import is_unknown
from vocode_pulumi.schema.walking import Node, field_path, walk
from vocode_pulumi.uuids import UUID

Problem = tuple[str, str]
"""A property's path, and a text that says what is wrong and what would be right."""


def problems(shape: Record | Variants, inputs: Mapping[str, Any]) -> list[Problem]:
    """Every problem of some inputs. Unknown values are not checked.

    Args:
        shape: the shape of the inputs.
        inputs: the inputs as a program gives them.
    """
    found: list[Problem] = []

    def visit(node: Node) -> None:
        value = node.value
        if is_unknown(value):
            return
        found.extend(_problems_of(node))
        if node.fields is None:
            node.below()
        elif node.is_of_known_type:
            node.below({name: item for name, item in value.items() if item is not None})

    walk(Field("", shape), inputs, visit)
    return found


def _problems_of(node: Node) -> Iterator[Problem]:
    """The problems of a value itself, without those of the values in it."""
    field, shape, value, path = node.field, node.field.shape, node.value, node.path
    if node.object_shape is not None:
        yield from _object_problems(node.object_shape, value, path)
    elif isinstance(shape, Reference):
        yield from _reference_problems(shape, value, path)
    elif isinstance(shape, Variants | Record | MapOf):
        if not isinstance(value, Mapping):
            yield path, f"must be an object, not {_words_for(value)}"
    elif isinstance(shape, ListOf):
        if not isinstance(value, list):
            yield path, f"must be a list, not {_words_for(value)}"
    elif isinstance(shape, Choice):
        if value not in shape.values:
            given = repr(value) if isinstance(value, str) else _words_for(value)
            nearest = _did_you_mean(value, shape.values, field.mark(OtherWords))
            yield path, f"must be {_quoted_by_or(shape.values)}{nearest}, not {given}"
    elif isinstance(shape, Scalar):
        yield from _scalar_problems(field, shape, value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"must be JSON, which has no {value}"


def _reference_problems(shape: Reference, value: Any, path: str) -> Iterator[Problem]:
    to = shape.to
    if isinstance(value, str):
        if not UUID.fullmatch(value) and value not in to.words and not to.text_field:
            right = [f"the id (a uuid) of {to.a_noun}"]
            right += [f"an inline {to.noun}"] * bool(shape.inline)
            right += [f'"{word}"' for word in to.words]
            yield (
                path,
                f"must be {_joined_by_or(right)}{_did_you_mean(value, to.words)}, not {value!r}",
            )
        elif shape.text_field is not None:
            yield from _emptiness(shape.text_field, value, {}, path)
    else:
        inline = f" or an inline {to.noun}" if shape.inline else ""
        yield path, f"must be the id of {to.a_noun}{inline}, not {_words_for(value)}"


def _object_problems(
    shape: Record | Variants, value: Mapping[str, Any], path: str
) -> Iterator[Problem]:
    """The problems of the names of an object's fields, and of its ``type``."""
    if isinstance(shape, Variants):
        record, tag, tags = shape.of(value), value.get("type"), tuple(shape.records)
        if record is not None:
            yield from _object_problems(record, value, path)
        elif tag is None:
            yield field_path(path, "type"), f"is missing: it must be {_quoted_by_or(tags)}"
        elif not is_unknown(tag):
            yield (
                field_path(path, "type"),
                f"must be {_quoted_by_or(tags)}{_did_you_mean(tag, tags)}, not {tag!r}",
            )
        return
    for name in value:
        if name not in shape.fields:
            yield (
                field_path(path, name),
                f"is not a field of {shape.name}{_did_you_mean(name, tuple(shape.fields))}; "
                f"it has {', '.join(shape.fields) or 'no fields'}",
            )
    for name, field in shape.fields.items():
        if field.required and value.get(name) is None:
            yield field_path(path, name), f"is missing: {shape.name} needs it"
        yield from _emptiness(field, value.get(name), value, field_path(path, name))


def _emptiness(
    field: Field, value: Any, siblings: Mapping[str, Any], path: str
) -> Iterator[Problem]:
    """The problem of an empty value that has no use.

    Args:
        field: the schema's field of the value.
        value: the value.
        siblings: the object that has the value.
        path: the path of the value.
    """
    mark = field.mark(NotEmpty)
    if mark is None or value is None or not _is_empty(value):
        return
    if all(_is_empty(siblings.get(name)) for name in mark.unless):
        yield path, f"{'has only white space' if value else 'is empty'}: {mark.right}"


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _scalar_problems(field: Field, shape: Scalar, value: Any, path: str) -> Iterator[Problem]:
    words = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
    right: bool
    if shape.type in (int, float):
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if right and not math.isfinite(value):
            right, words[float] = False, "a finite number"
        elif right and shape.type is int:
            right = float(value).is_integer()
    else:
        right = isinstance(value, shape.type)
    if not right:
        given = "" if field.has(SECRET) else f", not {_words_for(value)}"
        yield path, f"must be {field.rule.right if field.rule else words[shape.type]}{given}"
    elif field.rule and not re.fullmatch(field.rule.pattern, value):
        given = "" if field.has(SECRET) else f", not {value!r}"
        yield path, f"must be {field.rule.right}{given}"
    elif field.rule and field.rule.wrong and (wrong := field.rule.wrong(value)):
        yield path, wrong


def _words_for(value: Any) -> str:
    for kind, word in (
        (bool, str(value).lower()),
        (str, "a string"),
        (int, f"the number {value}"),
        (float, _number(value) if isinstance(value, float) else ""),
        (list, "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, kind):
            return word
    return type(value).__name__


def _quoted_by_or(values: Sequence[str]) -> str:
    return _joined_by_or([f'"{value}"' for value in values])


def _joined_by_or(right: Sequence[str]) -> str:
    return right[0] if len(right) == 1 else f"{', '.join(right[:-1])} or {right[-1]}"


def _number(value: float) -> str:
    return f"the number {value:g}" if math.isfinite(value) else f"{value}"


def _did_you_mean(value: Any, right: Sequence[str], other_words: OtherWords | None = None) -> str:
    if len(right) < 2:
        return ""
    # Imported here, because inputs without problems do not need it.
    from vocode_pulumi.schema.suggesting import nearest

    near = nearest(str(value), right, other_words.meaning if other_words else {})
    return f' (did you mean "{near}"?)' if near else ""

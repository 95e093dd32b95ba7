# SPDX-License-Identifier: Apache-2.0
"""Whether two values differ only in spelling, and which entries of two lists belong together."""

import math
import operator
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from vocode_pulumi.schema.values import carried


def is_alike(value: Any, other: Any, *, rounded: bool = True) -> bool:
    """Whether two values differ only in spelling.

    Texts may differ in case, spaces, escapes and a slash at the end; numbers in rounding. A number may be
    written as a text, and an empty text as ``None``. In an object or a list, each value has to be alike.

    Args:
        value: a value.
        other: another value.
        rounded: whether numbers may differ in rounding.
    """
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        value, other = carried(value), carried(other)
        return all(
            is_alike(value.get(key), other.get(key), rounded=rounded)
            for key in value.keys() | other.keys()
        )
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(
            is_alike(item, at_other, rounded=rounded)
            for item, at_other in zip(value, other, strict=True)
        )
    if isinstance(value, bool) or isinstance(other, bool):
        return type(value) is type(other) and bool(value == other)
    if isinstance(value, int | float) and isinstance(other, int | float):
        return math.isclose(value, other, rel_tol=1e-4) if rounded else value == other
    if isinstance(value, str) and isinstance(other, str):
        return _skeleton(value) == _skeleton(other)
    if value in (None, "") and other in (None, ""):
        return True
    number, text = (other, value) if isinstance(value, str) else (value, other)
    return isinstance(number, int | float) and isinstance(text, str) and _number(text) == number


def paired_entries(
    entries: list[Any], others: list[Any], *, by_place: bool = True
) -> dict[int, int]:
    """Pair the entries of two lists, although they have no ids.

    Equal entries are paired first, then entries that are alike (:func:`is_alike`), then those that have
    the most texts in common. An entry without a partner is left out.

    Args:
        entries: a list of objects.
        others: another list of objects.
        by_place: whether to pair also what stands between the same neighbours in both lists.

    Returns:
        Indexes in ``others``, by the indexes in ``entries``.
    """
    paired: dict[int, int] = {}

    def free() -> list[tuple[int, int]]:
        return [
            (index, other)
            for index in range(len(entries))
            for other in range(len(others))
            if index not in paired and other not in paired.values()
        ]

    for compare in (operator.eq, is_alike):
        for index, other in free():
            is_free = index not in paired and other not in paired.values()
            if is_free and compare(entries[index], others[other]):
                paired[index] = other
    rated = [
        (_texts_in_common(entries[index], others[other]), index, other) for index, other in free()
    ]
    for common, index, other in sorted(rated, key=lambda one: (-one[0], abs(one[1] - one[2]))):
        if common and index not in paired and other not in paired.values():
            paired[index] = other
    # What is left between two paired entries is paired in order, if both lists have as many there.
    start = 0
    while by_place and start < len(entries):
        end = start
        while end < len(entries) and end not in paired:
            end += 1
        first = paired[start - 1] + 1 if start else 0
        last = paired[end] if end < len(entries) else len(others)
        between = range(first, last)
        if len(between) == end - start and not {*between} & {*paired.values()}:
            paired |= zip(range(start, end), between, strict=True)
        start = end + 1
    return paired


def _texts_in_common(old: Any, new: Any) -> int:
    """How many fields of two objects have texts that are alike. Fields that name a type do not count."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return 0
    return sum(
        isinstance(value, str) and bool(value) and is_alike(value, new.get(name))
        for name, value in old.items()
        if not name.endswith("type")
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _skeleton(text: str) -> str:
    """A text without what :func:`is_alike` does not heed."""
    return "".join(unquote(unicodedata.normalize("NFKC", text)).split()).casefold().rstrip("/")

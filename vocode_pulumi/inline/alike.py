# SPDX-License-Identifier: Apache-2.0
"""Which values are the same but for their spelling, and which entries of two lists are the same entry."""

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


def same_entries(old: list[Any], new: list[Any], *, by_place: bool = True) -> dict[int, int]:
    """For the index of each entry of a list that another list has too: its index there.

    The entries have no ids. Entries that are alike are the same. Of the others, those are the same that have
    most texts in common.

    Args:
        old: a list.
        new: another list.
        by_place: whether entries are also the same if they stand between the same neighbours.
    """
    same: dict[int, int] = {}

    def free() -> list[tuple[int, int]]:
        return [
            (index, other)
            for index in range(len(old))
            for other in range(len(new))
            if index not in same and other not in same.values()
        ]

    for compare in (operator.eq, is_alike):
        for index, other in free():
            is_free = index not in same and other not in same.values()
            if is_free and compare(old[index], new[other]):
                same[index] = other
    rated = [(_texts_in_common(old[index], new[other]), index, other) for index, other in free()]
    for common, index, other in sorted(rated, key=lambda one: (-one[0], abs(one[1] - one[2]))):
        if common and index not in same and other not in same.values():
            same[index] = other
    start = 0
    while by_place and start < len(old):
        end = start
        while end < len(old) and end not in same:
            end += 1
        first = same[start - 1] + 1 if start else 0
        last = same[end] if end < len(old) else len(new)
        between = range(first, last)
        if len(between) == end - start and not {*between} & {*same.values()}:
            same |= zip(range(start, end), between, strict=True)
        start = end + 1
    return same


def _texts_in_common(old: Any, new: Any) -> int:
    """How many fields of two objects have texts that are alike, apart from words that say of which type they are."""
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
    return "".join(unquote(unicodedata.normalize("NFKC", text)).split()).casefold().rstrip("/")

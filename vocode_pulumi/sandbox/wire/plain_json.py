# SPDX-License-Identifier: Apache-2.0
"""Reading JSON from outside.

Python's ``json`` reads what other programs cannot read again: lone surrogates, NaN and infinite numbers,
and values of almost any depth.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 200
"""How many lists and objects may stand in each other. It is the limit of pydantic's own JSON reader."""

Place = tuple[str | int, ...]
"""The field names and positions that lead to a value."""

_SURROGATE = (
    "Input should be a valid string, unable to parse raw data as a unicode string",
    "string_unicode",
)
_NOT_FINITE = ("Input should be a finite number", "finite_number")


def read(text: bytes | str) -> Any:
    """A JSON value.

    Raises:
        ValueError: the text is not JSON, is nested too deep, or has a number of too many digits.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if _is_too_deep(value):
        raise ValueError("nested too deep")
    return value


def problems(value: Any, place: Place = ()) -> Iterator[tuple[Place, str, str]]:
    """The lone surrogates and the numbers that are not finite: of each the place, a message and its type.

    Args:
        value: a value that :func:`read` has returned.
        place: where the value stands.
    """
    if isinstance(value, dict):
        for name, item in value.items():
            below = (*place, name.encode(errors="replace").decode())
            if _has_surrogate(name):
                yield (*below, "[key]"), *_SURROGATE
            yield from problems(item, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from problems(item, (*place, index))
    elif isinstance(value, str) and _has_surrogate(value):
        yield place, *_SURROGATE
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, *_NOT_FINITE


def read_strictly(text: bytes | str) -> Any:
    """A JSON value that every JSON library can write again.

    Raises:
        ValueError: the text is not such a value.
    """
    value = read(text)
    for _, message, _ in problems(value):
        raise ValueError(message)
    return value


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _is_too_deep(value: Any) -> bool:
    """Whether a value has more than :data:`MAX_DEPTH` levels; without recursion."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [item for one in level for item in _items(one)]
        if not level:
            return False
    return True


def _items(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()

# SPDX-License-Identifier: Apache-2.0
"""What is relied on in the API's answers, tolerant of everything else.

Answers of both ages are understood: in those of 2023 an agent's ``prompt`` is a string, and a
number has no ``label``, ``outbound_only``, ``example_context`` or ``telephony_*``. In lists,
whatever a number refers to is an id; elsewhere it is a whole object.

Plain dictionaries: what is relied on is three fields, and a library of models takes as long to load as
all else here.

Facts: https://docs.vocode.dev and the API's OpenAPI documents.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from vocode_pulumi import digits

Json = dict[str, Any]

DEEPEST = 64
"""Levels of lists and objects within each other that an answer may have."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Answer(NamedTuple):
    """What came back.

    Args:
        status: of HTTP.
        headers: by their names, in any case.
        content: the body, unpacked; empty where it cannot be, and of a refusal that was cut off.
    """

    status: int
    headers: Mapping[str, str]
    content: bytearray


def json_in(content: bytes | bytearray) -> Any:
    """The JSON that the body of an answer is, as all that it passes through can take it.

    What is no UTF-8, and half a surrogate pair, becomes U+FFFD; a number that is not finite, or too
    large for a double, ``None``.

    Raises:
        ValueError: it is no JSON, is nested deeper than :data:`DEEPEST`, or has an integer of more
            digits than Python reads.
    """
    try:
        return _plain(json.loads(content.decode("utf-8-sig", "replace")), 0)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list | dict) and depth == DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {_plain(name, depth): _plain(one, depth + 1) for name, one in value.items()}
    if isinstance(value, int | float):
        try:
            return value if math.isfinite(value) else None
        except OverflowError:
            return None
    return value


class Page(NamedTuple):
    """One page of a list. ``total`` may be an estimate, so only ``has_more`` is relied on."""

    items: list[Json]
    has_more: bool


def page_in(answer: Json) -> Page:
    """The page of a list that an answer is.

    Raises:
        ValueError: it is none.
    """
    items, has_more = answer.get("items"), answer.get("has_more", False)
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise ValueError("no items")
    if not isinstance(has_more, bool):
        raise ValueError("no has_more")
    return Page(items, has_more)


def number_in(answer: Json) -> str:
    """The digits of a number, in their normal form where they have one.

    Whatever else an answer lacks or has otherwise, a number that was paid for is not lost over it.

    Raises:
        ValueError: there are none.
    """
    number = answer.get("number")
    found = digits.normal(number) or number
    if not isinstance(found, str) or not found:
        raise ValueError("no number")
    return found


def listed_number_in(item: Json) -> str:
    """By what a number of a list is known: its digits, or whatever stands in their place.

    Raises:
        ValueError: nothing does.
    """
    number = item.get("number")
    if not isinstance(number, str | int) or number == "":
        raise ValueError("no number")
    return digits.of(number)


def id_of(reference: Any) -> str | None:
    """The id of what an answer refers to: a whole object, an id, or nothing.

    An id is a text or an integer; what is neither is none.
    """
    value = reference.get("id") if isinstance(reference, dict) else reference
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value or None if isinstance(value, str) else None

# SPDX-License-Identifier: Apache-2.0
"""Reading the API's answers. Only a few fields are required; anything else may differ.

Answers of 2023 are understood too. In them an agent's ``prompt`` is a string, and a number has no
``label``, ``outbound_only``, ``example_context`` or ``telephony_*``. A list has ids in place of the
objects that a number refers to; ``GET`` gives the whole objects.

Answers are plain dictionaries, because only three fields are required. A library of models would take
as long to load as the rest of the client.

Facts: https://docs.vocode.dev and the API's OpenAPI documents.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from vocode_pulumi import digits

Json = dict[str, Any]

MAX_DEPTH = 64
"""How deep lists and objects may be nested in an answer."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Answer(NamedTuple):
    """An HTTP answer.

    Args:
        status: the HTTP status.
        headers: the headers by name; upper and lower case are the same.
        content: the unpacked body. It is empty if it cannot be unpacked, or if it is the body of an error
            and was cut off.
    """

    status: int
    headers: Mapping[str, str]
    content: bytearray


def json_in(content: bytes | bytearray) -> Any:
    """Decode the body of an answer to JSON that Pulumi can store.

    Bytes that are not UTF-8 and lone surrogates become U+FFFD. A number that is not finite, or too large
    for a double, becomes ``None``.

    Raises:
        ValueError: the body is not JSON, is nested deeper than :data:`MAX_DEPTH`, or has an integer with
            more digits than Python reads.
    """
    try:
        return _plain(json.loads(content.decode("utf-8-sig", "replace")), 0)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list | dict) and depth == MAX_DEPTH:
        raise ValueError("nested too deep")
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_plain(name, depth): _plain(item, depth + 1) for name, item in value.items()}
    if isinstance(value, int | float):
        try:
            return value if math.isfinite(value) else None
        except OverflowError:
            return None
    return value


class Page(NamedTuple):
    """One page of a list. Only ``has_more`` says whether more follows: ``total`` may be an estimate."""

    items: list[Json]
    has_more: bool


def page_in(answer: Json) -> Page:
    """Read an answer as a page of a list.

    Raises:
        ValueError: the answer is not a page.
    """
    items, has_more = answer.get("items"), answer.get("has_more", False)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError("no items")
    if not isinstance(has_more, bool):
        raise ValueError("no has_more")
    return Page(items, has_more)


def number_in(answer: Json) -> str:
    """The digits of a number in their normal form; digits without a normal form are left unchanged.

    This reads no other field: a number that was paid for must not be lost because of them.

    Raises:
        ValueError: the answer has no number.
    """
    number = answer.get("number")
    found = digits.normal(number) or number
    if not isinstance(found, str) or not found:
        raise ValueError("no number")
    return found


def listed_number_in(item: Json) -> str:
    """The digits of a number in a list, or the text or integer that the list has in their place.

    Raises:
        ValueError: the item has neither.
    """
    number = item.get("number")
    if not isinstance(number, str | int) or number == "":
        raise ValueError("no number")
    return digits.of(number)


def id_of(reference: Any) -> str | None:
    """The id in a reference; ``None`` if there is none.

    Args:
        reference: a whole object, or an id: a text or an integer.
    """
    value = reference.get("id") if isinstance(reference, dict) else reference
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value or None if isinstance(value, str) else None

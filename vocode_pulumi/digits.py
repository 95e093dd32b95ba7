# SPDX-License-Identifier: Apache-2.0
"""The normal form of a phone number: digits with the country code first, such as ``14155550100``.

Vocode's document uses this form. People and servers also write ``+14155550100`` or
``+1 (415) 555-0100``. Every number is normalized when it comes in, so that two spellings are never two
numbers. Facts: ITU-T E.164 (at most 15 digits), the API's OpenAPI document.
"""

import re

_SEPARATORS = re.compile(r"[\s().\-\u00a0\u2010-\u2015]")
_NORMAL = re.compile(r"[1-9][0-9]{6,14}")


def normal(value: object) -> str | None:
    """A phone number in its normal form; ``None`` if the value is not a phone number.

    Args:
        value: a text or a whole number, from a person or from an answer.
    """
    if not isinstance(value, str | int):
        return None
    text = _SEPARATORS.sub("", str(value)).removeprefix("+")
    return text if _NORMAL.fullmatch(text) else None


def of(value: object) -> str:
    """A phone number in its normal form; a value that is not a phone number, unchanged as text."""
    return normal(value) or str(value)


def same(one: object, other: object) -> bool:
    """Whether both values are spellings of the same phone number."""
    return normal(one) is not None and normal(one) == normal(other)

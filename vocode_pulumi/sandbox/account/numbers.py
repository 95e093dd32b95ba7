# SPDX-License-Identifier: Apache-2.0
"""Numbers that look real: valid in the United States, by `phonenumbers`."""

import functools
import random
from collections.abc import Callable, Collection
from itertools import islice

import phonenumbers
from phonenumbers import PhoneNumberType

_GEOGRAPHIC = (PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_TRIES = 300
_FIRST_IN_AN_AREA = 2_000_000
_IN_AN_AREA = 8_000_000
_random = random.SystemRandom()


def new(area_code: str | None, taken: Callable[[str], bool]) -> str | None:
    """Make a number up.

    Args:
        area_code: three digits; any of the country when ``None``.
        taken: whether the account has had these digits.

    Returns:
        Digits with the country code; ``None`` when the area code has no (more) numbers.
    """
    if area_code is not None and not (len(area_code) == 3 and area_code.isascii()):
        return None
    for _ in range(_TRIES):
        area = area_code or str(_random.randrange(201, 990))
        digits = f"1{area}{_random.randrange(200, 1000)}{_random.randrange(10_000):04}"
        if _is_real(digits) and not taken(digits):
            return digits
    return None


def many(count: int, area_code: str | None, taken: Collection[str]) -> list[str] | None:
    """Make many numbers up, quickly: of real area codes, and not looked at one by one.

    Args:
        count: how many.
        area_code: three digits; all of the country when ``None``.
        taken: digits that the account has had.

    Returns:
        Different digits with the country code; ``None`` when there is no such area code.
    """
    areas = [one for one in _areas() if area_code in (None, one)]
    if not areas:
        return None
    places = _random.sample(range(len(areas) * _IN_AN_AREA), count + len(taken))
    made = (
        f"1{areas[place // _IN_AN_AREA]}{place % _IN_AN_AREA + _FIRST_IN_AN_AREA}"
        for place in places
    )
    return list(islice((digits for digits in made if digits not in taken), count))


@functools.cache
def _areas() -> list[str]:
    return [str(area) for area in range(201, 990) if _is_real(f"1{area}2345678")]


def _is_real(digits: str) -> bool:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number_for_region(number, "US")
        and phonenumbers.number_type(number) in _GEOGRAPHIC
    )

# SPDX-License-Identifier: Apache-2.0
"""Numbers that look real: valid in the United States, by `phonenumbers`."""

import random
from collections.abc import Callable

import phonenumbers
from phonenumbers import PhoneNumberType

_GEOGRAPHIC = (PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_TRIES = 300
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


def _is_real(digits: str) -> bool:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number_for_region(number, "US")
        and phonenumbers.number_type(number) in _GEOGRAPHIC
    )

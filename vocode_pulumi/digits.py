# SPDX-License-Identifier: Apache-2.0
"""The normal form of a phone number: digits with the country code first, such as ``14155550100``.

Vocode's document uses this form. People and servers also write ``+14155550100`` or
``+1 (415) 555-0100``. Every number is normalized when it comes in, so that two spellings are never two
numbers. Facts: ITU-T E.164 (at most 15 digits), the API's OpenAPI document.

People in North America often leave out their country code, 1. Ten digits are then left, which may be
a number of another country. Facts: the numbering plan of North America; the numbering plans of all countries, as
Google's libphonenumber has them.
"""

import re

_SEPARATORS = re.compile(r"[\s().\-\u00a0\u2010-\u2015]")
_NORMAL = re.compile(r"[1-9][0-9]{6,14}")
_NORTH_AMERICAN = re.compile("[2-9](?!11|9)[0-9]{2}[2-9](?!11)[0-9]{6}")
"""Ten digits that can be a number of North America without its country code."""
_WITH_CODE_OF_NORTH_AMERICA = re.compile("1[0-9]{10}|1310[0-9]{4}")
"""In Canada, 310 with four more digits is a number too."""
_CODE_WITH_TEN_DIGITS = re.compile(
    "20|220|230|231|234|238|239|241|243|245|246|248|252|254|263|265|267|269|27|291|297|31|32|"
    "352|353|354|355|358|359|36|372|375|381|385|386|39|421|423|43|45|46|47|48|49|501|503|507|"
    "51|53|55|57|592|595|597|598|599|60|61|62|63|64|65|66|670|673|674|675|676|677|678|679|680|"
    "683|685|688|690|691|692|81|82|84|852|853|86|880|882|886|91|92|95|960|961|965|967|968|971|"
    "972|974|975"
)
"""The codes of the countries that have numbers of ten digits, the code included. 234 (Nigeria) is here because
its former plan had them."""


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


def wrong_country_code(number: str) -> str | None:
    """What is wrong with digits that no country has as a number; ``None`` if nothing is.

    Args:
        number: a number in its normal form.
    """
    if not _has_no_country(number):
        return None
    with_code = _with_code_of_north_america(number)
    if with_code is not None:
        return f"must begin with the country code, such as {with_code}, not {number!r}"
    if number.startswith("1"):
        return (
            f"must have 11 digits, because 1 is the country code of North America, not {number!r}"
        )
    return f"must begin with the code of a country that has numbers of ten digits, not {number!r}"


def doubtful_country_code(number: str) -> str | None:
    """What may be wrong with digits that another country has as a number; ``None`` if nothing is.

    Args:
        number: a number as a person writes it. After a plus the country code is there.
    """
    of_normal = normal(number)
    if of_normal is None or number.lstrip().startswith("+") or _has_no_country(of_normal):
        return None
    with_code = _with_code_of_north_america(of_normal)
    if with_code is None:
        return None
    return (
        f"{of_normal} may be a number of North America without its country code. With the country code it "
        f"is {with_code}."
    )


def country_code_first(number: str) -> str:
    """The words "country code first" for an error about a number that is not found.

    Args:
        number: a number in its normal form.
    """
    with_code = _with_code_of_north_america(number)
    example = f", as in {with_code} for North America" if with_code else ""
    return f"country code first{example}"


def _with_code_of_north_america(number: str) -> str | None:
    """Ten digits with the country code before them; ``None`` if North America has no such number."""
    return f"1{number}" if _NORTH_AMERICAN.fullmatch(number) else None


def _has_no_country(number: str) -> bool:
    """Whether no country has these digits as a number, the country code included."""
    if number.startswith("1"):
        return not _WITH_CODE_OF_NORTH_AMERICA.fullmatch(number)
    return len(number) == 10 and not _CODE_WITH_TEN_DIGITS.match(number)

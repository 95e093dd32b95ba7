# SPDX-License-Identifier: Apache-2.0
"""The one normal form of a phone number: whatever it is spelled like, two spellings are one number."""

from typing import Any

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocode_pulumi.digits import (
    country_code_first,
    doubtful_country_code,
    normal,
    same,
    wrong_country_code,
)

SEPARATORS = " ().-\t\u00a0\u2010\u2011\u2012\u2013\u2014\u2015"


@pytest.mark.parametrize(
    "spelled",
    [
        "14155550100",
        14155550100,
        "+14155550100",
        "+1 (415) 555-0100",
        "1.415.555.0100",
        "1\u00a0415\u20115550100",
        " +1 415 555 0100\n",
        "(+1) 415 5550100",
        *(f"1{separator}4155550100" for separator in SEPARATORS),
    ],
    ids=repr,
)
def test_every_spelling_is_the_one_number(spelled: object) -> None:
    assert normal(spelled) == "14155550100"
    assert same(spelled, "14155550100")
    assert same("14155550100", spelled)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "+",
        "pending",
        True,
        False,
        0,
        14155550100.0,
        b"14155550100",
        ["14155550100"],
        "0014155550100",
        "04155550100",
        "++14155550100",
        "14155550100+",
        "1415555010x",
        "x14155550100",
        "1415/5550100",
        "1,4155550100",
        "141555",
        "123456",
        "1234567890123456",
        "1415555010\u0660",
        "١٤١٥٥٥٥٠١٠٠",
        "14155550100;ext=1",
    ],
    ids=repr,
)
def test_what_is_no_phone_number_is_none(value: object) -> None:
    assert normal(value) is None
    assert not same(value, value)


@pytest.mark.parametrize("number", ["1234567", "123456789012345", "9" * 7, "1" + "0" * 14])
def test_the_shortest_and_the_longest_are_numbers(number: str) -> None:
    assert normal(number) == number
    assert normal(int(number)) == number


def test_two_numbers_are_two_and_one_that_is_none_is_no_ones() -> None:
    assert not same("14155550100", "14155550101")
    assert not same("14155550100", None)
    assert not same("", "14155550100")
    assert not same(None, None)


@settings(deadline=None, derandomize=True)
@given(st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats()))
def test_the_normal_form_of_a_normal_form_is_itself(value: Any) -> None:
    found = normal(value)
    if found is not None:
        assert normal(found) == normal(int(found)) == normal(f"+{found}") == found
        assert found.isascii()
        assert found.isdigit()
        assert 7 <= len(found) <= 15


@settings(deadline=None, derandomize=True)
@given(
    st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True),
    st.lists(st.sampled_from(SEPARATORS), max_size=20),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_separators_and_a_plus_make_no_difference(
    number: str, separators: list[str], plus: bool, random: Any
) -> None:
    spelled = [*number]
    for separator in separators:
        spelled.insert(random.randint(0, len(spelled)), separator)
    assert normal("+" * plus + "".join(spelled)) == number


@pytest.mark.parametrize("number", ["4155550100", "2125550100", "7185550100", "8005550100"])
def test_ten_digits_that_no_country_has_lack_a_country_code(number: str) -> None:
    assert wrong_country_code(number) == (
        f"must begin with the country code, such as 1{number}, not '{number}'"
    )
    assert doubtful_country_code(number) is None


@pytest.mark.parametrize("number", ["1415555010", "141555501000", "1234567"])
def test_a_number_that_begins_with_1_has_eleven_digits(number: str) -> None:
    assert "must have 11 digits" in str(wrong_country_code(number))


def test_ten_digits_of_no_country_and_not_of_north_america_are_wrong_too() -> None:
    assert wrong_country_code("4100000000") == (
        "must begin with the code of a country that has numbers of ten digits, not '4100000000'"
    )


@pytest.mark.parametrize("number", ["3125550100", "6175550100", "(617) 555-0100"])
def test_ten_digits_that_another_country_may_have_are_doubtful_alone(number: str) -> None:
    digits = str(normal(number))
    assert wrong_country_code(digits) is None
    assert f"With the country code it is 1{digits}." in str(doubtful_country_code(number))
    assert country_code_first(digits) == f"country code first, as in 1{digits} for North America"


@pytest.mark.parametrize(
    "number",
    [
        *("14155550100", "13105550100", "13101234", "+4915112345678", "442071838750"),
        # Ten digits: Belgium, Singapore, Denmark. None of them can be a number of North America.
        *("3210123456", "6561234567", "4511223344"),
        # With its plus, a number has its country code.
        "+3225550100",
    ],
)
def test_a_number_with_its_country_code_is_neither_wrong_nor_doubtful(number: str) -> None:
    assert wrong_country_code(str(normal(number))) is None
    assert doubtful_country_code(number) is None


def test_no_country_that_has_numbers_of_ten_digits_is_refused() -> None:
    found = []
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        national = "2" * (10 - len(str(code)))
        number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
        reason = phonenumbers.is_possible_number_with_reason(number)
        if reason == phonenumbers.ValidationResult.IS_POSSIBLE:
            assert wrong_country_code(f"{code}{national}") is None
            found.append(code)
    assert len(found) > 90

# SPDX-License-Identifier: Apache-2.0
"""The one normal form of a phone number: whatever it is spelled like, two spellings are one number."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocode_pulumi.digits import normal, same

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

# SPDX-License-Identifier: Apache-2.0
import phonenumbers
import pytest

from vocode_pulumi.sandbox.account import numbers


@pytest.mark.parametrize("area_code", [None, "415", "212", "305"])
def test_a_number_is_valid_in_its_area_code_and_never_given_twice(area_code: str | None) -> None:
    given: set[str] = set()
    for _ in range(50):
        number = numbers.new(area_code, given.__contains__)
        assert number
        assert phonenumbers.is_valid_number_for_region(phonenumbers.parse(f"+{number}"), "US")
        assert number not in given
        assert number[1:4] == (area_code or number[1:4])
        given.add(number)


@pytest.mark.parametrize("area_code", ["555", "000", "999", "416", "4155", "abc", ""])
def test_an_area_code_without_numbers_gives_none(area_code: str) -> None:
    assert numbers.new(area_code, lambda _: False) is None


def test_an_area_code_whose_numbers_are_all_taken_gives_none() -> None:
    assert numbers.new("415", lambda _: True) is None

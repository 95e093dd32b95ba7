# SPDX-License-Identifier: Apache-2.0
"""Fingerprints of secrets: what can be compared is, and nothing can be guessed from one."""

import hashlib
from typing import Any

import pytest

from vocode_pulumi.purchasing.fingerprints import Fingerprint, Keyring, may_be_same

KEYS, OTHERS = Keyring("the-key"), Keyring("another key")
VALUES: list[Any] = ["415", 415, None, "", {}, [], {"a": 1}, {"a": "1"}, {"a": [1]}, "ü", True]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_of_one_value_a_key_makes_one_fingerprint_and_of_another_value_another(value: Any) -> None:
    kept = KEYS.fingerprint(value)
    assert kept == Keyring("the-key").fingerprint(value)
    assert KEYS.may_be(value, kept)
    for other in VALUES:
        if other is not value:
            assert KEYS.fingerprint(other) != kept
            assert not KEYS.may_be(other, kept)
            assert not may_be_same(KEYS.fingerprint(other), kept)


def test_the_order_of_names_makes_no_difference() -> None:
    assert KEYS.fingerprint({"a": 1, "b": 2}) == KEYS.fingerprint({"b": 2, "a": 1})
    assert KEYS.fingerprint([1, 2]) != KEYS.fingerprint([2, 1])


def test_what_another_key_made_cannot_be_compared_which_is_not_different() -> None:
    theirs = OTHERS.fingerprint("415")
    assert theirs.key != KEYS.fingerprint("415").key
    assert theirs.digest != KEYS.fingerprint("415").digest
    for value in ("415", "212"):
        assert KEYS.may_be(value, theirs)
        assert may_be_same(KEYS.fingerprint(value), theirs)
        assert may_be_same(theirs, KEYS.fingerprint(value))
    assert may_be_same(theirs, theirs)


def test_the_fingerprints_never_change_since_ledgers_and_states_hold_them() -> None:
    assert KEYS.mark == "d65c3bddf9b40527"
    assert KEYS.fingerprint({"b": [1, "ü"], "a": None}) == Fingerprint(
        KEYS.mark, "1961cffa779f7ac8143b5dfafd7955e8"
    )


def test_neither_key_nor_value_can_be_guessed_from_it_without_the_key() -> None:
    kept = KEYS.fingerprint("415")
    assert (len(kept.key), len(kept.digest)) == (16, 32)
    for guess in ("the-key", "415", '"415"'):
        plain = hashlib.sha256(guess.encode()).hexdigest()
        assert not plain.startswith((kept.key, kept.digest))
    # The mark, which stands there in clear, is not what the others are made with.
    assert Keyring(KEYS.mark).fingerprint("415").digest != kept.digest


def test_it_is_kept_as_json_and_read_again() -> None:
    kept = KEYS.fingerprint("415")
    assert kept.to_json() == {"key": kept.key, "digest": kept.digest}
    assert Fingerprint.from_json(kept.to_json()) == kept


@pytest.mark.parametrize("value", [{}, {"key": "x"}, {"digest": "x"}, None, 5, []], ids=repr)
def test_something_else_is_none(value: Any) -> None:
    with pytest.raises((KeyError, TypeError)):
        Fingerprint.from_json(value)

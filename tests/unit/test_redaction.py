# SPDX-License-Identifier: Apache-2.0
"""Taking secrets out of texts."""

import pytest

from vocode_pulumi.redaction import LONGEST_DETAIL, cut, printable, redact

SECRET = "hush-hush-and-more"


@pytest.mark.parametrize(
    ("text", "secrets", "seen"),
    [
        ("not a, but b", ["a"], "not [secret], but b"),
        ("a long one and a long", ["a long", "a long one"], "[secret] and [secret]"),
        ("two lines", ["two\n  lines"], "[secret]"),
        ("nothing", ["", " "], "nothing"),
        ("nothing", [], "nothing"),
        ("a secret and [secret]", ["secret", "and"], "a [secret] [secret] [secret]"),
    ],
)
def test_each_secret_is_replaced_the_longest_first(
    text: str, secrets: list[str], seen: str
) -> None:
    assert redact(text, secrets) == seen


@pytest.mark.parametrize("shown", range(len(SECRET) + 1))
def test_the_beginning_of_a_secret_at_which_a_text_was_cut_is_replaced(shown: int) -> None:
    before = "x" * (LONGEST_DETAIL - shown)
    text = redact(cut(f"{before}{SECRET} and what follows"), [SECRET])
    assert text == (f"{before}[secret]…" if shown >= 4 else f"{before}{SECRET[:shown]}…")


def test_short_words_are_not_cut() -> None:
    assert cut("x" * LONGEST_DETAIL) == "x" * LONGEST_DETAIL


def test_a_secret_is_taken_out_of_a_text_whose_control_codes_were_replaced() -> None:
    secret = "pass\x1b[1mword"
    assert redact(printable(f"said {secret}"), [secret]) == "said [secret]"

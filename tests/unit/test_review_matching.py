# SPDX-License-Identifier: Apache-2.0
"""Which items of two sequences are the same."""

import difflib
import random

from vocode_pulumi.review.matching import MOST_PAIRS, grouped, opcodes
from vocode_pulumi.review.text import text_diff


def test_the_groups_are_those_of_difflib_and_the_codes_give_the_new_sequence() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(2_000):
        olds = [chance.choice("abcd") for _ in range(chance.randrange(14))]
        news = [*olds]
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(news) + 1)
            news[at : at + chance.randrange(2)] = [chance.choice("abcdx")]
        codes = opcodes(olds, news)
        made = [
            item
            for word, start, end, new, new_end in codes
            for item in (olds[start:end] if word == "equal" else news[new:new_end])
        ]
        assert made == news
        matcher = difflib.SequenceMatcher(None, olds, news)
        matcher.opcodes = [*codes]  # type: ignore[attr-defined]
        expected = [] if olds == news else [*map(_whole, matcher.get_grouped_opcodes(2))]
        assert [*map(_whole, grouped(codes, 2))] == expected


def _whole(group: list[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """A group without empty ranges."""
    return [code for code in group if code[1] != code[2] or code[3] != code[4]]


def test_long_texts_that_differ_everywhere_are_not_compared_pair_by_pair() -> None:
    many = 2 * int(MOST_PAIRS**0.5)
    olds = ["start", *(f"{at}" if at % 2 else "" for at in range(many)), "end"]
    news = ["start", *(f"{at} more" if at % 2 else "" for at in range(many)), "end"]
    words = [word for word, *_ in opcodes(olds, news)]
    assert words == ["equal", "replace", "equal"]
    # A line that is far from the others is still found.
    changed = [*olds[:5], "new", *olds[5:]]
    assert [word for word, *_ in opcodes(olds, changed)] == ["equal", "insert", "equal"]
    assert ("+", [("new", False)]) in [*text_diff("\n".join(olds), "\n".join(changed))]

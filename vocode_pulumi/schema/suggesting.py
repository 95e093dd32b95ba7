# SPDX-License-Identifier: Apache-2.0
"""Suggesting the right word for a wrong one."""

import difflib
import re
from collections.abc import Mapping, Sequence

_SHORTEST_PART = 3
"""Fewer letters begin too many words by accident."""


def nearest(given: str, right: Sequence[str], meaning: Mapping[str, str]) -> str | None:
    """The right word that was probably meant; ``None`` if several may be meant, or none is near.

    Args:
        given: what the program gives.
        right: the words that are right.
        meaning: other words that people write, in lower case, and the right word for each.
    """
    words: list[str] = re.findall(r"\w+", given.casefold().replace("_", " "))
    of_letters = {_letters(word): word for word in right}
    same = of_letters.get("".join(words))
    if same is not None:
        return same
    for word in (given.casefold(), *words):
        if word in meaning:
            return meaning[word]
    # "de-DE" for "de".
    if words and words[0] in right:
        return words[0]
    # "elevenlabs" for "voice_eleven_labs", or "end_call" for "action_end_conversation".
    for part in ("".join(words), *words):
        with_part = [word for word in right if _has_part(word, part)]
        if len(with_part) == 1:
            return with_part[0]
        if with_part and part == "".join(words):
            return None
    # What every word begins with says nothing: "voice_x" is not near "voice_rime".
    heads = {word.partition("_")[0] for word in right}
    head = f"{heads.pop()}_" if len(heads) == 1 else ""
    tails = {word.removeprefix(head): word for word in right}
    tail = given.removeprefix(head)
    near = difflib.get_close_matches(tail, tails, n=1, cutoff=0.5)
    is_short = len(tail) <= _SHORTEST_PART
    if not near or len(tail) < _SHORTEST_PART or (is_short and near[0][0] != tail[0]):
        return None
    return tails[near[0]]


def _letters(word: str) -> str:
    return word.casefold().replace("_", "")


def _has_part(word: str, part: str) -> bool:
    """Whether a part of a word with underscores begins like this, without the underscores."""
    words = word.casefold().split("_")
    return len(part) >= _SHORTEST_PART and any(
        "".join(words[start:]).startswith(part) for start in range(len(words))
    )

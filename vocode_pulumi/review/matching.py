# SPDX-License-Identifier: Apache-2.0
"""Which items of two sequences are the same, within a bounded time. Pure."""

import difflib
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Opcode: TypeAlias = tuple[str, int, int, int, int]
"""``equal``, ``replace``, ``delete`` or ``insert``, with the range of the old and of the new items."""
MOST_PAIRS = 250_000
"""Up to how many pairs of items are compared. Beyond that, what lies between equal ends differs."""


def opcodes(olds: Sequence[str], news: Sequence[str]) -> list[Opcode]:
    """How one sequence becomes another, as :mod:`difflib` says it.

    Args:
        olds: the items before.
        news: the items after.
    """
    start = _equal(olds, news)
    end = _equal(olds[start:][::-1], news[start:][::-1])
    old_end, new_end = len(olds) - end, len(news) - end
    found: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    found += _between(olds[start:old_end], news[start:new_end], start)
    if end:
        found.append(("equal", old_end, len(olds), new_end, len(news)))
    return found


def _equal(olds: Sequence[str], news: Sequence[str]) -> int:
    """How many items are equal at the start."""
    pairs = enumerate(zip(olds, news, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(olds), len(news)))


def _between(olds: Sequence[str], news: Sequence[str], start: int) -> Iterator[Opcode]:
    if not olds and not news:
        return
    if not olds or not news or len(olds) * len(news) > MOST_PAIRS or len(olds) == len(news) == 1:
        word = "insert" if not olds else "delete" if not news else "replace"
        yield word, start, start + len(olds), start, start + len(news)
        return
    matcher = difflib.SequenceMatcher(None, olds, news, autojunk=False)
    for word, old, old_end, new, new_end in matcher.get_opcodes():
        yield word, start + old, start + old_end, start + new, start + new_end


def alike(codes: Sequence[Opcode], olds: int, news: int) -> float:
    """How alike two sequences are, from 0 to 1.

    Args:
        codes: how the one becomes the other.
        olds: how many items the one has.
        news: how many items the other has.
    """
    same = sum(end - start for word, start, end, _, _ in codes if word == "equal")
    return 2 * same / (olds + news) if olds + news else 1.0


def grouped(codes: Sequence[Opcode], context: int) -> Iterator[list[Opcode]]:
    """Groups of differences that are near to each other, with some equal items around them.

    Args:
        codes: how one sequence becomes another.
        context: how many equal items are kept beside a difference.
    """
    group: list[Opcode] = []
    for at, (word, start, end, new, new_end) in enumerate(codes):
        if word != "equal":
            group.append((word, start, end, new, new_end))
            continue
        if at and end - start <= 2 * context and at < len(codes) - 1:
            group.append((word, start, end, new, new_end))
            continue
        if at:
            kept = min(context, end - start)
            group.append((word, start, start + kept, new, new + kept))
            yield group
        kept = min(context, end - start)
        group = [(word, end - kept, end, new_end - kept, new_end)]
    if any(code[0] != "equal" for code in group):
        yield group

# SPDX-License-Identifier: Apache-2.0
"""What was changed at Vocode, for a terminal. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from vocode_pulumi.pull.comparing import Changed, Row, is_known
from vocode_pulumi.redaction import MASK, printable, printable_line
from vocode_pulumi.review.differences import ABSENT
from vocode_pulumi.review.text import AFTER, LONG, spaced, text_diff
from vocode_pulumi.terminal_text import WIDTH, columns, wrapped

DECLARED, BEFORE, THERE = "program", "last seen", "Vocode"
"""What the three values are called."""
_NAME = max(map(len, (DECLARED, BEFORE, THERE))) + 2


def blocks(changed: Iterable[Changed]) -> str:
    """A block for each resource: its name, and below it what was changed.

    Args:
        changed: the resources.
    """
    return page(map(_block, changed))


def page(blocks: Iterable[Iterable[str]]) -> str:
    """Blocks of lines, in lines that fit a page."""
    return "\n\n".join(
        "\n".join(piece for line in block for piece in cut(line, 6)) for block in blocks
    )


def _block(changed: Changed) -> Iterator[str]:
    yield from head(changed)
    if changed.declared is None:
        yield "  The program does not declare it any more."
    if changed.is_gone:
        yield "  It is gone at Vocode."
    for row in changed.rows:
        yield from _row(row)


def head(changed: Changed) -> Iterator[str]:
    """What a block begins with: the resource, and where the program declares it."""
    place = changed.declared.place if changed.declared else None
    at = f" at {place.file}:{place.line}" if place else ""
    yield from wrapped(printable(f"{named(changed)}{at}"), hanging="    ").splitlines()


def named(changed: Changed) -> str:
    """``PhoneNumber front-desk (+1 415 555 0100, "Front desk")``."""
    one = changed.seen.resource
    id_ = spaced(one.id) if one.kind.endswith("Number") and one.id.isdigit() else one.id
    label = next(
        (row.before for row in changed.rows if row.steps == ("label",)),
        changed.seen.before.get("label") or changed.seen.before.get("name"),
    )
    is_secret = any(
        steps[:1] in (("label",), ("name",))
        for steps in (*one.secrets, *(row.steps for row in changed.rows if row.is_secret))
    )
    called = f", {json.dumps(label, ensure_ascii=False)}" if label and not is_secret else ""
    return f"{one.kind} {one.name} ({id_}{called})"


def _row(row: Row) -> Iterator[str]:
    mark = ""
    if row.is_conflict:
        mark = "conflict: the program was changed too" if row.declared is not ABSENT else ""
    elif row.is_agreed:
        mark = "the program has it already"
    path = printable(row.path)
    if not row.is_secret and is_long(row):
        yield from _long(row, path, mark)
        return
    values = [
        (DECLARED, shown(row, row.declared)),
        (BEFORE, shown(row, row.before)),
        (THERE, shown(row, row.there)),
    ]
    line = f"  {path}: " + ", ".join(f"{name} {value}" for name, value in values)
    line += f" ({mark})" if mark else ""
    if columns(line) <= WIDTH:
        yield line
        return
    yield f"  {path}:" + (f" {mark}" if mark else "")
    for name, value in values:
        yield from cut(f"    {name:<{_NAME}}{value}", 4 + _NAME)


def _long(row: Row, path: str, mark: str) -> Iterator[str]:
    if row.is_agreed:
        yield f"  {path}: {mark}"
    elif row.is_conflict:
        yield f"  {path}: {mark}" if mark else f"  {path}: the program declares nothing"
        if row.declared is not ABSENT:
            yield f"    {BEFORE} (-), {DECLARED} (+)"
            yield from difference(row.before, row.declared)
    else:
        yield f"  {path}:"
    is_declared = not (row.is_conflict or row.is_agreed)
    yield f"    {f'{DECLARED} and {BEFORE}' if is_declared else BEFORE} (-), {THERE} (+)"
    yield from difference(row.before, row.there)


def difference(old: Any, new: Any) -> Iterator[str]:
    """How a long value changes, line by line."""
    for sign, pieces in text_diff(_as_text(old), _as_text(new)):
        text = "".join(piece for piece, _ in pieces)
        yield from cut(f"      {sign} {printable_line(text)}".rstrip(), 8)


def is_long(row: Row) -> bool:
    """Whether a value is too long for a line."""
    every = (row.declared, row.before, row.there)
    return any(
        isinstance(value, str) and is_known(value) and ("\n" in value or len(value) > LONG)
        for value in every
    ) or any(isinstance(value, dict | list) and len(json.dumps(value)) > LONG for value in every)


def shown(row: Row, value: Any) -> str:
    """A value in a line."""
    if value is ABSENT:
        return "none"
    if row.is_secret:
        return MASK
    if not is_known(value):
        return AFTER
    return printable(json.dumps(value, ensure_ascii=False))


def _as_text(value: Any) -> str:
    if value is ABSENT:
        return ""
    if isinstance(value, str):
        return value if is_known(value) else f"({AFTER})"
    return json.dumps(value, indent=2, ensure_ascii=False)


def cut(line: str, indent: int) -> Iterator[str]:
    """A line in pieces of a page's width.

    Args:
        line: of printable letters.
        indent: columns before every piece but the first.
    """
    piece = ""
    for letter in line:
        if columns(piece + letter) > WIDTH:
            yield piece
            piece = " " * indent
        piece += letter
    yield piece

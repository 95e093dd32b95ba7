# SPDX-License-Identifier: Apache-2.0
"""Changing a literal of a program. All else in the file stays byte for byte as it is. Pure."""

import json
from collections.abc import Sequence
from typing import Any

import libcst as cst

from vocode_pulumi.generate.code import code as code_of
from vocode_pulumi.generate.code import on_one_line
from vocode_pulumi.generate.code import text as text_of
from vocode_pulumi.pull.comparing import is_same
from vocode_pulumi.pull.source import (
    Part,
    Source,
    is_literal,
    literal_of,
    parts_of,
    source_of,
)
from vocode_pulumi.pull.spots import Spot, expression_at
from vocode_pulumi.pull.texts import Refused
from vocode_pulumi.review.differences import ABSENT
from vocode_pulumi.review.matching import opcodes

Splice = tuple[int, int, str]
"""Where something begins and ends in the code, and what stands there instead."""


def with_literal(content: bytes, spot: Spot, old: Any, new: Any) -> tuple[bytes, str]:
    """A file with another value at a spot, and the code of this value.

    Args:
        content: of the file.
        spot: where the value stands.
        old: the value that the program declares; :data:`ABSENT` for none.
        new: the other one; :data:`ABSENT` for none. Its code is empty.

    Raises:
        Refused: the value is no plain literal, or the new one cannot be written as one.
    """
    source = source_of(content)
    node = expression_at(source, spot)
    if node is None:
        if new is ABSENT:
            return content, ""
        made = _with_added(source, spot, new)
    else:
        found = source.literal(node)
        if not is_literal(found):
            raise Refused("the program has no plain literal there")
        if is_same(found, new):
            return content, _code_at(source, spot)
        if old is ABSENT or not is_same(found, old):
            raise Refused("the literal there is not the value that the program declares")
        made = (
            _without(source, spot) if new is ABSENT else _with_other(source, spot, node, old, new)
        )
    after = source_of(made)
    there = expression_at(after, spot)
    value = ABSENT if there is None else after.literal(there)
    if not (value is ABSENT if new is ABSENT else is_same(value, new)):
        raise Refused("the new value cannot be written as a literal there")
    return made, _code_at(after, spot)


def _code_at(source: Source, spot: Spot) -> str:
    node = expression_at(source, spot)
    if node is None:
        return ""
    start, end = source.span(node)
    return source.code[start:end].decode()


def _spliced(source: Source, *splices: Splice) -> bytes:
    """The file with other code at some places."""
    code = source.code
    for start, end, new in sorted(splices, reverse=True):
        with_ends = new.replace("\n", source.module.default_newline)
        try:
            code = code[:start] + with_ends.encode() + code[end:]
        except UnicodeEncodeError:
            raise Refused("the new value has half a letter, which no file can hold") from None
    try:
        return code.decode().encode(source.module.encoding)
    except UnicodeEncodeError:
        raise Refused("the new value has letters that the file's encoding does not have") from None


def _with_other(source: Source, spot: Spot, node: cst.BaseExpression, old: Any, new: Any) -> bytes:
    if isinstance(node, cst.List) and isinstance(new, list) and node.elements and new:
        return _with_items(source, spot, new)
    if isinstance(node, cst.ConcatenatedString) and isinstance(new, str):
        part = _changed_part(source, node, old, new)
        if part is not None:
            piece, value = part
            return _spliced(source, (*source.span(piece), _text(source, piece, value)))
    return _spliced(source, (*source.span(node), _code(source, node, new)))


def _code(source: Source, node: cst.BaseExpression, new: Any) -> str:
    """The code of a value, as far as possible in the form of the literal that it replaces."""
    if isinstance(new, str):
        return _text(source, node, new) if isinstance(node, cst.SimpleString) else text_of(new)
    if isinstance(node, cst.Float) and isinstance(new, int) and not isinstance(new, bool):
        return repr(float(new))
    return code_of(new, _indent(source, source.span(node)[0]))


def _text(source: Source, node: cst.SimpleString, new: str) -> str:
    """The code of a text, with the quotes and the prefix of the literal that it replaces if they can hold it."""
    quote, prefix = node.quote, node.prefix
    is_long = len(quote) == len('"""')
    if "\n" in new and not is_long:
        return text_of(new)
    start = "\\\n" if is_long and node.raw_value.startswith(("\\\n", "\\\r\n")) else ""
    candidates = [f"{prefix}{quote}{new}{quote}"] if "r" in prefix.lower() else []
    kept = "".join(one for one in prefix if one.lower() not in "r")
    candidates.append(f"{kept}{quote}{start}{_escaped(new, quote)}{quote}")
    for candidate in candidates:
        if literal_of(candidate) == new:
            return candidate
    return text_of(new)


def _escaped(text: str, quote: str) -> str:
    """A text as it stands between quotes."""
    is_long = len(quote) > 1
    found = ""
    for at, letter in enumerate(text):
        if letter == quote[0]:
            ends_it = not is_long or at == len(text) - 1 or text.startswith(quote, at)
            found += f"\\{letter}" if ends_it else letter
        elif is_long and letter in "\n\t":
            found += letter
        else:
            found += text_of(letter)[1:-1]
    return found


def _changed_part(
    source: Source, node: cst.ConcatenatedString, old: str, new: str
) -> tuple[cst.SimpleString, str] | None:
    """The one piece of a text in pieces that has to change, and its new value; ``None`` if there is no such piece."""
    pieces = _pieces(node)
    if not all(isinstance(piece, cst.SimpleString) for piece in pieces):
        return None
    start = _equal(old, new)
    end = min(_equal(old[::-1], new[::-1]), min(len(old), len(new)) - start)
    begin = 0
    for piece in pieces:
        value = source.literal(piece)
        stop = begin + len(value)
        if isinstance(piece, cst.SimpleString) and begin <= start and len(old) - end <= stop:
            return piece, old[begin:start] + new[start : len(new) - end] + old[
                len(old) - end : stop
            ]
        begin = stop
    return None


def _pieces(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.ConcatenatedString):
        return [*_pieces(node.left), *_pieces(node.right)]
    return [node]


def _equal(one: str, other: str) -> int:
    """How many letters are equal at the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


# The items of lists, dictionaries and calls.


def _with_items(source: Source, spot: Spot, new: Sequence[Any]) -> bytes:
    """The file with other items in a list. An item that stays keeps its code."""
    while True:
        node = expression_at(source, spot)
        if not isinstance(node, cst.List) or not node.elements:
            raise Refused("the list cannot be written as a literal there")
        items = source.literal(node)
        olds, news = ([json.dumps(item) for item in one] for one in (items, new))
        code = next((one for one in opcodes(olds, news) if one[0] != "equal"), None)
        if code is None:
            return _spliced(source)
        word, start, _, new_start, _ = code
        parts = [part for _, part in parts_of(source, node)]
        if word == "delete":
            splices = _removed(source, parts, start)
        elif word == "insert":
            splices = _inserted(source, parts, start, "", new[new_start])
        else:
            element = parts[start].value
            splices = [(*source.span(element), _code(source, element, new[new_start]))]
        source = source_of(_spliced(source, *splices))


def _with_added(source: Source, spot: Spot, new: Any) -> bytes:
    """The file with another item in a dictionary."""
    *around, name = spot.steps
    node = expression_at(source, Spot(spot.file, spot.anchor, tuple(around)))
    if not isinstance(node, cst.Dict):
        raise Refused("it has to be added by hand")
    parts = [part for _, part in parts_of(source, node)]
    if not parts:
        made = code_of({name: new}, _indent(source, source.span(node)[0]))
        return _spliced(source, (*source.span(node), made))
    return _spliced(source, *_inserted(source, parts, len(parts), f"{text_of(name)}: ", new))


def _without(source: Source, spot: Spot) -> bytes:
    """The file without an item of a dictionary or an argument of a call."""
    *around, name = spot.steps
    node = expression_at(source, Spot(spot.file, spot.anchor, tuple(around)))
    siblings: list[Any] = []
    if isinstance(node, cst.Dict):
        siblings = [*node.elements]
    elif isinstance(node, cst.Call):
        siblings = [*node.args]
    found = [at for at, part in enumerate(siblings) if _key(source, part) == name]
    if len(found) != 1:
        raise Refused("it has to be taken out by hand")
    return _spliced(source, *_removed(source, siblings, found[0]))


def _key(source: Source, part: Any) -> Any:
    if isinstance(part, cst.Arg):
        return part.keyword.value if part.keyword is not None else None
    return source.literal(part.key)


def _removed(source: Source, parts: Sequence[Part], at: int) -> list[Splice]:
    """What takes a part out, with its comma, and with its line if it has one of its own."""
    place = _Place(source, parts[at])
    if place.has_own_lines:
        return [(place.line_start, place.line_end, "")]
    if at > 0:
        start, end = source.span(parts[at - 1])[1], place.end
    elif len(parts) > 1:
        start, end = place.start, source.span(parts[1])[0]
    else:
        start, end = place.start, place.after
    if b"#" in source.code[place.end : end] or b"#" in source.code[start : place.start]:
        raise Refused("it has to be taken out by hand: a comment stands beside it")
    return [(start, end, "")]


def _inserted(
    source: Source, parts: Sequence[Part], at: int, before: str, value: Any
) -> list[Splice]:
    """What puts a part between others, in a line of its own if its neighbour has one.

    Args:
        source: the file.
        parts: the others; at least one.
        at: the index of the new one.
        before: what comes before the value: the name, for example.
        value: the value.
    """
    place = _Place(source, parts[max(at - 1, 0)])
    if not place.has_own_lines:
        made = f"{before}{on_one_line(value)}"
        return [
            (place.end, place.end, f", {made}") if at else (place.start, place.start, f"{made}, ")
        ]
    made = f"{place.indent}{before}{code_of(value, place.indent, len(place.indent + before), 1)}"
    if at == 0:
        return [(place.line_start, place.line_start, f"{made},\n")]
    if place.has_comma:
        return [(place.line_end, place.line_end, f"{made},\n")]
    return [(place.end, place.end, ","), (place.line_end, place.line_end, f"{made}\n")]


class _Place:
    """Where a part of a call, a dictionary or a list stands.

    ``start`` and ``end`` are those of the part, ``after`` is the end of its comma, and ``line_start`` and ``line_end`` are
    those of its lines.
    """

    def __init__(self, source: Source, part: Part) -> None:
        code = source.code
        self.start, self.end = source.span(part)
        self.has_comma = isinstance(part.comma, cst.Comma)
        self.after = source.span(part.comma)[1] if isinstance(part.comma, cst.Comma) else self.end
        self.line_start = code.rfind(b"\n", 0, self.start) + 1
        newline = code.find(b"\n", self.after)
        self.line_end = newline + 1
        head, rest = code[self.line_start : self.start], code[self.after : newline].strip()
        self.indent = head.decode()
        self.has_own_lines = (
            newline >= 0 and not head.strip() and (not rest or rest.startswith(b"#"))
        )


def _indent(source: Source, offset: int) -> str:
    """What the line of a place begins with."""
    start = source.code.rfind(b"\n", 0, offset) + 1
    line = source.code[start:offset].decode()
    return line[: len(line) - len(line.lstrip())]

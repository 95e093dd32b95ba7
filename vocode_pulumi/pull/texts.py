# SPDX-License-Identifier: Apache-2.0
"""Texts that stand in files of their own, such as prompts. Pure."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Refused(Exception):
    """A value cannot be written.

    Args:
        why: the reason, as the end of a sentence.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class NotHeld(Refused):
    """No file holds a text."""


class Held(NamedTuple):
    """How a file holds a text.

    Args:
        before: the blank space before the text.
        after: the blank space after it.
        line_end: what ends a line, where the program does not see it; empty if the program sees what is there.
    """

    before: str
    after: str
    line_end: str


def file_with(files: Mapping[Path, bytes], text: str) -> Path:
    """The one file that holds a text.

    Args:
        files: the contents of the project's files.
        text: as the program declares it.

    Raises:
        NotHeld: no file holds it.
        Refused: several files hold it.
    """
    if not text.strip():
        raise NotHeld("no file holds a text without letters")
    found = [path for path, content in files.items() if held(content, text) is not None]
    if not found:
        raise NotHeld("no file holds the text that the program declares")
    if len(found) > 1:
        names = ", ".join(path.as_posix() for path in found)
        raise Refused(f"several files hold the text that the program declares: {names}")
    return found[0]


def held(content: bytes, text: str) -> Held | None:
    """How a file holds a text: byte for byte, with other line ends, or with blank space around it.

    Args:
        content: of the file.
        text: as the program declares it.

    Returns:
        ``None`` if the file does not hold it.
    """
    try:
        exact = content.decode()
    except UnicodeDecodeError:
        return None
    for whole, line_end in ((exact, ""), (_with_plain_ends(exact), _line_end_of(exact))):
        start = len(whole) - len(whole.lstrip()) - (len(text) - len(text.lstrip()))
        if start >= 0 and whole.startswith(text, start):
            before, after = whole[:start], whole[start + len(text) :]
            if not (before + after).strip():
                return Held(before, after, line_end)
    return None


def with_text(content: bytes, old: str, new: str) -> bytes:
    """A file that holds a text, with another one in its place.

    Args:
        content: of the file.
        old: the text that the file holds.
        new: the other one.

    Raises:
        Refused: the program would not read the new text from the file.
    """
    how = held(content, old)
    if how is None:
        raise Refused("the file does not hold the text any more")
    if (how.before and new[:1].isspace()) or (how.after and new[-1:].isspace()):
        raise Refused(
            "the program takes blank space off the ends of the file, and the new text begins or ends with some"
        )
    if how.line_end and "\r" in new:
        raise Refused("the program reads every end of a line as one, and the new text has several")
    whole = f"{how.before}{new}{how.after}"
    try:
        return (whole.replace("\n", how.line_end) if how.line_end else whole).encode()
    except UnicodeEncodeError:
        raise Refused("the new text has half a letter, which no file can hold") from None


def _with_plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line_end_of(text: str) -> str:
    """What ends most lines of a text."""
    found = re.findall("\r\n|\r|\n", text)
    return max(("\n", "\r\n", "\r"), key=found.count)

# SPDX-License-Identifier: Apache-2.0
"""Text for a terminal: lines of a width, how wide a text is, a count with its noun."""

import re
import unicodedata

WIDTH = 100
"""The columns of a line, where nothing else is said."""


def wrapped(text: str, indent: str = "", width: int = WIDTH, hanging: str = "") -> str:
    """A text in lines of at most some width. Text in backticks stays on one line, because somebody types it.

    Args:
        text: one paragraph.
        indent: what every line begins with.
        width: the columns of a line. A longer word is not broken, because somebody may copy it.
        hanging: what every line but the first begins with, after the indent.
    """
    lines: list[str] = []
    for word in re.findall(r"(?:`[^`]*`|\S)+", text):
        if lines and columns(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{indent}{hanging if lines else ''}{word}")
    return "\n".join(lines)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)


def count(many: int, what: str) -> str:
    """A count with its noun: ``1 number``, ``2 numbers``."""
    return f"{many} {what}" if many == 1 else f"{many} {what}s"

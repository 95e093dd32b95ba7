# SPDX-License-Identifier: Apache-2.0
"""Words and lines for a terminal."""

import re
import unicodedata

WIDTH = 100
"""Columns of a page."""


def wrapped(text: str, indent: str = "", width: int = WIDTH, hanging: str = "") -> str:
    """A text in lines of a page's width. Text in backticks is to be typed: it stays on one line.

    Args:
        text: of one paragraph.
        indent: what every line begins with.
        width: columns of a line. A word that is longer is not broken: somebody may copy it.
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

# SPDX-License-Identifier: Apache-2.0
"""What every command says in the same way."""

import argparse
import re
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from vocode_pulumi import digits
from vocode_pulumi.errors import VocodeError

OFF = 1
"""Exit status of a command that found something that somebody has to see to."""
UNKNOWN = 2
"""Exit status of a command that could not do what it was asked for."""
INTERRUPTED = 130
"""Exit status after Ctrl-C."""
WIDTH = 100
"""Columns of a page."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a command adds itself."""


def fail(line: str, status: int = OFF) -> int:
    """Say in one line what is wrong; give the exit status."""
    print(f"vocode-pulumi: {line}", file=sys.stderr)
    return status


def wrapped(text: str, indent: str = "") -> str:
    """A text in lines of a page's width; what is to be typed, in backticks, stays on one line."""
    whole = re.sub("`[^`]*`", lambda typed: typed[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(
        whole,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines).replace("\0", " ")


def count(many: int, what: str) -> str:
    """So many of something: ``1 number``, ``2 numbers``."""
    return f"{many} {what}" if many == 1 else f"{many} {what}s"


def shown(text: str) -> str:
    """A text of somebody else's as a terminal may show it: without line breaks and control codes."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def digits_in(text: str) -> str:
    """The digits of a phone number that a person gives.

    Raises:
        VocodeError: it is none.
    """
    number = digits.normal(text)
    if number is None:
        raise VocodeError(
            f"{text!r} is no phone number: give digits with the country code first, such as "
            "14155550100."
        )
    return number


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lines with aligned columns; the last column is as wide as it is."""
    lines = [head, *([shown(cell) for cell in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)

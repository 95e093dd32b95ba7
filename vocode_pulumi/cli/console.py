# SPDX-License-Identifier: Apache-2.0
"""How every command prints: errors, blocks of facts."""

import argparse
import sys
from collections.abc import Iterable
from typing import TypeAlias

from vocode_pulumi import digits
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.redaction import printable
from vocode_pulumi.terminal_text import WIDTH, columns, wrapped

FOUND = 1
"""Exit status of a command that found something that a person has to settle."""
FAILED = 2
"""Exit status of a command that could not do what it was asked for."""
CLOSED_PIPE = 141
"""Exit status if nobody reads the output any more."""
INTERRUPTED = 130
"""Exit status after Ctrl-C."""
INDENT = 14
"""Columns before a fact in a block."""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""The subparsers that each command adds its parser to."""


def fail(line: str, status: int = FOUND) -> int:
    """Print what is wrong in one line, and return the exit status."""
    print(f"vocode-pulumi: {line}", file=sys.stderr)
    return status


def show(text: str) -> None:
    """Print a text. A letter that the terminal's encoding does not have becomes a question mark.

    Args:
        text: of any letters.
    """
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def fact_block(head: str, facts: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A line, and below it facts in lines behind their names.

    Args:
        head: what the facts are about.
        facts: the name of each, and its lines. A fact without lines is left out.
    """
    lines = [printable(head)]
    for name, texts in facts:
        names = [name]
        for text in texts:
            lines.append(f"{'':<4}{names.pop() if names else '':<{INDENT - 4}}{printable(text)}")
    return "\n".join(lines)


def fact_lines(text: str) -> list[str]:
    """A text in lines that fit behind the name of a fact."""
    return wrapped(text, width=WIDTH - INDENT).splitlines()


def foreign_fact_lines(text: str) -> list[str]:
    """A text from outside in lines that fit behind the name of a fact; a long word is cut."""
    return [piece for line in fact_lines(printable(text)) for piece in _cut(line)]


def _cut(line: str) -> list[str]:
    pieces = [""]
    for character in line:
        if columns(pieces[-1] + character) > WIDTH - INDENT:
            pieces.append("")
        pieces[-1] += character
    return pieces


def digits_in(text: str) -> str:
    """The digits of a phone number that a person gives.

    Raises:
        VocodeError: the text is no phone number.
    """
    number = digits.normal(text)
    if number is None:
        raise VocodeError(
            f"{text!r} is no phone number: give digits with the country code first, such as "
            "14155550100."
        )
    return number

# SPDX-License-Identifier: Apache-2.0
"""What every command says in the same way."""

import argparse
import sys
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a command adds itself."""


def fail(line: str, status: int = 1) -> int:
    """Say in one line what is wrong; give the exit status."""
    print(f"vocode-pulumi: {line}", file=sys.stderr)
    return status


def count(many: int, what: str) -> str:
    """So many of something: ``1 number``, ``2 numbers``."""
    return f"{many} {what}" if many == 1 else f"{many} {what}s"


def shown(text: str) -> str:
    """A text of somebody else's as a terminal may show it: without line breaks and control codes."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


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

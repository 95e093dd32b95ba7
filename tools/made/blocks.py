# SPDX-License-Identifier: Apache-2.0
"""Blocks of code that are made, within files that are written by hand."""

import subprocess
import sys
from pathlib import Path

START, END = "# made by `make docs`\n", "# until here"


def with_block(path: Path, code: str) -> str:
    """A file's text with other code between its two marks.

    Args:
        path: of the file.
        code: indented as the first mark is.
    """
    text = path.read_text()
    indent = text.partition(START)[0].rpartition("\n")[2]
    return _formatted(path, between(text, START, END, f"{code}\n{indent}"))


def between(text: str, start: str, end: str, made: str) -> str:
    """A text with something else between two marks.

    Raises:
        ValueError: a mark is missing.
    """
    before, found_start, rest = text.partition(start)
    _, found_end, after = rest.partition(end)
    if not found_start or not found_end:
        raise ValueError(f"the marks {start.strip()!r} and {end!r} are missing in: {text[:80]!r}")
    return f"{before}{start}{made}{end}{after}"


def _formatted(path: Path, code: str) -> str:
    """Code in the style of the project."""
    for command in (["check", "--select", "I", "--fix", "--quiet"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        code = subprocess.run(ruff, input=code, capture_output=True, text=True, check=True).stdout
    return code

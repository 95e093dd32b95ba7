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
    before, start, rest = path.read_text().partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"{path} lacks the marks {START.strip()!r} and {END.strip()!r}")
    indent = before.rpartition("\n")[2]
    return _formatted(path, f"{before}{start}{code}\n{indent}{end}{after}")


def _formatted(path: Path, code: str) -> str:
    """Code in the style of the project."""
    for command in (["check", "--select", "I", "--fix", "--quiet"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        code = subprocess.run(ruff, input=code, capture_output=True, text=True, check=True).stdout
    return code

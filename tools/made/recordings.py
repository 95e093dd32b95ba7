# SPDX-License-Identifier: Apache-2.0
"""Pictures of commands at a terminal: an SVG for each ``docs/**/*.screen``, which `tools/terminal.py` wrote."""

from collections.abc import Iterator
from pathlib import Path

from tools.made.screens import coloured, picture
from tools.places import ROOT

SUFFIX = ".screen"


def files() -> Iterator[tuple[Path, str]]:
    """Every picture, and the text that it must have."""
    for source in sorted((ROOT / "docs").rglob(f"*{SUFFIX}")):
        lines = source.read_text().splitlines()
        command = lines[0].removeprefix("$ ")
        yield (
            source.with_suffix(".svg"),
            picture([*map(coloured, lines)], f"{command} in a terminal"),
        )

# SPDX-License-Identifier: Apache-2.0
"""What is made from `args/`, docstrings, parsers, the API's table and texts of pictures, and committed: `make docs`.

Unlike the rest of `tools` it needs the program's packages. What is between two marks in a file is
replaced; the rest of the file is written by hand.
"""

from collections.abc import Iterator
from pathlib import Path

from tools.made import (
    commands,
    lookups,
    outputs,
    pages,
    pictures,
    recordings,
    results,
    reviews,
    settings,
    surface,
    versions,
    wire,
)


def code() -> Iterator[tuple[Path, str]]:
    """Every file of code that has something made in it, and the text that it must have."""
    for maker in (wire, results, outputs, lookups, surface):
        yield from maker.files()


def documentation() -> Iterator[tuple[Path, str]]:
    """The same of pages, which are made from the code, and of pictures."""
    yield from pages.files()
    yield from commands.files()
    yield from settings.files()
    yield from pictures.files()
    yield from reviews.files()
    yield from recordings.files()
    yield from versions.files()

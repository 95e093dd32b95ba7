# SPDX-License-Identifier: Apache-2.0
"""What a folder is made of: it says so in a file, and is made anew when that changes."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from tools.console import Stop, say, step

STAMP = "made-of"


def content(*files: Path) -> str:
    """A text that changes with the content of files."""
    return "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)


def is_made_of(folder: Path, wanted: str) -> bool:
    """Whether a folder says that it is made of what is wanted."""
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == wanted


def make_if_possible(
    folder: Path, wanted: str, what: str, takes: str, make: Callable[[], None]
) -> bool:
    """Make a folder, unless it is made of what is wanted; say so if it cannot be done.

    Args:
        folder: it is removed first.
        wanted: what it is to be made of.
        what: the step does.
        takes: how long it usually takes.
        make: makes it, or raises ``Stop``. Then what is made so far stays.

    Returns:
        Whether the folder is made of what is wanted.
    """
    if is_made_of(folder, wanted):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with step(what, takes):
            make()
    except Stop as stop:
        say(f"    {stop}")
        return False
    (folder / STAMP).write_text(wanted)
    return True

# SPDX-License-Identifier: Apache-2.0
"""The table of `docs/use/installation.md`, made from what `make versions` tried last."""

from collections.abc import Iterator
from pathlib import Path

from tools import tried
from tools.made.blocks import between
from tools.made.pages import END, START
from tools.places import ROOT

PAGE = ROOT / "docs" / "use" / "installation.md"


def files() -> Iterator[tuple[Path, str]]:
    """The page, and the text that it must have."""
    made = "\n".join(["", *_lines(tried.read()), "", ""])
    yield PAGE, between(PAGE.read_text(), START, END, made)


def _lines(known: tried.Tried) -> Iterator[str]:
    yield f"| Python | packages | {' | '.join(f'`{name}`' for name in tried.SHOWN)} | tests |"
    yield "| --- " * (3 + len(tried.SHOWN)) + "|"
    for ran in known.ran:
        versions = " | ".join(ran["versions"][name] for name in tried.SHOWN)
        packages = "the lowest" if ran["packages"] == "lowest" else "the newest"
        engine = ", also of the engine" if ran["engine"] else ""
        yield f"| {ran['python']} | {packages} | {versions} | {ran['tests']}{engine} |"
    for version in known.missing:
        yield f"| {version} | {'| ' * len(tried.SHOWN)}| not tried |"

# SPDX-License-Identifier: Apache-2.0
"""Pictures of reviews: for each preview ``docs/**/*.preview.json`` an SVG of a terminal and one of a comment."""

import re
from collections.abc import Iterator
from pathlib import Path

from tools.made.screens import Piece, Row, coloured, picture
from tools.places import ROOT
from vocode_pulumi.review.changes import review
from vocode_pulumi.review.formats import markdown, terminal
from vocode_pulumi.review.gates import Gates
from vocode_pulumi.review.preview import read
from vocode_pulumi.review.report import report

SUFFIX = ".preview.json"
COLUMNS = 100


def files() -> Iterator[tuple[Path, str]]:
    """Each picture, and the text that it must have."""
    for source in sorted((ROOT / "docs").rglob(f"*{SUFFIX}")):
        name = source.name.removesuffix(SUFFIX)
        made = report([review(read(source.read_text(), source.name))], Gates())
        rows = [*map(coloured, terminal.render(made, COLUMNS, colours=True).splitlines())]
        yield source.with_name(f"{name}.terminal.svg"), picture(rows, "A review in a terminal")
        comment = [*_comment(markdown.render(made).splitlines())]
        yield source.with_name(f"{name}.comment.svg"), picture(comment, "A review as a comment")


# A comment.


def _comment(lines: list[str]) -> Iterator[Row]:
    in_fence = False
    for line in lines:
        text = line.strip()
        if text.startswith("```"):
            in_fence = not in_fence
        elif in_fence:
            yield [Piece("      "), *_of_diff(line.removeprefix("    "))]
        elif text.startswith("<details>"):
            yield [Piece("      ▼ diff")]
        elif text.startswith("### "):
            yield from ([], [Piece(text.removeprefix("### "), "bold")])
        elif text.startswith("- "):
            indent = len(line) - len(line.lstrip())
            yield from _wrapped([Piece(f"{' ' * indent}  • "), *_inline(text.removeprefix("- "))])
        elif text.startswith("**"):
            yield from _wrapped(
                [Piece(one.text, f"bold {one.style}", one.back) for one in _inline(text.strip("*"))]
            )
        elif text and text != "</details>":
            yield from _wrapped([*_inline(text)])


def _of_diff(line: str) -> Row:
    kind = {"-": "old", "+": "new"}.get(line[:1], "")
    return [Piece(line, kind, f"{kind}back" if kind else "")]


def _inline(text: str) -> Iterator[Piece]:
    for ours, quoted in re.findall(r"([^`]+)|`([^`]*)`", text):
        if ours:
            yield Piece(re.sub(r"\\(.)", r"\1", ours))
        else:
            yield Piece(quoted, "", "code")


def _wrapped(row: Row) -> Iterator[Row]:
    """The pieces in lines that fit; what is quoted stays whole."""
    line: Row = []
    for piece in row:
        for text in [piece.text] if piece.back else re.findall(r"\s*\S+|\s+$", piece.text):
            if line and sum(len(one.text) for one in line) + len(text) > COLUMNS:
                yield line
                line = [Piece("    ")]
                text = text.lstrip()
            line.append(Piece(text, piece.style, piece.back))
    yield line

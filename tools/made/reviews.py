# SPDX-License-Identifier: Apache-2.0
"""Pictures of reviews: for each preview ``docs/**/*.preview.json`` an SVG of a terminal and one of a comment.

Texts are set in a font whose letters are equally wide.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from tools.places import ROOT
from vocode_pulumi.review.changes import review
from vocode_pulumi.review.formats import markdown, terminal
from vocode_pulumi.review.gates import Gates
from vocode_pulumi.review.preview import read
from vocode_pulumi.review.report import report

SUFFIX = ".preview.json"
COLUMNS = 100
LETTER, LINE, EDGE = 7.8, 19, 16
"""The width of a letter of 13 pixels, the height of a line, and the space at each edge."""

STYLE = """
  svg { --page: #ffffff; --ink: #1f2328; --faint: #8c959f; --code: #eff1f3; --old: #cf222e; --new: #1a7f37;
        --oldback: #ffebe9; --newback: #dafbe1; --warn: #9a6700 }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --ink: #e6edf3; --faint: #7d8590; --code: #21262d; --old: #ff7b72; --new: #56d364;
          --oldback: #3c1618; --newback: #12361f; --warn: #d29922 }
  }
  text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink) }
  .page { fill: var(--page); stroke: var(--faint) }
  .code { fill: var(--code) }
  .rule { stroke: var(--faint) }
  .bold { font-weight: 700 }
  .old { fill: var(--old) }
  .new { fill: var(--new) }
  .warn { fill: var(--warn) }
  .oldback { fill: var(--oldback) }
  .newback { fill: var(--newback) }
"""


@dataclass(frozen=True)
class Piece:
    """A part of a line in one style.

    Args:
        text: the text.
        style: classes of the style sheet.
        back: the class of what is drawn behind it; empty for nothing.
    """

    text: str
    style: str = ""
    back: str = ""


Row = list[Piece]


def files() -> Iterator[tuple[Path, str]]:
    """Each picture, and the text that it must have."""
    for source in sorted((ROOT / "docs").rglob(f"*{SUFFIX}")):
        name = source.name.removesuffix(SUFFIX)
        made = report([review(read(source.read_text(), source.name))], Gates())
        rows = [*map(_coloured, terminal.render(made, COLUMNS, colours=True).splitlines())]
        yield source.with_name(f"{name}.terminal.svg"), _picture(rows, "A review in a terminal")
        comment = [*_comment(markdown.render(made).splitlines())]
        yield source.with_name(f"{name}.comment.svg"), _picture(comment, "A review as a comment")


# A terminal.

_STYLES = {"1": "bold", "31": "old", "32": "new", "33": "warn"}


def _coloured(line: str) -> Row:
    """The pieces of a line with the colours of a terminal."""
    row, codes = [], ""
    for text, code in re.findall(r"([^\x1b]*)(?:\x1b\[([\d;]*)m)?", line):
        if text:
            styles = codes.split(";")
            style = " ".join(_STYLES[one] for one in styles if one in _STYLES)
            row.append(Piece(text, style, f"{style}back" if "7" in styles else ""))
        codes = code or codes
    return row


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


# The picture.


def _picture(rows: list[Row], title: str) -> str:
    longest = max(sum(len(piece.text) for piece in row) for row in rows)
    width, height = 2 * EDGE + longest * LETTER, 2 * EDGE + len(rows) * LINE
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1}" rx="6"/>',
    ]
    for at, row in enumerate(rows):
        drawn += _row(row, EDGE + at * LINE)
    return "\n".join([*drawn, "</svg>", ""])


def _row(row: Row, top: int) -> Iterator[str]:
    column = 0
    for (style, back), pieces in groupby(row, lambda piece: (piece.style.strip(), piece.back)):
        text = "".join(piece.text for piece in pieces)
        x, long = EDGE + column * LETTER, len(text) * LETTER
        column += len(text)
        if back:
            yield (
                f'<rect class="{back}" x="{x:.1f}" y="{top + 2}" width="{long:.1f}" '
                f'height="{LINE - 2}" rx="2"/>'
            )
        words = text.strip()
        if words:
            x += (len(text) - len(text.lstrip())) * LETTER
            styled = f' class="{style}"' if style else ""
            yield (
                f'<text{styled} x="{x:.1f}" y="{top + 15}" textLength="{len(words) * LETTER:.1f}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'
            )

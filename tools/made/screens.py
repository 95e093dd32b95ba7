# SPDX-License-Identifier: Apache-2.0
"""Pictures of lines of text: an SVG in a font whose letters are equally wide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

LETTER, LINE, EDGE = 7.8, 19, 16
"""The width of a letter of 13 pixels, the height of a line, and the space at each edge."""

STYLE = """
  svg { --page: #ffffff; --ink: #1f2328; --faint: #8c959f; --code: #eff1f3; --old: #cf222e; --new: #1a7f37;
        --oldback: #ffebe9; --newback: #dafbe1; --warn: #9a6700; --name: #0969da; --title: #8250df }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --ink: #e6edf3; --faint: #7d8590; --code: #21262d; --old: #ff7b72; --new: #56d364;
          --oldback: #3c1618; --newback: #12361f; --warn: #d29922; --name: #79c0ff; --title: #d2a8ff }
  }
  text { font: 13px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: var(--ink) }
  .page { fill: var(--page); stroke: var(--faint) }
  .code { fill: var(--code) }
  .rule { stroke: var(--faint) }
  .under { text-decoration: underline }
  .bold { font-weight: 700 }
  .old { fill: var(--old) }
  .new { fill: var(--new) }
  .warn { fill: var(--warn) }
  .name { fill: var(--name) }
  .title { fill: var(--title) }
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

_STYLES = {
    "1": "bold",
    "4": "under",
    "31": "old",
    "32": "new",
    "33": "warn",
    "38;5;2": "new",
    "38;5;12": "name",
    "38;5;13": "title",
}
"""The classes of the codes of a terminal: those of reviews, and those of `pulumi`."""


def coloured(line: str) -> Row:
    """The pieces of a line with the codes that a terminal colours it by."""
    row: Row = []
    codes: list[str] = []
    for text, code in re.findall(r"([^\x1b]*)(?:\x1b\[([\d;]*)m)?", line):
        if text:
            style = " ".join(_STYLES[one] for one in codes if one in _STYLES)
            row.append(Piece(text, style, f"{style}back" if "7" in codes else ""))
        if code:
            started = re.findall(r"38;5;\d+|\d+", code)
            codes = [] if "0" in started else [*codes, *started]
    return row


def picture(rows: list[Row], title: str) -> str:
    """The SVG of lines.

    Args:
        rows: the lines.
        title: what the picture shows, for who cannot see it.
    """
    longest = max(sum(len(piece.text) for piece in row) for row in rows)
    width, height = 2 * EDGE + longest * LETTER, 2 * EDGE + len(rows) * LINE
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}">',
        f"<title>{escape(title)}</title>",
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
        styled = f' class="{style}"' if style else ""
        # SVG makes one space of several.
        for words in re.finditer(r"\S+(?: \S+)*", text):
            at, wide = x + words.start() * LETTER, len(words[0]) * LETTER
            yield (
                f'<text{styled} x="{at:.1f}" y="{top + 15}" textLength="{wide:.1f}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(words[0])}</text>'
            )

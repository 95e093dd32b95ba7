# SPDX-License-Identifier: Apache-2.0
"""Pictures of who asks whom, in the order of time: an SVG for each text ``docs/**/*.sequence``.

A line of the text is one of these:

===========================  =====================================================================
``title: TEXT``              what the picture shows, for who cannot see it
``lanes: NAME | NAME | …``   who takes part, from left to right
``# TEXT``                   a part of the picture begins
``NAME -> NAME: TEXT``       a request
``NAME --> NAME: TEXT``      an answer
``NAME --x NAME: TEXT``      an answer that does not arrive
``NAME: TEXT``               what one of them does alone
===========================  =====================================================================

The picture has a background of its own, light or dark as the reader's system is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tools.places import ROOT

SUFFIX = ".sequence"
CHARACTER = 6.7
"""The width of a character, on average; texts are set 13 high."""
BESIDE_TEXT = 14
BEFORE_LANE = 10
"""How far a box begins before its lane."""
EDGE = 16
LOST_AFTER = 0.55
"""After this part of its way an answer is lost."""
LEAST = 150
"""The least distance of two lanes."""
HEAD, PART, ARROW, ALONE = 56, 46, 36, 40
"""The heights of the names of the lanes, of the title of a part, and of a line of each kind."""

STYLE = """
  svg { --page: #ffffff; --ink: #1f2328; --faint: #8c959f; --part: #eaeef2; --box: #ddf4ff; --lost: #cf222e }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --ink: #e6edf3; --faint: #7d8590; --part: #21262d; --box: #12304f; --lost: #ff7b72 }
  }
  text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--ink) }
  .name, .part { font-weight: 600 }
  .left { text-anchor: start }
  .middle { text-anchor: middle }
  .page { fill: var(--page) }
  .lane { stroke: var(--faint); stroke-dasharray: 2 4 }
  .band { fill: var(--part) }
  .box { fill: var(--box); stroke: var(--faint) }
  .arrow { stroke: var(--ink); fill: none; stroke-width: 1.4 }
  .answer { stroke-dasharray: 6 4 }
  .lost { stroke: var(--lost) }
  .tip { fill: var(--ink) }
"""


@dataclass(frozen=True)
class Line:
    """A line of a picture.

    Args:
        kind: ``#``, ``->``, ``-->``, ``--x``, or empty for what one does alone.
        text: what it says.
        lane: the index of who asks or does it.
        to: the index of who is asked.
    """

    kind: str
    text: str
    lane: int = 0
    to: int = 0


def files() -> Iterator[tuple[Path, str]]:
    """Every picture, and the text that it must have."""
    for source in sorted((ROOT / "docs").rglob(f"*{SUFFIX}")):
        yield source.with_suffix(".svg"), picture(source.read_text(), source.name)


def picture(source: str, name: str) -> str:
    """The SVG of a text.

    Args:
        source: the text.
        name: the name of its file.

    Raises:
        ValueError: a line of the text is none of those that there are.
    """
    title, lanes, lines = _read(source)
    *at, width = _places(lanes, lines)
    y = HEAD
    drawn: list[str] = []
    for line in lines:
        height, shapes = _drawn(line, at, y, width)
        y += height
        drawn += shapes
    height = y + EDGE
    return "\n".join(
        [
            f"<!-- made by `make docs` from {name} -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
            f'viewBox="0 0 {width:.0f} {height}" role="img" aria-label="{escape(title)}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            '<rect class="page" width="100%" height="100%" rx="8"/>',
            *(
                f'<line class="lane" x1="{x:.0f}" y1="{HEAD - 16}" x2="{x:.0f}" y2="{height - EDGE}"/>'
                for x in at
            ),
            *(_text(x, 30, lane, "name middle") for x, lane in zip(at, lanes, strict=True)),
            *drawn,
            "</svg>\n",
        ]
    )


def _read(source: str) -> tuple[str, list[str], list[Line]]:
    title, lanes, lines = "", [], []
    for text in filter(None, map(str.strip, source.splitlines())):
        if found := re.fullmatch(r"title: (.+)", text):
            title = found[1]
        elif found := re.fullmatch(r"lanes: (.+)", text):
            lanes = [lane.strip() for lane in found[1].split("|")]
        elif found := re.fullmatch(r"# (.+)", text):
            lines.append(Line("#", found[1]))
        elif (found := re.fullmatch(r"([^:]+?) (->|-->|--x) ([^:]+): (.+)", text)) and {
            found[1],
            found[3],
        } <= {*lanes}:
            lines.append(Line(found[2], found[4], lanes.index(found[1]), lanes.index(found[3])))
        elif (found := re.fullmatch(r"([^:]+): (.+)", text)) and found[1] in lanes:
            lines.append(Line("", found[2], lanes.index(found[1])))
        else:
            raise ValueError(f"no line of a picture: {text!r}")
    return title, lanes, lines


def _width(text: str) -> float:
    return len(text) * CHARACTER + 2 * BESIDE_TEXT


def _places(lanes: list[str], lines: list[Line]) -> list[float]:
    """Where each lane stands, and the end of the picture: every text has room where it belongs."""
    at = [EDGE + _width(lanes[0]) / 2]
    for lane in range(1, len(lanes) + 1):
        is_end = lane == len(lanes)
        ends = [at[-1] + (_width(lanes[-1]) / 2 + EDGE if is_end else LEAST)]
        for line in lines:
            if not line.kind and line.lane == lane - 1:
                ends.append(at[line.lane] + _width(line.text) + EDGE)
            elif line.kind not in ("", "#") and max(line.lane, line.to) == lane:
                way = LOST_AFTER if line.kind == "--x" else 1
                ends.append(at[min(line.lane, line.to)] + _width(line.text) / way)
        at.append(max(ends))
    return at


def _drawn(line: Line, at: list[float], y: int, width: float) -> tuple[int, list[str]]:
    """The height of a line, and its shapes."""
    x = at[line.lane]
    if line.kind == "#":
        band = f'<rect class="band" x="0" y="{y + 8}" width="{width:.0f}" height="28"/>'
        return PART, [band, _text(EDGE, y + 27, line.text, "part")]
    if not line.kind:
        x -= BEFORE_LANE
        size = f'x="{x:.0f}" y="{y + 8}" width="{_width(line.text):.0f}" height="26" rx="5"'
        return ALONE, [f'<rect class="box" {size}/>', _text(x + BESIDE_TEXT, y + 26, line.text)]
    end, level = at[line.to], y + 28
    to_right = 1 if end > x else -1
    if line.kind == "--x":
        end = x + (end - x) * LOST_AFTER
        tip = f'<path class="arrow lost" d="M{end - 5:.0f} {level - 5}l10 10m0 -10l-10 10"/>'
    else:
        tip = f'<path class="tip" d="M{end:.0f} {level}l{-9 * to_right} -5v10z"/>'
    middle, room = (x + end) / 2, len(line.text) * CHARACTER
    # No lane is seen through a text.
    behind = f'<rect class="page" x="{middle - room / 2:.0f}" y="{y + 7}" width="{room:.0f}" height="17"/>'
    words = _text(middle, level - 8, line.text, "middle")
    kind = "arrow" if line.kind == "->" else "arrow answer"
    shaft = f'<path class="{kind}" d="M{x:.0f} {level}H{end - (2 * to_right):.0f}"/>'
    return ARROW, [shaft, tip, behind, words]


def _text(x: float, y: int, text: str, kind: str = "left") -> str:
    return f'<text class="{kind}" x="{x:.0f}" y="{y}">{escape(text, quote=False)}</text>'

# SPDX-License-Identifier: Apache-2.0
"""A report as Markdown, for comments on GitHub and GitLab. Pure.

What somebody else wrote stands in code spans and fences: there nothing is a mention, a link or HTML. A
fence is longer than every run of backticks in its text.

Facts: https://spec.commonmark.org, https://github.github.com/gfm
"""

import re
from collections.abc import Iterator

from vocode_pulumi.redaction import printable, printable_line
from vocode_pulumi.review.formats.terminal import marked
from vocode_pulumi.review.report import Report
from vocode_pulumi.review.sections import Item, Section
from vocode_pulumi.review.text import Line, Quoted, Sentence, TextDiff

GITHUB_LIMIT = 65_536
"""The most characters of a comment on GitHub."""
GITLAB_LIMIT = 1_000_000
"""The most characters of a comment on GitLab."""
_LINES = (10**9, 40, 12, 0)
"""How many lines of each diff are shown: the most that the limit allows."""
_ITEMS = (10**9, 40, 0)
"""How many items of a section without danger are shown: the most that the limit allows."""


def render(report: Report, limit: int = GITHUB_LIMIT) -> str:
    """The report, no longer than a comment may be.

    If it is too long, diffs are shortened first, then changes in place are left out. What costs money,
    loses a number or changes who answers is always there.

    Args:
        report: the report.
        limit: the most characters.
    """
    text = ""
    for lines, items, details in (
        *((lines, _ITEMS[0], True) for lines in _LINES),
        *((0, items, True) for items in _ITEMS[1:]),
        (0, 0, False),
    ):
        text = "\n".join(_Markdown(lines, items, details=details).lines(report)) + "\n"
        if len(text) <= limit:
            return text
    return text


class _Markdown:
    """Writes a report within limits.

    Args:
        lines: the most lines of each diff.
        items: the most items of a section without danger.
        details: whether dangers have their details.
    """

    def __init__(self, lines: int, items: int, *, details: bool) -> None:
        self._lines = lines
        self._items = items
        self._details = details

    def lines(self, report: Report) -> Iterator[str]:
        for stack, gate in report.closed:
            yield f"**Closed: {code(gate.gate)}** ({code(stack)}): {rich(gate.why)}"
            yield ""
        for stack, error in report.errors:
            yield f"**The preview of {code(stack)} failed:**"
            yield from fenced(error.splitlines())
            yield ""
        yield f"**{', '.join(map(code, report.stacks))}: {rich(report.headline)}**"
        for section in report.sections:
            yield ""
            yield from self._section(section)
        for remark in report.remarks:
            yield ""
            yield rich((remark,))
        for stack, digest in sorted(report.digests.items()):
            yield ""
            yield f"Digest of {code(stack)}: {code(str(digest))}"

    def _section(self, section: Section) -> Iterator[str]:
        yield f"### {section.title}"
        yield ""
        most = len(section.items) if section.shows_all else self._items
        for item in section.items[:most]:
            yield from self._item(item, shows_all=section.shows_all)
        if left := len(section.items[most:]):
            yield f"- … and {left} more, left out because a comment may not be longer"

    def _item(self, item: Item, *, shows_all: bool) -> Iterator[str]:
        yield f"- {rich(item.text)}"
        if shows_all and not self._details:
            return
        for detail in item.details:
            if not isinstance(detail, TextDiff):
                yield f"  - {rich(detail)}"
                continue
            shown = [*map(_diff_line, detail.lines[: self._lines])]
            left = len(detail.lines) - len(shown)
            yield f"  - {code(detail.path)}:{rich(detail.drift)}" + (
                f" … {left} lines of the diff left out" if left else ""
            )
            if shown:
                yield ""
                yield "    <details><summary>diff</summary>"
                yield ""
                yield from (f"    {line}" for line in fenced(shown, "diff"))
                yield ""
                yield "    </details>"
                yield ""


def _diff_line(line: Line) -> str:
    sign, pieces = line
    text = "".join(marked(sign, piece) if is_marked else piece for piece, is_marked in pieces)
    return f"{sign} {printable_line(text)}".rstrip()


def rich(sentence: Sentence) -> str:
    """A sentence in Markdown. What somebody else wrote is code."""
    return "".join(
        code(piece.text) if isinstance(piece, Quoted) else _escaped(piece) for piece in sentence
    )


def _escaped(text: str) -> str:
    """Our own words; what stands in backticks is code already."""
    return re.sub(r"([\\*_<>\[\]|#@~])", r"\\\1", text)


def code(text: str) -> str:
    """A text as a code span, whatever is in it."""
    text = printable(" ".join(text.split())) or " "
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fenced(lines: list[str], language: str = "") -> Iterator[str]:
    """Lines as a block of code, whatever is in them.

    Args:
        lines: the lines.
        language: for colours.
    """
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    ticks = "`" * max(3, longest + 1)
    yield f"{ticks}{language}"
    yield from map(printable_line, lines)
    yield ticks

# SPDX-License-Identifier: Apache-2.0
"""A report for a terminal. Pure."""

from collections.abc import Iterator

from vocode_pulumi.redaction import printable, printable_line
from vocode_pulumi.review.report import Report
from vocode_pulumi.review.sections import Item, Section
from vocode_pulumi.review.text import Line, Quoted, Sentence, TextDiff
from vocode_pulumi.terminal_text import wrapped

BOLD, RED, GREEN, YELLOW, REVERSE, PLAIN = "1", "31", "32", "33", "7", "0"


def render(report: Report, width: int, *, colours: bool) -> str:
    """The report.

    Args:
        report: the report.
        width: columns of the terminal.
        colours: whether the terminal shows colours.
    """
    return "\n".join(_Terminal(width, colours=colours).lines(report))


class _Terminal:
    def __init__(self, width: int, *, colours: bool) -> None:
        self._width = max(width, 40)
        self._colours = colours

    def lines(self, report: Report) -> Iterator[str]:
        for stack, gate in report.closed:
            text = f"closed {gate.gate} ({stack}): {plain(gate.why)}"
            yield from self._wrapped(text, "", RED)
        for stack, error in report.errors:
            yield self._styled(f"the preview of {stack} failed:", RED)
            for line in error.splitlines():
                yield f"  {printable_line(line)}"
        yield from self._wrapped(f"{', '.join(report.stacks)}: {plain(report.headline)}", "", BOLD)
        for section in report.sections:
            yield ""
            yield from self._section(section)
        for remark in report.remarks:
            yield ""
            yield from self._wrapped(remark, "", YELLOW)
        for stack, digest in sorted(report.digests.items()):
            yield ""
            yield f"digest of {stack}: {digest}"

    def _section(self, section: Section) -> Iterator[str]:
        yield self._styled(section.title, BOLD)
        colour = RED if section.title == "Lost for good" else ""
        for item in section.items:
            yield from self._item(item, colour)

    def _item(self, item: Item, colour: str) -> Iterator[str]:
        yield from self._wrapped(plain(item.text), "  ", colour)
        for detail in item.details:
            if isinstance(detail, TextDiff):
                yield from self._wrapped(
                    f"{plain((Quoted(detail.path),))}:{plain(detail.drift)}", "      "
                )
                for line in detail.lines:
                    yield self._diff_line(line)
            else:
                yield from self._wrapped(plain(detail), "      ")
        if item.place is not None:
            at = "was at" if item.line_is_gone else "at"
            yield f"      {at} {item.place.file}:{item.place.line}"

    def _diff_line(self, line: Line) -> str:
        sign, pieces = line
        colour = {"-": RED, "+": GREEN}.get(sign, "")
        text = "".join(
            self._piece(sign, piece, colour, is_marked=marked) for piece, marked in pieces
        )
        return f"        {self._styled(sign, colour)} {text}".rstrip()

    def _piece(self, sign: str, piece: str, colour: str, *, is_marked: bool) -> str:
        if not is_marked:
            return self._styled(printable_line(piece), colour)
        if self._colours:
            return self._styled(printable_line(piece), f"{colour};{REVERSE}")
        return marked(sign, printable_line(piece))

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[{PLAIN}m" if style and self._colours and text else text

    def _wrapped(self, text: str, indent: str, style: str = "") -> Iterator[str]:
        for line in wrapped(text, indent, self._width, "  ").splitlines():
            start = len(line) - len(line.lstrip())
            yield line[:start] + self._styled(line[start:], style)


def plain(sentence: Sentence) -> str:
    """A sentence as a plain line. What somebody else wrote has no control codes."""
    return "".join(
        printable(" ".join(piece.text.split())) if isinstance(piece, Quoted) else piece
        for piece in sentence
    )


def marked(sign: str, piece: str) -> str:
    """A piece of a line that differs, marked as Git marks words: ``[-old-]``, ``{+new+}``."""
    return f"[-{piece}-]" if sign == "-" else f"{{+{piece}+}}"

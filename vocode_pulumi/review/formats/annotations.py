# SPDX-License-Identifier: Apache-2.0
"""A report as annotations of lines of the program, as GitHub Actions takes them. Pure.

Facts: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Iterator

from vocode_pulumi.redaction import printable_line
from vocode_pulumi.review.formats.terminal import plain
from vocode_pulumi.review.preview import Place
from vocode_pulumi.review.report import Report

_TITLE = "Vocode"
_ANNOTATED = ("Lost for good", "Cannot be undone by the next run", "Bought", "Answers differently")


def render(report: Report, folder: str) -> str:
    """One line for each annotation: closed gates, then what buys, cancels or rewires.

    Args:
        report: the report.
        folder: the folder of the project, seen from the root of the repository.
    """
    return "\n".join(_lines(report, folder))


def _lines(report: Report, folder: str) -> Iterator[str]:
    for stack, gate in report.closed:
        text = f"{gate.gate} is closed for {stack}: {plain(gate.why)}"
        places = {change.place for change in gate.changes if change.place is not None}
        for place in sorted(places, key=str) or (None,):
            yield _line("error", text, place, folder)
    for stack, error in report.errors:
        said = "\n".join(map(printable_line, error.splitlines()))
        yield _line("error", f"The preview of {stack} failed: {said}", None, folder)
    for section in report.sections:
        if section.title in _ANNOTATED:
            for item in section.items:
                prefix = f"{section.title}: " if section.title == "Answers differently" else ""
                yield _line(item.level, prefix + plain(item.text), item.place, folder)
    yield _line("notice", plain(report.headline), None, folder)


def _line(level: str, text: str, place: Place | None, folder: str) -> str:
    properties = [f"title={_property(_TITLE)}"]
    if place is not None:
        file = f"{folder}/{place.file}" if folder else place.file
        properties = [f"file={_property(file)}", f"line={place.line}", *properties]
    return f"::{level} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

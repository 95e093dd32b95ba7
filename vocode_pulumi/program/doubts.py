# SPDX-License-Identifier: Apache-2.0
"""What may be a mistake in a program's inputs, although Vocode may accept it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vocode_pulumi.schema.marks import PROSE, UsualRange
from vocode_pulumi.schema.shapes import Field
from vocode_pulumi.schema.walking import Node, walk

_LIKE_A_PATH = re.compile(
    r"(\.{1,2}|~)[/\\][^\n]*\w"
    r"|([A-Za-z]:)?[\w./\\-]*\w\.(txt|text|md|markdown|rst|prompt|json|ya?ml|html?|j2|jinja2?)",
    re.IGNORECASE,
)
"""``./greeting``, or a name of a text file without spaces, such as ``prompts/sales.md``."""


def doubts(field: Field, value: Any, path: str) -> list[str]:
    """One line for each value that may be a mistake. An Output is not looked at.

    Args:
        field: the schema's field of the input.
        value: the value that the program gave.
        path: the path of the input.
    """
    found: list[str] = []

    def visit(node: Node) -> None:
        found.extend(f"{node.path}: {line}" for line in _doubts_of(node.field, node.value))
        node.below()

    walk(field, value, visit, path=path)
    return found


def _doubts_of(field: Field, value: Any) -> Iterator[str]:
    usual = field.mark(UsualRange)
    if usual is not None and isinstance(value, int | float):
        yield from _out_of_range(usual, value)
    if not isinstance(value, str):
        return
    if field.rule and field.rule.doubtful and (doubt := field.rule.doubtful(value)):
        yield doubt
    if _is_prose(field):
        yield from _path_instead_of_text(value)


def _out_of_range(usual: UsualRange, value: float) -> Iterator[str]:
    if usual.high is None:
        if value < usual.low:
            yield f"{value:g} is less than {usual.low:g}."
    elif not usual.low <= value <= usual.high:
        yield f"{value:g} is outside the usual range, {usual.low:g} to {usual.high:g}."


def _is_prose(field: Field) -> bool:
    reference = field.references
    text_field = reference.text_field if reference else field
    return text_field is not None and text_field.has(PROSE)


def _path_instead_of_text(value: str) -> Iterator[str]:
    if value != value.strip() or "\n" in value:
        return
    home = ".expanduser()" if value.startswith("~") else ""
    read = f"pathlib.Path({value!r}){home}.read_text()"
    try:
        is_file = Path(value).expanduser().is_file()
    except (OSError, RuntimeError):
        # The text is too long for a path, or there is no such home.
        is_file = False
    if is_file:
        yield (
            f"{value!r} is the path of a file. Vocode gets this path, and not the text in the file. To send "
            f"the text, write {read}."
        )
    elif _LIKE_A_PATH.fullmatch(value):
        yield (
            f"{value!r} looks like the path of a file, and there is no such file. Vocode gets these words as they "
            f"are. To send the text of a file, correct the path and write {read}."
        )

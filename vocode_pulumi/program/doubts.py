# SPDX-License-Identifier: Apache-2.0
"""What may be a mistake in a program's inputs, although Vocode may accept it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vocode_pulumi.schema.marks import PROSE, UsualRange
from vocode_pulumi.schema.shapes import Field
from vocode_pulumi.schema.walking import Node, walk


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
    if _is_prose(field) and _is_path_of_file(value):
        yield (
            f"{value!r} is the path of a file. Vocode gets this path, and not the text in the file. To send "
            f"the text, write pathlib.Path({value!r}).read_text()."
        )


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


def _is_path_of_file(text: str) -> bool:
    if text != text.strip() or "\n" in text:
        return False
    try:
        return Path(text).is_file()
    except OSError:
        # The text is too long for a path.
        return False

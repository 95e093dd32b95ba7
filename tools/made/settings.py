# SPDX-License-Identifier: Apache-2.0
"""The tables of `docs/use/settings.md`, made from `vocode_pulumi/settings.py`."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

from tools.made.blocks import between
from tools.made.docstrings import docstring, plain
from tools.made.pages import END, START
from tools.places import ROOT
from vocode_pulumi import settings

PAGE = ROOT / "docs" / "use" / "settings.md"


def files() -> Iterator[tuple[Path, str]]:
    """The page, and the text that it must have."""
    made = "\n".join(
        [
            "",
            "| stack key | variable | default | what it is |",
            "| --- | --- | --- | --- |",
            *_rows(),
            "",
            "[Reviews](review.md) read these stack keys. Nothing else does:",
            "",
            "| stack key | what it is |",
            "| --- | --- |",
            *_rows_of_reviews(),
            "",
            "",
        ]
    )
    yield PAGE, between(PAGE.read_text(), START, END, made)


def _rows() -> Iterator[str]:
    _, texts = docstring(settings.Settings)
    defaults = {field.name: field.default for field in fields(settings.Settings)}
    for name, text in texts.items():
        found = re.fullmatch(r"(.*) \((`vocode:\w+`), (`VOCODE_\w+`)\)\.", text)
        if found:
            said, _, default = found[1].partition(". Default: ")
            yield f"| {found[2]} | {found[3]} | {default or _shown(defaults[name])} | {_sentence(said)} |"


def _rows_of_reviews() -> Iterator[str]:
    body = ast.parse(inspect.getsource(settings)).body
    for item, after in pairwise(body):
        if (
            isinstance(item, ast.Assign)
            and isinstance(item.value, ast.Constant)
            and item.value.value in settings.REVIEW_KEYS
            and isinstance(after, ast.Expr)
        ):
            yield f"| `{item.value.value}` | {plain(ast.literal_eval(after.value))} |"


def _shown(default: object) -> str:
    """A default as a table has it."""
    match default:
        case None:
            return ""
        case str():
            return f"`{default}`"
        case _:
            return f"{default:g}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."

# SPDX-License-Identifier: Apache-2.0
"""Reading docstrings for the pages that are made from them."""

import inspect
import re
from typing import Any


def docstring(of: Any) -> tuple[str, dict[str, str]]:
    """The summary, and the text of each argument."""
    text = inspect.getdoc(of) or ""
    summary = text.split("\n\n")[0].replace("\n", " ")
    _, _, rest = text.partition("Args:\n")
    section = re.split(r"\n\n(?! )", rest)[0]
    found = re.findall(r"^    (\w+): (.*(?:\n      .*)*)", section, re.MULTILINE)
    return plain(summary), {name: plain(said) for name, said in found}


def plain(text: str) -> str:
    """A text in one line of Markdown."""
    return " ".join(text.replace("``", "`").split())

# SPDX-License-Identifier: Apache-2.0
"""The navigation, read from a list of every page."""

import re
from typing import Any


def tabs(listed: str) -> list[dict[str, Any]]:
    """A tab for each heading of the list.

    Args:
        listed: headings `## TAB: …`; below each, pages `- [TITLE](PAGE): …`. A line
            `[TITLE](PAGE): …` begins a group, whose first page this is.
    """
    made: list[dict[str, Any]] = []
    into: list[Any] = []
    for line in listed.splitlines():
        if heading := re.match(r"## ([^:]+)", line):
            into = []
            made.append({heading[1]: into})
        elif found := re.match(r"(- )?\[([^]]+)\]\(([^)]+\.md)\)", line):
            title, page = found[2].replace("`", ""), found[3]
            if not found[1]:
                group: list[Any] = []
                into.append({title: group})
                into, title = group, "In common"
            into.append({title: page})
    return made

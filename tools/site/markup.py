# SPDX-License-Identifier: Apache-2.0
"""Where the site's pages differ from GitHub's: paragraphs of lists, and where a line may end."""

import re

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_IN_CODE = r"(?=[^<>]*</code>)"
_HYPHENATED = re.compile(rf"(?<![\w-])(?=\w*-)[\w-]{{2,26}}(?![\w-]){_IN_CODE}")
_LONG = re.compile(rf"\w{{27,}}{_IN_CODE}")


def lists(markdown: str) -> str:
    """A page's text with paragraphs of lists as Python-Markdown needs them: four spaces before each.

    Args:
        markdown: text in which such a paragraph stands below the words of its item, as GitHub reads it.
    """
    parts = _FENCED.split(markdown)
    parts[::2] = [re.sub(r"(?<=\n\n) {2,3}(?=\S)", "    ", part) for part in parts[::2]]
    return "".join(parts)


def lines(html: str) -> str:
    """A page's HTML in which no line ends within an option, or between a sign and its figure.

    A line may end within a name that is too long for a phone, after an underscore.
    """
    html = _HYPHENATED.sub(r'<span class="whole">\g<0></span>', html)
    html = _LONG.sub(lambda name: name[0].replace("_", "_<wbr>"), html)
    return html.replace("≤ ", "≤&nbsp;")

# SPDX-License-Identifier: Apache-2.0
"""Links of pages to files of the repository. The site has a page for each such file."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, normpath, relpath

from tools.places import ROOT

_LINK = re.compile(r"(!?)\[([^]]*)\]\(([^):#\s]+)(#[^)]*)?\)")


def files(markdown: str, own: str) -> Iterator[str]:
    """Each file outside of `docs/` that a page links, by its path in the repository.

    Args:
        markdown: the page's text.
        own: the page's path in `docs/`.
    """
    for _, _, target, _ in _LINK.findall(markdown):
        path = _in_the_repository(target, own)
        if path and (ROOT / path).is_file():
            yield path


def uri(path: str) -> str:
    """The path of the page, below `docs/`, that shows a file of the repository."""
    return f"source/{path}.md"


def page(path: str, text: str) -> str:
    """A page that shows a file of the repository. Search leaves it out."""
    head = "---\nsearch:\n  exclude: true\nhide:\n  - navigation\n  - toc\n---\n"
    language = {".py": "python", ".yml": "yaml", ".sh": "bash"}.get(Path(path).suffix, "text")
    return f"{head}# `{path}`\n\n~~~~~~{language}\n{text.rstrip()}\n~~~~~~\n"


def within_the_site(markdown: str, own: str) -> str:
    """A page's text, with links to the site's pages instead of the repository's files.

    Of a link to a folder of the repository the words stay.

    Args:
        markdown: the page's text.
        own: the page's path in `docs/`.
    """

    def replaced(found: re.Match[str]) -> str:
        path = _in_the_repository(found[3], own)
        if not path:
            return found[0]
        if (ROOT / path).is_dir():
            return found[2]
        return f"[{found[2]}]({relpath(uri(path), dirname(own) or '.')})"

    return _LINK.sub(replaced, markdown)


def _in_the_repository(target: str, own: str) -> str | None:
    """The path in the repository that a link leads to; `None` if that is in `docs/`."""
    path = normpath(f"docs/{dirname(own)}/{target}")
    return None if path.startswith(("docs/", "../")) or path == "docs" else path

# SPDX-License-Identifier: Apache-2.0
"""The changelog of a release, out of the fragments in `changelog.d/`: `.venv/bin/python -m tools.changelog`.

Towncrier puts them together: https://towncrier.readthedocs.io
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from tools.console import Stop, main, run, say
from tools.places import ROOT

FOLDER = "changelog.d"
TEMPLATE = "section.md.jinja"
BY_HAND = re.compile(r"^## \[Unreleased\].*?(?=^<!-- versions -->)", re.MULTILINE | re.DOTALL)
EMPTY = f"## [Unreleased]\n\nWhat is not released is in [`{FOLDER}/`]({FOLDER}).\n\n"


def task() -> None:
    """Put the fragments into the section of the version, and delete them."""
    version = _settings(ROOT)["project"]["version"]
    if ".dev" in version:
        raise Stop(f"{version} is no release: set the version in pyproject.toml first")
    assemble(ROOT, version)
    say(f"CHANGELOG.md has the section [{version}]: read it")


def fragments(root: Path) -> list[Path]:
    """The files of the fragments.

    Args:
        root: of the repository.
    """
    return sorted(one for one in (root / FOLDER).iterdir() if one.name != TEMPLATE)


def require_fragments(root: Path) -> None:
    """Check names and texts of the fragments.

    Args:
        root: of the repository.

    Raises:
        Stop: the name of a fragment has no kind, or its text is no list.
    """
    kinds = [one["directory"] for one in _settings(root)["tool"]["towncrier"]["type"]]
    for one in fragments(root):
        if not re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(kinds)})\.md", one.name):
            raise Stop(f"{FOLDER}/{one.name} has to be named NAME.KIND.md, of {', '.join(kinds)}")
        if not re.fullmatch(r"(- \S.*\n(  \S.*\n)*)+", one.read_text()):
            raise Stop(f"{FOLDER}/{one.name} has to be a list of entries, each after `- `")


def assemble(root: Path, version: str) -> None:
    """Put the fragments, and what stands below [Unreleased], into a section; delete the fragments.

    Args:
        root: of the repository.
        version: the version that the section is named after.

    Raises:
        Stop: a fragment is wrong, or the changelog has no place for the section.
    """
    require_fragments(root)
    changelog = root / "CHANGELOG.md"
    text = changelog.read_text()
    by_hand = BY_HAND.search(text)
    if not by_hand:
        raise Stop("CHANGELOG.md has no section [Unreleased] above <!-- versions -->")
    for kind, entries in re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", by_hand[0], re.M | re.S):
        # It has headings of its own, so it comes after all others.
        (root / FOLDER / f"zz.{kind.lower()}.md").write_text(f"{entries.strip()}\n")
    changelog.write_text(text.replace(by_hand[0], EMPTY))
    command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", version]
    run([*command, "--dir", str(root)], "the changelog is not complete: see above", cwd=root)


def _settings(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())


if __name__ == "__main__":
    main(task)

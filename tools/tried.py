# SPDX-License-Identifier: Apache-2.0
"""What `make versions` tried last: `requirements/tried.json`.

It has what the result depends on: what pyproject.toml allows, and the versions in constraints.txt of the
packages that come with it. Packages that only tests need are not in it.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from tools.places import ROOT

FILE = ROOT / "requirements" / "tried.json"
EXTRAS = ("objects", "otel", "postgres", "pull", "sandbox")
"""The extras that tests need; their packages are tried too."""
SHOWN = ("pulumi", "pydantic", "requests", "urllib3")
"""The packages whose versions a run names."""


class Ran(TypedDict):
    """The tests with one Python and its packages.

    Attributes:
        python: its whole version.
        packages: `lowest` or `pinned`.
        versions: of the packages in `SHOWN`.
        tests: what pytest said at its end.
        engine: whether tests of the engine were among them.
    """

    python: str
    packages: str
    versions: dict[str, str]
    tests: str
    engine: bool


class Tried(NamedTuple):
    """The record.

    Args:
        declared: what pyproject.toml allowed.
        pinned: the version of each package that came with it.
        ran: what was run, and passed.
        missing: the Pythons that were not on the machine.
    """

    declared: dict[str, list[str]]
    pinned: dict[str, str]
    ran: list[Ran]
    missing: list[str]

    def text(self) -> str:
        """The text of the file."""
        return json.dumps(self._asdict(), indent=2) + "\n"


def read() -> Tried:
    """The record of this tree; an empty one if nothing was tried."""
    return Tried(**json.loads(FILE.read_text())) if FILE.exists() else Tried({}, {}, [], [])


def declared(pyproject: str) -> dict[str, list[str]]:
    """What a pyproject.toml allows: Pythons, packages, and those of the extras that tests need.

    Args:
        pyproject: its text.
    """
    project = tomllib.loads(pyproject)["project"]
    extras = {name: project["optional-dependencies"][name] for name in EXTRAS}
    return {"python": [project["requires-python"]], "": project["dependencies"], **extras}


def pins(constraints: str) -> dict[str, str]:
    """The version of each package in lines like `name==1.2`, by its normal name.

    Args:
        constraints: the lines.
    """
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", constraints, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def is_current(tried: Tried, pyproject: str, constraints: str) -> bool:
    """Whether what was tried is what would be tried today.

    Args:
        tried: the record.
        pyproject: the text of pyproject.toml.
        constraints: the text of constraints.txt.
    """
    if tried.declared != declared(pyproject):
        return False
    today: Mapping[str, str] = pins(constraints)
    return all(today.get(name) == version for name, version in tried.pinned.items())

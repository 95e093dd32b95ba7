# SPDX-License-Identifier: Apache-2.0
"""Who may import what."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import vocode_pulumi

PACKAGE = Path(vocode_pulumi.__file__).parent
ARROWS = {
    "__init__": {"args", "lookups", "resources", "results"},
    "__main__": {"cli"},
    "testing": {
        *("__init__", "resources", "program", "provider", "purchasing", "lookups", "schema", "api"),
        *("settings", "record", "sandbox"),
    },
    "pytest_plugin": set(),
    "cli": {
        *("audit", "generate", "pull", "review", "purchasing", "sandbox", "api", "settings"),
        *("redaction", "terminal_text"),
    },
    "pull": {
        *("generate", "review", "provider", "purchasing", "inline", "schema", "record", "settings"),
        *("redaction", "terminal_text"),
    },
    "generate": {
        *("resources", "program", "provider", "purchasing", "review", "schema", "api", "record"),
        "settings",
    },
    "audit": {"purchasing", "api", "record", "redaction"},
    "review": {"purchasing", "settings", "record", "redaction", "terminal_text"},
    "lookups": {"args", "inline", "results", "schema", "api", "observing", "settings"},
    "resources": {"program", "provider", "purchasing", "inline", "args", "schema", "api", "record"},
    "program": {"provider", "schema", "api", "settings", "record"},
    "provider": {
        *("purchasing", "inline", "schema", "api", "observing", "settings", "record", "redaction"),
    },
    "purchasing": {"api", "observing", "settings", "record"},
    "inline": {"api", "schema"},
    "args": {"schema"},
    "api": {"observing", "settings", "redaction"},
    "observing": {"settings", "redaction"},
    "sandbox": set(),
    "schema": set(),
    "record": set(),
    "results": set(),
    "settings": set(),
    "redaction": set(),
    "terminal_text": set(),
}
"""Which room may import which, whoever imports comes first. What has no line imports no room."""
FOR_ALL = {"errors", "clock", "digits", "leaves", "uuids"}
"""What every room but the sandbox may import."""
IN_THE_SANDBOX = {
    "__init__": {"process"},
    "process": {"options", "client"},
    "http": {"account", "calls", "wire", "masking", "options"},
    "calls": {"account", "wire"},
    "account": set(),
}
"""The same of the rooms of the sandbox."""
SERVER = {"fastapi", "starlette", "uvicorn", "phonenumbers", "sqlite3"}
FORBIDDEN = {
    **{
        one: {"pulumi"}
        for one in (
            *("api", "audit", "review", "observing"),
            *("settings.py", "record.py", "errors.py"),
        )
    },
    "redaction.py": {"pulumi"},
    "purchasing": {"pulumi", "requests", "pydantic", "vocode_pulumi.api.transport"},
    "audit/comparing.py": {
        *("pydantic", "json", "vocode_pulumi.api"),
        *("vocode_pulumi.purchasing.ledger", "vocode_pulumi.purchasing.objects"),
    },
    "purchasing/attribution.py": {"sqlite3", "threading", "time", "pathlib"},
    "purchasing/deadlines.py": {"sqlite3", "threading", "time", "pathlib"},
    "purchasing/owner.py": {"sqlite3", "threading", "time", "pathlib"},
    "sandbox": {"pulumi", "requests"},
    "resources": SERVER,
    "provider": SERVER,
    "lookups": SERVER,
    "testing": SERVER | {"pydantic", "requests", "vocode_pulumi.api.transport"},
    "pytest_plugin.py": {"pulumi"},
    "sandbox/account/behaviour.py": {"pydantic", "phonenumbers"},
    "sandbox/account/store.py": {"pydantic", "phonenumbers"},
    "sandbox/account/assumptions.py": {"pydantic", "phonenumbers"},
    "results.py": {"pulumi"},
    "__init__.py": SERVER,
    "cli": {"pulumi"} | SERVER,
}
"""Packages, and modules of another room, that a room must not import."""


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(module: str, below: str = "vocode_pulumi") -> str:
    """The room of a module: the first name below the package."""
    return module.removeprefix(below).lstrip(".").split(".", 1)[0] or "__init__"


def arrows(package: Path, below: str) -> Iterator[tuple[Path, str, str]]:
    """Each import of another room: the file, its room, and the other one."""
    rooms = {"__init__"} | {one.stem for one in package.iterdir()}
    for file in package.rglob("*.py"):
        own = file.relative_to(package).parts[0].removesuffix(".py")
        for name in imported(file):
            if name != below and not name.startswith(f"{below}."):
                continue
            other = room(name, below)
            # Of `from package import name`, the name may be no module.
            if other in rooms and other != own and (other != "__init__" or own != "testing"):
                yield file, own, other


def test_a_room_imports_those_below_it_alone() -> None:
    for file, own, other in arrows(PACKAGE, "vocode_pulumi"):
        if other == "__init__":
            continue
        may = ARROWS.get(own, set()) | (set() if own == "sandbox" else FOR_ALL)
        assert other in may, f"{file.relative_to(PACKAGE)} imports {other}"


def test_the_rooms_of_the_sandbox_import_those_below_them_alone() -> None:
    for file, own, other in arrows(PACKAGE / "sandbox", "vocode_pulumi.sandbox"):
        if other != "__init__":
            may = IN_THE_SANDBOX.get(own, set())
            assert other in may, f"{file.relative_to(PACKAGE)} imports {other}"


@pytest.mark.parametrize("allowed", [ARROWS, IN_THE_SANDBOX], ids=["all", "sandbox"])
def test_no_room_is_above_and_below_another(allowed: dict[str, set[str]]) -> None:
    assert [*TopologicalSorter(allowed).static_order()]


@pytest.mark.parametrize("where", FORBIDDEN)
def test_a_room_imports_nothing_that_it_must_not_touch(where: str) -> None:
    target = PACKAGE / where
    files = [target] if target.is_file() else [*target.rglob("*.py")]
    assert files
    for file in files:
        for name in imported(file):
            wrong = {bad for bad in FORBIDDEN[where] if name == bad or name.startswith(f"{bad}.")}
            assert not wrong, f"{file.name} imports {name}"


def test_every_file_names_its_licence() -> None:
    files = [*PACKAGE.rglob("*.py"), PACKAGE.parent / "__main__.py"]
    line = "# SPDX-License-Identifier: Apache-2.0\n"
    assert [file for file in files if not file.read_text().startswith(line)] == []

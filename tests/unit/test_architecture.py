# SPDX-License-Identifier: Apache-2.0
"""Who may import what."""

import ast
from pathlib import Path

import pytest

import vocode_pulumi

PACKAGE = Path(vocode_pulumi.__file__).parent
SERVER = {"fastapi", "starlette", "uvicorn", "phonenumbers", "sqlite3"}
ENGINE = {"pulumi"} | {
    f"vocode_pulumi.{one}"
    for one in ("lookups", "news", "parts", "provider", "resources", "run", "schema")
}
"""What the engine's side is made of."""
OF_ACCOUNTS = (
    "audit",
    "client",
    "clock",
    "config",
    "digits",
    "errors",
    "lists",
    "models",
    "numbers",
    "purchasing",
    "record",
    "transport",
    "wire",
)
"""What knows accounts and nothing of the engine."""
FORBIDDEN = {
    **{
        f"{name}.py": ENGINE | {"vocode_pulumi.cli", "vocode_pulumi.sandbox"}
        for name in OF_ACCOUNTS
        if name != "purchasing"
    },
    "purchasing": ENGINE
    | {f"vocode_pulumi.{one}" for one in ("audit", "cli", "sandbox", "transport", "wire")}
    | {"requests", "pydantic"},
    "sandbox": ENGINE
    | {"requests"}
    | {f"vocode_pulumi.{one}" for one in (*OF_ACCOUNTS, "inputs", "results", "testing")},
    "resources": SERVER | {"vocode_pulumi.sandbox", "vocode_pulumi.cli"},
    "provider.py": SERVER | {"vocode_pulumi.sandbox", "vocode_pulumi.resources"},
    "lookups.py": SERVER | {"vocode_pulumi.sandbox", "vocode_pulumi.provider.base"},
    "testing.py": SERVER | {"vocode_pulumi.sandbox", "vocode_pulumi.api.client"},
    "results.py": {"pulumi", "vocode_pulumi"},
    "__init__.py": SERVER | {"vocode_pulumi.sandbox"},
    "cli": {"pulumi"} | SERVER,
}


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("where", FORBIDDEN)
def test_a_room_imports_nothing_that_it_must_not_touch(where: str) -> None:
    target = PACKAGE / where
    files = [target] if target.is_file() else [*target.rglob("*.py")]
    assert files
    for file in files:
        for name in imported(file):
            wrong = {bad for bad in FORBIDDEN[where] if name == bad or name.startswith(f"{bad}.")}
            assert not wrong, f"{file.name} imports {name}"


@pytest.mark.parametrize("file", [*PACKAGE.rglob("*.py"), PACKAGE.parent / "__main__.py"], ids=str)
def test_every_file_names_its_licence(file: Path) -> None:
    assert file.read_text().startswith("# SPDX-License-Identifier: Apache-2.0\n")

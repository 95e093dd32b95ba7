# SPDX-License-Identifier: Apache-2.0
"""The public names of the package: where each is."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.made import lookups, results
from tools.made.blocks import with_block
from tools.made.kinds import PACKAGE, kinds

PATH = PACKAGE / "__init__.py"


def files() -> Iterator[tuple[Path, str]]:
    """The one file."""
    yield PATH, with_block(PATH, _code())


def _code() -> str:
    modules = _names_by_module()
    imports = [
        f"    from vocode_pulumi.{module} import {', '.join(names)}"
        for module, names in modules.items()
    ]
    names = sorted(name for names in modules.values() for name in names)
    table = {name: module for module, names in modules.items() for name in names}
    return "\n".join(
        [
            "if TYPE_CHECKING:",
            *imports,
            f"\n__all__ = [{', '.join(map(repr, names))}]",
            f"\n_MODULES = {dict(sorted(table.items()))}",
        ]
    )


def _names_by_module() -> dict[str, list[str]]:
    """Each module that has public names, with them in the order of imports."""
    found = {
        f"args.{path.stem}": [*_defined(path.read_text())]
        for path in sorted((PACKAGE / "args").glob("*.py"))
    }
    found["lookups"] = lookups.public_names()
    for kind in kinds():
        found[f"resources.{kind.module}"] = [kind.name]
    found["results"] = results.public_names()
    return {module: sorted(names) for module, names in found.items() if names}


def _defined(code: str) -> Iterator[str]:
    """Public names that a module defines, but for its constants."""
    for item in ast.parse(code).body:
        name = ""
        if isinstance(item, ast.ClassDef | ast.FunctionDef):
            name = item.name
        elif isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name):
            name = item.targets[0].id
        if name and not name.startswith("_") and not name.isupper():
            yield name

# SPDX-License-Identifier: Apache-2.0
"""Leave the tree as it was cloned: `python3 -m tools.clean`."""

import shutil
import stat
from pathlib import Path

from tools.console import Stop, main, say
from tools.places import LOCAL, ROOT, STACK_FILE, VENV

MADE = (
    ROOT / "build",
    ROOT / "dist",
    ROOT / ".hypothesis",
    ROOT / ".mypy_cache",
    ROOT / ".pytest_cache",
    ROOT / ".ruff_cache",
    STACK_FILE,
)


def task() -> None:
    """Remove what `make` made."""
    for path in (*MADE, LOCAL, *ROOT.rglob("__pycache__")):
        _remove(path)
    if (VENV / "made-by").exists():
        _remove(VENV)
    elif VENV.exists():
        say("    .venv is kept: it was not made by `make`")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # Go writes its modules read-only.
        for folder in (path, *(each for each in path.rglob("*") if each.is_dir())):
            folder.chmod(folder.stat().st_mode | stat.S_IWUSR)
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise Stop(f"could not remove {path}: {error.strerror}; remove it by hand") from error
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main(task)

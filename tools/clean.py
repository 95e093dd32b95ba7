# SPDX-License-Identifier: Apache-2.0
"""Leave the tree as it was cloned: `python3 -m tools.clean`."""

import shutil
import stat
from pathlib import Path

from tools.console import Stop, main, run, say
from tools.places import (
    LEDGER,
    LOCAL,
    PROJECT,
    PYTHON,
    ROOT,
    STACK,
    STACK_FILE,
    STATE,
    VENV,
    stacks,
)

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
    """Remove what `make` made, unless somebody else's stack or an open purchase would be lost."""
    _require_nothing_to_lose()
    for path in (*MADE, LOCAL, *ROOT.rglob("__pycache__")):
        _remove(path)
    if (VENV / "made-by").exists():
        _remove(VENV)
    elif VENV.exists():
        say("    .venv is kept: it was not made by `make`")


def _require_nothing_to_lose() -> None:
    others = [name for name in stacks() if name != f"{PROJECT}/{STACK}"]
    if others:
        raise Stop(
            f"nothing was removed: {STATE} has stacks that `make up` did not make ({', '.join(others)}). "
            'Destroy and remove each of them first: eval "$(make -s env)" && pulumi destroy --remove '
            "--stack NAME"
        )
    if not (LEDGER.exists() and PYTHON.exists()):
        return
    found = run(
        [PYTHON, "-m", "tools.open_purchases", LEDGER],
        f"{LEDGER} could not be read: see above",
        cwd=ROOT,
    )
    if found.strip():
        raise Stop(
            "nothing was removed: nobody knows yet what the purchases for these resources bought: "
            f"{', '.join(found.split())}. `make up` finds out; `make destroy` then lets the numbers go."
        )


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

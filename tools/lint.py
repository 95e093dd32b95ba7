# SPDX-License-Identifier: Apache-2.0
"""Style and types, all of them even when the first finds something: `python3 -m tools.lint`."""

import subprocess

from tools.console import Stop, main
from tools.places import PYTHON, ROOT

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
}


def task() -> None:
    """Run each check."""
    failed = [
        name
        for name, arguments in CHECKS.items()
        if subprocess.run([PYTHON, *arguments], cwd=ROOT, check=False).returncode
    ]
    if failed:
        raise Stop(
            f"{' and '.join(failed)} found what is listed above; `.venv/bin/ruff check --fix .` and "
            "`.venv/bin/ruff format .` mend the simple things"
        )


if __name__ == "__main__":
    main(task)

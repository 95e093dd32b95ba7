# SPDX-License-Identifier: Apache-2.0
"""The commands of the README, in a copy of this tree as it is cloned."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE = (
    "Pulumi.sandbox.yaml",
    ".git",
    ".local",
    ".venv",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "build",
    "dist",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path / "tree", ignore=shutil.ignore_patterns(*MADE)))


def make(tree: Path, *targets: str, code: int = 0, **env: str) -> str:
    done = subprocess.run(
        ["make", *targets],
        cwd=tree,
        env={k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
        # What is not imported need not be compiled.
        | {"PIP_NO_COMPILE": "1"}
        | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert (done.returncode == 0) == (code == 0), done.stdout
    return done.stdout


def files(tree: Path) -> set[Path]:
    return {path.relative_to(tree) for path in tree.rglob("*")}


def test_up_and_up_again_and_env_and_destroy_and_clean(tree: Path) -> None:
    cloned = files(tree)
    first = make(tree, "up")
    assert "2 created" in first
    for output in ("number", "agent_id", "webhook"):
        assert f"    {output} " in first.split("Current stack outputs", 1)[1]
    again = make(tree, "up")
    assert "2 unchanged" in again
    assert "==>" not in again
    assert first.split("Current stack outputs")[1] == again.split("Current stack outputs")[1]

    shell = f'cd / && eval "$(make -s -C {tree} env)" && pulumi stack ls --all && command -v python'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    assert "sandbox" in done.stdout
    assert str(tree / ".venv" / "bin" / "python") in done.stdout

    assert "2 deleted" in make(tree, "destroy")
    make(tree, "clean")
    assert files(tree) == cloned


def test_up_never_touches_a_real_account(tree: Path) -> None:
    (tree / "Pulumi.sandbox.yaml").write_text("config:\n  vocode:apiKey: quiet\n")
    shutil.copytree(ROOT / ".venv", tree / ".venv", symlinks=True)
    made_by = tree / ".venv" / "made-by"
    made_by.write_text(made_by.read_text().replace(str(ROOT), str(tree)))
    printed = make(tree, "up", code=1, VOCODE_API_KEY="quiet", VOCODE_BASE_URL="http://127.0.0.1:1")
    assert "use another stack for a real account" in printed.splitlines()[-2]
    assert "quiet" not in printed


def test_a_failed_step_ends_with_a_line_that_says_what_to_do(tree: Path) -> None:
    printed = make(tree, "up", code=1, PYTHON="/nowhere/python3")
    assert "install one, or name it: make PYTHON=" in printed
    without_packages = make(tree, "up", code=1, PIP_INDEX_URL="http://127.0.0.1:1", PIP_RETRIES="0")
    assert "could not install the packages" in without_packages.splitlines()[-2]


def test_help_lists_the_commands(tree: Path) -> None:
    printed = make(tree, "help")
    for command in ("up", "destroy", "test", "lint", "env", "clean"):
        assert f"make {command} " in printed

# SPDX-License-Identifier: Apache-2.0
"""The commands of the README, in a copy of this tree as it is cloned."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.objects import Account, Ask, Attempt, AttemptKey, Intent, NotBought
from vocode_pulumi.purchasing.opening import open_ledger
from vocode_pulumi.purchasing.owner import Owner

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


def in_prompt(tree: Path, command: str, **env: str) -> str:
    """What a command prints in a shell with the settings of `make env`."""
    shell = f'PS1="$ "; cd {tree} && eval "$(make -s env)" && eval "$(make -s env)" && {command}'
    done = subprocess.run(
        ["bash", "-c", shell],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PULUMI_CONFIG_PASSPHRASE": "their own", **env},
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def files(tree: Path) -> set[Path]:
    """All files of the tree, without the bytecode of what ran."""
    found = (path.relative_to(tree) for path in tree.rglob("*"))
    return {path for path in found if "__pycache__" not in path.parts}


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

    printed = in_prompt(tree, "cd / && pulumi stack ls --all && command -v python && echo $PS1")
    assert "sandbox" in printed
    assert str(tree / ".venv" / "bin" / "python") in printed
    assert printed.splitlines()[-1] == "(vocode sandbox) $"
    passphrase = tree / ".local" / "passphrase"
    assert (passphrase.stat().st_mode & 0o777, len(passphrase.read_text())) == (0o600, 43)

    # What `make up` did not make is not thrown away.
    preview = "pulumi stack init other && pulumi preview --non-interactive --stack other"
    printed = in_prompt(tree, preview, VOCODE_BASE_URL="https://api.invalid")
    assert "https://api.invalid is a real account" in printed
    kept = files(tree)
    assert "did not make (vocode-numbers/other)" in make(tree, "clean", code=1)
    assert files(tree) == kept
    in_prompt(tree, "pulumi stack rm --yes other")
    here = "http://127.0.0.1:1"
    printed = in_prompt(tree, f"{preview} && pulumi stack rm --yes other", VOCODE_BASE_URL=here)
    assert "is a real account" not in printed
    ledger = open_ledger(tree / ".local" / "pulumi" / "vocode" / "purchases.sqlite")
    urn = "urn:pulumi:sandbox::vocode-numbers::pulumi-python:dynamic/vocode:PhoneNumber::front-desk"
    purchase = Owner.of("here", "organization", urn)
    list_id = ledger.keep_list(Account(here, None, "key"), [])
    intent = Intent(
        purchase, Account(here, None, "key"), Ask(), list_id, PurchaseWindow.of(1, 1, 1)
    )
    key = AttemptKey(purchase.stack.key, purchase.key, 1)
    assert ledger.begin(key, intent)
    assert "front-desk" in make(tree, "clean", code=1)
    assert ledger.step(Attempt(key, intent), NotBought())

    assert "2 deleted" in make(tree, "destroy")
    make(tree, "clean")
    assert files(tree) == cloned
    assert not [*tree.rglob("__pycache__")]


def test_up_never_touches_a_real_account(tree: Path) -> None:
    (tree / "Pulumi.sandbox.yaml").write_text("config:\n  vocode:apiKey: quiet\n")
    (tree / ".venv").mkdir()
    for made in (ROOT / ".venv").iterdir():
        if made.is_dir():
            (tree / ".venv" / made.name).symlink_to(made)
        else:
            text = made.read_text().replace(str(ROOT), str(tree))
            (tree / ".venv" / made.name).write_text(text)
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

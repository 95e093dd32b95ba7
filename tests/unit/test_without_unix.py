# SPDX-License-Identifier: Apache-2.0
"""The package without what Python has only on Unix. Nothing here is Windows: see `without_unix`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORTS_ALL = """
import importlib, pkgutil
import tests.support.without_unix
import vocode_pulumi
for one in pkgutil.walk_packages(vocode_pulumi.__path__, "vocode_pulumi."):
    if not one.name.endswith("__main__"):
        importlib.import_module(one.name)
"""
TESTS = (
    "tests/unit/test_log.py",
    "tests/unit/test_numbers.py",
    "tests/unit/test_serializing.py",
    "tests/purchasing/test_buying.py",
    "tests/purchasing/test_ledger.py",
    "tests/purchasing/test_stores.py",
    "tests/contract/test_sandbox.py",
    "tests/contract/test_served_folder.py",
)
"""Tests of a ledger in a file, of purchases, of the log and of the sandbox, in one process."""


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_module_is_imported() -> None:
    run("-c", IMPORTS_ALL)


def test_what_needs_no_engine_works(tmp_path: Path) -> None:
    options = ["-p", "tests.support.without_unix", "-q", "--basetemp", str(tmp_path / "inner")]
    assert " passed" in run("-m", "pytest", *options, *TESTS).splitlines()[-1]


@pytest.mark.parametrize("command", ["serve", "run"])
def test_the_sandbox_of_the_command_line_starts(command: str, tmp_path: Path) -> None:
    words = {
        "serve": ["serve", "--port", "0"],
        "run": ["run", "--", sys.executable, "-c", "print('ran')"],
    }[command]
    words[1:1] = ["--data", str(tmp_path)]
    code = "import sys, tests.support.without_unix\nfrom vocode_pulumi.cli import main\nsys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "sandbox", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout
        line = started.stdout.readline()
        if command == "serve":
            started.terminate()
    assert started.returncode == 0
    assert line.startswith("Vocode sandbox listening" if command == "serve" else "ran")

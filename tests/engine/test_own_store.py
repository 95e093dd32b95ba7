# SPDX-License-Identifier: Apache-2.0
"""A ledger in a store of another package: the example of the docs, installed."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

from tests.engine.harness import ROOT, Stack, paid
from vocode_pulumi.sandbox import Sandbox


def test_a_ledger_in_a_store_of_ones_own(stack: Stack, sandbox: Sandbox, tmp_path: Path) -> None:
    packages, folder = tmp_path / "packages", tmp_path / "calls"
    folder.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    options = ["--no-deps", "--no-build-isolation", "--no-compile", "--target", str(packages)]
    package = str(ROOT / "examples" / "own_store")
    subprocess.run([*pip, "install", *options, package], check=True, timeout=120)
    # A process that was started before knows nothing of the package.
    stack.env = stack.cold()
    stack.env["PYTHONPATH"] += f"{os.pathsep}{packages}"
    del stack.env["VOCODE_LEDGER"]
    stack.config("vocode:ledger", f"folder://{folder}")
    without = stack.exported()
    stack.program('PhoneNumber("a"), PhoneNumber("b")')
    stack.up()
    held = stack.held()
    kept = {unquote(file.name) for file in folder.iterdir()}
    assert {f"numbers/{number}/0" for number in held.values()} <= kept
    # What the state forgets, the folder knows.
    stack.set_back(without)
    stack.up()
    assert stack.held() == held
    assert len(paid(sandbox)) == 2

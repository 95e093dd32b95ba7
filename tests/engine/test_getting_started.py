# SPDX-License-Identifier: Apache-2.0
"""The commands of the page "Getting started", typed one after the other."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from tools.places import OFFLINE, VENV, without_accounts

ROOT = Path(__file__).parents[2]
START = ROOT / "docs" / "start"
PAGE = (START / "getting-started.md").read_text()
AT_A_TERMINAL = f"{sys.executable} -P {ROOT / 'tools' / 'terminal.py'} up.screen"


def _blocks(heading: str, language: str) -> list[str]:
    """The blocks of a section."""
    section = PAGE.split(f"\n## {heading}")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def _typed(heading: str) -> list[str]:
    lines = [line for block in _blocks(heading, "console") for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def _alike(screen: Path) -> str:
    """What is on a screen, without the number and how long it took."""
    return re.sub(r"\d{11}|\d[\d.]*m?s", "…", screen.read_text())


def test_a_newcomer_buys_calls_changes_and_releases_a_number(tmp_path: Path) -> None:
    (declared,) = _blocks("2. A program", "yaml")
    (program,) = _blocks("2. A program", "python")
    (tmp_path / "Pulumi.yaml").write_text(declared)
    (tmp_path / "__main__.py").write_text(program)
    (tmp_path / ".venv").symlink_to(VENV)
    port = _free_port()
    buy = [line.replace("pulumi up", f"{AT_A_TERMINAL} pulumi up") for line in _typed("4. Buy")]
    lines = [
        "set -m",
        *_typed("3. An account"),
        "trap 'kill %1 2>/dev/null || true' EXIT",
        *buy,
        *_typed("5. Call"),
        "sed -i.before s/bakery/bookshop/ __main__.py",
        *_typed("6. Change"),
        *_typed("7. Leave"),
    ]
    script = "\n".join(lines).replace("sandbox serve", f"sandbox serve --port {port}")
    done = subprocess.run(
        ["bash", "-eu", "-c", script.replace("8787", port)],
        cwd=tmp_path,
        env={**without_accounts(os.environ), **OFFLINE, "PULUMI_HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert _alike(tmp_path / "up.screen") == _alike(START / "up.screen")
    said = [line for line in _blocks("5. Call", "console")[0].splitlines() if line[:1] != "$"]
    assert "\n".join(said) in done.stdout
    assert "1 number answers differently" in done.stdout
    assert re.search(r"Resources:\s+~ 1 updated", done.stdout)
    assert re.search(r"Resources:\s+- 2 deleted", done.stdout)

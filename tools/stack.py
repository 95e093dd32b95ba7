# SPDX-License-Identifier: Apache-2.0
"""The program in `__main__.py` on a stack over the sandbox: `python3 -m tools.stack up|destroy`."""

import os
import subprocess
import sys
from pathlib import Path

from tools import engine
from tools.console import Stop, main, run
from tools.places import (
    PROJECT,
    PULUMI_HOME,
    PYTHON,
    ROOT,
    SANDBOX,
    STACK,
    STACK_FILE,
    STATE,
    backend,
    path,
    without_accounts,
)

REAL = (
    f"Pulumi.{STACK}.yaml sets vocode:apiKey or vocode:baseUrl, and this command is for the sandbox "
    "alone: use another stack for a real account (`pulumi stack init prod`)"
)
FAILED = (
    "see the lines above; what was bought is kept, and the same command goes on from there. A stack "
    f'that is locked: eval "$(make -s env)" && pulumi cancel --yes --stack {STACK}'
)


def task() -> int:
    """Run `up` or `destroy`."""
    action = sys.argv[1]
    env = environment()
    known = (STATE / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json").exists()
    if action == "destroy" and not known:
        return 0
    if STACK_FILE.exists() and any(
        key in STACK_FILE.read_text() for key in ("vocode:apiKey", "vocode:baseUrl")
    ):
        raise Stop(REAL)
    for folder in (STATE, PULUMI_HOME):
        folder.mkdir(parents=True, exist_ok=True)
    if not known:
        create = ["pulumi", "stack", "init", STACK, "--non-interactive"]
        run(create, "could not make the stack: see the lines above", env=env, cwd=ROOT)
    ours: list[str | Path] = [PYTHON, "-m", "vocode_pulumi"]
    over = [*ours, "sandbox", "run", "--data", SANDBOX, "--"]
    options = ["--yes", "--skip-preview", "--suppress-outputs", "--stack", STACK]
    _show([*over, "pulumi", action, *options], env)
    if action == "up":
        _show(["pulumi", "stack", "output", "--stack", STACK], env)
    else:
        _show([*over, *ours, "purchases"], env)
    return 0


def environment() -> dict[str, str]:
    """This tree's engine, packages and state, and nobody's account."""
    env = {**without_accounts(os.environ), **backend()}
    env["PATH"] = path(engine.folder(), env.get("PATH", os.defpath))
    return env


def _show(command: list[str | Path], env: dict[str, str]) -> None:
    if subprocess.run([str(word) for word in command], cwd=ROOT, env=env, check=False).returncode:
        raise Stop(FAILED)


if __name__ == "__main__":
    main(task)

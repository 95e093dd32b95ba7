# SPDX-License-Identifier: Apache-2.0
"""A `pulumi up` that is killed at each step of a purchase, and the one after it.

The plugin comes to a step, says so, and waits there until it is killed or let go on.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.engine.harness import Stack
from tests.waiting import until
from vocode_pulumi.sandbox import Sandbox

BUY = {"method": "POST", "path": "/v1/numbers/buy"}

STEPS = {
    "before the row": ("Ledger.begin", "before"),
    "between row and request": ("Ledger.begin", "after"),
    "while the request runs": ("Purchases._send", "passing"),
    "between answer and row": ("Ledger.bought", "before"),
    "between row and engine state": ("Ledger.bought", "after"),
}

WAITING_PLUGIN = """
import functools, os, sys, time
if "pulumi.dynamic" in sys.orig_argv:
    from vocode_pulumi import ledger, purchases
    owner, name = os.environ["STEP_AT"].split(".")
    held_by = getattr(ledger if owner == "Ledger" else purchases, owner)
    real = getattr(held_by, name)
    def stop():
        with open(os.environ["STEP_REACHED"], "a") as reached:
            reached.write(f"{os.getpid()}\\n")
        while os.environ["STEP_WHEN"] != "passing" and os.path.exists(os.environ["STEP_HOLD"]):
            time.sleep(0.02)
    @functools.wraps(real)
    def wrapped(*args, **kwargs):
        if os.environ["STEP_WHEN"] != "after":
            stop()
        done = real(*args, **kwargs)
        if os.environ["STEP_WHEN"] == "after":
            stop()
        return done
    setattr(held_by, name, wrapped)
"""


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def killed_at(stack: Stack, folder: Path, step: str, whom: str, many: int) -> Iterator[None]:
    """A `pulumi up` that was killed; what outlived it ends with the block."""
    function, when = STEPS[step]
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WAITING_PLUGIN)
    hold, reached = folder / "hold", folder / "reached"
    hold.touch()
    reached.touch()
    env = stack.env | {
        "PYTHONPATH": f"{folder}{os.pathsep}{stack.env['PYTHONPATH']}",
        "STEP_AT": function,
        "STEP_WHEN": when,
        "STEP_HOLD": str(hold),
        "STEP_REACHED": str(reached),
    }
    command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"]
    engine = subprocess.Popen(
        command,
        cwd=stack.folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def plugins() -> set[int]:
        return {int(pid) for pid in reached.read_text().split()}

    try:
        until(lambda: len(reached.read_text().split()) >= min(many, 4) or engine.poll() is not None)
        assert engine.poll() is None
        if whom in ("plugin", "both"):
            for pid in plugins():
                kill(pid)
        if whom in ("engine", "both"):
            kill(engine.pid)
        hold.unlink()
        engine.wait(60)
        yield
    finally:
        for pid in {engine.pid, *plugins()}:
            kill(pid)
        with suppress(ProcessLookupError):
            os.killpg(engine.pid, signal.SIGKILL)
        engine.wait()


@pytest.mark.parametrize("many", [1, 8])
@pytest.mark.parametrize("whom", ["engine", "plugin", "both"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_costs_no_second_number(
    stack: Stack, sandbox: Sandbox, tmp_path: Path, step: str, whom: str, many: int
) -> None:
    # What was sent and got no answer is waited for as long as a request may last.
    stack.env |= {"VOCODE_READ_TIMEOUT": "4", "VOCODE_CONNECT_TIMEOUT": "1"}
    if step == "while the request runs":
        # The sandbox goes on with it, whether or not anybody waits.
        sandbox.fault(**BUY, wait=2, times=many)
    stack.program(f"for at in range({many}): PhoneNumber(f'n{{at}}')")
    with killed_at(stack, tmp_path / "steps", step, whom, many):
        stack.pulumi("cancel", "--yes", "--stack", "dev")
        stack.up()
    bought = sorted(one["number"] for one in sandbox.purchases())
    assert sorted(stack.ids()) == bought
    assert len(set(bought)) == many
    stack.up("--expect-no-changes")
    assert stack.unfinished() == []

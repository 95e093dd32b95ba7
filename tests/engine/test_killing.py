# SPDX-License-Identifier: Apache-2.0
"""A `pulumi up` that is killed around a purchase, and the one after it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.engine.harness import Stack
from vocode_pulumi.sandbox import Sandbox

BUY = {"method": "POST", "path": "/v1/numbers/buy"}


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def asked(sandbox: Sandbox) -> int:
    return sum(one["path"] == BUY["path"] for one in sandbox.requests())


@pytest.mark.parametrize("many", [1, 8])
@pytest.mark.parametrize(
    "fault", [{}, {"delay": 5}, {"close": "before", "delay": 0}], ids=["going", "working", "lost"]
)
def test_a_killed_run_costs_no_second_number(
    stack: Stack, sandbox: Sandbox, many: int, fault: dict[str, object]
) -> None:
    sandbox.fault(**BUY, **fault, times=many)
    stack.program(f"for at in range({many}): PhoneNumber(f'n{{at}}')")
    command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"]
    with subprocess.Popen(
        command,
        cwd=stack.folder,
        env=stack.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        until(lambda: asked(sandbox) >= 1 or process.poll() is not None)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # What the server was doing is done whether or not anybody waits for it.
    sandbox.kill()
    sandbox.restart()
    sandbox.clear_faults()
    stack.pulumi("cancel", "--yes", "--stack", "dev")
    stack.up()
    bought = sorted(one["number"] for one in sandbox.purchases())
    assert sorted(stack.ids()) == bought
    assert len(set(bought)) == many
    assert stack.nothing_to_do()

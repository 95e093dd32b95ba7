# SPDX-License-Identifier: Apache-2.0
"""Two machines, one stack in a shared backend, at once: Pulumi's lock says who goes on."""

from pathlib import Path

import pytest

from tests.engine import machines
from tests.engine.harness import active, paid
from tests.engine.machines import ANSWER_READ, Backend, StoreName, at
from vocode_pulumi.sandbox import Sandbox


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    store: StoreName = request.param
    if store == "s3":
        return machines.in_bucket(request.getfixturevalue("bucket"))
    return machines.in_database(request.getfixturevalue("database"))


@pytest.mark.parametrize("backend", machines.STORES, indirect=True)
def test_of_two_machines_that_run_one_stack_at_once_one_is_told_by_the_lock(
    tmp_path: Path,
    engine_home: Path,
    sandbox: Sandbox,
    keys: dict[str, str],
    backend: Backend,
) -> None:
    first = machines.machine(tmp_path, engine_home, sandbox, backend, keys)
    first.program('PhoneNumber("main")')
    second = first.elsewhere()
    with at(ANSWER_READ, first, tmp_path / "run") as run:
        for command in ("up", "destroy", "refresh"):
            words = (command, "--yes", "--skip-preview", "--stack", "dev")
            printed = second.pulumi(*words, code=1)
            assert "error: the stack is currently locked by 1 lock(s)" in printed
            assert "created by " in printed
        # A preview takes no lock.
        assert "PhoneNumber: (create)" in second.preview()
        assert len(paid(sandbox)) == 1
        (run.folder / "hold").unlink()
        run.go_on()
        assert run.engine.returncode == 0
    second.up("--expect-no-changes")
    assert machines.count([second], sandbox, backend).unsettled == []
    assert len(paid(sandbox)) == len(active(sandbox)) == 1

# SPDX-License-Identifier: Apache-2.0
"""A run that is killed at each step of a purchase, a replacement or a release, and the one after it.

The plugin comes to a step, says so, and waits there until it is killed or let go on.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.engine.harness import BUY, Stack, active, paid
from tests.support.waiting import until
from vocode_pulumi.sandbox import Sandbox

LEDGER = "vocode_pulumi.purchasing.ledger:Ledger"
BUYING = {
    "before the intent": (f"{LEDGER}.begin", "before"),
    "between intent and request": (f"{LEDGER}.begin", "after"),
    "while the request runs": ("vocode_pulumi.purchasing.buying:Buyer._send", "passing"),
    "between answer and take": (f"{LEDGER}.step", "before"),
    "between holder and engine state": (f"{LEDGER}.step", "after"),
}
KILLED = (
    ("between intent and request", "plugin"),
    ("while the request runs", "both"),
    ("while the request runs", "engine"),
    ("between answer and take", "plugin"),
    ("between answer and take", "engine"),
    ("between holder and engine state", "both"),
)
"""Where four purchases stand while four others have not begun, and whom it befalls."""
BEGIN_CANCELLING = "vocode_pulumi.purchasing.holding:begin_cancelling"
CANCEL = "vocode_pulumi.api.client:Client.update"
RELEASING = {
    "before it is written down": (BEGIN_CANCELLING, "before"),
    "between the ledger and the cancel": (BEGIN_CANCELLING, "after"),
    "between the cancel and engine state": (CANCEL, "after"),
}


@pytest.fixture
def stack(stack: Stack) -> Stack:
    # What was sent and got no answer is waited for as long as a request may last.
    stack.env |= {"VOCODE_READ_TIMEOUT": "4", "VOCODE_CONNECT_TIMEOUT": "1"}
    return stack


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def killed_at(
    stack: Stack, folder: Path, step: tuple[str, str], whom: str, many: int, *command: str
) -> Iterator[None]:
    """A run that was killed; what outlived it ends with the block."""
    folder.mkdir()
    hold, reached = folder / "hold", folder / "reached"
    hold.touch()
    reached.touch()
    env = stack.cold() | {
        "TEST_STEP": step[0],
        "TEST_STEP_WHEN": step[1],
        "TEST_STEP_HOLD": str(hold),
        "TEST_STEP_REACHED": str(reached),
    }
    words = ["pulumi", *(command or ["up"]), "--yes", "--skip-preview", "--stack", "dev"]
    engine = subprocess.Popen(
        [*words, "--non-interactive"],
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
        put_back_what_the_engine_was_writing(stack)
        stack.pulumi("cancel", "--yes", "--stack", "dev")
        yield
    finally:
        for pid in {engine.pid, *plugins()}:
            kill(pid)
        with suppress(ProcessLookupError):
            os.killpg(engine.pid, signal.SIGKILL)
        engine.wait()


def put_back_what_the_engine_was_writing(stack: Stack) -> None:
    """Do what `docs/operate/purchases.md` says of a file of Pulumi's that was cut off by the kill."""
    backend = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
    for attributes in backend.glob(".pulumi/stacks/*/*.json.attrs"):
        if not attributes.stat().st_size:
            attributes.unlink()
            state = attributes.with_suffix("")
            state.write_bytes(state.with_name(f"{state.name}.bak").read_bytes())


def is_whole(stack: Stack, sandbox: Sandbox, many: int) -> bool:
    """Whether what is paid for is what the stack holds, under the newest claims, and nothing is open."""
    held = stack.held()
    assert active(sandbox) == sorted(held.values())
    assert len(set(held.values())) == many
    assert stack.unsettled() == []
    return stack.nothing_to_do()


@pytest.mark.parametrize(
    ("step", "whom", "many"),
    [
        *((step, "both", 1) for step in BUYING),
        *((step, whom, 8) for step, whom in KILLED),
    ],
)
def test_a_killed_run_costs_no_second_number(
    stack: Stack, sandbox: Sandbox, tmp_path: Path, step: str, whom: str, many: int
) -> None:
    if step == "while the request runs":
        # The sandbox goes on with it, whether or not anybody waits.
        sandbox.fault(**BUY, wait=2, times=many)
    stack.program(f"for at in range({many}): PhoneNumber(f'n{{at}}')")
    with killed_at(stack, tmp_path / "steps", BUYING[step], whom, many):
        stack.up()
    assert len(paid(sandbox)) == many
    assert is_whole(stack, sandbox, many)


@pytest.mark.parametrize("step", ["while the request runs", "between holder and engine state"])
def test_a_replacement_that_was_killed_in_its_create_is_finished(
    stack: Stack, sandbox: Sandbox, tmp_path: Path, step: str
) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    (old,) = stack.ids()
    if step == "while the request runs":
        sandbox.fault(**BUY, wait=2)
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn("main"))
    with killed_at(stack, tmp_path / "steps", BUYING[step], "both", 1):
        stack.up()
    assert paid(sandbox) == [old, *stack.ids()]
    assert is_whole(stack, sandbox, 1)


@pytest.mark.parametrize("step", RELEASING)
def test_a_replacement_that_was_killed_in_its_delete_is_finished(
    stack: Stack, sandbox: Sandbox, tmp_path: Path, step: str
) -> None:
    stack.program('PhoneNumber("main", area_code="415")')
    stack.up()
    stack.program('PhoneNumber("main", area_code="212")')
    with killed_at(stack, tmp_path / "steps", RELEASING[step], "both", 1):
        (new,) = stack.held().values()
        stack.up()
    assert stack.ids() == [new]
    assert len(paid(sandbox)) == 2
    assert is_whole(stack, sandbox, 1)


def test_a_replacement_that_was_killed_in_its_delete_is_replaced_again(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    stack.program('PhoneNumber("main", area_code="415")')
    stack.up()
    stack.program('PhoneNumber("main", area_code="212")')
    step = RELEASING["before it is written down"]
    with killed_at(stack, tmp_path / "steps", step, "both", 1):
        current = next(one["urn"] for one in stack.resources() if not one.get("delete"))
        stack.up("--replace", current)
    assert len(paid(sandbox)) == 3
    assert is_whole(stack, sandbox, 1)


def test_an_adopted_number_whose_replacement_was_killed_stays_in_service(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f'PhoneNumber("main", adopt="{number}")')
    stack.up()
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn("main"))
    step = f"{LEDGER}.hold", "after"
    with killed_at(stack, tmp_path / "steps", step, "both", 1):
        stack.up()
    assert stack.ids() == [number]
    assert is_whole(stack, sandbox, 1)
    stack.destroy()
    assert active(sandbox) == []


@pytest.mark.parametrize("step", RELEASING)
def test_a_destroy_that_was_killed_is_finished(
    stack: Stack, sandbox: Sandbox, tmp_path: Path, step: str
) -> None:
    stack.program("for at in range(3): PhoneNumber(f'n{at}')")
    stack.up()
    with killed_at(stack, tmp_path / "steps", RELEASING[step], "both", 1, "destroy"):
        stack.destroy()
    assert active(sandbox) == []
    assert stack.unsettled() == []


def test_a_clock_that_was_put_forward_buys_nothing_sooner(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.fault(**BUY, wait=4)
    stack.program('PhoneNumber("main")')
    step = BUYING["while the request runs"]
    with killed_at(stack, tmp_path / "steps", step, "both", 1):
        stack.env["TEST_CLOCK_AHEAD"] = "3600"
        stack.up()
    assert paid(sandbox) == stack.ids()
    assert is_whole(stack, sandbox, 1)

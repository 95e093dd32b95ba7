# SPDX-License-Identifier: Apache-2.0
"""Pulumi programs on stacks of their own, and commands on them that are timed."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tools import stack
from tools.console import Stop, say
from tools.places import ROOT
from vocode_pulumi.sandbox import Sandbox

STACK = "bench"
PROJECT = "name: bench\nruntime: python\n"


class Operation(NamedTuple):
    """A command of Pulumi, and what it prints once it has done what it is measured for.

    Args:
        command: its words.
        outcome: for ``{}`` resources.
    """

    command: tuple[str, ...]
    outcome: str


_AT_ONCE = ("--yes", "--skip-preview")
OPERATIONS = {
    "preview": Operation(("preview",), "{} to create"),
    "up": Operation(("up", *_AT_ONCE), "{} created"),
    "no-op up": Operation(("up", *_AT_ONCE), "{} unchanged"),
    "refresh": Operation(("refresh", *_AT_ONCE), "{} unchanged"),
    "destroy": Operation(("destroy", *_AT_ONCE), "{} deleted"),
}
"""In the order of a stack's life."""
NO_OP_PREVIEW = Operation(("preview",), "{} unchanged")
CHANGE = Operation(("up", *_AT_ONCE), "{} updated")


class Timed(NamedTuple):
    """How long a command took.

    Args:
        seconds: by the clock.
        cpu_seconds: of it and of all that it waited for.
    """

    seconds: float
    cpu_seconds: float


Watch = Callable[[int], AbstractContextManager[object]]
"""Looks at the processes below the one of an id while it runs."""


@dataclass
class Stack:
    """A Pulumi program, the stack that it has, and an account of its own.

    Args:
        folder: of the program.
        env: of commands.
        account: where it buys.
    """

    folder: Path
    env: dict[str, str]
    account: Sandbox

    def declare(self, program: str, count: int, **inputs: Any) -> None:
        """From now on the program is one of :mod:`bench.programs`, with that many numbers."""
        self.program(
            f"from bench.programs.{program} import declare\ndeclare(range({count}), **{inputs})\n"
        )

    def program(self, text: str) -> None:
        """From now on the program is this."""
        (self.folder / "__main__.py").write_text(text)

    def run(
        self, operation: Operation, count: int, watch: Watch = lambda _pid: nullcontext()
    ) -> Timed:
        """Run a command, and see that it did what it is measured for.

        Args:
            operation: what.
            count: resources beside the stack's own that it is about.
            watch: entered while it runs.

        Raises:
            Stop: it did something else.
        """
        command = ["pulumi", *operation.command, "--stack", STACK, "--non-interactive"]
        log = self.folder.parent / "log.txt"
        timed = run_timed([*command, "--color", "never"], self.folder, self.env, log, watch)
        # Pulumi counts the stack itself, except among what is updated.
        expected = operation.outcome.format(count if operation is CHANGE else count + 1)
        if f" {expected}" not in log.read_text():
            raise _stop(log, f"`pulumi {operation.command[0]}` did not say {expected!r}")
        return timed

    def exported(self) -> str:
        """The whole state, as it is kept."""
        command = ["pulumi", "stack", "export", "--stack", STACK]
        return subprocess.run(
            command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=True
        ).stdout

    def state_bytes(self) -> int:
        """Its size, without white space."""
        return len(json.dumps(json.loads(self.exported()), separators=(",", ":")))

    def calls(self) -> list[dict[str, Any]]:
        """What was asked of the account since the last look."""
        asked = self.account.requests()
        self.account.clear_requests()
        return asked


def run_timed(
    command: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    watch: Watch = lambda _pid: nullcontext(),
) -> Timed:
    """Run a command.

    Args:
        command: program and arguments.
        cwd: its folder.
        env: its environment.
        log: the file that gets what it prints.
        watch: entered while it runs.

    Raises:
        Stop: it failed.
    """
    with log.open("w") as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        with watch(process.pid):
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise _stop(log, f"`{' '.join(command[:2])}` failed")
    return Timed(round(seconds, 4), round(usage.ru_utime + usage.ru_stime, 4))


def _stop(log: Path, why: str) -> Stop:
    """What ends the measurement, once the command's own words are shown."""
    for line in log.read_text().splitlines():
        say(f"    {line}")
    return Stop(f"{why}: see the lines above; what was measured before is kept")


@contextmanager
def new_account() -> Iterator[tuple[Path, Sandbox]]:
    """A new folder and an account in it, for as long as they are needed."""
    with TemporaryDirectory(prefix="vocode-bench-") as name:
        root = Path(name)
        with Sandbox(root / "account") as account:
            yield root, account


@contextmanager
def new_stack(program: str, count: int, **inputs: Any) -> Iterator[Stack]:
    """A program of :mod:`bench.programs` on a new stack over a new account.

    Args:
        program: its module.
        count: numbers.
        **inputs: further ones, alike for all of them.
    """
    with new_account() as (root, account):
        for folder in ("program", "backend", "home"):
            (root / folder).mkdir()
        made = Stack(root / "program", environment(root, account), account)
        (made.folder / "Pulumi.yaml").write_text(PROJECT)
        made.declare(program, count, **inputs)
        create = ["pulumi", "stack", "init", STACK, "--non-interactive"]
        run_timed(create, made.folder, made.env, root / "log.txt")
        yield made


@contextmanager
def new_stacks(programs: Sequence[str], count: int) -> Iterator[dict[str, Stack]]:
    """A new stack for each of some programs."""
    with ExitStack() as opened:
        yield {name: opened.enter_context(new_stack(name, count)) for name in programs}


def environment(root: Path, account: Sandbox) -> dict[str, str]:
    """This tree's engine and packages, an account, and the state below a folder."""
    inherited = {
        name: value
        for name, value in stack.environment().items()
        # What Python writes is used again, as it is where the package is installed.
        if not name.lower().endswith("_proxy") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return inherited | {
        "PULUMI_BACKEND_URL": f"file://{root / 'backend'}",
        "PULUMI_HOME": str(root / "home"),
        "PYTHONPATH": str(ROOT),
        "VOCODE_API_KEY": account.api_key,
        "VOCODE_BASE_URL": account.url,
        "VOCODE_LEDGER": str(root / "purchases.sqlite"),
    }


def in_turn(names: Sequence[str], run: int) -> list[str]:
    """The names in an order that is another one in each run."""
    first = run % len(names)
    return [*names[first:], *names[:first]]

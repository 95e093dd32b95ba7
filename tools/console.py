# SPDX-License-Identifier: Apache-2.0
"""How the tools talk: what a step does and how long it takes, and one last line when it fails."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class Stop(Exception):
    """A step cannot go on. Its text is one line that says what to do."""


def say(text: str) -> None:
    """Print a line about progress; standard output is for results."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(what: str, takes: str) -> Iterator[None]:
    """Announce a step, and how long it took once it is done.

    Args:
        what: the step does.
        takes: how long it usually takes.
    """
    say(f"==> {what} ({takes})")
    start = time.monotonic()
    yield
    say(f"    done in {time.monotonic() - start:.1f} s")


def run(
    command: Sequence[str | Path],
    remedy: str,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float | None = None,
) -> str:
    """Run a command in silence; when it fails, show the end of what it printed.

    Args:
        command: program and arguments.
        remedy: one line for when it fails: what to do.
        env: its environment; default this one's.
        cwd: its folder; default this one's.
        timeout: seconds it may take.

    Returns:
        What it printed.

    Raises:
        Stop: it failed, could not be started or took too long.
    """
    try:
        done = subprocess.run(
            [str(word) for word in command],
            env=env,
            cwd=cwd,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        say(f"    {error}")
        raise Stop(remedy) from error
    except subprocess.TimeoutExpired as error:
        say(f"    no end after {error.timeout:.0f} s")
        raise Stop(remedy) from error
    if done.returncode:
        for line in done.stdout.splitlines()[-12:]:
            say(f"    {line}")
        raise Stop(remedy)
    return done.stdout


def main(task: Callable[[], int | None]) -> None:
    """Run a tool: its exit status is the task's, and a `Stop` is its last line."""
    try:
        status = task()
    except Stop as stop:
        say(f"make: {stop}")
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status or 0)

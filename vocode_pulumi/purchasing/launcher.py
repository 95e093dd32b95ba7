# SPDX-License-Identifier: Apache-2.0
"""The `pulumi` that started this process: whether it still runs, and where its program is.

A plugin outlives a `pulumi` that was killed. It must not begin a purchase then, for nobody would hear
of it. The process is known by its id and the time at which it was started.
"""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

FARTHEST = 12
"""Generations of processes that are looked through."""
_NAMES = ("pulumi", "pulumi.exe")


class Process(NamedTuple):
    """A running process.

    Args:
        pid: its id.
        parent: its parent's.
        name: of its program, without a folder.
        started: something that is the same as long as it is the same process.
    """

    pid: int
    parent: int
    name: str
    started: str


class Launcher:
    """The `pulumi` among the ancestors of this process, as it is when this object is made.

    Where there is none (a command line of ours, a test), nobody can be gone.
    """

    def __init__(self) -> None:
        self._engine = engine()

    def is_running(self) -> bool:
        """Whether it still runs."""
        if self._engine is None:
            return True
        found = process(self._engine.pid)
        # Its parent may be another by now.
        return found is not None and found.started == self._engine.started


def engine() -> Process | None:
    """The `pulumi` among the ancestors of this process."""
    pid = os.getpid()
    for _ in range(FARTHEST):
        found = process(pid)
        if found is None or found.pid <= 1:
            return None
        if found.name in _NAMES:
            return found
        pid = found.parent
    return None


def program_of_engine() -> str | None:
    """The path of its program, for a `pulumi` that was called by its path."""
    found = engine()
    if found is None:
        return None
    try:
        return str(Path(f"/proc/{found.pid}/exe").readlink())
    except OSError:
        return None


def process(pid: int) -> Process | None:
    """A process by its id; ``None`` where there is none, or where this cannot be known."""
    if Path("/proc/self/stat").exists():
        return _in_proc(pid)
    return _of_ps(pid) if os.name == "posix" else None


def _in_proc(pid: int) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name may hold anything, spaces and brackets too.
    head, _, rest = stat.rpartition(")")
    fields = rest.split()
    if fields[0] in "ZX":
        return None
    return Process(pid, int(fields[1]), head.partition("(")[2], fields[19])


def _of_ps(pid: int) -> Process | None:
    try:
        done = subprocess.run(
            ["ps", "-o", "ppid=,lstart=,comm=", "-p", str(pid)],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    fields = done.stdout.split()
    if len(fields) < 7:
        return None
    return Process(pid, int(fields[0]), Path(" ".join(fields[6:])).name, " ".join(fields[1:6]))

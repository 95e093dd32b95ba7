# SPDX-License-Identifier: Apache-2.0
"""The `pulumi` that started this process: whether it still runs, and where its program is.

A plugin process outlives a `pulumi` that was killed. It must not buy then: no state would record the
number. A process is identified by its id and its start time.
"""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

MAX_ANCESTORS = 12
"""How many ancestors of this process are searched."""
_NAMES = ("pulumi", "pulumi.exe")


class Process(NamedTuple):
    """A running process.

    Args:
        pid: the process's id.
        parent: the id of its parent.
        name: the name of its program, without a folder.
        started: its start time; a later process with the same id has another one.
    """

    pid: int
    parent: int
    name: str
    started: str


class Launcher:
    """The `pulumi` that is an ancestor of this process when this object is made.

    Without such an ancestor (in `vocode-pulumi` or a test), :meth:`is_running` is always true.
    """

    def __init__(self) -> None:
        self._engine = engine()

    def is_running(self) -> bool:
        """Whether that `pulumi` still runs."""
        if self._engine is None:
            return True
        found = process(self._engine.pid)
        # The parent's id may have changed, so it is not compared.
        return found is not None and found.started == self._engine.started


def engine() -> Process | None:
    """The `pulumi` among the ancestors of this process."""
    pid = os.getpid()
    for _ in range(MAX_ANCESTORS):
        found = process(pid)
        if found is None or found.pid <= 1:
            return None
        if found.name in _NAMES:
            return found
        pid = found.parent
    return None


def program_of_engine() -> str | None:
    """The path of the `pulumi` that started this process; ``None`` if it is not known."""
    found = _link_of_engine("exe")
    return None if found is None else str(found)


def folder_of_engine() -> Path | None:
    """The folder in which the `pulumi` that started this process runs; ``None`` if it is not known.

    Its project and so its backend are found from there. The program may be elsewhere: `main` in
    ``Pulumi.yaml`` says where, and so does a program that runs inline in the Automation API.
    """
    return _link_of_engine("cwd")


def _link_of_engine(name: str) -> Path | None:
    found = engine()
    if found is None:
        return None
    try:
        return Path(f"/proc/{found.pid}/{name}").readlink()
    except OSError:
        return None


def process(pid: int) -> Process | None:
    """The process with an id; ``None`` if there is none, or if the system does not tell."""
    if Path("/proc/self/stat").exists():
        return _in_proc(pid)
    return _of_ps(pid) if os.name == "posix" else None


def _in_proc(pid: int) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # A program's name may contain spaces and brackets.
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

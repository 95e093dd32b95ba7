# SPDX-License-Identifier: Apache-2.0
"""Which of the processes over one folder of the sandbox continues the calls of an earlier one."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVES = """
import pathlib, sys
from vocode_pulumi.sandbox.account.store import Store
store = Store(pathlib.Path(sys.argv[1]))
sys.stdin.readline()
print(store.is_served_by_others(), flush=True)
sys.stdin.readline()
"""


@contextmanager
def process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that asks at the first line that it reads, and serves the folder until it ends."""
    command = [sys.executable, "-c", SERVES, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def ask(started: subprocess.Popen[str]) -> None:
    assert started.stdin
    started.stdin.write("\n")
    started.stdin.flush()


def answer(started: subprocess.Popen[str]) -> bool:
    assert started.stdout
    return {"True\n": True, "False\n": False}[started.stdout.readline()]


def test_a_folder_is_served_until_the_last_process_is_killed(tmp_path: Path) -> None:
    with process(tmp_path) as first, process(tmp_path) as second, process(tmp_path) as third:
        ask(first)
        assert not answer(first)
        ask(second)
        assert answer(second)
        first.kill()
        first.wait()
        ask(third)
        assert answer(third)
    with process(tmp_path) as later:
        ask(later)
        assert not answer(later)
    assert (tmp_path / "served").stat().st_mode & 0o777 == 0o600


def test_of_processes_that_start_at_once_one_is_alone(tmp_path: Path) -> None:
    with process(tmp_path) as a, process(tmp_path) as b, process(tmp_path) as c:
        for started in (a, b, c):
            ask(started)
        assert sorted(map(answer, (a, b, c))) == [False, True, True]

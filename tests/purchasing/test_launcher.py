# SPDX-License-Identifier: Apache-2.0
"""Whether the `pulumi` that started a process still runs, with processes that are there and killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import SimpleNamespace

import pytest

from tests.support.waiting import until
from vocode_pulumi.purchasing import launcher
from vocode_pulumi.purchasing.launcher import MAX_ANCESTORS, Launcher, Process, process

PLUGIN = """
import sys, time
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from vocode_pulumi.purchasing.launcher import Launcher, engine

folder = Path(sys.argv[1])
launcher, found = Launcher(), engine()

def says(name):
    (folder / "writing").write_text(f"{launcher.is_running()} {found.pid if found else None}")
    (folder / "writing").rename(folder / name)

says("before")
while not (folder / "go").exists():
    time.sleep(0.01)
says("after")
"""
"""What an engine starts: it says whether that still runs, and again when it is told to."""
STARTS = """\
#!/bin/sh
{python} "$1" "$2" &
wait
"""


class Tree:
    """A process that has started another one."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        program = folder / name
        program.write_text(STARTS.format(python=sys.executable))
        program.chmod(0o755)
        (folder / "plugin.py").write_text(PLUGIN)
        self.top = subprocess.Popen(
            [program, folder / "plugin.py", folder], cwd=Path(__file__).parents[2]
        )

    def said(self, when: str) -> str:
        until((self.folder / when).exists)
        return (self.folder / when).read_text()

    def go_on(self) -> None:
        (self.folder / "go").touch()

    def end(self) -> None:
        self.go_on()
        self.said("after")
        self.top.kill()
        self.top.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def started(folder: Path, name: str) -> Iterator[Tree]:
    tree = Tree(folder, name)
    yield tree
    tree.end()


@pytest.fixture
def run(folder: Path) -> Iterator[Tree]:
    yield from started(folder, "pulumi")


@pytest.mark.parametrize("reaped", [True, False], ids=["reaped", "not reaped yet"])
def test_a_pulumi_that_was_killed_runs_no_more(run: Tree, reaped: bool) -> None:
    assert run.said("before") == f"True {run.top.pid}"
    run.top.send_signal(signal.SIGKILL)
    if reaped:
        run.top.wait()
    else:
        until(lambda: process(run.top.pid) is None)
    run.go_on()
    assert run.said("after").startswith("False ")


def test_one_that_goes_on_is_running(run: Tree) -> None:
    run.said("before")
    run.go_on()
    assert run.said("after") == f"True {run.top.pid}"


def test_what_is_called_otherwise_is_no_pulumi_and_nobody_can_be_gone(folder: Path) -> None:
    for tree in started(folder, "pulumi-language-x"):
        assert tree.said("before") == "True None"
        tree.top.kill()
        tree.top.wait()
        tree.go_on()
        assert tree.said("after") == "True None"


# One process.


def test_a_process_is_known_by_its_id_its_parent_and_when_it_was_started() -> None:
    found = process(os.getpid())
    assert found is not None
    assert (found.pid, found.parent) == (os.getpid(), os.getppid())
    assert found == process(os.getpid())
    with subprocess.Popen(["sleep", "60"]) as other:
        theirs = process(other.pid)
        assert theirs is not None
        assert (theirs.parent, theirs.name) == (os.getpid(), "sleep")
        other.kill()
        until(lambda: process(other.pid) is None)
    assert process(other.pid) is None


def test_a_name_may_hold_what_separates_the_others(tmp_path: Path) -> None:
    program = tmp_path / "a) Z (1"
    program.write_text("#!/bin/sh\nread x\n")
    program.chmod(0o755)
    with subprocess.Popen([program], stdin=subprocess.PIPE) as started:
        # Until it is that program it is what started it.
        until(lambda: (process(started.pid) or Process(0, 0, "", "")).name == program.name)
        found = process(started.pid)
        assert found is not None
        assert found.parent == os.getpid()
        assert started.stdin is not None
        started.stdin.close()


def test_an_id_that_another_process_has_by_now_is_not_the_same_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = process(os.getpid())
    assert mine is not None
    monkeypatch.setattr(launcher, "engine", lambda: mine)
    assert Launcher().is_running()
    monkeypatch.setattr(launcher, "engine", lambda: mine._replace(parent=1, name="x"))
    assert Launcher().is_running()
    monkeypatch.setattr(launcher, "engine", lambda: mine._replace(started="0"))
    assert not Launcher().is_running()


# Which of the ancestors it is.


def ancestors(
    monkeypatch: pytest.MonkeyPatch, names: list[str | None], parent: int = 1000
) -> list[int]:
    """Make up this process, its parent and so on; gives those that were looked at."""
    pids = [os.getpid(), *range(parent, parent + len(names))]
    table = {
        pid: Process(pid, pids[at + 1], name, "s")
        for at, (pid, name) in enumerate(zip(pids, names, strict=False))
        if name is not None
    }
    asked: list[int] = []

    def one(pid: int) -> Process | None:
        asked.append(pid)
        return table.get(pid)

    monkeypatch.setattr(launcher, "process", one)
    return asked


@pytest.mark.parametrize(
    ("names", "at"),
    [
        (["python", "pulumi"], 1),
        (["pulumi", "python"], 0),
        (["python", "sh", "pulumi-language-python", "pulumi", "sh", "pulumi"], 3),
        (["python", "pulumi.exe"], 1),
        (["python", "Pulumi"], None),
        (["python", "pulumi2", "sh"], None),
        (["python", None], None),
        (["sh"] * (MAX_ANCESTORS - 1) + ["pulumi"], MAX_ANCESTORS - 1),
        (["sh"] * MAX_ANCESTORS + ["pulumi"], None),
    ],
    ids=str,
)
def test_the_nearest_pulumi_is_the_engine(
    monkeypatch: pytest.MonkeyPatch, names: list[str | None], at: int | None
) -> None:
    asked = ancestors(monkeypatch, names)
    found = launcher.engine()
    if at is None:
        assert found is None
        assert Launcher().is_running()
    else:
        assert found is not None
        assert found.pid == asked[at]
        assert len(asked) == at + 1


def test_the_first_process_of_all_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    ancestors(monkeypatch, ["python", "pulumi"], parent=1)
    assert launcher.engine() is None


def test_its_program_is_found_where_that_can_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = process(os.getpid())
    assert mine is not None
    monkeypatch.setattr(launcher, "engine", lambda: mine)
    found = launcher.program_of_engine()
    assert found == str(Path(sys.executable).resolve())
    monkeypatch.setattr(launcher, "engine", lambda: mine._replace(pid=2**22 + 1))
    assert launcher.program_of_engine() is None
    assert launcher.folder_of_engine() is None
    monkeypatch.setattr(launcher, "engine", lambda: None)
    assert launcher.program_of_engine() is None
    assert launcher.folder_of_engine() is None


def test_its_folder_is_found_where_that_can_be_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = process(os.getpid())
    monkeypatch.setattr(launcher, "engine", lambda: mine)
    monkeypatch.chdir(tmp_path)
    assert launcher.folder_of_engine() == tmp_path


# Where there is no /proc.


class Elsewhere(PurePosixPath):
    """A path of a system on which nothing is there."""

    def exists(self) -> bool:
        return False


PS = """\
#!/bin/sh
test "$*" = "-o ppid=,lstart=,comm= -p 42" || exit 9
echo "  41 Mon Jan  5 03:04:05 2026     /usr/local/my bin/pulumi"
"""


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (PS, Process(42, 41, "pulumi", "Mon Jan 5 03:04:05 2026")),
        ("#!/bin/sh\nexit 1\n", None),
        ("#!/bin/sh\necho 41\n", None),
        ("#!/bin/sh\necho 41 Mon Jan  5 03:04:05 2026\n", None),
        (None, None),
    ],
)
def test_elsewhere_a_process_is_looked_up_with_ps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, found: Process | None
) -> None:
    if script is not None:
        (tmp_path / "ps").write_text(script)
        (tmp_path / "ps").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(launcher, "Path", Elsewhere)
    assert process(42) == found


def test_where_there_is_neither_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "Path", Elsewhere)
    monkeypatch.setattr(launcher, "os", SimpleNamespace(name="nt", getpid=os.getpid))
    assert process(os.getpid()) is None
    assert Launcher().is_running()

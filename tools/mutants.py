# SPDX-License-Identifier: Apache-2.0
"""Put small faults into the code that decides about money, and see whether tests notice each.

`python3 -m tools.mutants [WORD ...]`: the modules whose names have one of the words in them.

A fault that makes no difference is listed in `equivalents.toml`, with the reason. What survives and is
not listed is an error, and so is what is listed and does not survive.

Every fault is tried in a process of its own, which has loaded pytest and the libraries already, and
loads the package and the tests anew.
"""

import gc
import importlib
import importlib.machinery
import json
import os
import resource
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

# Before pytest is loaded.
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import hypothesis
import pytest

from tools.console import Stop, main, say
from tools.mutations import Fault, Module
from tools.places import ROOT

EQUIVALENTS = ROOT / "tools" / "equivalents.toml"
PURCHASING = "vocode_pulumi/purchasing"
TESTS = "tests/purchasing"
MEMORY = 4 * 2**30
"""Bytes that a fault may use, since some never end."""


class Target(NamedTuple):
    """What is tried.

    Args:
        file: the module.
        tests: that have to notice, in this order.
        only: functions and classes that matter; empty for all.
    """

    file: str
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()


TARGETS = (
    Target(f"{PURCHASING}/over.py", (f"{TESTS}/test_over.py",)),
    Target(f"{PURCHASING}/owner.py", (f"{TESTS}/test_owner.py",)),
    Target(f"{PURCHASING}/fingerprints.py", (f"{TESTS}/test_fingerprints.py",)),
    Target("vocode_pulumi/digits.py", ("tests/unit/test_digits.py",)),
    Target(f"{PURCHASING}/place.py", ("tests/unit/test_place.py",)),
    Target(f"{PURCHASING}/attribution.py", (f"{TESTS}/test_attribution.py",)),
)


class Survivor(NamedTuple):
    """A fault that no test notices, as it is listed: whatever line it is in."""

    file: str
    where: str
    was: str
    becomes: str


@dataclass
class Result:
    """What became of the faults of one target."""

    killed: int
    survived: list[Fault]
    module: Module

    def listed_as(self, fault: Fault) -> Survivor:
        """How a fault is listed."""
        return Survivor(fault.file, fault.where, *self.module.difference(fault))


def task() -> int:
    """Try every fault of the modules that are named."""
    words = sys.argv[1:]
    targets = [one for one in TARGETS if not words or any(word in one.file for word in words)]
    if not targets:
        raise Stop(f"no module has {' or '.join(words)} in its name")
    begun = time.monotonic()
    equivalent = _equivalent([one.file for one in targets])
    _use_kept_code()
    killed, problems = 0, 0
    for target in targets:
        result = _tried(target)
        killed += result.killed
        for fault in result.survived:
            listed = result.listed_as(fault)
            if equivalent[listed] > 0:
                equivalent[listed] -= 1
                continue
            problems += 1
            _show(f"{fault.file}:{fault.line}: no test notices this in {fault.where}:", listed)
        say(
            f"    {len(result.module.faults)} faults in {target.file}, {result.killed} of them "
            "noticed"
        )
    for stale in (+equivalent).elements():
        problems += 1
        _show(f"{stale.file}: listed in {EQUIVALENTS.name}, and a test notices it:", stale)
    say(f"{killed} faults noticed, {problems} problems, {time.monotonic() - begun:.0f} s")
    return 1 if problems else 0


def _show(head: str, listed: Survivor) -> None:
    print(head)
    for sign, lines in (("-", listed.was), ("+", listed.becomes)):
        for line in lines.splitlines():
            print(f"    {sign} {line}")
    sys.stdout.flush()


def _equivalent(files: list[str]) -> "Counter[Survivor]":
    listed = tomllib.loads(EQUIVALENTS.read_text())["equivalent"]
    return Counter(
        Survivor(one["file"], one["where"], one["was"], one["becomes"])
        for one in listed
        if one["file"] in files and one["why"]
    )


# One target.


def _tried(target: Target) -> Result:
    module = Module.of(ROOT, target.file, target.only)
    seconds = _checked(target)
    limit = 5 + 5 * seconds
    running: dict[int, Fault] = {}
    survived: list[Fault] = []

    def end_one() -> None:
        pid, status = os.wait()
        fault = running.pop(pid)
        # Whatever else there is, a signal and a time-out too, is a fault that was noticed.
        if os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK:
            survived.append(fault)

    for fault in module.faults:
        while len(running) >= (os.cpu_count() or 1):
            end_one()
        running[_begun(target, limit, module, fault)] = fault
    while running:
        end_one()
    survived.sort(key=lambda fault: fault.line)
    return Result(len(module.faults) - len(survived), survived, module)


def _checked(target: Target) -> float:
    """See to it that the tests pass without a fault, and load what they need; gives the seconds."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        with (ROOT / os.devnull).open("w") as null, redirect_stdout(null):
            status = _run_tests(target)
        loaded = {
            name: str(getattr(module, "__file__", "")) for name, module in sys.modules.items()
        }
        with os.fdopen(writing, "w") as end:
            json.dump(loaded, end)
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as end:
        loaded = json.load(end)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise Stop(f"the tests of {target.file} fail without any fault: {' '.join(target.tests)}")
    for name, file in loaded.items():
        path = Path(file)
        if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
            _keep_code(path)
        elif not name.startswith("__"):
            with suppress(ImportError):
                importlib.import_module(name)
    # What is there is shared with every process that is begun from here.
    gc.collect()
    gc.freeze()
    begun = time.monotonic()
    os.waitpid(_begun(target, 600), 0)
    return time.monotonic() - begun


def _begun(
    target: Target, limit: float, module: Module | None = None, fault: Fault | None = None
) -> int:
    """Begin to run the tests in a process of its own, with a fault or without."""
    pid = os.fork()
    if pid:
        return pid
    # Nobody handles it: it ends the process.
    signal.setitimer(signal.ITIMER_REAL, limit)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    status = 1
    try:
        if module is not None and fault is not None:
            path = ROOT / module.file
            _CODE[str(path)] = module.compiled_with(fault, path)
        status = _run_tests(target)
    finally:
        os._exit(status)


def _run_tests(target: Target) -> int:
    return int(
        pytest.main(
            [
                "--exitfirst",
                "--quiet",
                "--noconftest",
                "--assert=plain",
                "--override-ini=addopts=--import-mode=importlib",
                f"--rootdir={ROOT}",
                *(f"-pno:{name}" for name in ("cacheprovider", "junitxml", "logging")),
                *(str(ROOT / test) for test in target.tests),
            ]
        )
    )


# Loading.

_CODE: dict[str, Any] = {}
"""Code of the package and of tests, by file: loaded anew for every fault, compiled once."""


def _use_kept_code() -> None:
    loader: Any = importlib.machinery.SourceFileLoader
    compiled: Callable[[Any, str], Any] = loader.get_code

    def get_code(self: Any, name: str) -> Any:
        kept = _CODE.get(self.get_filename(name))
        return compiled(self, name) if kept is None else kept

    loader.get_code = get_code
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")


def _keep_code(path: Path) -> None:
    _CODE[str(path)] = compile(path.read_text(), path, "exec")


if __name__ == "__main__":
    main(task)

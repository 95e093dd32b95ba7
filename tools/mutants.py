# SPDX-License-Identifier: Apache-2.0
"""Put small faults into the code that decides about money, and see whether tests notice each.

`python -m tools.mutants [WORD ...]`: the modules whose names have one of the words in them.

A fault that makes no difference is listed in `equivalents.toml`, with the reason. What survives and is
not listed is an error, and so is what is listed and does not survive.

Every fault is tried in a process of its own. It is forked from one that has run the tests already, and
loads the package and the tests anew, since all else is there.
"""

import gc
import importlib.util
import io
import math
import os
import resource
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import hypothesis
import pytest

from tools.console import Stop, main, say
from tools.mutations import Fault, Module

EQUIVALENTS = Path("tools/equivalents.toml")
MEMORY = 4 * 2**30
"""Bytes that tests may take, since some faults never end."""


class Target(NamedTuple):
    """What is tried.

    Args:
        file: the module.
        tests: the file whose tests have to notice.
        only: functions and classes that matter; empty for all.
    """

    file: str
    tests: str
    only: tuple[str, ...] = ()


def _of_purchasing(name: str, tests: str = "", only: tuple[str, ...] = ()) -> Target:
    return Target(
        f"vocode_pulumi/purchasing/{name}.py", f"tests/purchasing/test_{tests or name}.py", only
    )


TARGETS = (
    _of_purchasing("deadlines"),
    _of_purchasing("owner"),
    _of_purchasing("fingerprints"),
    _of_purchasing("attribution"),
    _of_purchasing(
        "objects",
        "outcomes",
        only=(
            "AttemptKey",
            "Account",
            "Attempt",
            "History",
            "number_key",
            "outcome",
            "is_open",
            "_names",
        ),
    ),
    _of_purchasing(
        "housekeeping",
        "housekeeping_rules",
        only=("keys_to_delete", "_may_delete", "_is_newest", "_gone", "_is_only_of"),
    ),
    Target("vocode_pulumi/digits.py", "tests/unit/test_digits.py"),
    Target("vocode_pulumi/purchasing/place.py", "tests/unit/test_place.py"),
    Target("vocode_pulumi/review/gates.py", "tests/unit/test_review.py"),
    Target("vocode_pulumi/review/digest.py", "tests/unit/test_review.py"),
    Target("vocode_pulumi/review/approval.py", "tests/unit/test_review.py"),
    Target(
        "vocode_pulumi/review/changes.py",
        "tests/unit/test_review.py",
        only=("Change", "_Context", "_takers", "_changes", "_of_number", "_change", "number_of"),
    ),
)


class Listed(NamedTuple):
    """A fault as it is listed: whatever line it is in."""

    file: str
    where: str
    was: str
    becomes: str

    def __str__(self) -> str:
        was = [f"    - {line}" for line in self.was.splitlines()]
        return "\n".join([*was, *(f"    + {line}" for line in self.becomes.splitlines())])


def task() -> int:
    """Try every fault of the modules that are named."""
    words = sys.argv[1:] or [""]
    targets = [one for one in TARGETS if any(word in one.file for word in words)]
    if not targets:
        raise Stop(f"no module has {' or '.join(words)} in its name")
    equivalents = [
        one for one in _listed_in(EQUIVALENTS) if any(word in one.file for word in words)
    ]
    begun = time.monotonic()
    found = [*problems(targets, equivalents)]
    for problem in found:
        print(problem)
    say(f"{len(found)} problems, {time.monotonic() - begun:.0f} s")
    return 1 if found else 0


def _listed_in(file: Path) -> list[Listed]:
    entries = tomllib.loads(file.read_text())["equivalent"]
    return [Listed(*(one[name] for name in Listed._fields)) for one in entries if one["why"]]


def problems(targets: Sequence[Target], equivalents: Sequence[Listed]) -> Iterator[str]:
    """Try every fault, and say what survives and is not listed, and what is listed and does not survive.

    Args:
        targets: what is tried.
        equivalents: faults that make no difference.
    """
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=[*hypothesis.HealthCheck],
    )
    hypothesis.settings.load_profile("mutants")
    unseen = Counter(equivalents)
    with TemporaryDirectory() as folder:
        os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_DEBUG_TEMPROOT": folder}
        limit = _rehearse(targets)
        for target in targets:
            module = Module.of(Path(target.file), target.only)
            survived = [*_survivors(module, target, limit)]
            say(f"    {len(module.faults)} faults in {target.file}, {len(survived)} not noticed")
            for fault in sorted(survived, key=lambda one: one.line):
                listed = Listed(target.file, fault.where, *module.difference(fault))
                if unseen[listed]:
                    unseen[listed] -= 1
                else:
                    yield f"{target.file}:{fault.line}: no test notices, in {fault.where}:\n{listed}"
    for stale in unseen.elements():
        yield f"{stale.file}: listed as an equivalent, but no fault that survives:\n{stale}"


def _rehearse(targets: Sequence[Target]) -> int:
    """Run all tests without a fault, and forget what may be different with one.

    Returns:
        Seconds of the processor that they took: enough for those of any target.
    """
    here = Path.cwd()
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = _tested(*(target.tests for target in targets))
    if status:
        say(printed.getvalue())
        raise Stop("the tests fail without any fault: see the lines above")
    for name, module in [*sys.modules.items()]:
        file = Path(getattr(module, "__file__", None) or "/")
        if file.is_relative_to(here) and not file.is_relative_to(sys.prefix):
            del sys.modules[name]
    # What is there is shared with every process that is begun from here.
    gc.collect()
    gc.freeze()
    return 1 + math.ceil(time.process_time())


def _survivors(module: Module, target: Target, limit: int) -> Iterator[Fault]:
    waiting = [*reversed(module.faults)]
    running: dict[int, Fault] = {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            fault = waiting.pop()
            running[_begun(module, fault, target, limit)] = fault
        pid, status = os.wait()
        fault = running.pop(pid)
        # Whatever else there is, a limit that was reached too, is a fault that was noticed.
        if os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK:
            yield fault


def _begun(module: Module, fault: Fault, target: Target, limit: int) -> int:
    """Begin to run the tests with a fault, in a process of its own."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        _load(target.file, module.compiled_with(fault))
        status = _tested(target.tests)
    finally:
        os._exit(status)


def _load(file: str, code: Any) -> None:
    """Load a module with other code than its file has."""
    name = file.removesuffix(".py").replace("/", ".")
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise Stop(f"{file} cannot be found")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(code, module.__dict__)  # noqa: S102 (it is our own)


def _tested(*tests: str) -> int:
    without = [f"-pno:{name}" for name in ("cacheprovider", "faulthandler", "junitxml", "logging")]
    options = ["--exitfirst", "--quiet", "--noconftest", "--assert=plain", "--capture=no"]
    ours = "--override-ini=addopts=--import-mode=importlib"
    return int(pytest.main([*options, *without, ours, f"--rootdir={Path.cwd()}", *tests]))


if __name__ == "__main__":
    main(task)

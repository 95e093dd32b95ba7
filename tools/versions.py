# SPDX-License-Identifier: Apache-2.0
"""Tests on each Python of this machine, with the newest and with the lowest packages.

`python3 -m tools.versions [--if-changed] [tests …]`: one environment after the other, in
`.local/versions`. The lowest packages are those that pyproject.toml allows, found by uv. If all pass,
`requirements/tried.json` says so, and `--if-changed` runs nothing until what it depends on changes.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tools import engine, tried
from tools.console import Stop, main, run, say, step
from tools.places import LOCAL, OFFLINE, ROOT, VENV, path, without_accounts

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
FOLDER = LOCAL / "versions"
TESTS = ("tests/unit", "tests/contract", "tests/plugin")
ON_THE_ENDS = ("tests/engine/test_buying.py", "tests/engine/test_updating.py")
"""Tests of the engine, for the lowest packages on the oldest Python and the pinned ones on the newest."""
WITH_EXTRAS = ("--no-header", "--no-annotate", *(f"--extra={name}" for name in tried.EXTRAS))
VERSIONS = """
import json, platform, sys
from importlib.metadata import version
print(json.dumps([platform.python_version(), {name: version(name) for name in sys.argv[1:]}]))
"""
SEE_ABOVE = "see the lines above"


class Case(NamedTuple):
    """A Python with packages.

    Args:
        python: its version, such as `3.11`.
        program: its path.
        packages: `lowest`, or `pinned` for those of requirements/constraints.txt.
    """

    python: str
    program: Path
    packages: str


def task() -> int:
    """Run each case; the last lines are a table."""
    words = sys.argv[1:]
    pyproject = (ROOT / "pyproject.toml").read_text()
    if "--if-changed" in words:
        words.remove("--if-changed")
        constraints = (ROOT / "requirements" / "constraints.txt").read_text()
        if tried.is_current(tried.read(), pyproject, constraints):
            say("    no version has changed since `make versions`: nothing to run")
            return 0
    cases = cases_of(dict(pythons()))
    results = [(case, *tested(case, words or paths_of(case, cases))) for case in cases]
    missing = sorted({*PYTHONS} - {case.python for case in cases})
    print("| Python | packages | pulumi | tests |\n| --- | --- | --- | --- |")
    for case, ran, _ in results:
        print(
            f"| {ran['python']} | {case.packages} | {ran['versions']['pulumi']} | {ran['tests']} |"
        )
    for version in missing:
        print(f"| {version} | | | not on this machine |")
    if not all(is_good for *_, is_good in results):
        return 1
    if not words:
        runs = [ran for _, ran, _ in results]
        now = tried.Tried(tried.declared(pyproject), pinned(), runs, missing)
        tried.FILE.write_text(now.text())
        say(f"    {tried.FILE.relative_to(ROOT)} has the result: run `make docs`, and commit both")
    return 0


def cases_of(found: dict[str, Path]) -> list[Case]:
    """The pinned packages on each Python, and the lowest on the oldest.

    Args:
        found: the Pythons of this machine, by version, the oldest first.
    """
    if not found:
        raise Stop(f"none of Python {', '.join(PYTHONS)} is on this machine")
    oldest = next(iter(found))
    return [
        Case(oldest, found[oldest], "lowest"),
        *(Case(version, program, "pinned") for version, program in found.items()),
    ]


def paths_of(case: Case, cases: Sequence[Case]) -> list[str]:
    """The tests of a case; the first and the last one have tests of the engine too."""
    return [*TESTS, *(ON_THE_ENDS if case in (cases[0], cases[-1]) else ())]


def pythons() -> Iterator[tuple[str, Path]]:
    """Each Python on PATH and of pyenv, the oldest first."""
    of_pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in PYTHONS:
        installed = sorted(of_pyenv.glob(f"{version}.*/bin/python{version}"))
        on_path = shutil.which(f"python{version}")
        for program in (*map(str, installed[::-1]), on_path):
            if program and _is(program, version):
                yield version, Path(program)
                break


def _is(program: str, version: str) -> bool:
    # What pyenv puts on PATH may start and have nothing behind it.
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.startswith(f"Python {version}.")


def pinned() -> dict[str, str]:
    """The packages that come with this one and have a version in constraints.txt.

    One that only Windows needs may have none.
    """
    constraints = ROOT / "requirements" / "constraints.txt"
    command: list[str | Path] = [VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", PYTHONS[0], *WITH_EXTRAS, "--constraint", constraints]
    found = tried.pins(run([*command, ROOT / "pyproject.toml"], SEE_ABOVE, cwd=ROOT))
    known = tried.pins(constraints.read_text())
    return {name: version for name, version in found.items() if name in known}


def tested(case: Case, tests: Sequence[str]) -> tuple[tried.Ran, bool]:
    """Make the environment of a case, and run tests in it.

    Returns:
        What was run, and whether all is well.
    """
    environment = FOLDER / f"{case.python}-{case.packages}"
    with step(f"Python {case.python}, {case.packages} packages", "about 60 s"):
        install(case, environment)
    python = environment / "bin" / "python"
    whole, versions = json.loads(run([python, "-c", VERSIONS, *tried.SHOWN], SEE_ABOVE))
    env = {**without_accounts(os.environ), **OFFLINE}
    env["PATH"] = path(engine.folder(), env.get("PATH", os.defpath))
    env["PATH"] = env["PATH"].replace(str(VENV / "bin"), str(environment / "bin"), 1)
    # A shell that runs this in the background has its processes ignore Ctrl-C, and tests press it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    done = subprocess.run(
        [
            python,
            "-m",
            "pytest",
            "-q",
            "-n",
            "auto",
            "--dist",
            "worksteal",
            "-p",
            "no:cacheprovider",
            *tests,
        ],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    log = environment / "tests.log"
    log.write_text(done.stdout)
    for line in done.stdout.splitlines():
        if line.startswith(("FAILED", "ERROR")):
            say(f"    {line[:200]}")
    said = re.sub(r"(, \d+ warnings?)? in [\d.]+s.*", "", (done.stdout.splitlines() or [""])[-1])
    say(f"    {said}, {time.monotonic() - started:.0f} s, {log.relative_to(ROOT)}")
    ran = tried.Ran(
        python=whole,
        packages=case.packages,
        versions=versions,
        tests=said,
        engine={*ON_THE_ENDS} <= {*tests},
    )
    return ran, done.returncode == 0


def install(case: Case, environment: Path) -> None:
    """Make an environment with what tests need."""
    uv = VENV / "bin" / "uv"
    python = environment / "bin" / "python"
    pip: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python]
    requirements = ROOT / "requirements"
    # Tests need pip too.
    venv: list[str | Path] = [uv, "venv", "--quiet", "--clear", "--seed"]
    run([*venv, "--python", case.program, environment], SEE_ABOVE)
    run([*pip, "-r", requirements / "build.txt"], SEE_ABOVE, cwd=ROOT)
    run([*pip, "--no-build-isolation", "-r", requirements / "dev.txt"], SEE_ABOVE, cwd=ROOT)
    if case.packages == "lowest":
        lowest = environment / "lowest.txt"
        compile_: list[str | Path] = [uv, "pip", "compile", "--quiet", "--python", python]
        compile_ += ["--resolution", "lowest-direct", *WITH_EXTRAS]
        run([*compile_, "-o", lowest, ROOT / "pyproject.toml"], SEE_ABOVE)
        run([*pip, "-r", lowest], SEE_ABOVE)


if __name__ == "__main__":
    main(task)

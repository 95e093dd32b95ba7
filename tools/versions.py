# SPDX-License-Identifier: Apache-2.0
"""Tests on each Python of this machine, with the newest and with the lowest packages.

`python3 -m tools.versions [--if-changed] [tests …]`: one environment after the other, in
`.local/versions`. The lowest packages are those that pyproject.toml allows, found by uv.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tools import engine
from tools.console import Stop, main, run, say, step
from tools.places import LOCAL, OFFLINE, ROOT, VENV, path, without_accounts

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
FOLDER = LOCAL / "versions"
CHANGES = ("pyproject.toml", "requirements.txt", "requirements/", "tools/versions.py")
"""What the versions depend on."""
TESTS = ("tests/unit", "tests/contract", "tests/plugin")
ON_THE_ENDS = ("tests/engine/test_buying.py", "tests/engine/test_updating.py")
"""Tests of the engine, for the lowest packages on the oldest Python and the pinned ones on the newest."""
EXTRAS = ("objects", "otel", "postgres", "pull", "sandbox")
"""The extras that tests need; their packages are the lowest too."""
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
    if "--if-changed" in words:
        words.remove("--if-changed")
        if not changed():
            say("    no change of dependencies: nothing to run")
            return 0
    cases = cases_of(dict(pythons()))
    results = [(case, *tested(case, words or paths_of(case, cases))) for case in cases]
    print("| Python | packages | pulumi | tests |\n| --- | --- | --- | --- |")
    for case, pulumi, said, _ in results:
        print(f"| {case.python} | {case.packages} | {pulumi} | {said} |")
    for missing in sorted({*PYTHONS} - {case.python for case in cases}):
        print(f"| {missing} | | | not on this machine |")
    return 0 if all(is_good for *_, is_good in results) else 1


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


def changed() -> bool:
    """Whether the last commit changed what the versions depend on. Without a history: yes."""
    command = ["git", "diff", "--quiet", "HEAD~1", "--", *CHANGES]
    return subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=False).returncode != 0


def tested(case: Case, tests: Sequence[str]) -> tuple[str, str, bool]:
    """Make the environment of a case, and run tests in it.

    Returns:
        The version of `pulumi`, what pytest says at its end, and whether all is well.
    """
    environment = FOLDER / f"{case.python}-{case.packages}"
    with step(f"Python {case.python}, {case.packages} packages", "about 60 s"):
        install(case, environment)
    python = environment / "bin" / "python"
    names = "from importlib.metadata import version; print(version('pulumi'))"
    pulumi = run([python, "-c", names], SEE_ABOVE).strip()
    env = {**without_accounts(os.environ), **OFFLINE}
    env["PATH"] = path(engine.folder(), env.get("PATH", os.defpath))
    env["PATH"] = env["PATH"].replace(str(VENV / "bin"), str(environment / "bin"), 1)
    started = time.monotonic()
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *tests],
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
    said = re.sub(r" in [\d.]+s.*", "", (done.stdout.splitlines() or [""])[-1])
    say(f"    {said}, {time.monotonic() - started:.0f} s, {log.relative_to(ROOT)}")
    return pulumi, said, done.returncode == 0


def install(case: Case, environment: Path) -> None:
    """Make an environment with what tests need."""
    uv = VENV / "bin" / "uv"
    python = environment / "bin" / "python"
    pip: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python]
    requirements = ROOT / "requirements"
    run([uv, "venv", "--quiet", "--clear", "--python", case.program, environment], SEE_ABOVE)
    run([*pip, "-r", requirements / "build.txt"], SEE_ABOVE, cwd=ROOT)
    run([*pip, "--no-build-isolation", "-r", requirements / "dev.txt"], SEE_ABOVE, cwd=ROOT)
    if case.packages == "lowest":
        lowest = environment / "lowest.txt"
        found = ["--resolution", "lowest-direct", "--no-header", "--no-annotate"]
        found += [f"--extra={name}" for name in EXTRAS]
        compile_: list[str | Path] = [uv, "pip", "compile", "--quiet", "--python", python, *found]
        run([*compile_, "-o", lowest, ROOT / "pyproject.toml"], SEE_ABOVE)
        run([*pip, "-r", lowest], SEE_ABOVE)


if __name__ == "__main__":
    main(task)

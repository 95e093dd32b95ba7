# SPDX-License-Identifier: Apache-2.0
"""The virtual environment and its pinned packages.

`python3 -m tools.packages [--dev] [--bench] [--site] [--release]`
"""

import os
import sys
from pathlib import Path

from tools.console import Stop, main, run, step
from tools.made_of import content
from tools.places import PYTHON, ROOT, VENV, alone

NO_VENV = (
    "could not make the virtual environment .venv: install what your system calls python3-venv, "
    "or name another Python: make PYTHON=/path/to/python3"
)
NO_PACKAGES = (
    "could not install the packages: see the lines above; once pip can reach its packages, "
    "run the same command again"
)


def prepare(
    *, dev: bool = False, bench: bool = False, site: bool = False, release: bool = False
) -> None:
    """Make the virtual environment and install packages, as far as that is not done.

    Args:
        dev: also what tests and checks need.
        bench: also what measuring needs.
        site: also what making the site needs.
        release: also what a release needs.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor} in {ROOT}"
    with alone():
        if not (_is(VENV / "made-by", python) and PYTHON.exists()):
            with step(f"Virtual environment .venv, Python {sys.version.split()[0]}", "about 5 s"):
                _make_venv(python)
        build = _content("requirements/build.txt", "requirements/constraints.txt")
        program = build + _content("requirements.txt", "pyproject.toml")
        _install("build.txt", "What builds the package", "about 5 s", build)
        _install("../requirements.txt", "The program's packages", "about 30 s", program)
        if dev:
            everything = program + _content("requirements/dev.txt", "requirements/site.txt")
            _install("dev.txt", "What tests and checks need", "about 30 s", everything)
        if bench:
            everything = program + _content("requirements/bench.txt")
            _install("bench.txt", "What measuring needs", "about 10 s", everything)
        if site:
            needed = build + _content("requirements/site.txt")
            _install("site.txt", "What making the site needs", "about 20 s", needed)
        if release:
            everything = build + _content("requirements/release.txt")
            _install("release.txt", "What a release needs", "about 10 s", everything)


def _make_venv(python: str) -> None:
    # Run by the old environment's own Python (its prompt is open), that one cannot be replaced.
    base = os.path.realpath(sys.executable)
    # One that was not made here is kept, and completed.
    clear = ["--clear"] if (VENV / "made-by").exists() else []
    run([base, "-m", "venv", *clear, VENV], NO_VENV)
    if not PYTHON.exists():
        raise Stop(NO_VENV)
    (VENV / "made-by").write_text(python)


def _install(name: str, what: str, takes: str, key: str) -> None:
    stamp = VENV / f"installed-{Path(name).stem}"
    if _is(stamp, key):
        return
    with step(f"{what}: requirements/{name}".replace("requirements/../", ""), takes):
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        command += ["--no-build-isolation", "-r", ROOT / "requirements" / name]
        run(command, NO_PACKAGES, cwd=ROOT)
    stamp.write_text(key)


def _content(*names: str) -> str:
    return content(*(ROOT / name for name in names))


def _is(stamp: Path, content: str) -> bool:
    try:
        return stamp.read_text() == content
    except OSError:
        return False


if __name__ == "__main__":
    asked = {name: f"--{name}" in sys.argv[1:] for name in ("dev", "bench", "site", "release")}
    main(lambda: prepare(**asked))

# SPDX-License-Identifier: Apache-2.0
"""What the tests of uv and Poetry projects need: `python3 -m tools.toolchains`.

Poetry is in an environment of its own. The wheels are what this package and its build need, for an
index on this machine. The engine that is built here knows no toolchain, because Pulumi's language host is in
no Go module since 3.78: `tools/language_host` is one over Pulumi's own package `toolchain`, for these tests
alone. Without any of the three only those tests fail.
"""

import os
import shutil
import sys
import tomllib
from pathlib import Path

from tools import engine
from tools.console import main, run
from tools.made_of import content, make_if_possible
from tools.places import PYTHON, ROOT, TOOLCHAINS, VENV, alone

POETRY = TOOLCHAINS / "poetry" / "bin" / "poetry"
WHEELS = TOOLCHAINS / "wheels"
HOST = TOOLCHAINS / "host"
"""The folder of a language host that knows toolchains; empty if the engine has one."""
SOURCE = ROOT / "tools" / "language_host"
FILES = (
    "pyproject.toml",
    "requirements/constraints.txt",
    "requirements/poetry.txt",
    *(f"tools/language_host/{name}" for name in ("go.mod", "go.sum", "main.go")),
)
REMEDY = (
    "the tests of uv and Poetry projects will fail: see the lines above; once pip and Go can reach their "
    "packages, run `make toolchains`"
)


def obtain() -> None:
    """Make what is needed, as far as that is not done; say so if it cannot be done."""
    python = f"{sys.version_info.major}.{sys.version_info.minor} in {ROOT} "
    wanted = python + content(*(ROOT / name for name in FILES))
    what = "Poetry and wheels, for the tests of uv and Poetry projects"
    with alone():
        make_if_possible(TOOLCHAINS, wanted, what, "about 90 s", _make)


def _make() -> None:
    _install_poetry()
    _download()
    _build_host()


def _install_poetry() -> None:
    uv = VENV / "bin" / "uv"
    environment = TOOLCHAINS / "poetry"
    run([uv, "venv", "--quiet", "--python", PYTHON, environment], REMEDY)
    listed = ROOT / "requirements" / "poetry.txt"
    install: list[str | Path] = [uv, "pip", "install", "--quiet", "--compile-bytecode"]
    run([*install, "--python", environment, "-r", listed], REMEDY)


def _download() -> None:
    command: list[str | Path] = [PYTHON, "-m", "pip", "download", "--quiet", "--dest", WHEELS]
    command += ["--disable-pip-version-check", "--only-binary", ":all:"]
    command += ["--constraint", ROOT / "requirements" / "constraints.txt"]
    run([*command, *needed((ROOT / "pyproject.toml").read_text())], REMEDY)


def _build_host() -> None:
    HOST.mkdir()
    with_engine = engine.folder()
    # The hosts of a release know toolchains.
    if engine.is_release(with_engine):
        return
    env = {**os.environ, "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    program = HOST / "pulumi-language-python"
    build: list[str | Path] = ["go", "build", "-buildvcs=false", "-ldflags", "-s -w", "-o", program]
    run([*build, "."], REMEDY, env=env, cwd=SOURCE)
    executor = f"{program.name}-exec"
    shutil.copy(with_engine / executor, HOST / executor)


def needed(pyproject: str) -> list[str]:
    """What this package needs in a project with a sandbox, and what builds it.

    Args:
        pyproject: the text of pyproject.toml.
    """
    said = tomllib.loads(pyproject)
    project = said["project"]
    sandbox = project["optional-dependencies"]["sandbox"]
    return [*said["build-system"]["requires"], *project["dependencies"], *sandbox]


if __name__ == "__main__":
    main(obtain)

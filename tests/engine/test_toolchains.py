# SPDX-License-Identifier: Apache-2.0
"""Projects of uv and Poetry, as the page about installation shows them.

They get packages from an index on this machine. The only Python on their PATH has no package.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.harness import Stack, active, environment
from tests.support import package_index
from tools.places import VENV
from tools.toolchains import HOST, POETRY, WHEELS
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
SOURCE = """
[[tool.poetry.source]]
name = "here"
url = "{index}"
priority = "primary"
"""
NOTES = "import os, sys; open(os.environ['TEST_NOTES'], 'a').write(' '.join(sys.orig_argv) + '\\n')"
"""A line of a `.pth` file: each Python of the environment writes down what it runs."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "index"
    folder.mkdir()
    with package_index.serving(WHEELS, folder) as address:
        yield address


def project(name: str, tmp_path: Path, engine_home: Path, sandbox: Sandbox) -> Stack:
    """A folder with the files of a section, beside the clone; commands find little besides."""
    page = (ROOT / "docs" / "use" / "installation.md").read_text()
    (section,) = re.findall(rf"\n### With {name}\n(.*?)\n##", page, re.DOTALL | re.IGNORECASE)
    (tmp_path / "pulumi-vocode").symlink_to(ROOT)
    made = Stack(tmp_path / "calls", environment(engine_home, tmp_path / "states", sandbox))
    for folder in (made.folder, made.backend, tmp_path / "bin"):
        folder.mkdir()
    files = [*re.findall(r"<!-- (\S+) -->", section), "examples/project/__main__.py"]
    assert sorted(file.rsplit("/")[-1] for file in files) == [
        "Pulumi.yaml",
        "__main__.py",
        "pyproject.toml",
    ]
    for file in files:
        shutil.copyfile(ROOT / file, made.folder / Path(file).name)
    pulumi = Path(shutil.which("pulumi") or "").parent
    programs = {
        "python3": Path(sys.base_prefix) / "bin" / "python3",
        "uv": VENV / "bin" / "uv",
        "poetry": POETRY,
    }
    for called, program in programs.items():
        (tmp_path / "bin" / called).symlink_to(program)
    made.env = {
        key: value
        for key, value in made.env.items()
        if not key.startswith(("TEST_", "PY", "PIP_", "UV_", "POETRY_", "XDG_"))
    } | {
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path / 'bin'}:{HOST}:{pulumi}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TEST_NOTES": str(tmp_path / "notes"),
    }
    return made


def uses(made: Stack, packages: Path) -> None:
    """Buy a number with the packages in a folder, and let it go."""
    (packages / "of_the_test.pth").write_text(NOTES)
    made.pulumi("stack", "init", "dev")
    printed = made.pulumi("up", "--yes", "--stack", "dev")
    assert "Previewing update" in printed
    assert "Updating" in printed
    (number,) = made.ids()
    assert number == made.outputs()["number"]
    made.destroy()
    assert made.ids() == []
    ran = Path(made.env["TEST_NOTES"]).read_text()
    assert "pulumi-language-python-exec" in ran, "the program"
    assert "-m pulumi.dynamic" in ran, "the plugin"


def test_a_project_of_uv_buys_and_releases(
    tmp_path: Path, engine_home: Path, sandbox: Sandbox, index: str
) -> None:
    made = project("uv", tmp_path, engine_home, sandbox)
    made.env |= {
        "UV_DEFAULT_INDEX": index,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    made.pulumi("install")
    (packages,) = (made.folder / ".venv" / "lib").glob("python*/site-packages")
    uses(made, packages)
    assert active(sandbox) == []
    files = {"Pulumi.dev.yaml", "Pulumi.yaml", "__main__.py", "pyproject.toml", "uv.lock", ".venv"}
    assert {path.name for path in made.folder.iterdir()} == files


def test_a_project_of_poetry_buys_and_releases(
    tmp_path: Path, engine_home: Path, sandbox: Sandbox, index: str
) -> None:
    made = project("poetry", tmp_path, engine_home, sandbox)
    with (made.folder / "pyproject.toml").open("a") as file:
        file.write(SOURCE.format(index=index))
    made.env["POETRY_CACHE_DIR"] = str(tmp_path / "cache")
    made.pulumi("install")
    environments = (tmp_path / "cache" / "virtualenvs").glob("*/lib/python*/site-packages")
    (packages,) = environments
    uses(made, packages)
    assert active(sandbox) == []
    files = {"Pulumi.dev.yaml", "Pulumi.yaml", "__main__.py", "pyproject.toml", "poetry.lock"}
    assert {path.name for path in made.folder.iterdir()} == files

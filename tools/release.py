# SPDX-License-Identifier: Apache-2.0
"""What a release consists of, checked: `python3 -m tools.release`. Nothing is published.

The wheel and the source are made in `dist/`. The wheel is installed into an empty environment, and the
program of the README is previewed and applied from there, in a sandbox.
"""

import os
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from tools import engine
from tools.changelog import FOLDER, fragments, require_fragments
from tools.console import Stop, main, run, say, step
from tools.places import OFFLINE, PYTHON, ROOT, without_accounts

DIST = ROOT / "dist"
PROGRAM = ROOT / "examples" / "ten_lines.py"
PROJECT = "name: ten-lines\nruntime:\n  name: python\n  options:\n    virtualenv: ../venv\n"
SEE_ABOVE = "see the lines above"


def task() -> None:
    """Build, check, install, run; then say what was made."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    require_tag(version, os.environ.get("RELEASE_TAG", ""))
    require_notes(version, (ROOT / "CHANGELOG.md").read_text())
    require_fragments(ROOT)
    require_assembled(version, fragments(ROOT))
    files = build()
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        with step("The wheel in an empty environment", "about 60 s"):
            python = install(files[-1], Path(folder))
        with step("The program of the README, with the installed wheel", "about 30 s"):
            apply(python, Path(folder))
    for file in files:
        say(f"    {file.relative_to(ROOT)} is ready")


def require_tag(version: str, tag: str) -> None:
    """Check that a tag names the version.

    Args:
        version: the version of the package.
        tag: the tag that is released; empty if there is none.

    Raises:
        Stop: it names another one.
    """
    if tag not in ("", f"v{version}"):
        raise Stop(f"the tag {tag} is not v{version}, the version in pyproject.toml")


def require_notes(version: str, changelog: str) -> None:
    """Check that the changelog has the version.

    Args:
        version: the version of the package.
        changelog: the text of the changelog.

    Raises:
        Stop: a release has no section, or a development version has no unreleased one.
    """
    title = "Unreleased" if ".dev" in version else version
    if not re.search(rf"^## \[{re.escape(title)}\]", changelog, re.MULTILINE):
        raise Stop(f"CHANGELOG.md has no section [{title}]: write what changed in {version}")


def require_assembled(version: str, left: list[Path]) -> None:
    """Check that the changelog has every fragment.

    Args:
        version: the version of the package.
        left: the fragments that it does not have.

    Raises:
        Stop: a release has some.
    """
    if left and ".dev" not in version:
        raise Stop(
            f"CHANGELOG.md does not have {', '.join(one.name for one in left)} of {FOLDER}: run "
            "`.venv/bin/python -m tools.changelog`"
        )


def build() -> list[Path]:
    """Make the source and the wheel, and check their metadata.

    Returns:
        The source, then the wheel.
    """
    shutil.rmtree(DIST, ignore_errors=True)
    with step("Source and wheel", "about 10 s"):
        run([PYTHON, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel"], SEE_ABOVE, cwd=ROOT)
    files = [*DIST.glob("*.tar.gz"), *DIST.glob("*.whl")]
    with step("Their metadata", "about 5 s"):
        run([PYTHON, "-m", "twine", "check", "--strict", *files], SEE_ABOVE)
    return files


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel and what it needs, the newest of each, into a new environment.

    Args:
        wheel: the file.
        folder: where `venv` is made.

    Returns:
        The Python of the environment.
    """
    python = folder / "venv" / "bin" / "python"
    run([sys.executable, "-m", "venv", python.parent.parent], SEE_ABOVE)
    pip: list[str | Path] = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run([*pip, f"{wheel}[sandbox]"], SEE_ABOVE)
    return python


def apply(python: Path, folder: Path) -> None:
    """Run the program in a sandbox: a preview, a run, a preview without changes, a destroy.

    Args:
        python: the Python of the environment that has the package.
        folder: where the project and its state are made.
    """
    project, state = folder / "project", folder / "state"
    for one in (project, state):
        one.mkdir()
    (project / "Pulumi.yaml").write_text(PROJECT)
    shutil.copyfile(PROGRAM, project / "__main__.py")
    environ = without_accounts(os.environ)
    tools = [str(python.parent), str(engine.folder()), environ.get("PATH", os.defpath)]
    env = {
        **environ,
        **OFFLINE,
        "PATH": os.pathsep.join(tools),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "of this run",
    }
    commands = (
        "pulumi stack init release",
        "pulumi preview --non-interactive",
        "pulumi up --yes --non-interactive --skip-preview",
        "pulumi preview --non-interactive --expect-no-changes",
        "pulumi destroy --yes --non-interactive --skip-preview",
    )
    sandbox: list[str | Path] = [python, "-m", "vocode_pulumi", "sandbox", "run", "--"]
    run([*sandbox, "sh", "-c", " && ".join(commands)], SEE_ABOVE, env=env, cwd=project)


if __name__ == "__main__":
    main(task)

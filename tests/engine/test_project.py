# SPDX-License-Identifier: Apache-2.0
"""The folder of a new project, as the page about installation shows it."""

import re
import shutil
import site
import sys
import venv
from pathlib import Path

from tests.engine.harness import Stack, active
from tests.support.serving import InThread

ROOT = Path(__file__).parents[2]
FILES = ("Pulumi.dev.yaml", "Pulumi.yaml", "__main__.py", "requirements.txt")


def test_a_project_of_these_files_buys_with_a_python_of_its_own(
    stack: Stack, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "use" / "installation.md").read_text()
    section = page.split("\n## A project of your own\n")[1]
    assert tuple(sorted(re.findall(r"<!-- examples/project/(\S+) -->", section))) == FILES
    (tree,) = re.findall(r"```text\n(pulumi-vocode/.*?)```", section, re.DOTALL)
    assert sorted(re.findall(r"^    (\S+)", tree, re.MULTILINE)) == sorted([*FILES, ".venv/"])
    # The clone is beside the project.
    (tmp_path / "pulumi-vocode").symlink_to(ROOT)
    project = Stack(tmp_path / "calls", stack.env, stack.printed)
    project.folder.mkdir()
    for name in FILES:
        shutil.copyfile(ROOT / "examples" / "project" / name, project.folder / name)
    with InThread(tmp_path / "other-account", api_key="key-of-the-example") as account:
        project.env = {
            name: value
            for name, value in stack.cold().items()
            # The package comes from `.venv`, and the key from the configuration of the stack.
            if not name.startswith("TEST_") and name not in ("PYTHONPATH", "VOCODE_API_KEY")
        } | {
            "PULUMI_CONFIG_PASSPHRASE": "example",
            "PULUMI_BACKEND_URL": f"file://{tmp_path / 'states'}",
            "VOCODE_BASE_URL": account.url,
        }
        project.backend.mkdir()
        make_venv(project)
        python = str(project.folder / ".venv" / "bin" / "python")
        where = project.run(python, "-c", "import vocode_pulumi; print(vocode_pulumi.__file__)")
        assert where.stdout.startswith(str(project.folder / ".venv"))
        project.pulumi("stack", "init", "dev")
        project.up()
        assert project.ids() == active(account) == [project.outputs()["number"]]
        assert project.nothing_to_do()
        assert sorted(path.name for path in project.folder.iterdir()) == sorted([*FILES, ".venv"])


def make_venv(project: Stack) -> None:
    """Make `.venv` and install what `requirements.txt` names; what that needs is this Python's."""
    folder = project.folder / ".venv"
    venv.create(folder, with_pip=False)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    (packages / "of_tests.pth").write_text("\n".join(site.getsitepackages()))
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "-r", "requirements.txt"]
    done = project.run(*pip, "install", *options)
    assert done.returncode == 0, done.stdout

# SPDX-License-Identifier: Apache-2.0
"""What `make release` refuses, and the workflow that publishes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from tools.console import Stop
from tools.release import require_assembled, require_notes, require_tag

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"


@pytest.mark.parametrize(
    ("version", "changelog"),
    [("0.2.0", "# Changelog\n\n## [0.2.0]\n"), ("0.2.0.dev0", "## [Unreleased] (0.2)\n")],
)
def test_a_version_has_its_section(version: str, changelog: str) -> None:
    require_notes(version, changelog)
    with pytest.raises(Stop, match="has no section"):
        require_notes(version, changelog.replace("## [", "## [1"))


def test_a_release_leaves_no_fragment() -> None:
    require_assembled("0.2.0", [])
    require_assembled("0.2.0.dev0", [Path("new.added.md")])
    with pytest.raises(Stop, match=r"does not have new\.added\.md"):
        require_assembled("0.2.0", [Path("new.added.md")])


def test_a_tag_names_the_version() -> None:
    require_tag("0.2.0", "v0.2.0")
    require_tag("0.2.0", "")
    with pytest.raises(Stop, match=r"tag v0\.2\.1 is not v0\.2\.0"):
        require_tag("0.2.0", "v0.2.1")


def test_the_workflow_is_one_that_github_reads() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*command, "vendor.github-workflows", str(WORKFLOW)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_workflow_uses_each_action_by_the_commit_of_a_release() -> None:
    used = re.findall(r"uses: (.*)", WORKFLOW.read_text())
    assert len(used) == 5
    for one in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


def test_only_the_job_that_publishes_may_name_itself_to_pypi() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    jobs = workflow["jobs"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in jobs["build"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["environment"] == "pypi"
    assert "run" not in {key for one in jobs["publish"]["steps"] for key in one}

# SPDX-License-Identifier: Apache-2.0
"""The workflows of `examples/ci` are right as far as files can tell."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

CI = Path(__file__).parents[2] / "examples" / "ci"
WORKFLOWS = sorted((CI / "github").glob("*.yml"))
PIPELINE = CI / "gitlab" / ".gitlab-ci.yml"


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.gitlab-ci", [PIPELINE])],
    ids=["github", "gitlab"],
)
def test_the_files_fit_their_schemas(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _texts_of_shells(node: Any) -> Iterator[str]:
    """Every text that a shell runs."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("run", "script", "before_script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _texts_of_shells(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts_of_shells(item)


@pytest.mark.parametrize("file", [*WORKFLOWS, PIPELINE], ids=lambda file: file.name)
def test_no_expression_is_put_into_a_shell(file: Path) -> None:
    texts = [*_texts_of_shells(yaml.safe_load(file.read_text()))]
    assert texts
    for text in texts:
        assert "${{" not in text


@pytest.mark.parametrize("file", [*WORKFLOWS, PIPELINE], ids=lambda file: file.name)
def test_every_job_uses_the_shared_ledger(file: Path) -> None:
    assert "VOCODE_LEDGER: s3://" in file.read_text()


def test_what_writes_to_the_stack_runs_alone() -> None:
    for name in ("apply", "nightly"):
        text = yaml.safe_load((CI / "github" / f"{name}.yml").read_text())
        assert text["concurrency"] == {"group": "vocode-prod", "cancel-in-progress": False}
    pipeline = yaml.safe_load(PIPELINE.read_text())
    for name in ("apply", "apply-digest", "nightly"):
        assert pipeline[name]["resource_group"] == "vocode-prod"

# SPDX-License-Identifier: Apache-2.0
"""When `make versions` has to run again, and what it keeps."""

from pathlib import Path

import pytest

from tools import tried, versions

PYPROJECT = """
[project]
requires-python = ">=3.11"
dependencies = ["pulumi>=3.260,<4"]

[project.optional-dependencies]
objects = ["boto3>=1.34,<2"]
otel = []
postgres = []
pull = []
sandbox = ["fastapi>=0.115,<1"]
bench = ["psutil"]
"""
CONSTRAINTS = "# one of each\nFastAPI==0.165.0\npulumi==3.272.0\nmypy_extensions==1.2.0\n"
RAN = tried.Ran(
    python="3.11.7",
    packages="lowest",
    versions={"pulumi": "3.260.0"},
    tests="2 passed",
    engine=True,
)
TRIED = tried.Tried(
    tried.declared(PYPROJECT), {"fastapi": "0.165.0", "pulumi": "3.272.0"}, [RAN], ["3.14"]
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pulumi==3.272.0", "pulumi==3.273.0"),
        ("FastAPI==0.165.0\n", ""),
        ("pulumi>=3.260", "pulumi>=3.261"),
        ("boto3>=1.34", "boto3>=1.35"),
        ('">=3.11"', '">=3.12"'),
    ],
)
def test_another_version_of_a_package_or_of_python_is_not_tried_yet(
    before: str, after: str
) -> None:
    assert tried.is_current(TRIED, PYPROJECT, CONSTRAINTS)
    changed = [text.replace(before, after) for text in (PYPROJECT, CONSTRAINTS)]
    assert changed != [PYPROJECT, CONSTRAINTS]
    assert not tried.is_current(TRIED, *changed)


@pytest.mark.parametrize(
    ("before", "after"), [("1.2.0", "1.3.0"), ("mypy", "poetry==2.5\nmypy"), ("psutil", "vocode")]
)
def test_a_package_that_only_tests_or_measurements_need_changes_nothing(
    before: str, after: str
) -> None:
    changed = [text.replace(before, after) for text in (PYPROJECT, CONSTRAINTS)]
    assert changed != [PYPROJECT, CONSTRAINTS]
    assert tried.is_current(TRIED, *changed)


def test_without_a_record_nothing_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tried, "FILE", tmp_path / "tried.json")
    assert tried.read().ran == []
    assert not tried.is_current(tried.read(), PYPROJECT, CONSTRAINTS)
    tried.FILE.write_text(TRIED.text())
    assert tried.read() == TRIED


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[versions.Case]:
    """One Python, whose tests pass; the cases that were run."""
    ran: list[versions.Case] = []

    def tested(case: versions.Case, tests: list[str]) -> tuple[tried.Ran, bool]:
        ran.append(case)
        return RAN, True

    (tmp_path / "requirements").mkdir()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "requirements" / "constraints.txt").write_text(CONSTRAINTS)
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(tried, "FILE", tmp_path / "requirements" / "tried.json")
    monkeypatch.setattr(versions, "pythons", lambda: [("3.11", Path("python3.11"))])
    monkeypatch.setattr(versions, "pinned", lambda: TRIED.pinned)
    monkeypatch.setattr(versions, "tested", tested)
    return ran


def test_a_package_without_a_version_in_the_constraints_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "constraints.txt").write_text(CONSTRAINTS)
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(
        versions,
        "run",
        lambda *_, **__: "fastapi==0.165.0\npulumi==3.272.0\ntzdata==2026.6 ; win32\n",
    )
    assert versions.pinned() == TRIED.pinned


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["versions", *words])
    return versions.task()


def test_what_passed_is_not_run_again_until_something_changes(
    made_up: list[versions.Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, "--if-changed") == 0
    assert len(made_up) == 2
    kept = tried.read()
    assert (kept.ran, kept.missing) == ([RAN, RAN], ["3.12", "3.13", "3.14"])
    assert run(monkeypatch, "--if-changed") == 0
    assert len(made_up) == 2
    file = tmp_path / "requirements" / "constraints.txt"
    file.write_text(CONSTRAINTS.replace("3.272", "3.273"))
    assert run(monkeypatch, "--if-changed") == 0
    assert len(made_up) == 4


def test_what_failed_and_what_was_run_in_part_is_not_kept(
    made_up: list[versions.Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, "tests/unit") == 0
    assert tried.read().ran == []
    monkeypatch.setattr(versions, "tested", lambda case, tests: (RAN, False))
    assert run(monkeypatch) == 1
    assert tried.read().ran == []

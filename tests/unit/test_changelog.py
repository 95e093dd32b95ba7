# SPDX-License-Identifier: Apache-2.0
"""The fragments of the changelog, and the section that a release makes of them."""

import re
import shutil
from pathlib import Path

import pytest

from tools.changelog import FOLDER, assemble, fragments, require_fragments
from tools.console import Stop

ROOT = Path(__file__).parents[2]
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
"""Those of https://keepachangelog.com/en/1.1.0/, in its order."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the changelog is made of, elsewhere."""
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / FOLDER, tmp_path / FOLDER)
    return tmp_path


def test_each_fragment_is_a_list_of_a_known_kind() -> None:
    require_fragments(ROOT)
    for one in fragments(ROOT):
        for target in re.findall(r"\]\(([^)#:]+)", one.read_text()):
            assert (ROOT / target).exists(), f"{one.name}: {target}"


@pytest.mark.parametrize(
    ("name", "text", "refused"),
    [
        ("new.md", "- New.\n", "named NAME.KIND.md, of added, changed"),
        ("new.news.md", "- New.\n", "named NAME.KIND.md"),
        ("new.fixed.txt", "- New.\n", "named NAME.KIND.md"),
        ("new.fixed.md", "New.\n", "a list of entries"),
        ("new.fixed.md", "- New.\n\n### Added\n", "a list of entries"),
        ("new.fixed.md", "", "a list of entries"),
    ],
)
def test_another_file_is_refused(copy: Path, name: str, text: str, refused: str) -> None:
    (copy / FOLDER / name).write_text(text)
    with pytest.raises(Stop, match=refused):
        require_fragments(copy)


def test_a_release_has_a_section_with_every_entry(copy: Path) -> None:
    (copy / FOLDER / "test.security.md").write_text("- One.\n- Two:\n  more.\n")
    (copy / FOLDER / "test.added.md").write_text("- Three.\n")
    before = (copy / "CHANGELOG.md").read_text()
    texts = [one.read_text() for one in fragments(copy)]
    assemble(copy, "9.9.9")
    after = (copy / "CHANGELOG.md").read_text()
    _, unreleased, section, *older = re.split(r"^(?=## )", after, flags=re.MULTILINE)
    assert re.match(r"## \[9\.9\.9\] - \d{4}-\d\d-\d\d\n\n### ", section)
    kinds = re.findall(r"^### (.*)$", section, re.MULTILINE)
    assert kinds == [kind for kind in KINDS if kind in kinds]
    assert "Security" in kinds
    assert all(text in section for text in texts)
    lines = {line for line in before.splitlines() if line.startswith(("- ", "  "))}
    assert lines <= {*after.splitlines()}
    assert "\n- " not in unreleased
    assert "".join(older) == before[before.index("## [0.1.0]") :]
    assert fragments(copy) == []

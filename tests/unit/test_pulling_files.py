# SPDX-License-Identifier: Apache-2.0
"""How `vocode-pulumi pull` takes texts over into files."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support.pulled import changed, declared_by
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.pull.comparing import Changed, Declared, Row
from vocode_pulumi.pull.files import NotWritten, files_of, require_clean, write_all
from vocode_pulumi.pull.resolving import Outcome, take_over
from vocode_pulumi.pull.taking import Edit, Planner
from vocode_pulumi.pull.texts import Refused, file_with, held, with_text


@pytest.mark.parametrize(
    ("content", "old", "new", "then"),
    [
        (b"a\nb\n", "a\nb\n", "c\n", b"c\n"),
        (b"a\r\nb\r\n", "a\r\nb\r\n", "c\r\nd", b"c\r\nd"),
        (b"a\r\nb\r\n", "a\nb\n", "c\nd\n", b"c\r\nd\r\n"),
        (b"a\rb", "a\nb", "c\nd", b"c\rd"),
        (b"\n  a\nb \n", "a\nb", "c", b"\n  c \n"),
        (b"\r\na\r\nb\r\n\r\n", "a\nb", "c\nd", b"\r\nc\r\nd\r\n\r\n"),
        (b" a\n", " a", " b", b" b\n"),
        ("\ufeffä".encode(), "\ufeffä", "\ufeffö", "\ufeffö".encode()),
        (b"a", "a", "", b""),
    ],
)
def test_a_file_keeps_its_line_ends_and_the_blank_space_around(
    content: bytes, old: str, new: str, then: bytes
) -> None:
    assert with_text(content, old, new) == then


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a b", "a"),
        (b"b", "a"),
        (b"a", "a\n"),
        (b"x\n a", "a"),
        (b"\xff", "\u00ff"),
        (b"a\nb", "a\r\nb"),
    ],
)
def test_a_file_that_has_another_text_does_not_hold_it(content: bytes, text: str) -> None:
    assert held(content, text) is None


@pytest.mark.parametrize(
    ("content", "new", "why"),
    [
        (b"a\n", "b\n", "takes blank space off"),
        (b" a", " b", "takes blank space off"),
        (b"a", "\ud83e", "half a letter"),
        (b"b", "c", "does not hold the text any more"),
    ],
)
def test_a_text_that_the_program_would_not_read_is_refused(
    content: bytes, new: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        with_text(content, "a", new)


def test_a_text_with_other_line_ends_is_refused_where_the_program_reads_them_as_one() -> None:
    with pytest.raises(Refused, match="every end of a line as one"):
        with_text(b"a\r\nb", "a\nb", "a\rb")


def test_a_text_is_taken_from_one_file_alone() -> None:
    files = {Path("a.md"): b"hello\n", Path("b.txt"): b"hello", Path("c.md"): b"other"}
    assert file_with(files, "hello\n") == Path("a.md")
    for text, why in (("hello", "a.md, b.txt"), ("nothing", "no file holds"), (" ", "no file")):
        with pytest.raises(Refused, match=why):
            file_with(files, text)


def test_files_of_others_are_no_files_of_the_project(tmp_path: Path) -> None:
    for name in ("a.md", "b/c.txt", ".git/d.md", "venv/e.md", "node_modules/f.md", "g.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    (tmp_path / "gone.md").symlink_to("nowhere")
    assert files_of(tmp_path, ".md", ".txt") == {Path("a.md"): b"a.md", Path("b/c.txt"): b"b/c.txt"}


def git(folder: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program, committed, in which the command runs."""
    folder = tmp_path / "program"
    folder.mkdir()
    git(folder, "init")
    (folder / "a.md").write_text("one\n")
    (folder / "b.md").write_text("two\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "all")
    monkeypatch.chdir(folder)
    return folder


def test_a_folder_is_clean_if_everything_is_committed(project: Path, tmp_path: Path) -> None:
    require_clean(project)
    (tmp_path / "beside").touch()
    require_clean(project)
    (project / "new").touch()
    with pytest.raises(NotWritten, match=r"not committed \(new\)"):
        require_clean(project)
    require_clean(project, project / "new")
    require_clean(project, Path("new"))
    for name in ("b*", "c", "d"):
        (project / name).touch()
    with pytest.raises(NotWritten, match=r"not committed \(b\*, c, d and 1 more\)"):
        require_clean(project, tmp_path / "log")
    with pytest.raises(NotWritten, match=r"not committed \(c, d, new\)"):
        require_clean(project, project / "b*")
    with pytest.raises(NotWritten, match="in no Git repository"):
        require_clean(tmp_path)


def test_without_git_nothing_is_clean(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotWritten, match="`git` cannot be run"):
        require_clean(project)


def test_a_file_keeps_its_mode_and_a_link_stays_one(project: Path) -> None:
    (project / "a.md").chmod(0o640)
    (project / "link.md").symlink_to("a.md")
    write_all(project, {Path("link.md"): b"new"})
    assert (project / "a.md").read_bytes() == b"new"
    assert (project / "a.md").stat().st_mode & 0o777 == 0o640
    assert (project / "link.md").is_symlink()


@pytest.mark.parametrize("makes_fail", [Path.unlink, lambda one: (one.unlink(), one.mkdir())])
def test_all_files_are_written_or_none(project: Path, makes_fail: Callable[[Path], None]) -> None:
    makes_fail(project / "b.md")
    with pytest.raises(NotWritten, match=r"b\.md"):
        write_all(project, {Path("a.md"): b"new", Path("b.md"): b"new"})
    assert (project / "a.md").read_text() == "one\n"
    assert not [*project.glob(".a.md.*"), *project.glob(".b.md.*")]


def prompt(old: str, new: str, name: str = "desk") -> Changed:
    """An agent whose prompt was changed at Vocode."""
    (one,) = changed({"prompt": old}, {"prompt": old}, {"prompt": new}, name=name)
    return one


class NoLiterals:
    """A program without literals."""

    def edit(self, changed: Changed, row: Row) -> Edit:
        raise Refused("no literal")

    def key_of_secret(self, changed: Changed, row: Row) -> str:
        return ""


def why_not(found: list[Changed], files: Mapping[Path, bytes]) -> list[str]:
    return [one.why_not for one in Planner(files, NoLiterals(), declared_by(found), found).plan()]


def test_a_file_that_others_read_too_is_left_unless_they_changed_alike() -> None:
    files = {Path("a.md"): b"one\n"}
    (same,) = changed(
        {"prompt": "one"}, {"prompt": "one"}, {"prompt": "one", "name": "x"}, name="b"
    )
    assert "have the same text" in why_not([prompt("one", "three"), same], files)[0]
    alike = [prompt("one", "three"), prompt("one", "three", "other")]
    assert why_not(alike, files) == ["", ""]
    other = [prompt("one", "three"), prompt("one", "four", "other")]
    assert all("have the same text" in why for why in why_not(other, files))


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (changed(None, {"name": "one"}, {"name": "x"}), "does not declare the resource"),
        (
            changed({"name": "[secret]"}, {"name": "one"}, {"name": "x"}),
            "give the program the new one where it has the old one",
        ),
        (
            changed(
                {"prompt": "one"},
                {"prompt": "one"},
                {"prompt": "4ad53e23-2e44-4e77-8a5c-1a2c5c9f3f10"},
            ),
            "another object",
        ),
        (
            changed(
                {"prompt": {"content": "one"}}, {"prompt": {"content": "one"}}, {"prompt": "an-id"}
            ),
            "another object",
        ),
    ],
)
def test_what_no_file_can_say_is_left(found: list[Changed], why: str) -> None:
    assert why in why_not(found, {Path("a.md"): b"one"})[0]


def test_that_no_file_holds_a_text_is_told_of_long_texts_alone() -> None:
    assert why_not([prompt("one", "three")], {}) == ["no literal"]
    for text in ("one\n", "x" * 100):
        assert why_not([prompt(text, "three")], {}) == [
            "no literal; no file holds the text that the program declares"
        ]


class Program:
    """A program that reads its prompts from files."""

    def __init__(self, *found: Changed, **reads: Callable[[], str]) -> None:
        self.found = [*found]
        self.reads = reads
        self.previews = 0

    def declare(self) -> dict[str, Declared]:
        self.previews += 1
        declared = declared_by(self.found)
        return {
            urn: Declared({"prompt": self.reads[urn.rsplit("::", 1)[-1]]()}) for urn in declared
        }

    def take_over(self, *, force: bool = False) -> Outcome:
        before = declared_by(self.found)
        return take_over("dev", self.found, before, self.declare, literals=False, force=force)


@pytest.fixture
def refreshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The words of the commands of `pulumi`, one line each."""
    said = tmp_path / "said"
    fake = tmp_path / "bin" / "pulumi"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\necho "$@" >> {said}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=":")
    said.touch()
    return said


def test_a_text_is_written_and_then_the_state_has_it_too(project: Path, refreshed: Path) -> None:
    one, two = prompt("one\n", "three\n", "one"), prompt("two", "four", "two")
    program = Program(
        one,
        two,
        one=(project / "a.md").read_text,
        two=lambda: (project / "b.md").read_text().strip(),
    )
    outcome = program.take_over()
    assert (project / "a.md").read_text() == "three\n"
    assert (project / "b.md").read_text() == "four\n"
    assert [*outcome.whole] == [one, two]
    assert program.previews == 1
    (words,) = [line.split() for line in refreshed.read_text().splitlines()]
    assert [words[at + 1] for at, word in enumerate(words) if word == "--target"] == [
        one.seen.resource.urn,
        two.seen.resource.urn,
    ]


def test_the_files_are_those_of_the_project_from_a_folder_within_it_too(
    project: Path, refreshed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "Pulumi.yaml").write_text("name: calls\n")
    (project / "within").mkdir()
    monkeypatch.chdir(project / "within")
    text = (project / "a.md").read_text
    assert Program(prompt("one\n", "three\n"), desk=text).take_over(force=True).whole
    assert text() == "three\n"


def test_what_the_program_does_not_read_is_put_back(project: Path, refreshed: Path) -> None:
    one, two = prompt("one\n", "three\n", "one"), prompt("two\n", "four\n", "two")
    program = Program(one, two, one=lambda: "one\n", two=(project / "b.md").read_text)
    outcome = program.take_over()
    assert (project / "a.md").read_text() == "one\n"
    assert (project / "b.md").read_text() == "four\n"
    assert [*outcome.whole] == [two]
    assert ["another value" in one.why_not for one in outcome.plan] == [True, False]
    assert one.seen.resource.urn not in refreshed.read_text()


def test_what_changes_another_resource_too_is_put_back(project: Path, refreshed: Path) -> None:
    one, two = prompt("one\n", "three\n", "one"), prompt("two\n", "four\n", "two")
    (third,) = changed({"prompt": "Say: one\n"}, {"prompt": "x"}, {"prompt": "y"}, name="third")
    text = (project / "a.md").read_text
    program = Program(
        one, two, third, one=text, two=(project / "b.md").read_text, third=lambda: f"Say: {text()}"
    )
    outcome = program.take_over()
    assert (project / "a.md").read_text() == "one\n"
    assert (project / "b.md").read_text() == "four\n"
    assert [*outcome.whole] == [two]
    assert "it changes third too" in outcome.plan[0].why_not
    assert refreshed.read_text().count("--target") == 1


def test_files_are_as_before_if_the_preview_fails(project: Path, refreshed: Path) -> None:
    def fail() -> str:
        raise VocodeError("no preview")

    with pytest.raises(VocodeError, match="no preview"):
        Program(prompt("one\n", "three\n"), desk=fail).take_over()
    assert (project / "a.md").read_text() == "one\n"
    assert refreshed.read_text() == ""


def test_nothing_is_touched_if_something_is_not_committed(project: Path, refreshed: Path) -> None:
    (project / "new").touch()
    agreed = changed({"prompt": "x"}, {"prompt": "one"}, {"prompt": "x"})
    for found in ([prompt("one\n", "three\n")], agreed):
        with pytest.raises(NotWritten, match="not committed"):
            Program(*found, desk=(project / "a.md").read_text).take_over()
    assert (project / "a.md").read_text() == "one\n"
    assert refreshed.read_text() == ""
    Program(prompt("one\n", "three\n"), desk=(project / "a.md").read_text).take_over(force=True)
    assert (project / "a.md").read_text() == "three\n"


def test_where_nothing_can_be_written_nothing_has_to_be_committed(project: Path) -> None:
    (project / "new").touch()
    outcome = Program(prompt("nowhere", "three")).take_over()
    assert not outcome.whole

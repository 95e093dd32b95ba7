# SPDX-License-Identifier: Apache-2.0
"""Code in the docs is the code that tests run."""

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tools import made
from tools.site import markup, navigation
from vocode_pulumi import cli
from vocode_pulumi.args.webhook import EventType

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "vocode_pulumi"
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_block_of_code_is_a_file_of_examples(page: Path) -> None:
    text = page.read_text()
    for language in ("python", "yaml", "toml"):
        blocks = re.findall(rf"<!-- (\S+) -->\n```{language}\n(.*?)```", text, re.DOTALL)
        assert len(blocks) == text.count(f"```{language}\n")
        for name, block in blocks:
            assert block == (ROOT / name).read_text(), name
    for name, block in re.findall(r"<!-- (\S+) -->\n```text\n(.*?)```", text, re.DOTALL):
        assert block == (ROOT / name).read_text(), name


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_to_a_heading_leads_to_one(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text()):
        text = (page.parent / target if target else page).read_text()
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        assert anchor in [*map(_anchor, headings)], f"{target}#{anchor}"


def _names_in(file: Path) -> set[str]:
    """Every function, class, method, field and constant of a file; what is in a class as ``Class.name``."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        inside = node.body if isinstance(node, ast.ClassDef) else []
        names = [*_names_of(node)]
        found |= {*names, *(f"{names[0]}.{name}" for one in inside for name in _names_of(one))}
    return found


def _names_of(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
            yield node.name
        case ast.Assign():
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_function_that_a_page_names_is_in_the_file_that_it_links(page: Path) -> None:
    for name, target in re.findall(r"\[`([\w.]+)`\]\(([^)#:]+\.py)\)", page.read_text()):
        assert name.endswith(".py") or name in _names_in(page.parent / target), name


def test_every_statement_about_the_protocol_names_the_function_that_does_it() -> None:
    page = (ROOT / "docs" / "evidence" / "protocol.md").read_text()
    tables = re.findall(r"^\|.* where \|\n\| --- .*\n((?:\|.*\n)+)", page, re.MULTILINE)
    rows = [row for table in tables for row in table.splitlines()]
    assert len(rows) > 50
    for row in rows:
        assert ".py)" in row.rsplit(" | ", 1)[1], row


def test_the_index_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    linked = re.findall(r"\]\(([^)#:]+)\)", index.read_text())
    pages_ = [str(page.relative_to(index.parent)) for page in PAGES if "docs" in page.parts]
    assert sorted({*linked} & {*pages_}) == sorted({*pages_} - {"README.md"})


def test_the_navigation_of_the_site_is_the_index() -> None:
    listed = """
## Use: you want to do something
- [A `name`](use/a.md): what it is
[Both](use/both.md): what they have in common:
- [B](use/b.md): what it is
## Evidence: you want proof
- [C](evidence/c.md): see [D](use/d.md)
"""
    both = [{"In common": "use/both.md"}, {"B": "use/b.md"}]
    assert navigation.tabs(listed) == [
        {"Use": [{"A name": "use/a.md"}, {"Both": both}]},
        {"Evidence": [{"C": "evidence/c.md"}]},
    ]


def test_on_the_site_no_line_ends_within_an_option_and_a_long_name_is_broken() -> None:
    html = "<p>a-b <code>x --from-id ID &lt;c-d&gt;</code> <code>{}</code></p>".format
    option, name = ('<span class="whole">' + one + "</span>" for one in ("--from-id", "c-d"))
    whole = f"<p>a-b <code>x {option} ID &lt;{name}&gt;</code> <code>{{}}</code></p>".format
    for long in ("a-" * 14, "with_an_underscore"):
        assert markup.lines(html(long)) == whole(long)
    assert markup.lines(html("a_long_name_with_underscores")) == whole(
        "a_<wbr>long_<wbr>name_<wbr>with_<wbr>underscores"
    )


def test_on_the_site_a_paragraph_of_a_list_is_in_the_list() -> None:
    page = "- an item\n\n  its words,\n  more\n\n1. one\n\n   two\n\n```\na:\n\n  b\n```\n\n    c\n"
    inside = page.replace("  its", "    its").replace("   two", "    two")
    assert markup.lists(page) == inside


@pytest.mark.parametrize(
    ("path", "text"),
    [*made.code(), *made.documentation()],
    ids=lambda one: getattr(one, "stem", ""),
)
def test_what_is_made_is_as_it_would_be_made_now(path: Path, text: str) -> None:
    assert path.read_text() == text, "run `make docs`"


def test_every_assumption_of_the_client_is_marked_and_listed() -> None:
    marks = {
        str(file.relative_to(PACKAGE)): count
        for file in PACKAGE.rglob("*.py")
        if (count := file.read_text().count("ASSUMED")) and "sandbox" not in file.parts
    }
    assert marks == {
        "api/listing.py": 2,
        "api/failures.py": 7,
        "api/transport.py": 2,
        "api/client.py": 1,
        "api/absence.py": 1,
        "api/number_reader.py": 1,
        "errors.py": 1,
        "observing/tries.py": 1,
        "schema/marks.py": 2,
        "inline/__init__.py": 1,
        "inline/owned.py": 1,
        "inline/applying.py": 5,
        "resources/phone_number.py": 1,
        "resources/linked_number.py": 2,
        "purchasing/account.py": 1,
        "purchasing/attribution.py": 3,
        "purchasing/deadlines.py": 2,
        "purchasing/states.py": 1,
    }
    listed = (ROOT / "docs" / "evidence" / "assumptions.md").read_text()
    for name in marks:
        assert f"(../../vocode_pulumi/{name})" in listed
    for words in (
        "100 items",
        "25 seconds after the provider closed the connection",
        "bought with an `area_code`, a connection or an agent's id has it",
        "pulumi stack export",
        "404",
        "402",
        "408, 409, 425 and 499",
        "say the same about a number",
        "keep their order",
        "answers 404",
        "whose `active` is false",
        "other than `Not Found`",
        "a string, a list of problems, or missing",
        "makes a new object, also for each inline object",
        "changes the object that the field refers to",
        "replaces the whole value",
        "has no meaning",
        "makes the `signature_secret`",
        "carries them out twice",
        "Other objects cost nothing",
        "changes the fields that it names",
        "cannot change",
        "an earlier link succeeded",
        "with another connection while",
        "`vocode:settleSeconds` after",
        "also with 201 and 202",
        "the clock of the answer's `Date`",
        "North American numbering plan",
        "has the carrier of the connection",
        "the `user_id` that `GET /v1/usage` says",
        "bought without one",
        "429 means",
        "mentions a trial",
    ):
        assert words in listed
    table = listed.partition("| --- | --- |\n")[2].partition("\n\n")[0]
    for row in table.splitlines():
        assumption, consequence = row.strip("| ").split(" | ")
        assert assumption.endswith("."), row
        assert consequence.endswith("."), row


OF_OTHERS = {
    "No numbers available in area code",
    "Agent not found",
    "KeyError: '__provider'",
    "Attempting to deploy or update resources with",
    "pending operations",
    "failed to load checkpoint",
    "Resource monitor has terminated",
    "https_proxy",
    "http_proxy",
    "JSON",
}
"""What Vocode and Pulumi say, names of variables, and a word that the code inserts."""


def _texts(file: Path) -> Iterator[str]:
    """Every text of a file; an expression in a text is left out."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("name", ["purchases", "troubleshooting"])
def test_every_error_that_a_page_quotes_is_in_the_code(name: str) -> None:
    said = {text for file in PACKAGE.rglob("*.py") for text in _texts(file)}
    page = (ROOT / "docs" / "operate" / f"{name}.md").read_text()
    lines = re.findall(r"^- (`.*)", page.split("## Settle a purchase")[0], re.MULTILINE)
    quoted = [
        part.strip()
        for line in lines
        for quote in re.findall(r"`([^`]+)`", line)
        for part in re.sub(r"answered \d+", "answered ", quote).split("…")
    ]
    assert len(quoted) > 10
    for part in quoted:
        assert part in OF_OTHERS or any(part in text for text in said), part


def test_every_setting_is_in_the_table() -> None:
    page = (ROOT / "docs" / "use" / "settings.md").read_text()
    settings = (ROOT / "vocode_pulumi" / "settings.py").read_text()
    for name in set(re.findall(r"vocode:[a-zA-Z]+|VOCODE_[A-Z_]+", settings)):
        assert f"`{name}`" in page, name


def _helps(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Each command with a task, and what it prints for ``--help``."""
    if parser.get_default("task"):
        yield parser.prog, parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _helps(inner)


def test_the_page_of_commands_has_every_option_that_help_prints() -> None:
    page = (ROOT / "docs" / "use" / "commands.md").read_text()
    commands = dict(_helps(cli.parser()))
    assert {*re.findall(r"^## `(.*)`$", page, re.MULTILINE)} == {*commands}
    for command, printed in commands.items():
        section = page.split(f"\n## `{command}`\n")[1].split("\n## ")[0]
        options = {*re.findall(r"^  (--[a-z-]+)", printed, re.MULTILINE)}
        assert options <= {*re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE)}, command


def test_the_page_of_webhooks_names_every_event() -> None:
    page = (ROOT / "docs" / "use" / "webhook.md").read_text()
    for event in get_args(EventType):
        assert f"`{event}`" in page, event


def test_the_readme_has_one_screen_before_its_first_link() -> None:
    before = (ROOT / "README.md").read_text().split("](")[0]
    assert len(before.splitlines()) <= 42
    for words in ("make up", "make test", "```python", "bought once"):
        assert words in before

# SPDX-License-Identifier: Apache-2.0
"""`docs/use/commands.md`, made from what each command prints for `--help`."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tools.places import ROOT
from vocode_pulumi import cli

PAGE = ROOT / "docs" / "use" / "commands.md"
HEAD = """# Commands

<!-- made by `make docs` -->

`vocode-pulumi COMMAND --help` prints what this page has. `python -m vocode_pulumi` is the same command.

"""


def files() -> Iterator[tuple[Path, str]]:
    """The page, and the text that it must have."""
    commands = [*_commands(cli.parser(), "")]
    index = [
        f"| [`{one.prog.removeprefix('vocode-pulumi ')}`](#{_anchor(one.prog)}) | {said.partition('. ')[0].rstrip('.')}. |"
        for one, said in commands
    ]
    head = ["| command | what it does |", "| --- | --- |", *index, ""]
    sections = [line for one, said in commands for line in _section(one, said)]
    yield PAGE, HEAD + "\n".join([*head, *sections])


def _commands(
    parser: argparse.ArgumentParser, said: str
) -> Iterator[tuple[argparse.ArgumentParser, str]]:
    """Each command that does something, and what it does."""
    inner = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if parser.get_default("task"):
        yield parser, _sentence(parser.description or said)
    for one in inner:
        helps = {choice.dest: choice.help or "" for choice in one._choices_actions}
        for name, command in one.choices.items():
            yield from _commands(command, helps[name])


def _section(parser: argparse.ArgumentParser, said: str) -> Iterator[str]:
    yield from (f"## `{parser.prog}`", "", said, "")
    for group in parser._action_groups:
        rows = [
            _row(one, parser)
            for one in group._group_actions
            if one.dest != "help" and not isinstance(one, argparse._SubParsersAction)
        ]
        if rows:
            named = group.title not in ("positional arguments", "options")
            if named:
                yield from (
                    f"{str(group.title).capitalize()}. {group.description or ''}".strip(),
                    "",
                )
            head = "argument" if group.title == "positional arguments" else "option"
            yield from (f"| {head} | what it is |", "| --- | --- |", *rows, "")
    if parser.epilog:
        yield from (parser.epilog, "")


def _row(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    told = _sentence((action.help or "") % {**vars(action), "prog": parser.prog})
    value = action.metavar or action.dest.upper()
    if action.choices:
        told = f"{told} One of {', '.join(f'`{one}`' for one in action.choices)}."
    if not action.option_strings:
        return f"| `{value}` | {told} |"
    takes = action.nargs != 0 and not isinstance(action, argparse.BooleanOptionalAction)
    names = ", ".join(
        f"`{name} {value}`" if takes else f"`{name}`" for name in action.option_strings
    )
    return f"| {names}{' (required)' if action.required else ''} | {told} |"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")

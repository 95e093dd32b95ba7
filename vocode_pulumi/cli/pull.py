# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi pull`: show what was changed by hand at Vocode, and take it over into the program."""

import argparse
import json
import shlex
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vocode_pulumi.cli.console import FOUND, Commands, show
from vocode_pulumi.cli.settings import load
from vocode_pulumi.errors import ConfigError, VocodeError
from vocode_pulumi.purchasing.pulumi_command import reason_of, run_pulumi
from vocode_pulumi.settings import Settings
from vocode_pulumi.terminal_text import count, wrapped

if TYPE_CHECKING:
    from vocode_pulumi.pull.comparing import Changed, Declared
    from vocode_pulumi.pull.state import Managed


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "pull",
        help="show what was changed by hand at Vocode, and write it into the program",
        description="Show what somebody changed at Vocode since the stack last saw it: what the program declares, "
        "what was last seen, and what is there now. Run it in the folder of the program.",
        epilog="Exit status: 0 nothing was changed, or all of it was taken over; 1 something is left; 2 it could not "
        "be done.",
    )
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument(
        "--resolve",
        choices=("ours", "theirs"),
        help="ours: say what the next run puts back; theirs: write changed prompts into the files that hold them, and "
        "say which literals of the program to change",
    )
    parser.add_argument(
        "--write", action="store_true", help="with --resolve theirs: change these literals too"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="write although the program's folder has changes that are not committed",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(task=lambda options: _run(options, parser))


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if (options.write or options.force) and options.resolve != "theirs":
        parser.error("--write and --force need --resolve theirs")
    stack = options.stack or _selected_stack()
    settings = load(stack)
    changed, declared = _changed(stack, settings)
    if options.resolve == "theirs" and changed:
        log = settings.log.file if settings.log else None
        return _theirs(options, stack, changed, declared, log)
    _show(options, stack, changed)
    return FOUND if changed else 0


def _show(options: argparse.Namespace, stack: str, changed: "Sequence[Changed]") -> None:
    from vocode_pulumi.pull.document import document
    from vocode_pulumi.pull.ours import put_back
    from vocode_pulumi.pull.table import blocks

    if options.json:
        show(json.dumps(document(changed), indent=2, ensure_ascii=False))
    elif not changed:
        show("Nothing that the program declares was changed by hand at Vocode.")
    elif options.resolve == "ours":
        show(put_back(changed))
        command = f"`pulumi up --refresh --stack {shlex.quote(stack)}`"
        show(f"\n{wrapped(f'{command} does this. Without --refresh a run does not see it.')}")
    else:
        show(f"{blocks(changed)}\n\n{_summary(changed)}")


def _theirs(
    options: argparse.Namespace,
    stack: str,
    changed: "Sequence[Changed]",
    declared: "Mapping[str, Declared]",
    log: Path | None,
) -> int:
    from vocode_pulumi.pull import theirs
    from vocode_pulumi.pull.document import document
    from vocode_pulumi.pull.resolving import take_over

    outcome = take_over(
        stack,
        changed,
        declared,
        lambda: _declared(stack),
        literals=options.write,
        force=options.force,
        log=log,
    )
    is_all = len(outcome.whole) == len(changed)
    if options.json:
        show(json.dumps(document(changed, outcome.plan), indent=2, ensure_ascii=False))
    else:
        show(theirs.taken_over(changed, outcome.plan, literals=options.write))
        show(f"\n{theirs.summary(stack, changed, outcome.plan, literals=options.write)}")
    return 0 if is_all else FOUND


def _selected_stack() -> str:
    done = run_pulumi("stack", "--show-name")
    if done.returncode:
        raise VocodeError(f"`pulumi stack`: {reason_of(done)}. Or name one with --stack NAME.")
    return done.stdout.strip()


def _changed(stack: str, settings: Settings) -> "tuple[list[Changed], Mapping[str, Declared]]":
    """What was changed by hand, and what the program declares."""
    from vocode_pulumi.pull.comparing import compare
    from vocode_pulumi.pull.looking import look
    from vocode_pulumi.pull.state import read_state

    resources = read_state(stack)
    with ThreadPoolExecutor(1) as beside:
        previewed = beside.submit(_declared, stack)
        seen, secrets = look(resources, partial(_settings_of, stack, settings))
        declared = previewed.result()
    return compare(seen, declared, secrets), declared


def _declared(stack: str) -> "Mapping[str, Declared]":
    from vocode_pulumi.pull.comparing import declared_in
    from vocode_pulumi.review import running

    preview = running.preview(stack, refresh=False, plan=None)
    if preview.errors:
        raise VocodeError("\n".join([f"The preview of {stack} failed:", *preview.errors]))
    return declared_in(preview)


def _settings_of(stack: str, settings: Settings, resource: "Managed") -> Settings:
    """How to reach the account of a resource."""
    own = settings if resource.settings is None else Settings.load(resource.settings.get)
    if own.api_key is None:
        raise ConfigError(f"{stack} has no vocode:apiKey, and VOCODE_API_KEY is not set: set it.")
    return own


def _summary(changed: "Sequence[Changed]") -> str:
    values = sum(len(one.rows) for one in changed)
    gone = sum(one.is_gone for one in changed)
    parts = [f"{count(values, 'value')} changed at Vocode"] if values else []
    parts += [f"{count(gone, 'object')} gone"] if gone else []
    return wrapped(
        f"{', '.join(parts)}. `--resolve ours` says what `pulumi up --refresh` puts back, `--resolve theirs` takes "
        "it over into the program."
    )

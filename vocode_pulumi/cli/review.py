# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi review`: say what a preview would cost, lose and change."""

import argparse
import os
import shutil
import sys
from functools import cache
from pathlib import Path

from vocode_pulumi.cli import comments
from vocode_pulumi.cli.console import FAILED, FOUND, Commands, show
from vocode_pulumi.cli.settings import LoadSettings, load
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.review import running
from vocode_pulumi.review.changes import review
from vocode_pulumi.review.digest import Digest, digest
from vocode_pulumi.review.formats import annotations, document, markdown, terminal
from vocode_pulumi.review.gates import Gates
from vocode_pulumi.review.preview import Message, Preview, UnreadablePreview, read
from vocode_pulumi.review.report import Report, report
from vocode_pulumi.settings import Settings
from vocode_pulumi.terminal_text import WIDTH


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "review",
        help="say what `pulumi up` would cost, lose and change",
        description="Make or read a preview, and say what `pulumi up` would cost, lose and change.",
        epilog="Exit status: 0 every gate is open, 1 a gate is closed, 2 the preview failed or cannot be read.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="what `pulumi preview --json --show-sames --show-replacement-steps` printed; - is standard "
        "input (default: standard input, unless --stack is given)",
    )
    parser.add_argument(
        "--stack",
        dest="stacks",
        action="append",
        default=[],
        metavar="NAME",
        help="run the preview of this stack; may be repeated",
    )
    add_preview_options(parser)
    parser.add_argument(
        "--save-plan", type=Path, metavar="FILE", help="write the update plan too; with one --stack"
    )
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json", "github"),
        default="text",
        help="text for a terminal (default), markdown for a comment, json, or github for annotations "
        "of the program's lines",
    )
    parser.add_argument(
        "--comment",
        choices=comments.PLATFORMS,
        help="also write the report as a comment of the pull request or merge request, or edit the "
        "comment of the review before",
    )
    comments.add_label(parser)
    parser.set_defaults(task=_review)


def add_preview_options(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes that makes a preview."""
    parser.add_argument(
        "--refresh", action="store_true", help="compare the state with Vocode before the preview"
    )
    gates = parser.add_argument_group("gates", "Each can be set in the stack's configuration too.")
    gates.add_argument(
        "--max-buys",
        type=_whole_number,
        metavar="N",
        help="buy at most N numbers, replacements included (vocode:maxBuys)",
    )
    gates.add_argument(
        "--forbid-release",
        action="store_true",
        help="lose no number, not by a replacement either (vocode:forbidRelease)",
    )
    gates.add_argument(
        "--forbid-replace", action="store_true", help="replace no number (vocode:forbidReplace)"
    )
    gates.add_argument(
        "--require-protect",
        action="store_true",
        help="no number of the program may lack protect=True (vocode:requireProtect)",
    )


def gates_of(options: argparse.Namespace) -> Gates:
    """The gates of the command line."""
    return Gates(
        options.max_buys, options.forbid_release, options.forbid_replace, options.require_protect
    )


def _whole_number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be 0 or more, such as 3, not {text!r}")
    return int(text)


def _review(options: argparse.Namespace) -> int:
    if options.label and not options.comment:
        raise VocodeError("--label needs --comment.")
    settings_of = cache(load)
    previews, digests = _previews(options, settings_of)
    names = [one.name for one in previews]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise VocodeError(f"{', '.join(twice)} is there twice: review each stack once.")
    made = report([review(one) for one in previews], gates_of(options), digests)
    show(_rendered(made, options.format))
    if options.comment:
        comments.write(made, options.comment, options.label, options.stacks, settings_of)
    return status_of(made)


def status_of(made: Report) -> int:
    """The exit status of a report."""
    return FAILED if made.errors else FOUND if made.closed else 0


def _previews(
    options: argparse.Namespace, settings_of: LoadSettings
) -> tuple[list[Preview], dict[str, Digest]]:
    if options.stacks and options.files:
        raise VocodeError("Give files or stacks (--stack NAME), not both.")
    if not options.stacks:
        for flag, is_given in (("--refresh", options.refresh), ("--save-plan", options.save_plan)):
            if is_given:
                raise VocodeError(f"{flag} needs a stack: --stack NAME.")
        return [_read(name) for name in options.files or ["-"]], {}
    if options.save_plan and len(options.stacks) > 1:
        raise VocodeError("--save-plan takes one stack: a plan is of one stack.")
    previews, digests = [], {}
    for stack in dict.fromkeys(options.stacks):
        try:
            made, found = preview_with_digest(
                stack, settings_of, refresh=options.refresh, plan=options.save_plan
            )
        except VocodeError as error:
            if len(options.stacks) == 1:
                raise
            # The report of the other stacks is worth having.
            previews.append(Preview(stack=stack, messages=(Message("error", str(error)),)))
            continue
        previews.append(made)
        digests[made.name] = found
    return previews, digests


def preview_with_digest(
    stack: str, settings_of: LoadSettings, *, refresh: bool, plan: Path | None
) -> tuple[Preview, Digest]:
    """Make the preview of a stack, and the digest of what it would do.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        settings_of: gives its settings.
        refresh: whether the state is compared with Vocode first.
        plan: the file to write the update plan to; ``None`` for none.

    Raises:
        CannotRun: there is no preview to read.
        StateNotReadable: the state cannot be read.
        VocodeError: the state was written during the preview.
    """
    before = running.state_time(stack)
    made = running.preview(stack, refresh=refresh, plan=plan)
    if running.state_time(stack) != before:
        raise VocodeError(
            f"The state of {stack} was written during the preview, by another run: review again."
        )
    return made, digest(made, before, {"refresh": str(refresh), **_account(settings_of(stack))})


def _account(settings: Settings) -> dict[str, str]:
    """What says to which account a run would go; of the key only a mark."""
    mark = Keyring(settings.api_key).mark if settings.api_key else ""
    return {"base_url": settings.base_url, "key": mark, "account": settings.account or ""}


def _read(name: str) -> Preview:
    if name == "-":
        if sys.stdin is None or sys.stdin.isatty():
            raise UnreadablePreview(
                "Name a stack (--stack NAME) or a file, or use `pulumi preview --json --show-sames "
                "--show-replacement-steps | vocode-pulumi review`."
            )
        return read(sys.stdin.read(), "Standard input")
    try:
        return read(Path(name).read_text(encoding="utf-8"), name)
    except UnicodeDecodeError:
        raise UnreadablePreview(f"{name} is not what `pulumi preview --json` prints.") from None
    except OSError as error:
        raise UnreadablePreview(f"{name} cannot be read: {error.strerror}.") from None


def _rendered(made: Report, format_: str) -> str:
    if format_ == "markdown":
        return markdown.render(made)
    if format_ == "json":
        return document.render(made)
    if format_ == "github":
        return annotations.render(made, folder_in_repository(Path.cwd()))
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else WIDTH
    return terminal.render(made, width, colours=is_terminal and not os.environ.get("NO_COLOR"))


def folder_in_repository(folder: Path) -> str:
    """A folder, seen from the root of its repository; empty if it is the root, or in none.

    Args:
        folder: absolute.
    """
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            return folder.relative_to(root).as_posix().removeprefix(".")
    return ""

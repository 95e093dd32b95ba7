# SPDX-License-Identifier: Apache-2.0
"""The `vocode-pulumi` command: one file for each of its commands."""

import argparse
import os
import sys
import traceback
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from vocode_pulumi.cli.console import CLOSED_PIPE, FAILED, INTERRUPTED, fail
from vocode_pulumi.errors import VocodeError

COMMANDS = (
    "review",
    "apply",
    "purchases",
    "release",
    "account",
    "ledger",
    "audit",
    "objects",
    "generate",
    "pull",
    "sandbox",
)
"""In the order of the help. A module of each name has the command. It is loaded if it is needed."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: default the process's own.

    Returns:
        The exit status.
    """
    words = sys.argv[1:] if arguments is None else arguments
    ours = parser(_needed(words))
    options = ours.parse_args(words)
    if "task" not in options:
        ours.print_help()
        return FAILED
    try:
        status: int = options.task(options)
        print(end="", flush=True)
    except BrokenPipeError:
        # Whoever read the output has read enough. Nothing is left to be printed at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except VocodeError as error:
        return fail(str(error), FAILED)
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except Exception:  # noqa: BLE001
        # Python would end with 1, which of a review or an audit means that something was found.
        traceback.print_exc()
        return FAILED
    return status


def _needed(words: Sequence[str]) -> Sequence[str]:
    """The commands that the parser of a command line has to know."""
    if words[:1] == ["--version"]:
        return ()
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


def parser(names: Iterable[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of the command line.

    Args:
        names: the commands that it knows; default all of them.
    """
    made = argparse.ArgumentParser(prog="vocode-pulumi", description="Vocode for Pulumi.")
    made.add_argument(
        "--version", action=_Version, nargs=0, help="show program's version number and exit"
    )
    commands = made.add_subparsers(metavar="COMMAND")
    for name in names:
        import_module(f"vocode_pulumi.cli.{name}").register(commands)
    return made


class _Version(argparse.Action):
    """Prints the version. It takes long to look it up, so that is done only here."""

    def __call__(self, parser: argparse.ArgumentParser, *_of: Any) -> NoReturn:
        print(_version())
        parser.exit()


def _version() -> str:
    from importlib import metadata

    try:
        return f"pulumi-vocode {metadata.version('pulumi-vocode')}"
    except metadata.PackageNotFoundError:
        return "pulumi-vocode, not installed"

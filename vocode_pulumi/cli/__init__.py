# SPDX-License-Identifier: Apache-2.0
"""The `vocode-pulumi` command: one file for each of its commands."""

import argparse
import os
import sys
import traceback
from importlib import metadata

from vocode_pulumi.cli import (
    account,
    apply,
    audit,
    generate,
    ledger,
    objects,
    pull,
    purchases,
    release,
    review,
    sandbox,
)
from vocode_pulumi.cli.console import CLOSED_PIPE, FAILED, INTERRUPTED, fail
from vocode_pulumi.errors import VocodeError


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: default the process's own.

    Returns:
        The exit status.
    """
    ours = parser()
    options = ours.parse_args(arguments)
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


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    made = argparse.ArgumentParser(prog="vocode-pulumi", description="Vocode for Pulumi.")
    made.add_argument("--version", action="version", version=_version())
    commands = made.add_subparsers(metavar="COMMAND")
    review.register(commands)
    apply.register(commands)
    purchases.register(commands)
    release.register(commands)
    account.register(commands)
    ledger.register(commands)
    audit.register(commands)
    objects.register(commands)
    generate.register(commands)
    pull.register(commands)
    sandbox.register(commands)
    return made


def _version() -> str:
    try:
        return f"pulumi-vocode {metadata.version('pulumi-vocode')}"
    except metadata.PackageNotFoundError:
        return "pulumi-vocode, not installed"

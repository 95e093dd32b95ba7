# SPDX-License-Identifier: Apache-2.0
"""The `vocode-pulumi` command: one file for each of its commands."""

import argparse

from vocode_pulumi.cli import account, audit, ledger, purchases, release, sandbox


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: default the process's own.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="vocode-pulumi", description="Vocode for Pulumi.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    purchases.register(commands)
    release.register(commands)
    account.register(commands)
    ledger.register(commands)
    audit.register(commands)
    sandbox.register(commands)
    options = parser.parse_args(arguments)
    status: int = options.task(options)
    return status

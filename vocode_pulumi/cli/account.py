# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi account`: print the account of the key in use. Facts: https://docs.vocode.dev, ``GET /v1/usage``."""

import argparse

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import Commands
from vocode_pulumi.errors import VocodeError


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "account",
        help="print the account of the key in use, for vocode:account",
        description="Print Vocode's id of the account of the key in use. For example: "
        '`pulumi config set vocode:account "$(vocode-pulumi account)"`.',
    )
    settings.add_stack(parser)
    parser.set_defaults(task=_run)


def _run(options: argparse.Namespace) -> int:
    found = settings.client(options).user_id()
    if found is None:
        raise VocodeError("GET /v1/usage does not name the account of the key.")
    print(found)
    return 0

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi account`: whose key it is. Facts: https://docs.vocode.dev, ``GET /v1/usage``."""

import argparse

from vocode_pulumi.cli import settings as cli_settings
from vocode_pulumi.cli.console import Commands, fail
from vocode_pulumi.client import Client
from vocode_pulumi.errors import VocodeError


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "account",
        help="whose key is in use: what vocode:account is set to",
        description="Print Vocode's id of the account whose key is in use.",
    )
    cli_settings.add_stack(parser)
    parser.set_defaults(task=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        print(Client(cli_settings.load(options)).get("/v1/usage").get("user_id") or "not known")
    except VocodeError as error:
        return fail(str(error), 2)
    return 0

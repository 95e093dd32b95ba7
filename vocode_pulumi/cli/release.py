# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi release NUMBER`: whoever has a number no longer cancels it."""

import argparse

from vocode_pulumi import digits
from vocode_pulumi.cli import settings as cli_settings
from vocode_pulumi.cli.console import Commands, fail
from vocode_pulumi.client import Client
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing import by_hand, opening


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "release",
        help="let a number go: the next adopt takes it",
        description="Let a number go. Whoever has it no longer cancels it, and the next `adopt` of it, in "
        "any stack, takes it. The number stays in service and costs money.",
    )
    cli_settings.add_stack(parser)
    parser.add_argument("number", metavar="NUMBER", help="digits with the country code first")
    parser.set_defaults(task=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        number = digits.normal(options.number)
        if number is None:
            raise VocodeError(
                f"{options.number!r} is no phone number: give digits with the country code first, such "
                "as 14155550100."
            )
        client = Client(cli_settings.load(options))
        tell = opening.opened(client, lambda _urn, line: print(line, flush=True))
        by_hand.release(tell, number)
    except VocodeError as error:
        return fail(str(error), 2)
    print(f'{number} is let go. adopt="{number}" in a program takes it.')
    return 0

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi release NUMBER`: whoever has a number no longer cancels it."""

import argparse

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import Commands, digits_in
from vocode_pulumi.purchasing import by_hand


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "release",
        help="let a number go: the next adopt takes it",
        description="Let a number go. Whoever has it no longer cancels it, and the next `adopt` of it, in "
        "any stack, takes it. The number stays in service and costs money.",
    )
    settings.add_stack(parser)
    parser.add_argument("number", metavar="NUMBER", help="digits with the country code first")
    parser.set_defaults(task=_run)


def _run(options: argparse.Namespace) -> int:
    number = digits_in(options.number)
    by_hand.release(settings.shared(options), number)
    print(
        f"{number} is let go: whoever had it no longer cancels it, and it goes on costing money.\n"
        f'    to have it      adopt="{number}" in a program, then `pulumi up`\n'
        "    to be rid of it `vocode-pulumi audit --stack NAME --cancel-orphans`"
    )
    return 0

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi release NUMBER`: let a number go, so that another stack can adopt it."""

import argparse

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import Commands, digits_in
from vocode_pulumi.purchasing import by_hand


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "release",
        help="let a number go, so that another stack can adopt it",
        description="Let a number go. The stack that has it no longer cancels it. The next `adopt`, in any "
        "stack, takes it over. The number stays in service and costs money.",
    )
    settings.add_stack(parser)
    parser.add_argument("number", metavar="NUMBER", help="digits with the country code first")
    parser.set_defaults(task=_run)


def _run(options: argparse.Namespace) -> int:
    number = digits_in(options.number)
    by_hand.release(settings.purchasing_context(options), number)
    print(
        f"{number} is let go: its stack no longer cancels it. It stays in service and costs money.\n"
        f'    to keep it      put adopt="{number}" into a program and run `pulumi up`\n'
        "    to cancel it    run `vocode-pulumi audit --stack NAME --cancel-orphans`"
    )
    return 0

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi ledger move`: what is on record goes to another ledger."""

import argparse
from pathlib import Path

from vocode_pulumi import clock
from vocode_pulumi.cli.console import INTERRUPTED, Commands, count, fail
from vocode_pulumi.cli.settings import tell
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing import moving, opening
from vocode_pulumi.purchasing.over import Window
from vocode_pulumi.settings import Settings


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("ledger", help="the ledger of purchases")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    move = actions.add_parser(
        "move",
        help="move what is on record to another ledger",
        description="Move what is on record to another ledger. A note in the old one tells runs whose "
        "settings still name it where to go.",
    )
    move.add_argument("source", metavar="FROM", type=Path, help="the file that is used so far")
    move.add_argument("target", metavar="TO", type=Path, help="the file that is used from now on")
    move.set_defaults(task=_move)


def _move(options: argparse.Namespace) -> int:
    settings = Settings.load()
    window = Window.of(settings.connect_timeout, settings.read_timeout, settings.settle_seconds)
    if not options.source.exists():
        raise VocodeError(f"{options.source} is not there: nothing was moved.")
    source, target = opening.at(options.source), opening.at(options.target)
    try:
        done = moving.move(source, target, window, clock, tell)
    except KeyboardInterrupt:
        return fail("interrupted: not all is moved. Type the same again to end it.", INTERRUPTED)
    print(
        f"{count(done, 'object')} moved. Now name the new ledger in every stack, and make it known to\n"
        "refresh and destroy:\n"
        f"    pulumi config set vocode:ledger {target.where}\n"
        "    pulumi up"
    )
    return 0

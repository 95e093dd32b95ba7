# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi ledger move`: move the ledger to another place."""

import argparse
from pathlib import Path

from vocode_pulumi import clock
from vocode_pulumi.cli.console import INTERRUPTED, Commands, count, fail
from vocode_pulumi.cli.settings import tell
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing import moving, opening
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.settings import Settings


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("ledger", help="the ledger of purchases")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    move = actions.add_parser(
        "move",
        help="move the ledger to another place",
        description="Move the ledger to another file, or to a bucket or a database. The old ledger keeps a note "
        "with the place of the new one. A run that still uses the old ledger follows the note.",
    )
    move.add_argument("source", metavar="FROM", help="the old file or URL")
    move.add_argument("target", metavar="TO", help="the new file or URL")
    move.set_defaults(task=_move)


def _move(options: argparse.Namespace) -> int:
    settings = Settings.load()
    window = PurchaseWindow.of(
        settings.connect_timeout, settings.read_timeout, settings.settle_seconds
    )
    if "://" not in options.source and not Path(options.source).exists():
        raise VocodeError(f"{options.source} does not exist: nothing was moved.")
    source, target = opening.open_ledger(options.source), opening.open_ledger(options.target)
    try:
        done = moving.move(source, target, window, clock, tell)
    except KeyboardInterrupt:
        return fail(
            "interrupted: not everything is moved. Run the same command again to finish.",
            INTERRUPTED,
        )
    print(
        f"{count(done, 'record')} moved. Set the new ledger in every stack, then run `pulumi up`. A refresh and a\n"
        "destroy use the setting of the last `pulumi up`:\n"
        f"    pulumi config set vocode:ledger {target.where}\n"
        "    pulumi up"
    )
    return 0

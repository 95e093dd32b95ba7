# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi ledger`: show what the ledger holds; move it to another place."""

import argparse
import json
from collections import Counter
from pathlib import Path

from vocode_pulumi import clock
from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import INTERRUPTED, Commands, fact_block, fail
from vocode_pulumi.cli.settings import tell
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing import moving, opening
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.objects import (
    Cancelling,
    Holder,
    Holding,
    Released,
    outcome,
    taken_numbers,
)
from vocode_pulumi.redaction import printable
from vocode_pulumi.settings import Settings
from vocode_pulumi.terminal_text import count

ACTS_WITHOUT_PURCHASE = ("adopted", "linked", "imported")
"""The acts by which a resource takes a number that it did not buy."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("ledger", help="the ledger of purchases")
    actions = parser.add_subparsers(required=True, metavar="COMMAND")
    show = actions.add_parser(
        "show",
        help="show where the ledger is and what it holds",
        description="Show where the ledger is, its purchases, and who holds each number. It reads nothing but the "
        "ledger.",
    )
    settings.add_stack(show)
    show.add_argument("--json", action="store_true", help="print one JSON document")
    show.set_defaults(task=_show)
    move = actions.add_parser(
        "move",
        help="move the ledger to another place",
        description="Move the ledger to another file, or to a bucket or a database. The old ledger keeps a note "
        "with the place of the new one. A run that still uses the old ledger follows the note.",
    )
    move.add_argument("source", metavar="FROM", help="the old file or URL")
    move.add_argument("target", metavar="TO", help="the new file or URL")
    move.set_defaults(task=_move)


def _show(options: argparse.Namespace) -> int:
    ledger = opening.ledger_of_settings(settings.load(options.stack))
    attempts = ledger.attempts().by_key.values()
    histories = ledger.histories({*ledger.numbers()} | taken_numbers(attempts))
    outcomes = Counter(outcome(attempt, histories) for attempt in attempts)
    holdings = {number: history.newest for number, history in sorted(histories.items())}
    if options.json:
        document = {
            "ledger": ledger.where,
            "purchases": dict(outcomes),
            "numbers": {
                number: {"state": _state_of(holding), **_owner_in(holding)}
                for number, holding in holdings.items()
            },
        }
        print(json.dumps(document, indent=2))
        return 0
    for number, holding in holdings.items():
        facts = [(name, [value]) for name, value in _owner_in(holding).items()]
        print(fact_block(f"{number} {_state_of(holding)}", facts))
    found = ", ".join(f"{many} {name}" for name, many in sorted(outcomes.items())) or "none"
    not_bought = sum(
        isinstance(one, Holder) and one.act in ACTS_WITHOUT_PURCHASE for one in holdings.values()
    )
    without = (
        f", {not_bought} without a purchase (adopted, linked or imported)" if not_bought else ""
    )
    numbers = f"{count(len(holdings), 'number')}{without}"
    print(f"{printable(ledger.where)}: {numbers}; purchases: {found}.")
    return 0


def _state_of(holding: Holding | None) -> str:
    match holding:
        case Holder():
            return f"held ({holding.act})"
        case Cancelling():
            return "cancelled"
        case Released():
            return "let go"
        case None:
            return "taken by a purchase"


def _owner_in(holding: Holding | None) -> dict[str, str]:
    if isinstance(holding, Holder | Cancelling):
        return {"stack": str(holding.owner.stack), "resource": holding.owner.name}
    return {}


def _move(options: argparse.Namespace) -> int:
    given = Settings.load()
    window = PurchaseWindow.of(given.connect_timeout, given.read_timeout, given.settle_seconds)
    if not options.source:
        raise VocodeError(
            "The old ledger has no name: give its path or URL. `vocode-pulumi ledger show` prints it in its last line."
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

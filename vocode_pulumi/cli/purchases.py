# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi purchases`: those that are not known to be finished."""

import argparse
import json
import time
from typing import Any

from vocode_pulumi.cli.console import Commands, fail
from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.ledger import Asked, Ledger, Row
from vocode_pulumi.purchases import Purchases


def register(commands: Commands) -> None:
    """Add the command."""
    purchases = commands.add_parser(
        "purchases",
        help="purchases that are not known to be finished",
        description="List the purchases that are not known to be finished, from the ledger that "
        "VOCODE_LEDGER names (vocode/purchases.sqlite in Pulumi's home folder).",
    )
    purchases.add_argument("--json", action="store_true", help="as JSON")
    purchases.set_defaults(task=_list)
    actions = purchases.add_subparsers(metavar="[COMMAND]")
    for name, task, what in (
        ("resolve", _resolve, "look again, now, for what a purchase bought"),
        ("forget", _forget, "drop the row of a purchase: the next `pulumi up` buys"),
    ):
        action = actions.add_parser(name, help=what, description=what)
        action.add_argument(
            "owner", metavar="OWNER", help="URN of the resource, or its name where only one has it"
        )
        action.set_defaults(task=task)
        if name == "resolve":
            action.add_argument(
                "number", metavar="NUMBER", nargs="?", help="digits of what it bought, if you know"
            )


def _list(options: argparse.Namespace) -> int:
    try:
        ledger = Ledger(Settings.load().ledger)
        rows = ledger.rows() if ledger.path.exists() else []
    except VocodeError as error:
        return fail(str(error), 2)
    if options.json:
        print(json.dumps([_as_json(row) for row in rows], indent=2))
        return 0
    if not rows:
        print(f"No unfinished purchases in {ledger.path}.")
    for row in rows:
        print(row.owner.urn)
        for name, text in (
            ("number", _number(row)),
            ("asked", _asked(row.asked)),
            ("age", _age(time.time() - row.at)),
            ("at", row.owner.api),
            ("state", row.owner.backend or "where `pulumi login` says"),
        ):
            print(f"    {name:<8} {text}")
    return 0


def _as_json(row: Row) -> dict[str, Any]:
    asked = {
        name: "inline" if isinstance(value, dict) else value for name, value in row.asked.items()
    }
    return {**row.owner._asdict(), "number": row.number, "asked": asked, "at": row.at}


def _resolve(options: argparse.Namespace) -> int:
    try:
        settings = Settings.load()
        row = _row(Ledger(settings.ledger), options.owner)
        if row.owner.api != settings.base_url:
            raise VocodeError(
                f"The purchase was made at {row.owner.api}, and VOCODE_BASE_URL says "
                f"{settings.base_url}: set it to the former."
            )
        purchases = Purchases(Client(settings), lambda _urn, line: print(line, flush=True))
        if options.number is not None:
            purchases.settle(row.owner, options.number)
        found = purchases.resolve(row.owner)
    except VocodeError as error:
        return fail(str(error), 2)
    if found is None:
        print(f"{row.name}: nothing was bought. The next `pulumi up` buys a number.")
    else:
        print(
            f"{row.name}: {found.answer['number']}. The next `pulumi up` takes it, if its stack "
            "does not hold it already."
        )
    return 0


def _forget(options: argparse.Namespace) -> int:
    try:
        ledger = Ledger(Settings.load().ledger)
        row = _row(ledger, options.owner)
        with ledger.turn(alone=True):
            ledger.drop(row.owner)
    except VocodeError as error:
        return fail(str(error), 2)
    if row.number is None:
        print(f"{row.name}: forgotten. The next `pulumi up` buys, and looks for nothing before.")
    else:
        print(
            f"{row.name}: forgotten. {row.number} stays in the account: `vocode-pulumi audit` says "
            "whether a stack holds it. If none does, "
            f'adopt="{row.number}" takes it over.'
        )
    return 0


def _row(ledger: Ledger, owner: str) -> Row:
    rows = ledger.rows() if ledger.path.exists() else []
    found = [row for row in rows if owner in (row.name, row.owner.urn, " ".join(row.owner))]
    if len(found) == 1:
        return found[0]
    several = (
        f"{len(found)} unfinished purchases are of" if found else "No unfinished purchase is of"
    )
    names = "".join(f"\n    '{' '.join(row.owner)}'" for row in found or rows)
    raise VocodeError(f"{several} {owner!r} in {ledger.path}." + (names and f" There are:{names}"))


def _number(row: Row) -> str:
    if row.number is None:
        return "not known: its answer was lost, or is still to come"
    return f"{row.number}: bought; Pulumi has not shown yet that it knows it"


def _asked(asked: Asked) -> str:
    words = [
        f"{name.replace('_', ' ')} {'inline' if isinstance(value, dict) else value}"
        for name, value in asked.items()
    ]
    return ", ".join(words) or "any number"


def _age(seconds: float) -> str:
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"

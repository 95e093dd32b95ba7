# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi purchases`: those without a known end, and numbers that no state has."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from vocode_pulumi.cli import settings as cli_settings
from vocode_pulumi.cli.console import Commands, fail, shown
from vocode_pulumi.client import Client
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing import opening
from vocode_pulumi.purchasing.by_hand import Found, Hand
from vocode_pulumi.purchasing.resolving import Resolver
from vocode_pulumi.purchasing.unsettled import asked

ADOPT = 'Put adopt="{0}" into the program, without what says what to buy, then `pulumi up`.'


def register(commands: Commands) -> None:
    """Add the command."""
    purchases = commands.add_parser(
        "purchases",
        help="purchases without a known end, and numbers that no stack has",
        description="List purchases without a known end and numbers that were bought and that no stack "
        "has, and settle them: at a terminal it asks for each what to do.",
        epilog="Exit status: 0 there is none (left), 1 there is, 2 it could not be said.",
    )
    cli_settings.add_stack(purchases)
    purchases.add_argument("--json", action="store_true", help="print one JSON document")
    ways = purchases.add_mutually_exclusive_group()
    ways.add_argument(
        "--keep", metavar="NUMBER", help="this number was bought; a program is to adopt it"
    )
    ways.add_argument("--cancel", metavar="NUMBER", help="this number was bought; cancel it")
    ways.add_argument(
        "--forget", metavar="RESOURCE", help="the purchase for this resource bought nothing"
    )
    purchases.set_defaults(task=_run)
    actions = purchases.add_subparsers(metavar="[COMMAND]")
    for name, task, what in (
        ("resolve", _resolve, "find out now what a purchase bought, or say it"),
        ("forget", _forget, "the same as --forget"),
    ):
        action = actions.add_parser(name, help=what, description=what)
        action.add_argument(
            "owner", metavar="RESOURCE", help="its URN, or its name where only one has it"
        )
        action.set_defaults(task=task)
        if name == "resolve":
            action.add_argument(
                "number", metavar="NUMBER", nargs="?", help="digits of what it bought, if you know"
            )


def _hand(options: argparse.Namespace) -> Hand:
    settings = cli_settings.load(options)
    settings.require_api_key()
    return Hand(opening.opened(Client(settings), lambda _urn, line: print(line, flush=True)))


def _run(options: argparse.Namespace) -> int:
    return _ending(lambda: _show_or_settle(options))


def _ending(task: Callable[[], int]) -> int:
    try:
        return task()
    except VocodeError as error:
        return fail(str(error), 2)
    except KeyboardInterrupt:
        return fail("interrupted", 130)


def _show_or_settle(options: argparse.Namespace) -> int:
    hand = _hand(options)
    found = hand.find()
    if options.json:
        print(json.dumps([_as_json(one) for one in found], indent=2))
        return 1 if found else 0
    if options.keep or options.cancel:
        number = options.keep or options.cancel
        one = _having(found, number)
        return _keep(hand, one, number) if options.keep else _cancel(hand, one, number)
    if options.forget:
        return _forget_one(hand, _of(found, options.forget))
    if not found:
        print("No purchase without a known end, and no number that no stack has.")
        return 0
    for one in found:
        _show(one)
    if sys.stdin is None or not sys.stdin.isatty():
        return 1
    left = sum(not _ask(hand, one) for one in found)
    return 1 if left else 0


# One at a time.


def _show(found: Found) -> None:
    intent = found.attempt.intent
    print(shown(intent.owner.urn))
    if found.number is not None:
        number = f"{found.number}: bought, and no state that could be read has it"
    elif found.candidates:
        number = f"not known; what may be it: {', '.join(found.candidates)}"
    else:
        number = "not known: nothing in the account may be it"
    for name, text in (
        ("number", number),
        ("asked", asked(intent.ask)),
        ("account", str(intent.account)),
        ("state", intent.owner.stack.place),
        ("not read", ", ".join(found.not_asked)),
    ):
        if text:
            print(f"    {name:<9}{shown(text)}")


def _ask(hand: Hand, found: Found) -> bool:
    """Ask what to do with a purchase; gives whether it is settled."""
    print(f"\n{found.attempt.intent.owner.name}: ", end="")
    if found.number is not None:
        answer = _answer("[k]eep it for a program to adopt, [c]ancel it, or leave it? ")
        number = found.number
    else:
        answer = _answer(
            "[k]eep NUMBER, [c]ancel NUMBER, [f]orget (it bought nothing), or leave it? "
        )
        answer, _, number = answer.partition(" ")
        if answer[:1] in ("k", "c") and not number and len(found.candidates) == 1:
            (number,) = found.candidates
    match answer[:1]:
        case "k" if number:
            return _keep(hand, found, number) == 0
        case "c" if number:
            return _cancel(hand, found, number) == 0
        case "f" if found.number is None:
            return _forget_one(hand, found) == 0
    print("Left as it is.")
    return False


def _answer(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline().strip().lower()


def _keep(hand: Hand, found: Found, number: str) -> int:
    hand.settle(found.attempt, number)
    print(f"{number} is kept, and nobody's. {ADOPT.format(number)}")
    return 0


def _cancel(hand: Hand, found: Found, number: str) -> int:
    hand.cancel(found.attempt, number)
    print(f"{number} is cancelled.")
    return 0


def _forget_one(hand: Hand, found: Found) -> int:
    hand.forget(found.attempt)
    print(f"{found.attempt.intent.owner.name}: nothing was bought. The next `pulumi up` buys.")
    return 0


# Older ways to say the same.


def _resolve(options: argparse.Namespace) -> int:
    return _ending(lambda: _resolve_one(options))


def _resolve_one(options: argparse.Namespace) -> int:
    hand = _hand(options)
    found = _of(hand.find(), options.owner)
    name = found.attempt.intent.owner.name
    number = options.number or found.number
    if number is not None:
        hand.settle(found.attempt, number, let_go=False)
    else:
        given = Resolver(hand.shared, found.attempt.key, found.attempt.intent.owner.urn).resolve()
        number = given[0].number if given is not None else None
    if number is None:
        print(f"{name}: nothing was bought. The next `pulumi up` buys a number.")
    else:
        print(f"{name}: {number}. The next `pulumi up` takes it.")
    return 0


def _forget(options: argparse.Namespace) -> int:
    def task() -> int:
        hand = _hand(options)
        return _forget_one(hand, _of(hand.find(), options.owner))

    return _ending(task)


# Which one.


def _of(found: list[Found], resource: str) -> Found:
    fitting = [
        one
        for one in found
        if resource in (one.attempt.intent.owner.name, one.attempt.intent.owner.urn)
    ]
    if len(fitting) == 1:
        return fitting[0]
    several = f"{len(fitting)} purchases are of" if fitting else "No purchase to settle is of"
    names = "".join(f"\n    '{one.attempt.intent.owner.urn}'" for one in fitting or found)
    raise VocodeError(f"{several} {resource!r}." + (names and f" There are:{names}"))


def _having(found: list[Found], number: str) -> Found:
    fitting = [one for one in found if number == one.number or number in one.candidates]
    if len(fitting) == 1:
        return fitting[0]
    several = f"{len(fitting)} purchases may have bought" if fitting else "No purchase has bought"
    raise VocodeError(
        f"{several} {number}: `vocode-pulumi purchases resolve RESOURCE {number}` says whose it is."
    )


def _as_json(found: Found) -> dict[str, Any]:
    intent = found.attempt.intent
    return {
        "urn": intent.owner.urn,
        "stack": str(intent.owner.stack),
        "place": intent.owner.stack.place,
        "number": found.number,
        "candidates": list(found.candidates),
        "asked": asked(intent.ask),
        "account": intent.account.user_id,
        "base_url": intent.account.base_url,
        "not_read": list(found.not_asked),
    }

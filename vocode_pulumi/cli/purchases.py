# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi purchases`: list and settle unfinished purchases and numbers that no stack has."""

import argparse
import json
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import (
    FOUND,
    Commands,
    digits_in,
    fact_block,
    fact_lines,
    fail,
)
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.by_hand import Overview, Purchase, Settler
from vocode_pulumi.purchasing.unsettled import ask_in_words
from vocode_pulumi.redaction import printable
from vocode_pulumi.terminal_text import wrapped


def register(commands: Commands) -> None:
    """Add the command."""
    purchases = commands.add_parser(
        "purchases",
        help="list and settle unfinished purchases, and numbers that no stack has",
        description="List unfinished purchases, and numbers that were bought and that no stack has. At a "
        "terminal it asks what to do with each.",
        epilog="Exit status: 0 nothing is left to settle, 1 something is, 2 it could not find out or do it.",
    )
    settings.add_stack(purchases)
    purchases.add_argument("--json", action="store_true", help="print one JSON document")
    ways = purchases.add_mutually_exclusive_group()
    ways.add_argument(
        "--keep",
        metavar="NUMBER",
        help="this number was bought; prints the `adopt` line for a program",
    )
    ways.add_argument("--cancel", metavar="NUMBER", help="this number was bought; cancel it")
    ways.add_argument(
        "--forget", metavar="RESOURCE", help="the purchase for this resource bought nothing"
    )
    purchases.set_defaults(task=_run)
    actions = purchases.add_subparsers(metavar="[COMMAND]")
    for name, task, what in (
        ("resolve", _resolve, "find out now what a purchase bought, or say which number it bought"),
        ("forget", _forget, "the same as --forget"),
    ):
        action = actions.add_parser(name, help=what, description=what)
        # An option before the subcommand counts if the subcommand has none.
        settings.add_stack(action, default=argparse.SUPPRESS)
        action.add_argument(
            "resource", metavar="RESOURCE", help="the URN, or the name if only one purchase has it"
        )
        action.set_defaults(task=task)
        if name == "resolve":
            action.add_argument(
                "number",
                metavar="NUMBER",
                nargs="?",
                help="the number that it bought, if you know it",
            )


def _run(options: argparse.Namespace) -> int:
    desk = _Desk.of(options)
    if options.keep is not None:
        desk.keep(*desk.purchase_of_number(options.keep))
    elif options.cancel is not None:
        desk.cancel(*desk.purchase_of_number(options.cancel))
    elif options.forget is not None:
        desk.forget(desk.purchase_for(options.forget))
    else:
        return desk.as_json() if options.json else desk.show()
    return 0


def _forget(options: argparse.Namespace) -> int:
    desk = _Desk.of(options)
    desk.forget(desk.purchase_for(options.resource))
    return 0


def _resolve(options: argparse.Namespace) -> int:
    desk = _Desk.of(options)
    found = desk.purchase_for(options.resource)
    desk.resolve(found, None if options.number is None else digits_in(options.number))
    return 0


@dataclass(frozen=True)
class _Desk:
    """The conversation with a person who settles purchases.

    Args:
        settler: settles purchases.
        overview: what is not settled.
        command: how this command was called, for the commands that it prints.
    """

    settler: Settler
    overview: Overview
    command: str

    @classmethod
    def of(cls, options: argparse.Namespace) -> "_Desk":
        """Look up what is not settled."""
        settler = Settler(settings.purchasing_context(options))
        return cls(
            settler, settler.overview(), f"vocode-pulumi purchases{settings.option(options)}"
        )

    # Showing.

    def as_json(self) -> int:
        """Print the overview as JSON."""
        overview = self.overview
        found = (*overview.found, *overview.retained)
        print(json.dumps([self._document(purchase) for purchase in found], indent=2))
        for line in self._not_settled_here():
            print(line, file=sys.stderr)
        return FOUND if overview.found else 0

    def _document(self, purchase: Purchase) -> dict[str, Any]:
        intent, account = purchase.attempt.intent, self.settler.context.account
        return {
            "urn": intent.owner.urn,
            "stack": str(intent.owner.stack),
            "place": intent.owner.stack.place,
            "number": purchase.number,
            "candidates": list(purchase.candidates),
            "cancelling": purchase.cancelling,
            "retained": purchase.retained,
            "asked": ask_in_words(intent.ask),
            "account": account.user_id,
            "base_url": account.base_url,
            "not_asked": list(purchase.not_asked),
        }

    def show(self) -> int:
        """Print the overview. At a terminal, ask what to do."""
        overview = self.overview
        asks = sys.stdin is not None and sys.stdin.isatty()
        if not overview.found:
            print("No unfinished purchase, and no number that no stack has.")
        for purchase in overview.found:
            facts = [*self._facts(purchase), *([] if asks else [("next", self._next(purchase))])]
            print(fact_block(purchase.name, facts))
        for purchase in overview.retained:
            print(
                f"{purchase.number} of {printable(purchase.name)} stays on purpose (retain_on_delete)."
            )
        for line in self._not_settled_here():
            print(line)
        left = [purchase for purchase in overview.found if not (asks and self._ask(purchase))]
        return FOUND if left else 0

    def _facts(self, purchase: Purchase) -> Iterator[tuple[str, Iterable[str]]]:
        """The facts of a purchase: the name of each, and its lines."""
        intent = purchase.attempt.intent
        if purchase.cancelling:
            number = f"{purchase.number}: its cancellation was begun, and it is still in service"
        elif purchase.number is not None:
            number = f"{purchase.number}: bought, and in no state that was read"
        elif purchase.candidates:
            number = f"not known; candidates: {', '.join(purchase.candidates)}"
        else:
            number = "not known; no number of the account fits so far"
        yield "number", fact_lines(number)
        yield "asked for", fact_lines(ask_in_words(intent.ask))
        yield "account", [str(self.settler.context.account)]
        yield "state", [intent.owner.stack.place]
        yield "not read", [line for state in purchase.not_asked for line in fact_lines(state)]
        yield "urn", [_urn(purchase)]

    def _next(self, purchase: Purchase) -> Iterator[str]:
        """The commands that settle a purchase, one in each line."""
        stack, command = purchase.attempt.intent.owner.stack, self.command
        name = shlex.quote(self._short(purchase))
        up = f"`pulumi up` in {stack}"
        if purchase.number is None:
            yield from fact_lines(
                f"{up} finds it out when it replaces {purchase.state_has}; or type:"
                if purchase.state_has
                else f"{up} finds it out before it buys; or type:"
            )
            yield f"{command} resolve {name}"
            for number in purchase.candidates:
                yield f"{command} --keep {number}"
                yield f"{command} --cancel {number}"
            if not purchase.candidates:
                yield f"{command} --forget {name}"
        elif purchase.cancelling:
            yield f"{command} --cancel {purchase.number}"
        else:
            yield from fact_lines(
                f"{up} takes it when it replaces {purchase.state_has}; or type:"
                if purchase.state_has
                else f"{up} takes it, if the program declares the resource; or type:"
            )
            yield f"{command} --keep {purchase.number}"
            yield f"{command} --cancel {purchase.number}"

    def _not_settled_here(self) -> Iterator[str]:
        """What cannot be settled here, one in each line."""
        yield from self._made_with_other_keys()
        yield from self._of_other_accounts()
        yield from self._of_other_logins()

    def _of_other_accounts(self) -> Iterator[str]:
        """Numbers of other accounts: this key cannot see them."""
        numbers: dict[str, list[str]] = {}
        for purchase in self.overview.of_other_accounts:
            numbers.setdefault(str(purchase.account), []).append(str(purchase.number))
        for account, bought in sorted(numbers.items()):
            yield printable(f"Bought in the account {account}, and in no state that was read:")
            yield wrapped(
                f"{', '.join(sorted(bought))}. Settle it with the key of that account.", "    "
            )

    def _made_with_other_keys(self) -> Iterator[str]:
        """Unfinished purchases that were made with another key."""
        for purchase in self.overview.elsewhere:
            account, urn = purchase.account, shlex.quote(_urn(purchase))
            yield f"{printable(purchase.name)}: an unfinished purchase, made with another key."
            if purchase.whose == "another's":
                whose = f"the account {account}" if account.user_id else f"an account {account}"
                yield wrapped(f"It was made in {whose}: settle it with that key.", "    ")
                continue
            yield wrapped(
                f"Which account at {account.base_url} has that key is not known: settle the purchase "
                "with that key. If it was an earlier key of this account, say what was bought:",
                "    ",
            )
            yield f"    {self.command} resolve {urn} NUMBER"
            yield f"    {self.command} --forget {urn}"

    def _of_other_logins(self) -> Iterator[str]:
        """Numbers of stacks that only another login can read."""
        places = Counter(
            purchase.attempt.intent.owner.stack.place for purchase in self.overview.of_other_logins
        )
        for place, count in sorted(places.items()):
            numbers = "1 number" if count == 1 else f"{count} numbers"
            yield printable(
                f"{numbers} of stacks in {place}: only that login can see whether the stacks have them."
            )

    # Finding a purchase.

    def purchase_for(self, resource: str) -> Purchase:
        """The purchase for a resource.

        Raises:
            VocodeError: no purchase is for it, or several are.
        """
        purchases = self.overview.to_settle
        matching = [purchase for purchase in purchases if resource in _names(purchase)]
        if len(matching) == 1:
            return matching[0]
        several = (
            f"{len(matching)} purchases are for" if matching else "No purchase to settle is for"
        )
        urns = [f"\n    {shlex.quote(_urn(purchase))}" for purchase in matching or purchases]
        hint = " Name one of these:" if urns else " There is nothing to settle."
        raise VocodeError(f"{several} {resource!r}.{hint}{''.join(dict.fromkeys(urns))}")

    def purchase_of_number(self, text: str) -> tuple[Purchase, str]:
        """The purchase that bought a number or may have bought it, and the number.

        Raises:
            VocodeError: no purchase did, or several may have.
        """
        number, purchases = digits_in(text), self.overview.to_settle
        matching = [
            purchase
            for purchase in purchases
            if number == purchase.number or number in purchase.candidates
        ]
        if len(matching) == 1:
            return matching[0], number
        words = (
            f"{len(matching)} purchases may have bought" if matching else "No purchase has bought"
        )
        commands = [
            f"\n    {self.command} resolve {shlex.quote(_urn(purchase))} {number}"
            for purchase in matching or purchases
            if purchase.number is None
        ]
        hint = (
            " First say which purchase bought it:"
            if commands
            else " `vocode-pulumi audit --stack NAME` says who holds it. With `--cancel-orphans` it "
            "cancels a number that nobody holds."
        )
        raise VocodeError(f"{words} {number}.{hint}{''.join(commands)}")

    def _short(self, purchase: Purchase) -> str:
        """The name of a resource if no other purchase has that name, else its URN."""
        name = purchase.attempt.intent.owner.name
        has_it = [other for other in self.overview.to_settle if name in _names(other)]
        return name if len(has_it) == 1 else _urn(purchase)

    # Settling.

    def _ask(self, purchase: Purchase) -> bool:
        """Ask what to do with a purchase; return whether it is settled."""
        print(f"\n{printable(purchase.name)}:", flush=True)
        try:
            return self._is_settled_by(_answer(_question(purchase)), purchase)
        except VocodeError as error:
            sys.stdout.flush()
            fail(str(error))
            return False

    def _is_settled_by(self, answer: str, purchase: Purchase) -> bool:
        word, _, given = answer.partition(" ")
        only = purchase.candidates[0] if len(purchase.candidates) == 1 else ""
        number = given or purchase.number or only
        match word[:1]:
            case "k" | "c" if not number:
                print("Say which number, as in `k 14155550100`.")
            case "k" if not purchase.cancelling:
                self.keep(purchase, digits_in(number))
                return True
            case "c" if _is_sure(digits_in(number)):
                self.cancel(purchase, digits_in(number))
                return True
            case "r" if purchase.number is None:
                return self.resolve(purchase, None) is None
            case "f" if purchase.number is None:
                self.forget(purchase)
                return True
        print("Left as it is.")
        return False

    def keep(self, purchase: Purchase, number: str) -> None:
        """Record that a number was bought, and print the line that adopts it."""
        self.settler.keep(purchase, number)
        print(
            f"{number} is kept, and no resource holds it. To take it over, put this into a program:"
            if purchase.state_has or purchase.retained
            else f"{number} is kept, and no resource holds it. Put this into the program before the next\n"
            "`pulumi up`, in place of the inputs that say what to buy. Without it `pulumi up` buys another:"
        )
        print(f'    adopt="{number}"')

    def cancel(self, purchase: Purchase, number: str) -> None:
        """Record that a number was bought, and cancel it."""
        self.settler.cancel(purchase, number)
        print(f"{number} is cancelled.")

    def forget(self, purchase: Purchase) -> None:
        """Record that a purchase bought nothing."""
        self.settler.forget(purchase)
        print(f"{printable(purchase.name)}: nothing was bought.{_next_step(purchase, 'buys')}")

    def resolve(self, purchase: Purchase, number: str | None) -> str | None:
        """Find out what a purchase bought, or record a number; return the number."""
        if number is None:
            number = self.settler.resolve(purchase)
        else:
            self.settler.give(purchase, number)
        if number is None:
            print(f"{printable(purchase.name)}: nothing was bought.{_next_step(purchase, 'buys')}")
        else:
            print(
                f"{printable(purchase.name)}: {number} was bought.{_next_step(purchase, 'takes it')}"
            )
        return number


# What is printed.


def _question(purchase: Purchase) -> str:
    if purchase.cancelling:
        return "[c]ancel it again, or Enter to leave it? "
    if purchase.number is not None:
        return "[k]eep it for a program to adopt, [c]ancel it, or Enter to leave it? "
    return (
        "[r]esolve: find it out now, [k]eep NUMBER, [c]ancel NUMBER,\n"
        "[f]orget: it bought nothing, or Enter to leave it? "
    )


def _is_sure(number: str) -> bool:
    return _answer(f"Cancel {number}? It cannot be bought back. [y/N] ") in ("y", "yes")


def _answer(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline().strip().lower()


def _next_step(purchase: Purchase, does: str) -> str:
    """What the next `pulumi up` does with what was settled."""
    if purchase.state_has is None:
        return f" The next `pulumi up` there {does}."
    return f"\nThe resource has {purchase.state_has}: a `pulumi up` there that replaces it {does}."


def _names(purchase: Purchase) -> tuple[str, str]:
    """The names by which a person may call a resource."""
    return purchase.attempt.intent.owner.name, _urn(purchase)


def _urn(purchase: Purchase) -> str:
    return purchase.attempt.intent.owner.urn

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi release`: let a number go, or all numbers of a stack that was removed."""

import argparse
import shlex
import sys
from collections.abc import Iterator

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import FOUND, Commands, digits_in, fact_block, foreign_fact_lines
from vocode_pulumi.purchasing import by_hand, removed_stacks
from vocode_pulumi.purchasing.objects import Cancelling
from vocode_pulumi.purchasing.removed_stacks import LeftNumber, RemovedStack
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.settings import project_name
from vocode_pulumi.terminal_text import count, wrapped

OTHER_LOGINS = (
    "The states of other logins were not read. If the stack was moved to another backend, its state there "
    "has these numbers: do not cancel them."
)
HOW_TO_KEEP = '    to keep one     put adopt="NUMBER" into a program and run `pulumi up`'


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "release",
        help="let a number go, or all numbers of a removed stack, so that another stack can adopt them",
        description="Let a number go. The stack that has it no longer cancels it. The next `adopt`, in any "
        "stack, takes it over. The number stays in service and costs money.",
        epilog="Exit status: 0 done, 1 something is left, 2 it could not be done.",
    )
    settings.add_stack(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "number", metavar="NUMBER", nargs="?", help="digits with the country code first"
    )
    what.add_argument(
        "--removed-stack",
        metavar="NAME",
        help="let all numbers go that the ledger says this stack holds, after the stack was removed",
    )
    parser.add_argument(
        "--cancel", action="store_true", help="cancel the numbers of the removed stack instead"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(task=lambda options: _run(options, parser))


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if options.removed_stack is not None:
        return _release_stack(options)
    if options.cancel or options.yes:
        parser.error("--cancel and --yes go with --removed-stack")
    number = digits_in(options.number)
    by_hand.release(settings.purchasing_context(options), number)
    print(
        f"{number} is let go: its stack no longer cancels it. It stays in service and costs money.\n"
        f'    to keep it      put adopt="{number}" into a program and run `pulumi up`\n'
        "    to cancel it    run `vocode-pulumi audit --stack NAME --cancel-orphans`"
    )
    return 0


def _release_stack(options: argparse.Namespace) -> int:
    context = settings.purchasing_context(options)
    name = StackName.of(options.removed_stack, project_name())
    removed = removed_stacks.find(context, name)
    print(_report(removed), flush=True)
    concerned = _concerned(removed, to_cancel=options.cancel)
    left = len(removed.unfinished)
    if not concerned:
        return FOUND if left else 0
    if options.cancel:
        print(wrapped(OTHER_LOGINS), flush=True)
    if not options.yes:
        if sys.stdin is None or not sys.stdin.isatty():
            print(_commands(options, removed))
            return FOUND
        if not _is_sure(removed, len(concerned), to_cancel=options.cancel):
            print("Nothing is changed.")
            return FOUND
        # Somebody may have created the stack again, or moved a number, while the person thought.
        removed = removed_stacks.find(context, name)
    again = {number.number: number for number in _concerned(removed, to_cancel=options.cancel)}
    act = removed_stacks.cancel if options.cancel else removed_stacks.release
    what = "is cancelled" if options.cancel else "is let go"
    for number in (number.number for number in concerned):
        done = number in again and act(context, again[number])
        left += not done
        print(
            f"{number} {what if done else 'is left alone: it was settled meanwhile'}.", flush=True
        )
    if not options.cancel:
        print(
            "They stay in service and cost money.\n"
            f"{HOW_TO_KEEP}\n"
            "    to cancel them  run `vocode-pulumi audit --all-stacks --cancel-orphans`"
        )
    return FOUND if left else 0


def _concerned(removed: RemovedStack, *, to_cancel: bool) -> list[LeftNumber]:
    """The numbers to act on. A number that stays on purpose is never cancelled."""
    return [number for number in removed.numbers if not (to_cancel and number.retained)]


# What is printed.


def _report(removed: RemovedStack) -> str:
    return "\n".join(_report_lines(removed))


def _report_lines(removed: RemovedStack) -> Iterator[str]:
    many = count(len(removed.numbers), "number")
    yield wrapped(
        f"This login has no stack {removed.stack.qualified}. The ledger says that it holds {many}, and no "
        f"state of this login has {'it' if len(removed.numbers) == 1 else 'them'}. States that were "
        f"read: {', '.join(removed.states_read) or 'none'}."
    )
    for number in removed.numbers:
        facts = [
            ("resource", foreign_fact_lines(number.holding.owner.name)),
            ("label", foreign_fact_lines(number.label) if number.label else []),
            ("note", [_note(number)] if _note(number) else []),
        ]
        yield fact_block(number.number, facts)
    for digits, stack in removed.in_states.items():
        yield f"{digits} is in the state of {stack}: it is left alone."
    for digits in removed.elsewhere:
        yield f"{digits} is in another account: use the key of that account."
    for name in removed.unfinished:
        yield wrapped(
            f"{name} has an unfinished purchase: settle it with `vocode-pulumi purchases`."
        )


def _note(number: LeftNumber) -> str:
    if isinstance(number.holding, Cancelling):
        return "its cancellation was begun"
    return (
        "it stays on purpose (retain_on_delete): it is never cancelled" if number.retained else ""
    )


def _commands(options: argparse.Namespace, removed: RemovedStack) -> str:
    """What to type where nobody can be asked."""
    command = (
        f"vocode-pulumi release{settings.option(options)} --removed-stack "
        f"{shlex.quote(removed.stack.qualified)}"
    )
    return (
        "Nothing is changed, because there is no terminal to ask at. To let the numbers go, type:\n"
        f"    {command} --yes\n"
        "To cancel them, which cannot be undone:\n"
        f"    {command} --cancel --yes"
    )


def _is_sure(removed: RemovedStack, many: int, *, to_cancel: bool) -> bool:
    if not to_cancel:
        question = f"Let {count(many, 'number')} go? They stay in service and cost money. [y/N] "
        return _answer(question).lower() in ("y", "yes")
    name = removed.stack.qualified
    return (
        _answer(
            f"Cancel {count(many, 'number')}? They cannot be bought back. Type {name} to cancel them: "
        )
        == name
    )


def _answer(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline().strip()

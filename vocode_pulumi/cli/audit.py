# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi audit`: compare the numbers of an account with the numbers of stacks.

Facts: https://docs.vocode.dev, ``GET /v1/numbers/list``, ``GET /v1/numbers``,
``POST /v1/numbers/cancel``.
"""

import argparse
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from vocode_pulumi.api.absence import NUMBERS, cancel, get_if_in_service
from vocode_pulumi.api.answers import listed_number_in
from vocode_pulumi.api.client import Client
from vocode_pulumi.audit import collecting
from vocode_pulumi.audit.collecting import AuditError
from vocode_pulumi.audit.comparing import Finding, Stack, compare
from vocode_pulumi.audit.stacks import not_compared
from vocode_pulumi.cli.console import FOUND, Commands, fact_block, foreign_fact_lines
from vocode_pulumi.purchasing import opening
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Account, Cancelling, Holder
from vocode_pulumi.purchasing.owner import PERSON
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.purchasing.states import (
    StateNotReadable,
    exported_text,
    listed_stacks,
    retry_transient,
)
from vocode_pulumi.redaction import printable
from vocode_pulumi.settings import Settings, project_name
from vocode_pulumi.terminal_text import count, wrapped

PIPE = "`pulumi stack export | vocode-pulumi audit`"
TERMINAL = Path("/dev/tty")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "audit",
        help="compare the account's numbers with those of stacks",
        description="Compare the account's numbers with those of stacks.",
        epilog="The account is that of VOCODE_API_KEY. Exit status: 0 no findings, 1 findings, "
        "2 nothing could be compared.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--all-stacks",
        action="store_true",
        help="read every stack of the login (`pulumi stack ls --all`)",
    )
    which.add_argument(
        "--stack",
        dest="stacks",
        action="append",
        type=_name,
        metavar="NAME",
        help="a stack to read with `pulumi stack export`; may be repeated "
        "(default: exported states on standard input)",
    )
    parser.add_argument(
        "--without",
        dest="left_out",
        action="append",
        type=_name,
        default=[],
        metavar="NAME",
        help="a stack that has no number of this account, and is not read; may be repeated",
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help="print one JSON document")
    ways.add_argument(
        "--cancel-orphans",
        action="store_true",
        help="ask about each number that no stack has, and cancel it if you say yes",
    )
    parser.set_defaults(task=_audit)


def _name(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return text


@dataclass(frozen=True)
class _Report:
    """A comparison.

    Args:
        key_account: the account of the key in use.
        account: the label of each number in service, by digits.
        stacks: the stacks of the comparison.
        findings: every difference.
        not_compared: the login's other stacks, but for those that were left out by name.
        why_unknown: why the login's stacks are not known; empty if they are.
    """

    key_account: Account
    account: dict[str, str]
    stacks: list[Stack]
    findings: list[Finding]
    not_compared: tuple[str, ...]
    why_unknown: str

    @property
    def orphans(self) -> dict[str, str]:
        """The label of each number that may be cancelled, by digits."""
        return {
            finding.number: finding.label or ""
            for finding in self.findings
            if finding.number is not None and finding.cancellable
        }


def _audit(options: argparse.Namespace) -> int:
    settings = Settings.load()
    if settings.api_key is None:
        raise AuditError(
            'VOCODE_API_KEY is not set. To use the key of a stack: export VOCODE_API_KEY="$(pulumi '
            'config get vocode:apiKey)".'
        )
    client, ledger = Client(settings), opening.ledger_of_settings(settings)
    read_stacks = _stack_reader(options)

    def compare() -> _Report:
        return _compare(client, ledger, read_stacks, options)

    report = compare()
    left = len(report.findings)
    if options.json:
        print(_report_json(report, settings.base_url))
    else:
        print(_report_text(report), flush=True)
    if options.cancel_orphans and report.orphans:
        _require_every_stack(report)
        _require_account_of_stacks(report)
        with _answer_source(options) as answers:
            left = _cancel(report, client, ledger, compare, answers)
    return FOUND if left else 0


# What is compared.


def _stack_reader(options: argparse.Namespace) -> Callable[[], list[Stack]]:
    """A function that reads the stacks, each time it is called."""
    if options.all_stacks:
        return lambda: [_export(name) for name in _every_stack(options.left_out)]
    if options.stacks:
        project = project_name()
        _require_not_left_out((StackName.of(name, project) for name in options.stacks), options)
        return lambda: [_export(name) for name in dict.fromkeys(options.stacks)]
    stacks = _stacks_on_stdin()
    _require_not_left_out(_names_of_states(stacks), options)
    return lambda: stacks


def _require_not_left_out(compared: Iterable[StackName], options: argparse.Namespace) -> None:
    """Refuse a stack that is compared and left out by name."""
    names, project = [*compared], project_name()
    for left_out in options.left_out:
        if any(StackName.of(left_out, project).is_same(name) for name in names):
            raise AuditError(
                f"The stack {printable(left_out)} is both compared and left out (--without). Give one of the two."
            )


def _names_of_states(stacks: Iterable[Stack]) -> list[StackName]:
    """The names of states on standard input, which are `project/stack`."""
    return [
        StackName(None, *stack.name.split("/", 1)) for stack in stacks if stack.name is not None
    ]


def _every_stack(left_out: Iterable[str]) -> list[str]:
    """The stacks of the login, but for those that were left out by name."""
    project = project_name()
    try:
        listed = listed_stacks()
    except StateNotReadable as error:
        raise AuditError(f"`pulumi stack ls --all`: {error.why}") from error
    return not_compared(listed, [StackName.of(name, project) for name in left_out], project)


def _not_compared(stacks: Iterable[Stack], options: argparse.Namespace) -> tuple[str, ...]:
    """The login's stacks that the audit neither reads nor was told to leave out.

    Raises:
        StateNotReadable: the stacks cannot be listed.
    """
    if options.all_stacks:
        return ()
    project = project_name()
    named = [*(options.stacks or ()), *options.left_out]
    compared = [StackName.of(name, project) for name in named]
    if not options.stacks:
        compared += _names_of_states(stacks)
    return tuple(not_compared(listed_stacks(), compared, project))


def _export(name: str) -> Stack:
    command = f"`pulumi stack export --stack {name}`"
    try:
        text = retry_transient(lambda: exported_text(name))
    except StateNotReadable as error:
        raise AuditError(f"{command}: {error.why}") from error
    try:
        (stack,) = collecting.read_states(text, name)
    except ValueError:
        raise AuditError(f"{command} printed something that is not one state.") from None
    return stack


def _stacks_on_stdin() -> list[Stack]:
    if _stdin().isatty():
        raise AuditError(f"Name the stacks to compare with (--stack NAME), or use {PIPE}.")
    try:
        text = _stdin().read()
        if not text.strip():
            raise AuditError(f"Standard input is empty: name stacks (--stack NAME), or use {PIPE}.")
        return collecting.read_states(text)
    except ValueError:
        raise AuditError(f"Standard input is not the state of a stack: use {PIPE}.") from None


def _stdin() -> TextIO:
    # Python has no standard input if the descriptor is closed.
    return sys.stdin or io.StringIO()


def _compare(
    client: Client,
    ledger: Ledger,
    read_stacks: Callable[[], list[Stack]],
    options: argparse.Namespace,
) -> _Report:
    # The order matters: if a purchase ends meanwhile, its number is in the ledger or in the stack
    # by the time that they are read.
    listed = client.list(f"{NUMBERS}/list")
    account, key_account = _labels_in_service(listed), _account_of_key(client.settings, listed)
    record = collecting.read_ledger(ledger, key_account, account)
    stacks = read_stacks()
    collecting.require_each_once(stacks)
    mentioned = {number for stack in stacks for number, _ in stack.holds} | {*record.held}
    for number in sorted(mentioned - account.keys()):
        account |= _label_if_in_service(client, number)
    others: tuple[str, ...] = ()
    why_unknown = ""
    try:
        others = _not_compared(stacks, options)
    except StateNotReadable as error:
        why_unknown = error.why
    findings = compare(account, stacks, record)
    return _Report(key_account, account, stacks, findings, others, why_unknown)


def _account_of_key(settings: Settings, listed: Iterable[dict[str, Any]]) -> Account:
    user_ids = (item.get("user_id") for item in listed)
    user_id = next((found for found in user_ids if isinstance(found, str) and found), None)
    return Account(settings.base_url, user_id, Keyring(settings.require_api_key()).mark)


def _label_if_in_service(client: Client, number: str) -> dict[str, str]:
    """A number that lists do not show yet, if it is in service."""
    found = get_if_in_service(client, number)
    return _labels_in_service([found]) if found is not None else {}


def _labels_in_service(answers: Iterable[dict[str, Any]]) -> dict[str, str]:
    try:
        numbers = [(listed_number_in(answer), answer) for answer in answers]
    except ValueError:
        raise AuditError(
            f"GET {NUMBERS} answered 200 without a number: check that VOCODE_BASE_URL is the API's "
            "address."
        ) from None
    return {
        number: str(answer.get("label") or "")
        for number, answer in numbers
        if answer.get("active") is not False
    }


# What is printed.


def _report_text(report: _Report) -> str:
    compared = f"{count(len(report.account), 'number')}, {count(len(report.stacks), 'stack')}"
    others = "".join(f"\nnot compared: {printable(name)}" for name in report.not_compared)
    if not report.findings:
        return f"{compared}: no findings.{others}"
    blocks = "\n\n".join(map(_block, report.findings))
    return f"{blocks}\n\n{compared}: {count(len(report.findings), 'finding')}.{others}"


def _block(finding: Finding) -> str:
    facts = (
        ("label", foreign_fact_lines(finding.label) if finding.label else []),
        (
            "resource",
            [line for found in finding.resources for line in foreign_fact_lines(str(found))],
        ),
    )
    head = f"{finding.kind} {finding.number or '(number not known)'}"
    return f"{fact_block(head, facts)}\n{wrapped(printable(finding.needs), '    ')}"


def _report_json(report: _Report, base_url: str) -> str:
    document = {
        "base_url": base_url,
        "account_id": report.key_account.user_id,
        "account": base_url,
        "numbers": len(report.account),
        "stacks": [stack.name for stack in report.stacks],
        "not_compared": None if report.why_unknown else [*report.not_compared],
        "findings": [asdict(finding) for finding in report.findings],
    }
    return json.dumps(document, indent=2)


# What is cancelled.


def _require_every_stack(report: _Report) -> None:
    """Refuse to cancel while a stack of the login may have the numbers."""
    if report.why_unknown:
        raise AuditError(
            "Nothing is cancelled: it is not known which other stacks may have these numbers. `pulumi "
            f"stack ls --all`: {report.why_unknown}"
        )
    if report.not_compared:
        names = ", ".join(map(printable, report.not_compared))
        raise AuditError(
            f"Nothing is cancelled: these stacks of the login may have the numbers: {names}. Compare them "
            "too (--stack NAME, or --all-stacks), or leave each out by name (--without NAME)."
        )


def _require_account_of_stacks(report: _Report) -> None:
    held = {number for stack in report.stacks for number, _ in stack.holds}
    if held and held.isdisjoint(report.account):
        raise AuditError(
            "None of the numbers that these stacks hold is in this account. The key may be another "
            "account's, so nothing is cancelled. Check VOCODE_API_KEY. If the key is right, run "
            "`pulumi refresh`: it takes the numbers out of the stacks."
        )


@contextmanager
def _answer_source(options: argparse.Namespace) -> Iterator[TextIO]:
    """Where answers come from: standard input, or the terminal if the states came from there."""
    if options.stacks or options.all_stacks:
        yield _stdin()
        return
    try:
        terminal = TERMINAL.open()
    except OSError:
        raise AuditError(
            "There is no terminal to ask at: nothing is cancelled. Name the stacks (--stack NAME) "
            "to answer on standard input."
        ) from None
    with terminal:
        yield terminal


def _cancel(
    report: _Report,
    client: Client,
    ledger: Ledger,
    compare_again: Callable[[], _Report],
    answers: TextIO,
) -> int:
    """Cancel the orphans that a person says yes to; return how many findings are left."""
    cancelled = set()
    for number, label in report.orphans.items():
        name = f'{number} ("{printable(label)}")' if label else number
        question = f"Cancel {name}? It cannot be bought back. [y/N] "
        print(question, end="", file=sys.stderr, flush=True)
        answer = answers.readline()
        if not answer:
            print(file=sys.stderr)
            break
        if answer.strip().lower() not in ("y", "yes"):
            continue
        # Somebody may have adopted the number while the person thought about the answer.
        report = compare_again()
        _require_every_stack(report)
        if number not in report.orphans or not _is_ours_to_cancel(
            ledger, number, report.key_account
        ):
            print(f"{number} is left alone: it is not an orphan any more.", flush=True)
            continue
        cancel(client, number, report.key_account.user_id)
        cancelled.add(number)
        print(f"{number} is cancelled.", flush=True)
    left = sum(
        finding.number is None or finding.number not in cancelled for finding in report.findings
    )
    print(f"{count(len(cancelled), 'number')} cancelled, {count(left, 'finding')} left.")
    return left


def _is_ours_to_cancel(ledger: Ledger, number: str, account: Account) -> bool:
    """Record that a number is being cancelled, so that nobody adopts it. Return whether we may."""
    history = ledger.history(number)
    newest = history.newest
    if isinstance(newest, Cancelling):
        return newest.owner == PERSON
    if isinstance(newest, Holder):
        return False
    return ledger.hold(number, history.next, Cancelling(None, PERSON, account))

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi generate`: write a program that declares what an account has, and the file that imports it."""

import argparse
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import FAILED, FOUND, Commands, digits_in, fail
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.generate import commands
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.redaction import printable
from vocode_pulumi.settings import project_name
from vocode_pulumi.wrapping import count, wrapped

if TYPE_CHECKING:
    from vocode_pulumi.generate.choosing import Choice, Filters
    from vocode_pulumi.generate.importing import Importer, ImportFile
    from vocode_pulumi.generate.program import Program

IMPORT_FILE = "import.json"
WITH_SECRETS = "With --with-secrets the last command sets what `pulumi config` sets here, from what Vocode has."
ONLY = (
    *("numbers", "linked_numbers", "agents", "prompts", "voices", "webhooks", "actions"),
    *("vector_databases", "account_connections"),
)


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "generate",
        help="write a program that declares what the account has",
        description="Write a Pulumi program that declares what the account has. With --stack, also write the "
        "file by which `pulumi import` takes everything into this stack: nothing is bought or changed.",
        epilog="Exit status: 0 done, 1 --check found a difference, 2 it could not be done.",
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="the program's folder"
    )
    parser.add_argument(
        "--stack",
        metavar="NAME",
        help="import into this stack; its settings are read, secrets included",
    )
    parser.add_argument(
        "--number",
        dest="numbers",
        action="append",
        default=[],
        metavar="NUMBER",
        help="only this number and what it uses; a pattern such as '1415*' is possible; may be repeated",
    )
    parser.add_argument(
        "--label",
        dest="labels",
        action="append",
        default=[],
        metavar="LABEL",
        help="only numbers with this label, and what they use; may be a pattern, and be repeated",
    )
    parser.add_argument(
        "--agent",
        dest="agents",
        action="append",
        default=[],
        metavar="AGENT",
        help="only agents with this name or id, and what they use; may be a pattern, and be repeated",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=ONLY,
        help="declare only this kind; what it uses is looked up; may be repeated",
    )
    parser.add_argument(
        "--flat", action="store_true", help="make each object a resource of its own, none inline"
    )
    parser.add_argument(
        "--protect",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="protect numbers from a destroy (default: yes)",
    )
    parser.add_argument(
        "--with-secrets",
        action="store_true",
        help="set the credentials that Vocode has in the configuration of the stack, encrypted",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="import into the stack, and make sure that a preview is empty and nothing was written at Vocode",
    )
    parser.set_defaults(task=lambda options: _run(options, parser))


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if (options.check or options.with_secrets) and not options.stack:
        parser.error("--check and --with-secrets need --stack")
    # Imported here, because other commands do not need the resources.
    from vocode_pulumi.generate.choosing import Filters
    from vocode_pulumi.generate.folder import Folder

    Folder(options.out).begin_project()
    # Pulumi's commands, and settings that are paths, go by the folder of the program.
    os.chdir(options.out)
    return _generate(
        options,
        Filters(
            tuple(map(_number, options.numbers)),
            tuple(options.labels),
            tuple(options.agents),
            tuple(options.only),
        ),
    )


def _number(text: str) -> str:
    return text if any(letter in text for letter in "*?[") else digits_in(text)


def _generate(options: argparse.Namespace, filters: "Filters") -> int:
    from vocode_pulumi.generate.choosing import choose
    from vocode_pulumi.generate.folder import Folder
    from vocode_pulumi.generate.naming import names_of
    from vocode_pulumi.generate.program import Writer
    from vocode_pulumi.generate.reading import read_account

    folder, stack = Folder(Path()), _stack(options)
    client = settings.client(options)
    importer = _importer(options, stack) if stack else None
    account = read_account(client.settings, _progress)
    in_state = importer.names_in_state(account) if importer else {}
    names = names_of(account, folder.names, in_state)
    choice = choose(account, filters, {}, flat=options.flat)
    if importer:
        refused = importer.refused(names, choice.declared.values())
        choice = choose(account, filters, refused, flat=options.flat)
    if not choice.declared:
        return _tell_that_there_is_nothing(choice)
    program = Writer(choice, names, in_state, protect=options.protect).program()
    folder.write(program.files, names)
    Path(IMPORT_FILE).unlink(missing_ok=True)
    print(_summary(choice, program), flush=True)
    if importer is None:
        print(_before_a_stack(options, choice, program))
        return 0
    if options.with_secrets or options.check:
        _set_secrets(options, program)
    file = importer.import_file(names, choice)
    if options.check:
        return _check(options, file, lambda: read_account(client.settings, _progress) == account)
    print(_import_steps(options, program, file))
    return 0


def _stack(options: argparse.Namespace) -> StackName | None:
    """The stack to import into; ``None`` if none is named."""
    if not options.stack:
        return None
    commands.require_import()
    return commands.find_stack(options.stack, project_name())


def _importer(options: argparse.Namespace, stack: StackName) -> "Importer":
    from vocode_pulumi.generate.importing import Importer

    context = settings.purchasing_context(options)
    return Importer(context, StackId(context.place, *map(str, stack)))


def _set_secrets(options: argparse.Namespace, program: "Program") -> None:
    """Set the credentials that the program reads, or make sure that a person has set them."""
    before = commands.values_of_project(options.stack)
    if options.with_secrets:
        for key, value in program.secrets.items():
            if before.get(key) != value:
                commands.set_secret(options.stack, key, value)
        return
    missing = [key for key in program.secrets if key not in before]
    if missing:
        raise VocodeError(
            f"Nothing is imported: the configuration of {options.stack} has no {', '.join(missing)}. Set each with "
            "`pulumi config set --secret`, or give --with-secrets."
        )


def _check(
    options: argparse.Namespace, file: "ImportFile", is_as_before: Callable[[], bool]
) -> int:
    """Import into the stack, and make sure that nothing is left to do."""
    if file.resources:
        done = commands.import_file(options.stack, file.text, protect=options.protect)
        if not done.succeeded:
            raise VocodeError(f"`pulumi import` failed:\n{done.printed.strip()}")
    print(f"{count(len(file.resources), 'resource')} imported.", flush=True)
    done = commands.preview(options.stack)
    if not done.succeeded:
        print(done.printed)
        return fail("The preview failed, or shows changes.", FOUND)
    if not is_as_before():
        return fail("The account is not as it was: somebody has changed it meanwhile.", FOUND)
    print("The preview is empty, and the account is as it was.")
    return 0


# What is printed.


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == of else ""
        print(f"\rreading the account: {done} of {of}", end=end, file=sys.stderr, flush=True)


def _summary(choice: "Choice", program: "Program") -> str:
    many = Counter(live.kind.noun.replace("_", " ") for live in choice.resources)
    resources = ", ".join(count(many[noun], noun) for noun in sorted(many)) or "no resource"
    lines = [
        f"{resources}; {count(len(choice.inline), 'object')} inline; {count(len(program.files), 'file')}."
    ]
    for live in choice.declared.values():
        if live.declaration.unknown:
            names = ", ".join(live.declaration.unknown)
            lines.append(f"without {names}, which this version does not know: {live}")
    lines += _left_out(choice)
    return "\n".join(wrapped(printable(line), hanging="    ") for line in lines)


def _tell_that_there_is_nothing(choice: "Choice") -> int:
    for line in _left_out(choice):
        print(wrapped(printable(line), hanging="    "))
    if any(left.why for left in choice.left_out):
        return fail("Nothing is written: everything is left out.", FAILED)
    if choice.left_out:
        asked = "--number, --label, --agent or --only"
        return fail(f"Nothing is written: the account has nothing that {asked} ask for.", FAILED)
    return fail("Nothing is written: the account has nothing to declare.", FAILED)


def _left_out(choice: "Choice") -> list[str]:
    return [f"left out: {left.object}: {left.why}" for left in choice.left_out if left.why]


def _before_a_stack(options: argparse.Namespace, choice: "Choice", program: "Program") -> str:
    lines = []
    numbers = sum(live.kind.is_number for live in choice.declared.values())
    if numbers:
        lines = [
            wrapped(
                f"Import before the first `pulumi up`: without the import it would buy {count(numbers, 'number')}. Which "
                "numbers other stacks have is looked up with --stack."
            )
        ]
    lines += [
        "To import it all into a stack, without a purchase and without a change:",
        f"    cd {shlex.quote(str(options.out))}",
        "    pulumi stack init NAME",
        *_secret_lines("NAME", program),
        "    vocode-pulumi generate --out . --stack NAME --check",
    ]
    if program.secrets:
        lines.append(WITH_SECRETS)
    return "\n".join(lines)


def _import_steps(options: argparse.Namespace, program: "Program", file: "ImportFile") -> str:
    stack = shlex.quote(options.stack)
    if not file.resources:
        return f"The stack {options.stack} has everything already."
    lines = ["To do next, in the folder of the program:"]
    if not options.with_secrets:
        lines += _secret_lines(stack, program)
    if file.has_secret:
        lines.append(f"    vocode-pulumi generate --out . --stack {stack} --check")
        return "\n".join(lines if options.with_secrets else [*lines, WITH_SECRETS])
    Path(IMPORT_FILE).write_text(file.text, encoding="utf-8")
    protect = "" if options.protect else " --protect=false"
    lines += [
        f"    pulumi import --file {IMPORT_FILE} --generate-code=false --stack {stack}{protect}",
        f"    pulumi preview --stack {stack}",
    ]
    return "\n".join(lines)


def _secret_lines(stack: str, program: "Program") -> list[str]:
    return [f"    pulumi config set --secret {key} --stack {stack}" for key in program.secrets]

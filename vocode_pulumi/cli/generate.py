# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi generate`: write a program that declares what an account has, and the file that imports it."""

import argparse
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import FAILED, FOUND, Commands, digits_in, fail
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.generate import commands
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.redaction import printable
from vocode_pulumi.review import running
from vocode_pulumi.settings import project_name
from vocode_pulumi.terminal_text import count, wrapped

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
        help="declare only this kind, and look up what it uses; may be repeated",
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
        "--adopt",
        action="store_true",
        help="write adopt= for each object instead of an import file (a Pulumi before 3.255 always needs this)",
    )
    parser.add_argument(
        "--with-secrets",
        action="store_true",
        help="set the credentials that Vocode has in the configuration of the stack, encrypted",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="import into the stack or adopt, and make sure that a preview is empty and nothing has changed at Vocode",
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
    from vocode_pulumi.generate.choosing import adopts, choose
    from vocode_pulumi.generate.folder import Folder
    from vocode_pulumi.generate.naming import names_of
    from vocode_pulumi.generate.program import Writer
    from vocode_pulumi.generate.reading import read_account

    folder, is_adopting, stack = Folder(Path()), _is_adopting(options), _stack(options)
    # An adopted object owns none of its parts, so each part is adopted by a resource of its own.
    flat = options.flat or is_adopting
    client = settings.client(options)
    importer = _importer(options, stack) if stack else None
    account = read_account(client.settings, _progress)
    in_state = importer.names_in_state(account) if importer else {}
    names = names_of(account, folder.names, in_state)
    choice = choose(account, filters, {}, flat=flat)
    asked: dict[str, str] = {}
    if importer:
        refused = importer.refused(names, choice.declared.values())
        asked = {number: refused.pop(number) for number in filters.numbers if number in refused}
        choice = choose(account, filters, refused, flat=flat)
    if not choice.declared:
        return _tell_that_there_is_nothing(choice)
    taken = importer.taken(account) if importer else {}
    adopted = adopts(choice, taken, all_new=is_adopting, asked=asked.keys())
    program = Writer(choice, names, in_state, adopts=adopted, protect=options.protect).program()
    folder.write(program.files, names)
    Path(IMPORT_FILE).unlink(missing_ok=True)
    print(_summary(choice, program, asked), flush=True)
    if importer is None:
        print(_before_a_stack(options, choice, program))
        return 0
    if asked:
        return _tell_what_is_not_yours_yet(options)
    if options.with_secrets or options.check:
        _set_secrets(options, program)

    def is_as_before() -> bool:
        return read_account(client.settings, _progress) == account

    if is_adopting:
        if options.check:
            return _check_adoption(options, choice, is_as_before)
        print(_adoption_steps(options, program))
        return 0
    file = importer.import_file(names, choice)
    if options.check:
        return _check_import(options, file, is_as_before)
    print(_import_steps(options, program, file))
    return 0


def _is_adopting(options: argparse.Namespace) -> bool:
    """Whether the program takes the objects over with ``adopt=``."""
    if options.adopt or not options.stack:
        return bool(options.adopt)
    version = commands.old_version()
    if version:
        line = (
            f"`pulumi` is {version}, and its import takes no outputs (3.255 does): the program adopts each object "
            "instead (adopt=)."
        )
        print(wrapped(line), flush=True)
    return bool(version)


def _stack(options: argparse.Namespace) -> StackName | None:
    """The stack that takes the objects; ``None`` if none is named."""
    return commands.find_stack(options.stack, project_name()) if options.stack else None


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


def _check_import(
    options: argparse.Namespace, file: "ImportFile", is_as_before: Callable[[], bool]
) -> int:
    """Import into the stack, and make sure that nothing is left to do."""
    if file.resources:
        done = commands.import_file(options.stack, file.text, protect=options.protect)
        if not done.succeeded:
            raise VocodeError(f"`pulumi import` failed:\n{done.printed.strip()}")
    print(f"{count(len(file.resources), 'resource')} imported.", flush=True)
    return _check_that_nothing_is_left(options, is_as_before)


def _check_adoption(
    options: argparse.Namespace, choice: "Choice", is_as_before: Callable[[], bool]
) -> int:
    """Run `pulumi up` if it adopts and does nothing else, and make sure that nothing is left to do."""
    from vocode_pulumi.generate.adopting import objections

    found = running.preview(options.stack, refresh=False, plan=None)
    if found.errors:
        raise VocodeError("Nothing is adopted: the preview failed:\n" + "\n".join(found.errors))
    lines = objections(found, choice)
    if lines:
        print("\n".join(wrapped(printable(line), hanging="    ") for line in lines))
        return fail("Nothing is adopted: `pulumi up` would do more than that.", FOUND)
    done = commands.up(options.stack)
    if not done.succeeded:
        raise VocodeError(f"`pulumi up` failed:\n{done.printed.strip()}")
    new = sum(step.op == "create" and step.resource.is_ours for step in found.steps)
    print(f"{count(new, 'resource')} adopted.", flush=True)
    return _check_that_nothing_is_left(options, is_as_before)


def _check_that_nothing_is_left(
    options: argparse.Namespace, is_as_before: Callable[[], bool]
) -> int:
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


def _summary(choice: "Choice", program: "Program", asked: Mapping[str, str]) -> str:
    many = Counter(live.kind.noun.replace("_", " ") for live in choice.resources)
    resources = ", ".join(count(many[noun], noun) for noun in sorted(many)) or "no resource"
    lines = [
        f"{resources}; {count(len(choice.inline), 'object')} inline; {count(len(program.files), 'file')}."
    ]
    for live in choice.declared.values():
        if live.declaration.unknown:
            names = ", ".join(live.declaration.unknown)
            lines.append(f"without {names}, which this version does not know: {live}")
    lines += [f"not yet yours: {choice.declared[number]}: {why}" for number, why in asked.items()]
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


def _tell_what_is_not_yours_yet(options: argparse.Namespace) -> int:
    """The program adopts what it cannot have yet, so that no `pulumi up` buys another number instead."""
    if options.check:
        return fail("Nothing is done: the stack cannot have every number yet.", FAILED)
    print(
        wrapped(
            "Until the stack can have what is not yet yours, a preview refuses it (adopt=). Then, in the folder of the "
            "program:"
        )
    )
    print(_check_line(options, options.stack))
    return 0


def _left_out(choice: "Choice") -> list[str]:
    return [f"left out: {left.object}: {left.why}" for left in choice.left_out if left.why]


def _before_a_stack(options: argparse.Namespace, choice: "Choice", program: "Program") -> str:
    lines = []
    numbers = sum(live.kind.is_number for live in choice.declared.values())
    if numbers and not options.adopt:
        lines = [
            wrapped(
                f"Import before the first `pulumi up`: without the import it would buy {count(numbers, 'number')}. Which "
                "numbers other stacks have is looked up with --stack."
            )
        ]
    lines += [
        f"To {'adopt' if options.adopt else 'import'} it all into a stack, without a purchase and without a change:",
        f"    cd {shlex.quote(str(options.out))}",
        "    pulumi stack init NAME",
        *_secret_lines("NAME", program),
        _check_line(options, "NAME"),
    ]
    if program.secrets:
        lines.append(WITH_SECRETS)
    return "\n".join(lines)


def _steps(
    options: argparse.Namespace, program: "Program", last: list[str], *, sets_secrets: bool
) -> str:
    """What to do next in the folder of the program.

    Args:
        options: the command line.
        program: the program.
        last: the last lines.
        sets_secrets: whether the last line can set credentials too.
    """
    lines = ["To do next, in the folder of the program:"]
    if options.with_secrets:
        return "\n".join([*lines, *last])
    lines += [*_secret_lines(shlex.quote(options.stack), program), *last]
    return "\n".join([*lines, WITH_SECRETS] if program.secrets and sets_secrets else lines)


def _check_line(options: argparse.Namespace, stack: str) -> str:
    """The command that writes the same program again, and takes everything into a stack."""
    words = ["vocode-pulumi", "generate", "--out", ".", "--stack", stack]
    for option, values in (
        ("--number", options.numbers),
        ("--label", options.labels),
        ("--agent", options.agents),
        ("--only", options.only),
    ):
        words += [word for value in values for word in (option, value)]
    words += ["--flat"] if options.flat else []
    words += ["--no-protect"] if not options.protect else []
    words += ["--adopt"] if options.adopt else []
    return f"    {shlex.join([*words, '--check'])}"


def _adoption_steps(options: argparse.Namespace, program: "Program") -> str:
    return _steps(options, program, [_check_line(options, options.stack)], sets_secrets=True)


def _import_steps(options: argparse.Namespace, program: "Program", file: "ImportFile") -> str:
    stack = shlex.quote(options.stack)
    if not file.resources:
        return f"The stack {options.stack} has everything already."
    if file.has_secret:
        return _steps(options, program, [_check_line(options, options.stack)], sets_secrets=True)
    Path(IMPORT_FILE).write_text(file.text, encoding="utf-8")
    protect = "" if options.protect else " --protect=false"
    commands_of_pulumi = [
        f"    pulumi import --file {IMPORT_FILE} --generate-code=false --stack {stack}{protect}",
        f"    pulumi preview --stack {stack}",
    ]
    return _steps(options, program, commands_of_pulumi, sets_secrets=False)


def _secret_lines(stack: str, program: "Program") -> list[str]:
    return [f"    pulumi config set --secret {key} --stack {stack}" for key in program.secrets]

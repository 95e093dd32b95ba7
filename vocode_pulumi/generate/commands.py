# SPDX-License-Identifier: Apache-2.0
"""The commands of Pulumi that a generated program needs. Secrets go through standard input."""

import re
from typing import NamedTuple

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.pulumi_command import configuration, reason_of, run_pulumi
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.purchasing.states import listed_stacks

OLDEST = (3, 255)
"""The oldest version of `pulumi` whose import takes inputs and outputs."""
OPEN_FILE = "/dev/stdin"
"""The import file may have credentials: it goes to `pulumi` as its standard input, which has no name on a disk."""


class Done(NamedTuple):
    """A command that has ended.

    Args:
        succeeded: whether it did what it was asked for.
        printed: what it printed.
    """

    succeeded: bool
    printed: str


def find_stack(name: str, project: str | None) -> StackName:
    """The full name of a stack of the login.

    Args:
        name: the stack's name, as Pulumi's commands take it.
        project: the project of the program's folder.

    Raises:
        StateNotReadable: the stacks cannot be listed.
        VocodeError: there is no such stack.
    """
    wanted = StackName.of(name, project)
    for listed in listed_stacks():
        found = StackName.of(listed, project)
        if wanted.is_same(found):
            return found
    raise VocodeError(
        f"The project {project} has no stack {name}: make it with `pulumi stack init {name}` in the folder of the "
        "program."
    )


def old_version() -> str:
    """The version of the `pulumi` on PATH if it is too old to import outputs; empty if it is not.

    Raises:
        PulumiNotRun: it cannot be run.
    """
    printed = run_pulumi("version").stdout.strip()
    found = re.match(r"v?(\d+)\.(\d+)", printed)
    is_old = found is not None and (int(found[1]), int(found[2])) < OLDEST
    return printed if is_old else ""


def values_of_project(stack: str) -> dict[str, str]:
    """The values of a stack's configuration that belong to its project, secrets in clear.

    Raises:
        VocodeError: they cannot be read.
    """
    found = configuration(stack)
    return {key.split(":", 1)[1]: value for key, value in found.items() if value is not None}


def set_secret(stack: str, key: str, value: str) -> None:
    """Set a value of a stack's configuration, encrypted.

    Raises:
        VocodeError: it cannot be set.
    """
    done = run_pulumi("config", "set", "--secret", "--stack", stack, key, given=value)
    if done.returncode:
        raise VocodeError(f"`pulumi config set --secret {key}`: {reason_of(done)}")


def import_file(stack: str, document: str, *, protect: bool) -> Done:
    """Import everything that an import file has."""
    words = ["import", "--file", OPEN_FILE, "--stack", stack, f"--protect={str(protect).lower()}"]
    words += ["--generate-code=false", "--skip-preview", "--yes"]
    done = run_pulumi(*words, given=document)
    return Done(done.returncode == 0, done.stdout + done.stderr)


def up(stack: str) -> Done:
    """Run `pulumi up` without another preview."""
    done = run_pulumi("up", "--skip-preview", "--yes", "--stack", stack)
    return Done(done.returncode == 0, done.stdout + done.stderr)


def preview(stack: str) -> Done:
    """Make a preview, which fails if it shows a change."""
    done = run_pulumi("preview", "--diff", "--stack", stack, "--expect-no-changes")
    return Done(done.returncode == 0, done.stdout + done.stderr)

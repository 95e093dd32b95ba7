# SPDX-License-Identifier: Apache-2.0
"""Reading Pulumi's states to find out which resource has a number.

``pulumi stack export`` works during a run of the engine. It needs no passphrase and no lock. It finds
the state as the engine does: by the environment and the folder in which the engine runs. With the file
backend it may read a half-written file, so it is tried again.

Facts: Pulumi's commands ``stack export`` and ``stack ls``. ASSUMED: Pulumi Cloud shows a change as soon
as the file backend does.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from vocode_pulumi import digits
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.launcher import folder_of_engine, program_of_engine
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.pulumi_command import Done, PulumiNotRun, reason_of, run_pulumi
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.record import HiddenRecord, NewerRecord

T = TypeVar("T")

NUMBER_TYPES = ("vocode:PhoneNumber", "vocode:LinkedNumber")
"""The ends of the types of resources that hold a number. The id of such a resource is the number."""
COMMAND_TIMEOUT = 30.0
"""Seconds to wait for one `pulumi` command."""
MAX_TRIES = 6
"""How often a state is read that the engine may be writing."""
FIRST_WAIT = 0.2
"""Seconds to wait after the first try. Each later wait is twice as long."""
PARALLEL_EXPORTS = 8
"""How many states are read at the same time."""
TRANSIENT = ("checkpoint", "EOF", "end of JSON")
"""Words in the errors of `pulumi` for a file that the engine is writing."""
NO_STACK_STATUS = 6
"""The exit status of `pulumi` for a stack that does not exist."""


class StateNotReadable(VocodeError):
    """A stack's state cannot be read.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        why: why the state cannot be read.
        transient: whether the state may be readable in a moment, because the engine was writing it.
    """

    def __init__(self, stack: str, why: str, *, transient: bool = False) -> None:
        self.stack = stack
        self.why = why
        self.transient = transient
        super().__init__(f"the state of {stack} cannot be read ({why})")


class NoSuchStack(StateNotReadable):
    """There is no stack of that name."""


@dataclass(frozen=True)
class HeldNumber:
    """A number that a stack's state has.

    Args:
        urn: the URN of the resource.
        number: digits.
        claim: the claim in the resource's hidden record; ``None`` in a state of version 0.1.
        account: Vocode's id of the account of the number; ``None`` if the state does not have it.
    """

    urn: str
    number: str
    claim: str | None
    account: str | None


@dataclass(frozen=True)
class State:
    """The numbers in a stack's state.

    Args:
        numbers: the numbers that its resources hold, including resources that are to be deleted.
    """

    numbers: tuple[HeldNumber, ...] = ()

    def resource_with(self, number: str, claims: Set[str]) -> HeldNumber | None:
        """The resource that has a number; ``None`` if none has.

        Args:
            number: digits.
            claims: every claim that the ledger has on the number. A resource with a claim that is not
                among them does not have the number: it held the number before an earlier cancellation.
        """
        return next(
            (
                held
                for held in self.numbers
                if held.number == number and (held.claim is None or held.claim in claims)
            ),
            None,
        )


class States(Protocol):
    """Reads the states of stacks."""

    def own(self, stack: StackId) -> State:
        """The state of a stack; an empty state if the stack does not exist.

        Raises:
            StateNotReadable: the state cannot be read.
        """
        ...

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The states of the login's other stacks, by the stack's name.

        Raises:
            StateNotReadable: the stacks cannot be listed.
        """
        ...


class PulumiStates:
    """Reads states with the `pulumi` on PATH, else with the one that runs. Threads may share it."""

    def own(self, stack: StackId) -> State:
        """The state of a stack; an empty state if the stack does not exist."""
        return read_state(stack.qualified)

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The states of the login's other stacks, by the stack's name."""
        names = other_stacks(stack)
        with ThreadPoolExecutor(PARALLEL_EXPORTS) as pool:
            return dict(zip(names, pool.map(_read_state_or_error, names), strict=True))


def read_state(stack: str) -> State:
    """Read a stack's state with `pulumi stack export`; an empty state if the stack does not exist.

    Args:
        stack: the stack's name, as Pulumi's commands take it.

    Raises:
        StateNotReadable: the state cannot be read.
    """

    def ask() -> State:
        try:
            return state_in(exported_text(stack), stack)
        except NoSuchStack:
            return State()

    return retry_transient(ask)


def stack_exists(stack: str) -> bool:
    """Whether the login has a stack.

    Args:
        stack: the stack's full name.

    Raises:
        StateNotReadable: it cannot be found out.
    """
    try:
        retry_transient(lambda: exported_text(stack))
    except NoSuchStack:
        return False
    return True


def exported_text(stack: str, *options: str) -> str:
    """What `pulumi stack export` prints for a stack.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        options: further options of the command.

    Raises:
        NoSuchStack: there is no stack of that name.
        StateNotReadable: the state cannot be read.
    """
    done = _pulumi(stack, "stack", "export", f"--stack={stack}", *options)
    if done.returncode == NO_STACK_STATUS and "no stack named" in done.stderr:
        raise NoSuchStack(stack, reason_of(done))
    if done.returncode:
        raise _error_of(stack, done)
    return done.stdout


def state_in(text: str, stack: str) -> State:
    """The numbers in an exported state.

    Args:
        text: the state as `pulumi stack export` prints it.
        stack: the stack's name, for the error.

    Raises:
        StateNotReadable: the text is not an exported state.
    """
    try:
        resources = json.loads(text)["deployment"].get("resources") or []
        return State(tuple(_numbers_in(resources)))
    except (ValueError, KeyError, TypeError, AttributeError):
        why = "it is not the export of a state"
        raise StateNotReadable(stack, why, transient=True) from None


def _numbers_in(resources: Iterable[Mapping[str, Any]]) -> Iterable[HeldNumber]:
    for resource in resources:
        number = digits.normal(resource.get("id"))
        if number and not resource.get("external") and resource["type"].endswith(NUMBER_TYPES):
            try:
                record = HiddenRecord.of(resource.get("outputs") or {})
            except NewerRecord:
                # A newer version wrote the record. Its claim is unknown, so the number alone counts.
                record = HiddenRecord()
            yield HeldNumber(resource["urn"], number, record.claim, record.account)


def _read_state_or_error(stack: str) -> State | StateNotReadable:
    try:
        return read_state(stack)
    except StateNotReadable as error:
        return error


def listed_stacks() -> list[str]:
    """Every stack of the login by its full name, ``organization/project/name``.

    Raises:
        StateNotReadable: the stacks cannot be listed.
    """

    def ask() -> list[str]:
        done = _pulumi("the login", "stack", "ls", "--all", "--json", "--fully-qualify-stack-names")
        if done.returncode:
            raise _error_of("the login's stacks", done)
        try:
            return [str(entry["name"]) for entry in json.loads(done.stdout)]
        except (ValueError, KeyError, TypeError):
            raise StateNotReadable("the login's stacks", "`pulumi stack ls` is odd") from None

    return retry_transient(ask)


def other_stacks(stack: StackId) -> list[str]:
    """The full names of the login's stacks, but for one.

    Args:
        stack: the one that is left out.

    Raises:
        StateNotReadable: the stacks cannot be listed.
    """
    own = StackName.of(stack.qualified, stack.project)
    return [name for name in listed_stacks() if not StackName.of(name, stack.project).is_same(own)]


def retry_transient(ask: Callable[[], T]) -> T:
    """Call a function that reads a state; try again while the engine may be writing the state.

    Args:
        ask: reads the state, or raises :class:`StateNotReadable`.

    Raises:
        StateNotReadable: the state cannot be read.
    """
    for at in range(MAX_TRIES):
        try:
            return ask()
        except StateNotReadable as error:
            if at == MAX_TRIES - 1 or not error.transient:
                raise
            time.sleep(FIRST_WAIT * 2**at)
    raise AssertionError


def _pulumi(stack: str, *words: str) -> Done:
    program = shutil.which("pulumi") or program_of_engine()
    if program is None:
        raise StateNotReadable(stack, "`pulumi` is not on PATH")
    try:
        return run_pulumi(
            *words,
            program=program,
            timeout=COMMAND_TIMEOUT,
            folder=folder_of_engine(),
            environ={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        )
    except subprocess.TimeoutExpired:
        raise StateNotReadable(stack, f"no answer within {COMMAND_TIMEOUT:g} s") from None
    except PulumiNotRun as error:
        raise StateNotReadable(stack, f"`pulumi` cannot be run: {error.why}") from None


def _error_of(stack: str, done: Done) -> StateNotReadable:
    reason = reason_of(done)
    return StateNotReadable(stack, reason, transient=any(word in reason for word in TRANSIENT))

# SPDX-License-Identifier: Apache-2.0
"""Asking the engine's states who has a number.

``pulumi stack export`` answers while the engine works, needs no passphrase and no lock, and finds the
state as the engine itself does, by the environment and the program's folder. Facts: Pulumi's command
line, ``stack export`` and ``stack ls``; read while the engine writes, a file of the file backend may
be cut, so that it is asked again. That Pulumi Cloud answers as soon as a file does is ASSUMED.
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
from vocode_pulumi.purchasing.launcher import program_of_engine
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.record import HiddenRecord, NewerRecord

T = TypeVar("T")

NUMBER_TYPES = ("vocode:PhoneNumber", "vocode:LinkedNumber")
"""How the types of resources end whose id is a number that they hold."""
EXPORT_TIMEOUT = 30.0
"""Seconds that one state is waited for."""
TRIES = 6
"""How often a state is asked that the engine may be writing."""
TRANSIENT = ("checkpoint", "EOF", "end of JSON")
"""What `pulumi` says of a file, or of the one with its attributes, that is being written."""
NO_STACK = 6
"""Exit status of `pulumi` for a stack that does not exist."""


class StateNotReadable(VocodeError):
    """A stack's state cannot be read.

    Args:
        stack: as Pulumi's commands take it.
        why: what is in the way.
        transient: whether it may be readable in a moment: the engine was writing it.
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
        urn: of the resource.
        number: digits.
        claim: in its hidden record; ``None`` for a state of the first house.
        account: Vocode's id of the account that it is in, as far as the state tells.
    """

    urn: str
    number: str
    claim: str | None
    account: str | None


@dataclass(frozen=True)
class State:
    """What a stack's state says of numbers.

    Args:
        numbers: that its resources hold, those to be deleted among them.
    """

    numbers: tuple[HeldNumber, ...] = ()

    def having(self, number: str, claims: Set[str]) -> HeldNumber | None:
        """What has a number, if anything has.

        Args:
            number: digits.
            claims: that there ever were on it; another's is of another life of the number.
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
    """Who can be asked for states."""

    def own(self, stack: StackId) -> State:
        """The state of a stack; an empty one where there is no such stack.

        Raises:
            StateNotReadable: it cannot be read.
        """
        ...

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The states of the login's other stacks, by their names.

        Raises:
            StateNotReadable: the stacks cannot be listed.
        """
        ...


class PulumiStates:
    """Asks the `pulumi` that works here, or the one on PATH. Threads may share it."""

    def own(self, stack: StackId) -> State:
        """The state of a stack; an empty one where there is no such stack."""
        return exported(stack.qualified)

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The states of the login's other stacks, by their names."""
        names = [name for name in _stacks(stack) if name != stack.qualified]
        with ThreadPoolExecutor(8) as pool:
            return dict(zip(names, pool.map(_exported_or_why, names), strict=True))


def exported(stack: str) -> State:
    """What `pulumi stack export` says of a stack; an empty state where there is no such stack.

    Args:
        stack: as Pulumi's commands take it.

    Raises:
        StateNotReadable: it cannot be read.
    """

    def ask() -> State:
        try:
            return state_in(text_of(stack), stack)
        except NoSuchStack:
            return State()

    return with_patience(ask)


def text_of(stack: str) -> str:
    """What `pulumi stack export` prints of a stack.

    Args:
        stack: as Pulumi's commands take it.

    Raises:
        NoSuchStack: there is none of that name.
        StateNotReadable: it cannot be read.
    """
    done = _pulumi(stack, "stack", "export", f"--stack={stack}")
    if done.returncode == NO_STACK and "no stack named" in done.stderr:
        raise NoSuchStack(stack, reason_of(done))
    if done.returncode:
        raise _why(stack, done)
    return done.stdout


def state_in(text: str, stack: str) -> State:
    """What an exported state says of numbers.

    Args:
        text: of one state, as `pulumi stack export` prints it.
        stack: for the error.

    Raises:
        StateNotReadable: it is something else.
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
                # What it says of claims is not known, so that the id has to do.
                record = HiddenRecord()
            yield HeldNumber(resource["urn"], number, record.claim, record.account)


def _exported_or_why(stack: str) -> State | StateNotReadable:
    try:
        return exported(stack)
    except StateNotReadable as error:
        return error


def _stacks(stack: StackId) -> list[str]:
    """Every stack of the login, as Pulumi's commands take it."""

    def ask() -> list[str]:
        done = _pulumi("the login", "stack", "ls", "--all", "--json")
        if done.returncode:
            raise _why("the login's stacks", done)
        try:
            return [_qualified(str(one["name"]), stack) for one in json.loads(done.stdout)]
        except (ValueError, KeyError, TypeError):
            raise StateNotReadable("the login's stacks", "`pulumi stack ls` is odd") from None

    return with_patience(ask)


def _qualified(name: str, stack: StackId) -> str:
    """A name as `pulumi stack ls` prints it: bare for those of the project at hand."""
    parts = name.split("/")
    if len(parts) == 1:
        return f"{stack.organization}/{stack.project}/{name}"
    return name if len(parts) == 3 else f"{stack.organization}/{name}"


def with_patience(ask: Callable[[], T]) -> T:
    """Ask for something of a state, again and again while the engine may be writing it.

    Args:
        ask: gives it, or raises :class:`StateNotReadable`.

    Raises:
        StateNotReadable: it cannot be read.
    """
    for at in range(TRIES):
        try:
            return ask()
        except StateNotReadable as error:
            if at == TRIES - 1 or not error.transient:
                raise
            time.sleep(0.2 * 2**at)
    raise AssertionError


def _pulumi(stack: str, *words: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("pulumi") or program_of_engine()
    if program is None:
        raise StateNotReadable(stack, "`pulumi` is not on PATH")
    try:
        return subprocess.run(
            [program, *words, "--non-interactive", "--color=never"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=EXPORT_TIMEOUT,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
        )
    except subprocess.TimeoutExpired:
        raise StateNotReadable(stack, f"no answer within {EXPORT_TIMEOUT:g} s") from None
    except OSError as error:
        raise StateNotReadable(stack, f"`pulumi` cannot be run: {error.strerror}") from None


def _why(stack: str, done: "subprocess.CompletedProcess[str]") -> StateNotReadable:
    reason = reason_of(done)
    return StateNotReadable(stack, reason, transient=any(word in reason for word in TRANSIENT))


def reason_of(done: "subprocess.CompletedProcess[str]") -> str:
    """Why a `pulumi` failed, in its own words."""
    words = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    line = next((line for line in words if line.startswith("error: ")), words[-1])
    return line.removeprefix("error: ").strip()

# SPDX-License-Identifier: Apache-2.0
"""What an account has, against what stacks hold.

==============  ================================================================================
finding         what it means
==============  ================================================================================
``orphan``      in service, held by no resource of the stacks that were read, and by nobody in the
                ledger
``held``        the same, but the ledger says whose it is
``cancelling``  in service, and the ledger says that it is being cancelled
``unfinished``  the ledger has a purchase without a known end
``shared``      held by more than one resource: the first to be destroyed cancels it for all
``gone``        held by a resource, and not in service any more
==============  ================================================================================

An orphan is not to be cancelled as long as it may be what a purchase without a known end bought:
one of the ledger, or a create that a stack has as interrupted, or as going on. Nor is one that a stack
reads (``PhoneNumber.get``).
"""

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from vocode_pulumi import digits
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Cancelling,
    Holder,
    Released,
    Take,
    is_open,
)
from vocode_pulumi.purchasing.owner import ORGANIZATION, Owner
from vocode_pulumi.purchasing.states import OURS

PERSON = Owner.of("", ORGANIZATION, "urn:pulumi:audit::vocode-pulumi::by hand::a person")
"""Who cancels an orphan: nobody's resource had it."""


class AuditError(VocodeError):
    """The account and the stacks cannot be compared."""


@dataclass(frozen=True)
class Resource:
    """A resource of a stack.

    Args:
        stack: its name.
        urn: of the resource.
    """

    stack: str
    urn: str

    def __str__(self) -> str:
        return f"{self.stack}: {self.urn.split('::', 3)[-1]}"


@dataclass(frozen=True)
class Stack:
    """What a stack's state says of numbers.

    Args:
        name: as it was given, or ``project/stack`` from the state; ``None`` for a state that is
            empty.
        written: when Pulumi wrote the state.
        holds: each number with the resource that holds it.
        reads: each number with the resource that only reads it.
        creating: resources whose creation was interrupted, or is going on.
        adopted: those of the numbers that are held because the program adopts them.
    """

    name: str | None
    written: str = ""
    holds: tuple[tuple[str, Resource], ...] = ()
    reads: tuple[tuple[str, Resource], ...] = ()
    creating: tuple[Resource, ...] = ()
    adopted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Purchase:
    """A purchase without a known end.

    Args:
        resource: that it is for.
        before: numbers that it did not buy.
    """

    resource: Resource
    before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Record:
    """What the ledger says.

    Args:
        held: resources by the number that they hold.
        bought: those of the numbers that were bought for the resource that holds them.
        cancelling: who cancels a number, by that.
        unfinished: purchases without a known end.
        retained: those of the numbers whose resource has ``retain_on_delete``.
        released: numbers that a person let go.
    """

    held: Mapping[str, Resource] = field(default_factory=dict)
    bought: frozenset[str] = frozenset()
    cancelling: Mapping[str, Resource] = field(default_factory=dict)
    unfinished: tuple[Purchase, ...] = ()
    retained: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """Something that is off.

    Args:
        kind: as in the table above.
        number: its digits; ``None`` for an unfinished purchase.
        label: of the number; ``None`` where it is not in service.
        resources: that hold it, that cancel it, that may have bought it or that read it.
        needs: what a person can do about it.
        cancellable: whether to cancel the number is safe as far as was read.
    """

    kind: Literal["orphan", "held", "cancelling", "unfinished", "shared", "gone"]
    number: str | None
    label: str | None
    resources: tuple[Resource, ...]
    needs: str
    cancellable: bool = False


class _Resource(BaseModel):
    urn: str
    type: str
    id: str | None = None
    custom: bool = False
    external: bool = False
    inputs: dict[str, Any] | None = None

    @property
    def holder(self) -> bool:
        return self.custom and self.type.endswith(OURS)


class _Operation(BaseModel):
    type: str
    resource: _Resource


class _Manifest(BaseModel):
    time: str = ""


class _Deployment(BaseModel):
    manifest: _Manifest = _Manifest()
    resources: list[_Resource] | None = None
    pending_operations: list[_Operation] | None = None


class _Exported(BaseModel):
    deployment: _Deployment


def read(text: str, name: str | None = None) -> list[Stack]:
    """What exported states say of numbers.

    Args:
        text: what ``pulumi stack export`` prints, once or several times.
        name: of the stack; default what the state itself says.

    Raises:
        ValueError: it is something else, or nothing.
    """
    rest = text.strip()
    stacks: list[Stack] = []
    while rest or not stacks:
        value, end = json.JSONDecoder().raw_decode(rest)
        stacks.append(_stack(_Exported.model_validate(value).deployment, name))
        rest = rest[end:].lstrip()
    return stacks


def _stack(state: _Deployment, name: str | None) -> Stack:
    def known(one: _Resource) -> Resource:
        return Resource(name or _stack_of(one.urn), one.urn)

    resources = state.resources or []
    numbers = [(one, digits.of(one.id)) for one in resources if one.holder and one.id]
    return Stack(
        name or next((_stack_of(one.urn) for one in resources), None),
        state.manifest.time,
        tuple((number, known(one)) for one, number in numbers if not one.external),
        tuple((number, known(one)) for one, number in numbers if one.external),
        tuple(
            known(one.resource)
            for one in state.pending_operations or []
            if one.type == "creating" and one.resource.holder
        ),
        frozenset(number for one, number in numbers if (one.inputs or {}).get("adopt")),
    )


def _stack_of(urn: str) -> str:
    """The stack of a URN, as ``project/stack``."""
    return re.sub(r"(?s)urn:pulumi:(.*?)::(.*?)::.*", r"\2/\1", urn)


def require_each_once(stacks: Iterable[Stack]) -> None:
    """Every number of a stack that was given twice would look as if two stacks held it.

    Raises:
        AuditError: two stacks are one state.
    """
    seen: dict[tuple[str, frozenset[str]], Stack] = {}
    for stack in stacks:
        state = stack.written, frozenset(one.urn for _, one in stack.holds)
        other = seen.setdefault(state, stack)
        if stack.holds and other is not stack:
            raise AuditError(
                f"{other.name} and {stack.name} are the same state, written at {stack.written}: "
                "give each stack once, or run `pulumi refresh` in the one that is a copy."
            )


def recorded(ledger: Ledger, account: Account, listed: Iterable[str]) -> Record:
    """What a ledger says of an account.

    Args:
        ledger: of purchases.
        account: whose key is in use.
        listed: its numbers.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    attempts = [
        attempt
        for attempt in ledger.attempts().attempts.values()
        if attempt.intent.account.may_be(account)
    ]
    taken = {step.number for one in attempts for step in one.steps if isinstance(step, Take)}
    histories = ledger.histories(taken | {*listed})
    newest = {number: history.newest for number, history in histories.items()}
    open_ = [attempt for attempt in attempts if is_open(attempt, histories)]
    lists = ledger.lists(attempt.intent.listed for attempt in open_)
    holders = {number: one for number, one in newest.items() if isinstance(one, Holder)}
    return Record(
        {number: _resource(one.owner) for number, one in holders.items()},
        frozenset(number for number, one in holders.items() if one.attempt is not None),
        {
            number: _resource(one.owner)
            for number, one in newest.items()
            if isinstance(one, Cancelling)
        },
        tuple(
            Purchase(_resource(attempt.intent.owner), lists[attempt.intent.listed])
            for attempt in open_
        ),
        frozenset(number for number, one in holders.items() if one.retained),
        frozenset(number for number, one in newest.items() if isinstance(one, Released)),
    )


def _resource(owner: Owner) -> Resource:
    return Resource(str(owner.stack), owner.urn)


def compare(account: Mapping[str, str], stacks: Sequence[Stack], record: Record) -> list[Finding]:
    """Everything that is off.

    Args:
        account: the label of each number in service, by its digits.
        stacks: that were read.
        record: what the ledger says.
    """
    held: dict[str, list[Resource]] = {}
    for stack in stacks:
        for number, resource in stack.holds:
            held.setdefault(number, []).append(resource)
    free = sorted(account.keys() - held.keys())
    orphans = [
        _orphan(number, account[number], stacks, record)
        for number in free
        if number not in record.held and number not in record.cancelling
    ]
    elsewhere = [
        Finding("held", number, account[number], (record.held[number],), _whose(number, record))
        for number in free
        if number in record.held
    ]
    cancelling = [
        _being_cancelled(number, account[number], record.cancelling[number])
        for number in sorted(record.cancelling.keys() & account.keys())
    ]
    unknown = [
        Finding("unfinished", None, None, (one.resource,), _SEEK) for one in record.unfinished
    ]
    shared = [
        Finding("shared", number, account[number], (*held[number],), _let_go(held[number]))
        for number in sorted(held.keys() & account.keys())
        if len(held[number]) > 1
    ]
    adopted = frozenset().union(*(stack.adopted for stack in stacks))
    gone = [
        Finding(
            "gone",
            number,
            None,
            (*held[number],),
            _NOT_TO_ADOPT if number in adopted else _RENEW,
        )
        for number in sorted(held.keys() - account.keys())
    ]
    return orphans + elsewhere + cancelling + unknown + shared + gone


_SEEK = (
    "`pulumi up` in that stack looks for what was bought before it buys; `vocode-pulumi purchases` "
    "settles it by hand"
)
_RENEW = "`pulumi refresh`, then `pulumi up` buys another, if the program still declares one"
_NOT_TO_ADOPT = (
    "`pulumi refresh`, and take its `adopt` out of the program, which has nothing to adopt any more"
)


def _whose(number: str, record: Record) -> str:
    resource, remedy = "that resource's", f"`vocode-pulumi release {number}` lets it go"
    if number in record.bought:
        remedy = (
            "`pulumi up` there takes it where the resource has no other number, and `vocode-pulumi "
            f"purchases --cancel {number}` cancels it"
        )
    if number in record.retained:
        resource, remedy = (
            f"{resource}, which has retain_on_delete",
            f"it stays on purpose, and {remedy}",
        )
    return f"by the ledger it is {resource}: compare that stack too; if its state does not have it, {remedy}"


def _being_cancelled(number: str, label: str, by: Resource) -> Finding:
    is_by_hand = by.urn == PERSON.urn
    again = (
        "`vocode-pulumi audit --cancel-orphans`"
        if is_by_hand
        else "`pulumi up` or `pulumi destroy` in that stack, or `vocode-pulumi purchases`"
    )
    needs = f"to cancel it again, {again}; to keep it, `vocode-pulumi release {number}`"
    return Finding("cancelling", number, label, (by,), needs, cancellable=is_by_hand)


def _let_go(resources: Iterable[Resource]) -> str:
    commands = dict.fromkeys(f"`pulumi state delete {shlex.quote(one.urn)}`" for one in resources)
    return (
        f"to be held by one: {' or '.join(commands)}, then take that resource out of its program "
        "before its next `pulumi up`; `pulumi destroy` would cancel it for all"
    )


def _orphan(number: str, label: str, stacks: Iterable[Stack], record: Record) -> Finding:
    adopt = f'adopt="{number}" in a program and `pulumi up`'
    # A purchase takes nothing that a person let go.
    may_be_bought = number not in record.released
    creating = tuple(one for stack in stacks for one in stack.creating if may_be_bought)
    buyers = tuple(
        one.resource for one in record.unfinished if may_be_bought and number not in one.before
    )
    readers = tuple(one for stack in stacks for read, one in stack.reads if read == number)
    if creating:
        needs = (
            "it may be what was bought there: `pulumi up` on the machine that was interrupted, or "
            f"{adopt}; then `pulumi refresh --clear-pending-creates` there"
        )
    elif buyers:
        needs = (
            "it may be what was bought there: `pulumi up` in that stack, or `vocode-pulumi purchases`, "
            "then compare again"
        )
    elif readers:
        needs = f"{adopt}; not to be cancelled while it is read there"
    else:
        needs = f"{adopt}; or to cancel it, `vocode-pulumi audit --cancel-orphans`"
        return Finding("orphan", number, label, (), needs, cancellable=True)
    resources = tuple(dict.fromkeys(creating + buyers + readers))
    return Finding("orphan", number, label, resources, needs)

# SPDX-License-Identifier: Apache-2.0
"""What an account has, against what stacks hold.

==============  ================================================================================
finding         what it means
==============  ================================================================================
``orphan``      in service, and held by no resource of the stacks that were read
``unfinished``  bought, or perhaps bought, by a purchase that the ledger has no end of
``shared``      held by more than one resource: the first to be destroyed cancels it for all
``gone``        held by a resource, and not in service any more
==============  ================================================================================

An orphan is not to be cancelled as long as it may be what a purchase without a known end bought:
one of the ledger that does not name its number, or a create that a stack has as interrupted, or as
going on. Nor is one that a stack reads (``PhoneNumber.get``).
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Holder, Take, is_open
from vocode_pulumi.purchasing.owner import Owner

HOLDERS = ("vocode:PhoneNumber", "vocode:LinkedNumber")
"""How the types of resources end whose Pulumi id is a number that they hold."""


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
    """

    name: str | None
    written: str = ""
    holds: tuple[tuple[str, Resource], ...] = ()
    reads: tuple[tuple[str, Resource], ...] = ()
    creating: tuple[Resource, ...] = ()


@dataclass(frozen=True)
class Purchase:
    """What the ledger says: a purchase without a known end, or who holds a number.

    Args:
        resource: that it is for.
        number: that it holds; ``None`` for a purchase without a known end.
        before: numbers that it did not buy.
    """

    resource: Resource
    number: str | None
    before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """Something that is off.

    Args:
        kind: as in the table above.
        number: its digits; ``None`` where an unfinished purchase does not know them.
        label: of the number; ``None`` where it is not in service.
        resources: that hold it, that it was bought for, that may have bought it or that read it.
        needs: what a person can do about it.
        cancellable: whether to cancel the number is safe as far as was read.
    """

    kind: Literal["orphan", "unfinished", "shared", "gone"]
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

    @property
    def holder(self) -> bool:
        return self.custom and self.type.endswith(HOLDERS)


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
    numbers = [(one, str(one.id)) for one in resources if one.holder and one.id]
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


def unfinished(ledger: Ledger, base_url: str, listed: Iterable[str]) -> Iterator[Purchase]:
    """The purchases of a ledger that are of one account, and who holds which number.

    Args:
        ledger: of purchases.
        base_url: where the account's API is.
        listed: the account's numbers.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    attempts = [
        attempt
        for attempt in ledger.attempts().attempts.values()
        if attempt.intent.account.base_url == base_url
    ]
    taken = {step.number for one in attempts for step in one.steps if isinstance(step, Take)}
    histories = ledger.histories(taken | {*listed})
    for number, history in histories.items():
        newest = history.newest
        if isinstance(newest, Holder) and newest.account.base_url == base_url:
            yield Purchase(_resource(newest.owner), number)
    open_ = [attempt for attempt in attempts if is_open(attempt, histories)]
    lists = ledger.lists(attempt.intent.listed for attempt in open_)
    for attempt in open_:
        before = lists[attempt.intent.listed]
        yield Purchase(_resource(attempt.intent.owner), None, before)


def _resource(owner: Owner) -> Resource:
    return Resource(str(owner.stack), owner.urn)


def compare(
    account: Mapping[str, str], stacks: Sequence[Stack], purchases: Sequence[Purchase]
) -> list[Finding]:
    """Everything that is off.

    Args:
        account: the label of each number in service, by its digits.
        stacks: that were read.
        purchases: of this account that are not known to be finished.
    """
    held: dict[str, list[Resource]] = {}
    for stack in stacks:
        for number, resource in stack.holds:
            held.setdefault(number, []).append(resource)
    bought = {one.number: one.resource for one in purchases}
    free = sorted(account.keys() - held.keys())
    orphans = [
        _orphan(number, account[number], stacks, purchases)
        for number in free
        if number not in bought
    ]
    known = [
        Finding("unfinished", number, account[number], (bought[number],), _TAKE)
        for number in free
        if number in bought
    ]
    unknown = [
        Finding("unfinished", None, None, (one.resource,), _SEEK)
        for one in purchases
        if one.number is None
    ]
    shared = [
        Finding("shared", number, account[number], (*held[number],), _let_go(held[number]))
        for number in sorted(held.keys() & account.keys())
        if len(held[number]) > 1
    ]
    gone = [
        Finding("gone", number, None, (*held[number],), _RENEW)
        for number in sorted(held.keys() - account.keys())
    ]
    return orphans + known + unknown + shared + gone


_TAKE = "by the ledger it is that resource's: `pulumi up` in that stack takes it, or compare that stack too"
_SEEK = (
    "`pulumi up` in that stack looks for what was bought before it buys; where it names several "
    "numbers, `vocode-pulumi purchases` settles it"
)
_RENEW = "`pulumi refresh`, then `pulumi up` buys another, if the program still declares one"


def _let_go(resources: Iterable[Resource]) -> str:
    commands = dict.fromkeys(f"`pulumi state delete {shlex.quote(one.urn)}`" for one in resources)
    return (
        f"to be held by one: {' or '.join(commands)}, then take that resource out of its program "
        "before its next `pulumi up`; `pulumi destroy` would cancel it for all"
    )


def _orphan(
    number: str, label: str, stacks: Iterable[Stack], purchases: Iterable[Purchase]
) -> Finding:
    adopt = f'adopt="{number}" in a program and `pulumi up`'
    creating = tuple(resource for stack in stacks for resource in stack.creating)
    buyers = tuple(
        one.resource for one in purchases if one.number is None and number not in one.before
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

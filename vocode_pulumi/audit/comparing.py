# SPDX-License-Identifier: Apache-2.0
"""Compare the numbers of an account with the numbers that stacks hold.

==============  ================================================================================
finding         what it means
==============  ================================================================================
``orphan``      The number is in service. No resource of the stacks that were read holds it, and the
                ledger names no holder.
``held``        No resource of the stacks that were read holds the number. The ledger names a holder.
``cancelling``  The number is in service. The ledger says that somebody is cancelling it.
``unfinished``  The ledger has a purchase whose end is not known.
``shared``      More than one resource holds the number. The first one that is destroyed cancels it.
``gone``        A resource holds the number. The number is not in service any more.
==============  ================================================================================

An orphan must not be cancelled in three cases: an unfinished purchase of the ledger may have bought it,
a create that a state has as pending may have bought it, or a stack reads it (``PhoneNumber.get``).
"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vocode_pulumi.purchasing.owner import PERSON


@dataclass(frozen=True)
class Resource:
    """A resource of a stack.

    Args:
        stack: the name of the stack.
        urn: the URN of the resource.
    """

    stack: str
    urn: str

    def __str__(self) -> str:
        return f"{self.stack}: {self.urn.split('::', 3)[-1]}"


@dataclass(frozen=True)
class Stack:
    """The numbers in a stack's state.

    Args:
        name: the name that the user gave, or ``project/stack`` from the state; ``None`` for an empty
            state.
        written: when Pulumi wrote the state.
        holds: each number with the resource that holds it.
        reads: each number with the resource that only reads it.
        creating: resources whose create is pending: it was interrupted, or is still running.
        adopted: the numbers whose resource has the input ``adopt``.
    """

    name: str | None
    written: str = ""
    holds: tuple[tuple[str, Resource], ...] = ()
    reads: tuple[tuple[str, Resource], ...] = ()
    creating: tuple[Resource, ...] = ()
    adopted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Purchase:
    """An unfinished purchase: its end is not known.

    Args:
        resource: the resource that it is for.
        before: numbers that the account had before, so this purchase did not buy them.
    """

    resource: Resource
    before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LedgerRecord:
    """What the ledger says.

    Args:
        held: the resource that holds a number, by number.
        bought: the held numbers that were bought for their holder, not adopted.
        cancelling: the resource that is cancelling a number, by number.
        unfinished: unfinished purchases.
        retained: the held numbers whose resource has ``retain_on_delete``.
        released: numbers that a person released.
    """

    held: Mapping[str, Resource] = field(default_factory=dict)
    bought: frozenset[str] = frozenset()
    cancelling: Mapping[str, Resource] = field(default_factory=dict)
    unfinished: tuple[Purchase, ...] = ()
    retained: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Finding:
    """A difference between the account, the stacks and the ledger.

    Args:
        kind: a kind of the table above.
        number: digits; ``None`` for an unfinished purchase.
        label: the label of the number; ``None`` if the number is not in service.
        resources: the resources that hold the number, cancel it, may have bought it or read it.
        needs: what a person can do about it.
        cancellable: whether nothing that was read speaks against cancelling the number.
    """

    kind: Literal["orphan", "held", "cancelling", "unfinished", "shared", "gone"]
    number: str | None
    label: str | None
    resources: tuple[Resource, ...]
    needs: str
    cancellable: bool = False


def compare(
    account: Mapping[str, str], stacks: Sequence[Stack], record: LedgerRecord
) -> list[Finding]:
    """List every difference.

    Args:
        account: the label of each number in service, by digits.
        stacks: the stacks that were read.
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
    held_elsewhere = [
        Finding(
            "held", number, account[number], (record.held[number],), _needs_of_held(number, record)
        )
        for number in free
        if number in record.held
    ]
    cancelling = [
        _being_cancelled(number, account[number], record.cancelling[number])
        for number in sorted(record.cancelling.keys() & account.keys())
    ]
    unfinished = [
        Finding("unfinished", None, None, (purchase.resource,), _NEEDS_OF_UNFINISHED)
        for purchase in record.unfinished
    ]
    shared = [
        Finding("shared", number, account[number], (*held[number],), _needs_of_shared(held[number]))
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
            _NEEDS_OF_GONE_ADOPTED if number in adopted else _NEEDS_OF_GONE,
        )
        for number in sorted(held.keys() - account.keys())
    ]
    return orphans + held_elsewhere + cancelling + unfinished + shared + gone


_NEEDS_OF_UNFINISHED = (
    "Run `pulumi up` in that stack: it finds out what was bought before it buys. Or settle the purchase "
    "by hand with `vocode-pulumi purchases`."
)
_NEEDS_OF_GONE = (
    "Run `pulumi refresh`. If the program still declares the number, `pulumi up` then buys another."
)
_NEEDS_OF_GONE_ADOPTED = "Run `pulumi refresh`, and take `adopt` out of the program: the number cannot be adopted any more."


def _needs_of_held(number: str, record: LedgerRecord) -> str:
    ways = f"run `vocode-pulumi release {number}` to let the number go"
    if number in record.bought:
        ways = (
            "run `pulumi up` there, which takes the number if the resource has no other; or run "
            f"`vocode-pulumi purchases --cancel {number}` to cancel it"
        )
    on_purpose = (
        "The resource has retain_on_delete, so the number stays on purpose. "
        if number in record.retained
        else ""
    )
    return (
        f"The ledger says that this resource holds the number. {on_purpose}Compare that stack too. If "
        f"its state does not have the number, {ways}. If the stack was removed, `vocode-pulumi release "
        "--removed-stack NAME` lists all its numbers and lets them go."
    )


def _being_cancelled(number: str, label: str, by: Resource) -> Finding:
    is_by_hand = by.urn == PERSON.urn
    again = (
        "`vocode-pulumi audit --cancel-orphans`"
        if is_by_hand
        else "`pulumi up` or `pulumi destroy` in that stack, or `vocode-pulumi purchases`"
    )
    needs = (
        f"Its cancellation was begun, and the number is still in service. To cancel it again, run "
        f"{again}. To keep it, run `vocode-pulumi release {number}`."
    )
    return Finding("cancelling", number, label, (by,), needs, cancellable=is_by_hand)


def _needs_of_shared(resources: Iterable[Resource]) -> str:
    commands = dict.fromkeys(
        f"`pulumi state delete {shlex.quote(resource.urn)}`" for resource in resources
    )
    return (
        f"Only one resource may hold it. Run {' or '.join(commands)}. Then take that resource out of its "
        "program before the next `pulumi up`. Do not run `pulumi destroy` first: it would cancel the "
        "number for all of them."
    )


def _orphan(number: str, label: str, stacks: Iterable[Stack], record: LedgerRecord) -> Finding:
    adopt = f'put adopt="{number}" into a program and run `pulumi up`'
    # A purchase never takes a number that a person released.
    may_be_bought = number not in record.released
    creating = tuple(resource for stack in stacks for resource in stack.creating if may_be_bought)
    buyers = tuple(
        purchase.resource
        for purchase in record.unfinished
        if may_be_bought and number not in purchase.before
    )
    readers = tuple(
        resource for stack in stacks for read, resource in stack.reads if read == number
    )
    if creating:
        needs = (
            "The interrupted create of this resource may have bought it. Run `pulumi up` on the machine "
            f"that was interrupted, or {adopt}. Then run `pulumi refresh --clear-pending-creates` there."
        )
    elif buyers:
        needs = (
            "The unfinished purchase for this resource may have bought it. Run `pulumi up` in that "
            "stack, or `vocode-pulumi purchases`. Then run the audit again."
        )
    elif readers:
        needs = (
            f"This resource reads the number, so do not cancel it. To manage the number, {adopt}."
        )
    else:
        needs = f"To keep it, {adopt}. To cancel it, run `vocode-pulumi audit --cancel-orphans`."
        return Finding("orphan", number, label, (), needs, cancellable=True)
    resources = tuple(dict.fromkeys(creating + buyers + readers))
    return Finding("orphan", number, label, resources, needs)

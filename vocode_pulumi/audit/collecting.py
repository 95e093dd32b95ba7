# SPDX-License-Identifier: Apache-2.0
"""Reading what the audit compares: states that Pulumi exported, and the ledger."""

import json
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from vocode_pulumi import digits
from vocode_pulumi.audit.comparing import LedgerRecord, Purchase, Resource, Stack
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Cancelling,
    Holder,
    Released,
    is_open,
    taken_numbers,
)
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.states import NUMBER_TYPES


class AuditError(VocodeError):
    """The account and the stacks cannot be compared."""


class _Resource(BaseModel):
    urn: str
    type: str
    id: str | None = None
    custom: bool = False
    external: bool = False
    inputs: dict[str, Any] | None = None

    @property
    def holds_number(self) -> bool:
        return self.custom and self.type.endswith(NUMBER_TYPES)


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


def read_states(text: str, name: str | None = None) -> list[Stack]:
    """Read the numbers of exported states.

    Args:
        text: what one or several ``pulumi stack export`` printed.
        name: the name of the stack; default ``project/stack`` from the state.

    Raises:
        ValueError: the text is empty or is not exported states.
    """
    rest = text.strip()
    stacks: list[Stack] = []
    while rest or not stacks:
        value, end = json.JSONDecoder().raw_decode(rest)
        stacks.append(_stack(_Exported.model_validate(value).deployment, name))
        rest = rest[end:].lstrip()
    return stacks


def _stack(state: _Deployment, name: str | None) -> Stack:
    def resource_in_stack(resource: _Resource) -> Resource:
        return Resource(name or _stack_of(resource.urn), resource.urn)

    resources = state.resources or []
    numbers = [
        (resource, digits.of(resource.id))
        for resource in resources
        if resource.holds_number and resource.id
    ]
    return Stack(
        name or next((_stack_of(resource.urn) for resource in resources), None),
        state.manifest.time,
        tuple(
            (number, resource_in_stack(resource))
            for resource, number in numbers
            if not resource.external
        ),
        tuple(
            (number, resource_in_stack(resource))
            for resource, number in numbers
            if resource.external
        ),
        tuple(
            resource_in_stack(operation.resource)
            for operation in state.pending_operations or []
            if operation.type == "creating" and operation.resource.holds_number
        ),
        frozenset(number for resource, number in numbers if (resource.inputs or {}).get("adopt")),
    )


def _stack_of(urn: str) -> str:
    """The stack of a URN, as ``project/stack``."""
    return re.sub(r"(?s)urn:pulumi:(.*?)::(.*?)::.*", r"\2/\1", urn)


def require_each_once(stacks: Iterable[Stack]) -> None:
    """Refuse a state that was given twice: all its numbers would look shared.

    Raises:
        AuditError: two of the states are the same.
    """
    seen: dict[tuple[str, frozenset[str]], Stack] = {}
    for stack in stacks:
        state = stack.written, frozenset(resource.urn for _, resource in stack.holds)
        other = seen.setdefault(state, stack)
        if stack.holds and other is not stack:
            raise AuditError(
                f"{other.name} and {stack.name} are the same state, written at {stack.written}: "
                "give each stack once, or run `pulumi refresh` in the one that is a copy."
            )


def read_ledger(ledger: Ledger, account: Account, listed: Iterable[str]) -> LedgerRecord:
    """Read what a ledger says about an account.

    Args:
        ledger: the ledger of purchases.
        account: the account whose key is in use.
        listed: the numbers of the account.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    attempts = [
        attempt
        for attempt in ledger.attempts().by_key.values()
        if attempt.intent.account.may_be(account)
    ]
    taken = taken_numbers(attempts)
    histories = ledger.histories(taken | {*listed})
    newest = {number: history.newest for number, history in histories.items()}
    open_ = [attempt for attempt in attempts if is_open(attempt, histories)]
    lists = ledger.lists(attempt.intent.list_id for attempt in open_)
    holders = {number: holding for number, holding in newest.items() if isinstance(holding, Holder)}
    return LedgerRecord(
        {number: _resource(holder.owner) for number, holder in holders.items()},
        frozenset(number for number, holder in holders.items() if holder.attempt is not None),
        {
            number: _resource(holding.owner)
            for number, holding in newest.items()
            if isinstance(holding, Cancelling)
        },
        tuple(
            Purchase(_resource(attempt.intent.owner), lists[attempt.intent.list_id])
            for attempt in open_
        ),
        frozenset(number for number, holder in holders.items() if holder.retained),
        frozenset(number for number, holding in newest.items() if isinstance(holding, Released)),
    )


def _resource(owner: Owner) -> Resource:
    return Resource(str(owner.stack), owner.urn)

# SPDX-License-Identifier: Apache-2.0
"""Whose an attempt is: what a URN names, and what stands for it in the ledger's keys."""

import pytest

from vocode_pulumi.purchasing.owner import Owner, StackId, digest

URN = "urn:pulumi:dev::calls::pulumi-python:dynamic/vocode:PhoneNumber::front desk"
STACK = StackId("file:///state", "acme", "calls", "dev")


def test_a_urn_names_stack_project_and_resource() -> None:
    found = Owner.of("file:///state", "acme", URN)
    assert found == Owner(STACK, URN)
    assert found.name == "front desk"
    assert found.stack.qualified == "acme/calls/dev"
    assert str(found.stack) == "calls/dev"


def test_a_name_may_hold_whatever_separates_the_parts() -> None:
    found = Owner.of("file:///state", "acme", f"{URN}::urn:pulumi:x::y")
    assert found.name == "front desk::urn:pulumi:x::y"
    assert found.stack == STACK
    below = "urn:pulumi:dev::calls::mine:Office$pulumi-python:dynamic/vocode:PhoneNumber::a"
    assert Owner.of("here", "acme", below).name == "a"
    assert Owner.of("here", "acme", below).stack.project == "calls"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "front desk",
        "urn:pulumi:dev::calls::type",
        "dev::calls::type::name",
        "urn:other:dev::calls::type::name",
    ],
)
def test_what_is_no_urn_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text!r} is no URN$"):
        Owner.of("here", "acme", text)


def test_every_part_makes_another_owner_and_another_stack() -> None:
    stacks = [
        STACK,
        StackId("file:///states", "acme", "calls", "dev"),
        StackId("file:///state", "organization", "calls", "dev"),
        StackId("file:///state", "acme", "call", "dev"),
        StackId("file:///state", "acme", "calls", "prod"),
        # The same letters in a row.
        StackId("file:///stat", "eacme", "calls", "dev"),
        StackId("file:///state", "acme", "dev", "calls"),
    ]
    owners = [Owner(stack, URN) for stack in stacks] + [Owner(STACK, f"{URN}-2")]
    keys = [one.key for one in stacks] + [one.key for one in owners]
    assert len({*keys}) == len(keys)


def test_the_keys_never_change_since_ledgers_hold_them() -> None:
    assert STACK.key == "b9b9bc68fb17ff220671"
    assert Owner(STACK, URN).key == "e89ce24fa37d7e8e6971"
    assert digest("a", "b") == "3554d2b8a1e340990538"


def test_a_digest_can_be_a_part_of_a_key_and_is_long_enough() -> None:
    assert len(digest("x")) == 20
    assert digest("x").isalnum()
    assert "/" not in Owner.of("s3:///a/b", "acme", URN).key

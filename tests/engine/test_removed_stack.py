# SPDX-License-Identifier: Apache-2.0
"""The numbers of a stack that `pulumi stack rm --force` removed, or whose state was deleted."""

import shutil

from tests.engine.harness import Stack, active
from vocode_pulumi.sandbox import Sandbox

DEV = "organization/calls/dev"
RELEASE = ("release", "--removed-stack", "dev")


def two_numbers(stack: Stack) -> list[str]:
    stack.program("""
        PhoneNumber("front-desk")
        PhoneNumber("support", opts=pulumi.ResourceOptions(protect=True))
    """)
    stack.up()
    return sorted(stack.ids())


def test_numbers_of_a_removed_stack_are_let_go_and_adopted_elsewhere(
    stack: Stack, sandbox: Sandbox
) -> None:
    first, second = two_numbers(stack)
    printed = stack.command(*RELEASE, "--yes", code=2)
    assert f"Nothing is changed: the stack {DEV} exists." in printed
    other = stack.beside("prod")
    stack.pulumi("stack", "rm", "dev", "--force", "--yes")
    other.program(f"""
        PhoneNumber("desk", adopt="{first}")
        PhoneNumber("help", adopt="{second}")
    """)
    assert f"{first} was last held by" in " ".join(other.up(code=1).split())
    printed = stack.command(*RELEASE, code=1)
    assert first in printed
    assert second in printed
    stack.command(*RELEASE, "--yes")
    other.up()
    assert sorted(other.ids()) == [first, second]
    assert active(sandbox) == [first, second]
    assert other.nothing_to_do()
    assert "holds 0 numbers" in stack.command(*RELEASE, "--cancel", "--yes")
    assert active(sandbox) == [first, second]


def test_numbers_of_a_stack_whose_state_was_deleted_are_cancelled(
    stack: Stack, sandbox: Sandbox
) -> None:
    two_numbers(stack)
    shutil.rmtree(stack.backend)
    printed = stack.command(*RELEASE, "--cancel", "--yes", code=2)
    assert "unable to open state directory" in printed
    stack.backend.mkdir()
    stack.command(*RELEASE, "--cancel", "--yes")
    assert active(sandbox) == []
    assert stack.unsettled() == []
    # The fixture reads what the backend keeps.
    stack.pulumi("stack", "init", "dev")


def test_a_stack_that_was_renamed_keeps_its_numbers(stack: Stack, sandbox: Sandbox) -> None:
    first, second = two_numbers(stack)
    stack.pulumi("stack", "rename", "prod", "--stack", "dev")
    printed = stack.command(*RELEASE, "--cancel", "--yes")
    for number in (first, second):
        assert f"{number} is in the state of organization/calls/prod: it is left alone." in printed
    assert active(sandbox) == [first, second]

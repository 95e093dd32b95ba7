# SPDX-License-Identifier: Apache-2.0
"""The last command says something: no purchase is left behind in silence."""

from pathlib import Path

import pytest

from tests.engine.harness import BUY, Stack, active, is_active, paid, writes
from tests.engine.test_killing import BUYING, killed_at
from vocode_pulumi.sandbox import Sandbox

LIST = {"method": "GET", "path": "/v1/numbers/list"}


@pytest.fixture
def stack(stack: Stack) -> Stack:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    return stack


def lose(stack: Stack, sandbox: Sandbox, program: str) -> str:
    """A purchase that worked, whose answer was lost and whose number could not be looked for."""
    stack.env["VOCODE_MAX_RETRIES"] = "0"
    sandbox.fault(**BUY, close="after")
    sandbox.fault(**LIST, after=1, status=500, times=99)
    stack.program(program)
    stack.up(code=1)
    sandbox.clear_faults()
    del stack.env["VOCODE_MAX_RETRIES"]
    return paid(sandbox)[-1]


KEPT = 'Prompt("prompt", content="a"), PhoneNumber("kept")'


def test_a_destroy_leaves_no_open_purchase_behind_and_says_what_to_do(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(KEPT)
    stack.up()
    (kept,) = stack.ids()
    lost = lose(stack, sandbox, f'{KEPT}\nPhoneNumber("lost", area_code="415")')
    printed = stack.destroy(code=1)
    assert "A purchase for lost (area code 415) has no known end" in printed
    assert "`vocode-pulumi purchases`" in printed
    assert active(sandbox) == sorted([kept, lost])
    assert "/v1/numbers/cancel" not in writes(sandbox)
    # Every kind of resource waits for it.
    assert len(stack.resources("Prompt")) == 1
    (row,) = stack.unsettled()
    assert row["candidates"] == [lost]
    assert "is cancelled" in stack.command("purchases", "--cancel", lost)
    stack.destroy()
    assert active(sandbox) == []
    assert stack.unsettled() == []


def test_a_number_that_was_bought_and_not_recorded_keeps_a_destroy_from_leaving_it(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    stack.program('PhoneNumber("kept")')
    stack.up()
    stack.program('PhoneNumber("kept"), PhoneNumber("lost")')
    step = BUYING["between holder and engine state"]
    with killed_at(stack, tmp_path / "steps", step, "both", 1):
        (lost,) = {*active(sandbox)} - {*stack.ids()}
        printed = stack.destroy(code=1)
    assert f"{lost} was bought for lost (any number), and no state has it" in printed
    assert is_active(sandbox, lost)
    assert stack.unsettled()[0]["number"] == lost
    assert f'adopt="{lost}"' in stack.command("purchases", "--keep", lost)
    stack.destroy()
    assert active(sandbox) == [lost]
    # It is there for whoever adopts it.
    stack.program(f'PhoneNumber("other", adopt="{lost}")')
    stack.up()
    assert stack.ids() == [lost]
    stack.destroy()
    assert active(sandbox) == []


def test_what_the_program_does_not_ask_for_any_more_is_said_in_every_run(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("kept")')
    stack.up()
    lost = lose(stack, sandbox, 'PhoneNumber("kept"), PhoneNumber("lost", area_code="415")')
    stack.program('PhoneNumber("kept")')
    for printed in (stack.preview(), stack.up("--expect-no-changes")):
        assert "A purchase for lost (area code 415) has no known end" in printed
        assert "vocode-pulumi purchases" in printed
    assert lost not in stack.ids()
    # An `up` that removes other things goes on.
    stack.program('PhoneNumber("other")')
    stack.up()
    assert len(active(sandbox)) == 2


def test_a_preview_says_that_a_purchase_that_was_cut_off_is_looked_for_first(
    stack: Stack, sandbox: Sandbox
) -> None:
    lost = lose(stack, sandbox, 'PhoneNumber("lost")')
    assert "looks for what it bought before it buys" in stack.preview()
    stack.up()
    assert stack.ids() == [lost]
    assert "bought" not in stack.preview()


def test_a_second_number_of_a_replacement_that_was_taken_back_is_said(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    stack.program('PhoneNumber("main", area_code="415")')
    stack.up()
    (number,) = stack.ids()
    stack.program('PhoneNumber("main", area_code="212")')
    step = BUYING["between holder and engine state"]
    with killed_at(stack, tmp_path / "steps", step, "both", 1):
        (second,) = {*active(sandbox)} - {number}
        stack.program('PhoneNumber("main", area_code="415")')
        for printed in (stack.up(), stack.preview()):
            assert f"{second} was bought for this resource as well" in printed
    assert stack.ids() == [number]
    assert second in stack.destroy(code=1)
    # What it was bought for takes it.
    stack.program('PhoneNumber("main", area_code="212")')
    stack.up()
    assert stack.ids() == [second]
    assert active(sandbox) == [second]
    assert stack.nothing_to_do()


def test_a_destroy_of_a_stack_without_purchases_asks_nobody(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('Prompt("prompt", content="a")')
    stack.up()
    sandbox.clear_requests()
    stack.destroy()
    assert sandbox.requests() == []


def test_a_failed_purchase_of_the_only_resource_is_said_by_the_command(
    stack: Stack, sandbox: Sandbox
) -> None:
    lost = lose(stack, sandbox, 'PhoneNumber("lost")')
    # The engine calls nobody: nothing of ours is in the state.
    stack.destroy()
    printed = stack.command("purchases", code=1)
    assert lost in printed
    assert "::lost" in printed

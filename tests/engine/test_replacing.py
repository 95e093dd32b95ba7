# SPDX-License-Identifier: Apache-2.0
"""Replacements on command: a bought number becomes another, one that was taken over stays."""

from collections.abc import Callable

import pytest

from tests.engine.harness import Stack, active, connection, is_active, paid, writes
from vocode_pulumi.sandbox import Sandbox

LINKED = "14155550100"

Force = Callable[[Stack, str], None]


def tainted(stack: Stack, name: str) -> None:
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn(name))
    stack.up()


def replaced(stack: Stack, name: str) -> None:
    stack.up("--replace", stack.urn(name))


def target_replaced(stack: Stack, name: str) -> None:
    stack.up("--target-replace", stack.urn(name))


def triggered(stack: Stack, _name: str) -> None:
    text = (stack.folder / "__main__.py").read_text()
    (stack.folder / "__main__.py").write_text(text.replace("trigger = 1", "trigger = 2"))
    stack.up()


@pytest.mark.parametrize("force", [tainted, replaced, target_replaced, triggered])
def test_a_bought_number_becomes_another_and_the_old_one_goes(
    stack: Stack, sandbox: Sandbox, force: Force
) -> None:
    stack.program("""
        trigger = 1
        PhoneNumber("main", opts=pulumi.ResourceOptions(replacement_trigger=trigger))
    """)
    stack.up()
    (old,) = stack.ids()
    force(stack, "main")
    (new,) = stack.ids()
    assert new != old
    assert active(sandbox) == [new]
    assert paid(sandbox) == [old, new]
    assert stack.nothing_to_do()
    stack.destroy()
    assert active(sandbox) == []


def test_a_change_that_the_program_says_replaces_does(stack: Stack, sandbox: Sandbox) -> None:
    stack.program("""
        PhoneNumber("main", label="a", opts=pulumi.ResourceOptions(replace_on_changes=["label"]))
    """)
    stack.up()
    (old,) = stack.ids()
    stack.program("""
        PhoneNumber("main", label="b", opts=pulumi.ResourceOptions(replace_on_changes=["label"]))
    """)
    stack.up()
    (new,) = stack.ids()
    assert active(sandbox) == [new] != [old]
    assert stack.nothing_to_do()


def test_it_is_said_that_a_number_is_replaced_before_and_when_it_is(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    (old,) = stack.ids()
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn("main"))
    assert f"{old} is to be replaced: `pulumi up` buys another number" in stack.preview()
    assert f"{old} is to be replaced: another number is bought" in stack.up()
    assert paid(sandbox) == [old, *stack.ids()]


def test_what_is_deleted_before_it_is_replaced_becomes_another(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program("""
        PhoneNumber("main", opts=pulumi.ResourceOptions(delete_before_replace=True))
    """)
    stack.up()
    (old,) = stack.ids()
    tainted(stack, "main")
    assert active(sandbox) == stack.ids() != [old]
    assert stack.nothing_to_do()


def test_an_adopted_number_stays_in_service_and_the_run_says_so(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f'PhoneNumber("main", adopt="{number}")')
    stack.up()
    claim = stack.claim("main")
    sandbox.clear_requests()
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn("main"))
    assert f"{number} is kept" in stack.up()
    assert stack.ids() == [number]
    assert stack.claim("main") != claim
    assert writes(sandbox) == []
    assert stack.nothing_to_do()
    stack.destroy()
    assert not is_active(sandbox, number)


@pytest.mark.parametrize("before", [True, False])
def test_a_linked_number_stays_in_service(stack: Stack, sandbox: Sandbox, before: bool) -> None:
    twilio = connection(sandbox)
    stack.program(f"""
        LinkedNumber("main", phone_number="{LINKED}", telephony_account_connection="{twilio}",
                     opts=pulumi.ResourceOptions(delete_before_replace={before}))
    """)
    stack.up()
    sandbox.clear_requests()
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn("main", "LinkedNumber"))
    assert f"{LINKED} is kept" in stack.up()
    assert "/v1/numbers/cancel" not in writes(sandbox)
    assert is_active(sandbox, LINKED)
    assert stack.nothing_to_do()
    stack.destroy()
    assert not is_active(sandbox, LINKED)


def test_delete_before_replace_beside_adopt_is_refused(stack: Stack, sandbox: Sandbox) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f"""
        PhoneNumber("main", adopt="{number}",
                    opts=pulumi.ResourceOptions(delete_before_replace=True))
    """)
    assert "delete_before_replace would cancel the number" in stack.preview(code=1)


def test_deleted_with_is_refused_since_nobody_would_cancel_the_number(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program("""
        main = PhoneNumber("main")
        PhoneNumber("second", opts=pulumi.ResourceOptions(deleted_with=main))
    """)
    assert (
        "PhoneNumber 'second': with deleted_with Pulumi would forget the number"
        in stack.preview(code=1)
    )
    stack.up(code=1)
    assert [one for one in paid(sandbox) if one not in stack.ids()] == []


def test_a_number_that_is_replaced_with_what_it_depends_on_is_kept_where_it_was_taken_over(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f"""
        first = PhoneNumber("first", opts=pulumi.ResourceOptions(delete_before_replace=True))
        PhoneNumber("second", area_code=first.number.apply(lambda digits: digits[1:4]))
        PhoneNumber("third", adopt=first.number.apply(lambda digits: "{number}"))
        PhoneNumber("fourth", adopt="{number}" and None, label=first.number)
    """)
    stack.up()
    before = stack.held()
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", stack.urn("first"))
    stack.up()
    after = stack.held()
    assert after["third"] == before["third"] == number
    assert after["fourth"] == before["fourth"]
    assert after["first"] != before["first"]
    assert after["second"][1:4] == after["first"][1:4]
    assert active(sandbox) == sorted(after.values())
    assert stack.nothing_to_do()


def test_a_number_that_is_given_up_for_another_that_exists_is_released(
    stack: Stack, sandbox: Sandbox
) -> None:
    first, second = (sandbox.call("POST", "/v1/numbers/buy")["number"] for _ in range(2))
    stack.program(f'PhoneNumber("main", adopt="{first}")')
    stack.up()
    stack.program(f'PhoneNumber("main", adopt="{second}")')
    stack.up()
    assert stack.ids() == [second]
    assert active(sandbox) == [second]
    # A bought number that is adopted under its own name stays what it is.
    stack.program('PhoneNumber("main", adopt=None), PhoneNumber("other")')
    stack.up()
    bought = stack.held()["other"]
    stack.program(f'PhoneNumber("main"), PhoneNumber("other", adopt="{bought}")')
    stack.up()
    assert stack.held() == {"main": second, "other": bought}
    assert active(sandbox) == sorted([second, bought])

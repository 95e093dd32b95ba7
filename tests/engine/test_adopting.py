# SPDX-License-Identifier: Apache-2.0
"""Numbers that the account has already."""

from tests.engine.harness import Stack, writes
from vocode_pulumi.sandbox import Sandbox


def test_an_existing_number_is_taken_over_without_a_purchase(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    sandbox.clear_requests()
    stack.program(f'PhoneNumber("main", adopt="{number}", label="mine now")')
    stack.up()
    assert stack.ids() == [number]
    assert writes(sandbox) == ["/v1/numbers/update"]
    assert stack.nothing_to_do()
    stack.program('PhoneNumber("main", label="mine now")')
    stack.up()
    assert stack.ids() == [number]
    stack.destroy()
    assert not sandbox.call("GET", "/v1/numbers", phone_number=number)["active"]


def test_a_number_that_is_not_there_is_a_clear_error(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("main", adopt="14155550100")')
    printed = stack.up(code=1)
    assert "found no active number 14155550100" in printed
    assert "Nothing was bought" in printed
    assert "Traceback" not in printed
    assert sandbox.purchases() == []


def test_one_number_adopted_twice_is_refused_in_preview(stack: Stack, sandbox: Sandbox) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f'PhoneNumber("a", adopt="{number}")\nPhoneNumber("b", adopt="{number}")')
    assert "one number belongs to one resource" in stack.preview(code=1)


def test_an_adopted_number_renamed_without_an_alias_is_not_cancelled(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f'PhoneNumber("old", adopt="{number}")')
    stack.up()
    stack.program(f'PhoneNumber("new", adopt="{number}")')
    sandbox.clear_requests()
    printed = stack.up()
    assert f"{number} is kept" in printed
    assert writes(sandbox) == []
    assert stack.ids() == [number]
    assert sandbox.call("GET", "/v1/numbers", phone_number=number)["active"]


def test_a_rename_with_an_alias_is_no_change(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("old", label="x")')
    stack.up()
    sandbox.clear_requests()
    stack.program(
        'PhoneNumber("new", label="x", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]))'
    )
    stack.up()
    assert writes(sandbox) == []


def test_get_reads_a_number_without_managing_it(stack: Stack, sandbox: Sandbox) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy", {"inbound_agent": "default"})["number"]
    sandbox.clear_requests()
    stack.program(f"""
        one = PhoneNumber.get("theirs", "{number}")
        pulumi.export("agent_id", one.agent_id)
    """)
    stack.preview()
    stack.up()
    assert stack.outputs()["agent_id"]
    stack.destroy()
    assert writes(sandbox) == []
    assert sandbox.call("GET", "/v1/numbers", phone_number=number)["active"]

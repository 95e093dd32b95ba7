# SPDX-License-Identifier: Apache-2.0
"""Whose money it is: one account a stack, whoever's key is in use."""

from tests.engine.harness import CREDENTIAL, Stack, active, is_active, paid
from vocode_pulumi.sandbox import Sandbox

MAIN = 'PhoneNumber("main")'
OTHER_KEY = f"{CREDENTIAL}-of-somebody-else"


def user_id(account: object) -> str:
    return str(account.call("GET", "/v1/usage")["user_id"])  # type: ignore[attr-defined]


def test_another_accounts_key_buys_nothing_in_a_stack_that_has_numbers(
    stack: Stack, sandbox: Sandbox
) -> None:
    other = sandbox.another_account(OTHER_KEY)
    stack.program(MAIN)
    stack.up()
    (number,) = stack.ids()
    stack.env["VOCODE_API_KEY"] = OTHER_KEY
    # Whatever comes first in the program.
    for more in (f'PhoneNumber("new")\n{MAIN}', f'{MAIN}\nPhoneNumber("new")'):
        stack.program(more)
        for printed in (stack.preview(code=1), stack.up(code=1)):
            assert user_id(sandbox) in printed
            assert user_id(other) in printed
            assert "Nothing was bought" in printed
    assert other.purchases() == []
    assert stack.ids() == [number]
    # It is meant.
    stack.config("vocode:account", user_id(other))
    stack.program(f'{MAIN}\nPhoneNumber("new")')
    stack.up()
    assert len(other.purchases()) == 1


def test_a_stack_whose_numbers_were_adopted_is_of_their_account(
    stack: Stack, sandbox: Sandbox
) -> None:
    other = sandbox.another_account(OTHER_KEY)
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f'PhoneNumber("main", adopt="{number}")')
    stack.up()
    stack.env["VOCODE_API_KEY"] = OTHER_KEY
    stack.program(f'PhoneNumber("new")\nPhoneNumber("main", adopt="{number}")')
    assert "Nothing was bought" in stack.up(code=1)
    assert other.purchases() == []


def test_what_another_accounts_key_does_not_find_is_not_gone(
    stack: Stack, sandbox: Sandbox
) -> None:
    other = sandbox.another_account(OTHER_KEY)
    stack.program('PhoneNumber("main", label="a")')
    stack.up()
    (number,) = stack.ids()
    stack.env["VOCODE_API_KEY"] = OTHER_KEY
    stack.program('PhoneNumber("main", label="b")')
    printed = [stack.refresh(code=1), stack.up(code=1), stack.destroy(code=1)]
    for text in printed:
        assert user_id(sandbox) in text
        assert user_id(other) in text
        assert "Traceback" not in text
    assert stack.ids() == [number]
    assert is_active(sandbox, number)


def test_a_pinned_account_is_the_only_one_that_buys_adopts_or_changes(
    stack: Stack, sandbox: Sandbox
) -> None:
    other = sandbox.another_account(OTHER_KEY)
    number = other.call("POST", "/v1/numbers/buy")["number"]
    assert stack.command("account").strip() == user_id(sandbox)
    stack.config("vocode:account", user_id(sandbox))
    stack.program('PhoneNumber("main", label="a"), Prompt("prompt", content="a")')
    stack.up()
    stack.env["VOCODE_API_KEY"] = OTHER_KEY
    for program in (
        'PhoneNumber("main", label="a"), Prompt("prompt", content="a"), PhoneNumber("new")',
        f'PhoneNumber("new", adopt="{number}")',
        'PhoneNumber("main", label="b"), Prompt("prompt", content="a")',
        'PhoneNumber("main", label="a"), Prompt("prompt", content="b")',
        'PhoneNumber("main", label="a"), Prompt("prompt", content="a"), Prompt("x", content="x")',
    ):
        stack.program(program)
        printed = stack.up(code=1)
        assert f"vocode:account (VOCODE_ACCOUNT) is {user_id(sandbox)}" in printed, program
        assert user_id(other) in printed
    assert len(other.purchases()) == 1
    assert [one["path"] for one in sandbox.requests() if OTHER_KEY in str(one)] == []


def test_a_new_key_of_the_same_account_goes_on_with_what_is_open(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    stack.program(MAIN)
    stack.up()
    # A purchase whose answer is lost, and whose number cannot be looked for.
    sandbox.fault(method="POST", path="/v1/numbers/buy", close="after")
    sandbox.fault(method="GET", path="/v1/numbers/list", after=1, status=500, times=99)
    stack.program(f'{MAIN}\nPhoneNumber("new")')
    stack.env["VOCODE_MAX_RETRIES"] = "0"
    assert "is not known" in stack.up(code=1)
    sandbox.clear_faults()
    sandbox.rotate_key(f"{CREDENTIAL}-new")
    stack.env["VOCODE_API_KEY"] = f"{CREDENTIAL}-new"
    stack.up()
    assert sorted(stack.ids()) == active(sandbox)
    assert len(paid(sandbox)) == 2
    stack.destroy()
    assert active(sandbox) == []


def test_an_open_purchase_of_another_account_is_an_error_that_names_both(
    stack: Stack, sandbox: Sandbox
) -> None:
    sandbox.call("POST", "/v1/numbers/buy")
    other = sandbox.another_account(OTHER_KEY)
    other.call("POST", "/v1/numbers/buy")
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    stack.env["VOCODE_MAX_RETRIES"] = "0"
    sandbox.fault(method="POST", path="/v1/numbers/buy", close="after")
    sandbox.fault(method="GET", path="/v1/numbers/list", after=1, status=500, times=99)
    stack.program(MAIN)
    stack.up(code=1)
    sandbox.clear_faults()
    stack.env["VOCODE_API_KEY"] = OTHER_KEY
    printed = stack.up(code=1)
    assert user_id(sandbox) in printed
    assert user_id(other) in printed
    assert len(other.purchases()) == 1

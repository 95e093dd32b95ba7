# SPDX-License-Identifier: Apache-2.0
"""``vocode:maxNumbers``: how many numbers an account may have."""

from concurrent.futures import ThreadPoolExecutor

from tests.engine.harness import Stack, active, paid
from vocode_pulumi.sandbox import Sandbox


def test_a_preview_counts_what_would_be_bought_and_refuses_what_is_over(
    stack: Stack, sandbox: Sandbox
) -> None:
    sandbox.add_numbers(14)
    stack.config("vocode:maxNumbers", "17")
    stack.program("for at in range(3): PhoneNumber(f'n{at}')")
    sandbox.clear_requests()
    printed = stack.preview()
    assert (
        "Buys up to 3 numbers: the account has 14 now, and then 17; "
        "vocode:maxNumbers (VOCODE_MAX_NUMBERS) allows 17." in printed
    )
    stack.up()
    assert len(paid(sandbox)) == 3
    assert "Buys up to" not in stack.preview()
    stack.program("for at in range(4): PhoneNumber(f'n{at}')")
    printed = stack.preview(code=1)
    assert "has 17 numbers" in printed
    assert "allows 17" in printed
    assert "Nothing was bought" in stack.up(code=1)
    assert len(paid(sandbox)) == 3


def test_without_the_setting_a_preview_asks_nobody(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("a")')
    assert "Buys up to" not in stack.preview()
    assert sandbox.requests() == []


def test_many_that_buy_at_once_get_the_places_that_there_are(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env["VOCODE_MAX_NUMBERS"] = "5"
    stack.env |= {"VOCODE_READ_TIMEOUT": "4", "VOCODE_CONNECT_TIMEOUT": "1"}
    prod = stack.beside("prod")
    stack.program("for at in range(4): PhoneNumber(f'n{at}')")

    def up(one: Stack) -> None:
        one.pulumi("up", "--yes", "--skip-preview", "--stack", one.name, code=None)

    with ThreadPoolExecutor(2) as pool:
        [*pool.map(up, (stack, prod))]
    assert len(paid(sandbox)) == 5
    assert sorted([*stack.ids(), *prod.ids()]) == active(sandbox)

# SPDX-License-Identifier: Apache-2.0
"""A server that is honest but slow, or spelled otherwise.

What each of several answers leads to is shown by one run that buys a number for each.
"""

from typing import Any

import pytest

from tests.engine.harness import BUY, Stack, active, is_active, paid, writes
from vocode_pulumi.sandbox import Sandbox

LATE = {**BUY, "unread": 4, "unlisted": 4}


@pytest.mark.parametrize("command", ["refresh", "up --refresh", "destroy", "change"])
def test_a_number_that_is_younger_than_lists_and_reads_is_not_gone(
    stack: Stack, sandbox: Sandbox, command: str
) -> None:
    stack.env["VOCODE_SETTLE_SECONDS"] = "8"
    sandbox.fault(**LATE, times=2)
    stack.program('PhoneNumber("a"), PhoneNumber("b")')
    stack.up()
    held = stack.held()
    if command == "refresh":
        stack.refresh("--expect-no-changes")
    elif command == "up --refresh":
        stack.up("--refresh", "--expect-no-changes")
    elif command == "change":
        stack.program('PhoneNumber("a", label="x"), PhoneNumber("b")')
        stack.up()
        assert sandbox.call("GET", "/v1/numbers", phone_number=held["a"])["label"] == "x"
    else:
        stack.destroy()
        assert active(sandbox) == []
        return
    assert stack.held() == held
    assert paid(sandbox) == sorted(held.values(), key=paid(sandbox).index)
    assert len(paid(sandbox)) == 2


def test_a_number_that_is_gone_is_believed_to_be_after_it_was_looked_for(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env["VOCODE_SETTLE_SECONDS"] = "2"
    stack.program('PhoneNumber("a"), PhoneNumber("b")')
    stack.up()
    for number in stack.ids():
        sandbox.call("POST", "/v1/numbers/cancel", phone_number=number)
    stack.refresh()
    assert stack.ids() == []


NOT_THE_LAST_WORD: dict[str, dict[str, Any]] = {
    "202": {"status": 202, "body": {}},
    "201 without a number": {"status": 201, "body": {"number": None}},
    "200 without a number": {"status": 200, "body": {"success": True}},
    "a gateway's page": {"status": 502, "body": "<html>Bad gateway</html>"},
    "500": {"status": 500},
    "409": {"status": 409, "body": {"detail": "A request is under way"}},
    "302": {"status": 302, "headers": {"Location": "/v1/numbers"}},
    "closed": {"close": "before"},
}


CODES = ("212", "305", "415", "617", "702", "802", "907", "303")
"""Area codes, by which a number tells who bought it."""


def declare(stack: Stack, count: int, inputs: str = "") -> None:
    """One number for each of the first area codes."""
    stack.program(f"for code in {CODES[:count]}: PhoneNumber(code, area_code=code{inputs})")


def each_has_its_own(stack: Stack, sandbox: Sandbox, count: int) -> bool:
    """Whether each number was bought once, for the resource that has it."""
    held = stack.held()
    assert {name: number[1:4] for name, number in held.items()} == {
        code: code for code in CODES[:count]
    }
    assert sorted(held.values()) == sorted(paid(sandbox))
    return stack.nothing_to_do()


def test_what_is_carried_out_after_the_answer_is_waited_for(stack: Stack, sandbox: Sandbox) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "5", "VOCODE_CONNECT_TIMEOUT": "1"}
    many = len(NOT_THE_LAST_WORD)
    for answer in NOT_THE_LAST_WORD.values():
        sandbox.fault(**BUY, later=5, **answer)
    declare(stack, many)
    printed = stack.up()
    diagnostics = printed.partition("Diagnostics:")[2]
    assert diagnostics.count("was carried out is not known") == many, printed
    assert writes(sandbox) == ["/v1/numbers/buy"] * many
    assert each_has_its_own(stack, sandbox, many)


def test_a_purchase_that_did_nothing_is_made_when_that_is_certain(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    for status in (500, 504):
        sandbox.fault(**BUY, status=status)
    declare(stack, 2)
    stack.up()
    assert writes(sandbox) == ["/v1/numbers/buy"] * 4
    assert each_has_its_own(stack, sandbox, 2)


def test_a_server_that_never_says_is_an_error_that_says_what_is_known(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "1", "VOCODE_CONNECT_TIMEOUT": "1"}
    sandbox.fault(**BUY, status=500, body={"detail": "Oops"}, times=9)
    stack.program('PhoneNumber("main")')
    printed = stack.up(code=1)
    assert (
        "answered 500: Oops. The provider looked for the number until the request could have no effect "
        "any more: nothing was bought" in printed
    )
    assert "Traceback" not in printed
    assert writes(sandbox) == ["/v1/numbers/buy"] * 2


@pytest.mark.parametrize("where", ["everywhere", "purchases"])
def test_a_plus_in_answers_makes_no_second_number(
    stack: Stack, sandbox: Sandbox, where: str
) -> None:
    sandbox.spell(plus=where)
    stack.program('PhoneNumber("a"), PhoneNumber("b", label="x")')
    sandbox.fault(**BUY, close="after")
    stack.up()
    held = stack.held()
    assert sorted(held.values()) == sorted(paid(sandbox))
    assert all(number.isdigit() for number in held.values())
    assert len(paid(sandbox)) == 2
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")
    stack.program(f"""
        PhoneNumber("a"), PhoneNumber("b", label="y")
        PhoneNumber("c", adopt="+{held["a"]}")
    """)
    assert "one number belongs to one resource" in stack.preview(code=1)
    stack.destroy()
    assert active(sandbox) == []


def test_numbers_are_understood_however_people_write_them(stack: Stack, sandbox: Sandbox) -> None:
    first, second = (sandbox.call("POST", "/v1/numbers/buy")["number"] for _ in range(2))
    spelled = f"+1 ({first[1:4]}) {first[4:7]}-{first[7:]}"
    stack.program(f"""
        PhoneNumber("mine", adopt="{spelled}")
        one = PhoneNumber.get("theirs", "+{second}")
        found = get_number(phone_number="+{second}")
        pulumi.export("numbers", [one.number, found.number])
    """)
    stack.preview()
    stack.up()
    assert stack.held() == {"mine": first}
    assert stack.outputs()["numbers"] == [second, second]
    assert stack.nothing_to_do()
    # Another spelling is no change.
    stack.program(f"""
        PhoneNumber("mine", adopt="{first}")
        one = PhoneNumber.get("theirs", "+1 {second[1:]}")
        pulumi.export("numbers", [one.number])
    """)
    stack.up()
    assert stack.held() == {"mine": first}
    assert is_active(sandbox, first)


ODD: list[dict[str, Any]] = [
    {"patch": {"id": ["x"]}},
    {"patch": {"user_id": None}},
    {"patch": {"inbound_agent": "x", "label": ["x"]}},
    {
        "status": 200,
        "work": True,
        "body": '{"number": NaN}',
        "headers": {"Content-Type": "application/json"},
    },
    {"status": 200, "work": True, "body": '{"number": "\\ud800"}'},
]


def test_an_answer_of_odd_form_ends_in_no_traceback_and_the_purchase_is_kept(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    many = len(ODD)
    for fault in ODD:
        sandbox.fault(**BUY, **fault)
    declare(stack, many, ', label="x"')
    up = ("up", "--yes", "--skip-preview", "--stack", "dev", "--continue-on-error")
    printed = stack.pulumi(*up, code=None)
    assert "Traceback" not in printed
    assert len(paid(sandbox)) == many
    stack.up()
    assert each_has_its_own(stack, sandbox, many)

# SPDX-License-Identifier: Apache-2.0
"""Replacements on command: a bought number becomes another, one that was taken over stays."""

from collections.abc import Callable

import pytest

from tests.engine.harness import Stack, active, connection, is_active, paid, writes
from vocode_pulumi.sandbox import Sandbox

LINK = "/v1/numbers/link"

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


def changed(stack: Stack, _name: str) -> None:
    text = (stack.folder / "__main__.py").read_text()
    (stack.folder / "__main__.py").write_text(text.replace('label="a"', 'label="b"'))
    stack.up()


@pytest.mark.parametrize("before", [False, True])
def test_a_bought_number_becomes_another_however_that_is_asked_for_and_the_old_one_goes(
    stack: Stack, sandbox: Sandbox, before: bool
) -> None:
    stack.program(f"""
        trigger = 1
        PhoneNumber("main", label="a", opts=pulumi.ResourceOptions(
            replacement_trigger=trigger, replace_on_changes=["label"],
            delete_before_replace={before}))
    """)
    stack.up()
    numbers = stack.ids()
    forces: list[Force] = [tainted, replaced, target_replaced, triggered, changed]
    # The order of delete and create is Pulumi's, however it came to them.
    for force in forces if not before else forces[:1]:
        (old,) = stack.ids()
        force(stack, "main")
        (new,) = stack.ids()
        assert new != old
        assert active(sandbox) == [new]
        numbers.append(new)
        assert paid(sandbox) == numbers
        assert stack.nothing_to_do()
    stack.destroy()
    assert active(sandbox) == []


def test_what_is_tainted_is_said_to_be_replaced_and_what_was_taken_over_stays_in_service(
    stack: Stack, sandbox: Sandbox
) -> None:
    twilio = connection(sandbox)
    adopted = sandbox.call("POST", "/v1/numbers/buy")["number"]
    linked = {"linked": "14155550100", "linked-before": "14155550101"}
    stack.program(f"""
        PhoneNumber("bought")
        PhoneNumber("adopted", adopt="{adopted}")
        for name, number in {linked!r}.items():
            LinkedNumber(name, phone_number=number, telephony_account_connection="{twilio}",
                opts=pulumi.ResourceOptions(delete_before_replace=name == "linked-before"))
    """)
    stack.up()
    held = stack.held()
    claim = stack.claim("adopted")
    urns = [stack.urn("bought"), stack.urn("adopted")]
    urns += [stack.urn(name, "LinkedNumber") for name in linked]
    stack.pulumi("state", "taint", "--yes", "--stack", "dev", *urns)
    sandbox.clear_requests()
    old = held["bought"]
    assert f"{old} is to be replaced: `pulumi up` buys another number" in stack.preview()
    assert writes(sandbox) == []
    printed = stack.up()
    assert f"{old} is to be replaced: another number is bought" in printed
    new = stack.held()["bought"]
    assert paid(sandbox) == [adopted, old, new]
    written = [one for one in sandbox.requests() if one["method"] == "POST"]
    assert [one["path"] for one in written if "/cancel" in one["path"]] == [
        f"/v1/numbers/cancel?phone_number={old}"
    ]
    assert [one for one in written if adopted in str(one)] == []
    assert {one["path"] for one in written if one["path"].split("?")[0] != LINK} == {
        "/v1/numbers/buy",
        f"/v1/numbers/cancel?phone_number={old}",
    }
    assert stack.held() == {**held, "bought": new}
    assert stack.claim("adopted") != claim
    for number in (adopted, *linked.values()):
        assert f"{number} is kept" in printed
        assert is_active(sandbox, number)
    assert not is_active(sandbox, old)
    assert stack.nothing_to_do()
    stack.destroy()
    for number in (adopted, *linked.values()):
        assert not is_active(sandbox, number)


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

# SPDX-License-Identifier: Apache-2.0
"""Numbers of one's own Twilio account."""

from pathlib import Path
from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, Stack, bodies, connection, environment, writes
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox

NUMBER = "14155550100"
LINK = {"method": "POST", "path": "/v1/numbers/link"}


def declare(stack: Stack, twilio: str, **inputs: Any) -> None:
    given = {"phone_number": NUMBER, "telephony_account_connection": twilio, **inputs}
    stack.program(f"""
        number = LinkedNumber("main", **{given!r})
        pulumi.export("agent_id", number.agent_id)
    """)


def linked(stack: Stack) -> list[str]:
    return [one["id"] for one in stack.resources("LinkedNumber")]


def test_a_number_is_linked_changed_in_place_replaced_and_taken_out_again(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(f"""
        secret = pulumi.Output.secret("{CREDENTIAL}-of-twilio")
        twilio = AccountConnection("twilio", type="account_connection_twilio",
            credentials={{"twilio_account_sid": secret, "twilio_auth_token": secret}})
        LinkedNumber("main", phone_number="{NUMBER}", telephony_account_connection=twilio.id)
        pulumi.export("twilio", twilio.id)
    """)
    stack.preview()
    assert sandbox.requests() == []
    stack.up()
    twilio = stack.outputs()["twilio"]
    assert linked(stack) == [NUMBER]
    assert sandbox.purchases() == []
    stack.refresh("--expect-no-changes")
    agent = {"prompt": "Hi", "voice": {"type": "voice_vocode", "voice_id": "joe"}}
    sandbox.clear_requests()
    declare(stack, twilio, label="desk", outbound_only=True, inbound_agent=agent)
    stack.up()
    (body,) = bodies(sandbox, "/v1/numbers/update")
    assert body.pop("inbound_agent") == stack.outputs()["agent_id"]
    assert body == {"label": "desk", "outbound_only": True}
    declare(stack, twilio, inbound_agent="none")
    sandbox.clear_requests()
    stack.up()
    assert bodies(sandbox, "/v1/numbers/update") == [
        {"label": "", "outbound_only": False, "inbound_agent": None}
    ]
    assert stack.nothing_to_do()
    declare(stack, twilio, phone_number="14155550101")
    sandbox.clear_requests()
    stack.up()
    assert writes(sandbox) == ["/v1/numbers/link", "/v1/numbers/cancel"]
    declare(stack, connection(sandbox), phone_number="14155550101")
    sandbox.clear_requests()
    stack.up()
    assert writes(sandbox) == ["/v1/numbers/cancel", "/v1/numbers/link"]
    stack.destroy()
    assert sandbox.call("GET", "/v1/numbers/list")["items"] == []


def test_what_changes_by_hand_is_put_back_and_what_is_gone_is_linked_anew(
    stack: Stack, sandbox: Sandbox
) -> None:
    twilio = connection(sandbox)
    declare(stack, twilio, label="desk")
    stack.up()
    sandbox.call("POST", "/v1/numbers/update", {"label": "x"}, phone_number=NUMBER)
    stack.refresh()
    assert "label" in stack.preview()
    sandbox.clear_requests()
    stack.up()
    assert bodies(sandbox, "/v1/numbers/update") == [{"label": "desk"}]
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=NUMBER)
    stack.refresh()
    assert linked(stack) == []
    stack.up()
    assert linked(stack) == [NUMBER]
    assert stack.nothing_to_do()


@pytest.mark.parametrize("fault", [{"close": "after"}, {"status": 500, "work": True}], ids=str)
def test_a_link_whose_answer_is_lost_is_found(
    stack: Stack, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    sandbox.fault(**LINK, **fault)
    declare(stack, connection(sandbox), label="desk", inbound_agent="default")
    stack.up()
    assert linked(stack) == [NUMBER]
    assert sandbox.call("GET", "/v1/numbers", phone_number=NUMBER)["label"] == "desk"
    assert stack.outputs()["agent_id"]
    assert stack.nothing_to_do()


def test_a_link_that_never_arrived_is_an_error_and_made_by_the_next_run(
    stack: Stack, sandbox: Sandbox
) -> None:
    sandbox.fault(**LINK, close="before")
    declare(stack, connection(sandbox))
    printed = stack.up(code=1)
    assert "its answer was lost" in printed
    assert "Traceback" not in printed
    stack.up()
    assert linked(stack) == [NUMBER]


def test_a_number_that_is_linked_with_another_connection_is_refused(
    stack: Stack, sandbox: Sandbox
) -> None:
    theirs = {"phone_number": NUMBER, "telephony_account_connection": connection(sandbox)}
    sandbox.call("POST", "/v1/numbers/link", theirs)
    declare(stack, connection(sandbox))
    printed = stack.up(code=1)
    assert "answered 409: The number is in this account already" in printed
    assert "Traceback" not in printed


def test_one_number_declared_twice_is_refused_in_preview(stack: Stack, sandbox: Sandbox) -> None:
    given = f'phone_number="{NUMBER}", telephony_account_connection="{connection(sandbox)}"'
    stack.program(f'LinkedNumber("first", {given})\nLinkedNumber("second", {given})')
    assert "one number belongs to one resource" in stack.preview(code=1)


def test_a_bought_number_is_not_linked_as_well(stack: Stack, sandbox: Sandbox) -> None:
    twilio = connection(sandbox)
    stack.program(f"""
        first = PhoneNumber("first", telephony_provider="twilio",
                            telephony_account_connection="{twilio}")
        LinkedNumber("second", phone_number=first.number, telephony_account_connection="{twilio}")
    """)
    assert "was given to 'first' in this run already" in stack.up(code=1)


def test_a_link_that_is_renamed_is_kept(stack: Stack, sandbox: Sandbox) -> None:
    given = f'phone_number="{NUMBER}", telephony_account_connection="{connection(sandbox)}"'
    stack.program(f'LinkedNumber("old", {given})')
    stack.up()
    stack.program(f'LinkedNumber("new", {given})')
    assert f"{NUMBER} is kept" in stack.up()
    assert sandbox.call("GET", "/v1/numbers", phone_number=NUMBER)["active"]


def test_answers_of_2023_are_understood(tmp_path: Path, stack: Stack, engine_home: Path) -> None:
    with InThread(tmp_path / "old", age=2023, api_key=f"{CREDENTIAL}-old") as old:
        backend = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
        stack.env.update(environment(engine_home, backend, old))
        twilio = connection(old)
        declare(stack, twilio, label="a")
        stack.up()
        stack.refresh("--expect-no-changes")
        declare(stack, twilio, label="b")
        old.clear_requests()
        stack.up()
        assert bodies(old, "/v1/numbers/update") == [{"label": "b"}]
        assert stack.nothing_to_do()

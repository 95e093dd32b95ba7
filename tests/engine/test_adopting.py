# SPDX-License-Identifier: Apache-2.0
"""Numbers that the account has already."""

from typing import Any

import pytest

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


KEYED = "hush-hush-of-the-voice"
TWO_WAYS = 'Give its id (voice="{id}"), or leave voice out'


def agent_by_hand(sandbox: Sandbox) -> dict[str, Any]:
    """An agent of the dashboard, whose voice has a key."""
    voice = {"type": "voice_eleven_labs", "voice_id": "x1", "api_key": KEYED}
    made: dict[str, Any] = sandbox.call(
        "POST",
        "/v1/agents/create",
        {
            "name": "sales",
            "language": "de",
            "prompt": {"content": "You sell cars."},
            "voice": voice,
        },
    )
    sandbox.clear_requests()
    return made


def test_a_preview_of_an_adoption_lists_what_it_would_change(
    stack: Stack, sandbox: Sandbox
) -> None:
    made = agent_by_hand(sandbox)
    number = str(sandbox.call("POST", "/v1/numbers/buy")["number"])
    stack.program(f"""
        Agent("sales", adopt={made["id"]!r}, name="other", language="en", prompt="You sell.",
              voice={made["voice"]["id"]!r})
        Prompt("p", adopt={made["prompt"]["id"]!r}, content="You sell cars.")
        PhoneNumber("a", adopt={number!r}, label="desk", outbound_only=True)
    """)
    printed = stack.preview()
    assert (
        f"agent {made['id']} is adopted; `pulumi up` changes: prompt (made anew, in place of "
        f"{made['prompt']['id']}), name, language." in printed
    )
    assert f"prompt {made['prompt']['id']} is adopted; `pulumi up` changes: nothing." in printed
    assert (
        f"{number} is adopted, not bought; `pulumi up` changes: label, outbound_only (False to True)."
        in printed
    )
    stack.up()
    assert stack.nothing_to_do()


@pytest.mark.parametrize("given", ["inline", "another", "the same", "left out"])
def test_an_adoption_does_not_put_another_part_in_the_place_of_one_with_a_credential(
    stack: Stack, sandbox: Sandbox, given: str
) -> None:
    made = agent_by_hand(sandbox)
    id_ = made["voice"]["id"]
    other = sandbox.call("POST", "/v1/voices/create", {"type": "voice_azure", "voice_name": "x"})
    voice = {
        "inline": '{"type": "voice_eleven_labs", "voice_id": "x1"}',
        "another": repr(other["id"]),
        "the same": repr(id_),
    }.get(given)
    if voice is None:
        stack.program(f'Voice("v", adopt={id_!r}, type="voice_eleven_labs", voice_id="x1")')
    else:
        stack.program(f'Agent("sales", adopt={made["id"]!r}, prompt="You sell.", voice={voice})')
    is_refused = given in ("inline", "another")
    for printed in (stack.preview(code=is_refused), stack.up(code=is_refused)):
        assert (TWO_WAYS.format(id=id_) in " ".join(printed.split())) == is_refused
    live = sandbox.call("GET", "/v1/agents", id=made["id"])
    assert live["voice"]["id"] == id_
    assert live["voice"]["api_key"] == KEYED


def test_a_preview_says_that_there_is_nothing_to_adopt(stack: Stack, sandbox: Sandbox) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    stack.program('PhoneNumber("a", adopt="14155550100")')
    printed = " ".join(stack.preview(code=1).split())
    assert "found no active number 14155550100 in this account" in printed
    stack.program(f'Prompt("p", adopt="{nobody}", content="x")')
    printed = " ".join(stack.preview(code=1).split())
    assert f"found no prompt {nobody} in this account" in printed
    sandbox.fault(method="GET", status=500, times=100)
    assert f"prompt {nobody} cannot be looked at: GET /v1/prompts answered 500" in stack.preview()
    stack.env["VOCODE_API_KEY"] = ""
    assert f"prompt {nobody} is not looked at: no API key is set." in stack.preview()

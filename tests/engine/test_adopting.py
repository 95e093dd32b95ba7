# SPDX-License-Identifier: Apache-2.0
"""Numbers that the account has already."""

import json
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
    answered = str(sandbox.call("POST", "/v1/numbers/buy", {"inbound_agent": made["id"]})["number"])
    stack.program(f"""
        sales = Agent("sales", adopt={made["id"]!r}, name="other", language="en", prompt="You sell.",
              voice={made["voice"]["id"]!r})
        Prompt("p", adopt={made["prompt"]["id"]!r}, content="You sell cars.")
        PhoneNumber("a", adopt={number!r}, label="desk", outbound_only=True)
        PhoneNumber("b", adopt={answered!r}, inbound_agent=sales.id)
    """)
    printed = stack.preview()
    assert f"changes: inbound_agent (not known yet, now {made['id']})." in printed
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


def test_an_adoption_does_not_let_an_action_go_whose_secret_vocode_made(
    stack: Stack, sandbox: Sandbox
) -> None:
    plain = {"prompt": {"content": "x"}, "voice": VOICE}
    made = sandbox.call("POST", "/v1/agents/create", {**plain, "actions": [DTMF, EXTERNAL]})
    id_ = made["actions"][1]["id"]
    sandbox.clear_requests()
    refusal = (
        f"{made['id']} has an action with a credential, and this list would let it go. Add its id to the "
        f'list ("{id_}"), or leave actions out'
    )
    other = json.loads(json.dumps(EXTERNAL).replace('"book"', '"other"'))
    for actions in ([END, other], []):
        stack.program(f"Agent('a', adopt={made['id']!r}, actions={actions!r}, **{plain!r})")
        for printed in (stack.preview(code=1), stack.up(code=1)):
            assert refusal in " ".join(printed.split())
    assert writes(sandbox) == []
    stack.program(f"Agent('a', adopt={made['id']!r}, actions=[{END}, {id_!r}], **{plain!r})")
    stack.up()
    live = sandbox.call("GET", "/v1/agents", id=made["id"])["actions"]
    assert live[1] == made["actions"][1]


@pytest.mark.parametrize("given", ["inline", "another", "the same", "left out"])
def test_an_adopted_number_keeps_an_agent_with_a_credential_unless_another_is_given_by_id(
    stack: Stack, sandbox: Sandbox, given: str
) -> None:
    made = agent_by_hand(sandbox)
    number = sandbox.call("POST", "/v1/numbers/buy", {"inbound_agent": made["id"]})["number"]
    parts = {"prompt": "x", "voice": {"type": "voice_azure", "voice_name": "x"}}
    other = sandbox.call("POST", "/v1/agents/create", {**parts, "prompt": {"content": "x"}})
    agent = {"inline": parts, "another": other["id"], "the same": made["id"]}.get(given)
    declared = f", inbound_agent={agent!r}" if agent else ""
    stack.program(f'PhoneNumber("n", adopt={number!r}{declared})')
    sandbox.clear_requests()
    is_refused = given == "inline"
    refusal = (
        f"{number} has an agent with a credential, and this would put another in its place. Give its id "
        f'(inbound_agent="{made["id"]}"), or leave inbound_agent out'
    )
    for printed in (stack.preview(code=is_refused), stack.up(code=is_refused)):
        assert (refusal in " ".join(printed.split())) == is_refused
    answers = sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]
    assert answers["id"] == (other["id"] if given == "another" else made["id"])
    assert (writes(sandbox) == []) == (given != "another")


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


EXTERNAL = {
    "type": "action_external",
    "config": {
        "name": "book",
        "description": "books a table",
        "url": "https://example.com/book",
        "input_schema": {"type": "object"},
        "speak_on_send": True,
        "speak_on_receive": False,
    },
}
PARTS: dict[str, Any] = {
    "name": "sales",
    "prompt": {"content": "You sell cars."},
    "voice": {"type": "voice_eleven_labs", "voice_id": "x1", "api_key": KEYED},
    "webhook": {"url": "https://example.com", "subscriptions": ["event_message"]},
    "actions": [{"type": "action_end_conversation"}, EXTERNAL],
}
INLINE_PARTS = f"""
hush = pulumi.Output.secret("hush-" + "hush-of-the-voice")
parts = {{**{ {**PARTS, "voice": {}}!r}, "voice": {{"type": "voice_eleven_labs", "voice_id": "x1", "api_key": hush}}}}
"""


def created(sandbox: Sandbox) -> list[str]:
    return [path for path in writes(sandbox) if path.endswith("/create")]


@pytest.mark.parametrize("kind", ["Agent", "PhoneNumber"])
def test_an_adoption_keeps_equal_parts(stack: Stack, sandbox: Sandbox, kind: str) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy", {"inbound_agent": PARTS})
    agent = number["inbound_agent"]
    sandbox.clear_requests()
    declared = {
        "Agent": f"Agent('a', adopt={agent['id']!r}, **parts)",
        "PhoneNumber": f"PhoneNumber('a', adopt={number['number']!r}, inbound_agent=parts)",
    }[kind]
    stack.program(INLINE_PARTS + declared)
    printed = stack.preview()
    assert "adopted" in printed
    assert "`pulumi up` changes: nothing." in printed
    stack.up()
    assert writes(sandbox) == []
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()
    # The parts may serve somebody else too: a change makes new ones.
    stack.program(
        INLINE_PARTS.replace("sell cars", "sell bikes").replace("end_conversation", "dtmf")
        + declared
    )
    stack.up()
    live = sandbox.call("GET", "/v1/numbers", phone_number=number["number"])["inbound_agent"]
    again = ["/v1/agents/create"] if kind == "PhoneNumber" else []
    assert sorted(created(sandbox)) == sorted(["/v1/prompts/create", "/v1/actions/create", *again])
    assert live["prompt"]["content"] == "You sell bikes."
    assert [one["type"] for one in live["actions"]] == ["action_dtmf", "action_external"]
    for part in ("voice", "webhook"):
        assert live[part] == agent[part]
    assert live["actions"][1] == agent["actions"][1]
    before = sandbox.call("GET", "/v1/prompts", id=agent["prompt"]["id"])
    assert before["content"] == "You sell cars."
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()
    # These are its own now.
    sandbox.clear_requests()
    stack.program(
        INLINE_PARTS.replace("sell cars", "sell boats").replace("end_conversation", "dtmf")
        + declared
    )
    stack.up()
    assert writes(sandbox) == ["/v1/prompts/update"]
    assert stack.nothing_to_do()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("voice", {"voice_id": "x2"}),
        ("voice", {"stability": 0.5}),
        ("webhook", {"url": "https://example.com/x"}),
        ("prompt", {"context_endpoint": "https://example.com/c"}),
    ],
)
def test_an_adoption_makes_only_the_part_that_is_not_equal(
    stack: Stack, sandbox: Sandbox, part: str, change: dict[str, Any]
) -> None:
    other = {**PARTS[part], **change}
    other.pop("api_key", None)
    plain = {**PARTS, "voice": {"type": "voice_eleven_labs", "voice_id": "x1"}}
    agent = sandbox.call("POST", "/v1/agents/create", {**plain, part: other})
    sandbox.clear_requests()
    stack.program(f"Agent('a', adopt={agent['id']!r}, **{plain!r})")
    assert (
        f"`pulumi up` changes: {part} (made anew, in place of {agent[part]['id']})."
        in stack.preview()
    )
    stack.up()
    assert created(sandbox) == [f"/v1/{part}s/create"]
    assert sandbox.call("GET", f"/v1/{part}s", id=agent[part]["id"]) == agent[part]
    assert stack.nothing_to_do()


def test_a_part_that_another_resource_has_is_not_kept(stack: Stack, sandbox: Sandbox) -> None:
    agent = sandbox.call(
        "POST", "/v1/agents/create", PARTS | {"voice": {"type": "voice_azure", "voice_name": "x"}}
    )
    prompt = agent["prompt"]["id"]
    stack.program(f"Prompt('p', adopt={prompt!r}, content='You sell cars.')")
    stack.up()
    sandbox.clear_requests()
    stack.program(f"""
        p = Prompt('p', adopt={prompt!r}, content='You sell cars.')
        Agent('a', adopt={agent["id"]!r}, prompt="You sell cars.", voice={agent["voice"]["id"]!r},
              opts=pulumi.ResourceOptions(depends_on=[p]))
    """)
    stack.up()
    assert created(sandbox) == ["/v1/prompts/create"]


def test_from_an_inline_agent_to_a_resource(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(
        INLINE_PARTS + "pulumi.export('agent', PhoneNumber('desk', inbound_agent=parts).agent_id)"
    )
    stack.up()
    agent = stack.outputs()["agent"]
    sandbox.clear_requests()
    stack.program(
        INLINE_PARTS
        + f"""
agent = Agent('agent', adopt={agent!r}, **parts)
PhoneNumber('desk', inbound_agent=agent.id)
"""
    )
    stack.up()
    assert writes(sandbox) == []
    assert stack.nothing_to_do()
    stack.program(
        INLINE_PARTS
        + f"""
agent = Agent('agent', adopt={agent!r}, **{{**parts, "initial_message": "Hi."}})
PhoneNumber('desk', inbound_agent=agent.id)
"""
    )
    stack.up()
    assert writes(sandbox) == ["/v1/agents/update"]


BOOKING: dict[str, Any] = {
    **{"name": "book", "description": "x", "url": "https://example.com", "speak_on_send": True},
    **{"speak_on_receive": False, "input_schema": {"default": None, "maximum": 2**60 + 1}},
}
DTMF, END = {"type": "action_dtmf"}, {"type": "action_end_conversation"}
VOICE = {"type": "voice_azure", "voice_name": "x"}
EVENTS = ["event_message", "event_action"]
WEBHOOK = {"url": "https://example.com", "subscriptions": EVENTS}


@pytest.mark.parametrize(
    ("kind", "there", "declared", "said"),
    [
        ("action", {"type": "action_external", "config": BOOKING}, {}, "nothing"),
        ("action", END, {"action_trigger": {"type": "action_trigger_function_call"}}, "nothing"),
        ("webhook", WEBHOOK, {"subscriptions": EVENTS[::-1]}, "nothing"),
        ("webhook", WEBHOOK, {"subscriptions": EVENTS[:1]}, "subscriptions"),
        ("agent", {"actions": [DTMF, END]}, {"actions": [END, DTMF]}, "actions (in another order)"),
        ("agent", {"actions": [DTMF, DTMF]}, {"actions": [DTMF]}, "actions (without {last})"),
    ],
)
def test_a_preview_of_an_adoption_lists_what_is_sent(
    stack: Stack,
    sandbox: Sandbox,
    kind: str,
    there: dict[str, Any],
    declared: dict[str, Any],
    said: str,
) -> None:
    given = {**({"prompt": "x", "voice": VOICE} if kind == "agent" else {}), **there}
    body = {**given, "prompt": {"content": "x"}} if kind == "agent" else given
    made = sandbox.call("POST", f"/v1/{kind}s/create", body)
    sandbox.clear_requests()
    inputs = {**given, **declared}
    stack.program(f"{kind.title()}('a', adopt={made['id']!r}, **{inputs!r})")
    said = said.format(last=made.get("actions", [made])[-1]["id"])
    assert f"is adopted; `pulumi up` changes: {said}." in stack.preview()
    stack.up()
    assert writes(sandbox) == ([] if said == "nothing" else [f"/v1/{kind}s/update"])
    assert stack.nothing_to_do()

# SPDX-License-Identifier: Apache-2.0
"""What a destroy says of the objects that Vocode cannot delete, and the command that lists them."""

import json

import pytest

from tests.engine.harness import Stack, active, is_active
from vocode_pulumi.sandbox import Sandbox

PROGRAM = """
hush = lambda text: pulumi.Output.secret("hush-" + "hush-" + text)
keyed = {"type": "voice_eleven_labs", "voice_id": "x1", "api_key": hush("key")}
external = {"type": "action_external", "config": {
    "name": "book", "description": "Books.", "url": "https://example.com/book",
    "input_schema": {"type": "object"}, "speak_on_send": True, "speak_on_receive": False}}
inline = {"prompt": "You sell.", "name": pulumi.Output.secret("desk"), "voice": keyed, "actions": [{"type": "action_dtmf"}, external],
          "webhook": {"url": "https://example.com", "subscriptions": ["event_message"]}}
number = PhoneNumber("number", inbound_agent=inline)
agent = Agent("agent", prompt=Prompt("prompt", content="x").id, voice=keyed,
              name=pulumi.Output.secret("sales"))
plain = Voice("plain", type="voice_azure", voice_name="x")
voice = Voice("voice", **keyed)
twilio = AccountConnection("twilio", type="account_connection_twilio", credentials={
    "twilio_account_sid": hush("sid"), "twilio_auth_token": hush("token")})
action = Action("action", **external)
dtmf = Action("dtmf", type="action_dtmf")
pulumi.export("ids", {"plain": plain.id, "voice": voice.id, "twilio": twilio.id, "action": action.id,
                      "agent": agent.id, "dtmf": dtmf.id, "own": agent.owned, "of_number": number.owned})
"""


def lines(printed: str, start: str) -> list[str]:
    found = printed.partition("Diagnostics:")[2] or printed
    return [line.strip() for line in found.splitlines() if line.strip().startswith(start)]


def test_a_destroy_says_what_stays_and_what_holds_a_credential(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(PROGRAM)
    stack.up()
    ids = stack.outputs()["ids"]
    agent = ids["of_number"]["inbound_agent"]
    parts = {name: part for name, part in agent["parts"].items() if name != "actions"}
    dtmf, external = agent["parts"]["actions"]
    listed = stack.command("objects")
    assert f"agent {ids['agent']} (sales)\n    used by   nothing\n" in listed
    assert f"agent {agent['id']} (desk)\n    used by   number {active(sandbox)[0]}\n" in listed
    listed = stack.command("objects", "--stack", "dev")
    assert f"agent {ids['agent']} ([secret])\n    used by   nothing\n" in listed
    assert f"agent {agent['id']} ([secret])\n    used by   number {active(sandbox)[0]}\n" in listed
    printed = stack.destroy()
    assert active(sandbox) == []
    told = lines(printed, "Left in the account: ")
    assert {line.removeprefix("Left in the account: ") for line in told} >= {
        f"voice {ids['plain']}.",
        f"voice {ids['voice']} (holds a credential).",
        f"account connection {ids['twilio']} (holds a credential).",
        f"action {ids['action']} (holds a credential).",
        f"action {ids['dtmf']}.",
        f"agent {ids['agent']}, voice {ids['own']['voice']['id']} (holds a credential).",
        f"agent {agent['id']}, action {dtmf['id']}, action {external['id']} (holds a credential), "
        f"prompt {parts['prompt']['id']}, voice {parts['voice']['id']} (holds a credential), "
        f"webhook {parts['webhook']['id']}.",
    }
    assert len(told) == 8
    assert printed.count("`vocode-pulumi objects` lists them") == printed.count('adopt="<id>"')
    assert len(lines(printed, "Vocode's API can delete only numbers")) == 1
    found = json.loads(stack.command("objects", "--json"))
    assert {one["id"] for one in found if one["has_credential"]} == {
        ids["voice"],
        ids["twilio"],
        ids["action"],
        ids["own"]["voice"]["id"],
        parts["voice"]["id"],
        external["id"],
    }
    by_id = {one["id"]: one for one in found}
    assert by_id[agent["id"]]["used_by"] == []
    assert by_id[parts["voice"]["id"]]["used_by"] == [f"agent {agent['id']}"]
    assert "objects, " in stack.command("objects")


@pytest.mark.parametrize("owned", [{"else": 1}, {"inbound_agent": "x"}, {"inbound_agent": {}}, "x"])
def test_a_state_that_says_nonsense_of_them_does_not_stop_a_destroy(
    stack: Stack, sandbox: Sandbox, owned: object
) -> None:
    stack.program('PhoneNumber("a")')
    stack.up()
    (number,) = stack.ids()
    state = json.loads(stack.exported())
    for one in state["deployment"]["resources"]:
        if "owned" in one.get("outputs", {}):
            one["outputs"]["owned"] = owned
    stack.set_back(json.dumps(state))
    stack.destroy()
    assert not is_active(sandbox, number)
    assert stack.ids() == []

# SPDX-License-Identifier: Apache-2.0
"""What a preview of a change shows, and what it does not."""

import json
from typing import Any

import pytest

from tests.engine.harness import Stack
from vocode_pulumi.sandbox import Sandbox


def steps(stack: Stack, *args: str) -> dict[str, Any]:
    """The steps of a preview, by the name of the resource."""
    printed = stack.pulumi("preview", "--json", "--stack", stack.name, *args)
    found = json.loads(printed[printed.index("{\n") :])["steps"]
    return {step["urn"].split("::")[-1]: step for step in found}


USERS = """
webhook = Webhook("webhook", url="https://example.com", subscriptions=["event_message"])
agent = Agent("agent", prompt="x", voice={{"type": "voice_azure", "voice_name": "x"}}, webhook=webhook.id)
by_id = PhoneNumber("by-id", inbound_agent=agent.id, label="{label}")
hush = pulumi.Output.secret("hush-hush-prompt")
inline = PhoneNumber("inline", label="{label}", inbound_agent={{
    "prompt": hush, "voice": {{"type": "voice_azure", "voice_name": "x"}}}})
pulumi.export("numbers", [by_id.number, inline.number])
pulumi.export("agents", [by_id.agent_id])
Prompt("user", content=pulumi.Output.concat("Call ", by_id.number, " and ", by_id.agent_id, inline.number))
"""


def test_a_change_of_a_label_is_no_change_of_what_uses_the_number(stack: Stack) -> None:
    stack.program(USERS.format(label="one"))
    stack.up()
    before = stack.outputs()
    stack.program(USERS.format(label="two"))
    assert {name for name, step in steps(stack).items() if step["op"] != "same"} == {
        "by-id",
        "inline",
    }
    printed = stack.preview()
    assert "--outputs:--" not in printed, printed
    stack.up()
    assert stack.outputs() == before
    assert stack.nothing_to_do()


def test_an_agent_that_the_program_does_not_give_stays_the_one_that_answers(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(
        """
        parts = {"prompt": "x", "voice": {"type": "voice_azure", "voice_name": "x"}}
        one, two = Agent("one", **parts), Agent("two", **parts)
        number = PhoneNumber("a", inbound_agent=one.id)
        pulumi.export("ids", [one.id, two.id])
        pulumi.export("inline", PhoneNumber("inline", inbound_agent=parts).agent_id)
        pulumi.export("answers", number.agent_id)
        """
    )
    stack.up()
    one, two = stack.outputs()["ids"]
    assert stack.outputs()["answers"] == one
    assert stack.outputs()["inline"] not in (one, two, None)
    program = (stack.folder / "__main__.py").read_text()
    ignoring = program.replace(
        "inbound_agent=one.id)",
        'inbound_agent=two.id, opts=pulumi.ResourceOptions(ignore_changes=["inboundAgent", "inbound_agent"]))',
    )
    assert ignoring != program
    (stack.folder / "__main__.py").write_text(ignoring)
    stack.up()
    assert stack.outputs()["answers"] == one


def test_a_whole_resource_can_be_exported(stack: Stack) -> None:
    stack.program(
        """
        pulumi.export("number", PhoneNumber("a", inbound_agent={
            "prompt": "x", "voice": {"type": "voice_azure", "voice_name": "x"}}))
        pulumi.export("webhook", Webhook("w", url="https://example.com", subscriptions=["event_message"]))
        """
    )
    stack.up()
    assert stack.nothing_to_do()
    assert "~" not in stack.up()


CHANGES = {
    "PhoneNumber": ('PhoneNumber("a", label="{value}", {opts})', "label"),
    "Prompt": ('Prompt("a", content="{value}", {opts})', "content"),
    "Agent": (
        'Agent("a", name="x", prompt={{"content": "x"}}, initial_message="{value}", '
        'voice={{"type": "voice_azure", "voice_name": "x"}}, {opts})',
        "initial_message",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_replace_on_changes_and_a_detailed_diff(stack: Stack, kind: str) -> None:
    program, path = CHANGES[kind]
    stack.program(program.format(value="one", opts=""))
    stack.up()
    (before,) = stack.resources(kind)
    retained = "opts=pulumi.ResourceOptions(retain_on_delete=True)"
    stack.program(program.format(value="two", opts=retained))
    step = steps(stack)["a"]
    assert step["op"] == "update"
    assert [*step["detailedDiff"]] == [path]
    opts = retained.replace("(", f"(replace_on_changes=[{path!r}], ")
    stack.program(program.format(value="two", opts=opts))
    assert steps(stack)["a"]["replaceReasons"] == [path]
    stack.up()
    (after,) = stack.resources(kind)
    assert after["id"] != before["id"]
    assert after["inputs"]["__retained"]
    assert stack.nothing_to_do()


def test_a_timeout_of_pulumi_is_said_to_have_no_effect(stack: Stack) -> None:
    stack.program(
        'Prompt("a", content="x", opts=pulumi.ResourceOptions('
        'custom_timeouts=pulumi.CustomTimeouts(create="1m")))'
    )
    printed = stack.pulumi("up", "--yes", "--stack", stack.name)
    assert printed.count("\n    warning: Prompt 'a': custom_timeouts has no effect") == 1, printed
    assert "vocode:readTimeout" in printed


def test_a_warning_is_printed_once_in_an_up(stack: Stack) -> None:
    stack.config("vocode:apikey", "x")
    stack.program(
        """
        Voice("v", type="voice_eleven_labs", voice_id="x", api_key="hush-" + "hush-key")
        """
    )
    printed = stack.pulumi("up", "--yes", "--stack", stack.name)
    assert printed.count("\n    warning: Voice 'v': api_key is given in clear") == 1, printed
    assert printed.count("\n    warning: vocode:apikey is set") == 1, printed

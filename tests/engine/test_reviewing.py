# SPDX-License-Identifier: Apache-2.0
"""What `vocode-pulumi review` says of real previews, and what `vocode-pulumi apply` does with an approval."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.engine.harness import COMMAND, ROOT, Stack, active, connection, paid
from vocode_pulumi.sandbox import Sandbox

VOICE = '{"type": "voice_azure", "voice_name": "x"}'
BEFORE = f"""
hush = pulumi.Output.secret("hush-hush-one")
greeting = Prompt("greeting", content="Hello.\\nI am Ann.\\nHow can I help?")
desk = Agent("desk", prompt=greeting.id, voice={VOICE}, initial_message=hush)
night = Agent("night", prompt="We are closed.", voice={VOICE})
PhoneNumber("by-agent", inbound_agent=desk.id)
PhoneNumber("by-id", inbound_agent=desk.id, label="by id")
PhoneNumber("by-prompt", inbound_agent={{"prompt": greeting.id, "voice": {VOICE}}})
PhoneNumber("inline", inbound_agent={{"prompt": "Be brief.", "voice": {VOICE}, "webhook": {{
    "url": "https://example.com/a", "subscriptions": ["event_message"]}}}})
PhoneNumber("labelled", label="old")
PhoneNumber("renamed", inbound_agent=night.id)
PhoneNumber("replaced", area_code="212", label="first")
PhoneNumber("lost", area_code="212", label="second")
PhoneNumber("kept", opts=pulumi.ResourceOptions(retain_on_delete=True))
"""
AFTER = f"""
hush = pulumi.Output.secret("hush-hush-two")
greeting = Prompt("greeting", content="Hello.\\nI am Bea.\\nHow can I help?")
desk = Agent("desk", prompt=greeting.id, voice={VOICE}, initial_message=hush)
night = Agent("night", prompt="We are closed.", voice={VOICE})
PhoneNumber("by-agent", inbound_agent=desk.id)
PhoneNumber("by-id", inbound_agent=night.id, label="by id")
PhoneNumber("by-prompt", inbound_agent={{"prompt": greeting.id, "voice": {VOICE}}})
PhoneNumber("inline", inbound_agent={{"prompt": "Be brief.", "voice": {VOICE}, "webhook": {{
    "url": "https://example.com/b", "subscriptions": ["event_message"]}}}})
PhoneNumber("labelled", label="new")
PhoneNumber("other-name", inbound_agent=night.id, opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="renamed")]))
PhoneNumber("replaced", area_code="415", label="first")
PhoneNumber("bought", area_code="415", inbound_agent=Agent("fresh", prompt="Hi.", voice={VOICE}).id)
PhoneNumber("adopted", adopt="ADOPTED", label="mine")
LinkedNumber("linked", phone_number="14155550142", telephony_account_connection="CONNECTION")
PhoneNumber.get("read", "READ")
"""


def review(stack: Stack, *args: str, code: int = 0) -> dict[str, Any]:
    """The report of the stack as JSON."""
    done = subprocess.run(
        [*COMMAND, "review", f"--stack={stack.name}", "--format=json", *args],
        cwd=stack.folder,
        env=stack.env,
        capture_output=True,
        text=True,
        check=False,
    )
    stack.printed += [done.stdout, done.stderr]
    assert done.returncode == code, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def actions(report: dict[str, Any]) -> dict[str, str]:
    """What is done to each resource, by its name."""
    (one,) = report["stacks"]
    return {change["name"]: change["action"] for change in one["changes"]}


def differences(report: dict[str, Any], name: str) -> dict[str, Any]:
    """How the inputs of a resource differ, by their paths."""
    (one,) = report["stacks"]
    (change,) = [change for change in one["changes"] if change["name"] == name]
    return {found.pop("path"): found for found in change["differences"]}


def ways(report: dict[str, Any]) -> dict[str, list[list[str]]]:
    """The names of the objects between each number and what changes for it."""
    (one,) = report["stacks"]
    return {
        number["name"]: [
            [urn.rsplit("::", 1)[-1] for urn in way["through"]] for way in number["ways"]
        ]
        for number in one["answers_differently"]
    }


def test_each_kind_of_change_is_told(stack: Stack, sandbox: Sandbox) -> None:
    adopted, read = sandbox.add_numbers(2)
    twilio = connection(sandbox)
    stack.config("vocode:pricePerNumber", "1.15 USD")
    stack.program(BEFORE)
    stack.up()
    held = stack.held()
    assert review(stack)["headline"] == "changes nothing"
    stack.program(
        AFTER.replace("ADOPTED", adopted).replace("READ", read).replace("CONNECTION", twilio)
    )
    before = sandbox.purchases()
    report = review(stack)
    assert sandbox.purchases() == before
    assert actions(report) == {
        "lost": "cancels",
        "kept": "leaves",
        "replaced": "replaces",
        "bought": "buys",
        "greeting": "updates",
        "desk": "updates",
        "by-id": "updates",
        "inline": "updates",
        "labelled": "updates",
        "fresh": "creates_object",
        "adopted": "adopts",
        "linked": "links",
        "read": "reads",
    }
    assert report["headline"].endswith("3 numbers answer differently")
    lost, old = held["lost"], held["replaced"]
    for part in ("buys 1 number", "cancels 1 for good", "replaces 1", "lets go of 1 number"):
        assert part in report["headline"]
    for number in (lost, old):
        spaced = f"+1 {number[1:4]} {number[4:7]} {number[7:]}"
        assert spaced in report["headline"]
    assert ways(report) == {
        "by-agent": [["desk"], ["desk", "greeting"]],
        "by-id": [[]],
        "by-prompt": [["greeting"]],
        "inline": [[]],
    }
    (one,) = report["stacks"]
    events = {found["name"]: found["only_events"] for found in one["answers_differently"]}
    assert events == {"by-agent": False, "by-id": False, "by-prompt": False, "inline": True}
    assert differences(report, "labelled") == {"label": {"old": "old", "new": "new"}}
    assert differences(report, "desk") == {
        "initial_message": {"old": {"secret": True}, "new": {"secret": True}, "secret": "changed"}
    }
    assert [*differences(report, "inline")] == ["inbound_agent.webhook.url"]
    (bought,) = [change for change in one["changes"] if change["name"] == "bought"]
    line = (stack.folder / "__main__.py").read_text().splitlines()[bought["place"]["line"] - 1]
    assert 'PhoneNumber("bought"' in line
    text = stack.command("review", "--stack", "dev")
    for said in (
        "desk → agent night",
        "- I am [-Ann-].",
        "+ I am {+Bea+}.",
        "inbound_agent: agent fresh",
        "(by-prompt) ← prompt greeting: content",
        "initial_message: a secret, changed",
        "leaves the stack. It stays in service and costs money",
    ):
        assert said in text, text
    assert "04da6b54" not in text


def test_a_change_by_hand_is_told_from_what_the_program_changes(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("a", label="one", example_context={"x": "1"})\nPhoneNumber("b")')
    stack.up()
    held = stack.held()
    for body in ({"label": "by hand"}, {"example_context": {"x": "2"}}):
        sandbox.call("POST", "/v1/numbers/update", body, phone_number=held["a"])
    sandbox.call("POST", "/v1/numbers/cancel", None, phone_number=held["b"])
    stack.program('PhoneNumber("a", label="two", example_context={"x": "1"})\nPhoneNumber("b")')
    report = review(stack, "--refresh")
    assert differences(report, "a") == {
        "example_context.x": {"old": "2", "new": "1", "declared": "1"},
        "label": {"old": "by hand", "new": "two", "declared": "one"},
    }
    assert actions(report) == {"a": "updates", "b": "buys"}
    (one,) = report["stacks"]
    (bought,) = [change for change in one["changes"] if change["buys"]]
    assert bought["vanished"] == held["b"]
    text = stack.command("review", "--stack", "dev", "--refresh")
    assert "(changed outside of the program; the run sets it back)" in text
    assert '(changed outside of the program too: it was "one")' in text
    assert "Vocode does not have +1" in text


def test_gates_close_and_a_failed_preview_cannot_be_told(stack: Stack) -> None:
    stack.program('PhoneNumber("a")\nPhoneNumber("b", opts=pulumi.ResourceOptions(protect=True))')
    stack.up()
    held = stack.held()
    stack.config("vocode:pricePerNumber", "1.15 USD")
    stack.program(
        """
        PhoneNumber("b", opts=pulumi.ResourceOptions(protect=True))
        PhoneNumber("c")
        PhoneNumber("d")
        PhoneNumber("e")
        """
    )
    report = review(stack)
    assert report["headline"].endswith("; +2.30 USD a month")
    for flag in ("--max-buys=2", "--forbid-release", "--require-protect"):
        printed = stack.command("review", "--stack", "dev", flag, code=1)
        assert printed.startswith(f"closed {flag.replace('=', ' ')} (calls/dev): "), printed
    stack.command("review", "--stack", "dev", "--max-buys=3", "--forbid-replace")
    stack.config("vocode:maxBuys", "2")
    report = review(stack, "--max-buys=5", code=1)
    assert [gate["gate"] for gate in report["stacks"][0]["closed"]] == ["--max-buys 2"]
    stack.program('PhoneNumber("a")')
    report = review(stack, code=2)
    assert report["failed"]
    assert "cannot be deleted" in report["stacks"][0]["errors"][0]
    assert actions(report) == {"b": "cancels"}
    stack.program('PhoneNumber("a", area_code="911")\nPhoneNumber("b")')
    printed = stack.command("review", "--stack", "dev", code=2)
    assert "no area code of the US" in printed
    stack.command("review", "--stack", "nothing", code=2)
    stack.program('PhoneNumber("a")\nPhoneNumber("b")')
    both = ("--stack", "nothing", "--stack", "dev", "--format", "json")
    told = json.loads(stack.command("review", *both, code=2))["stacks"]
    errors = {one["name"]: one["errors"] for one in told}
    assert errors["calls/dev"] == []
    assert "nothing" in errors["nothing"][0]
    assert "must be 0 or more" in stack.command("review", "--max-buys", "-1", code=2)
    assert stack.held() == held
    # A run that is cut off leaves a number that it replaced in the state, for the next run to cancel.
    state = json.loads(stack.exported())
    resources = state["deployment"]["resources"]
    (one,) = [each for each in resources if each["urn"].endswith("::a")]
    resources.append({**one, "id": "14155550199", "delete": True})
    stack.set_back(json.dumps(state))
    stack.program('PhoneNumber("a")\nPhoneNumber("b", opts=pulumi.ResourceOptions(protect=True))')
    report = review(stack, "--forbid-release", code=1)
    assert report["headline"] == "cancels 1 for good (+1 415 555 0199); -1.15 USD a month"


def test_an_approval_holds_once_for_what_was_reviewed(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("a", label="one")')
    first = review(stack)["stacks"][0]["digest"]
    assert review(stack)["stacks"][0]["digest"] == first
    stack.program('PhoneNumber("a", label="two")')
    refused = stack.command("apply", "--stack", "dev", "--expect", first, code=1)
    assert "What would be done is not what was approved." in refused
    stack.program('PhoneNumber("a", label="one")\nPhoneNumber("b")')
    stack.command("apply", "--stack", "dev", "--expect", first, code=1)
    stack.program('PhoneNumber("a", label="one")')
    stack.command("apply", "--stack", "dev", "--expect", first, "--max-buys=0", code=1)
    assert not paid(sandbox)
    stack.command("apply", "--stack", "dev", "--expect", f"digest of calls/dev: {first}")
    assert active(sandbox) == [*stack.held().values()]
    # The number is destroyed, so the same would be done again: the approval was for the state before.
    stack.destroy()
    refused = stack.command("apply", "--stack", "dev", "--expect", first, code=1)
    assert "this approval was applied already, or another run overtook it" in refused
    assert "What would be done" not in refused
    assert len(paid(sandbox)) == 1


def test_an_approval_is_bound_to_secrets_that_it_does_not_show(stack: Stack) -> None:
    program = 'Webhook("a", url=pulumi.Output.secret("https://example.com/{}"), subscriptions=["event_message"])'
    stack.program(program.format("hush-hush-one"))
    stack.up()
    stack.program(program.format("hush-hush-two"))
    digest = review(stack)["stacks"][0]["digest"]
    stack.program(program.format("hush-hush-three"))
    stack.command("apply", "--stack", "dev", "--expect", digest, code=1)
    stack.program(program.format("hush-hush-two"))
    stack.command("apply", "--stack", "dev", "--expect", digest)
    assert stack.nothing_to_do()


def test_an_agent_of_another_stack_is_found_by_reviewing_both(stack: Stack) -> None:
    desk = f'pulumi.export("id", Agent("desk", prompt="PROMPT", voice={VOICE}).id)'
    stack.program(desk.replace("PROMPT", "Hello."))
    stack.up()
    numbers = stack.beside("numbers")
    numbers.folder = stack.folder.parent / "numbers"
    numbers.folder.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.numbers.yaml"):
        (numbers.folder / name).write_bytes((stack.folder / name).read_bytes())
    numbers.program(
        """
        desk = pulumi.StackReference("organization/calls/dev").get_output("id")
        PhoneNumber("main", inbound_agent=desk)
        """
    )
    numbers.up()
    stack.program(desk.replace("PROMPT", "Good day."))
    files = []
    for one in (stack, numbers):
        printed = one.pulumi("preview", "--json", "--show-sames", "--stack", one.name)
        files.append(stack.folder.parent / f"{one.name}.json")
        files[-1].write_text(printed)
    text = stack.command("review", *map(str, files))
    assert "1 number answers differently" in text
    assert "(main of calls/numbers) ← agent desk: prompt" in text
    assert "changes nothing" in stack.command("review", str(files[1]))


def test_a_report_of_many_numbers_takes_little(tmp_path: Path) -> None:
    steps = [
        {
            "op": "create",
            "newState": {
                "urn": f"urn:pulumi:dev::calls::pulumi-python:dynamic/vocode:PhoneNumber::n{index}",
                "type": "pulumi-python:dynamic/vocode:PhoneNumber",
                "inputs": {"label": "x" * 50, "inbound_agent": {"prompt": "line\n" * 40}},
            },
        }
        for index in range(500)
    ]
    file = tmp_path / "preview.json"
    file.write_text(json.dumps({"steps": steps}))
    # The peak of a process begins at that of the process that started it, here a small one.
    program = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'vocode_pulumi', 'review', sys.argv[1]], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("calls/dev: buys 500 numbers\n")
    assert int(done.stderr) < 200_000


def test_the_page_shows_what_a_real_preview_gives(stack: Stack) -> None:
    """The recorded preview, from which the page's pictures are made, says the same as one of today."""
    stack.config("vocode:pricePerNumber", "1.15 USD")
    for name in ("before.py", "after.py"):
        (stack.folder / "__main__.py").write_text((ROOT / "examples" / "review" / name).read_text())
        if not stack.resources():
            stack.up()
    recorded = stack.command("review", str(ROOT / "docs" / "use" / "review.preview.json"))
    found = stack.command("review", "--stack", "dev").partition("\n\ndigest of ")[0]
    assert without_numbers(found) == without_numbers(recorded)


def without_numbers(text: str) -> list[str]:
    """The words of a report, without phone numbers."""
    return re.sub(r"\+1\s+\d{3}\s+\d{3}\s+\d{4}", "+1", text).split()


def test_an_approval_is_of_one_account(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("a")')
    digest = review(stack)["stacks"][0]["digest"]
    sandbox.another_account("hush-hush-other-key")
    stack.env["VOCODE_API_KEY"] = "hush-hush-other-key"
    refused = stack.command("apply", "--stack", "dev", "--expect", digest, code=1)
    assert "the review had another API key" in refused
    assert not stack.held()

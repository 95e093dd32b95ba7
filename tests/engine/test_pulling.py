# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi pull`: what was changed by hand, and taking it over."""

import json
from typing import Any

from tests.engine.harness import CREDENTIAL, Stack
from tests.support.filled_account import AZURE, Account
from vocode_pulumi.sandbox import Sandbox

TEXT = "You answer the phone for a bakery.\nTake orders.\n"
PROGRAM = '''\
"""The bakery."""

from pathlib import Path

import pulumi
import vocode_pulumi as v
from vocode_pulumi import Agent, Prompt

config = pulumi.Config()
GREETING = "Hello, this is the bakery."  # said first

desk = Agent(
    "desk",
    prompt=(Path(__file__).parent / "prompts" / "desk.md").read_text(),
    voice = { "type": "voice_azure", 'voice_name': 'en-US-SteffanNeural', "pitch": 0 },  # odd
    initial_message=GREETING,
    webhook=v.WebhookArgs(
        url="https://example.com/calls",
        subscriptions=[
            "event_transcript",  # what was said
            "event_message",
        ],
    ),
)
v.PhoneNumber("front", label='Front desk', inbound_agent=desk.id)
v.PhoneNumber(
    "back",
    label=f"Back {'office'}",
    inbound_agent={
        "prompt": """You are brief.
You are polite.""",
        "voice": {"type": "voice_eleven_labs", "voice_id": "x", "api_key": config.require_secret("key")},
        "conversation_speed": 1.0,
    },
    example_context={"name": "Ada"},
)
for area in ("415", "212"):
    v.PhoneNumber(f"in-{area}", area_code=area, label="Branch")
v.PhoneNumber("lost", label="Lost")
shelf = Prompt("shelf", content="Be brief.")
'''
TAKEN_OVER = PROGRAM
for _old, _new in (
    ('"Hello, this is the bakery."', '"Hallo!"'),
    ('"pitch": 0', '"pitch": 5'),
    ('            "event_transcript",  # what was said\n', ""),
    ('"event_message",\n', '"event_message",\n            "event_action",\n'),
    ("'Front desk'", "'Empfang'"),
    ('You are brief.\nYou are polite."""', 'You are "brief".\nNever hang up."""'),
    ('_speed": 1.0', '_speed": 1.5'),
    ('{"name": "Ada"}', '{"name": "Ada", "city": "Bern"}'),
):
    assert _old in TAKEN_OVER
    TAKEN_OVER = TAKEN_OVER.replace(_old, _new)
OTHER_CREDENTIAL = f"{CREDENTIAL}-other"


class ByHand:
    """A stack, and what a person does at Vocode."""

    def __init__(self, stack: Stack, sandbox: Sandbox) -> None:
        self.stack, self.sandbox = stack, sandbox
        (stack.folder / "prompts").mkdir()
        (stack.folder / "prompts" / "desk.md").write_text(TEXT)
        self.file = stack.folder / "__main__.py"
        self.file.write_text(PROGRAM)
        stack.config("key", CREDENTIAL, "--secret")
        stack.pulumi("stack", "select", stack.name)
        stack.up()
        stack.run("git", "init")
        self.commit()

    def commit(self) -> None:
        self.stack.run("git", "add", ".")
        who = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        assert self.stack.run("git", *who, "commit", "-m", "all").returncode == 0

    def resource(self, name: str, kind: str = "PhoneNumber") -> dict[str, Any]:
        (found,) = [one for one in self.stack.resources(kind) if one["urn"].endswith(f"::{name}")]
        return found

    def update(self, collection: str, id_: str, **body: Any) -> None:
        key = "phone_number" if collection == "numbers" else "id"
        self.sandbox.call("POST", f"/v1/{collection}/update", body, **{key: id_})

    def agent(self, name: str) -> Any:
        """The agent of a number, with its parts."""
        number = self.resource(name)["id"]
        return self.sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]

    def change_everything(self) -> None:
        desk, back = self.agent("front"), self.agent("back")
        self.update("numbers", self.resource("front")["id"], label="Empfang")
        self.update("numbers", self.resource("in-415")["id"], label="West")
        context = {"name": "Ada", "city": "Bern"}
        self.update("numbers", self.resource("back")["id"], label="Lager", example_context=context)
        self.update("prompts", desk["prompt"]["id"], content=f"{TEXT}Thank the caller.\n")
        self.update("voices", desk["voice"]["id"], type="voice_azure", pitch=5)
        self.update("agents", desk["id"], initial_message="Hallo!")
        events = ["event_message", "event_action"]
        self.update("webhooks", desk["webhook"]["id"], subscriptions=events)
        self.update("prompts", back["prompt"]["id"], content='You are "brief".\nNever hang up.')
        credential = {"type": "voice_eleven_labs", "api_key": OTHER_CREDENTIAL}
        self.update("voices", back["voice"]["id"], **credential)
        self.update("agents", back["id"], conversation_speed=1.5)
        self.sandbox.call("POST", "/v1/numbers/cancel", phone_number=self.resource("lost")["id"])
        self.sandbox.clear_requests()

    def written(self) -> set[str]:
        """The methods of the requests since then."""
        return {one["method"] for one in self.sandbox.requests()}


def test_what_was_changed_by_hand_is_shown_three_ways_and_nothing_is_written(
    stack: Stack, sandbox: Sandbox
) -> None:
    hand = ByHand(stack, sandbox)
    assert (
        stack.command("pull")
        == "Nothing that the program declares was changed by hand at Vocode.\n"
    )
    hand.change_everything()
    # What only the program changes is nobody's change at Vocode.
    edited = PROGRAM.replace('pitch": 0', 'pitch": 1').replace('"Be brief."', '"Be kind."')
    hand.file.write_text(edited)
    gone = {"status": 404, "body": {"detail": "Prompt not found"}}
    sandbox.fault(method="GET", path="/v1/prompts", **gone)
    before = stack.state()
    told = json.loads(stack.command("pull", "--json", code=1))
    sandbox.clear_faults()
    assert hand.written() == {"GET"}
    assert stack.state() == before
    assert {one["name"] for one in told if one["gone"]} == {"lost", "shelf"}
    changes = {(one["name"], row.pop("path")): row for one in told for row in one["changes"]}
    assert changes.keys() == {
        ("front", "label"),
        ("in-415", "label"),
        ("back", "label"),
        ("back", "example_context.city"),
        ("back", "inbound_agent.prompt"),
        ("back", "inbound_agent.voice.api_key"),
        ("back", "inbound_agent.conversation_speed"),
        ("desk", "prompt"),
        ("desk", "voice.pitch"),
        ("desk", "initial_message"),
        ("desk", "webhook.subscriptions"),
    }
    plain = {"secret": False, "conflict": False, "agreed": False}
    label = {"declared": "Front desk", "last_seen": "Front desk", "there_now": "Empfang"}
    assert changes["front", "label"] == plain | label
    pitch = {"declared": 1, "last_seen": 0, "there_now": 5, "conflict": True}
    assert changes["desk", "voice.pitch"] == plain | pitch
    assert changes["back", "example_context.city"] == plain | {"there_now": "Bern"}
    masked = dict.fromkeys(("declared", "last_seen", "there_now"), "[secret]")
    assert changes["back", "inbound_agent.voice.api_key"] == plain | {"secret": True} | masked

    shown = stack.command("pull", code=1)
    assert max(map(len, shown.splitlines())) <= 100
    assert 'label: program "Front desk", last seen "Front desk", Vocode "Empfang"' in shown
    assert "+ Thank the caller." in shown
    assert "conflict: the program was changed too" in shown
    assert "api_key: program [secret], last seen [secret], Vocode [secret]" in shown
    ours = stack.command("pull", "--resolve", "ours", code=1)
    assert 'label: "Empfang" becomes "Front desk"' in ours
    assert "the run buys another number. This one does not come back." in ours
    assert "`pulumi up --refresh --stack dev` does this. Without --refresh" in ours
    what_ours_says_is_what_the_run_does(hand)


def what_ours_says_is_what_the_run_does(hand: ByHand) -> None:
    hand.stack.up("--refresh")
    number = hand.sandbox.call("GET", "/v1/numbers", phone_number=hand.resource("front")["id"])
    assert number["label"] == "Front desk"
    assert hand.agent("front")["initial_message"] == "Hello, this is the bakery."
    assert hand.agent("front")["voice"]["pitch"] == 1
    assert len(hand.sandbox.purchases()) == 6
    hand.stack.command("pull")


def test_what_is_at_vocode_is_taken_over_into_the_program(stack: Stack, sandbox: Sandbox) -> None:
    hand = ByHand(stack, sandbox)
    hand.change_everything()
    before, theirs = stack.state(), ("pull", "--resolve", "theirs")
    (stack.folder / "note").touch()
    refusal = stack.command(*theirs, code=2)
    assert "has changes that are not committed (note). Commit them first" in refusal
    (stack.folder / "note").unlink()

    said = stack.command(*theirs, code=1)
    assert "prompt: written to prompts/desk.md" in said
    assert (stack.folder / "prompts" / "desk.md").read_text() == f"{TEXT}Thank the caller.\n"
    assert '__main__.py:10: initial_message = "Hallo!"' in said
    assert "Commit this, then write the literals:\n    vocode-pulumi pull --stack dev" in said
    assert hand.file.read_text() == PROGRAM
    assert stack.state() == before
    assert "not committed" in stack.command(*theirs, "--write", code=2)
    hand.commit()

    said = " ".join(stack.command(*theirs, "--write", code=1).split())
    assert hand.file.read_text() == TAKEN_OVER, said
    assert "__main__.py:38 makes several resources" in said
    assert (
        "a secret is written nowhere: give the program the new one, `pulumi config set --secret key`"
        in said
    )
    assert "lost" in said
    assert "the state of 2 resources is what Vocode has" in said
    shown = stack.preview()
    assert "::back" in shown
    assert not [name for name in ("::desk", "::front", "::in-", "::shelf") if name in shown]

    # What is left, a person writes.
    by_person = TAKEN_OVER.replace("""f"Back {'office'}\"""", '"Lager"').replace(
        'label="Branch"', 'label={"415": "West"}.get(area, "Branch")'
    )
    hand.file.write_text(by_person.replace('v.PhoneNumber("lost", label="Lost")\n', ""))
    stack.config("key", OTHER_CREDENTIAL, "--secret")
    hand.commit()
    said = stack.command(*theirs)
    assert "Nothing is written; the state of 3 resources is what Vocode has." in said
    assert hand.written() == {"GET"}
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")
    assert hand.written() == {"GET"}
    assert (
        stack.command("pull")
        == "Nothing that the program declares was changed by hand at Vocode.\n"
    )


def test_a_generated_program_takes_over_what_a_person_changed(
    stack: Stack, sandbox: Sandbox
) -> None:
    account = Account(sandbox)
    prompt = {"content": "You are brief.\r\nYou are polite.\n"}
    own = {"prompt": prompt, "voice": AZURE, "name": "Night", "language": "en"}
    night = account.number(own, label="Night", example_context={"odd key": "a"})
    shared = account.make("prompts", content="One.\nTwo.")
    agent = account.make("agents", name="Day", prompt=shared, voice=AZURE)
    account.number(agent, label="Sales")
    account.number(agent, label="Support")
    stack.command("generate", "--out", ".", "--stack", "dev", "--check")
    stack.run("git", "init")
    stack.run("git", "add", ".")
    stack.run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-m", "all")

    found = sandbox.call("GET", "/v1/numbers", phone_number=night)["inbound_agent"]
    for collection, id_, change in (
        ("prompts", found["prompt"]["id"], {"content": "You are brief.\r\nYou never hang up.\n"}),
        ("prompts", shared, {"content": "Two.\nThree.\n\n"}),
        ("agents", agent, {"name": 'The "Day" \N{SUN WITH FACE}'}),
        ("voices", found["voice"]["id"], {"type": "voice_azure", "voice_name": "en-US-AriaNeural"}),
    ):
        sandbox.call("POST", f"/v1/{collection}/update", change, id=id_)
    context = {"label": "Nacht", "example_context": {"odd key": "b", "another": "c"}}
    sandbox.call("POST", "/v1/numbers/update", context, phone_number=night)
    sandbox.clear_requests()
    said = stack.command("pull", "--stack", "dev", "--resolve", "theirs", "--write")
    assert "7 values written to 3 files; the state of 2 resources is what Vocode has." in said
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")
    assert {one["method"] for one in sandbox.requests()} == {"GET"}
    files = [file.read_bytes() for file in (stack.folder / "prompts").iterdir()]
    assert sorted(files) == [b"Two.\nThree.\n\n", b"You are brief.\r\nYou never hang up.\n"]

# SPDX-License-Identifier: Apache-2.0
"""What a program declares of an object, and how its code is written."""

import ast
from pathlib import Path
from typing import Any

import pytest

import vocode_pulumi
from tests.support.objects import ROWS
from vocode_pulumi.cli.generate import ONLY
from vocode_pulumi.generate.adopting import objections
from vocode_pulumi.generate.choosing import Filters, choose
from vocode_pulumi.generate.code import Call, Raw, code, text
from vocode_pulumi.generate.declaring import Secret, declared_of, refs_in
from vocode_pulumi.generate.kinds import (
    ACTIONS,
    AGENTS,
    BOUGHT,
    KINDS,
    PARTS,
    PROMPTS,
    VOICES,
    WEBHOOKS,
    Kind,
)
from vocode_pulumi.generate.naming import names_of
from vocode_pulumi.generate.program import Writer
from vocode_pulumi.generate.reading import Live
from vocode_pulumi.generate.requirement import requirement
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Message, Preview, Resource, Step

ID = "0f8fad5b-d9cb-469f-a165-70867728950{}"
KNOWN = {"id", "user_id"}
EXTERNAL = {
    "name": "book",
    "description": "books",
    "url": "https://book.example.com",
    "input_schema": {"a": None},
    "speak_on_send": True,
    "speak_on_receive": False,
}


def declared(kind: Kind, **live: Any) -> Any:
    return declared_of(
        kind.resource.provider.lifecycle.shape(), {"id": ID.format(1), **live}, KNOWN
    )


def live(kind: Kind, id_: str, **answer: Any) -> Live:
    return Live(kind, id_, answer, declared(kind, **answer))


def test_what_a_new_object_has_anyway_is_left_out() -> None:
    found = declared(PROMPTS, content="one", collect_fields=None, user_id="me")
    assert found.inputs == {"content": "one"}
    assert declared(
        WEBHOOKS, url="https://a.example.com", subscriptions=[], method="POST"
    ).inputs == {
        "url": "https://a.example.com",
        "subscriptions": [],
    }


def test_what_vocode_makes_itself_is_left_out_and_nulls_in_a_schema_are_kept() -> None:
    config = {**EXTERNAL, "processing_mode": "muted", "signature_secret": "c2VjcmV0"}
    found = declared(ACTIONS, type="action_external", config=config)
    assert found.inputs == {"type": "action_external", "config": EXTERNAL}


def test_a_part_is_a_reference_and_a_credential_is_a_secret() -> None:
    found = declared(
        AGENTS, prompt={"id": ID.format(2), "content": "x"}, voice=ID.format(3), webhook=None
    )
    assert [(ref.collection, ref.id) for ref in refs_in(found.inputs)] == [
        ("/v1/prompts", ID.format(2)),
        ("/v1/voices", ID.format(3)),
    ]
    voice = declared(VOICES, type="voice_eleven_labs", voice_id="x", api_key="key")
    assert voice.inputs["api_key"] == Secret("key", is_marked=True)


def test_a_prompt_of_2023_is_its_text() -> None:
    assert declared(AGENTS, prompt="Be brief.", voice=ID.format(3)).inputs["prompt"] == "Be brief."


@pytest.mark.parametrize(
    ("url", "is_secret"),
    [
        ("https://a.example.com", False),
        ("https://a.example.com/calls/of-the-office", False),
        ("https://a.example.com/a-path-without-any-digit-in-it", False),
        ("https://me:pass@a.example.com/", True),
        ("https://a.example.com/?key=1", True),
        ("https://a.example.com/#key", True),
        ("https://hooks.example.com/T00000000/XXXXXXXXXXXX1234abcd", True),
        ("https://[broken", True),
    ],
)
def test_a_url_that_may_prove_who_sends_is_a_secret(url: str, is_secret: bool) -> None:
    found = declared(WEBHOOKS, url=url, subscriptions=["event_action"]).inputs["url"]
    assert found == (Secret(url, is_marked=False) if is_secret else url)


def test_what_the_provider_does_not_know_is_told() -> None:
    found = declared(PROMPTS, content="one", mood="merry", tone=None)
    assert (found.inputs, found.unknown, found.problem) == ({"content": "one"}, ("mood",), "")
    assert declared(VOICES, type="voice_new").problem == "its type 'voice_new' is not known"
    nested = declared(ACTIONS, type="action_external", config={**EXTERNAL, "retries": 3})
    assert nested.problem == "the provider does not know config.retries"
    trigger = {"type": "action_trigger_new", "config": {}}
    odd = declared(ACTIONS, type="action_end_conversation", action_trigger=trigger)
    assert odd.problem == "the provider does not know action_trigger.type 'action_trigger_new'"


def test_what_only_a_refused_number_uses_is_left_out_with_it() -> None:
    def agent(id_: str, name: str, voice: str) -> Live:
        return live(AGENTS, id_, name=name, prompt="x", voice=voice)

    voice = {"type": "voice_azure", "voice_name": "x"}
    found = [
        live(VOICES, ID.format(1), **voice),
        live(VOICES, ID.format(2), **voice),
        agent(ID.format(3), "theirs", ID.format(1)),
        agent(ID.format(4), "shared", ID.format(2)),
        live(BOUGHT, "14155550100", inbound_agent=ID.format(3)),
        live(BOUGHT, "14155550101", inbound_agent=ID.format(4)),
        live(BOUGHT, "14155550102", inbound_agent=ID.format(4)),
    ]
    account = {one.id: one for one in found}
    refused = {"14155550100": "it is held", "14155550101": "it is held"}
    choice = choose(account, Filters(), refused, flat=False)
    assert [*choice.declared] == [ID.format(2), ID.format(4), "14155550102"]
    assert {left.object.id: left.why for left in choice.left_out} == {
        ID.format(1): "only numbers that are left out use it",
        ID.format(3): "only numbers that are left out use it",
        **refused,
    }
    # The agent serves a number that is left out too.
    assert choice.inline == {ID.format(2)}


def test_a_resource_that_the_stack_has_keeps_its_name_there() -> None:
    found = {
        id_: live(PROMPTS, id_, content=content)
        for id_, content in ((ID.format(1), "one"), (ID.format(2), "two"), (ID.format(3), "three"))
    }
    in_state = {ID.format(1): "front-desk", ID.format(2): "two_prompt"}
    names = names_of(found, {}, in_state | {"gone": "three_prompt"})
    assert names == {
        ID.format(1): "one_prompt",
        ID.format(2): "two_prompt",
        ID.format(3): "three_prompt_2",
        "gone": "three_prompt",
    }
    choice = choose(found, Filters(), {}, flat=False)
    written = Writer(choice, names, in_state, protect=True).program().files["__main__.py"].decode()
    assert 'Prompt("front-desk", content="one")' in written
    assert 'Prompt("two_prompt", content="two")' in written
    assert 'Prompt("three_prompt_2", content="three")' in written


def test_every_resource_has_a_kind_and_the_command_names_it() -> None:
    resources = {kind.resource.__name__ for kind in KINDS}
    assert resources == {row.kind for row in ROWS} | {"PhoneNumber", "LinkedNumber"}
    assert {*ONLY} == {kind.plural for kind in KINDS}


def adoption(live: Live, inputs: Any, **of: tuple[str, ...]) -> Step:
    """A step that creates a resource which adopts an object; its name is the kind of the object."""
    inputs = {"adopt": live.id, "__urn": "hidden", **inputs}
    resource = Resource(live.kind.noun, live.kind.type, inputs=inputs, dependencies=of)
    return Step("create", None, resource)


def test_what_a_preview_shows_besides_adoptions_is_told() -> None:
    keyed = {"type": "voice_eleven_labs", "voice_id": "x"}
    voice = live(VOICES, ID.format(1), **keyed, api_key="key")
    prompt = live(PROMPTS, ID.format(2), content="Be kind.")
    agent = live(AGENTS, ID.format(3), name="Desk", prompt=prompt.id, voice=voice.id)
    choice = choose({one.id: one for one in (voice, prompt, agent)}, Filters(), {}, flat=True)
    unknown = next(iter(UNKNOWNS))
    parts = {"name": "Desk", "prompt": unknown, "voice": unknown}
    steps = {
        "voice": adoption(voice, {**keyed, "api_key": SECRET}),
        "prompt": adoption(prompt, {"content": "Be kind."}),
        "agent": adoption(agent, parts, prompt=("prompt",), voice=("voice",)),
    }
    said = "voice x is adopted; `pulumi up` changes: {}."

    def told(changed: str = "nothing", **instead: Step) -> list[str]:
        messages = (Message("info", said.format(changed), "voice"),)
        return objections(
            Preview(steps=(*{**steps, **instead}.values(),), messages=messages), choice
        )

    assert told() == []
    assert told("api_key") == ["voice: it would change api_key"]
    brief = adoption(prompt, {"content": "Be brief.", "context_endpoint": "x"})
    assert told(prompt=brief) == ["prompt: it would change content, context_endpoint"]
    swapped = adoption(agent, parts, prompt=("voice",), voice=("voice",))
    assert told(agent=swapped) == ["agent: it would change prompt"]
    bought = Step("create", None, Resource("sales", BOUGHT.type))
    assert told(more=bought) == ["sales: it would be made, and not adopted"]
    mine = Resource("mine", PROMPTS.type)
    assert told(more=Step("delete", mine, None)) == ["mine: delete"]
    assert told(more=Step("same", mine, mine)) == []
    unsaid = Preview(steps=(steps["voice"],))
    assert objections(unsaid, choice) == ["voice: it would change api_key"]


def test_every_object_that_can_be_referred_to_has_a_lookup() -> None:
    for kind in PARTS:
        assert callable(getattr(vocode_pulumi, kind.lookup))


def test_every_kind_refers_to_kinds_before_it_alone() -> None:
    places = {kind.collection: place for place, kind in enumerate(KINDS)}
    for place, kind in enumerate(KINDS):
        shape = kind.resource.provider.lifecycle.shape()
        records = [shape] if not hasattr(shape, "records") else [*shape.records.values()]
        for record in records:
            for field in record.fields.values():
                if field.references is not None:
                    assert places.get(field.references.to.collection, -1) < place


@pytest.mark.parametrize(
    "value",
    [
        "",
        "plain",
        'a "b"',
        "it's",
        "both \" and '",
        "\\",
        "\n\r\t",
        "\x00\x7f\x9f",
        "é🥐",
        "\u200b\u202e",
        "\U000e0001",
    ],
)
def test_a_text_in_python_is_the_text(value: str) -> None:
    written = text(value)
    assert ast.literal_eval(written) == value
    assert written.isprintable()


def test_code_stands_on_one_line_if_it_fits_and_else_has_a_line_for_each_item() -> None:
    call = Call("f", ["a"], {"x": [1, 2.5, True, None], "y": Raw("b.id")})
    assert code(call) == 'f("a", x=[1, 2.5, True, None], y=b.id)'
    assert code({"k": "x" * 80}, before=4) == '{\n    "k": "' + "x" * 80 + '",\n}'
    line = 'f("' + "x" * 83 + '")'
    assert len(line) == 88
    assert code(Call("f", ["x" * 83])) == line
    assert code(Call("f", ["x" * 83]), after=1) == 'f(\n    "' + "x" * 83 + '",\n)'
    assert code({}) == "{}"


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        ({"url": "file:///home/me/pulumi-vocode", "dir_info": {}}, "../pulumi-vocode"),
        ({"url": "file:///home/me/calls/wheels/a%20b.whl"}, "./wheels/a b.whl"),
        (
            {
                "url": "https://me:hush@git.example.com/vocode.git",
                "vcs_info": {"vcs": "git", "commit_id": "0f8fad5b"},
                "subdirectory": "python",
            },
            "pulumi-vocode @ git+https://git.example.com/vocode.git@0f8fad5b#subdirectory=python",
        ),
        (
            {"url": "https://a.example.com/w.whl?token=hush", "archive_info": {}},
            "pulumi-vocode @ https://a.example.com/w.whl",
        ),
    ],
)
def test_a_requirement_is_where_the_package_was_installed_from(
    origin: dict[str, Any], line: str
) -> None:
    assert requirement(origin, Path("/home/me/calls")) == line

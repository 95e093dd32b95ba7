# SPDX-License-Identifier: Apache-2.0
"""What `vocode-pulumi pull` finds and shows: the pure parts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.pulled import Values, changed, seen
from vocode_pulumi.pull import table, theirs
from vocode_pulumi.pull.comparing import Declared, Row, compare, declared_in
from vocode_pulumi.pull.ours import put_back
from vocode_pulumi.pull.state import managed_in
from vocode_pulumi.pull.taking import Edit, Taken
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.states import StateNotReadable
from vocode_pulumi.record import TYPE_PREFIX
from vocode_pulumi.review.differences import ABSENT
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Place, read
from vocode_pulumi.terminal_text import columns

UNKNOWN = next(iter(UNKNOWNS))
SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def rows(declared: Values, before: Values, there: Values, **more: Any) -> dict[str, Row]:
    found = changed(declared, before, there, **more)
    return {row.path: row for one in found for row in one.rows}


def test_each_value_that_was_changed_at_vocode_is_a_row_with_three_values() -> None:
    before = {
        "name": "a",
        "voice": {"type": "voice_azure", "pitch": 1, "rate": 1},
        "language": "en",
    }
    there = {"name": "b", "voice": {"type": "voice_azure", "pitch": 2, "rate": 1}, "language": "en"}
    declared = before | {"name": "c", "language": "de"}
    found = rows(declared, before, there)
    assert {path: (row.declared, row.before, row.there) for path, row in found.items()} == {
        "name": ("c", "a", "b"),
        "voice.pitch": (1, 1, 2),
    }
    assert found["name"].is_conflict
    assert not found["voice.pitch"].is_conflict


def test_what_the_program_has_already_is_no_conflict() -> None:
    (row,) = rows({"name": "b"}, {"name": "a"}, {"name": "b"}).values()
    assert row.is_agreed
    assert not row.is_conflict


def test_true_is_not_one() -> None:
    (row,) = rows({"noise_suppression": 1}, {"noise_suppression": True}, {}).values()
    assert row.is_conflict


def test_what_a_map_gained_or_lost_is_a_row() -> None:
    found = rows(
        {"deepgram_keywords": {"focaccia": 2, "rye": 1}},
        {"deepgram_keywords": {"focaccia": 2, "rye": 1}},
        {"deepgram_keywords": {"focaccia": 2, "pain de mie": 1}},
    )
    assert {path: (row.before, row.there) for path, row in found.items()} == {
        "deepgram_keywords.rye": (1, ABSENT),
        'deepgram_keywords["pain de mie"]': (ABSENT, 1),
    }


def test_a_list_of_words_is_one_value_and_its_order_may_have_no_meaning() -> None:
    found = rows(
        {"subscriptions": ["event_message", "event_transcript"]},
        {"subscriptions": ["event_transcript", "event_message"]},
        {"subscriptions": ["event_message", "event_action"]},
        kind="Webhook",
    )
    assert [*found] == ["subscriptions"]
    assert not found["subscriptions"].is_conflict
    (swapped,) = rows(
        {"subscriptions": ["event_action", "event_message"]},
        {"subscriptions": ["event_transcript", "event_message"]},
        {"subscriptions": ["event_message", "event_action"]},
        kind="Webhook",
    ).values()
    assert swapped.is_agreed


def test_objects_of_a_list_are_compared_one_by_one_if_there_are_as_many() -> None:
    def actions(*phrases: str) -> Values:
        return {"actions": [{"type": "action_external", "processing_mode": one} for one in phrases]}

    found = rows(actions("a", "b"), actions("a", "b"), actions("a", "c"))
    assert [*found] == ["actions[1].processing_mode"]
    assert [*rows(actions("a", "b"), actions("a", "b"), actions("a"))] == ["actions"]
    assert [*rows(actions("a"), actions("a", "b"), actions("a", "c"))] == ["actions"]


def test_another_agent_in_place_of_an_inline_object_is_one_row() -> None:
    inline = {"prompt": {"content": "x"}}
    (row,) = rows(inline, inline, {"prompt": "another-id"}).values()
    assert (row.path, row.there) == ("prompt", "another-id")


@pytest.mark.parametrize(
    ("declared", "before", "there", "more"),
    [
        ({"name": SECRET}, {"name": "a"}, {"name": "b"}, {}),
        ({"name": "a"}, {"name": "a"}, {"name": "b"}, {"secrets": [("name",)]}),
        ({"name": "a"}, {"name": "a"}, {"name": "with hush in it"}, {"texts": {"hush"}}),
        ({"name": "x"}, {"name": "hush"}, {"name": "x"}, {"texts": {"hush"}}),
        (
            {"voice": {"type": "voice_eleven_labs", "api_key": "a"}},
            {"voice": {"type": "voice_eleven_labs", "api_key": "a"}},
            {"voice": {"type": "voice_eleven_labs", "api_key": "b"}},
            {},
        ),
        (
            {"voice": {"type": "voice_eleven_labs", "api_key": "a"}},
            {"voice": {"type": "voice_eleven_labs", "api_key": "a"}},
            {"voice": "another-id"},
            {},
        ),
    ],
    ids=["program", "state", "elsewhere", "before", "credential", "around"],
)
def test_a_secret_is_masked(declared: Values, before: Values, there: Values, more: Any) -> None:
    found = changed(declared, before, there, **more)
    assert [row.is_secret for one in found for row in one.rows] == [True]
    for text in (table.blocks(found), put_back(found)):
        assert "hush" not in text
        assert not {'"a"', '"b"', "another-id"} & {*text.replace(",", "").split()}
    assert table.blocks(found).count("[secret]") == 3


def test_the_program_says_which_part_of_an_input_is_a_secret() -> None:
    before = {"voice": {"type": "voice_eleven_labs", "voice_id": "a", "api_key": "k"}}
    declared = {"voice": {"type": "voice_eleven_labs", "voice_id": "a", "api_key": SECRET}}
    there = {"voice": before["voice"] | {"voice_id": "b"}}
    assert not rows(declared, before, there, secrets=[("voice",)])["voice.voice_id"].is_secret
    assert rows(before, before, there, secrets=[("voice",)])["voice.voice_id"].is_secret


def test_a_secret_that_the_program_has_already_is_known_by_its_fingerprint() -> None:
    key = {"type": "voice_eleven_labs", "api_key": "k"}
    one = seen({"voice": key}, {"voice": key | {"api_key": "new"}})
    for declared, is_known in (("new", True), ("other", False)):
        marks: dict[tuple[str, ...], str] = {("voice", "api_key"): str(hash(declared))}
        program = Declared({"voice": key | {"api_key": SECRET}}, None, marks)
        (found,) = compare(
            [replace(one, fingerprint=lambda value: str(hash(value)))],
            {one.resource.urn: program},
            set(),
        )
        assert [row.is_agreed for row in found.rows] == [is_known]
        assert not any(row.is_conflict for row in found.rows)


def test_a_secret_that_is_gone_is_none_that_the_program_has() -> None:
    key = {"type": "voice_eleven_labs", "api_key": "k"}
    one = seen({"voice": key}, {"voice": {"type": "voice_eleven_labs"}})
    program = Declared({"voice": key | {"api_key": SECRET}}, None, {("voice", "api_key"): "mark"})
    keyring = Keyring("key")
    one = replace(one, fingerprint=lambda value: str(keyring.fingerprint(value)))
    (found,) = compare([one], {one.resource.urn: program}, set())
    assert [(row.there, row.is_agreed) for row in found.rows] == [(ABSENT, False)]
    assert "Vocode none" in table.blocks([found])


def test_the_table_fits_a_page_and_has_no_control_codes() -> None:
    odd = "\x1b[31m" + "x" * 400 + "\u2028\n" + "宽" * 90
    found = [
        *changed({"name": odd[:70]}, {"name": odd[:70]}, {"name": odd[5:75]}),
        *changed({"name": odd}, {"name": "a"}, {"name": f"{odd}!"}),
        *changed({"name": UNKNOWN}, {"name": "a"}, {"name": "b"}),
        *changed({"deepgram_keywords": {odd: 1}}, {"deepgram_keywords": {odd: 1}}, {}),
        *changed(None, {"name": "a"}, {"name": "b"}),
        *changed({"name": "a"}, {"name": "a"}, None),
        *changed(None, {"name": odd}, None),
    ]
    assert len(found) == 7
    for text in (table.blocks(found), put_back(found)):
        lines = text.split("\n")
        assert max(map(columns, lines)) <= 100
        assert all(line.isprintable() for line in lines)
    assert "known after" in table.blocks(found)
    assert table.blocks(found).count("does not declare it any more") == 2


def resource(kind: str, **more: Any) -> Values:
    urn = f"urn:pulumi:dev::calls::{TYPE_PREFIX}{kind}::desk"
    return {"urn": urn, "type": f"{TYPE_PREFIX}{kind}", "id": "an-id", **more}


def state(*resources: Values) -> str:
    return json.dumps({"deployment": {"resources": resources}})


def test_a_state_is_read_with_its_secrets_and_without_what_the_stack_does_not_manage() -> None:
    provider = "urn:pulumi:dev::calls::pulumi:providers:pulumi-python::own"
    key = SIGNATURE | {"plaintext": '"hush"'}
    (found,) = managed_in(
        state(
            {
                "urn": provider,
                "type": "pulumi:providers:pulumi-python",
                "inputs": {"vocode:apiKey": key},
            },
            resource(
                "Agent",
                provider=f"{provider}::1",
                inputs={"voice": {"keys": [SIGNATURE | {"plaintext": '{"a": "b"}'}]}},
                outputs={"name": "x"},
            ),
            resource("Agent", external=True),
            resource("Agent", delete=True),
            {"urn": "x", "type": "pulumi:pulumi:Stack"},
        ),
        "dev",
    )
    assert found.inputs == {"voice": {"keys": [{"a": "b"}]}}
    assert found.secrets == {("voice", "keys", "0")}
    assert found.settings == {"vocode:apiKey": "hush"}
    assert (found.kind, found.name) == ("Agent", "desk")
    default = provider.replace("::own", "::default")
    (own,) = managed_in(state(resource("Agent", provider=f"{default}::1")), "dev")
    assert own.settings is None


def test_what_is_no_state_is_not_read() -> None:
    with pytest.raises(StateNotReadable):
        managed_in("{}", "dev")


def test_what_the_program_declares_is_known_by_the_name_that_the_state_has() -> None:
    old = resource("Agent", inputs={"name": "a"})
    exact = {"__exact": {"input_schema": '{"a": null}'}}
    new = resource("Agent", inputs={"name": "b", "input_schema": {}, **exact})
    new["urn"] += "-renamed"
    new["stackTrace"] = [{"sourcePosition": "project:///__main__.py#7"}]
    step = {"op": "update", "oldState": old, "newState": new}
    (found,) = declared_in(read(json.dumps({"steps": [step]}), "a preview")).items()
    assert found[0] == old["urn"]
    assert found[1].inputs == {"name": "b", "input_schema": {"a": None}}
    assert found[1].place
    assert found[1].place.line == 7


def test_the_page_shows_what_the_command_prints() -> None:
    text = "You answer the phone for a bakery{}.\nTake orders."
    before = {"label": "Front desk", "inbound_agent": {"prompt": text.format("")}}
    there = {"label": "Reception", "inbound_agent": {"prompt": text.format(" in Bern")}}
    place = Place("__main__.py", 7)
    found = changed(
        before, before, there, "PhoneNumber", "front-desk", place=place, id_="14155550100"
    )
    page = Path(__file__).parents[2] / "docs" / "use" / "pull.md"
    assert f"pull --stack dev\n{table.blocks(found)}\n```" in page.read_text()


@pytest.mark.parametrize(
    ("declared", "before", "there", "kind", "said"),
    [
        ({"label": "a"}, {"label": "a"}, {"label": "b"}, "PhoneNumber", 'label: "b" becomes "a"'),
        ({"label": "c"}, {"label": "a"}, {"label": "b"}, "PhoneNumber", "(conflict: the program"),
        ({}, {"label": "a"}, {"label": "b"}, "PhoneNumber", "label: goes, because"),
        ({"label": "b"}, {"label": "a"}, {"label": "b"}, "PhoneNumber", "label: stays, because"),
        ({"label": UNKNOWN}, {"label": "a"}, {"label": "b"}, "PhoneNumber", "known only after"),
        ({}, {"label": "a"}, None, "PhoneNumber", "buys another number. This one does not come"),
        ({"adopt": "1"}, {}, None, "PhoneNumber", "take `adopt` out"),
        ({}, {"name": "a"}, None, "Agent", "the run makes another one"),
        (None, {"name": "a"}, None, "Agent", "the run forgets it"),
        (None, {"name": "a"}, {"name": "b"}, "Agent", "the run deletes it"),
    ],
)
def test_ours_says_what_the_run_does(
    declared: Values | None, before: Values, there: Values | None, kind: str, said: str
) -> None:
    assert said in put_back(changed(declared, before, there, kind))


@pytest.mark.parametrize("is_protected", [False, True])
def test_theirs_says_how_a_protected_number_is_forgotten(is_protected: bool) -> None:
    (found,) = changed({"label": "a"}, {"label": "a"}, None, "PhoneNumber")
    resource = replace(found.seen.resource, is_protected=is_protected)
    found = replace(found, seen=replace(found.seen, resource=resource))
    said = " ".join(theirs.taken_over([found], [], literals=True).split())
    assert "take it out of the program" in said
    assert ("`pulumi state unprotect" in said) is is_protected


@pytest.mark.parametrize(
    ("declared", "is_conflict"), [({"label": "a"}, False), ({"label": "c"}, True)]
)
def test_theirs_says_that_it_replaces_a_change_of_the_program(
    declared: Values, is_conflict: bool
) -> None:
    (found,) = changed(declared, {"label": "a"}, {"label": "b"}, "PhoneNumber")
    for line in (0, 3):
        edit = Edit(Path("calls.py"), lambda content: content, line, '"b"' if line else "")
        said = theirs.taken_over([found], [Taken(found, found.rows[0], edit)], literals=True)
        assert ("(conflict: this replaces a change of the program)" in said) is is_conflict

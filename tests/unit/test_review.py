# SPDX-License-Identifier: Apache-2.0
"""What a review says of previews, and how each format prints it."""

import io
import json
import random
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from vocode_pulumi.cli import main
from vocode_pulumi.cli.console import FAILED
from vocode_pulumi.errors import ConfigError
from vocode_pulumi.record import TYPE_PREFIX, name_in
from vocode_pulumi.review.approval import Approval, objections
from vocode_pulumi.review.changes import Action, Reviewed, label_of, number_of, review
from vocode_pulumi.review.digest import Digest, digest, has_uncovered_secrets, step_digests
from vocode_pulumi.review.formats import annotations, document, markdown, terminal
from vocode_pulumi.review.gates import Gates
from vocode_pulumi.review.money import Price
from vocode_pulumi.review.preview import STACK, Preview, Resource, UnreadablePreview, read
from vocode_pulumi.review.report import Report, report
from vocode_pulumi.review.text import Quoted, text_diff

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
AGENT = "c1dfd1f1-21e3-411e-a56f-d77af438d019"
PROMPT = "d888b9bc-f728-43be-961a-8b11407551dd"
EVIL = "</pre>`` @team <img src=x>\n## [x](y) \x1b[31m|"
KEY = "0123456789abcdef"


def state(name: str, kind: str, inputs: Any, id_: str = "", **more: Any) -> dict[str, Any]:
    """A resource as a preview shows it."""
    token = kind if ":" in kind else f"pulumi-python:dynamic/vocode:{kind}"
    return {
        "urn": f"urn:pulumi:dev::calls::{token}::{name}",
        "type": token,
        "inputs": inputs,
        **({"id": id_} if id_ else {}),
        **more,
    }


def step(
    op: str,
    name: str,
    old: Any = None,
    new: Any = None,
    id_: str = "",
    kind: str = "PhoneNumber",
    **more: Any,
) -> dict[str, Any]:
    """A step of a preview."""
    told = {"detailedDiff": more.pop("detailed", None)}
    found: dict[str, Any] = {"op": op, **told}
    if old is not None:
        found["oldState"] = state(name, kind, old, id_, **more)
    if new is not None:
        found["newState"] = state(name, kind, new, **more)
    found["urn"] = (found.get("newState") or found["oldState"])["urn"]
    return found


def _preview(*steps: dict[str, Any], **more: Any) -> Preview:
    return read(_text(*steps, **more), "it")


def reviewed(*steps: dict[str, Any], **more: Any) -> Reviewed:
    return review(_preview(*steps, **more))


def _text(*steps: dict[str, Any], messages: Any = (), config: Any = None, same: int = 0) -> str:
    summary = {"same": same}
    said = {"steps": steps, "diagnostics": messages, "config": config, "changeSummary": summary}
    return json.dumps(said)


OPEN = Gates()


def told(*steps: dict[str, Any], gates: Gates = OPEN, **more: Any) -> Report:
    return report([reviewed(*steps, **more)], gates)


def text_of(*steps: dict[str, Any], **more: Any) -> str:
    return terminal.render(told(*steps, **more), 100, colours=False)


def headline(*steps: dict[str, Any], **more: Any) -> str:
    return str(json.loads(document.render(told(*steps, **more)))["headline"])


def actions(*steps: dict[str, Any]) -> dict[str, Action]:
    return {change.resource.name: change.action for change in reviewed(*steps).changes}


# Reading.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("nothing", "is not what `pulumi preview --json` prints"),
        ("{", "is not what `pulumi preview --json` prints"),
        ("{}", "is not what `pulumi preview --json` prints"),
        ('{"steps": [{}]}', "is not what `pulumi preview --json` prints"),
        ('{"steps": [{"op": "same"}]}', "is not what `pulumi preview --json` prints"),
        ('{"steps": [{"op": "same", "newState": {"urn": "x", "type": "y"}}]}', "is not what"),
        (
            '{"steps": [{"op": "delete", "newState": {"urn": "urn:pulumi:a::b::c::d", "type": "y"}}]}',
            "is not what",
        ),
        (
            '{"steps": [{"op": "read", "newState": {"urn": "urn:pulumi:\\u001b::b::c::d", "type": "y"}}]}',
            "is not what",
        ),
        ('{"steps": []}\n{"steps": []}', "has more than one preview: give each a file"),
        ('{"steps": 3}', "is not what `pulumi preview --json` prints"),
        ("[" * 100_000, "is not what `pulumi preview --json` prints"),
        ('{"sequence": 0}\n{"sequence": 1}', "unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW"),
    ],
)
def test_what_is_no_preview_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnreadablePreview, match=re.escape(said)):
        read(text, "it")


def test_lines_of_other_tools_before_and_after_a_preview_are_passed_over() -> None:
    shown = _text(step("create", "a", new={}))
    for text in (
        f"Logging in {{…}}\n{shown}\nbye\n",
        f'{{"level": "info"}}\n{shown}\r\n{{"level": "info"}}',
        f"{{not JSON}}\n{shown}{{",
        f"\ufeff{shown}",
    ):
        found = read(text, "it")
        assert found.name == "calls/dev"
        assert len(found.steps) == 1


def test_half_a_letter_is_replaced_and_a_whole_one_is_not() -> None:
    text = text_of(step("create", "a", new={"label": "\ud800 \U0001f600"}))
    assert 'label: "? \U0001f600"' in text


def test_the_line_of_the_program_is_the_innermost_that_is_the_users() -> None:
    frames = [
        {"sourcePosition": "project:///../lib/python3.11/site-packages/vocode_pulumi/a.py#116"},
        {"sourcePosition": "project:///../checkout/vocode_pulumi/resources/phone_number.py#66"},
        {},
        {"sourcePosition": "project:///lines/numbers.py#7"},
        {"sourcePosition": "project:///__main__.py#3"},
    ]
    (change,) = reviewed(step("create", "a", new={}, stackTrace=frames)).changes
    assert change.place is not None
    assert (change.place.file, change.place.line) == ("lines/numbers.py", 7)


# What is done.


def test_a_number_that_another_resource_takes_over_is_not_lost() -> None:
    steps = (
        step("delete", "old", old={}, id_="14155550100"),
        step("create", "new", new={"adopt": "+1 415-555-0100"}),
    )
    assert actions(*steps) == {"old": Action.LEAVE, "new": Action.ADOPT}
    assert headline(*steps) == "lets go of 1 number"
    assert "stays in service: new takes it over" in text_of(*steps)
    replaced = (
        step(
            "replace", "old", old={"area_code": "415"}, new={"area_code": "212"}, id_="14155550100"
        ),
        steps[1],
    )
    assert not told(*replaced, gates=Gates(forbid_release=True)).closed
    assert headline(*replaced) == "buys 1 number, lets go of 1 number"
    assert "stays in service: new takes it over" in text_of(*replaced)


def test_a_number_that_is_only_read_neither_takes_nor_loses_one() -> None:
    steps = (
        step("delete", "old", old={}, id_="14155550100"),
        step("read", "seen", new={}, id_="14155550100", external=True),
    )
    assert actions(*steps) == {"old": Action.CANCEL, "seen": Action.READ}
    assert actions(step("discard", "seen", old={}, id_="14155550100")) == {}


def test_a_linked_number_is_not_lost_for_good() -> None:
    gone = step(
        "delete", "a", old={"phone_number": "14155550100"}, id_="14155550100", kind="LinkedNumber"
    )
    assert headline(gone) == "takes 1 number out of the Vocode account"
    assert not told(gone, gates=Gates(forbid_release=True)).closed


def test_what_is_left_of_a_replacement_that_was_cut_off_is_a_loss() -> None:
    left = step("delete-replaced", "a", old={}, id_="14155550100")
    assert actions(left) == {"a": Action.CANCEL}
    assert "cancels +1 415 555 0100 (a), which an earlier run replaced" in text_of(left)
    # It is there too if the same number is replaced again. The parts of that replacement are told once.
    whole = [
        step(op, "a", old={}, new=new, id_="14155550111")
        for op, new in (("create-replacement", {}), ("replace", {}), ("delete-replaced", None))
    ]
    changes = reviewed(*whole, left).changes
    assert [(change.action, change.number) for change in changes] == [
        (Action.CANCEL, "14155550100"),
        (Action.REPLACE, "14155550111"),
    ]
    assert headline(*whole) == "replaces 1 (+1 415 555 0111)"


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("Agent", Action.REPLACE_OBJECT),
        ("LinkedNumber", Action.RELINK),
        ("aws:s3/bucket:Bucket", Action.OTHER),
    ],
)
def test_the_parts_of_a_replacement_are_one_change(kind: str, action: Action) -> None:
    same = {"phone_number": "14155550111"}
    parts = [
        step(op, "a", old=same, new=new, id_="14155550111", kind=kind)
        for op, new in (("create-replacement", same), ("replace", same), ("delete-replaced", None))
    ]
    assert [change.action for change in reviewed(*parts).changes] == [action]


@pytest.mark.parametrize("after", ["14155550101", UNKNOWN])
def test_a_linked_number_that_gives_way_to_another_leaves_the_account(after: str) -> None:
    old, new = {"phone_number": "14155550100"}, {"phone_number": after}
    steps = (step("replace", "a", old, new, "14155550100", kind="LinkedNumber"),)
    changes = [(change.action, change.number) for change in reviewed(*steps).changes]
    linked = "" if after == UNKNOWN else after
    assert changes == [(Action.UNLINK, "14155550100"), (Action.LINK, linked)]
    assert headline(*steps) == "takes 1 number out of the Vocode account"


def test_what_is_left_of_a_replacement_that_deletes_first_buys_or_links() -> None:
    assert actions(step("create-replacement", "a", new={})) == {"a": Action.BUY}
    linked = step("create-replacement", "a", new={}, kind="LinkedNumber")
    assert actions(linked) == {"a": Action.LINK}


def test_what_is_retained_is_left_and_what_is_adopted_is_not_bought() -> None:
    kept = step("delete", "a", old={}, id_="14155550100", retainOnDelete=True)
    (left,) = reviewed(kept).changes
    assert (left.action, left.is_loss, left.buys) == (Action.LEAVE, False, False)
    assert left.op == "delete"
    adopting = step(
        "replace", "a", {}, {"adopt": "14155550122"}, "14155550100", retainOnDelete=True
    )
    first, second = reviewed(adopting).changes
    assert (first.action, second.action, second.buys) == (Action.LEAVE, Action.ADOPT, False)
    assert (first.op, second.op) == ("delete", "replace")


@pytest.mark.parametrize(
    ("op", "found"),
    [
        ("read", [Action.READ]),
        ("read-replacement", [Action.READ]),
        ("discard", []),
        ("read-discard", []),
        ("discard-replaced", []),
        ("remove-pending-replace", []),
    ],
)
def test_what_only_reads_or_forgets_changes_nothing(op: str, found: list[Action]) -> None:
    for number_or_object in (
        step(op, "a", {}, {}, "14155550100"),
        step(op, "desk", {}, {}, AGENT, "Agent"),
    ):
        taken = reviewed(number_or_object).changes
        assert [change.action for change in taken] == found
        assert not any(change.is_loss or change.buys for change in taken)


def test_a_replacement_that_adopts_buys_nothing_and_one_that_retains_loses_nothing() -> None:
    adopting = step("replace", "a", old={}, new={"adopt": "14155550122"}, id_="14155550100")
    assert told(adopting, gates=Gates(max_buys=0)).closed == ()
    assert "adopts +1 415 555 0122, and cancels this one" in text_of(adopting)
    unknown = step("replace", "a", old={}, new={"adopt": UNKNOWN}, id_="14155550100")
    assert "adopts a number, and cancels this one" in text_of(unknown)
    retained = step("replace", "a", old={}, new={}, id_="14155550100", retainOnDelete=True)
    assert headline(retained) == "buys 1 number, lets go of 1 number"


def test_resources_of_other_packages_are_told_and_not_counted() -> None:
    other = step("create", "logs", new={}, kind="aws:s3/bucket:Bucket")
    assert headline(other) == "buys nothing, and loses no number"
    assert "create aws:s3/bucket:Bucket logs" in text_of(other)
    assert actions(step("create", "p", new={}, kind="pulumi:providers:aws")) == {}


def test_a_change_is_told_with_what_the_provider_says_of_it() -> None:
    urn = state("a", "PhoneNumber", {})["urn"]
    said = [
        {"severity": "info", "message": "one", "urn": urn},
        {"severity": "warning", "message": "two", "urn": urn},
        {"severity": "debug", "message": "three", "urn": urn},
        {"severity": "info", "message": "four", "urn": f"{urn}-of-another"},
        {"severity": "warning", "message": "five"},
    ]
    (change,) = reviewed(
        step("update", "a", {"label": "x"}, {"label": "y"}, "14155550100"), messages=said
    ).changes
    assert (change.action, change.stack, change.op) == (Action.UPDATE, "calls/dev", "update")
    assert change.notes == ("one", "two")
    assert [one.path for one in change.differences] == ["label"]
    assert (change.kept_by, change.buys, change.vanished) == ("", False, "")
    assert change.old is not None
    assert (change.old.inputs, change.resource.inputs) == ({"label": "x"}, {"label": "y"})


def test_changes_come_in_the_order_of_a_report_and_then_by_name() -> None:
    steps = [
        step("create", "b", new={"adopt": "14155550199"}),
        step("create", "z", new={}),
        step("create", "a", new={}),
        step("delete", "y", old={}, id_="14155550100"),
    ]
    found = [(one.action, one.resource.name) for one in reviewed(*steps).changes]
    assert found == [
        (Action.CANCEL, "y"),
        (Action.BUY, "a"),
        (Action.BUY, "z"),
        (Action.ADOPT, "b"),
    ]


@pytest.mark.parametrize(
    ("kind", "inputs", "id_", "number"),
    [
        ("PhoneNumber", {"adopt": "14155550111"}, "14155550100", "14155550100"),
        ("PhoneNumber", {"adopt": "+1 415-555-0111"}, "", "14155550111"),
        ("LinkedNumber", {"phone_number": "14155550122"}, "", "14155550122"),
        ("PhoneNumber", {}, UNKNOWN, ""),
        ("PhoneNumber", {"adopt": UNKNOWN}, "", ""),
        ("PhoneNumber", {"adopt": 14155550100}, "", ""),
        ("PhoneNumber", {"adopt": "[secret]"}, "", ""),
        ("PhoneNumber", {}, "", ""),
        ("Agent", {"phone_number": "14155550122"}, "14155550100", ""),
    ],
)
def test_the_digits_of_a_number_are_of_its_id_or_of_what_it_is_given(
    kind: str, inputs: Any, id_: str, number: str
) -> None:
    assert number_of(Resource("urn", TYPE_PREFIX + kind, id_, inputs)) == number


@pytest.mark.parametrize(
    ("inputs", "outputs", "label"),
    [
        ({"label": "to be"}, {"label": "now"}, "now"),
        ({"label": "to be"}, {}, "to be"),
        ({"label": UNKNOWN}, {}, ""),
        ({"label": 5}, {}, ""),
        ({}, {}, ""),
    ],
)
def test_a_label_is_the_one_of_now_or_the_one_to_be(inputs: Any, outputs: Any, label: str) -> None:
    assert label_of(Resource("urn", f"{TYPE_PREFIX}PhoneNumber", "", inputs, outputs)) == label


def test_a_change_has_the_number_and_the_label_of_now() -> None:
    (change,) = reviewed(
        step(
            "replace",
            "a",
            old={"label": "old"},
            new={"label": "new", "adopt": "14155550111"},
            id_="14155550100",
        )
    ).changes
    assert (change.number, change.label, change.is_of_number) == ("14155550100", "old", True)
    (change,) = reviewed(step("create", "a", new={"label": "new"})).changes
    assert (change.number, change.label, change.is_of_number) == ("", "new", True)
    (change,) = reviewed(step("create", "desk", new={}, kind="Agent")).changes
    assert (change.action, change.is_of_number) == (Action.CREATE_OBJECT, False)


@pytest.mark.parametrize(
    "taking",
    [
        step("create", "new", new={"adopt": "14155550100"}),
        step("create", "new", new={"phone_number": "14155550100"}, kind="LinkedNumber"),
    ],
)
def test_a_resource_takes_a_number_over_by_adopting_or_linking_it(taking: Any) -> None:
    gone = step("delete", "old", old={}, id_="14155550100")
    first, second = reviewed(gone, taking).changes
    assert (first.action, first.kept_by) == (Action.LEAVE, "new")
    assert second.kept_by == ""


@pytest.mark.parametrize(
    "other",
    [
        # It has a number already, and keeps it.
        step("same", "new", {}, {"adopt": "14155550100"}, id="14155550199"),
        step("create", "new", new={"adopt": "14155550100"}, external=True),
        step("create", "new", new={"label": "14155550100"}),
        step("create", "new", new={"adopt": "14155550199"}),
    ],
)
def test_a_number_that_nobody_takes_over_is_lost(other: Any) -> None:
    gone = step("delete", "old", old={}, id_="14155550100")
    (first, *_) = reviewed(gone, other).changes
    assert (first.action, first.kept_by, first.is_loss) == (Action.CANCEL, "", True)


def test_a_replacement_does_not_take_its_own_number_over() -> None:
    again = step("replace", "a", old={}, new={"adopt": "14155550100"}, id_="14155550100")
    (change,) = reviewed(again).changes
    assert (change.action, change.kept_by, change.is_loss) == (Action.REPLACE, "", True)


def test_a_number_that_vocode_has_no_more_is_told_where_another_is_bought_for_it() -> None:
    gone = step("refresh", "a", old={}, id_="14155550100")
    (change,) = reviewed(gone, step("create", "a", new={})).changes
    assert (change.action, change.vanished, change.number) == (Action.BUY, "14155550100", "")
    (change,) = reviewed(gone, step("create", "b", new={})).changes
    assert change.vanished == ""
    (change,) = reviewed(gone, step("update", "a", {}, {"label": "x"}, "14155550100")).changes
    assert change.vanished == ""


def test_the_stack_itself_is_no_change() -> None:
    assert actions(step("create", "calls-dev", new={}, kind=STACK)) == {}


def test_a_step_of_a_number_that_nobody_knows_is_told() -> None:
    assert actions(step("import", "a", new={})) == {"a": Action.OTHER}
    text = text_of(step("import", "a", new={}))
    assert re.search(r"^Everything else\n  import \S+:PhoneNumber a$", text, re.MULTILINE), text


@pytest.mark.parametrize("op", ["same", "read", "discard"])
def test_what_is_only_seen_of_other_packages_is_not_told(op: str) -> None:
    assert reviewed(step(op, "logs", {}, {}, "id", "aws:s3/bucket:Bucket")).changes == ()


@pytest.mark.parametrize(
    ("op", "action"),
    [
        ("create", Action.CREATE_OBJECT),
        ("create-replacement", Action.CREATE_OBJECT),
        ("update", Action.UPDATE),
        ("replace", Action.REPLACE_OBJECT),
        ("delete", Action.FORGET_OBJECT),
        ("delete-replaced", Action.FORGET_OBJECT),
        ("import", Action.OTHER),
    ],
)
def test_what_becomes_of_an_object(op: str, action: Action) -> None:
    new = None if op.startswith("delete") else {"name": "b"}
    old = None if op.startswith("create") else {"name": "a"}
    assert actions(step(op, "desk", old, new, AGENT, "Agent")) == {"desk": action}


@pytest.mark.parametrize(
    ("kind", "op", "action"),
    [
        ("PhoneNumber", "delete", Action.CANCEL),
        ("PhoneNumber", "delete-replaced", Action.CANCEL),
        ("LinkedNumber", "delete", Action.UNLINK),
        ("LinkedNumber", "delete-replaced", Action.UNLINK),
    ],
)
def test_a_delete_loses_a_bought_number_and_takes_a_linked_one_out(
    kind: str, op: str, action: Action
) -> None:
    (change,) = reviewed(step(op, "a", old={}, id_="14155550100", kind=kind)).changes
    assert (change.action, change.is_loss, change.buys) == (
        action,
        action is Action.CANCEL,
        False,
    )


def test_a_number_whose_guard_is_given_up_is_an_update() -> None:
    given_up = step("same", "a", {}, {}, "14155550100")
    given_up["oldState"]["protect"] = True
    assert actions(given_up) == {"a": Action.UPDATE}
    other = step("same", "logs", {}, {}, "id", "aws:s3/bucket:Bucket")
    other["oldState"]["protect"] = True
    assert actions(other) == {}
    assert actions(step("same", "a", {}, {}, "14155550100", protect=True)) == {}


# Who answers.


def test_a_name_for_people_changes_no_answer_and_a_webhook_only_the_events() -> None:
    number = step("same", "a", {"inbound_agent": AGENT}, {"inbound_agent": AGENT}, "14155550100")

    def of_agent(old: Any, new: Any) -> Reviewed:
        return reviewed(number, step("update", "desk", old, new, AGENT, "Agent"))

    def ways(found: Reviewed) -> list[bool]:
        return [one.only_events for one in report([found], OPEN).rewired]

    assert ways(of_agent({"name": "a"}, {"name": "b"})) == []
    assert ways(of_agent({"webhook": {"url": "a"}}, {"webhook": {"url": "b"}})) == [True]
    assert ways(of_agent({"language": "en"}, {"language": "de"})) == [False]
    both = of_agent({"language": "en", "webhook": "a"}, {"language": "de", "webhook": "b"})
    assert ways(both) == [False]


def test_objects_that_refer_to_each_other_in_a_circle_are_walked_once() -> None:
    steps = (
        step("same", "a", {"inbound_agent": AGENT}, {"inbound_agent": AGENT}, "14155550100"),
        step("update", "desk", {"prompt": PROMPT}, {"prompt": PROMPT, "x": 1}, AGENT, "Agent"),
        step("same", "p", {"agent": AGENT}, {"agent": AGENT}, PROMPT, "Prompt"),
    )
    (found,) = told(*steps).rewired
    assert [[one.name for one in way.through] for way in found.ways] == [["desk"]]


def test_resources_that_a_preview_leaves_out_are_said_to_be_missing() -> None:
    update = step("update", "desk", {"x": 1}, {"x": 2}, AGENT, "Agent")
    same = step("same", "a", {}, {}, "14155550100")
    assert "--show-sames" not in text_of(update)
    assert "--show-sames" not in text_of(update, same, same=1)
    assert "--show-sames" in text_of(update, same, same=2)


# Values.


def test_lists_are_compared_by_item() -> None:
    old = {"actions": [{"a": 1}, {"b": 1}, {"c": 1}]}
    new = {"actions": [{"a": 1}, {"c": 2}]}
    (change,) = reviewed(step("update", "x", old, new, AGENT, "Agent")).changes
    found = {one.path: (one.old, one.new) for one in change.differences}
    assert found.keys() == {"actions[1].b", "actions[1].c", "actions[2]"}


@pytest.mark.parametrize(
    ("old", "new", "detailed", "said"),
    [
        ("1", "1", {"k": {}}, []),
        ("1", "2", {"k": {}}, ["changed"]),
        ("1", "2", None, ["changed"]),
        (None, None, {"k": {}}, ["changed"]),
        (None, None, {"x": {}}, []),
        (None, None, None, ["may have changed"]),
        ("1", None, {"x": {}}, []),
        ("1", "other:1", None, ["may have changed"]),
        ("1", "other:1", {"x": {}}, []),
    ],
)
def test_a_secret_is_told_to_change_only_as_far_as_it_is_known(
    old: str | None, new: str | None, detailed: Any, said: list[str]
) -> None:
    def inputs(mark: str | None, more: str) -> dict[str, Any]:
        whole = mark and (mark if ":" in mark else f"{KEY}:{mark}")
        marks = {"__fingerprints": {"k": whole}} if mark else {}
        return {"k": "[secret]", "more": more, **marks}

    found = step(
        "update", "v", inputs(old, "a"), inputs(new, "b"), AGENT, "Voice", detailed=detailed
    )
    (change,) = reviewed(found).changes
    secrets = [one.secret.value for one in change.differences if one.secret]
    assert secrets == said


def test_the_secrets_of_a_list_are_known_where_they_move_to() -> None:
    def inputs(items: list[tuple[str, str]]) -> dict[str, Any]:
        marks = {f"actions[{at}].key": f"{KEY}:{mark}" for at, (_, mark) in enumerate(items)}
        actions = [{"key": "[secret]", "type": kind} for kind, _ in items]
        return {"actions": actions, "__fingerprints": marks}

    old, moved = inputs([("a", "1"), ("b", "2")]), inputs([("x", "9"), ("a", "1"), ("b", "3")])
    (change,) = reviewed(step("update", "d", old, moved, AGENT, "Agent")).changes
    found = {one.path: one.secret and one.secret.value for one in change.differences}
    assert found == {"actions[0]": None, "actions[2].key": "changed"}


@pytest.mark.parametrize(
    ("old", "new"), [("[secret]", "hush"), ("hush", "[secret]")], ids=["shown", "hidden"]
)
def test_what_was_or_becomes_a_secret_is_not_shown(old: str, new: str) -> None:
    made = told(step("update", "v", {"k": old}, {"k": new}, AGENT, "Voice"))
    assert "hush" not in document.render(made)
    assert "hush" not in terminal.render(made, 100, colours=False)


def test_a_number_that_is_not_protected_any_more_is_told() -> None:
    free = step("same", "a", old={}, new={}, id_="14155550100")
    free["oldState"]["protect"] = True
    kept = step("same", "b", old={}, new={}, id_="14155550101")
    kept["newState"]["retainOnDelete"] = True
    agent = step("same", "c", old={}, new={}, id_=AGENT, kind="Agent", protect=True)
    del agent["newState"]["protect"]
    hers = step("same", "d", old={}, new={"inbound_agent": AGENT}, id_="14155550102")
    text = text_of(free, kept, agent, hers)
    assert "+1 415 555 0100 (a)\n      protect: true → false\n" in text
    assert "+1 415 555 0101 (b)\n      retain_on_delete: false → true" in text
    assert "agent c\n      protect: true → false" in text
    assert "Answers differently" not in text


def test_a_failed_preview_is_not_said_to_change_nothing() -> None:
    failed = {"severity": "error", "message": "No."}
    assert headline(messages=[failed]) == "it cannot be told, because the preview failed"
    buying = step("create", "a", new={})
    found = headline(buying, messages=[failed])
    assert found == "the preview failed; before that: buys 1 number"


def test_a_number_whose_agent_is_a_secret_is_known_to_answer_differently() -> None:
    agent = step("update", "desk", {"prompt": "a"}, {"prompt": "b"}, AGENT, "Agent")
    depends = {"inbound_agent": [agent["urn"]]}
    hidden = {"inbound_agent": "[secret]"}
    number = step("same", "a", hidden, hidden, "14155550100", propertyDependencies=depends)
    assert headline(agent, number) == "1 number answers differently"


def test_the_id_of_an_agent_that_is_only_read_stays_though_a_preview_does_not_know_it() -> None:
    seen = step("read", "seen", new={}, kind="Agent", external=True)
    seen["newState"]["id"] = AGENT
    depends = {"inbound_agent": [seen["urn"]]}

    def number(old: Any, new: Any, more: Any = None) -> dict[str, Any]:
        after = {"inbound_agent": new, **(more or {})}
        id_ = "14155550100"
        return step("update", "a", {"inbound_agent": old}, after, id_, propertyDependencies=depends)

    assert headline(seen, number(AGENT, UNKNOWN)) == "changes nothing"
    assert headline(seen, number("other", UNKNOWN)) == "1 number answers differently"
    inline = {"prompt": "x", "actions": [AGENT]}
    assert headline(seen, number(inline, {**inline, "actions": [UNKNOWN]})) == "changes nothing"
    (_, change) = sorted(
        reviewed(seen, number(AGENT, UNKNOWN, {"label": "new"})).changes,
        key=lambda one: one.resource.name == "a",
    )
    assert [one.path for one in change.differences] == ["label"]


def test_a_headline_lists_ten_numbers_at_most() -> None:
    lost = [step("delete", f"n{at}", old={}, id_=f"1415555{at:04}") for at in range(12)]
    assert "1415 555 0009" not in headline(*lost[:10])
    assert headline(*lost[:10]).endswith("+1 415 555 0008, +1 415 555 0009)")
    assert headline(*lost).endswith(", +1 415 555 0006 and 3 more)")
    assert text_of(*lost).count("it cannot be bought back") == 12


def test_a_digest_that_does_not_cover_secrets_says_so() -> None:
    def remarks(*, marked: bool) -> tuple[str, ...]:
        marks = {"__fingerprints": {"url": f"{KEY}:1"}} if marked else {}
        made = reviewed(step("create", "w", new={"url": "[secret]", **marks}, kind="Webhook"))
        found = digest(made.preview, "now", {})
        return report([made], OPEN, {made.preview.name: found}).remarks

    assert remarks(marked=True) == ()
    (said,) = remarks(marked=False)
    assert said.startswith("The digest of calls/dev does not cover the values of secrets")


def test_a_secret_within_an_input_whose_other_parts_change_may_have_changed() -> None:
    old, new = ({"voice": {"api_key": "[secret]", "speed": speed}} for speed in (1, 2))
    found = step("update", "v", old, new, AGENT, "Agent", detailed={"voice": {}})
    assert "voice.api_key: a secret, may have changed" in text_of(found)


def test_a_diff_gives_both_texts_back() -> None:
    chance = random.Random(7)  # noqa: S311 - texts to try
    words = ["one", "two ", " three", "", "four five six seven", "x-y", "é"]
    for _ in range(300):
        old, new = (
            "\n".join(chance.choice(words) for _ in range(chance.randrange(6))) for _ in range(2)
        )
        lines = [*text_diff(f"{old}\nend", f"{new}\nend")]
        joined = [(sign, "".join(piece for piece, _ in pieces)) for sign, pieces in lines]
        if "…" not in {line for _, line in joined}:
            before = [line for sign, line in joined if sign in " -"]
            after = [line for sign, line in joined if sign in " +"]
            assert "\n".join(before) in f"{old}\nend"
            assert "\n".join(after) in f"{new}\nend"
            assert bool(joined) == (old != new)
    assert [*text_diff("a", "a\n")] == [
        (" ", [("(only line breaks or the last line's end differ)", False)])
    ]


# Money and gates.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.15", "+2.30"),
        ("1.15 USD", "+2.30 USD"),
        ("$1.15", "+2.30 $"),
        ("USD 1", "+2.00 USD"),
        (" 0.5€ ", "+1.00 €"),
    ],
)
def test_a_price_is_a_number_with_or_without_a_currency(text: str, said: str) -> None:
    assert Price.of(text).of_many(2) == said
    steps = [step("create", name, new={}) for name in "ab"]
    assert headline(*steps, config={"vocode:pricePerNumber": text}).endswith(f"; {said} a month")


@pytest.mark.parametrize("text", ["", "much", "1,15", "-1", "1.1.1", "1 2", "\x1bc1", "1 `x`"])
def test_a_price_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="vocode:pricePerNumber"):
        Price.of(text)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("vocode:maxBuys", "-1", ", which is not a whole number."),
        ("vocode:maxBuys", "some", ", which is not a whole number."),
        ("vocode:forbidRelease", "yes", ": write true or false."),
        ("vocode:forbidReplace", "1", ": write true or false."),
        ("vocode:requireProtect", "", ": write true or false."),
    ],
)
def test_a_gate_of_the_configuration_that_cannot_be_right_is_an_error(
    key: str, value: str, why: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        Gates.of_config({key: value})
    assert str(raised.value) == f"{key} is {value!r}{why}"


def test_gates_of_the_configuration() -> None:
    every = ("vocode:forbidRelease", "vocode:forbidReplace", "vocode:requireProtect")
    for said, is_closed in ((" True ", True), ("false", False)):
        config = {"vocode:maxBuys": " 3 ", **dict.fromkeys(every, said)}
        assert Gates.of_config(config) == Gates(3, is_closed, is_closed, is_closed)
    assert Gates.of_config({}) == Gates(None, False, False, False)
    for name in vars(Gates()):
        assert getattr(Gates(), name) is getattr(Gates.of_config({}), name)


LOST = step("delete", "lost", old={}, id_="14155550100")
REPLACED = step("replace", "replaced", old={}, new={}, id_="14155550101")
BOUGHT = step("create", "bought", new={})
SAFE = step("create", "safe", new={}, protect=True)


@pytest.mark.parametrize(
    ("steps", "gates", "closed"),
    [
        ([LOST], Gates(forbid_release=True), ["--forbid-release"]),
        ([REPLACED], Gates(forbid_release=True), ["--forbid-release"]),
        ([REPLACED], Gates(forbid_replace=True), ["--forbid-replace"]),
        ([LOST], Gates(forbid_replace=True), []),
        ([BOUGHT], Gates(max_buys=0), ["--max-buys 0"]),
        ([BOUGHT], Gates(max_buys=1), []),
        ([BOUGHT, REPLACED], Gates(max_buys=1), ["--max-buys 1"]),
        ([BOUGHT], Gates(require_protect=True), ["--require-protect"]),
        ([SAFE], Gates(require_protect=True), []),
        ([LOST, REPLACED, BOUGHT], Gates(), []),
    ],
)
def test_gates(steps: list[Any], gates: Gates, closed: list[str]) -> None:
    found = told(*steps, gates=gates)
    assert [gate.gate for _, gate in found.closed] == closed


def test_a_gate_names_what_is_in_its_way() -> None:
    others = [
        step("create", "bucket", new={}, kind="aws:x:Y"),
        step("read", "theirs", new={}, id_="14155550102"),
        step("create", "desk", new={}, kind="Agent"),
        step("create", "of-another-package", new={}, kind="twilio:x:PhoneNumber"),
    ]
    others[1]["newState"]["external"] = True
    second = step("create", "another", new={})
    steps = [LOST, REPLACED, BOUGHT, second, SAFE, *others]
    gates = Gates(1, forbid_release=True, forbid_replace=True, require_protect=True)
    found = {gate.gate: gate for _, gate in told(*steps, gates=gates).closed}
    said = {name: "".join(map(str, gate.why)) for name, gate in found.items()}
    assert said["--max-buys 1"] == "4 numbers would be bought"
    assert found["--forbid-release"].why == ("lost: ", Quoted("lost"), ", ", Quoted("replaced"))
    assert found["--forbid-replace"].why == ("replaced: ", Quoted("replaced"))
    bare = found["--require-protect"]
    names = [", ", Quoted("another"), ", ", Quoted("bought"), ", ", Quoted("replaced")]
    assert bare.why == ("without protect=True: ", *names[1:])
    assert sorted(one.resource.name for one in bare.changes) == ["another", "bought", "replaced"]


def test_protection_cannot_be_told_without_the_numbers_that_do_not_change() -> None:
    stack = step("same", "calls-dev", {}, {}, "calls-dev", "pulumi:pulumi:Stack")
    free = step("same", "a", {}, {}, "14155550100")
    free["oldState"]["protect"] = True
    agent = step("same", "desk", {}, {}, AGENT, "Agent")
    gates = Gates(require_protect=True)
    (gate,) = told(stack, same=3, gates=gates).closed
    assert gate[1].gate == "--require-protect"
    assert gate[1].why == (
        "it cannot be told, because the preview leaves out what does not change",
    )
    assert gate[1].changes == ()
    assert told(stack, agent, same=2, gates=gates).closed == ()
    assert told(stack, same=3, gates=Gates(forbid_release=True)).closed == ()
    (gate,) = told(stack, free, same=3, gates=gates).closed
    assert gate[1].why[0] == "without protect=True: "


def test_the_stricter_of_two_gates_counts() -> None:
    one, other = Gates(max_buys=3, forbid_release=True), Gates(max_buys=5, require_protect=True)
    assert one.stricter(other) == other.stricter(one) == Gates(3, True, False, True)
    replace = Gates(forbid_replace=True)
    assert replace.stricter(Gates()) == Gates().stricter(replace) == replace
    assert Gates().stricter(one) == one


# Formats.


def everything() -> list[dict[str, Any]]:
    old, new = {"content": f"a\n{EVIL}\nb"}, {"content": f"a\n{EVIL}!\nb"}
    return [
        step("delete", EVIL, old={"label": EVIL}, id_="14155550100"),
        step("create", "bought", new={"label": EVIL, "inbound_agent": {"prompt": EVIL}}),
        step("update", "greeting", old, new, PROMPT, "Prompt"),
        step("create", "other", new={}, kind="aws:x:Y"),
    ]


def test_what_others_wrote_is_only_text_in_markdown() -> None:
    messages = [{"severity": "error", "message": EVIL}, {"severity": "warning", "message": EVIL}]
    text = markdown.render(told(*everything(), messages=messages, gates=Gates(max_buys=0)))
    outside = re.sub(r"(?ms)^ *(`{3,})[a-z]*\n.*?^ *\1$", "", text)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    for part in ("@team", "<img", "</pre>", "[x]", "##  [", "\x1b"):
        assert part not in outside, outside
    assert "\x1b" not in text


def test_nothing_that_others_wrote_can_steer_a_terminal_or_an_annotation() -> None:
    frames = [{"sourcePosition": f"project:///{EVIL}#3"}]
    old, new = ({"variables": {EVIL: letter * 100}} for letter in "ab")
    placed = step("update", "x", old, new, AGENT, "Prompt", stackTrace=frames)
    said = [{"severity": "error", "message": EVIL}]
    made = told(*everything(), placed, messages=said)
    for colours in (False, True):
        text = terminal.render(made, 80, colours=colours)
        assert "\x1b[31m|" not in text
    annotated = annotations.render(made, "infra")
    assert "\x1b" not in annotated
    lines = annotated.splitlines()
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_an_annotation_names_the_line_in_the_repository() -> None:
    frames = [{"sourcePosition": "project:///a,b:c.py#7"}]
    bought = step("create", "x", new={}, stackTrace=frames)
    first, *_ = annotations.render(told(bought), "infra/calls").splitlines()
    assert (
        first == "::warning file=infra/calls/a%2Cb%3Ac.py,line=7,title=Vocode::buys a number for x"
    )
    closed, *_ = annotations.render(told(bought, gates=Gates(max_buys=0)), "").splitlines()
    assert closed.startswith(
        "::error file=a%2Cb%3Ac.py,line=7,title=Vocode::--max-buys 0 is closed"
    )


def test_a_comment_that_would_be_too_long_loses_diffs_and_never_dangers() -> None:
    text = "\n".join(f"line {index} of a long prompt" for index in range(200))
    many = [
        *(step("delete", f"lost-{at}", old={}, id_=f"1415555{at:04}") for at in range(300)),
        *(
            step("create", f"bought-{at}", new={"inbound_agent": {"prompt": text}})
            for at in range(300)
        ),
        *(
            step(
                "update",
                f"p-{at}",
                {"content": text},
                {"content": text.upper()},
                f"p{at}",
                "Prompt",
            )
            for at in range(300)
        ),
    ]
    made = markdown.render(told(*many))
    assert len(made) <= markdown.GITHUB_LIMIT
    for at in range(300):
        assert f"lost-{at}`" in made
        assert f"bought-{at}`" in made
    assert "left out" in made
    few = markdown.render(told(*many[:3]))
    assert "left out" not in few


def test_a_terminal_marks_words_by_colours_or_by_signs() -> None:
    found = told(
        step(
            "update",
            "p",
            {"content": "I am Ann.\nx"},
            {"content": "I am Bea.\nx"},
            PROMPT,
            "Prompt",
        )
    )
    assert "- I am [-Ann-]." in terminal.render(found, 80, colours=False)
    coloured = terminal.render(found, 80, colours=True)
    assert "[-" not in coloured
    assert "\x1b[31;7mAnn\x1b[0m" in coloured


def test_the_same_preview_gives_the_same_bytes_whatever_the_order_of_its_steps() -> None:
    steps = everything()
    for render in (markdown.render, document.render, lambda made: annotations.render(made, "")):
        assert render(told(*steps)) == render(told(*reversed(steps)))


def test_the_document_names_unknown_and_secret_values() -> None:
    old, new = {"a": "[secret]", "b": [UNKNOWN]}, {"a": UNKNOWN, "b": ["x"]}
    made = json.loads(document.render(told(step("update", "v", old, new, AGENT, "Voice"))))
    (change,) = made["stacks"][0]["changes"]
    first, second = change["differences"]
    assert first["old"] == {"secret": True}
    assert first["new"] == {"unknown": True}
    assert second["old"] == {"unknown": True}


# Approvals.

GOLDEN = "v1-0ae3759059c8-6459cb27fafa9e5929f4cc4e"
STEPS = {"bought": "75f69657d476", "lost": "59ffe648699e", "v": "3a42d1a9b4c7", "r": "302aa3954017"}


def _digest(*steps: dict[str, Any], at: str = "now", **settings: str) -> Digest:
    return digest(_preview(*steps), at, settings)


def test_a_digest_is_of_what_is_done_and_of_the_state() -> None:
    first = _digest(BOUGHT, LOST)
    assert first == _digest(LOST, BOUGHT)
    assert Digest.of_text(f" {first}\n") == first
    assert first == _digest(BOUGHT, LOST, step("same", "z", {}, {}, "14155550109"))
    others = [
        _digest(BOUGHT),
        _digest(BOUGHT, step("delete", "lost", old={}, id_="14155550103")),
        _digest(step("create", "bought", new={"label": "x"}), LOST),
        _digest(step("create", "bought2", new={}), LOST),
        _digest(step("create", "bought", new={}, protect=True), LOST),
        _digest(BOUGHT, LOST, refresh="True"),
        _digest(BOUGHT, LOST, step("create", "logs", new={}, kind="aws:x:Y")),
    ]
    assert len({first.steps, *(other.steps for other in others)}) == len(others) + 1
    assert _digest(BOUGHT, LOST, at="later").steps == first.steps
    assert _digest(BOUGHT, LOST, at="later").state != first.state


def test_a_digest_is_the_same_in_each_version() -> None:
    """An approval of a review by one version may be applied by the next one."""
    old, new = {"k": "a"}, {"z": [1, "é"], "k": "[secret]", "__urn": "x"}
    marks = {"__fingerprints": {"k": "1:2"}}
    voice = step("update", "v", old, new | marks, "id-1", "Voice", protect=True)
    replaced = [
        step(op, "r", {}, {"label": "x"}, "14155550101")
        for op in ("create-replacement", "replace", "delete-replaced")
    ]
    preview = _preview(BOUGHT, LOST, voice, *replaced)
    settings = {"vocode:baseUrl": "https://api", "refresh": "true"}
    found = digest(preview, "2026-11-28T10:00:00Z", settings)
    assert str(found) == GOLDEN
    assert found == digest(
        _preview(*reversed(replaced), voice, LOST, BOUGHT),
        "2026-11-28T10:00:00Z",
        dict(reversed(settings.items())),
    )
    steps = step_digests(preview)
    assert {name_in(urn): each for urn, each in steps.items()} == STEPS
    assert steps == step_digests(_preview(*reversed(replaced), voice, LOST, BOUGHT))


def test_a_digest_is_of_one_stack() -> None:
    other = json.loads(_text(BOUGHT).replace(":dev::", ":prod::"))
    assert digest(read(json.dumps(other), "it"), "now", {}).state != _digest(BOUGHT).state


@pytest.mark.parametrize("op", ["same", "refresh", "read", "read-discard", "discard"])
def test_a_digest_leaves_out_what_is_left_as_it_is(op: str) -> None:
    assert _digest(BOUGHT, step(op, "z", {}, {}, "14155550109")) == _digest(BOUGHT)
    assert step_digests(_preview(step(op, "z", {}, {}, "14155550109"))) == {}


@pytest.mark.parametrize("guard", ["protect", "retainOnDelete"])
def test_a_digest_covers_a_guard_that_is_given_up(guard: str) -> None:
    unguarded = step("same", "z", {}, {}, "14155550109")
    unguarded["oldState"][guard] = True
    assert _digest(BOUGHT, unguarded) != _digest(BOUGHT)


def test_a_digest_is_not_of_the_stack_itself() -> None:
    stack = step("create", "calls-dev", new={}, kind="pulumi:pulumi:Stack")
    assert _digest(BOUGHT, stack) == _digest(BOUGHT)
    assert _digest(BOUGHT, step("create", "x", new={}, kind="aws:x:Y")) != _digest(BOUGHT)


def test_only_secrets_of_ours_that_are_used_need_fingerprints() -> None:
    def uncovered(*steps: dict[str, Any]) -> bool:
        return has_uncovered_secrets(_preview(*steps))

    secret = {"url": "[secret]"}
    hook = step("create", "w", new=secret, kind="Webhook")
    assert uncovered(hook)
    assert uncovered(BOUGHT, hook)
    assert not uncovered(BOUGHT, LOST)
    assert not uncovered(step("create", "w", new={"url": "in clear"}, kind="Webhook"))
    assert not uncovered(step("create", "w", new=secret, kind="aws:x:Webhook"))
    assert not uncovered(step("same", "w", secret, secret, "id-1", "Webhook"))
    assert not uncovered(step("delete", "w", old=secret, id_="id-1", kind="Webhook"))


def test_a_digest_covers_secrets_by_their_fingerprints_and_no_other_hidden_input() -> None:
    def of(**hidden: Any) -> str:
        return _digest(step("create", "v", new={"k": "[secret]", **hidden}, kind="Voice")).steps

    assert of(__fingerprints={"k": "1:2"}) != of(__fingerprints={"k": "1:3"})
    assert of(__urn="a") == of(__urn="b", __preview=True)


def test_there_is_nothing_to_approve_in_a_preview_that_failed() -> None:
    failed = reviewed(BOUGHT, messages=[{"severity": "error", "message": "no"}])
    found = digest(failed.preview, "now", {})
    assert report([failed], OPEN, {"calls/dev": found}).digests == {}
    assert report([reviewed(BOUGHT)], OPEN, {"calls/dev": found}).digests == {"calls/dev": found}


_FOUND = "v1-" + "0" * 12 + "-" + "0" * 24


def test_a_text_that_is_a_digest() -> None:
    assert Digest.of_text(_FOUND) == Digest("0" * 12, "0" * 24)


@pytest.mark.parametrize(
    "text", ["", "v1", "v1-x-y", "v2-" + "0" * 12 + "-" + "0" * 24, _FOUND + "0"]
)
def test_a_text_that_is_no_digest(text: str) -> None:
    assert Digest.of_text(text) is None


def test_an_approval_says_what_it_does_not_cover() -> None:
    before, now = _preview(BOUGHT, LOST), _preview(BOUGHT, REPLACED)
    approval = Approval(digest(before, "then", {}), step_digests(before))
    assert [*objections(approval, before, digest(before, "then", {}))] == []
    (moved,) = objections(approval, before, digest(before, "later", {}))
    assert moved == (
        "The state of calls/dev is not the one that was reviewed: this approval was applied already, or another "
        "run overtook it, or the digest is of another stack."
    )
    both = [*objections(approval, before, digest(before, "later", {"refresh": "true"}))]
    assert both == [moved, "What would be done is not what was approved."]
    said = [*objections(approval, now, digest(now, "then", {}))]
    (_, hint) = objections(Approval(approval.digest), now, digest(now, "then", {}))
    assert hint == (
        "If it looks the same, then the review had another API key, or `--refresh` was given only there or only "
        "here."
    )
    assert said == [
        "What would be done is not what was approved.",
        "lost: would not be done any more",
        "replaced: was not in the review",
    ]
    many = _preview(*(step("create", f"n{at}", new={}) for at in range(9)), BOUGHT, LOST)
    _, *named = objections(approval, many, digest(many, "then", {}))
    assert named == [f"n{at}: was not in the review" for at in range(9)]
    changed = _preview(step("create", "bought", new={"x": 1}), LOST)
    assert "bought: would be done otherwise" in [
        *objections(approval, changed, digest(changed, "then", {}))
    ]


# The command.


def test_a_stack_that_is_there_twice_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "preview.json"
    file.write_text(_text(step("create", "a", new={})))
    assert main(["review", str(file), str(file)]) == FAILED
    assert "calls/dev is there twice: review each stack once." in capsys.readouterr().err


def test_a_terminal_without_a_letter_gets_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "preview.json"
    file.write_text(_text(step("update", "a", {"label": "x"}, {"label": "y"}, "14155550100")))
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert main(["review", str(file)]) == 0
    sys.stdout.flush()
    assert b'label: "x" ? "y"' in written.getvalue()

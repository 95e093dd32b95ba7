# SPDX-License-Identifier: Apache-2.0
"""Resources that the API makes and changes but cannot delete, all of them in one program."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, Stack, bodies, environment, writes
from tests.support.objects import ROWS, Inputs, Row
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox

PREAMBLE = f"""
secret = pulumi.Output.secret("{CREDENTIAL}-in-the-program")
other = pulumi.Output.secret("{CREDENTIAL}-of-another")
"""


def declare(stack: Stack, inputs: dict[str, Inputs], *options: str) -> None:
    lines = [
        f"{kind} = {kind}({kind.lower()!r}, **{given!r}{''.join(options)})"
        for kind, given in inputs.items()
    ]
    exports = [f"pulumi.export({kind!r}, {kind}.id)" for kind in inputs]
    stack.program(PREAMBLE + "\n".join([*lines, *exports]))


def first() -> dict[str, Inputs]:
    return {row.kind: dict(row.first) for row in ROWS}


def sent(account: Sandbox, row: Row, call: str) -> list[Any]:
    return bodies(account, f"/v1/{row.collection}/{call}")


def test_every_object_is_made_once_and_changed_in_place_field_by_field(
    stack: Stack, sandbox: Sandbox
) -> None:
    inputs = first()
    declare(stack, inputs)
    stack.preview()
    assert sandbox.requests() == []
    stack.up()
    for row in ROWS:
        assert sent(sandbox, row, "create") == [row.made or row.first], row.kind
    assert stack.nothing_to_do()
    ids = stack.outputs()
    for at in range(max(len(row.changes) for row in ROWS)):
        changing = [row for row in ROWS if at < len(row.changes)]
        for row in changing:
            inputs[row.kind] |= row.changes[at][0]
        declare(stack, inputs)
        sandbox.clear_requests()
        stack.up()
        for row in changing:
            wanted = row.changes[at][1]
            assert sent(sandbox, row, wanted.name) == [wanted.body], row.kind
        assert len(writes(sandbox)) == len(changing)
    assert stack.nothing_to_do()
    assert stack.outputs() == ids


def test_what_the_api_takes_only_in_a_create_replaces(stack: Stack, sandbox: Sandbox) -> None:
    inputs = {row.kind: dict(row.first) for row in ROWS if row.replaced}
    declare(stack, inputs)
    stack.up()
    for at in range(max(len(row.replaced) for row in ROWS)):
        replacing = [row for row in ROWS if at < len(row.replaced)]
        before = stack.outputs()
        for row in replacing:
            inputs[row.kind] |= row.replaced[at]
        declare(stack, inputs)
        sandbox.clear_requests()
        stack.up()
        assert sorted(writes(sandbox)) == sorted(
            f"/v1/{row.collection}/create" for row in replacing
        )
        after = stack.outputs()
        assert {kind for kind in before if before[kind] != after[kind]} == {
            row.kind for row in replacing
        }
    assert stack.nothing_to_do()


def test_what_is_changed_by_hand_is_shown_by_refresh_and_put_back_by_up(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, first())
    stack.up()
    for row in ROWS:
        id_ = stack.outputs()[row.kind]
        path = f"/v1/{row.collection}/{row.drift.name}"
        sandbox.call("POST", path, row.drift.body, id=id_)
    stack.refresh()
    shown = stack.preview()
    for row in ROWS:
        assert re.search(rf"[~+-] {row.shows} *:", shown), row.kind
    sandbox.clear_requests()
    stack.up()
    assert len(writes(sandbox)) == len(ROWS)
    for row in ROWS:
        assert sent(sandbox, row, row.repair.name) == [row.repair.body], row.kind
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")


def test_what_is_gone_is_dropped_by_refresh_and_made_anew(stack: Stack, sandbox: Sandbox) -> None:
    declare(stack, first())
    stack.up()
    before = stack.outputs()
    for row in ROWS:
        sandbox.fault(method="GET", path=f"/v1/{row.collection}", status=404)
    stack.refresh()
    assert [row.kind for row in ROWS if stack.resources(row.kind)] == []
    stack.up()
    after = stack.outputs()
    assert [kind for kind in before if before[kind] == after[kind]] == []


@pytest.mark.parametrize("body", ["<html>404 Not Found</html>", {"detail": "Not Found"}], ids=str)
def test_what_only_something_on_the_way_does_not_find_is_not_gone(
    stack: Stack, sandbox: Sandbox, body: Any
) -> None:
    declare(stack, {"Prompt": {"content": "Be brief."}})
    stack.up()
    sandbox.fault(method="GET", path="/v1/prompts", status=404, body=body)
    assert "which the account has" in stack.refresh(code=1)
    stack.refresh()
    assert stack.nothing_to_do()


# An agent that is adopted makes inline parts anew: its old ones may be others' too.
ADOPTED = [row for row in ROWS if row.kind != "Agent"]


def test_destroy_forgets_says_so_once_and_adopt_takes_it_over_again(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, {row.kind: row.first for row in ADOPTED})
    stack.up()
    ids = stack.outputs()
    sandbox.clear_requests()
    said = stack.destroy().partition("Diagnostics:")[2]
    assert said.count("Vocode's API can delete only numbers") == 1
    assert sandbox.requests() == []
    inputs = {
        row.kind: {**row.first, **row.changes[0][0], "adopt": ids[row.kind]} for row in ADOPTED
    }
    declare(stack, inputs)
    stack.up()
    assert stack.outputs() == ids
    for row in ADOPTED:
        wanted = row.changes[0][1]
        assert sent(sandbox, row, wanted.name) == [wanted.body], row.kind
    assert len(writes(sandbox)) == len(ADOPTED)
    assert stack.nothing_to_do()
    declare(stack, {row.kind: {**row.first, **row.changes[0][0]} for row in ADOPTED})
    sandbox.clear_requests()
    stack.up()
    assert writes(sandbox) == []
    assert stack.outputs() == ids


def test_answers_of_2023_are_understood(tmp_path: Path, stack: Stack, engine_home: Path) -> None:
    with InThread(tmp_path / "old", age=2023, api_key=f"{CREDENTIAL}-old") as old:
        backend = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
        stack.env.update(environment(engine_home, backend, old))
        inputs = first()
        declare(stack, inputs)
        stack.up()
        stack.refresh("--expect-no-changes")
        assert stack.nothing_to_do()
        for row in ROWS:
            inputs[row.kind] |= row.changes[0][0]
        declare(stack, inputs)
        old.clear_requests()
        stack.up()
        for row in ROWS:
            wanted = row.changes[0][1]
            assert sent(old, row, wanted.name) == [wanted.body], row.kind
        assert stack.nothing_to_do()

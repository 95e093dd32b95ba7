# SPDX-License-Identifier: Apache-2.0
"""The mocks for programs' own tests; the example's test is run as its readers would run it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from tests.objects import ROWS, Row
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.testing import TOKEN, VocodeMocks

EXAMPLES = Path(__file__).parents[2] / "examples" / "tests"


def new(mocks: VocodeMocks, kind: str, **inputs: Any) -> tuple[str, dict[str, Any]]:
    id_, outs = mocks.new_resource(MockResourceArgs(TOKEN + kind, "main", inputs))
    assert id_
    return id_, outs


def test_the_examples_own_tests_need_no_network() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("VOCODE_")}
    env |= {"VOCODE_BASE_URL": "http://127.0.0.1:1", "PYTHONPATH": str(EXAMPLES.parents[1])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    done = subprocess.run(
        [*command, "--rootdir", str(EXAMPLES), str(EXAMPLES)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_every_resource_has_an_id_and_its_inputs_as_outputs(row: Row) -> None:
    mocks = VocodeMocks()
    id_, outs = new(mocks, row.kind, **row.first)
    for name, value in row.first.items():
        assert outs[name] == value
    found, _ = mocks.call(MockCallArgs(f"vocode:index:get{row.kind}", {"id": id_}, ""))
    assert found["id"] == id_
    inputs, path, _ = row.wrong[0]
    with pytest.raises(VocodeError, match=rf"{row.kind} 'main': {path.split('[')[0]}"):
        new(mocks, row.kind, **{**row.first, **inputs})


def test_numbers_are_answered_by_the_agent_that_they_are_given() -> None:
    mocks = VocodeMocks()
    inline = {"prompt": "Hi", "voice": {"type": "voice_vocode", "voice_id": "joe"}}
    number, outs = new(mocks, "PhoneNumber", area_code="212", inbound_agent=inline)
    assert number.startswith("1212")
    assert outs["agent"]["prompt"]["content"] == "Hi"
    assert outs["inbound_agent"] == inline
    assert new(mocks, "PhoneNumber", inbound_agent="none")[1]["agent_id"] is None
    assert new(mocks, "PhoneNumber", inbound_agent="default")[1]["agent_id"]
    linked, outs = new(
        mocks, "LinkedNumber", phone_number="14155550100", telephony_account_connection=USER
    )
    assert (linked, outs["telephony_account_connection"]) == ("14155550100", USER)
    found, _ = mocks.call(MockCallArgs("vocode:index:getNumber", {"phone_number": number}, ""))
    assert found["inbound_agent"]["id"]


USER = "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_what_is_secret_stays_so() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "x"}
    voice = {"type": "voice_play_ht", "voice_id": "a", "api_key": secret}
    _, outs = new(VocodeMocks(), "Voice", **voice)
    assert isinstance(outs["api_key"], pulumi.Output)
    assert outs["voice_id"] == "a"
    action = next(row for row in ROWS if row.kind == "Action")
    _, outs = new(VocodeMocks(), "Action", **action.first)
    assert isinstance(outs["signature_secret"], pulumi.Output)


def test_lookups_have_answers_and_what_is_not_vocodes_is_left_alone() -> None:
    mocks = VocodeMocks()
    for token, answer in (("listAgents", {"items": []}), ("getUsage", {"plan_type"})):
        found, _ = mocks.call(MockCallArgs(f"vocode:index:{token}", {}, ""))
        assert found.keys() >= set(answer)
    id_, outs = mocks.new_resource(MockResourceArgs("other:index:Thing", "main", {"a": 1}))
    assert (id_, outs) == ("main_id", {"a": 1})
    read = MockResourceArgs(f"{TOKEN}Voice", "theirs", {}, resource_id=USER)
    assert mocks.new_resource(read)[0] == USER

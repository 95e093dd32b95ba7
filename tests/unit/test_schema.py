# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pulumi
import pytest

from vocode_pulumi.args.phone_number import PhoneNumberArgs
from vocode_pulumi.program import secrets
from vocode_pulumi.schema import checking, reading, shapes, values

FIELDS = reading.record_of(PhoneNumberArgs)
VOICE = {"type": "voice_vocode", "voice_id": "joe"}


def problems(**inputs: Any) -> dict[str, str]:
    return dict(checking.problems(FIELDS, inputs))


def agent(**fields: Any) -> dict[str, Any]:
    return {"inbound_agent": {"prompt": "x", "voice": VOICE, **fields}}


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"area_code": "415", "telephony_provider": "twilio"},
        {"inbound_agent": "default"},
        {"inbound_agent": "0f8fad5b-d9cb-469f-a165-70867728950e"},
        agent(idle_time_seconds=3.0, llm_temperature=0, deepgram_keywords={"a": 1.5}),
        agent(prompt={"content": values.plain(pulumi.output.UNKNOWN)}),
        agent(voice=pulumi.output.UNKNOWN),
        agent(webhook=None, actions=[]),
    ],
)
def test_what_is_right_is_no_problem(inputs: dict[str, Any]) -> None:
    assert problems(**inputs) == {}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"area_code": "41x"}, "area_code"),
        ({"area_code": 415.0}, "area_code"),
        ({"labl": "x"}, "labl"),
        (agent(actions=[{"type": "action_dtmf", "confg": {}}]), "inbound_agent.actions[0].confg"),
        (agent(actions=[{"type": "action_transfer_call"}]), "inbound_agent.actions[0].config"),
        (agent(actions="action_dtmf"), "inbound_agent.actions"),
        (agent(language="xx"), "inbound_agent.language"),
        (agent(idle_time_seconds=2.5), "inbound_agent.idle_time_seconds"),
        (agent(noise_suppression="yes"), "inbound_agent.noise_suppression"),
        (agent(webhook={"url": "https://example.com"}), "inbound_agent.webhook.subscriptions"),
        (
            agent(webhook={"url": "https://example.com", "subscriptions": ["event_transcrip"]}),
            "inbound_agent.webhook.subscriptions[0]",
        ),
        (agent(deepgram_keywords={"a": "b"}), 'inbound_agent.deepgram_keywords["a"]'),
        ({"inbound_agent": ["x"]}, "inbound_agent"),
    ],
)
def test_what_is_wrong_is_named_by_its_path_alone(inputs: dict[str, Any], path: str) -> None:
    assert list(problems(**inputs)) == [path]


def test_the_nearest_right_word_is_offered() -> None:
    assert '"area_code"' in problems(area_cod="415")["area_cod"]
    assert '"twilio"' in problems(telephony_provider="twillio")["telephony_provider"]


def test_a_credential_is_not_repeated_in_a_problem() -> None:
    wrong = agent(voice={"type": "voice_eleven_labs", "voice_id": "x", "api_key": 12345})
    assert "12345" not in str({**problems(**wrong), "inbound_agent.voice.api_key": ""})


def test_numbers_come_back_whole_and_nothing_that_was_not_given() -> None:
    assert values.plain({"a": 3.0, "b": None, "c": [1.5, {"d": None}]}) == {"a": 3, "c": [1.5, {}]}


def test_an_output_anywhere_in_a_free_object_is_found() -> None:
    one, two = pulumi.Output.from_input("x"), pulumi.Output.from_input("y")
    value = {"default": one, "enum": ["a", {"b": two}]}
    found = secrets.outputs_within(shapes.Field("free", shapes.AnyJson()), value, "free")
    assert [*found] == [('free["default"]', one), ('free["enum"][1]["b"]', two)]

# SPDX-License-Identifier: Apache-2.0
import math
import re
from typing import Any

import pulumi
import pytest

from vocode_pulumi.args.account_connection import AccountConnectionArgs
from vocode_pulumi.args.phone_number import PhoneNumberArgs
from vocode_pulumi.program import secrets
from vocode_pulumi.schema import checking, reading, shapes, values
from vocode_pulumi.schema.marks import NotEmpty
from vocode_pulumi.schema.walking import shapes_within

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


SUGGESTED = r' \(did you mean "(.*)"\?\)'


@pytest.mark.parametrize(
    ("inputs", "right"),
    [
        *((agent(language=word), "de") for word in ("German", "german", "Deutsch", "de-DE", "DE")),
        *((agent(language=word), "en") for word in ("English", "en_US", "EN", "eng")),
        (agent(language="Portuguese (Brazil)"), "pt"),
        (agent(language="Bahasa Indonesia"), "id"),
        (agent(language="jp"), "ja"),
        (agent(language="de_DE.UTF-8"), "de"),
        (agent(interrupt_sensitivity="High"), "high"),
        (agent(ivr_navigation_mode="on"), "default"),
        (agent(llm_fallback={"provider": "OpenAI", "model_name": "x"}), "openai"),
        *((agent(voice={"type": word}), "voice_eleven_labs") for word in ("elevenlabs", "11 labs")),
        (agent(voice={"type": "azure"}), "voice_azure"),
        (agent(voice={"type": "PlayHT"}), "voice_play_ht"),
        (agent(voice={"type": "Play.ht"}), "voice_play_ht"),
        (agent(actions=[{"type": "transfer"}]), "action_transfer_call"),
        (agent(actions=[{"type": "transfer_call"}]), "action_transfer_call"),
        (agent(actions=[{"type": "end_call"}]), "action_end_conversation"),
        (agent(actions=[{"type": "DTMF"}]), "action_dtmf"),
        *(
            (agent(webhook={"url": "https://a.example", "subscriptions": [word]}), right)
            for word, right in (
                ("message", "event_message"),
                ("transcript", "event_transcript"),
                ("call_ended", "event_phone_call_ended"),
                ("Event-Recording", "event_recording"),
            )
        ),
        (
            agent(
                webhook={
                    "url": "https://a.example",
                    "subscriptions": ["event_message"],
                    "method": "post",
                }
            ),
            "POST",
        ),
        ({"telephony_provider": "Vonage"}, "vonage"),
        ({"telephony_provider": "TWILIO"}, "twilio"),
        ({"inbound_agent": "Default"}, "default"),
        ({"agent": "default"}, "inbound_agent"),
        (agent(system_prompt="x"), "prompt"),
        (agent(initialMessage="x"), "initial_message"),
    ],
)
def test_what_people_write_leads_to_the_right_word(inputs: dict[str, Any], right: str) -> None:
    (problem,) = problems(**inputs).values()
    assert re.findall(SUGGESTED, problem) == [right]


@pytest.mark.parametrize(
    "inputs",
    [
        *(agent(language=word) for word in ("zh", "pl", "Polish", "chi", "xx")),
        agent(voice={"type": "voice_openai"}),
        agent(actions=[{"type": "action"}]),
        *(
            agent(webhook={"url": "https://a.example", "subscriptions": [word]})
            for word in ("call", "phone_call", "connect")
        ),
        agent(interrupt_sensitivity="medium"),
    ],
)
def test_a_word_that_is_near_none_or_several_leads_to_none(inputs: dict[str, Any]) -> None:
    (problem,) = problems(**inputs).values()
    assert re.findall(SUGGESTED, problem) == []


@pytest.mark.parametrize("empty", ["", " \n"])
@pytest.mark.parametrize(
    ("where", "right"),
    [
        ("prompt", "what the agent is told"),
        ("prompt.content", "what the agent is told"),
        ("prompt.collect_fields[0].label", '"Your email"'),
        ("prompt.collect_fields[0].name", '"email"'),
        ("voice.voice_name", '"en-US-SteffanNeural"'),
        ("llm_fallback.model_name", "name of the model"),
        ("actions[0].config.name", '"book_table"'),
        ("actions[0].config.signature_secret", "leave it out"),
        ("actions[1].action_trigger.config.phrase_triggers[0].phrase", "what the agent says"),
        ("vector_database.index", "name of the index"),
        ("vector_database.api_key", "your key of Pinecone"),
    ],
)
def test_an_empty_text_that_has_no_use_is_refused(where: str, right: str, empty: str) -> None:
    complete: dict[str, Any] = {
        "prompt": {"content": "x"},
        "voice": {"type": "voice_azure", "voice_name": "x"},
        "llm_fallback": {"provider": "openai", "model_name": "x"},
        "vector_database": {
            "type": "vector_database_pinecone",
            "index": "x",
            "api_key": "x",
            "api_environment": "",
        },
        "actions": [
            {
                "type": "action_external",
                "config": {
                    "name": "x",
                    "description": "",
                    "url": "https://a.example",
                    "input_schema": {},
                    "speak_on_send": True,
                    "speak_on_receive": True,
                    "signature_secret": "x",
                },
            },
            {
                "type": "action_dtmf",
            },
        ],
        "initial_message": "",
        "name": "",
    }
    if ".collect_fields" in where:
        complete["prompt"]["collect_fields"] = [
            {"field_type": "field_type_email", "label": "x", "name": "x"}
        ]
    if ".phrase_triggers" in where:
        conditions = ["phrase_condition_type_contains"]
        complete["actions"][1] = {
            "type": "action_set_hold",
            "action_trigger": {
                "type": "action_trigger_phrase_based",
                "config": {"phrase_triggers": [{"phrase": "x", "conditions": conditions}]},
            },
        }
    assert problems(inbound_agent=complete, label="") == {}
    *steps, last = re.findall(r"\w+", where)
    target: Any = complete
    for step in steps:
        target = target[int(step) if step.isdigit() else step]
    target[last] = empty
    ((path, problem),) = problems(inbound_agent=complete, label="").items()
    assert path == f"inbound_agent.{where}"
    assert problem.startswith("has only white space: " if empty else "is empty: ")
    assert right in problem


@pytest.mark.parametrize(
    ("voice", "name"),
    [
        ({"type": "voice_eleven_labs", "voice_id": "x"}, "voice_id"),
        ({"type": "voice_eleven_labs", "voice_id": "x"}, "api_key"),
        ({"type": "voice_play_ht", "voice_id": "x"}, "voice_id"),
        ({"type": "voice_play_ht", "voice_id": "x"}, "api_key"),
        ({"type": "voice_rime", "speaker": "x"}, "speaker"),
    ],
)
def test_a_voice_without_a_name_or_with_an_empty_key_is_refused(
    voice: dict[str, Any], name: str
) -> None:
    assert problems(**agent(voice=voice)) == {}
    found = problems(**agent(voice={**voice, name: ""}))
    assert [*found] == [f"inbound_agent.voice.{name}"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("twilio", "twilio_account_sid"),
        ("twilio", "twilio_auth_token"),
        ("openai", "openai_api_key"),
    ],
)
def test_empty_credentials_of_a_connection_are_refused(kind: str, name: str) -> None:
    shape = reading.schema_of(AccountConnectionArgs)
    names = {
        "twilio": ("twilio_account_sid", "twilio_auth_token"),
        "openai": ("openai_api_key",),
    }
    credentials = {**dict.fromkeys(names[kind], "x"), name: ""}
    inputs = {"type": f"account_connection_{kind}", "credentials": credentials}
    ((path, problem),) = checking.problems(shape, inputs)
    assert path == f"credentials.{name}"
    assert problem.startswith("is empty: write ")


@pytest.mark.parametrize(
    ("inputs", "path", "right"),
    [
        (
            agent(webhook={"url": "https://a.example", "subscriptions": []}),
            "webhook.subscriptions",
            '"event_transcript"',
        ),
        *(
            (
                agent(
                    actions=[
                        {
                            "type": "action_end_conversation",
                            "action_trigger": {
                                "type": "action_trigger_phrase_based",
                                "config": {"phrase_triggers": triggers},
                            },
                        }
                    ]
                ),
                f"actions[0].action_trigger.config.phrase_triggers{path}",
                right,
            )
            for triggers, path, right in (
                ([], "", "a phrase"),
                ([{"phrase": "x", "conditions": []}], "[0].conditions", "_contains"),
            )
        ),
    ],
)
def test_an_empty_list_that_has_no_use_is_refused(
    inputs: dict[str, Any], path: str, right: str
) -> None:
    ((found, problem),) = problems(**inputs).items()
    assert found == f"inbound_agent.{path}"
    assert problem.startswith("is empty: ")
    assert right in problem


@pytest.mark.parametrize(
    "other",
    [
        {"prompt_template": "0f8fad5b-d9cb-469f-a165-70867728950e"},
        {"prompt_template": pulumi.output.UNKNOWN},
        {"context_endpoint": "https://a.example"},
        {"collect_fields": [{"field_type": "field_type_email", "label": "x", "name": "x"}]},
    ],
)
def test_a_prompt_that_has_more_than_its_text_may_have_an_empty_text(other: Any) -> None:
    assert problems(**agent(prompt={"content": "", **other})) == {}
    assert problems(**agent(prompt={"content": "", **dict.fromkeys(other)})) != {}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("make", "right"),
    [
        (lambda number: {"conversation_speed": number}, "a finite number"),
        (lambda number: {"idle_time_seconds": number}, "a whole number"),
        (lambda number: {"deepgram_keywords": {"a": number}}, "a finite number"),
    ],
)
def test_a_number_that_json_cannot_have_is_refused(make: Any, right: str, number: float) -> None:
    (problem,) = problems(**agent(**make(number))).values()
    assert problem == f"must be {right}, not {number}"


@pytest.mark.parametrize("number", ["4155550100", "1415555010"])
def test_a_number_without_its_country_code_is_refused_wherever_a_number_is_given(
    number: str,
) -> None:
    with_number = {"phone_number": number}
    found = problems(
        adopt=number,
        **agent(
            actions=[
                {"type": "action_transfer_call", "config": with_number},
                {"type": "action_add_to_conference", "config": with_number},
            ]
        ),
    )
    assert [*found] == [
        "adopt",
        "inbound_agent.actions[0].config.phone_number",
        "inbound_agent.actions[1].config.phone_number",
    ]
    pool = {
        "type": "account_connection_twilio",
        "credentials": {"twilio_account_sid": "x", "twilio_auth_token": "x"},
        "steering_pool": ["14155550100", number],
    }
    shape = reading.schema_of(AccountConnectionArgs)
    assert [path for path, _ in checking.problems(shape, pool)] == ["steering_pool[1]"]


def test_every_text_field_that_an_object_needs_has_a_rule_or_may_be_empty_on_purpose() -> None:
    may_be_empty = {"api_environment", "description"}
    found = {
        field.name
        for args in (PhoneNumberArgs, AccountConnectionArgs)
        for shape in shapes_within(reading.schema_of(args))
        if isinstance(shape, shapes.Record)
        for field in shape.fields.values()
        if field.required and isinstance(field.shape, shapes.Scalar) and field.shape.type is str
        if field.rule is None and field.mark(NotEmpty) is None
    }
    assert found == may_be_empty


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

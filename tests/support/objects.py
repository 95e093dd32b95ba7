# SPDX-License-Identifier: Apache-2.0
"""The resources that are data over a base, as a table that tests of several kinds go through."""

from dataclasses import dataclass, field
from typing import Any

Inputs = dict[str, Any]


class Code(str):
    """An expression of the program, in a table of values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Call:
    """A write: the call's last word, and its body, credentials masked."""

    name: str
    body: Inputs


def update(**body: Any) -> Call:
    return Call("update", body)


@dataclass(frozen=True)
class Row:
    """A resource, and what becomes of it.

    Args:
        kind: its class.
        collection: of the API.
        first: the inputs that it is made with.
        made: the body of that create, where it is not the inputs.
        changes: inputs that change, each with the one write that follows; ``None`` removes one.
        drift: what somebody else does to it.
        shows: what preview then names.
        repair: the write that puts it back.
        wrong: inputs that are refused, each with the property and a word of what would be right.
        replaced: inputs that change by replacement.
    """

    kind: str
    collection: str
    first: Inputs
    changes: list[tuple[Inputs, Call]]
    drift: Call
    shows: str
    repair: Call
    wrong: list[tuple[Inputs, str, str]]
    made: Inputs | None = None
    replaced: list[Inputs] = field(default_factory=list)


SECRET = Code("secret")
MASKED = "***"
EMAIL = {"field_type": "field_type_email", "label": "e", "name": "e"}
PHRASES = {
    "type": "action_trigger_phrase_based",
    "config": {
        "phrase_triggers": [
            {"phrase": "a person", "conditions": ["phrase_condition_type_contains"]}
        ]
    },
}
BY_FUNCTION_CALL = {"type": "action_trigger_function_call", "config": {}}
EXTERNAL = {
    "name": "book",
    "description": "books a table",
    "url": "https://book.example.com",
    "input_schema": {"type": "object", "properties": {"day": {"type": "string"}}},
    "speak_on_send": True,
    "speak_on_receive": False,
}
SEEN = {**EXTERNAL, "processing_mode": "muted", "signature_secret": MASKED}
TWILIO = {"twilio_account_sid": SECRET, "twilio_auth_token": SECRET}
ELEVEN = {"type": "voice_eleven_labs"}
PINECONE = {"type": "vector_database_pinecone"}

ROWS = [
    Row(
        "Webhook",
        "webhooks",
        {"url": "https://a.example.com", "subscriptions": ["event_transcript", "event_message"]},
        [
            ({"url": "https://b.example.com"}, update(url="https://b.example.com")),
            ({"method": "GET"}, update(method="GET")),
            ({"method": None}, update(method="POST")),
            ({"subscriptions": ["event_action"]}, update(subscriptions=["event_action"])),
        ],
        update(subscriptions=[]),
        "subscriptions",
        update(subscriptions=["event_transcript", "event_message"]),
        [
            ({"url": None}, "url", "is missing"),
            ({"subscriptions": ["event_transcrip"]}, "subscriptions[0]", '"event_transcript"'),
            ({"metod": "GET"}, "metod", '"method"'),
            ({"adopt": "x"}, "adopt", "uuid"),
        ],
    ),
    Row(
        "Prompt",
        "prompts",
        {"content": "one", "context_endpoint": "https://c.example.com"},
        [
            ({"content": "two"}, update(content="two")),
            ({"content": None}, update(content="")),
            ({"collect_fields": [EMAIL]}, update(collect_fields=[EMAIL])),
            (
                {"collect_fields": None, "context_endpoint": None},
                update(collect_fields=None, context_endpoint=None),
            ),
        ],
        update(context_endpoint="https://d.example.com"),
        "context_endpoint",
        update(context_endpoint="https://c.example.com"),
        [
            ({"content": 5}, "content", "a string"),
            ({"prompt_template": "mine"}, "prompt_template", "id (a uuid) of a prompt template"),
            ({"collect_fields": [{**EMAIL, "name": None}]}, "collect_fields[0].name", "missing"),
        ],
    ),
    Row(
        "Voice",
        "voices",
        {**ELEVEN, "voice_id": "a", "api_key": SECRET, "stability": 0.5},
        [
            ({"voice_id": "b"}, update(**ELEVEN, voice_id="b")),
            ({"stability": None}, update(**ELEVEN, stability=None)),
            (
                {"api_key": Code("other"), "experimental_input_streaming": True},
                update(**ELEVEN, api_key=MASKED, experimental_input_streaming=True),
            ),
            (
                {"api_key": None, "experimental_input_streaming": None},
                update(**ELEVEN, api_key=None, experimental_input_streaming=False),
            ),
        ],
        update(**ELEVEN, stability=0.75),
        "stability",
        update(**ELEVEN, stability=0.5),
        [
            ({"type": "voice_eleven"}, "type", '"voice_eleven_labs"'),
            ({"type": None}, "type", '"voice_azure"'),
            ({"pitch": 3}, "pitch", "stability"),
            ({"voice_id": None}, "voice_id", "is missing"),
        ],
        made={**ELEVEN, "voice_id": "a", "api_key": MASKED, "stability": 0.5},
        replaced=[{"type": "voice_play_ht", "stability": None}],
    ),
    Row(
        "Action",
        "actions",
        {"type": "action_external", "config": EXTERNAL},
        [
            (
                {"config": {**EXTERNAL, "name": "reserve"}},
                update(type="action_external", config={**SEEN, "name": "reserve"}),
            ),
            (
                {"config": {**EXTERNAL, "signature_secret": SECRET}},
                update(type="action_external", config=SEEN),
            ),
        ],
        update(type="action_external", config={**EXTERNAL, "url": "https://x.example.com"}),
        "url",
        update(type="action_external", config=SEEN),
        [
            ({"config": {**EXTERNAL, "urll": "x"}}, "config.urll", '"url"'),
            ({"type": "action_dtmf", "config": {"name": "x"}}, "config.name", "no fields"),
            (
                {"action_trigger": {"type": "x"}},
                "action_trigger.type",
                "action_trigger_function_call",
            ),
        ],
        replaced=[
            {"type": "action_transfer_call", "config": {"phone_number": "14155550100"}},
            {"type": "action_add_to_conference", "action_trigger": PHRASES},
            {"type": "action_end_conversation", "config": None},
            {"type": "action_set_hold"},
            {"type": "action_dtmf", "action_trigger": None},
        ],
    ),
    Row(
        "VectorDatabase",
        "vector_databases",
        {**PINECONE, "index": "a", "api_key": SECRET, "api_environment": "us-east-1-aws"},
        [
            ({"index": "b"}, update(**PINECONE, index="b")),
            ({"api_key": Code("other")}, update(**PINECONE, api_key=MASKED)),
            ({"api_environment": "eu"}, update(**PINECONE, api_environment="eu")),
        ],
        update(**PINECONE, index="c"),
        "index",
        update(**PINECONE, index="a"),
        [
            ({"type": "pinecone"}, "type", '"vector_database_pinecone"'),
            ({"api_key": None}, "api_key", "is missing"),
        ],
        made={**PINECONE, "index": "a", "api_key": MASKED, "api_environment": "us-east-1-aws"},
    ),
    Row(
        "AccountConnection",
        "account_connections",
        {
            "type": "account_connection_twilio",
            "credentials": TWILIO,
            "steering_pool": ["14155550100", "14155550101"],
        },
        [
            (
                {"steering_pool": ["14155550101", "14155550100", "14155550102"]},
                Call("add_to_steering_pool", {"phone_number": "14155550102"}),
            ),
            (
                {"steering_pool": ["14155550101", "14155550102"]},
                Call("remove_from_steering_pool", {"phone_number": "14155550100"}),
            ),
            (
                {"credentials": {**TWILIO, "twilio_auth_token": Code("other")}},
                update(
                    type="account_connection_twilio",
                    credentials={"twilio_account_sid": MASKED, "twilio_auth_token": MASKED},
                ),
            ),
        ],
        Call("add_to_steering_pool", {"phone_number": "14155550109"}),
        "steering_pool",
        Call("remove_from_steering_pool", {"phone_number": "14155550109"}),
        [
            ({"steering_pool": ["+14155550100"]}, "steering_pool[0]", "digits"),
            ({"credentials": {"twilio_account_sid": "x"}}, "credentials.twilio_auth_token", "miss"),
            (
                {"credentials": {**TWILIO, "openai_api_key": "x"}},
                "credentials.openai_api_key",
                "twilio_auth_token",
            ),
        ],
        made={
            "type": "account_connection_twilio",
            "credentials": {"twilio_account_sid": MASKED, "twilio_auth_token": MASKED},
            "steering_pool": ["14155550100", "14155550101"],
        },
        replaced=[
            {"account_supports_any_caller_id": True},
            {"account_supports_any_caller_id": None},
            {
                "type": "account_connection_openai",
                "credentials": {"openai_api_key": SECRET},
                "steering_pool": None,
            },
        ],
    ),
    Row(
        "Agent",
        "agents",
        {
            "prompt": "Be brief.",
            "voice": {**ELEVEN, "voice_id": "a", "api_key": SECRET},
            "actions": [{"type": "action_end_conversation"}],
            "name": "a",
            "deepgram_keywords": {"vocode": 1.5},
            "llm_fallback": {"provider": "openai", "model_name": "gpt"},
        },
        [
            ({"name": "b"}, update(name="b")),
            (
                {"language": "de", "conversation_speed": 1.25, "idle_time_seconds": 9},
                update(language="de", conversation_speed=1.25, idle_time_seconds=9),
            ),
            (
                {"language": None, "conversation_speed": None, "idle_time_seconds": None},
                update(language="en", conversation_speed=1, idle_time_seconds=None),
            ),
            (
                {"name": None, "deepgram_keywords": None, "llm_fallback": None, "actions": None},
                update(name=None, deepgram_keywords=None, llm_fallback=None, actions=[]),
            ),
        ],
        update(initial_message="Yo", name="c"),
        "name",
        update(name="a"),
        [
            ({"voice": None}, "voice", "is missing"),
            ({"voice": "joe"}, "voice", "the id (a uuid) of a voice or an inline voice"),
            ({"actions": [{"type": "action_x"}]}, "actions[0].type", '"action_dtmf"'),
            ({"openai_account_connection": "x"}, "openai_account_connection", "id (a uuid) of an"),
            ({"langage": "de"}, "langage", '"language"'),
        ],
        made={
            "prompt": {"content": "Be brief."},
            "voice": {**ELEVEN, "voice_id": "a", "api_key": MASKED},
            "actions": [{"type": "action_end_conversation"}],
            "name": "a",
            "deepgram_keywords": {"vocode": 1.5},
            "llm_fallback": {"provider": "openai", "model_name": "gpt"},
        },
        replaced=[{"llm_temperature": 0.5}, {"llm_temperature": None}],
    ),
]

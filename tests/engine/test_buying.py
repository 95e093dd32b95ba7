# SPDX-License-Identifier: Apache-2.0
"""What a purchase asks for, and what it gives."""

from typing import Any

import phonenumbers
import pytest

from tests.engine.harness import CREDENTIAL, Stack, bodies, connection, writes
from vocode_pulumi.sandbox import Sandbox

AGENT: dict[str, Any] = {
    "prompt": {"content": "Be brief."},
    "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
}


def test_a_declared_number_is_bought_once_and_then_left_alone(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program("""
        number = PhoneNumber("main")
        pulumi.export("number", number.number)
        pulumi.export("agent_id", number.agent_id)
        pulumi.export("webhook", number.webhook)
    """)
    stack.up()
    outputs = stack.outputs()
    assert [one["number"] for one in sandbox.purchases()] == [outputs["number"]] == stack.ids()
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{outputs['number']}"))
    assert bodies(sandbox, "/v1/numbers/buy") == [None]

    sandbox.clear_requests()
    stack.up("--expect-no-changes")
    assert stack.nothing_to_do()
    assert sandbox.requests() == []

    stack.destroy()
    assert writes(sandbox) == ["/v1/numbers/cancel"]


def test_a_purchase_asks_for_what_was_declared_and_for_nothing_else(
    stack: Stack, sandbox: Sandbox
) -> None:
    twilio = connection(sandbox)
    agent = sandbox.call("POST", "/v1/agents/create", AGENT)["id"]
    stack.program(f"""
        a = PhoneNumber("area", area_code="415")
        b = PhoneNumber("carrier", telephony_provider="twilio",
                        telephony_account_connection="{twilio}", opts=pulumi.ResourceOptions(depends_on=[a]))
        c = PhoneNumber("id", inbound_agent="{agent}", opts=pulumi.ResourceOptions(depends_on=[b]))
        d = PhoneNumber("default", inbound_agent="default", opts=pulumi.ResourceOptions(depends_on=[c]))
        e = PhoneNumber("none", inbound_agent="none", opts=pulumi.ResourceOptions(depends_on=[d]))
        pulumi.export("area", a.number)
        pulumi.export("agents", [one.agent_id for one in (a, b, c, d, e)])
        pulumi.export("connection", b.telephony_account_connection)
    """)
    stack.up()
    assert bodies(sandbox, "/v1/numbers/buy") == [
        {"area_code": "415"},
        {"telephony_provider": "twilio", "telephony_account_connection": twilio},
        {"inbound_agent": agent},
        {"inbound_agent": "default"},
        None,
    ]
    outputs = stack.outputs()
    assert outputs["area"].startswith("1415")
    assert outputs["connection"] == twilio
    held = outputs["agents"]
    assert held[2] == agent
    assert held[3]
    assert held[0] is held[1] is held[4] is None
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")


VOICES: list[dict[str, Any]] = [
    {"type": "voice_azure", "voice_name": "en-US-SteffanNeural", "rate": 20},
    {"type": "voice_rime", "speaker": "young_male_unmarked-1", "speed_alpha": 0.9},
    {"type": "voice_eleven_labs", "voice_id": "x", "api_key": f"{CREDENTIAL}-11", "stability": 0.5},
    {"type": "voice_play_ht", "voice_id": "y", "api_key": f"{CREDENTIAL}-ht", "quality": "high"},
    {"type": "voice_vocode", "voice_id": "joe"},
]
ACTIONS: list[dict[str, Any]] = [
    {"type": "action_transfer_call", "config": {"phone_number": "14155550100"}},
    {
        "type": "action_end_conversation",
        "action_trigger": {
            "type": "action_trigger_phrase_based",
            "config": {
                "phrase_triggers": [
                    {"phrase": "bye", "conditions": ["phrase_condition_type_contains"]}
                ]
            },
        },
    },
    {"type": "action_dtmf"},
    {"type": "action_add_to_conference", "config": {"phone_number": "14155550100"}},
    {"type": "action_set_hold"},
    {
        "type": "action_external",
        "config": {
            "name": "look_up",
            "description": "Looks a customer up.",
            "url": "https://example.com/look-up",
            "input_schema": {"type": "object", "properties": {}},
            "speak_on_send": True,
            "speak_on_receive": False,
            "signature_secret": f"{CREDENTIAL}-signature",
        },
    },
]
FURTHER: dict[str, Any] = {
    "name": "front desk",
    "language": "de",
    "initial_message": "Hallo!",
    "interrupt_sensitivity": "high",
    "context_endpoint": "https://example.com/context",
    "noise_suppression": True,
    "endpointing_sensitivity": "relaxed",
    "ivr_navigation_mode": "default",
    "conversation_speed": 1.25,
    "initial_message_delay": 0.5,
    "openai_model_name_override": "gpt-4o",
    "ask_if_human_present_on_idle": True,
    "run_do_not_call_detection": True,
    "llm_fallback": {"provider": "openai", "model_name": "gpt-4o-mini"},
    "deepgram_keywords": {"Vocode": 2},
    "idle_time_seconds": 12,
    "llm_temperature": 0.25,
    "vector_database": {
        "type": "vector_database_pinecone",
        "index": "faq",
        "api_key": f"{CREDENTIAL}-pinecone",
        "api_environment": "us-east-1-aws",
    },
    "webhook": {"url": "https://example.com/calls", "subscriptions": ["event_transcript"]},
}


def test_an_inline_agent_goes_out_whole_with_the_purchase(stack: Stack, sandbox: Sandbox) -> None:
    agents = [{**AGENT, "voice": voice} for voice in VOICES]
    agents[0] |= {**FURTHER, "actions": ACTIONS}
    stack.program(f"""
        before = None
        for at, agent in enumerate({agents!r}):
            for secret in (agent["voice"], agent.get("vector_database") or {{}},
                           (agent.get("actions") or [{{}}])[-1].get("config") or {{}}):
                for name in ("api_key", "signature_secret"):
                    if name in secret:
                        secret[name] = pulumi.Output.secret(secret[name])
            before = PhoneNumber(f"n{{at}}", inbound_agent=agent,
                                 opts=pulumi.ResourceOptions(depends_on=[before] if before else []))
            pulumi.export(f"n{{at}}", before.agent)
    """)
    printed = stack.up()
    assert "warning" not in printed
    sent = [body["inbound_agent"] for body in bodies(sandbox, "/v1/numbers/buy")]
    made = [sandbox.call("GET", "/v1/agents", id=one["id"]) for one in stack.outputs().values()]
    assert len(made) == len(VOICES)
    for declared, asked, got in zip(agents, sent, made, strict=True):
        assert asked.keys() == declared.keys()
        assert got["voice"].items() >= declared["voice"].items()
        assert got["prompt"]["content"] == "Be brief."
    assert [one["type"] for one in made[0]["actions"]] == [one["type"] for one in ACTIONS]
    assert made[0]["actions"][5]["config"] == {
        "processing_mode": "muted",
        **ACTIONS[5]["config"],
    }
    for name in FURTHER.keys() - {"vector_database", "webhook"}:
        assert made[0][name] == FURTHER[name], name
    assert made[0]["webhook"]["method"] == "POST"
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")


def test_a_prompt_is_a_text_an_object_or_an_id(stack: Stack, sandbox: Sandbox) -> None:
    id_ = sandbox.call("POST", "/v1/prompts/create", {"content": "Be brief."})["id"]
    prompts = {"text": "Be brief.", "object": {"content": "Be brief."}, "id": id_}
    stack.program(f"""
        for form, prompt in {prompts!r}.items():
            number = PhoneNumber(form, inbound_agent={{**{AGENT!r}, "prompt": prompt}})
            pulumi.export(form, number.agent)
    """)
    stack.up()
    outputs = stack.outputs()
    for form in prompts:
        held = outputs[form]["prompt"]
        assert held["content"] == "Be brief."
        assert (held["id"] == id_) == (form == "id")
    assert stack.nothing_to_do()


def test_what_the_purchase_cannot_carry_follows_in_one_update(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program("""
        PhoneNumber("main", label="front desk", outbound_only=True, example_context={"a": "b"})
    """)
    stack.up()
    follow_up = {"label": "front desk", "outbound_only": True, "example_context": {"a": "b"}}
    assert bodies(sandbox, "/v1/numbers/update") == [follow_up]
    assert writes(sandbox) == ["/v1/numbers/buy", "/v1/numbers/update"]
    assert stack.nothing_to_do()


def test_an_update_that_fails_after_the_purchase_keeps_the_number_and_is_finished_later(
    stack: Stack, sandbox: Sandbox
) -> None:
    sandbox.fault(method="POST", path="/v1/numbers/update", times=50, status=500)
    stack.program('PhoneNumber("main", label="front desk")')
    printed = stack.up()
    (number,) = stack.ids()
    assert f"{number} is bought and kept" in printed
    sandbox.clear_faults()
    assert "label" in stack.preview()
    stack.up()
    assert stack.ids() == [number]
    assert len(sandbox.purchases()) == 1
    assert sandbox.call("GET", "/v1/numbers", phone_number=number)["label"] == "front desk"
    assert stack.nothing_to_do()


@pytest.mark.parametrize(
    "fault", [{"close": "after"}, {"status": 503, "work": True}, {"cut": True}]
)
def test_a_number_whose_purchase_lost_its_answer_is_found_and_not_bought_again(
    stack: Stack, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    sandbox.call("POST", "/v1/numbers/buy")
    sandbox.clear_requests()
    sandbox.fault(method="POST", path="/v1/numbers/buy", times=5, **fault)
    stack.program('PhoneNumber("main", label="x")')
    stack.up()
    assert writes(sandbox) == ["/v1/numbers/buy", "/v1/numbers/update"]
    assert stack.ids() == [sandbox.purchases()[1]["number"]]
    assert stack.nothing_to_do()


def test_a_number_that_the_engine_lost_is_taken_again(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("main")')
    before = stack.exported()
    stack.up()
    (number,) = stack.ids()
    (stack.folder / "before.json").write_text(before)
    stack.pulumi("stack", "import", "--stack", "dev", "--file", "before.json")
    assert stack.ids() == []
    stack.up()
    assert stack.ids() == [number]
    assert len(sandbox.purchases()) == 1


def test_lost_answers_of_many_purchases_cost_one_number_each(
    stack: Stack, sandbox: Sandbox
) -> None:
    sandbox.fault(method="POST", path="/v1/numbers/buy", times=6, close="after")
    stack.program("for at in range(6): PhoneNumber(f'n{at}')")
    stack.up()
    assert sorted(stack.ids()) == sorted(one["number"] for one in sandbox.purchases())
    assert len(set(stack.ids())) == 6


def test_no_more_numbers_are_bought_than_the_stack_allows(stack: Stack, sandbox: Sandbox) -> None:
    stack.config("vocode:maxNumbers", "2")
    stack.program("for at in range(4): PhoneNumber(f'n{at}')")
    assert "vocode:maxNumbers" in stack.up(code=1)
    assert len(sandbox.purchases()) == 2


def test_what_is_given_as_a_secret_is_a_secret_in_every_output_that_repeats_it(
    stack: Stack,
) -> None:
    stack.program(f"""
        number = PhoneNumber("main", label=pulumi.Output.secret("{CREDENTIAL}-label"),
            inbound_agent={{"prompt": {{"content": pulumi.Output.secret("{CREDENTIAL}-prompt")}},
                "voice": {{"type": "voice_azure", "voice_name": "x"}},
                "webhook": {{"url": pulumi.Output.secret("https://{CREDENTIAL}.example.com"),
                            "subscriptions": ["event_transcript"]}}}})
        pulumi.export("agent", number.agent)
        pulumi.export("webhook", number.webhook)
    """)
    stack.preview()
    stack.up()
    assert stack.outputs()["agent"]["prompt"]["content"] == f"{CREDENTIAL}-prompt"
    stack.refresh()
    assert stack.nothing_to_do()


def test_a_number_with_secrets_around_it_shows_none(stack: Stack, sandbox: Sandbox) -> None:
    twilio = connection(sandbox)
    stack.program(f"""
        number = PhoneNumber("main", telephony_provider="twilio",
            telephony_account_connection="{twilio}",
            inbound_agent={{"prompt": "Hi", "voice": {{"type": "voice_eleven_labs", "voice_id": "x",
                "api_key": pulumi.Output.secret("{CREDENTIAL}-11")}}}})
        pulumi.export("number", number.number)
        pulumi.export("agent", number.agent)
    """)
    stack.preview()
    stack.up()
    stack.refresh()
    assert stack.outputs()["number"] == stack.ids()[0]
    assert stack.nothing_to_do()
    stack.destroy()

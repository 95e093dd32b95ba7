# SPDX-License-Identifier: Apache-2.0
"""Which answers are a form of the declared value."""

from typing import Any

import pytest

from vocode_pulumi import AgentArgs, PhoneNumberArgs, PromptArgs, WebhookArgs
from vocode_pulumi.inline.answered import answered_forms, as_declared
from vocode_pulumi.schema import reading

A = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
B = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"


def forms(
    args: Any, name: str, declared: Any, read: Any, before: Any, known: str | None = None
) -> Any:
    field = reading.record_of(args).fields[name]
    return answered_forms(field, declared, read, before, {name: known} if known else {})


@pytest.mark.parametrize(
    ("args", "name", "declared", "read", "before"),
    [
        (WebhookArgs, "url", "https://EXAMPLE.com", "https://example.com/", None),
        (WebhookArgs, "url", "https://e.com/a b", "https://e.com/a%20b", "https://e.com/a%20b"),
        (PromptArgs, "content", " a\r\nb ", "a\nb", "a\nb"),
        (PromptArgs, "content", "\uff26ull", "Full", "Full"),
        (AgentArgs, "name", "a long name", "a long", None),
        (AgentArgs, "name", "a long name", "a long", "before"),
        (AgentArgs, "conversation_speed", 0.333, 0.33, 1),
        (AgentArgs, "voice", A.upper(), A, None),
        (AgentArgs, "openai_account_connection", A.upper(), A, A),
        (PhoneNumberArgs, "inbound_agent", A.upper(), A, B),
    ],
)
def test_a_form(args: Any, name: str, declared: Any, read: Any, before: Any) -> None:
    found = forms(args, name, declared, read, before)
    assert found == {name: read}
    field = reading.record_of(args).fields[name]
    assert as_declared(field, read, declared, found) == (declared, found)
    assert as_declared(field, declared, declared, found) == (declared, {})


@pytest.mark.parametrize(
    ("args", "name", "declared", "read", "before"),
    [
        (AgentArgs, "name", "a", "a", "b"),
        (AgentArgs, "name", "a", "b", "b"),
        (AgentArgs, "name", "a", "", None),
        (AgentArgs, "name", "a", None, None),
        (AgentArgs, "language", "de", "en", None),
        (AgentArgs, "noise_suppression", True, False, None),
        (AgentArgs, "noise_suppression", True, 1, None),
        (AgentArgs, "conversation_speed", 2, 1, 1),
        (AgentArgs, "voice", A, B, None),
        (AgentArgs, "prompt", "text", B, None),
        (AgentArgs, "prompt", A, "text", None),
        (PhoneNumberArgs, "inbound_agent", "none", B, None),
        (PhoneNumberArgs, "area_code", "415", "628", None),
        (PhoneNumberArgs, "adopt", "14155550100", "14155550101", None),
        (WebhookArgs, "subscriptions", ["event_message"], ["event_action"], None),
    ],
)
def test_no_form(args: Any, name: str, declared: Any, read: Any, before: Any) -> None:
    assert forms(args, name, declared, read, before) == {}


def test_a_form_is_kept_while_the_program_declares_the_same() -> None:
    assert forms(AgentArgs, "name", " a ", " a ", " a ", known="a") == {"name": "a"}
    assert forms(AgentArgs, "name", " a ", " a ", "b", known="a") == {}


def test_a_request_that_changed_nothing_leaves_the_old_form() -> None:
    assert forms(AgentArgs, "name", "new", "old", " old ", known="old") == {}


def test_only_the_form_itself_is_taken_for_the_declared_value() -> None:
    field = reading.record_of(AgentArgs).fields["voice"]
    declared = {"type": "voice_azure", "voice_name": " x ", "pitch": 1}
    read = {"type": "voice_azure", "voice_name": "x", "pitch": 2}
    answered = {"voice.voice_name": "x", "voice.pitch": 1}
    assert as_declared(field, read, declared, answered) == (
        {**declared, "pitch": 2},
        {"voice.voice_name": "x"},
    )

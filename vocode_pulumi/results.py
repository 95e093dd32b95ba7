# SPDX-License-Identifier: Apache-2.0
"""The results of lookups: objects of the account, without credentials.

A result has ids in place of the objects that it refers to. An API of 2023 answers an agent with its prompt's
text instead of an id; then ``prompt`` has that text. A field that the answer does not have is ``None``.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class NumberResult:
    """A number.

    Attributes:
        number: digits with the country code.
        id: Vocode's own id of the number.
        inbound_agent: the id of the agent that answers.
    """

    number: str
    id: str | None = None
    user_id: str | None = None
    active: bool = True
    label: str | None = None
    outbound_only: bool | None = None
    example_context: dict[str, str] | None = None
    inbound_agent: str | None = None
    telephony_provider: str | None = None
    telephony_account_connection: str | None = None


@dataclass(frozen=True, kw_only=True)
class ObjectResult:
    """The fields that the results of all objects below have."""

    id: str
    user_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class UsageResult:
    """The usage of the account in this month.

    Attributes:
        monthly_usage_limit_minutes: ``None`` if there is no limit.
    """

    user_id: str | None = None
    plan_type: str | None = None
    monthly_usage_minutes: int | None = None
    monthly_usage_limit_minutes: int | None = None


# made by `make docs`
@dataclass(frozen=True, kw_only=True)
class AccountConnectionResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_account_connection`. A field that the answer does not have is ``None``."""

    type: str | None = None
    steering_pool: list[str] | None = None
    account_supports_any_caller_id: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ActionResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_action`. A field that the answer does not have is ``None``."""

    type: str | None = None
    config: dict[str, Any] | None = None
    action_trigger: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class AgentResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_agent`. A field that the answer does not have is ``None``."""

    prompt: str | None = None
    voice: str | None = None
    name: str | None = None
    language: str | None = None
    actions: list[str] | None = None
    initial_message: str | None = None
    webhook: str | None = None
    vector_database: str | None = None
    interrupt_sensitivity: str | None = None
    context_endpoint: str | None = None
    noise_suppression: bool | None = None
    endpointing_sensitivity: str | None = None
    ivr_navigation_mode: str | None = None
    conversation_speed: float | None = None
    initial_message_delay: float | None = None
    openai_model_name_override: str | None = None
    ask_if_human_present_on_idle: bool | None = None
    openai_account_connection: str | None = None
    run_do_not_call_detection: bool | None = None
    llm_fallback: dict[str, Any] | None = None
    deepgram_keywords: dict[str, float] | None = None
    idle_time_seconds: int | None = None
    llm_temperature: float | None = None


@dataclass(frozen=True, kw_only=True)
class PromptResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_prompt`. A field that the answer does not have is ``None``."""

    content: str | None = None
    collect_fields: list[dict[str, Any]] | None = None
    context_endpoint: str | None = None
    prompt_template: str | None = None


@dataclass(frozen=True, kw_only=True)
class VectorDatabaseResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_vector_database`. A field that the answer does not have is ``None``."""

    type: str | None = None
    index: str | None = None
    api_environment: str | None = None


@dataclass(frozen=True, kw_only=True)
class VoiceResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_voice`. A field that the answer does not have is ``None``."""

    type: str | None = None
    voice_name: str | None = None
    pitch: int | None = None
    rate: int | None = None
    speaker: str | None = None
    speed_alpha: float | None = None
    model_id: str | None = None
    voice_id: str | None = None
    stability: float | None = None
    similarity_boost: float | None = None
    optimize_streaming_latency: int | None = None
    experimental_input_streaming: bool | None = None
    api_user_id: str | None = None
    version: str | None = None
    speed: float | None = None
    quality: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    text_guidance: float | None = None
    voice_guidance: float | None = None
    experimental_remove_silence: bool | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookResult(ObjectResult):
    """The result of :func:`~vocode_pulumi.get_webhook`. A field that the answer does not have is ``None``."""

    url: str | None = None
    subscriptions: list[str] | None = None
    method: str | None = None


# until here

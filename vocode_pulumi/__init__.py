# SPDX-License-Identifier: Apache-2.0
"""Phone numbers of the Vocode hosted API, declared in Pulumi programs.

A name is loaded when it is first asked for, so that a program waits only for what it uses.
"""

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vocode_pulumi.inputs import (
        AccountConnectionArgs,
        ActionArgs,
        ActionTriggerArgs,
        AddToConferenceActionArgs,
        AddToConferenceConfigArgs,
        AgentArgs,
        AzureVoiceArgs,
        CollectFieldArgs,
        DTMFActionArgs,
        ElevenLabsVoiceArgs,
        EmptyArgs,
        EndConversationActionArgs,
        EventType,
        ExternalActionArgs,
        ExternalActionConfigArgs,
        FunctionCallActionTriggerArgs,
        Language,
        LLMFallbackArgs,
        OpenAIAccountConnectionArgs,
        OpenAICredentialsArgs,
        PhraseBasedActionTriggerArgs,
        PhraseBasedActionTriggerConfigArgs,
        PhraseTriggerArgs,
        PlayHtVoiceArgs,
        PromptArgs,
        RimeVoiceArgs,
        SetHoldActionArgs,
        TransferCallActionArgs,
        TransferCallConfigArgs,
        TwilioAccountConnectionArgs,
        TwilioCredentialsArgs,
        VectorDatabaseArgs,
        VocodeVoiceArgs,
        VoiceArgs,
        WebhookArgs,
    )
    from vocode_pulumi.lookups import (
        LookupFailed,
        get_account_connection,
        get_account_connection_output,
        get_action,
        get_action_output,
        get_agent,
        get_agent_output,
        get_number,
        get_number_output,
        get_prompt,
        get_prompt_output,
        get_usage,
        get_usage_output,
        get_vector_database,
        get_vector_database_output,
        get_voice,
        get_voice_output,
        get_webhook,
        get_webhook_output,
        list_account_connections,
        list_account_connections_output,
        list_actions,
        list_actions_output,
        list_agents,
        list_agents_output,
        list_numbers,
        list_numbers_output,
        list_prompts,
        list_prompts_output,
        list_vector_databases,
        list_vector_databases_output,
        list_voices,
        list_voices_output,
        list_webhooks,
        list_webhooks_output,
    )
    from vocode_pulumi.resources.account_connection import AccountConnection
    from vocode_pulumi.resources.action import Action
    from vocode_pulumi.resources.agent import Agent
    from vocode_pulumi.resources.linked_number import LinkedNumber, LinkedNumberArgs
    from vocode_pulumi.resources.phone_number import PhoneNumber, PhoneNumberArgs
    from vocode_pulumi.resources.prompt import Prompt
    from vocode_pulumi.resources.vector_database import VectorDatabase
    from vocode_pulumi.resources.voice import Voice
    from vocode_pulumi.resources.webhook import Webhook
    from vocode_pulumi.results import (
        AccountConnectionResult,
        ActionResult,
        AgentResult,
        NumberResult,
        PromptResult,
        UsageResult,
        VectorDatabaseResult,
        VoiceResult,
        WebhookResult,
    )

__all__ = [
    "AccountConnection",
    "AccountConnectionArgs",
    "AccountConnectionResult",
    "Action",
    "ActionArgs",
    "ActionResult",
    "ActionTriggerArgs",
    "AddToConferenceActionArgs",
    "AddToConferenceConfigArgs",
    "Agent",
    "AgentArgs",
    "AgentResult",
    "AzureVoiceArgs",
    "CollectFieldArgs",
    "DTMFActionArgs",
    "ElevenLabsVoiceArgs",
    "EmptyArgs",
    "EndConversationActionArgs",
    "EventType",
    "ExternalActionArgs",
    "ExternalActionConfigArgs",
    "FunctionCallActionTriggerArgs",
    "LLMFallbackArgs",
    "Language",
    "LinkedNumber",
    "LinkedNumberArgs",
    "LookupFailed",
    "NumberResult",
    "OpenAIAccountConnectionArgs",
    "OpenAICredentialsArgs",
    "PhoneNumber",
    "PhoneNumberArgs",
    "PhraseBasedActionTriggerArgs",
    "PhraseBasedActionTriggerConfigArgs",
    "PhraseTriggerArgs",
    "PlayHtVoiceArgs",
    "Prompt",
    "PromptArgs",
    "PromptResult",
    "RimeVoiceArgs",
    "SetHoldActionArgs",
    "TransferCallActionArgs",
    "TransferCallConfigArgs",
    "TwilioAccountConnectionArgs",
    "TwilioCredentialsArgs",
    "UsageResult",
    "VectorDatabase",
    "VectorDatabaseArgs",
    "VectorDatabaseResult",
    "VocodeVoiceArgs",
    "Voice",
    "VoiceArgs",
    "VoiceResult",
    "Webhook",
    "WebhookArgs",
    "WebhookResult",
    "get_account_connection",
    "get_account_connection_output",
    "get_action",
    "get_action_output",
    "get_agent",
    "get_agent_output",
    "get_number",
    "get_number_output",
    "get_prompt",
    "get_prompt_output",
    "get_usage",
    "get_usage_output",
    "get_vector_database",
    "get_vector_database_output",
    "get_voice",
    "get_voice_output",
    "get_webhook",
    "get_webhook_output",
    "list_account_connections",
    "list_account_connections_output",
    "list_actions",
    "list_actions_output",
    "list_agents",
    "list_agents_output",
    "list_numbers",
    "list_numbers_output",
    "list_prompts",
    "list_prompts_output",
    "list_vector_databases",
    "list_vector_databases_output",
    "list_voices",
    "list_voices_output",
    "list_webhooks",
    "list_webhooks_output",
]

_MODULES = (
    "resources.phone_number",
    "resources.linked_number",
    "resources.agent",
    "resources.prompt",
    "resources.voice",
    "resources.action",
    "resources.webhook",
    "resources.vector_database",
    "resources.account_connection",
    "inputs",
    "results",
    "lookups",
)
"""Where those names are, in the order in which they are looked for: what loads fast comes first."""


def _load(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            found = vars(importlib.import_module(f"{__name__}.{module}"))
            if name in found:
                globals()[name] = found[name]
                return found[name]
    with suppress(ModuleNotFoundError):
        if not name.startswith("_"):
            return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if not TYPE_CHECKING:
    # A type checker that saw it would take every name for one of this module's.
    __getattr__ = _load


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

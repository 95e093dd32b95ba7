# SPDX-License-Identifier: Apache-2.0
"""Phone numbers of the Vocode hosted API, declared in Pulumi programs.

A name is loaded when it is first asked for, so that a program waits only for what it uses.
"""

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vocode_pulumi.args.account_connection import (
        AccountConnectionArgs,
        OpenAIAccountConnectionArgs,
        OpenAICredentialsArgs,
        TwilioAccountConnectionArgs,
        TwilioCredentialsArgs,
    )
    from vocode_pulumi.args.action import (
        ActionArgs,
        ActionTriggerArgs,
        AddToConferenceActionArgs,
        AddToConferenceConfigArgs,
        DTMFActionArgs,
        EmptyArgs,
        EndConversationActionArgs,
        ExternalActionArgs,
        ExternalActionConfigArgs,
        FunctionCallActionTriggerArgs,
        PhraseBasedActionTriggerArgs,
        PhraseBasedActionTriggerConfigArgs,
        PhraseTriggerArgs,
        SetHoldActionArgs,
        TransferCallActionArgs,
        TransferCallConfigArgs,
    )
    from vocode_pulumi.args.agent import AgentArgs, Language, LLMFallbackArgs
    from vocode_pulumi.args.linked_number import LinkedNumberArgs
    from vocode_pulumi.args.phone_number import PhoneNumberArgs
    from vocode_pulumi.args.prompt import CollectFieldArgs, PromptArgs
    from vocode_pulumi.args.vector_database import VectorDatabaseArgs
    from vocode_pulumi.args.voice import (
        AzureVoiceArgs,
        ElevenLabsVoiceArgs,
        PlayHtVoiceArgs,
        RimeVoiceArgs,
        VocodeVoiceArgs,
        VoiceArgs,
    )
    from vocode_pulumi.args.webhook import EventType, WebhookArgs
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
    from vocode_pulumi.resources.linked_number import LinkedNumber
    from vocode_pulumi.resources.phone_number import PhoneNumber
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

_NAMES_BY_MODULE = {
    "args.linked_number": ("LinkedNumberArgs",),
    "args.phone_number": ("PhoneNumberArgs",),
    "args.account_connection": (
        "AccountConnectionArgs",
        "OpenAIAccountConnectionArgs",
        "OpenAICredentialsArgs",
        "TwilioAccountConnectionArgs",
        "TwilioCredentialsArgs",
    ),
    "args.action": (
        "ActionArgs",
        "ActionTriggerArgs",
        "AddToConferenceActionArgs",
        "AddToConferenceConfigArgs",
        "DTMFActionArgs",
        "EmptyArgs",
        "EndConversationActionArgs",
        "ExternalActionArgs",
        "ExternalActionConfigArgs",
        "FunctionCallActionTriggerArgs",
        "PhraseBasedActionTriggerArgs",
        "PhraseBasedActionTriggerConfigArgs",
        "PhraseTriggerArgs",
        "SetHoldActionArgs",
        "TransferCallActionArgs",
        "TransferCallConfigArgs",
    ),
    "args.agent": (
        "AgentArgs",
        "Language",
        "LLMFallbackArgs",
    ),
    "args.prompt": (
        "CollectFieldArgs",
        "PromptArgs",
    ),
    "args.vector_database": ("VectorDatabaseArgs",),
    "args.voice": (
        "AzureVoiceArgs",
        "ElevenLabsVoiceArgs",
        "PlayHtVoiceArgs",
        "RimeVoiceArgs",
        "VocodeVoiceArgs",
        "VoiceArgs",
    ),
    "args.webhook": (
        "EventType",
        "WebhookArgs",
    ),
    "lookups": (
        "LookupFailed",
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
    ),
    "resources.account_connection": ("AccountConnection",),
    "resources.action": ("Action",),
    "resources.agent": ("Agent",),
    "resources.linked_number": ("LinkedNumber",),
    "resources.phone_number": ("PhoneNumber",),
    "resources.prompt": ("Prompt",),
    "resources.vector_database": ("VectorDatabase",),
    "resources.voice": ("Voice",),
    "resources.webhook": ("Webhook",),
    "results": (
        "AccountConnectionResult",
        "ActionResult",
        "AgentResult",
        "NumberResult",
        "PromptResult",
        "UsageResult",
        "VectorDatabaseResult",
        "VoiceResult",
        "WebhookResult",
    ),
}
_MODULES = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names}


def _load(name: str) -> Any:
    if name in _MODULES:
        found = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = found
        return found
    if not name.startswith("_") and importlib.util.find_spec(f"{__name__}.{name}"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if not TYPE_CHECKING:
    # A type checker that saw it would take every name for one of this module's.
    __getattr__ = _load


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

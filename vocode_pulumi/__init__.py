# SPDX-License-Identifier: Apache-2.0
"""Phone numbers of the Vocode hosted API, declared in Pulumi programs.

A name is imported at its first use, so that a program imports only what it uses.
"""

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

# made by `make docs`
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

_MODULES = {
    "AccountConnection": "resources.account_connection",
    "AccountConnectionArgs": "args.account_connection",
    "AccountConnectionResult": "results",
    "Action": "resources.action",
    "ActionArgs": "args.action",
    "ActionResult": "results",
    "ActionTriggerArgs": "args.action",
    "AddToConferenceActionArgs": "args.action",
    "AddToConferenceConfigArgs": "args.action",
    "Agent": "resources.agent",
    "AgentArgs": "args.agent",
    "AgentResult": "results",
    "AzureVoiceArgs": "args.voice",
    "CollectFieldArgs": "args.prompt",
    "DTMFActionArgs": "args.action",
    "ElevenLabsVoiceArgs": "args.voice",
    "EmptyArgs": "args.action",
    "EndConversationActionArgs": "args.action",
    "EventType": "args.webhook",
    "ExternalActionArgs": "args.action",
    "ExternalActionConfigArgs": "args.action",
    "FunctionCallActionTriggerArgs": "args.action",
    "LLMFallbackArgs": "args.agent",
    "Language": "args.agent",
    "LinkedNumber": "resources.linked_number",
    "LinkedNumberArgs": "args.linked_number",
    "LookupFailed": "lookups",
    "NumberResult": "results",
    "OpenAIAccountConnectionArgs": "args.account_connection",
    "OpenAICredentialsArgs": "args.account_connection",
    "PhoneNumber": "resources.phone_number",
    "PhoneNumberArgs": "args.phone_number",
    "PhraseBasedActionTriggerArgs": "args.action",
    "PhraseBasedActionTriggerConfigArgs": "args.action",
    "PhraseTriggerArgs": "args.action",
    "PlayHtVoiceArgs": "args.voice",
    "Prompt": "resources.prompt",
    "PromptArgs": "args.prompt",
    "PromptResult": "results",
    "RimeVoiceArgs": "args.voice",
    "SetHoldActionArgs": "args.action",
    "TransferCallActionArgs": "args.action",
    "TransferCallConfigArgs": "args.action",
    "TwilioAccountConnectionArgs": "args.account_connection",
    "TwilioCredentialsArgs": "args.account_connection",
    "UsageResult": "results",
    "VectorDatabase": "resources.vector_database",
    "VectorDatabaseArgs": "args.vector_database",
    "VectorDatabaseResult": "results",
    "VocodeVoiceArgs": "args.voice",
    "Voice": "resources.voice",
    "VoiceArgs": "args.voice",
    "VoiceResult": "results",
    "Webhook": "resources.webhook",
    "WebhookArgs": "args.webhook",
    "WebhookResult": "results",
    "get_account_connection": "lookups",
    "get_account_connection_output": "lookups",
    "get_action": "lookups",
    "get_action_output": "lookups",
    "get_agent": "lookups",
    "get_agent_output": "lookups",
    "get_number": "lookups",
    "get_number_output": "lookups",
    "get_prompt": "lookups",
    "get_prompt_output": "lookups",
    "get_usage": "lookups",
    "get_usage_output": "lookups",
    "get_vector_database": "lookups",
    "get_vector_database_output": "lookups",
    "get_voice": "lookups",
    "get_voice_output": "lookups",
    "get_webhook": "lookups",
    "get_webhook_output": "lookups",
    "list_account_connections": "lookups",
    "list_account_connections_output": "lookups",
    "list_actions": "lookups",
    "list_actions_output": "lookups",
    "list_agents": "lookups",
    "list_agents_output": "lookups",
    "list_numbers": "lookups",
    "list_numbers_output": "lookups",
    "list_prompts": "lookups",
    "list_prompts_output": "lookups",
    "list_vector_databases": "lookups",
    "list_vector_databases_output": "lookups",
    "list_voices": "lookups",
    "list_voices_output": "lookups",
    "list_webhooks": "lookups",
    "list_webhooks_output": "lookups",
}
# until here


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

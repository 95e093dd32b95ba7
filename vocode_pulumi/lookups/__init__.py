# SPDX-License-Identifier: Apache-2.0
"""Lookups: functions that read objects of the account in a program, also in previews.

A lookup calls Vocode from the program's process. Its settings come from the stack or the environment.
Each lookup has a second function with ``_output`` in its name, for arguments that are Outputs. In a test
with Pulumi's mocks (:mod:`vocode_pulumi.testing`) lookups ask the mocks.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

# made by `make docs`

from pulumi import Input, Output

from vocode_pulumi import results
from vocode_pulumi.args import (
    account_connection,
    action,
    agent,
    prompt,
    vector_database,
    voice,
    webhook,
)
from vocode_pulumi.lookups.asking import Lookup, LookupFailed, get, lifted, list_all
from vocode_pulumi.lookups.numbers import (
    get_number,
    get_number_output,
    get_usage,
    get_usage_output,
    list_numbers,
    list_numbers_output,
)

__all__ = [
    "LOOKUPS",
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
]


_ACCOUNT_CONNECTION = Lookup(
    "account_connection",
    "account_connections",
    results.AccountConnectionResult,
    account_connection.AccountConnectionArgs,
)


def get_account_connection(id: str) -> results.AccountConnectionResult:
    """Read an account connection.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such account connection, or the call failed.
    """
    return get(_ACCOUNT_CONNECTION, id=id)


def get_account_connection_output(id: Input[str]) -> Output[results.AccountConnectionResult]:
    """:func:`get_account_connection` for outputs."""
    return lifted(get_account_connection, id=id)


def list_account_connections(*, type: str | None = None) -> list[results.AccountConnectionResult]:
    """Read every account connection of the account.

    Args:
        type: only objects of this type, such as ``"account_connection_twilio"``.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_ACCOUNT_CONNECTION, type=type)


def list_account_connections_output(
    *, type: Input[str] | None = None
) -> Output[list[results.AccountConnectionResult]]:
    """:func:`list_account_connections` for outputs."""
    return lifted(list_account_connections, type=type)


_ACTION = Lookup("action", "actions", results.ActionResult, action.ActionArgs)


def get_action(id: str) -> results.ActionResult:
    """Read an action.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such action, or the call failed.
    """
    return get(_ACTION, id=id)


def get_action_output(id: Input[str]) -> Output[results.ActionResult]:
    """:func:`get_action` for outputs."""
    return lifted(get_action, id=id)


def list_actions(*, type: str | None = None) -> list[results.ActionResult]:
    """Read every action of the account.

    Args:
        type: only objects of this type, such as ``"action_transfer_call"``.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_ACTION, type=type)


def list_actions_output(*, type: Input[str] | None = None) -> Output[list[results.ActionResult]]:
    """:func:`list_actions` for outputs."""
    return lifted(list_actions, type=type)


_AGENT = Lookup("agent", "agents", results.AgentResult, agent.AgentArgs)


def get_agent(id: str) -> results.AgentResult:
    """Read an agent.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such agent, or the call failed.
    """
    return get(_AGENT, id=id)


def get_agent_output(id: Input[str]) -> Output[results.AgentResult]:
    """:func:`get_agent` for outputs."""
    return lifted(get_agent, id=id)


def list_agents(*, name: str | None = None) -> list[results.AgentResult]:
    """Read every agent of the account.

    Args:
        name: only objects with this name.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_AGENT, name=name)


def list_agents_output(*, name: Input[str] | None = None) -> Output[list[results.AgentResult]]:
    """:func:`list_agents` for outputs."""
    return lifted(list_agents, name=name)


_PROMPT = Lookup("prompt", "prompts", results.PromptResult, prompt.PromptArgs)


def get_prompt(id: str) -> results.PromptResult:
    """Read a prompt.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such prompt, or the call failed.
    """
    return get(_PROMPT, id=id)


def get_prompt_output(id: Input[str]) -> Output[results.PromptResult]:
    """:func:`get_prompt` for outputs."""
    return lifted(get_prompt, id=id)


def list_prompts() -> list[results.PromptResult]:
    """Read every prompt of the account.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_PROMPT)


def list_prompts_output() -> Output[list[results.PromptResult]]:
    """:func:`list_prompts` for outputs."""
    return lifted(list_prompts)


_VECTOR_DATABASE = Lookup(
    "vector_database",
    "vector_databases",
    results.VectorDatabaseResult,
    vector_database.VectorDatabaseArgs,
)


def get_vector_database(id: str) -> results.VectorDatabaseResult:
    """Read a vector database.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such vector database, or the call failed.
    """
    return get(_VECTOR_DATABASE, id=id)


def get_vector_database_output(id: Input[str]) -> Output[results.VectorDatabaseResult]:
    """:func:`get_vector_database` for outputs."""
    return lifted(get_vector_database, id=id)


def list_vector_databases() -> list[results.VectorDatabaseResult]:
    """Read every vector database of the account.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_VECTOR_DATABASE)


def list_vector_databases_output() -> Output[list[results.VectorDatabaseResult]]:
    """:func:`list_vector_databases` for outputs."""
    return lifted(list_vector_databases)


_VOICE = Lookup("voice", "voices", results.VoiceResult, voice.VoiceArgs)


def get_voice(id: str) -> results.VoiceResult:
    """Read a voice.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such voice, or the call failed.
    """
    return get(_VOICE, id=id)


def get_voice_output(id: Input[str]) -> Output[results.VoiceResult]:
    """:func:`get_voice` for outputs."""
    return lifted(get_voice, id=id)


def list_voices(*, type: str | None = None) -> list[results.VoiceResult]:
    """Read every voice of the account.

    Args:
        type: only objects of this type, such as ``"voice_azure"``.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_VOICE, type=type)


def list_voices_output(*, type: Input[str] | None = None) -> Output[list[results.VoiceResult]]:
    """:func:`list_voices` for outputs."""
    return lifted(list_voices, type=type)


_WEBHOOK = Lookup("webhook", "webhooks", results.WebhookResult, webhook.WebhookArgs)


def get_webhook(id: str) -> results.WebhookResult:
    """Read a webhook.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such webhook, or the call failed.
    """
    return get(_WEBHOOK, id=id)


def get_webhook_output(id: Input[str]) -> Output[results.WebhookResult]:
    """:func:`get_webhook` for outputs."""
    return lifted(get_webhook, id=id)


def list_webhooks() -> list[results.WebhookResult]:
    """Read every webhook of the account.

    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_WEBHOOK)


def list_webhooks_output() -> Output[list[results.WebhookResult]]:
    """:func:`list_webhooks` for outputs."""
    return lifted(list_webhooks)


LOOKUPS = {
    lookup.plural: lookup
    for lookup in (
        _ACCOUNT_CONNECTION,
        _ACTION,
        _AGENT,
        _PROMPT,
        _VECTOR_DATABASE,
        _VOICE,
        _WEBHOOK,
    )
}
"""The lookups of objects, by collection."""

# until here

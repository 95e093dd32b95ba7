# SPDX-License-Identifier: Apache-2.0
"""Lookups: what the account has, as programs see it, in previews too.

They ask Vocode from within the program, with the settings of the stack, else the environment. Each
has a twin for arguments that are outputs. Under Pulumi's mocks (:mod:`vocode_pulumi.testing`) they
ask the mocks.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import pulumi
from pulumi import Input, Output
from pulumi.runtime import MockCallArgs, get_config
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from vocode_pulumi import digits
from vocode_pulumi.api.client import Client, client_for
from vocode_pulumi.args.account_connection import AccountConnectionArgs
from vocode_pulumi.args.action import ActionArgs
from vocode_pulumi.args.agent import AgentArgs
from vocode_pulumi.args.linked_number import LinkedNumberArgs
from vocode_pulumi.args.prompt import PromptArgs
from vocode_pulumi.args.vector_database import VectorDatabaseArgs
from vocode_pulumi.args.voice import VoiceArgs
from vocode_pulumi.args.webhook import WebhookArgs
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.inline.reading_back import public_value
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
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.walking import fields_of
from vocode_pulumi.settings import Settings

Result = TypeVar("Result")
Answer = Mapping[str, Any]

ARGS: dict[type, Any] = {
    NumberResult: LinkedNumberArgs,
    AgentResult: AgentArgs,
    PromptResult: PromptArgs,
    VoiceResult: VoiceArgs,
    ActionResult: ActionArgs,
    WebhookResult: WebhookArgs,
    VectorDatabaseResult: VectorDatabaseArgs,
    AccountConnectionResult: AccountConnectionArgs,
}
"""What is known of the fields of each."""


class LookupFailed(VocodeError, pulumi.RunError):
    """A lookup found nothing, or could not ask; its cause is what the call raised.

    As a ``RunError`` it ends a program with one line.
    """


def _ask(token: str, args: dict[str, Any], ask: Callable[[Client], Answer]) -> Answer:
    for name, value in args.items():
        if isinstance(value, Output):
            raise LookupFailed(
                f"{_function(token)}: {name} is an output: use {_function(token)}_output."
            )
    monitor = get_monitor()
    if isinstance(monitor, MockMonitor):
        answer: Any = monitor.mocks.call(MockCallArgs(f"vocode:index:{token}", args, ""))
        found: Answer = answer[0] if isinstance(answer, tuple) else answer
        return found
    try:
        return ask(client_for(Settings.load(get_config)))
    except VocodeError as error:
        raise LookupFailed(f"{_call_text(token, args)}: {error}") from error


def _function(token: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", token)


def _call_text(token: str, args: dict[str, Any]) -> str:
    given = (f"{name}={value!r}" for name, value in args.items() if value is not None)
    return f"{_function(token)}({', '.join(given)})"


def _result(kind: type[Result], answer: Answer) -> Result:
    """The fields of a result, each without the credentials in it."""
    shape = reading.schema_of(ARGS[kind])
    known = fields_of(shape, answer)
    own = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    values = {
        name: public_value(known[name], answer[name]) if name in known else answer[name]
        for name in own
        if name in answer
    }
    if "number" in values:
        values["number"] = digits.normal(values["number"]) or values["number"]
    return kind(**values)


def _get(kind: type[Result], token: str, path: str, **query: str) -> Result:
    return _result(kind, _ask(token, query, lambda client: client.get(path, **query)))


def _list(kind: type[Result], token: str, path: str, **wanted: Any) -> list[Result]:
    answer = _ask(token, wanted, lambda client: {"items": client.list(f"{path}/list")})
    found = [_result(kind, item) for item in answer["items"]]
    given = {name: value for name, value in wanted.items() if value is not None}
    return [
        one for one in found if all(getattr(one, name) == value for name, value in given.items())
    ]


def _lifted(lookup: Callable[..., Result], **args: Input[Any]) -> Output[Result]:
    return Output.all(**args).apply(lambda given: lookup(**given))


def get_number(phone_number: str) -> NumberResult:
    """A number that is in service.

    Args:
        phone_number: its digits, such as ``"14155550100"``.

    Raises:
        LookupFailed: the account has no such number in service, or cannot be asked.
    """
    number = digits.normal(phone_number)
    if number is None:
        raise LookupFailed(
            f"get_number(phone_number={phone_number!r}): that is no phone number; give digits with the "
            "country code first, such as 14155550100."
        )
    found = _get(NumberResult, "getNumber", "/v1/numbers", phone_number=number)
    if not found.active:
        raise LookupFailed(f"GET /v1/numbers: {phone_number} is not in service any more.")
    return found


def get_number_output(phone_number: Input[str]) -> Output[NumberResult]:
    """:func:`get_number` for outputs."""
    return _lifted(get_number, phone_number=phone_number)


def list_numbers(
    *, label: str | None = None, active: bool | None = None, area_code: str | None = None
) -> list[NumberResult]:
    """Every number of the account.

    Args:
        label: only those with this label.
        active: only those that are in service, or only those that are not; as far as Vocode lists
            the latter at all.
        area_code: only those of this US area code, three digits.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    found = _list(NumberResult, "listNumbers", "/v1/numbers", label=label, active=active)
    return [one for one in found if one.number.startswith(f"1{area_code}" if area_code else "")]


def list_numbers_output(
    *,
    label: Input[str] | None = None,
    active: Input[bool] | None = None,
    area_code: Input[str] | None = None,
) -> Output[list[NumberResult]]:
    """:func:`list_numbers` for outputs."""
    return _lifted(list_numbers, label=label, active=active, area_code=area_code)


def get_agent(id: str) -> AgentResult:
    """An agent.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such agent, or cannot be asked.
    """
    return _get(AgentResult, "getAgent", "/v1/agents", id=id)


def get_agent_output(id: Input[str]) -> Output[AgentResult]:
    """:func:`get_agent` for outputs."""
    return _lifted(get_agent, id=id)


def list_agents(*, name: str | None = None) -> list[AgentResult]:
    """Every agent of the account.

    Args:
        name: only those of this name.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(AgentResult, "listAgents", "/v1/agents", name=name)


def list_agents_output(*, name: Input[str] | None = None) -> Output[list[AgentResult]]:
    """:func:`list_agents` for outputs."""
    return _lifted(list_agents, name=name)


def get_prompt(id: str) -> PromptResult:
    """A prompt.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such prompt, or cannot be asked.
    """
    return _get(PromptResult, "getPrompt", "/v1/prompts", id=id)


def get_prompt_output(id: Input[str]) -> Output[PromptResult]:
    """:func:`get_prompt` for outputs."""
    return _lifted(get_prompt, id=id)


def list_prompts() -> list[PromptResult]:
    """Every prompt of the account.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(PromptResult, "listPrompts", "/v1/prompts")


def list_prompts_output() -> Output[list[PromptResult]]:
    """:func:`list_prompts` for outputs."""
    return _lifted(list_prompts)


def get_voice(id: str) -> VoiceResult:
    """A voice.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such voice, or cannot be asked.
    """
    return _get(VoiceResult, "getVoice", "/v1/voices", id=id)


def get_voice_output(id: Input[str]) -> Output[VoiceResult]:
    """:func:`get_voice` for outputs."""
    return _lifted(get_voice, id=id)


def list_voices(*, type: str | None = None) -> list[VoiceResult]:
    """Every voice of the account.

    Args:
        type: only those of this type, such as ``"voice_azure"``.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(VoiceResult, "listVoices", "/v1/voices", type=type)


def list_voices_output(*, type: Input[str] | None = None) -> Output[list[VoiceResult]]:
    """:func:`list_voices` for outputs."""
    return _lifted(list_voices, type=type)


def get_action(id: str) -> ActionResult:
    """An action.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such action, or cannot be asked.
    """
    return _get(ActionResult, "getAction", "/v1/actions", id=id)


def get_action_output(id: Input[str]) -> Output[ActionResult]:
    """:func:`get_action` for outputs."""
    return _lifted(get_action, id=id)


def list_actions(*, type: str | None = None) -> list[ActionResult]:
    """Every action of the account.

    Args:
        type: only those of this type, such as ``"action_dtmf"``.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(ActionResult, "listActions", "/v1/actions", type=type)


def list_actions_output(*, type: Input[str] | None = None) -> Output[list[ActionResult]]:
    """:func:`list_actions` for outputs."""
    return _lifted(list_actions, type=type)


def get_webhook(id: str) -> WebhookResult:
    """A webhook.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such webhook, or cannot be asked.
    """
    return _get(WebhookResult, "getWebhook", "/v1/webhooks", id=id)


def get_webhook_output(id: Input[str]) -> Output[WebhookResult]:
    """:func:`get_webhook` for outputs."""
    return _lifted(get_webhook, id=id)


def list_webhooks() -> list[WebhookResult]:
    """Every webhook of the account.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(WebhookResult, "listWebhooks", "/v1/webhooks")


def list_webhooks_output() -> Output[list[WebhookResult]]:
    """:func:`list_webhooks` for outputs."""
    return _lifted(list_webhooks)


def get_vector_database(id: str) -> VectorDatabaseResult:
    """A vector database.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such vector database, or cannot be asked.
    """
    return _get(VectorDatabaseResult, "getVectorDatabase", "/v1/vector_databases", id=id)


def get_vector_database_output(id: Input[str]) -> Output[VectorDatabaseResult]:
    """:func:`get_vector_database` for outputs."""
    return _lifted(get_vector_database, id=id)


def list_vector_databases() -> list[VectorDatabaseResult]:
    """Every vector database of the account.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(VectorDatabaseResult, "listVectorDatabases", "/v1/vector_databases")


def list_vector_databases_output() -> Output[list[VectorDatabaseResult]]:
    """:func:`list_vector_databases` for outputs."""
    return _lifted(list_vector_databases)


def get_account_connection(id: str) -> AccountConnectionResult:
    """An account connection.

    Args:
        id: its id.

    Raises:
        LookupFailed: the account has no such account connection, or cannot be asked.
    """
    return _get(AccountConnectionResult, "getAccountConnection", "/v1/account_connections", id=id)


def get_account_connection_output(id: Input[str]) -> Output[AccountConnectionResult]:
    """:func:`get_account_connection` for outputs."""
    return _lifted(get_account_connection, id=id)


def list_account_connections(*, type: str | None = None) -> list[AccountConnectionResult]:
    """Every account connection of the account.

    Args:
        type: only those of this type, such as ``"account_connection_twilio"``.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    return _list(
        AccountConnectionResult, "listAccountConnections", "/v1/account_connections", type=type
    )


def list_account_connections_output(
    *, type: Input[str] | None = None
) -> Output[list[AccountConnectionResult]]:
    """:func:`list_account_connections` for outputs."""
    return _lifted(list_account_connections, type=type)


def get_usage() -> UsageResult:
    """What the account has used in this month.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    answer = _ask("getUsage", {}, lambda client: client.get("/v1/usage"))
    return UsageResult(**{one.name: answer.get(one.name) for one in fields(UsageResult)})


def get_usage_output() -> Output[UsageResult]:
    """:func:`get_usage` as an output."""
    return _lifted(get_usage)

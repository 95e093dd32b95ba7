# SPDX-License-Identifier: Apache-2.0
"""An agent of a Vocode account. Facts: https://docs.vocode.dev (agents), ``/v1/agents``."""

from typing import Any, Unpack

import pulumi

from vocode_pulumi.args import agent
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource


class AgentLifecycle(ObjectLifecycle):
    """Creates and updates agents."""

    args = agent.AgentArgs
    collection = "/v1/agents"


class AgentProvider(VocodeProvider):
    """The engine's provider of agents."""

    lifecycle = AgentLifecycle


class Agent(ObjectResource, module="vocode", name="Agent"):
    """An agent that answers numbers. Give each of its parts as an id, or as an inline object.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of an agent that the account has. The resource takes it over and creates none.
        **inputs: those of :class:`~vocode_pulumi.AgentArgs`.

    API: https://docs.vocode.dev, ``POST /v1/agents/create``, ``/update``, ``GET /v1/agents``.
    """

    provider = AgentProvider()

    owned: pulumi.Output[Any]
    """The ids of the objects that inline parts created, by the name of the input. You can give such an id
    to ``adopt`` of another resource."""

    # made by `make docs`
    prompt: pulumi.Output[Any]
    voice: pulumi.Output[Any]
    name: pulumi.Output[str | None]
    language: pulumi.Output[str]
    actions: pulumi.Output[list[Any]]
    initial_message: pulumi.Output[str | None]
    webhook: pulumi.Output[Any]
    vector_database: pulumi.Output[Any]
    interrupt_sensitivity: pulumi.Output[str]
    context_endpoint: pulumi.Output[str | None]
    noise_suppression: pulumi.Output[bool]
    endpointing_sensitivity: pulumi.Output[str]
    ivr_navigation_mode: pulumi.Output[str]
    conversation_speed: pulumi.Output[float]
    initial_message_delay: pulumi.Output[float]
    openai_model_name_override: pulumi.Output[str | None]
    ask_if_human_present_on_idle: pulumi.Output[bool]
    openai_account_connection: pulumi.Output[str | None]
    run_do_not_call_detection: pulumi.Output[bool]
    llm_fallback: pulumi.Output[Any]
    deepgram_keywords: pulumi.Output[Any]
    idle_time_seconds: pulumi.Output[int | None]
    llm_temperature: pulumi.Output[float]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[agent.AgentArgs],
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

    # until here

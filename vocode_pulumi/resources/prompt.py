# SPDX-License-Identifier: Apache-2.0
"""A prompt of a Vocode account. Facts: https://docs.vocode.dev (prompts), ``/v1/prompts``."""

from typing import Any, Unpack

import pulumi

from vocode_pulumi.args import prompt
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource


class PromptLifecycle(ObjectLifecycle):
    """Creates and updates prompts."""

    args = prompt.PromptArgs
    collection = "/v1/prompts"


class PromptProvider(VocodeProvider):
    """The engine's provider of prompts."""

    lifecycle = PromptLifecycle


class Prompt(ObjectResource, module="vocode", name="Prompt"):
    """The instructions of an agent.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of a prompt that the account has. The resource takes it over and creates none.
        **inputs: those of :class:`~vocode_pulumi.PromptArgs`.

    API: https://docs.vocode.dev, ``POST /v1/prompts/create``, ``/update``, ``GET /v1/prompts``.
    """

    provider = PromptProvider()

    # made by `make docs`
    content: pulumi.Output[str]
    collect_fields: pulumi.Output[list[Any] | None]
    context_endpoint: pulumi.Output[str | None]
    prompt_template: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[prompt.PromptArgs],
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

    # until here

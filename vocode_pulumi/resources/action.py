# SPDX-License-Identifier: Apache-2.0
"""An action of a Vocode account. Facts: https://docs.vocode.dev (actions), ``/v1/actions``."""

from collections.abc import Mapping
from typing import Any, Unpack, overload

import pulumi

from vocode_pulumi.args import action
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource
from vocode_pulumi.schema.shapes import Inputs


class ActionLifecycle(ObjectLifecycle):
    """Creates and updates actions."""

    args = action.ActionArgs
    collection = "/v1/actions"

    def extra_outputs(self, answer: Mapping[str, Any]) -> Inputs:
        return {"signature_secret": (answer.get("config") or {}).get("signature_secret")}


class ActionProvider(VocodeProvider):
    """The engine's provider of actions."""

    lifecycle = ActionLifecycle


class Action(ObjectResource, module="vocode", name="Action"):
    """Something that an agent can do. Its ``type`` decides which other inputs it has.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of an action that the account has. The resource takes it over and creates none.
        **inputs: those of :data:`~vocode_pulumi.ActionArgs`.

    API: https://docs.vocode.dev, ``POST /v1/actions/create``, ``/update``, ``GET /v1/actions``.
    """

    provider = ActionProvider()
    secret_outputs = ("signature_secret",)

    signature_secret: pulumi.Output[str | None]
    """The secret that signs the requests of an external action, in base64; a secret output."""

    # made by `make docs`
    type: pulumi.Output[str]
    config: pulumi.Output[Any]
    action_trigger: pulumi.Output[Any]

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[action.TransferCallActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[action.EndConversationActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[action.DTMFActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[action.AddToConferenceActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[action.SetHoldActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[action.ExternalActionArgs],
    ) -> None: ...
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Any,
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

    # until here

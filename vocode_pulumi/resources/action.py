# SPDX-License-Identifier: Apache-2.0
"""An action of a Vocode account. Facts: https://docs.vocode.dev (actions), ``/v1/actions``."""

from collections.abc import Mapping
from typing import Any, Unpack, overload

import pulumi
from pulumi import Input

from vocode_pulumi.args.action import (
    ActionArgs,
    AddToConferenceActionArgs,
    DTMFActionArgs,
    EndConversationActionArgs,
    ExternalActionArgs,
    SetHoldActionArgs,
    TransferCallActionArgs,
)
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource
from vocode_pulumi.schema.shapes import Inputs

Options = pulumi.ResourceOptions | None


class ActionLifecycle(ObjectLifecycle):
    """Makes and changes actions."""

    args = ActionArgs
    collection = "/v1/actions"

    def made(self, answer: Mapping[str, Any]) -> Inputs:
        return {"signature_secret": (answer.get("config") or {}).get("signature_secret")}


class ActionProvider(VocodeProvider):
    """The engine's provider of actions."""

    lifecycle = ActionLifecycle


class Action(ObjectResource, module="vocode", name="Action"):
    """Something that an agent can do. Its ``type`` tells which other inputs there are.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: id of an action that the account has already: taken over, not made.
        **inputs: those of :data:`~vocode_pulumi.ActionArgs`.

    API: https://docs.vocode.dev, ``POST /v1/actions/create``, ``/update``, ``GET /v1/actions``.
    """

    provider = ActionProvider()
    secret_outputs = ("signature_secret",)

    type: pulumi.Output[str]
    config: pulumi.Output[Any]
    action_trigger: pulumi.Output[Any]
    signature_secret: pulumi.Output[str | None]
    """What the requests of an external action are signed with, in base64; a secret."""

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Unpack[TransferCallActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Unpack[EndConversationActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Unpack[DTMFActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Unpack[AddToConferenceActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Unpack[SetHoldActionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Unpack[ExternalActionArgs],
    ) -> None: ...

    def __init__(
        self,
        resource_name: str,
        opts: Options = None,
        *,
        adopt: Input[str] | None = None,
        **inputs: Any,
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

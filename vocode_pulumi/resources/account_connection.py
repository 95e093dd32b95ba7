# SPDX-License-Identifier: Apache-2.0
"""A connection to an account elsewhere.

Facts: https://docs.vocode.dev (bring your own telephony), ``/v1/account_connections``.
"""

from typing import Any, Unpack, overload

import pulumi

from vocode_pulumi import digits
from vocode_pulumi.api.answers import Json
from vocode_pulumi.args import account_connection
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.provider.lifecycle import State
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource
from vocode_pulumi.schema.shapes import Inputs


class AccountConnectionLifecycle(ObjectLifecycle):
    """Creates and updates account connections."""

    args = account_connection.AccountConnectionArgs
    collection = "/v1/account_connections"

    def _get(self, id_: str) -> Json:
        return _with_digits(super()._get(id_))

    def outputs(self, answer: Any, state: State) -> Inputs:
        return super().outputs(_with_digits(answer), state)


def _with_digits(connection: Json) -> Json:
    """A connection whose numbers are digits alone. A number with a plus would count as another number."""
    pool = connection.get("steering_pool")
    if not isinstance(pool, list):
        return connection
    return {**connection, "steering_pool": [*map(digits.of, pool)]}


class AccountConnectionProvider(VocodeProvider):
    """The engine's provider of account connections."""

    lifecycle = AccountConnectionLifecycle


class AccountConnection(ObjectResource, module="vocode", name="AccountConnection"):
    """A connection to your own account at Twilio or OpenAI. ``type`` says which.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of a connection that the account has. The resource takes it over and creates none.
        **inputs: those of :data:`~vocode_pulumi.AccountConnectionArgs`.

    API: https://docs.vocode.dev, ``POST /v1/account_connections/create``, ``/update``,
    ``/add_to_steering_pool``, ``/remove_from_steering_pool``, ``GET /v1/account_connections``.
    """

    provider = AccountConnectionProvider()

    # made by `make docs`
    type: pulumi.Output[str]
    credentials: pulumi.Output[Any]
    steering_pool: pulumi.Output[list[str] | None]
    account_supports_any_caller_id: pulumi.Output[bool | None]

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[account_connection.TwilioAccountConnectionArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[account_connection.OpenAIAccountConnectionArgs],
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

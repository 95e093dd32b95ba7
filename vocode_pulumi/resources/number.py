# SPDX-License-Identifier: Apache-2.0
"""What a number shows to a program, whether it was bought or linked."""

from typing import Any

import pulumi

from vocode_pulumi.resources.base import VocodeResource


class Number(VocodeResource, module="vocode", name="Number"):
    """Base of bought and linked numbers; the Pulumi id is the number's digits."""

    number: pulumi.Output[str]
    """Digits with the country code, such as ``14155550100``; also the Pulumi id."""
    number_id: pulumi.Output[str]
    """Vocode's own id of it."""
    user_id: pulumi.Output[str]
    """The account."""
    active: pulumi.Output[bool]
    """Whether it is in service."""
    agent_id: pulumi.Output[str | None]
    """The agent that answers."""
    agent: pulumi.Output[Any]
    """``id``, ``name``, ``prompt`` (``id``, ``content``), ``voice`` (``id``, ``type``), ``actions``
    (each ``id``, ``type``), ``initial_message`` of the agent that answers."""
    webhook: pulumi.Output[Any]
    """``id``, ``url``, ``method``, ``subscriptions`` of that agent's webhook."""
    telephony_provider: pulumi.Output[str | None]
    telephony_account_connection: pulumi.Output[str | None]
    inbound_agent: pulumi.Output[Any]
    label: pulumi.Output[str | None]
    outbound_only: pulumi.Output[bool | None]
    example_context: pulumi.Output[Any]
    owned: pulumi.Output[Any]
    """Ids of what an inline agent made: the agent, and below it its parts."""

# SPDX-License-Identifier: Apache-2.0
"""A webhook of a Vocode account. Facts: https://docs.vocode.dev (webhooks), ``/v1/webhooks``."""

from typing import Unpack

import pulumi

from vocode_pulumi.args import webhook
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource


class WebhookLifecycle(ObjectLifecycle):
    """Creates and updates webhooks."""

    args = webhook.WebhookArgs
    collection = "/v1/webhooks"


class WebhookProvider(VocodeProvider):
    """The engine's provider of webhooks."""

    lifecycle = WebhookLifecycle


class Webhook(ObjectResource, module="vocode", name="Webhook"):
    """A receiver of the events of calls.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of a webhook that the account has. The resource takes it over and creates none.
        **inputs: those of :class:`~vocode_pulumi.WebhookArgs`.

    API: https://docs.vocode.dev, ``POST /v1/webhooks/create``, ``/update``, ``GET /v1/webhooks``.
    """

    provider = WebhookProvider()

    # made by `make docs`
    url: pulumi.Output[str]
    subscriptions: pulumi.Output[list[str]]
    method: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[webhook.WebhookArgs],
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

    # until here

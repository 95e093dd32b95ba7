# SPDX-License-Identifier: Apache-2.0
"""Inputs of a webhook.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import UNORDERED, URL, Default, NotEmpty

EventType = Literal[
    "event_message",
    "event_action",
    "event_phone_call_connected",
    "event_phone_call_ended",
    "event_phone_call_did_not_connect",
    "event_transcript",
    "event_recording",
    "event_human_detection",
]
"""The events that a webhook can subscribe to."""


class WebhookArgs(TypedDict, total=False):
    """A receiver of the events of calls.

    Args:
        url: Where Vocode sends events.
        subscriptions: The events that Vocode sends. Their order has no meaning.
        method: ``"POST"`` (default) or ``"GET"``.
    """

    url: Required[Annotated[Input[str], URL]]
    subscriptions: Required[
        Annotated[
            Input[Sequence[Input[EventType]]],
            UNORDERED,
            NotEmpty(
                'name an event, such as "event_transcript"; without one Vocode never calls it'
            ),
        ]
    ]
    method: Annotated[Input[Literal["GET", "POST"]] | None, Default("POST")]

# SPDX-License-Identifier: Apache-2.0
"""Inputs of a linked number.

Facts: https://docs.vocode.dev and the API's OpenAPI document, ``/v1/numbers/link``.
"""

from collections.abc import Mapping
from typing import Annotated, Required, TypedDict

from pulumi import Input

from vocode_pulumi.args.agent import AgentArgs
from vocode_pulumi.args.number import DIGITS
from vocode_pulumi.schema.marks import REPLACES, Default, RefersTo


class LinkedNumberArgs(TypedDict, total=False):
    """A number of your own Twilio account.

    Args:
        phone_number: Digits with the country code first, such as ``"14155550100"``.
        telephony_account_connection: The id of the connection to the Twilio account that has the
            number.
        inbound_agent: Who answers: the id of an agent, an inline agent, ``"default"`` (an agent that
            Vocode makes; only at creation) or ``"none"``.
        label: A name for people. Default ``""``.
        outbound_only: Whether callers cannot reach the number. Default false.
        example_context: A map of texts, to try out prompts with.
    """

    phone_number: Required[Annotated[Input[str], REPLACES, DIGITS]]
    telephony_account_connection: Required[
        Annotated[Input[str], REPLACES, RefersTo("/v1/account_connections")]
    ]
    inbound_agent: Annotated[
        Input[str] | Input[AgentArgs] | None, RefersTo("/v1/agents", words=("default", "none"))
    ]
    label: Annotated[Input[str] | None, Default("")]
    outbound_only: Annotated[Input[bool] | None, Default(False)]
    example_context: Annotated[Input[Mapping[str, Input[str]]] | None, Default(None)]

# SPDX-License-Identifier: Apache-2.0
"""Inputs of a bought number.

Facts: https://docs.vocode.dev and the API's OpenAPI document, ``/v1/numbers/buy``.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypedDict

from pulumi import Input

from vocode_pulumi.args.agent import AgentArgs
from vocode_pulumi.args.number import DIGITS
from vocode_pulumi.schema.marks import REPLACES, Default, RefersTo, Rule


class PhoneNumberArgs(TypedDict, total=False):
    """Inputs of :class:`PhoneNumber`."""

    area_code: Annotated[
        Input[str] | None, REPLACES, Rule(r"[0-9]{3}", 'three digits in quotes, such as "415"')
    ]
    telephony_provider: Annotated[Input[Literal["vonage", "twilio"]] | None, REPLACES]
    telephony_account_connection: Annotated[
        Input[str] | None, REPLACES, RefersTo("/v1/account_connections")
    ]
    inbound_agent: Annotated[
        Input[str] | Input[AgentArgs] | None, RefersTo("/v1/agents", words=("default", "none"))
    ]
    label: Annotated[Input[str] | None, Default("")]
    outbound_only: Annotated[Input[bool] | None, Default(False)]
    example_context: Annotated[Input[Mapping[str, Input[str]]] | None, Default(None)]
    adopt: Annotated[Input[str] | None, REPLACES, DIGITS]

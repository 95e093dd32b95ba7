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

AREA_CODE = Rule(
    r"[2-9](?!11|9)[0-9]{2}",
    'an area code of the US that can exist, three digits in quotes such as "415" (none begins with 0 or 1, '
    "ends with 11 or has a 9 in the middle)",
)
"""Facts: the numbering plan of North America."""


class PhoneNumberArgs(TypedDict, total=False):
    """Inputs of :class:`PhoneNumber`."""

    area_code: Annotated[Input[str] | None, REPLACES, AREA_CODE]
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

# SPDX-License-Identifier: Apache-2.0
"""What a number takes that is linked.

Facts: https://docs.vocode.dev and the API's OpenAPI document, ``/v1/numbers/link``.
"""

from collections.abc import Mapping
from typing import Annotated, Required, TypedDict

from pulumi import Input

from vocode_pulumi.args.agent import AgentArgs
from vocode_pulumi.args.number import DIGITS
from vocode_pulumi.schema.marks import REPLACES, Default, RefersTo


class LinkedNumberArgs(TypedDict, total=False):
    """Inputs of :class:`LinkedNumber`.

    Args:
        phone_number: digits with the country code first, such as ``"14155550100"``.
        telephony_account_connection: id of the connection to the Twilio account that has the
            number.
        inbound_agent: who answers: an agent's id, an inline agent, ``"default"`` (Vocode's own;
            only when the number is linked) or ``"none"``.
        label: a name for people; default ``""``.
        outbound_only: whether nobody can call it; default false.
        example_context: string to string, what prompts are tried out with.
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

# SPDX-License-Identifier: Apache-2.0
"""Inputs of an account connection.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.args.number import DIGITS
from vocode_pulumi.schema.marks import (
    CREATE_ONLY,
    REPLACES,
    SECRET,
    UNORDERED,
    Default,
    MemberCalls,
    NotEmpty,
)


class TwilioCredentialsArgs(TypedDict, total=False):
    """Credentials of your own Twilio account.

    Args:
        twilio_account_sid: The SID of the account; a secret.
        twilio_auth_token: The token of the account; a secret.
    """

    twilio_account_sid: Required[
        Annotated[Input[str], SECRET, NotEmpty("write the SID of your Twilio account")]
    ]
    twilio_auth_token: Required[
        Annotated[Input[str], SECRET, NotEmpty("write the token of your Twilio account")]
    ]


class TwilioAccountConnectionArgs(TypedDict, total=False):
    """A connection to your own Twilio account.

    Args:
        type: ``"account_connection_twilio"``.
        credentials: The credentials of the account.
        steering_pool: The numbers that outbound calls are spread over, as digits. Their order has no
            meaning.
        account_supports_any_caller_id: Default false. The API takes it only at creation, so a change
            makes another connection.
    """

    type: Required[Annotated[Input[Literal["account_connection_twilio"]], REPLACES]]
    credentials: Required[Input[TwilioCredentialsArgs]]
    steering_pool: Annotated[
        Input[Sequence[Annotated[Input[str], DIGITS]]] | None,
        UNORDERED,
        MemberCalls(
            add="/v1/account_connections/add_to_steering_pool",
            remove="/v1/account_connections/remove_from_steering_pool",
            name="phone_number",
        ),
    ]
    account_supports_any_caller_id: Annotated[Input[bool] | None, Default(False), CREATE_ONLY]


class OpenAICredentialsArgs(TypedDict, total=False):
    """Credentials of your own OpenAI account.

    Args:
        openai_api_key: A key of OpenAI; a secret.
    """

    openai_api_key: Required[Annotated[Input[str], SECRET, NotEmpty("write your key of OpenAI")]]


class OpenAIAccountConnectionArgs(TypedDict, total=False):
    """A connection to your own OpenAI account.

    Args:
        type: ``"account_connection_openai"``.
        credentials: The credentials of the account.
    """

    type: Required[Annotated[Input[Literal["account_connection_openai"]], REPLACES]]
    credentials: Required[Input[OpenAICredentialsArgs]]


AccountConnectionArgs = TwilioAccountConnectionArgs | OpenAIAccountConnectionArgs
"""A connection to your account elsewhere. ``type`` says which. Another ``type`` makes another connection."""

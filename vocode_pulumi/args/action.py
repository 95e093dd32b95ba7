# SPDX-License-Identifier: Apache-2.0
"""Inputs of an action.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.args.number import DIGITS
from vocode_pulumi.schema.marks import (
    GENERATED,
    PROSE,
    REPLACES,
    SECRET,
    URL,
    Default,
    NotEmpty,
)


class EmptyArgs(TypedDict, total=False):
    """An object without fields."""


class FunctionCallActionTriggerArgs(TypedDict, total=False):
    """The agent decides when to act. This is the default trigger.

    Args:
        type: ``"action_trigger_function_call"``.
        config: An empty object.
    """

    type: Required[Input[Literal["action_trigger_function_call"]]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]


class PhraseTriggerArgs(TypedDict, total=False):
    """A phrase that starts an action.

    Args:
        phrase: What the agent says.
        conditions: ``["phrase_condition_type_contains"]``.
    """

    phrase: Required[Annotated[Input[str], NotEmpty("write what the agent says")]]
    conditions: Required[
        Annotated[
            Input[Sequence[Input[Literal["phrase_condition_type_contains"]]]],
            NotEmpty('write ["phrase_condition_type_contains"]'),
        ]
    ]


class PhraseBasedActionTriggerConfigArgs(TypedDict, total=False):
    """The phrases that start an action.

    Args:
        phrase_triggers: Any one of these phrases starts the action.
    """

    phrase_triggers: Required[
        Annotated[
            Input[Sequence[Input[PhraseTriggerArgs]]],
            NotEmpty("write a phrase; without one nothing starts the action"),
        ]
    ]


class PhraseBasedActionTriggerArgs(TypedDict, total=False):
    """A phrase starts the action.

    Args:
        type: ``"action_trigger_phrase_based"``.
        config: The phrases.
    """

    type: Required[Input[Literal["action_trigger_phrase_based"]]]
    config: Required[Input[PhraseBasedActionTriggerConfigArgs]]


ActionTriggerArgs = FunctionCallActionTriggerArgs | PhraseBasedActionTriggerArgs
"""What starts an action."""

_BY_FUNCTION_CALL = Default({"type": "action_trigger_function_call", "config": {}})


class TransferCallConfigArgs(TypedDict, total=False):
    """The target of a transfer.

    Args:
        phone_number: Digits, such as ``"14155550100"``.
    """

    phone_number: Required[Annotated[Input[str], DIGITS]]


class TransferCallActionArgs(TypedDict, total=False):
    """Transfers the call.

    Args:
        type: ``"action_transfer_call"``.
        config: The target.
        action_trigger: What starts the action. Default: the agent decides.
    """

    type: Required[Annotated[Input[Literal["action_transfer_call"]], REPLACES]]
    config: Required[Input[TransferCallConfigArgs]]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class EndConversationActionArgs(TypedDict, total=False):
    """Ends the conversation.

    Args:
        type: ``"action_end_conversation"``.
        config: An empty object.
        action_trigger: What starts the action. Default: the agent decides.
    """

    type: Required[Annotated[Input[Literal["action_end_conversation"]], REPLACES]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class DTMFActionArgs(TypedDict, total=False):
    """Presses keys.

    Args:
        type: ``"action_dtmf"``.
        config: An empty object.
        action_trigger: What starts the action: the agent decides. No other trigger is possible.
    """

    type: Required[Annotated[Input[Literal["action_dtmf"]], REPLACES]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]
    action_trigger: Annotated[Input[FunctionCallActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class AddToConferenceConfigArgs(TypedDict, total=False):
    """The person who joins the conference.

    Args:
        phone_number: Digits, such as ``"14155550100"``.
        place_primary_on_hold: Whether the caller waits meanwhile. Default true.
    """

    phone_number: Required[Annotated[Input[str], DIGITS]]
    place_primary_on_hold: Annotated[Input[bool] | None, Default(True)]


class AddToConferenceActionArgs(TypedDict, total=False):
    """Calls somebody into a conference.

    Args:
        type: ``"action_add_to_conference"``.
        config: The person.
        action_trigger: What starts the action. Default: the agent decides.
    """

    type: Required[Annotated[Input[Literal["action_add_to_conference"]], REPLACES]]
    config: Required[Input[AddToConferenceConfigArgs]]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class SetHoldActionArgs(TypedDict, total=False):
    """Places the caller on hold.

    Args:
        type: ``"action_set_hold"``.
        config: An empty object.
        action_trigger: What starts the action. Default: the agent decides.
    """

    type: Required[Annotated[Input[Literal["action_set_hold"]], REPLACES]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class ExternalActionConfigArgs(TypedDict, total=False):
    """A request to your own HTTP endpoint.

    Args:
        name: The name of the function, for the model.
        description: What the function does, for the model.
        url: The URL of the endpoint.
        input_schema: The JSON schema of the payload.
        speak_on_send: Whether the agent says something before the request.
        speak_on_receive: Whether the agent says something about the answer.
        processing_mode: Whether the agent is silent during the request. ``"muted"`` (default) is the only
            value.
        signature_secret: The secret that signs requests, in base64; a secret input. Without it Vocode
            makes one.
    """

    name: Required[
        Annotated[Input[str], NotEmpty('write the name of the function, such as "book_table"')]
    ]
    description: Required[Annotated[Input[str], PROSE]]
    url: Required[Annotated[Input[str], URL]]
    input_schema: Required[Input[Mapping[str, Any]]]
    speak_on_send: Required[Input[bool]]
    speak_on_receive: Required[Input[bool]]
    processing_mode: Annotated[Input[Literal["muted"]] | None, Default("muted")]
    signature_secret: Annotated[
        Input[str] | None,
        SECRET,
        GENERATED,
        NotEmpty("write a secret, or leave it out; Vocode then makes one"),
    ]


class ExternalActionArgs(TypedDict, total=False):
    """Sends a request to your own HTTP endpoint.

    Args:
        type: ``"action_external"``.
        config: The endpoint and its payload.
        action_trigger: What starts the action: the agent decides. No other trigger is possible.
    """

    type: Required[Annotated[Input[Literal["action_external"]], REPLACES]]
    config: Required[Input[ExternalActionConfigArgs]]
    action_trigger: Annotated[Input[FunctionCallActionTriggerArgs] | None, _BY_FUNCTION_CALL]


ActionArgs = (
    TransferCallActionArgs
    | EndConversationActionArgs
    | DTMFActionArgs
    | AddToConferenceActionArgs
    | SetHoldActionArgs
    | ExternalActionArgs
)
"""An action of any kind. ``type`` says which. Another ``type`` makes another action."""

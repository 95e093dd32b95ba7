# SPDX-License-Identifier: Apache-2.0
"""What an action takes.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.args.number import DIGITS
from vocode_pulumi.schema.marks import REPLACES, SECRET, Default


class EmptyArgs(TypedDict, total=False):
    """An object that has no fields (yet)."""


class FunctionCallActionTriggerArgs(TypedDict, total=False):
    """The agent itself decides when to act; what actions have without a trigger.

    Args:
        type: ``"action_trigger_function_call"``.
        config: an empty object.
    """

    type: Required[Input[Literal["action_trigger_function_call"]]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]


class PhraseTriggerArgs(TypedDict, total=False):
    """A phrase that sets an action off.

    Args:
        phrase: what is said.
        conditions: ``["phrase_condition_type_contains"]``.
    """

    phrase: Required[Input[str]]
    conditions: Required[Input[Sequence[Input[Literal["phrase_condition_type_contains"]]]]]


class PhraseBasedActionTriggerConfigArgs(TypedDict, total=False):
    """The phrases that set an action off.

    Args:
        phrase_triggers: any of them does.
    """

    phrase_triggers: Required[Input[Sequence[Input[PhraseTriggerArgs]]]]


class PhraseBasedActionTriggerArgs(TypedDict, total=False):
    """A phrase sets the action off.

    Args:
        type: ``"action_trigger_phrase_based"``.
        config: the phrases.
    """

    type: Required[Input[Literal["action_trigger_phrase_based"]]]
    config: Required[Input[PhraseBasedActionTriggerConfigArgs]]


ActionTriggerArgs = FunctionCallActionTriggerArgs | PhraseBasedActionTriggerArgs
"""What sets an action off."""

_BY_FUNCTION_CALL = Default({"type": "action_trigger_function_call", "config": {}})


class TransferCallConfigArgs(TypedDict, total=False):
    """Where a call is transferred to.

    Args:
        phone_number: digits, such as ``"14155550100"``.
    """

    phone_number: Required[Annotated[Input[str], DIGITS]]


class TransferCallActionArgs(TypedDict, total=False):
    """Transfers the call.

    Args:
        type: ``"action_transfer_call"``.
        config: where to.
        action_trigger: default the agent's own decision.
    """

    type: Required[Annotated[Input[Literal["action_transfer_call"]], REPLACES]]
    config: Required[Input[TransferCallConfigArgs]]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class EndConversationActionArgs(TypedDict, total=False):
    """Ends the conversation.

    Args:
        type: ``"action_end_conversation"``.
        config: an empty object.
        action_trigger: default the agent's own decision.
    """

    type: Required[Annotated[Input[Literal["action_end_conversation"]], REPLACES]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class DTMFActionArgs(TypedDict, total=False):
    """Presses keys.

    Args:
        type: ``"action_dtmf"``.
        config: an empty object.
        action_trigger: the agent's own decision; no other is possible.
    """

    type: Required[Annotated[Input[Literal["action_dtmf"]], REPLACES]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]
    action_trigger: Annotated[Input[FunctionCallActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class AddToConferenceConfigArgs(TypedDict, total=False):
    """Who is called into a conference.

    Args:
        phone_number: digits, such as ``"14155550100"``.
        place_primary_on_hold: whether the caller waits meanwhile; default true.
    """

    phone_number: Required[Annotated[Input[str], DIGITS]]
    place_primary_on_hold: Annotated[Input[bool] | None, Default(True)]


class AddToConferenceActionArgs(TypedDict, total=False):
    """Calls somebody into a conference.

    Args:
        type: ``"action_add_to_conference"``.
        config: whom.
        action_trigger: default the agent's own decision.
    """

    type: Required[Annotated[Input[Literal["action_add_to_conference"]], REPLACES]]
    config: Required[Input[AddToConferenceConfigArgs]]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class SetHoldActionArgs(TypedDict, total=False):
    """Places the caller on hold.

    Args:
        type: ``"action_set_hold"``.
        config: an empty object.
        action_trigger: default the agent's own decision.
    """

    type: Required[Annotated[Input[Literal["action_set_hold"]], REPLACES]]
    config: Annotated[Input[EmptyArgs] | None, Default({})]
    action_trigger: Annotated[Input[ActionTriggerArgs] | None, _BY_FUNCTION_CALL]


class ExternalActionConfigArgs(TypedDict, total=False):
    """A call of one's own HTTP endpoint.

    Args:
        name: of the function, for the model.
        description: of the function, for the model.
        url: of the endpoint.
        input_schema: JSON schema of what it takes.
        speak_on_send: whether the agent says something before it calls.
        speak_on_receive: whether the agent says something about the answer.
        processing_mode: ``"muted"`` (default).
        signature_secret: what requests are signed with, in base64; a secret. Vocode makes one when
            none is given.
    """

    name: Required[Input[str]]
    description: Required[Input[str]]
    url: Required[Input[str]]
    input_schema: Required[Input[Mapping[str, Any]]]
    speak_on_send: Required[Input[bool]]
    speak_on_receive: Required[Input[bool]]
    processing_mode: Annotated[Input[Literal["muted"]] | None, Default("muted")]
    signature_secret: Annotated[Input[str] | None, SECRET]


class ExternalActionArgs(TypedDict, total=False):
    """Calls an HTTP endpoint of one's own.

    Args:
        type: ``"action_external"``.
        config: which, and with what.
        action_trigger: the agent's own decision; no other is possible.
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
"""An action of any kind; ``type`` tells which. Another ``type`` makes another action."""

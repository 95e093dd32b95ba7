# SPDX-License-Identifier: Apache-2.0
"""Inputs as ``TypedDict``: an agent and its parts, each inline or as a resource of its own.

Every field takes a plain value or a Pulumi output; ``None`` is the same as not given. Defaults are
Vocode's. Facts: https://docs.vocode.dev (agents, prompts, voices, actions, webhooks) and the API's
OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import (
    CREATE_ONLY,
    REPLACES,
    SECRET,
    UNORDERED,
    Default,
    Members,
    Part,
    Rule,
)

DIGITS = Rule(r"[1-9][0-9]{6,14}", "digits alone with the country code first, such as 14155550100")

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
"""What a webhook can subscribe to."""

Language = Literal["en", "es", "de", "hi", "pt", "fr", "nl", "id", "it", "ja", "ko"]
"""What an agent can speak."""


class CollectFieldArgs(TypedDict, total=False):
    """Something that a prompt asks the caller for.

    Args:
        field_type: ``"field_type_email"``.
        label: what it is called in the conversation.
        name: what it is called in the transcript's data.
        description: what the agent is told about it.
    """

    field_type: Required[Input[Literal["field_type_email"]]]
    label: Required[Input[str]]
    name: Required[Input[str]]
    description: Input[str] | None


class PromptArgs(TypedDict, total=False):
    """What an agent is told.

    Args:
        content: the text.
        collect_fields: what to ask the caller for.
        context_endpoint: URL that is asked for the call's context, with ``?phone_number=``.
        prompt_template: id of one of Vocode's templates.
    """

    content: Annotated[Input[str] | None, Default("")]
    collect_fields: Input[Sequence[Input[CollectFieldArgs]]] | None
    context_endpoint: Input[str] | None
    prompt_template: Annotated[Input[str] | None, Part("/v1/prompt_templates")]


class WebhookArgs(TypedDict, total=False):
    """Where Vocode sends what happens in a call.

    Args:
        url: of the receiver.
        subscriptions: the events that are sent; their order means nothing.
        method: ``"POST"`` (default) or ``"GET"``.
    """

    url: Required[Input[str]]
    subscriptions: Required[Annotated[Input[Sequence[Input[EventType]]], UNORDERED]]
    method: Annotated[Input[Literal["GET", "POST"]] | None, Default("POST")]


class AzureVoiceArgs(TypedDict, total=False):
    """A voice of Azure.

    Args:
        type: ``"voice_azure"``.
        voice_name: Azure's name, such as ``"en-US-SteffanNeural"``.
        pitch: in percent above or below the voice's own; default 0.
        rate: of speech, in percent above or below the voice's own; default 15.
    """

    type: Required[Annotated[Input[Literal["voice_azure"]], REPLACES]]
    voice_name: Required[Input[str]]
    pitch: Annotated[Input[int] | None, Default(0)]
    rate: Annotated[Input[int] | None, Default(15)]


class RimeVoiceArgs(TypedDict, total=False):
    """A voice of Rime.

    Args:
        type: ``"voice_rime"``.
        speaker: Rime's name of the voice.
        speed_alpha: speed as Rime counts it.
        model_id: ``"mist"`` or ``"v1"``.
    """

    type: Required[Annotated[Input[Literal["voice_rime"]], REPLACES]]
    speaker: Required[Input[str]]
    speed_alpha: Input[float] | None
    model_id: Input[Literal["mist", "v1"]] | None


class ElevenLabsVoiceArgs(TypedDict, total=False):
    """A voice of ElevenLabs.

    Args:
        type: ``"voice_eleven_labs"``.
        voice_id: ElevenLabs' id.
        stability: 0 to 1.
        similarity_boost: 0 to 1.
        api_key: of one's own ElevenLabs account; a secret.
        optimize_streaming_latency: ElevenLabs' level, 0 to 4.
        model_id: ElevenLabs' model.
        experimental_input_streaming: default false.
    """

    type: Required[Annotated[Input[Literal["voice_eleven_labs"]], REPLACES]]
    voice_id: Required[Input[str]]
    stability: Input[float] | None
    similarity_boost: Input[float] | None
    api_key: Annotated[Input[str] | None, SECRET]
    optimize_streaming_latency: Input[int] | None
    model_id: Input[str] | None
    experimental_input_streaming: Annotated[Input[bool] | None, Default(False)]


class PlayHtVoiceArgs(TypedDict, total=False):
    """A voice of PlayHT.

    Args:
        type: ``"voice_play_ht"``.
        voice_id: PlayHT's id.
        api_user_id: of one's own PlayHT account.
        api_key: of one's own PlayHT account; a secret.
        version: PlayHT's engine, ``"2"`` (default) or ``"1"``.
        speed: PlayHT's.
        quality: PlayHT's.
        temperature: PlayHT's.
        top_p: PlayHT's.
        text_guidance: PlayHT's.
        voice_guidance: PlayHT's.
        experimental_remove_silence: default false.
    """

    type: Required[Annotated[Input[Literal["voice_play_ht"]], REPLACES]]
    voice_id: Required[Input[str]]
    api_user_id: Input[str] | None
    api_key: Annotated[Input[str] | None, SECRET]
    version: Annotated[Input[Literal["1", "2"]] | None, Default("2")]
    speed: Input[float] | None
    quality: Input[Literal["faster", "draft", "low", "medium", "high", "premium"]] | None
    temperature: Input[float] | None
    top_p: Input[float] | None
    text_guidance: Input[float] | None
    voice_guidance: Input[float] | None
    experimental_remove_silence: Annotated[Input[bool] | None, Default(False)]


class VocodeVoiceArgs(TypedDict, total=False):
    """Vocode's own voice.

    Args:
        type: ``"voice_vocode"``.
        voice_id: ``"joe"``.
    """

    type: Required[Annotated[Input[Literal["voice_vocode"]], REPLACES]]
    voice_id: Required[Input[Literal["joe"]]]


VoiceArgs = AzureVoiceArgs | RimeVoiceArgs | ElevenLabsVoiceArgs | PlayHtVoiceArgs | VocodeVoiceArgs
"""A voice of any kind; ``type`` tells which. Another ``type`` makes another voice."""


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


class VectorDatabaseArgs(TypedDict, total=False):
    """A Pinecone index that an agent looks things up in.

    Args:
        type: ``"vector_database_pinecone"``.
        index: its name.
        api_key: Pinecone's; a secret.
        api_environment: Pinecone's, such as ``"us-east-1-aws"``.
    """

    type: Required[Annotated[Input[Literal["vector_database_pinecone"]], REPLACES]]
    index: Required[Input[str]]
    api_key: Required[Annotated[Input[str], SECRET]]
    api_environment: Required[Input[str]]


class TwilioCredentialsArgs(TypedDict, total=False):
    """What opens one's own Twilio account.

    Args:
        twilio_account_sid: Twilio's; a secret.
        twilio_auth_token: Twilio's; a secret.
    """

    twilio_account_sid: Required[Annotated[Input[str], SECRET]]
    twilio_auth_token: Required[Annotated[Input[str], SECRET]]


class TwilioAccountConnectionArgs(TypedDict, total=False):
    """A connection to one's own Twilio account.

    Args:
        type: ``"account_connection_twilio"``.
        credentials: what opens it.
        steering_pool: numbers that outbound calls are spread over, as digits; members are added and
            removed one by one, and their order means nothing.
        account_supports_any_caller_id: default false. The API takes it only when a connection is
            made, so a change makes another.
    """

    type: Required[Annotated[Input[Literal["account_connection_twilio"]], REPLACES]]
    credentials: Required[Input[TwilioCredentialsArgs]]
    steering_pool: Annotated[
        Input[Sequence[Annotated[Input[str], DIGITS]]] | None,
        UNORDERED,
        Members(
            add="/v1/account_connections/add_to_steering_pool",
            remove="/v1/account_connections/remove_from_steering_pool",
            name="phone_number",
        ),
    ]
    account_supports_any_caller_id: Annotated[Input[bool] | None, Default(False), CREATE_ONLY]


class OpenAICredentialsArgs(TypedDict, total=False):
    """What opens one's own OpenAI account.

    Args:
        openai_api_key: OpenAI's; a secret.
    """

    openai_api_key: Required[Annotated[Input[str], SECRET]]


class OpenAIAccountConnectionArgs(TypedDict, total=False):
    """A connection to one's own OpenAI account.

    Args:
        type: ``"account_connection_openai"``.
        credentials: what opens it.
    """

    type: Required[Annotated[Input[Literal["account_connection_openai"]], REPLACES]]
    credentials: Required[Input[OpenAICredentialsArgs]]


AccountConnectionArgs = TwilioAccountConnectionArgs | OpenAIAccountConnectionArgs
"""A connection to an account elsewhere; ``type`` tells which. Another ``type`` makes another."""


class LLMFallbackArgs(TypedDict, total=False):
    """The model that takes over when the first fails.

    Args:
        provider: ``"openai"`` or ``"azure"``.
        model_name: the provider's name of it.
    """

    provider: Required[Input[Literal["openai", "azure"]]]
    model_name: Required[Input[str]]


class AgentArgs(TypedDict, total=False):
    """An agent, declared inline. Its parts are ids, or inline too.

    Args:
        prompt: what it is told: a text, the id of a prompt, or a prompt.
        voice: what it sounds like: the id of a voice, or a voice.
        name: for people.
        language: default ``"en"``.
        actions: what it can do: ids of actions, or actions.
        initial_message: what it says first.
        webhook: where events go: the id of a webhook, or a webhook.
        vector_database: what it looks things up in: an id, or a vector database.
        interrupt_sensitivity: ``"low"`` (default) or ``"high"``.
        context_endpoint: URL that is asked for the call's context.
        noise_suppression: default false.
        endpointing_sensitivity: ``"auto"`` (default), ``"relaxed"`` or ``"sensitive"``.
        ivr_navigation_mode: ``"off"`` (default) or ``"default"``.
        conversation_speed: default 1.0.
        initial_message_delay: seconds; default 0.
        openai_model_name_override: another model of OpenAI.
        ask_if_human_present_on_idle: default false.
        openai_account_connection: id of a connection to one's own OpenAI account.
        run_do_not_call_detection: default false.
        llm_fallback: the model that takes over when the first fails.
        deepgram_keywords: words to listen for, each with its boost.
        idle_time_seconds: of silence, after which the agent speaks up or hangs up.
        llm_temperature: default 0. The API takes it only when an agent is made, so a change makes a
            new agent and attaches it.
    """

    prompt: Required[Annotated[Input[str] | Input[PromptArgs], Part("/v1/prompts", text="content")]]
    voice: Required[Annotated[Input[str] | Input[VoiceArgs], Part("/v1/voices")]]
    name: Input[str] | None
    language: Annotated[Input[Language] | None, Default("en")]
    actions: Annotated[
        Input[Sequence[Annotated[Input[str] | Input[ActionArgs], Part("/v1/actions")]]] | None,
        Default([]),
    ]
    initial_message: Input[str] | None
    webhook: Annotated[Input[str] | Input[WebhookArgs] | None, Part("/v1/webhooks")]
    vector_database: Annotated[
        Input[str] | Input[VectorDatabaseArgs] | None, Part("/v1/vector_databases")
    ]
    interrupt_sensitivity: Annotated[Input[Literal["low", "high"]] | None, Default("low")]
    context_endpoint: Input[str] | None
    noise_suppression: Annotated[Input[bool] | None, Default(False)]
    endpointing_sensitivity: Annotated[
        Input[Literal["auto", "relaxed", "sensitive"]] | None, Default("auto")
    ]
    ivr_navigation_mode: Annotated[Input[Literal["default", "off"]] | None, Default("off")]
    conversation_speed: Annotated[Input[float] | None, Default(1.0)]
    initial_message_delay: Annotated[Input[float] | None, Default(0.0)]
    openai_model_name_override: Input[str] | None
    ask_if_human_present_on_idle: Annotated[Input[bool] | None, Default(False)]
    openai_account_connection: Annotated[Input[str] | None, Part("/v1/account_connections")]
    run_do_not_call_detection: Annotated[Input[bool] | None, Default(False)]
    llm_fallback: Input[LLMFallbackArgs] | None
    deepgram_keywords: Input[Mapping[str, Input[float]]] | None
    idle_time_seconds: Input[int] | None
    llm_temperature: Annotated[Input[float] | None, Default(0.0), CREATE_ONLY]

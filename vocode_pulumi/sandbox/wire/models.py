# SPDX-License-Identifier: Apache-2.0
"""Every object of the Vocode hosted API, as its OpenAPI document of August 2024 has it.

Names are the document's. For each kind of object: ``…Params`` is what creates one, ``…UpdateParams``
what changes one (an absent field stays as it is), the bare name the whole object in answers, and
``Normalized…`` the object in lists, where ids stand for the objects it refers to.
"""

import base64
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel


@dataclass(frozen=True)
class Collection:
    """A collection of objects that can be created, changed, read and listed.

    Args:
        name: in paths.
        new: the body of a create.
        change: the body of an update.
        whole: the answer.
        page: the answer of a list.
    """

    name: str
    new: Any
    change: Any
    whole: Any
    page: Any

    @property
    def noun(self) -> str:
        """``agent`` for ``agents``."""
        return self.name.removesuffix("s")


class Undefined(BaseModel):
    """What a field of an update is when it was not sent."""

    model_config = ConfigDict(extra="forbid")


def signature_secret() -> str:
    """A new secret that requests of an external action are signed with, in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def voice_of_a_call() -> Any:
    """The voice of a call's own agent that has none."""
    return VocodeVoiceParams(type="voice_vocode", voice_id="joe")


# made by `make docs`
class AddToConferenceConfig(BaseModel):
    phone_number: str
    place_primary_on_hold: bool = True


class AddToSteeringPoolRequest(BaseModel):
    phone_number: str | None = None


class AzureVoice(BaseModel):
    id: UUID
    pitch: int = 0
    rate: int = 15
    type: Literal["voice_azure"]
    user_id: UUID
    voice_name: str


class ElevenLabsVoice(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    api_key: str | None = None
    experimental_input_streaming: bool = False
    id: UUID
    model_id: str | None = None
    optimize_streaming_latency: int | None = None
    similarity_boost: float | None = None
    stability: float | None = None
    type: Literal["voice_eleven_labs"]
    user_id: UUID
    voice_id: str


class InternalLLMFallback(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    model_name: str
    provider: Literal["openai", "azure"]


class InterruptSensitivity(StrEnum):
    LOW = "low"
    HIGH = "high"


class Language(StrEnum):
    EN = "en"
    ES = "es"
    DE = "de"
    HI = "hi"
    PT = "pt"
    FR = "fr"
    NL = "nl"
    ID = "id"
    IT = "it"
    JA = "ja"
    KO = "ko"


class PineconeVectorDatabase(BaseModel):
    api_environment: str
    api_key: str
    id: UUID
    index: str
    type: Literal["vector_database_pinecone"]
    user_id: UUID


class PlayHtVoice(BaseModel):
    api_key: str | None = None
    api_user_id: str | None = None
    experimental_remove_silence: bool = False
    id: UUID
    quality: Literal["faster", "draft", "low", "medium", "high", "premium"] | None = None
    speed: float | None = None
    temperature: float | None = None
    text_guidance: float | None = None
    top_p: float | None = None
    type: Literal["voice_play_ht"]
    user_id: UUID
    version: Literal["1", "2"] = "2"
    voice_guidance: float | None = None
    voice_id: str


class RimeVoice(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    id: UUID
    model_id: Literal["mist", "v1"] | Undefined | None = None
    speaker: str
    speed_alpha: float | None = None
    type: Literal["voice_rime"]
    user_id: UUID


class VocodeVoice(BaseModel):
    id: UUID
    type: Literal["voice_vocode"]
    user_id: UUID
    voice_id: Literal["joe"]


class AzureVoiceParams(BaseModel):
    pitch: int = 0
    rate: int = 15
    type: Literal["voice_azure"]
    voice_name: str


class ElevenLabsVoiceParams(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    api_key: str | None = None
    experimental_input_streaming: bool = False
    model_id: str | None = None
    optimize_streaming_latency: int | None = None
    similarity_boost: float | None = None
    stability: float | None = None
    type: Literal["voice_eleven_labs"]
    voice_id: str


class PineconeVectorDatabaseParams(BaseModel):
    api_environment: str
    api_key: str
    index: str
    type: Literal["vector_database_pinecone"]


class PlayHtVoiceParams(BaseModel):
    api_key: str | None = None
    api_user_id: str | None = None
    experimental_remove_silence: bool = False
    quality: Literal["faster", "draft", "low", "medium", "high", "premium"] | None = None
    speed: float | None = None
    temperature: float | None = None
    text_guidance: float | None = None
    top_p: float | None = None
    type: Literal["voice_play_ht"]
    version: Literal["1", "2"] = "2"
    voice_guidance: float | None = None
    voice_id: str


class RimeVoiceParams(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    model_id: Literal["mist", "v1"] | Undefined | None = None
    speaker: str
    speed_alpha: float | None = None
    type: Literal["voice_rime"]


class VocodeVoiceParams(BaseModel):
    type: Literal["voice_vocode"]
    voice_id: Literal["joe"]


class AzureVoiceUpdateParams(BaseModel):
    pitch: int | Undefined = Field(default_factory=Undefined)
    rate: int | Undefined = Field(default_factory=Undefined)
    type: Literal["voice_azure"]
    voice_name: str | Undefined = Field(default_factory=Undefined)


class ElevenLabsVoiceUpdateParams(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    api_key: str | Undefined | None = Field(default_factory=Undefined)
    experimental_input_streaming: bool | Undefined = Field(default_factory=Undefined)
    model_id: str | Undefined | None = Field(default_factory=Undefined)
    optimize_streaming_latency: int | Undefined | None = Field(default_factory=Undefined)
    similarity_boost: float | Undefined | None = Field(default_factory=Undefined)
    stability: float | Undefined | None = Field(default_factory=Undefined)
    type: Literal["voice_eleven_labs"]
    voice_id: str | Undefined = Field(default_factory=Undefined)


class PineconeVectorDatabaseUpdateParams(BaseModel):
    api_environment: str | Undefined = Field(default_factory=Undefined)
    api_key: str | Undefined = Field(default_factory=Undefined)
    index: str | Undefined = Field(default_factory=Undefined)
    type: Literal["vector_database_pinecone"]


class PlayHtVoiceUpdateParams(BaseModel):
    api_key: str | Undefined | None = Field(default_factory=Undefined)
    api_user_id: str | Undefined | None = Field(default_factory=Undefined)
    experimental_remove_silence: bool | Undefined = Field(default_factory=Undefined)
    quality: Literal["faster", "draft", "low", "medium", "high", "premium"] | Undefined | None = (
        Field(default_factory=Undefined)
    )
    speed: float | Undefined | None = Field(default_factory=Undefined)
    temperature: float | Undefined | None = Field(default_factory=Undefined)
    text_guidance: float | Undefined | None = Field(default_factory=Undefined)
    top_p: float | Undefined | None = Field(default_factory=Undefined)
    type: Literal["voice_play_ht"]
    version: Literal["1", "2"] | Undefined = Field(default_factory=Undefined)
    voice_guidance: float | Undefined | None = Field(default_factory=Undefined)
    voice_id: str | Undefined = Field(default_factory=Undefined)


class RimeVoiceUpdateParams(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    model_id: Literal["mist", "v1"] | Undefined | None = Field(default_factory=Undefined)
    speaker: str | Undefined = Field(default_factory=Undefined)
    speed_alpha: float | Undefined | None = Field(default_factory=Undefined)
    type: Literal["voice_rime"]


class VocodeVoiceUpdateParams(BaseModel):
    type: Literal["voice_vocode"]
    voice_id: Literal["joe"] | Undefined = Field(default_factory=Undefined)


class CallStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ERROR = "error"
    ENDED = "ended"


class TwilioTelephonyMetadata(BaseModel):
    call_sid: str | None = None
    call_status: str | None = None
    conference_sid: str | None = None
    transfer_call_sid: str | None = None
    transfer_call_status: str | None = None
    type: Literal["telephony_metadata_twilio"] = "telephony_metadata_twilio"


class VonageTelephonyMetadata(BaseModel):
    type: Literal["telephony_metadata_vonage"] = "telephony_metadata_vonage"


class CollectField(BaseModel):
    description: str | None = None
    field_type: Literal["field_type_email"]
    label: str
    name: str


class EmptyActionConfig(BaseModel):
    pass


class EventType(StrEnum):
    MESSAGE = "event_message"
    ACTION = "event_action"
    PHONE_CALL_CONNECTED = "event_phone_call_connected"
    PHONE_CALL_ENDED = "event_phone_call_ended"
    PHONE_CALL_DID_NOT_CONNECT = "event_phone_call_did_not_connect"
    TRANSCRIPT = "event_transcript"
    RECORDING = "event_recording"
    HUMAN_DETECTION = "event_human_detection"


class ExternalActionConfig(BaseModel):
    description: str
    input_schema: dict[str, Any]
    name: str
    processing_mode: Literal["muted"] = "muted"
    signature_secret: str = Field(default_factory=signature_secret)
    speak_on_receive: bool
    speak_on_send: bool
    url: str


class FunctionCallActionTriggerConfig(BaseModel):
    pass


class HTTPMethod(StrEnum):
    GET = "GET"
    POST = "POST"


class OpenAICredentials(BaseModel):
    openai_api_key: str


class PhraseTrigger(BaseModel):
    conditions: list[Literal["phrase_condition_type_contains"]]
    phrase: str


class PlanType(StrEnum):
    FREE = "plan_free"
    DEVELOPER = "plan_developer"
    ENTERPRISE = "plan_enterprise"
    UNLIMITED = "plan_unlimited"


class PromptTemplate(BaseModel):
    id: UUID
    label: str = ""
    required_context_keys: list[str]
    user_id: UUID


class RemoveFromSteeringPoolRequest(BaseModel):
    phone_number: str


class TransferCallConfig(BaseModel):
    phone_number: str


class TwilioCredentials(BaseModel):
    twilio_account_sid: str
    twilio_auth_token: str


class VectorDatabasePage(BaseModel):
    has_more: bool
    items: list[PineconeVectorDatabase]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class VoicePage(BaseModel):
    has_more: bool
    items: list[
        Annotated[
            AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice,
            Field(discriminator="type"),
        ]
    ]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class VoiceResponseModel(
    RootModel[
        Annotated[
            AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class VoiceParamsRequest(
    RootModel[
        Annotated[
            AzureVoiceParams
            | RimeVoiceParams
            | ElevenLabsVoiceParams
            | PlayHtVoiceParams
            | VocodeVoiceParams,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class VoiceUpdateParamsRequest(
    RootModel[
        Annotated[
            AzureVoiceUpdateParams
            | RimeVoiceUpdateParams
            | ElevenLabsVoiceUpdateParams
            | PlayHtVoiceUpdateParams
            | VocodeVoiceUpdateParams,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class NormalizedPrompt(BaseModel):
    collect_fields: list[CollectField] | None = None
    content: str = ""
    context_endpoint: str | None = None
    id: UUID
    prompt_template: UUID | None = None
    user_id: UUID


class FunctionCallActionTrigger(BaseModel):
    config: FunctionCallActionTriggerConfig = Field(default_factory=FunctionCallActionTriggerConfig)
    type: Literal["action_trigger_function_call"]


class Webhook(BaseModel):
    id: UUID
    method: HTTPMethod = HTTPMethod("POST")
    subscriptions: list[EventType]
    url: str
    user_id: UUID


class WebhookParams(BaseModel):
    method: HTTPMethod = HTTPMethod("POST")
    subscriptions: list[EventType]
    url: str


class WebhookUpdateParams(BaseModel):
    method: HTTPMethod | Undefined = Field(default_factory=Undefined)
    subscriptions: list[EventType] | Undefined = Field(default_factory=Undefined)
    url: str | Undefined = Field(default_factory=Undefined)


class OpenAIAccountConnection(BaseModel):
    credentials: OpenAICredentials
    id: UUID
    type: Literal["account_connection_openai"]
    user_id: UUID


class OpenAIAccountConnectionParams(BaseModel):
    credentials: OpenAICredentials
    type: Literal["account_connection_openai"]


class OpenAIAccountConnectionUpdateParams(BaseModel):
    credentials: OpenAICredentials | Undefined = Field(default_factory=Undefined)
    type: Literal["account_connection_openai"]


class PhraseBasedActionTriggerConfig(BaseModel):
    phrase_triggers: list[PhraseTrigger]


class Usage(BaseModel):
    monthly_usage_limit_minutes: int | None = None
    monthly_usage_minutes: int
    plan_type: PlanType
    user_id: str


class Prompt(BaseModel):
    collect_fields: list[CollectField] | None = None
    content: str = ""
    context_endpoint: str | None = None
    id: UUID
    prompt_template: PromptTemplate | None = None
    user_id: UUID


class PromptParams(BaseModel):
    collect_fields: list[CollectField] | None = None
    content: str = ""
    context_endpoint: str | None = None
    prompt_template: UUID | PromptTemplate | None = None


class PromptUpdateParams(BaseModel):
    collect_fields: list[CollectField] | Undefined | None = Field(default_factory=Undefined)
    content: str | Undefined = Field(default_factory=Undefined)
    context_endpoint: str | Undefined | None = Field(default_factory=Undefined)
    prompt_template: UUID | PromptTemplate | Undefined | None = Field(default_factory=Undefined)


class TwilioAccountConnection(BaseModel):
    account_supports_any_caller_id: bool = False
    credentials: TwilioCredentials
    id: UUID
    steering_pool: list[str] = Field(default_factory=list)
    type: Literal["account_connection_twilio"]
    user_id: UUID


class TwilioAccountConnectionParams(BaseModel):
    account_supports_any_caller_id: bool = False
    credentials: TwilioCredentials
    steering_pool: list[str] = Field(default_factory=list)
    type: Literal["account_connection_twilio"]


class TwilioAccountConnectionUpdateParams(BaseModel):
    credentials: TwilioCredentials | Undefined = Field(default_factory=Undefined)
    type: Literal["account_connection_twilio"]


class PromptPage(BaseModel):
    has_more: bool
    items: list[NormalizedPrompt]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class DTMFAction(BaseModel):
    action_trigger: FunctionCallActionTrigger = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    id: UUID
    type: Literal["action_dtmf"]
    user_id: UUID


class DTMFActionParams(BaseModel):
    action_trigger: FunctionCallActionTrigger = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    type: Literal["action_dtmf"]


class DTMFActionUpdateParams(BaseModel):
    action_trigger: FunctionCallActionTrigger | Undefined = Undefined()
    config: EmptyActionConfig | Undefined = Field(default_factory=Undefined)
    type: Literal["action_dtmf"]


class ExternalAction(BaseModel):
    action_trigger: FunctionCallActionTrigger = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: ExternalActionConfig
    id: UUID
    type: Literal["action_external"]
    user_id: UUID


class ExternalActionParams(BaseModel):
    action_trigger: FunctionCallActionTrigger = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: ExternalActionConfig
    type: Literal["action_external"]


class ExternalActionUpdateParams(BaseModel):
    action_trigger: FunctionCallActionTrigger | Undefined = Undefined()
    config: ExternalActionConfig | Undefined = Field(default_factory=Undefined)
    type: Literal["action_external"]


class WebhookPage(BaseModel):
    has_more: bool
    items: list[Webhook]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class PhraseBasedActionTrigger(BaseModel):
    config: PhraseBasedActionTriggerConfig
    type: Literal["action_trigger_phrase_based"]


class NormalizedAgent(BaseModel):
    actions: list[UUID]
    ask_if_human_present_on_idle: bool = False
    context_endpoint: str | None = None
    conversation_speed: float = 1.0
    deepgram_keywords: dict[str, int | float] | None = None
    endpointing_sensitivity: Literal["auto", "relaxed", "sensitive"] = "auto"
    id: UUID
    idle_time_seconds: int | None = None
    initial_message: str | None = None
    initial_message_delay: float = 0.0
    interrupt_sensitivity: InterruptSensitivity = InterruptSensitivity("low")
    ivr_navigation_mode: Literal["default", "off"] = "off"
    language: Language = Language("en")
    llm_fallback: InternalLLMFallback | None = None
    llm_temperature: float = 0.0
    name: str | None = None
    noise_suppression: bool = False
    openai_account_connection: OpenAIAccountConnection | UUID | None = None
    openai_model_name_override: str | None = None
    prompt: UUID | PromptParams
    run_do_not_call_detection: bool = False
    user_id: UUID
    vector_database: UUID | PineconeVectorDatabaseParams | None = None
    voice: UUID
    webhook: UUID | None = None


class AccountConnectionPage(BaseModel):
    has_more: bool
    items: list[
        Annotated[TwilioAccountConnection | OpenAIAccountConnection, Field(discriminator="type")]
    ]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class AccountConnectionResponseModel(
    RootModel[
        Annotated[TwilioAccountConnection | OpenAIAccountConnection, Field(discriminator="type")]
    ]
):
    pass


class NormalizedCall(BaseModel):
    agent: UUID
    agent_phone_number: str
    context: dict[str, str] | None = None
    do_not_call_result: bool | None = None
    end_time: float | None = None
    error_message: str | None = None
    from_number: str
    hipaa_compliant: bool = False
    human_detection_result: Literal["human", "no_human"] | None = None
    id: UUID
    on_no_human_answer: Literal["continue", "hangup"] | None = None
    recording_available: bool = False
    run_do_not_call_detection: bool | None = None
    stage: Literal["created", "picked_up", "transfer_started", "transfer_successful"] | None = None
    stage_outcome: (
        Literal[
            "human_unanswered",
            "call_did_not_connect",
            "human_disconnected",
            "bot_disconnected",
            "transfer_unanswered",
            "transfer_disconnected",
        ]
        | None
    ) = None
    start_time: float | None = None
    status: CallStatus = CallStatus("not_started")
    telephony_account_connection: UUID | TwilioAccountConnection | None = None
    telephony_id: str | None = None
    telephony_metadata: (
        Annotated[VonageTelephonyMetadata | TwilioTelephonyMetadata, Field(discriminator="type")]
        | None
    ) = None
    telephony_params: dict[str, str] | None = None
    telephony_provider: Literal["vonage", "twilio"]
    to_number: str
    transcript: str | None = None
    user_id: UUID


class NormalizedPhoneNumber(BaseModel):
    active: bool = True
    example_context: dict[str, str] | None = None
    id: UUID
    inbound_agent: UUID | None = None
    label: str = ""
    number: str
    outbound_only: bool = False
    telephony_account_connection: UUID | TwilioAccountConnection | None = None
    telephony_provider: Literal["vonage", "twilio"] = "vonage"
    user_id: UUID


class AccountConnectionParamsRequest(
    RootModel[
        Annotated[
            TwilioAccountConnectionParams | OpenAIAccountConnectionParams,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class AccountConnectionUpdateParamsRequest(
    RootModel[
        Annotated[
            TwilioAccountConnectionUpdateParams | OpenAIAccountConnectionUpdateParams,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class AddToConferenceAction(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: AddToConferenceConfig
    id: UUID
    type: Literal["action_add_to_conference"]
    user_id: UUID


class AddToConferenceActionParams(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: AddToConferenceConfig
    type: Literal["action_add_to_conference"]


class AddToConferenceActionUpdateParams(BaseModel):
    action_trigger: (
        Annotated[FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")]
        | Undefined
    ) = Undefined()
    config: AddToConferenceConfig | Undefined = Field(default_factory=Undefined)
    type: Literal["action_add_to_conference"]


class EndConversationAction(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    id: UUID
    type: Literal["action_end_conversation"]
    user_id: UUID


class EndConversationActionParams(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    type: Literal["action_end_conversation"]


class EndConversationActionUpdateParams(BaseModel):
    action_trigger: (
        Annotated[FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")]
        | Undefined
    ) = Undefined()
    config: EmptyActionConfig | Undefined = Field(default_factory=Undefined)
    type: Literal["action_end_conversation"]


class SetHoldAction(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    id: UUID
    type: Literal["action_set_hold"]
    user_id: UUID


class SetHoldActionParams(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    type: Literal["action_set_hold"]


class SetHoldActionUpdateParams(BaseModel):
    action_trigger: (
        Annotated[FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")]
        | Undefined
    ) = Undefined()
    config: EmptyActionConfig | Undefined = Field(default_factory=Undefined)
    type: Literal["action_set_hold"]


class TransferCallAction(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: TransferCallConfig
    id: UUID
    type: Literal["action_transfer_call"]
    user_id: UUID


class TransferCallActionParams(BaseModel):
    action_trigger: Annotated[
        FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
    ] = FunctionCallActionTrigger.model_validate(
        {"config": {}, "type": "action_trigger_function_call"}
    )
    config: TransferCallConfig
    type: Literal["action_transfer_call"]


class TransferCallActionUpdateParams(BaseModel):
    action_trigger: (
        Annotated[FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")]
        | Undefined
    ) = Undefined()
    config: TransferCallConfig | Undefined = Field(default_factory=Undefined)
    type: Literal["action_transfer_call"]


class AgentPage(BaseModel):
    has_more: bool
    items: list[NormalizedAgent]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class CallPage(BaseModel):
    has_more: bool
    items: list[NormalizedCall]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class PhoneNumberPage(BaseModel):
    has_more: bool
    items: list[NormalizedPhoneNumber]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class ActionPage(BaseModel):
    has_more: bool
    items: list[
        Annotated[
            TransferCallAction
            | EndConversationAction
            | DTMFAction
            | AddToConferenceAction
            | SetHoldAction
            | ExternalAction,
            Field(discriminator="type"),
        ]
    ]
    page: int
    size: int
    total: int
    total_is_estimated: bool


class ActionResponseModel(
    RootModel[
        Annotated[
            TransferCallAction
            | EndConversationAction
            | DTMFAction
            | AddToConferenceAction
            | SetHoldAction
            | ExternalAction,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class Agent(BaseModel):
    actions: list[
        Annotated[
            TransferCallAction
            | EndConversationAction
            | DTMFAction
            | AddToConferenceAction
            | SetHoldAction
            | ExternalAction,
            Field(discriminator="type"),
        ]
    ]
    ask_if_human_present_on_idle: bool = False
    context_endpoint: str | None = None
    conversation_speed: float = 1.0
    deepgram_keywords: dict[str, int | float] | None = None
    endpointing_sensitivity: Literal["auto", "relaxed", "sensitive"] = "auto"
    id: UUID
    idle_time_seconds: int | None = None
    initial_message: str | None = None
    initial_message_delay: float = 0.0
    interrupt_sensitivity: InterruptSensitivity = InterruptSensitivity("low")
    ivr_navigation_mode: Literal["default", "off"] = "off"
    language: Language = Language("en")
    llm_fallback: InternalLLMFallback | None = None
    llm_temperature: float = 0.0
    name: str | None = None
    noise_suppression: bool = False
    openai_account_connection: OpenAIAccountConnection | None = None
    openai_model_name_override: str | None = None
    prompt: Prompt
    run_do_not_call_detection: bool = False
    user_id: UUID
    vector_database: PineconeVectorDatabase | None = None
    voice: Annotated[
        AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice,
        Field(discriminator="type"),
    ]
    webhook: Webhook | None = None


class ActionParamsRequest(
    RootModel[
        Annotated[
            TransferCallActionParams
            | EndConversationActionParams
            | DTMFActionParams
            | AddToConferenceActionParams
            | SetHoldActionParams
            | ExternalActionParams,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class AgentParams(BaseModel):
    actions: list[
        UUID
        | Annotated[
            TransferCallActionParams
            | EndConversationActionParams
            | DTMFActionParams
            | AddToConferenceActionParams
            | SetHoldActionParams
            | ExternalActionParams,
            Field(discriminator="type"),
        ]
    ] = []
    ask_if_human_present_on_idle: bool = False
    context_endpoint: str | None = None
    conversation_speed: float = 1.0
    deepgram_keywords: dict[str, int | float] | None = None
    endpointing_sensitivity: Literal["auto", "relaxed", "sensitive"] = "auto"
    idle_time_seconds: int | None = None
    initial_message: str | None = None
    initial_message_delay: float = 0.0
    interrupt_sensitivity: InterruptSensitivity = InterruptSensitivity("low")
    ivr_navigation_mode: Literal["default", "off"] = "off"
    language: Language = Language("en")
    llm_fallback: InternalLLMFallback | None = None
    llm_temperature: float = 0.0
    name: str | None = None
    noise_suppression: bool = False
    openai_account_connection: OpenAIAccountConnection | UUID | None = None
    openai_model_name_override: str | None = None
    prompt: UUID | PromptParams
    run_do_not_call_detection: bool = False
    vector_database: UUID | PineconeVectorDatabaseParams | None = None
    voice: (
        UUID
        | Annotated[
            AzureVoiceParams
            | RimeVoiceParams
            | ElevenLabsVoiceParams
            | PlayHtVoiceParams
            | VocodeVoiceParams,
            Field(discriminator="type"),
        ]
    )
    webhook: UUID | WebhookParams | None = None


class CreateCallAgentParams(BaseModel):
    actions: list[
        UUID
        | Annotated[
            TransferCallActionParams
            | EndConversationActionParams
            | DTMFActionParams
            | AddToConferenceActionParams
            | SetHoldActionParams
            | ExternalActionParams,
            Field(discriminator="type"),
        ]
    ] = []
    ask_if_human_present_on_idle: bool = False
    context_endpoint: str | None = None
    conversation_speed: float = 1.0
    deepgram_keywords: dict[str, int | float] | None = None
    endpointing_sensitivity: Literal["auto", "relaxed", "sensitive"] = "auto"
    idle_time_seconds: int | None = None
    initial_message: str | None = None
    initial_message_delay: float = 0.0
    interrupt_sensitivity: InterruptSensitivity = InterruptSensitivity("low")
    ivr_navigation_mode: Literal["default", "off"] = "off"
    language: Language = Language("en")
    llm_fallback: InternalLLMFallback | None = None
    llm_temperature: float = 0.0
    name: str | None = None
    noise_suppression: bool = False
    openai_account_connection: OpenAIAccountConnection | UUID | None = None
    openai_model_name_override: str | None = None
    prompt: UUID | PromptParams
    run_do_not_call_detection: bool = False
    vector_database: UUID | PineconeVectorDatabaseParams | None = None
    voice: (
        UUID
        | Annotated[
            AzureVoiceParams
            | RimeVoiceParams
            | ElevenLabsVoiceParams
            | PlayHtVoiceParams
            | VocodeVoiceParams,
            Field(discriminator="type"),
        ]
    ) = Field(default_factory=voice_of_a_call)
    webhook: UUID | WebhookParams | None = None


class ActionUpdateParamsRequest(
    RootModel[
        Annotated[
            TransferCallActionUpdateParams
            | EndConversationActionUpdateParams
            | DTMFActionUpdateParams
            | AddToConferenceActionUpdateParams
            | SetHoldActionUpdateParams
            | ExternalActionUpdateParams,
            Field(discriminator="type"),
        ]
    ]
):
    pass


class AgentUpdateParams(BaseModel):
    actions: (
        list[
            UUID
            | Annotated[
                TransferCallActionUpdateParams
                | EndConversationActionUpdateParams
                | DTMFActionUpdateParams
                | AddToConferenceActionUpdateParams
                | SetHoldActionUpdateParams
                | ExternalActionUpdateParams,
                Field(discriminator="type"),
            ]
        ]
        | Undefined
    ) = Field(default_factory=Undefined)
    ask_if_human_present_on_idle: bool | Undefined = Field(default_factory=Undefined)
    context_endpoint: str | Undefined | None = Field(default_factory=Undefined)
    conversation_speed: float | Undefined = Field(default_factory=Undefined)
    deepgram_keywords: dict[str, int | float] | Undefined | None = Field(default_factory=Undefined)
    endpointing_sensitivity: Literal["auto", "relaxed", "sensitive"] | Undefined = Field(
        default_factory=Undefined
    )
    idle_time_seconds: int | Undefined | None = Field(default_factory=Undefined)
    initial_message: str | Undefined | None = Field(default_factory=Undefined)
    initial_message_delay: float | Undefined = Field(default_factory=Undefined)
    interrupt_sensitivity: InterruptSensitivity | Undefined = Field(default_factory=Undefined)
    ivr_navigation_mode: Literal["default", "off"] | Undefined = Field(default_factory=Undefined)
    language: Language | Undefined = Field(default_factory=Undefined)
    llm_fallback: InternalLLMFallback | Undefined | None = Field(default_factory=Undefined)
    name: str | Undefined | None = Field(default_factory=Undefined)
    noise_suppression: bool | Undefined = Field(default_factory=Undefined)
    openai_account_connection: OpenAIAccountConnection | UUID | Undefined | None = Field(
        default_factory=Undefined
    )
    openai_model_name_override: str | Undefined | None = Field(default_factory=Undefined)
    prompt: UUID | PromptUpdateParams | Undefined = Field(default_factory=Undefined)
    run_do_not_call_detection: bool | Undefined = Field(default_factory=Undefined)
    vector_database: UUID | PineconeVectorDatabaseUpdateParams | Undefined | None = Field(
        default_factory=Undefined
    )
    voice: (
        UUID
        | Annotated[
            AzureVoiceUpdateParams
            | RimeVoiceUpdateParams
            | ElevenLabsVoiceUpdateParams
            | PlayHtVoiceUpdateParams
            | VocodeVoiceUpdateParams,
            Field(discriminator="type"),
        ]
        | Undefined
    ) = Field(default_factory=Undefined)
    webhook: UUID | WebhookUpdateParams | Undefined | None = Field(default_factory=Undefined)


class Call(BaseModel):
    agent: Agent
    agent_phone_number: str
    context: dict[str, str] | None = None
    do_not_call_result: bool | None = None
    end_time: str | None = None
    error_message: str | None = None
    from_number: str
    hipaa_compliant: bool = False
    human_detection_result: Literal["human", "no_human"] | None = None
    id: UUID
    on_no_human_answer: Literal["continue", "hangup"] | None = None
    recording_available: bool = False
    run_do_not_call_detection: bool | None = None
    stage: Literal["created", "picked_up", "transfer_started", "transfer_successful"] | None = None
    stage_outcome: (
        Literal[
            "human_unanswered",
            "call_did_not_connect",
            "human_disconnected",
            "bot_disconnected",
            "transfer_unanswered",
            "transfer_disconnected",
        ]
        | None
    ) = None
    start_time: str | None = None
    status: CallStatus = CallStatus("not_started")
    telephony_account_connection: TwilioAccountConnection | None = None
    telephony_id: str | None = None
    telephony_metadata: (
        Annotated[VonageTelephonyMetadata | TwilioTelephonyMetadata, Field(discriminator="type")]
        | None
    ) = None
    telephony_params: dict[str, str] | None = None
    telephony_provider: Literal["vonage", "twilio"]
    to_number: str
    transcript: str | None = None
    user_id: UUID


class PhoneNumber(BaseModel):
    active: bool = True
    example_context: dict[str, str] | None = None
    id: UUID
    inbound_agent: Agent | None = None
    label: str = ""
    number: str
    outbound_only: bool = False
    telephony_account_connection: TwilioAccountConnection | None = None
    telephony_provider: Literal["vonage", "twilio"] = "vonage"
    user_id: UUID


class BuyPhoneNumberRequest(BaseModel):
    area_code: str | None = None
    inbound_agent: AgentParams | UUID | Literal["default"] | None = None
    telephony_account_connection: UUID | None = None
    telephony_provider: Literal["vonage", "twilio"] = "vonage"


class LinkPhoneNumberRequest(BaseModel):
    inbound_agent: AgentParams | UUID | Literal["default"] | None = None
    outbound_only: bool = False
    phone_number: str
    telephony_account_connection: UUID


class CreateCallRequest(BaseModel):
    agent: UUID | CreateCallAgentParams
    context: dict[str, str] | None = None
    from_number: str
    hipaa_compliant: bool = False
    on_no_human_answer: Literal["continue", "hangup"] = "continue"
    run_do_not_call_detection: bool | None = None
    telephony_params: dict[str, str] | None = None
    to_number: str


class UpdateNumberRequest(BaseModel):
    example_context: dict[str, str] | Undefined | None = Field(default_factory=Undefined)
    inbound_agent: AgentUpdateParams | UUID | Undefined | None = Field(default_factory=Undefined)
    label: str | Undefined = Field(default_factory=Undefined)
    outbound_only: bool | Undefined = Field(default_factory=Undefined)


COLLECTIONS = (
    Collection(
        "account_connections",
        AccountConnectionParamsRequest,
        AccountConnectionUpdateParamsRequest,
        AccountConnectionResponseModel,
        AccountConnectionPage,
    ),
    Collection(
        "actions", ActionParamsRequest, ActionUpdateParamsRequest, ActionResponseModel, ActionPage
    ),
    Collection("agents", AgentParams, AgentUpdateParams, Agent, AgentPage),
    Collection("prompts", PromptParams, PromptUpdateParams, Prompt, PromptPage),
    Collection(
        "vector_databases",
        PineconeVectorDatabaseParams,
        PineconeVectorDatabaseUpdateParams,
        PineconeVectorDatabase,
        VectorDatabasePage,
    ),
    Collection(
        "voices", VoiceParamsRequest, VoiceUpdateParamsRequest, VoiceResponseModel, VoicePage
    ),
    Collection("webhooks", WebhookParams, WebhookUpdateParams, Webhook, WebhookPage),
)
# until here

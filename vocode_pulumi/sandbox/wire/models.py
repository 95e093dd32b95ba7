# SPDX-License-Identifier: Apache-2.0
"""Every object of the Vocode hosted API, as its OpenAPI document of August 2024 has it.

Names are the document's. For each kind of object: ``…Params`` is what creates one, ``…UpdateParams``
what changes one (an absent field stays as it is), the bare name the whole object in answers, and
``Normalized…`` the object in lists, where ids stand for the objects it refers to.
"""

import base64
import secrets
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel

Item = TypeVar("Item")


class Undefined(BaseModel):
    """What a field of an update is when it was not sent."""

    model_config = ConfigDict(extra="forbid")


def absent() -> Any:
    """The default of a field that stays as it is when an update does not name it."""
    return Field(default_factory=Undefined)


class Owned(BaseModel):
    """What every object of an account has."""

    id: UUID
    user_id: UUID


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    page: int
    size: int
    has_more: bool
    total: int
    total_is_estimated: bool


# Webhooks.


class HTTPMethod(StrEnum):
    """How a webhook is called."""

    GET = "GET"
    POST = "POST"


class EventType(StrEnum):
    """What a webhook can be told of."""

    MESSAGE = "event_message"
    ACTION = "event_action"
    PHONE_CALL_CONNECTED = "event_phone_call_connected"
    PHONE_CALL_ENDED = "event_phone_call_ended"
    PHONE_CALL_DID_NOT_CONNECT = "event_phone_call_did_not_connect"
    TRANSCRIPT = "event_transcript"
    RECORDING = "event_recording"
    HUMAN_DETECTION = "event_human_detection"


class WebhookParams(BaseModel):
    subscriptions: list[EventType]
    url: str
    method: HTTPMethod = HTTPMethod.POST


class WebhookUpdateParams(BaseModel):
    subscriptions: list[EventType] | Undefined = absent()
    url: str | Undefined = absent()
    method: HTTPMethod | Undefined = absent()


class Webhook(WebhookParams, Owned):
    pass


class WebhookPage(Page[Webhook]):
    pass


# Prompts.


class CollectField(BaseModel):
    field_type: Literal["field_type_email"]
    label: str
    name: str
    description: str | None = None


class PromptTemplate(Owned):
    label: str = ""
    required_context_keys: list[str]


class _PromptFields(BaseModel):
    content: str = ""
    collect_fields: list[CollectField] | None = None
    context_endpoint: str | None = None


class PromptParams(_PromptFields):
    prompt_template: UUID | PromptTemplate | None = None


class PromptUpdateParams(BaseModel):
    content: str | Undefined = absent()
    collect_fields: list[CollectField] | Undefined | None = absent()
    context_endpoint: str | Undefined | None = absent()
    prompt_template: UUID | PromptTemplate | Undefined | None = absent()


class Prompt(_PromptFields, Owned):
    prompt_template: PromptTemplate | None = None


class NormalizedPrompt(_PromptFields, Owned):
    prompt_template: UUID | None = None


class PromptPage(Page[NormalizedPrompt]):
    pass


# Voices.


class AzureVoiceParams(BaseModel):
    type: Literal["voice_azure"]
    voice_name: str
    pitch: int = 0
    rate: int = 15


class AzureVoiceUpdateParams(BaseModel):
    type: Literal["voice_azure"]
    voice_name: str | Undefined = absent()
    pitch: int | Undefined = absent()
    rate: int | Undefined = absent()


class AzureVoice(AzureVoiceParams, Owned):
    pass


RimeModel = Literal["mist", "v1"]


class RimeVoiceParams(BaseModel):
    type: Literal["voice_rime"]
    speaker: str
    speed_alpha: float | None = None
    model_id: RimeModel | Undefined | None = None


class RimeVoiceUpdateParams(BaseModel):
    type: Literal["voice_rime"]
    speaker: str | Undefined = absent()
    speed_alpha: float | Undefined | None = absent()
    model_id: RimeModel | Undefined | None = absent()


class RimeVoice(RimeVoiceParams, Owned):
    pass


class ElevenLabsVoiceParams(BaseModel):
    model_config = ConfigDict(protected_namespaces=())

    type: Literal["voice_eleven_labs"]
    voice_id: str
    stability: float | None = None
    similarity_boost: float | None = None
    api_key: str | None = None
    optimize_streaming_latency: int | None = None
    model_id: str | None = None
    experimental_input_streaming: bool = False


class ElevenLabsVoiceUpdateParams(BaseModel):
    type: Literal["voice_eleven_labs"]
    voice_id: str | Undefined = absent()
    stability: float | Undefined | None = absent()
    similarity_boost: float | Undefined | None = absent()
    api_key: str | Undefined | None = absent()
    optimize_streaming_latency: int | Undefined | None = absent()
    model_id: str | Undefined | None = absent()
    experimental_input_streaming: bool | Undefined = absent()


class ElevenLabsVoice(ElevenLabsVoiceParams, Owned):
    pass


PlayHtVersion = Literal["1", "2"]
PlayHtQuality = Literal["faster", "draft", "low", "medium", "high", "premium"]


class PlayHtVoiceParams(BaseModel):
    type: Literal["voice_play_ht"]
    voice_id: str
    api_user_id: str | None = None
    api_key: str | None = None
    version: PlayHtVersion = "2"
    speed: float | None = None
    quality: PlayHtQuality | None = None
    temperature: float | None = None
    top_p: float | None = None
    text_guidance: float | None = None
    voice_guidance: float | None = None
    experimental_remove_silence: bool = False


class PlayHtVoiceUpdateParams(BaseModel):
    type: Literal["voice_play_ht"]
    voice_id: str | Undefined = absent()
    api_user_id: str | Undefined | None = absent()
    api_key: str | Undefined | None = absent()
    version: PlayHtVersion | Undefined = absent()
    speed: float | Undefined | None = absent()
    quality: PlayHtQuality | Undefined | None = absent()
    temperature: float | Undefined | None = absent()
    top_p: float | Undefined | None = absent()
    text_guidance: float | Undefined | None = absent()
    voice_guidance: float | Undefined | None = absent()
    experimental_remove_silence: bool | Undefined = absent()


class PlayHtVoice(PlayHtVoiceParams, Owned):
    pass


class VocodeVoiceParams(BaseModel):
    type: Literal["voice_vocode"]
    voice_id: Literal["joe"]


class VocodeVoiceUpdateParams(BaseModel):
    type: Literal["voice_vocode"]
    voice_id: Literal["joe"] | Undefined = absent()


class VocodeVoice(VocodeVoiceParams, Owned):
    pass


AnyVoiceParams = Annotated[
    AzureVoiceParams
    | RimeVoiceParams
    | ElevenLabsVoiceParams
    | PlayHtVoiceParams
    | VocodeVoiceParams,
    Field(discriminator="type"),
]
AnyVoiceUpdateParams = Annotated[
    AzureVoiceUpdateParams
    | RimeVoiceUpdateParams
    | ElevenLabsVoiceUpdateParams
    | PlayHtVoiceUpdateParams
    | VocodeVoiceUpdateParams,
    Field(discriminator="type"),
]
AnyVoice = Annotated[
    AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice,
    Field(discriminator="type"),
]


class VoiceParamsRequest(RootModel[AnyVoiceParams]):
    pass


class VoiceUpdateParamsRequest(RootModel[AnyVoiceUpdateParams]):
    pass


class VoiceResponseModel(RootModel[AnyVoice]):
    pass


class VoicePage(Page[AnyVoice]):
    pass


# Actions.


class EmptyActionConfig(BaseModel):
    pass


class FunctionCallActionTriggerConfig(BaseModel):
    pass


class FunctionCallActionTrigger(BaseModel):
    type: Literal["action_trigger_function_call"]
    config: FunctionCallActionTriggerConfig = Field(default_factory=FunctionCallActionTriggerConfig)


class PhraseTrigger(BaseModel):
    phrase: str
    conditions: list[Literal["phrase_condition_type_contains"]]


class PhraseBasedActionTriggerConfig(BaseModel):
    phrase_triggers: list[PhraseTrigger]


class PhraseBasedActionTrigger(BaseModel):
    type: Literal["action_trigger_phrase_based"]
    config: PhraseBasedActionTriggerConfig


AnyTrigger = Annotated[
    FunctionCallActionTrigger | PhraseBasedActionTrigger, Field(discriminator="type")
]
BY_FUNCTION_CALL = FunctionCallActionTrigger(type="action_trigger_function_call")


class TransferCallConfig(BaseModel):
    phone_number: str


class TransferCallActionParams(BaseModel):
    type: Literal["action_transfer_call"]
    config: TransferCallConfig
    action_trigger: AnyTrigger = BY_FUNCTION_CALL


class TransferCallActionUpdateParams(BaseModel):
    type: Literal["action_transfer_call"]
    config: TransferCallConfig | Undefined = absent()
    action_trigger: AnyTrigger | Undefined = Undefined()


class TransferCallAction(TransferCallActionParams, Owned):
    pass


class EndConversationActionParams(BaseModel):
    type: Literal["action_end_conversation"]
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    action_trigger: AnyTrigger = BY_FUNCTION_CALL


class EndConversationActionUpdateParams(BaseModel):
    type: Literal["action_end_conversation"]
    config: EmptyActionConfig | Undefined = absent()
    action_trigger: AnyTrigger | Undefined = Undefined()


class EndConversationAction(EndConversationActionParams, Owned):
    pass


class DTMFActionParams(BaseModel):
    type: Literal["action_dtmf"]
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    action_trigger: FunctionCallActionTrigger = BY_FUNCTION_CALL


class DTMFActionUpdateParams(BaseModel):
    type: Literal["action_dtmf"]
    config: EmptyActionConfig | Undefined = absent()
    action_trigger: FunctionCallActionTrigger | Undefined = Undefined()


class DTMFAction(DTMFActionParams, Owned):
    pass


class AddToConferenceConfig(BaseModel):
    phone_number: str
    place_primary_on_hold: bool = True


class AddToConferenceActionParams(BaseModel):
    type: Literal["action_add_to_conference"]
    config: AddToConferenceConfig
    action_trigger: AnyTrigger = BY_FUNCTION_CALL


class AddToConferenceActionUpdateParams(BaseModel):
    type: Literal["action_add_to_conference"]
    config: AddToConferenceConfig | Undefined = absent()
    action_trigger: AnyTrigger | Undefined = Undefined()


class AddToConferenceAction(AddToConferenceActionParams, Owned):
    pass


class SetHoldActionParams(BaseModel):
    type: Literal["action_set_hold"]
    config: EmptyActionConfig = Field(default_factory=EmptyActionConfig)
    action_trigger: AnyTrigger = BY_FUNCTION_CALL


class SetHoldActionUpdateParams(BaseModel):
    type: Literal["action_set_hold"]
    config: EmptyActionConfig | Undefined = absent()
    action_trigger: AnyTrigger | Undefined = Undefined()


class SetHoldAction(SetHoldActionParams, Owned):
    pass


def _signature_secret() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


class ExternalActionConfig(BaseModel):
    processing_mode: Literal["muted"] = "muted"
    name: str
    description: str
    url: str
    input_schema: dict[str, Any]
    speak_on_send: bool
    speak_on_receive: bool
    signature_secret: str = Field(default_factory=_signature_secret)


class ExternalActionParams(BaseModel):
    type: Literal["action_external"]
    config: ExternalActionConfig
    action_trigger: FunctionCallActionTrigger = BY_FUNCTION_CALL


class ExternalActionUpdateParams(BaseModel):
    type: Literal["action_external"]
    config: ExternalActionConfig | Undefined = absent()
    action_trigger: FunctionCallActionTrigger | Undefined = Undefined()


class ExternalAction(ExternalActionParams, Owned):
    pass


AnyActionParams = Annotated[
    TransferCallActionParams
    | EndConversationActionParams
    | DTMFActionParams
    | AddToConferenceActionParams
    | SetHoldActionParams
    | ExternalActionParams,
    Field(discriminator="type"),
]
AnyActionUpdateParams = Annotated[
    TransferCallActionUpdateParams
    | EndConversationActionUpdateParams
    | DTMFActionUpdateParams
    | AddToConferenceActionUpdateParams
    | SetHoldActionUpdateParams
    | ExternalActionUpdateParams,
    Field(discriminator="type"),
]
AnyAction = Annotated[
    TransferCallAction
    | EndConversationAction
    | DTMFAction
    | AddToConferenceAction
    | SetHoldAction
    | ExternalAction,
    Field(discriminator="type"),
]


class ActionParamsRequest(RootModel[AnyActionParams]):
    pass


class ActionUpdateParamsRequest(RootModel[AnyActionUpdateParams]):
    pass


class ActionResponseModel(RootModel[AnyAction]):
    pass


class ActionPage(Page[AnyAction]):
    pass


# Vector databases.


class PineconeVectorDatabaseParams(BaseModel):
    type: Literal["vector_database_pinecone"]
    index: str
    api_key: str
    api_environment: str


class PineconeVectorDatabaseUpdateParams(BaseModel):
    type: Literal["vector_database_pinecone"]
    index: str | Undefined = absent()
    api_key: str | Undefined = absent()
    api_environment: str | Undefined = absent()


class PineconeVectorDatabase(PineconeVectorDatabaseParams, Owned):
    pass


class VectorDatabasePage(Page[PineconeVectorDatabase]):
    pass


# Account connections.


class TwilioCredentials(BaseModel):
    twilio_account_sid: str
    twilio_auth_token: str


class TwilioAccountConnectionParams(BaseModel):
    credentials: TwilioCredentials
    type: Literal["account_connection_twilio"]
    steering_pool: list[str] = Field(default_factory=list)
    account_supports_any_caller_id: bool = False


class TwilioAccountConnectionUpdateParams(BaseModel):
    credentials: TwilioCredentials | Undefined = absent()
    type: Literal["account_connection_twilio"]


class TwilioAccountConnection(TwilioAccountConnectionParams, Owned):
    pass


class OpenAICredentials(BaseModel):
    openai_api_key: str


class OpenAIAccountConnectionParams(BaseModel):
    credentials: OpenAICredentials
    type: Literal["account_connection_openai"]


class OpenAIAccountConnectionUpdateParams(BaseModel):
    credentials: OpenAICredentials | Undefined = absent()
    type: Literal["account_connection_openai"]


class OpenAIAccountConnection(OpenAIAccountConnectionParams, Owned):
    pass


AnyAccountConnection = Annotated[
    TwilioAccountConnection | OpenAIAccountConnection, Field(discriminator="type")
]


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


class AccountConnectionResponseModel(RootModel[AnyAccountConnection]):
    pass


class AccountConnectionPage(Page[AnyAccountConnection]):
    pass


class AddToSteeringPoolRequest(BaseModel):
    phone_number: str | None = None


class RemoveFromSteeringPoolRequest(BaseModel):
    phone_number: str


# Agents.


class Language(StrEnum):
    """What an agent speaks."""

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


class InterruptSensitivity(StrEnum):
    """How easily an agent is interrupted."""

    LOW = "low"
    HIGH = "high"


class InternalLLMFallback(BaseModel):
    provider: Literal["openai", "azure"]
    model_name: str


Endpointing = Literal["auto", "relaxed", "sensitive"]
IVRNavigation = Literal["default", "off"]
Keywords = dict[str, int | float]


class _AgentFields(BaseModel):
    name: str | None = None
    language: Language = Language.EN
    initial_message: str | None = None
    interrupt_sensitivity: InterruptSensitivity = InterruptSensitivity.LOW
    context_endpoint: str | None = None
    noise_suppression: bool = False
    endpointing_sensitivity: Endpointing = "auto"
    ivr_navigation_mode: IVRNavigation = "off"
    conversation_speed: float = 1.0
    initial_message_delay: float = 0.0
    openai_model_name_override: str | None = None
    ask_if_human_present_on_idle: bool = False
    run_do_not_call_detection: bool = False
    llm_fallback: InternalLLMFallback | None = None
    deepgram_keywords: Keywords | None = None
    idle_time_seconds: int | None = None
    llm_temperature: float = 0.0


class _AgentParts(_AgentFields):
    prompt: UUID | PromptParams
    actions: list[UUID | AnyActionParams] = []
    webhook: UUID | WebhookParams | None = None
    vector_database: UUID | PineconeVectorDatabaseParams | None = None
    openai_account_connection: OpenAIAccountConnection | UUID | None = None


class AgentParams(_AgentParts):
    voice: UUID | AnyVoiceParams


class CreateCallAgentParams(_AgentParts):
    voice: UUID | AnyVoiceParams = Field(
        default_factory=lambda: VocodeVoiceParams(type="voice_vocode", voice_id="joe")
    )


class AgentUpdateParams(BaseModel):
    name: str | Undefined | None = absent()
    prompt: UUID | PromptUpdateParams | Undefined = absent()
    language: Language | Undefined = absent()
    actions: list[UUID | AnyActionUpdateParams] | Undefined = absent()
    voice: UUID | AnyVoiceUpdateParams | Undefined = absent()
    initial_message: str | Undefined | None = absent()
    webhook: UUID | WebhookUpdateParams | Undefined | None = absent()
    vector_database: UUID | PineconeVectorDatabaseUpdateParams | Undefined | None = absent()
    interrupt_sensitivity: InterruptSensitivity | Undefined = absent()
    context_endpoint: str | Undefined | None = absent()
    noise_suppression: bool | Undefined = absent()
    endpointing_sensitivity: Endpointing | Undefined = absent()
    ivr_navigation_mode: IVRNavigation | Undefined = absent()
    conversation_speed: float | Undefined = absent()
    initial_message_delay: float | Undefined = absent()
    openai_model_name_override: str | Undefined | None = absent()
    ask_if_human_present_on_idle: bool | Undefined = absent()
    openai_account_connection: OpenAIAccountConnection | UUID | Undefined | None = absent()
    run_do_not_call_detection: bool | Undefined = absent()
    llm_fallback: InternalLLMFallback | Undefined | None = absent()
    deepgram_keywords: Keywords | Undefined | None = absent()
    idle_time_seconds: int | Undefined | None = absent()


class Agent(_AgentFields, Owned):
    prompt: Prompt
    actions: list[AnyAction]
    voice: AnyVoice
    webhook: Webhook | None = None
    vector_database: PineconeVectorDatabase | None = None
    openai_account_connection: OpenAIAccountConnection | None = None


class NormalizedAgent(_AgentFields, Owned):
    prompt: UUID | PromptParams
    actions: list[UUID]
    voice: UUID
    webhook: UUID | None = None
    vector_database: UUID | PineconeVectorDatabaseParams | None = None
    openai_account_connection: OpenAIAccountConnection | UUID | None = None


class AgentPage(Page[NormalizedAgent]):
    pass


# Numbers.

Carrier = Literal["vonage", "twilio"]
NewInboundAgent = AgentParams | UUID | Literal["default"] | None


class BuyPhoneNumberRequest(BaseModel):
    area_code: str | None = None
    telephony_provider: Carrier = "vonage"
    telephony_account_connection: UUID | None = None
    inbound_agent: NewInboundAgent = None


class LinkPhoneNumberRequest(BaseModel):
    phone_number: str
    telephony_account_connection: UUID
    outbound_only: bool = False
    inbound_agent: NewInboundAgent = None


class UpdateNumberRequest(BaseModel):
    outbound_only: bool | Undefined = absent()
    example_context: dict[str, str] | Undefined | None = absent()
    label: str | Undefined = absent()
    inbound_agent: AgentUpdateParams | UUID | Undefined | None = absent()


class _NumberFields(Owned):
    active: bool = True
    label: str = ""
    outbound_only: bool = False
    example_context: dict[str, str] | None = None
    number: str
    telephony_provider: Carrier = "vonage"


class PhoneNumber(_NumberFields):
    inbound_agent: Agent | None = None
    telephony_account_connection: TwilioAccountConnection | None = None


class NormalizedPhoneNumber(_NumberFields):
    inbound_agent: UUID | None = None
    telephony_account_connection: UUID | TwilioAccountConnection | None = None


class PhoneNumberPage(Page[NormalizedPhoneNumber]):
    pass


# Calls.


class CallStatus(StrEnum):
    """Where a call is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ERROR = "error"
    ENDED = "ended"


class VonageTelephonyMetadata(BaseModel):
    type: Literal["telephony_metadata_vonage"] = "telephony_metadata_vonage"


class TwilioTelephonyMetadata(BaseModel):
    type: Literal["telephony_metadata_twilio"] = "telephony_metadata_twilio"
    call_sid: str | None = None
    call_status: str | None = None
    transfer_call_sid: str | None = None
    transfer_call_status: str | None = None
    conference_sid: str | None = None


OnNoHumanAnswer = Literal["continue", "hangup"]


class CreateCallRequest(BaseModel):
    from_number: str
    to_number: str
    agent: UUID | CreateCallAgentParams
    on_no_human_answer: OnNoHumanAnswer = "continue"
    run_do_not_call_detection: bool | None = None
    hipaa_compliant: bool = False
    context: dict[str, str] | None = None
    telephony_params: dict[str, str] | None = None


class _CallFields(Owned):
    status: CallStatus = CallStatus.NOT_STARTED
    error_message: str | None = None
    recording_available: bool = False
    transcript: str | None = None
    human_detection_result: Literal["human", "no_human"] | None = None
    do_not_call_result: bool | None = None
    telephony_id: str | None = None
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
    telephony_metadata: (
        Annotated[VonageTelephonyMetadata | TwilioTelephonyMetadata, Field(discriminator="type")]
        | None
    ) = None
    to_number: str
    from_number: str
    telephony_provider: Carrier
    agent_phone_number: str
    hipaa_compliant: bool = False
    on_no_human_answer: OnNoHumanAnswer | None = None
    context: dict[str, str] | None = None
    run_do_not_call_detection: bool | None = None
    telephony_params: dict[str, str] | None = None


class Call(_CallFields):
    start_time: str | None = None
    end_time: str | None = None
    agent: Agent
    telephony_account_connection: TwilioAccountConnection | None = None


class NormalizedCall(_CallFields):
    start_time: float | None = None
    end_time: float | None = None
    agent: UUID
    telephony_account_connection: UUID | TwilioAccountConnection | None = None


class CallPage(Page[NormalizedCall]):
    pass


# Usage.


class PlanType(StrEnum):
    """What an account has paid for."""

    FREE = "plan_free"
    DEVELOPER = "plan_developer"
    ENTERPRISE = "plan_enterprise"
    UNLIMITED = "plan_unlimited"


class Usage(BaseModel):
    user_id: str
    plan_type: PlanType
    monthly_usage_minutes: int
    monthly_usage_limit_minutes: int | None = None

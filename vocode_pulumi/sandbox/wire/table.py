# SPDX-License-Identifier: Apache-2.0
"""The Vocode hosted API of August 2024 as a table: one line for each operation, field and enumeration.

Written down from Vocode's OpenAPI document, without ``/metrics``. ``models.py`` is made from it.

``name*: type = default``, the star for what is required; ``[x]`` a list, ``{x}`` an object with free
names, ``a/b`` words, ``A | B`` one of several, ``A | B by type`` told apart by their ``type``.
"""

TABLE = """
AccountConnectionPage.has_more*: boolean
AccountConnectionPage.items*: [TwilioAccountConnection | OpenAIAccountConnection by type]
AccountConnectionPage.page*: integer
AccountConnectionPage.size*: integer
AccountConnectionPage.total*: integer
AccountConnectionPage.total_is_estimated*: boolean
AccountConnectionParamsRequest = TwilioAccountConnectionParams | OpenAIAccountConnectionParams by type
AccountConnectionParamsRequest empty
AccountConnectionResponseModel = TwilioAccountConnection | OpenAIAccountConnection by type
AccountConnectionResponseModel empty
AccountConnectionUpdateParamsRequest = TwilioAccountConnectionUpdateParams | OpenAIAccountConnectionUpdateParams by type
AccountConnectionUpdateParamsRequest empty
ActionPage.has_more*: boolean
ActionPage.items*: [TransferCallAction | EndConversationAction | DTMFAction | AddToConferenceAction | SetHoldAction | ExternalAction by type]
ActionPage.page*: integer
ActionPage.size*: integer
ActionPage.total*: integer
ActionPage.total_is_estimated*: boolean
ActionParamsRequest = TransferCallActionParams | EndConversationActionParams | DTMFActionParams | AddToConferenceActionParams | SetHoldActionParams | ExternalActionParams by type
ActionParamsRequest empty
ActionResponseModel = TransferCallAction | EndConversationAction | DTMFAction | AddToConferenceAction | SetHoldAction | ExternalAction by type
ActionResponseModel empty
ActionUpdateParamsRequest = TransferCallActionUpdateParams | EndConversationActionUpdateParams | DTMFActionUpdateParams | AddToConferenceActionUpdateParams | SetHoldActionUpdateParams | ExternalActionUpdateParams by type
ActionUpdateParamsRequest empty
AddToConferenceAction.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
AddToConferenceAction.config*: AddToConferenceConfig
AddToConferenceAction.id*: uuid
AddToConferenceAction.type*: action_add_to_conference
AddToConferenceAction.user_id*: uuid
AddToConferenceActionParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
AddToConferenceActionParams.config*: AddToConferenceConfig
AddToConferenceActionParams.type*: action_add_to_conference
AddToConferenceActionUpdateParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type | Undefined = {}
AddToConferenceActionUpdateParams.config: AddToConferenceConfig | Undefined
AddToConferenceActionUpdateParams.type*: action_add_to_conference
AddToConferenceConfig.phone_number*: string
AddToConferenceConfig.place_primary_on_hold: boolean = true
AddToSteeringPoolRequest.phone_number: string | null
Agent.actions*: [TransferCallAction | EndConversationAction | DTMFAction | AddToConferenceAction | SetHoldAction | ExternalAction by type]
Agent.ask_if_human_present_on_idle: boolean = false
Agent.context_endpoint: string | null
Agent.conversation_speed: number = 1.0
Agent.deepgram_keywords: {integer | number} | null
Agent.endpointing_sensitivity: auto/relaxed/sensitive = "auto"
Agent.id*: uuid
Agent.idle_time_seconds: integer | null
Agent.initial_message: string | null
Agent.initial_message_delay: number = 0.0
Agent.interrupt_sensitivity: InterruptSensitivity = "low"
Agent.ivr_navigation_mode: default/off = "off"
Agent.language: Language = "en"
Agent.llm_fallback: InternalLLMFallback | null
Agent.llm_temperature: number = 0.0
Agent.name: string | null
Agent.noise_suppression: boolean = false
Agent.openai_account_connection: OpenAIAccountConnection | null
Agent.openai_model_name_override: string | null
Agent.prompt*: Prompt
Agent.run_do_not_call_detection: boolean = false
Agent.user_id*: uuid
Agent.vector_database: PineconeVectorDatabase | null
Agent.voice*: AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice by type
Agent.webhook: Webhook | null
AgentPage.has_more*: boolean
AgentPage.items*: [NormalizedAgent]
AgentPage.page*: integer
AgentPage.size*: integer
AgentPage.total*: integer
AgentPage.total_is_estimated*: boolean
AgentParams.actions: [uuid | TransferCallActionParams | EndConversationActionParams | DTMFActionParams | AddToConferenceActionParams | SetHoldActionParams | ExternalActionParams by type] = []
AgentParams.ask_if_human_present_on_idle: boolean = false
AgentParams.context_endpoint: string | null
AgentParams.conversation_speed: number = 1.0
AgentParams.deepgram_keywords: {integer | number} | null
AgentParams.endpointing_sensitivity: auto/relaxed/sensitive = "auto"
AgentParams.idle_time_seconds: integer | null
AgentParams.initial_message: string | null
AgentParams.initial_message_delay: number = 0.0
AgentParams.interrupt_sensitivity: InterruptSensitivity = "low"
AgentParams.ivr_navigation_mode: default/off = "off"
AgentParams.language: Language = "en"
AgentParams.llm_fallback: InternalLLMFallback | null
AgentParams.llm_temperature: number = 0.0
AgentParams.name: string | null
AgentParams.noise_suppression: boolean = false
AgentParams.openai_account_connection: OpenAIAccountConnection | uuid | null
AgentParams.openai_model_name_override: string | null
AgentParams.prompt*: uuid | PromptParams
AgentParams.run_do_not_call_detection: boolean = false
AgentParams.vector_database: uuid | PineconeVectorDatabaseParams | null
AgentParams.voice*: uuid | AzureVoiceParams | RimeVoiceParams | ElevenLabsVoiceParams | PlayHtVoiceParams | VocodeVoiceParams by type
AgentParams.webhook: uuid | WebhookParams | null
AgentUpdateParams.actions: [uuid | TransferCallActionUpdateParams | EndConversationActionUpdateParams | DTMFActionUpdateParams | AddToConferenceActionUpdateParams | SetHoldActionUpdateParams | ExternalActionUpdateParams by type] | Undefined
AgentUpdateParams.ask_if_human_present_on_idle: boolean | Undefined
AgentUpdateParams.context_endpoint: string | Undefined | null
AgentUpdateParams.conversation_speed: number | Undefined
AgentUpdateParams.deepgram_keywords: {integer | number} | Undefined | null
AgentUpdateParams.endpointing_sensitivity: auto/relaxed/sensitive | Undefined
AgentUpdateParams.idle_time_seconds: integer | Undefined | null
AgentUpdateParams.initial_message: string | Undefined | null
AgentUpdateParams.initial_message_delay: number | Undefined
AgentUpdateParams.interrupt_sensitivity: InterruptSensitivity | Undefined
AgentUpdateParams.ivr_navigation_mode: default/off | Undefined
AgentUpdateParams.language: Language | Undefined
AgentUpdateParams.llm_fallback: InternalLLMFallback | Undefined | null
AgentUpdateParams.name: string | Undefined | null
AgentUpdateParams.noise_suppression: boolean | Undefined
AgentUpdateParams.openai_account_connection: OpenAIAccountConnection | uuid | Undefined | null
AgentUpdateParams.openai_model_name_override: string | Undefined | null
AgentUpdateParams.prompt: uuid | PromptUpdateParams | Undefined
AgentUpdateParams.run_do_not_call_detection: boolean | Undefined
AgentUpdateParams.vector_database: uuid | PineconeVectorDatabaseUpdateParams | Undefined | null
AgentUpdateParams.voice: uuid | AzureVoiceUpdateParams | RimeVoiceUpdateParams | ElevenLabsVoiceUpdateParams | PlayHtVoiceUpdateParams | VocodeVoiceUpdateParams by type | Undefined
AgentUpdateParams.webhook: uuid | WebhookUpdateParams | Undefined | null
AzureVoice.id*: uuid
AzureVoice.pitch: integer = 0
AzureVoice.rate: integer = 15
AzureVoice.type*: voice_azure
AzureVoice.user_id*: uuid
AzureVoice.voice_name*: string
AzureVoiceParams.pitch: integer = 0
AzureVoiceParams.rate: integer = 15
AzureVoiceParams.type*: voice_azure
AzureVoiceParams.voice_name*: string
AzureVoiceUpdateParams.pitch: integer | Undefined
AzureVoiceUpdateParams.rate: integer | Undefined
AzureVoiceUpdateParams.type*: voice_azure
AzureVoiceUpdateParams.voice_name: string | Undefined
BuyPhoneNumberRequest.area_code: string | null
BuyPhoneNumberRequest.inbound_agent: AgentParams | uuid | default | null
BuyPhoneNumberRequest.telephony_account_connection: uuid | null
BuyPhoneNumberRequest.telephony_provider: vonage/twilio = "vonage"
Call.agent*: Agent
Call.agent_phone_number*: string
Call.context: {string} | null
Call.do_not_call_result: boolean | null
Call.end_time: string | null
Call.error_message: string | null
Call.from_number*: string
Call.hipaa_compliant: boolean = false
Call.human_detection_result: human/no_human | null
Call.id*: uuid
Call.on_no_human_answer: continue/hangup | null
Call.recording_available: boolean = false
Call.run_do_not_call_detection: boolean | null
Call.stage: created/picked_up/transfer_started/transfer_successful | null
Call.stage_outcome: human_unanswered/call_did_not_connect/human_disconnected/bot_disconnected/transfer_unanswered/transfer_disconnected | null
Call.start_time: string | null
Call.status: CallStatus = "not_started"
Call.telephony_account_connection: TwilioAccountConnection | null
Call.telephony_id: string | null
Call.telephony_metadata: VonageTelephonyMetadata | TwilioTelephonyMetadata by type | null
Call.telephony_params: {string} | null
Call.telephony_provider*: vonage/twilio
Call.to_number*: string
Call.transcript: string | null
Call.user_id*: uuid
CallPage.has_more*: boolean
CallPage.items*: [NormalizedCall]
CallPage.page*: integer
CallPage.size*: integer
CallPage.total*: integer
CallPage.total_is_estimated*: boolean
CallStatus = not_started/in_progress/error/ended
CallStatus empty
CollectField.description: string | null
CollectField.field_type*: field_type_email
CollectField.label*: string
CollectField.name*: string
CreateCallAgentParams.actions: [uuid | TransferCallActionParams | EndConversationActionParams | DTMFActionParams | AddToConferenceActionParams | SetHoldActionParams | ExternalActionParams by type] = []
CreateCallAgentParams.ask_if_human_present_on_idle: boolean = false
CreateCallAgentParams.context_endpoint: string | null
CreateCallAgentParams.conversation_speed: number = 1.0
CreateCallAgentParams.deepgram_keywords: {integer | number} | null
CreateCallAgentParams.endpointing_sensitivity: auto/relaxed/sensitive = "auto"
CreateCallAgentParams.idle_time_seconds: integer | null
CreateCallAgentParams.initial_message: string | null
CreateCallAgentParams.initial_message_delay: number = 0.0
CreateCallAgentParams.interrupt_sensitivity: InterruptSensitivity = "low"
CreateCallAgentParams.ivr_navigation_mode: default/off = "off"
CreateCallAgentParams.language: Language = "en"
CreateCallAgentParams.llm_fallback: InternalLLMFallback | null
CreateCallAgentParams.llm_temperature: number = 0.0
CreateCallAgentParams.name: string | null
CreateCallAgentParams.noise_suppression: boolean = false
CreateCallAgentParams.openai_account_connection: OpenAIAccountConnection | uuid | null
CreateCallAgentParams.openai_model_name_override: string | null
CreateCallAgentParams.prompt*: uuid | PromptParams
CreateCallAgentParams.run_do_not_call_detection: boolean = false
CreateCallAgentParams.vector_database: uuid | PineconeVectorDatabaseParams | null
CreateCallAgentParams.voice: uuid | AzureVoiceParams | RimeVoiceParams | ElevenLabsVoiceParams | PlayHtVoiceParams | VocodeVoiceParams by type
CreateCallAgentParams.webhook: uuid | WebhookParams | null
CreateCallRequest.agent*: uuid | CreateCallAgentParams
CreateCallRequest.context: {string} | null
CreateCallRequest.from_number*: string
CreateCallRequest.hipaa_compliant: boolean = false
CreateCallRequest.on_no_human_answer: continue/hangup = "continue"
CreateCallRequest.run_do_not_call_detection: boolean | null
CreateCallRequest.telephony_params: {string} | null
CreateCallRequest.to_number*: string
DTMFAction.action_trigger: FunctionCallActionTrigger = {"config": {}, "type": "action_trigger_function_call"}
DTMFAction.config: EmptyActionConfig
DTMFAction.id*: uuid
DTMFAction.type*: action_dtmf
DTMFAction.user_id*: uuid
DTMFActionParams.action_trigger: FunctionCallActionTrigger = {"config": {}, "type": "action_trigger_function_call"}
DTMFActionParams.config: EmptyActionConfig
DTMFActionParams.type*: action_dtmf
DTMFActionUpdateParams.action_trigger: FunctionCallActionTrigger | Undefined = {}
DTMFActionUpdateParams.config: EmptyActionConfig | Undefined
DTMFActionUpdateParams.type*: action_dtmf
ElevenLabsVoice.api_key: string | null
ElevenLabsVoice.experimental_input_streaming: boolean = false
ElevenLabsVoice.id*: uuid
ElevenLabsVoice.model_id: string | null
ElevenLabsVoice.optimize_streaming_latency: integer | null
ElevenLabsVoice.similarity_boost: number | null
ElevenLabsVoice.stability: number | null
ElevenLabsVoice.type*: voice_eleven_labs
ElevenLabsVoice.user_id*: uuid
ElevenLabsVoice.voice_id*: string
ElevenLabsVoiceParams.api_key: string | null
ElevenLabsVoiceParams.experimental_input_streaming: boolean = false
ElevenLabsVoiceParams.model_id: string | null
ElevenLabsVoiceParams.optimize_streaming_latency: integer | null
ElevenLabsVoiceParams.similarity_boost: number | null
ElevenLabsVoiceParams.stability: number | null
ElevenLabsVoiceParams.type*: voice_eleven_labs
ElevenLabsVoiceParams.voice_id*: string
ElevenLabsVoiceUpdateParams.api_key: string | Undefined | null
ElevenLabsVoiceUpdateParams.experimental_input_streaming: boolean | Undefined
ElevenLabsVoiceUpdateParams.model_id: string | Undefined | null
ElevenLabsVoiceUpdateParams.optimize_streaming_latency: integer | Undefined | null
ElevenLabsVoiceUpdateParams.similarity_boost: number | Undefined | null
ElevenLabsVoiceUpdateParams.stability: number | Undefined | null
ElevenLabsVoiceUpdateParams.type*: voice_eleven_labs
ElevenLabsVoiceUpdateParams.voice_id: string | Undefined
EmptyActionConfig empty
EndConversationAction.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
EndConversationAction.config: EmptyActionConfig
EndConversationAction.id*: uuid
EndConversationAction.type*: action_end_conversation
EndConversationAction.user_id*: uuid
EndConversationActionParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
EndConversationActionParams.config: EmptyActionConfig
EndConversationActionParams.type*: action_end_conversation
EndConversationActionUpdateParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type | Undefined = {}
EndConversationActionUpdateParams.config: EmptyActionConfig | Undefined
EndConversationActionUpdateParams.type*: action_end_conversation
EventType = event_message/event_action/event_phone_call_connected/event_phone_call_ended/event_phone_call_did_not_connect/event_transcript/event_recording/event_human_detection
EventType empty
ExternalAction.action_trigger: FunctionCallActionTrigger = {"config": {}, "type": "action_trigger_function_call"}
ExternalAction.config*: ExternalActionConfig
ExternalAction.id*: uuid
ExternalAction.type*: action_external
ExternalAction.user_id*: uuid
ExternalActionConfig.description*: string
ExternalActionConfig.input_schema*: object
ExternalActionConfig.name*: string
ExternalActionConfig.processing_mode: muted = "muted"
ExternalActionConfig.signature_secret: string
ExternalActionConfig.speak_on_receive*: boolean
ExternalActionConfig.speak_on_send*: boolean
ExternalActionConfig.url*: string
ExternalActionParams.action_trigger: FunctionCallActionTrigger = {"config": {}, "type": "action_trigger_function_call"}
ExternalActionParams.config*: ExternalActionConfig
ExternalActionParams.type*: action_external
ExternalActionUpdateParams.action_trigger: FunctionCallActionTrigger | Undefined = {}
ExternalActionUpdateParams.config: ExternalActionConfig | Undefined
ExternalActionUpdateParams.type*: action_external
FunctionCallActionTrigger.config: FunctionCallActionTriggerConfig
FunctionCallActionTrigger.type*: action_trigger_function_call
FunctionCallActionTriggerConfig empty
GET /v1/account_connections(id*: uuid) -> 200/422 AccountConnectionResponseModel get_account_connection key
GET /v1/account_connections/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 AccountConnectionPage list_account_connections key
GET /v1/actions(id*: uuid) -> 200/422 ActionResponseModel get_action key
GET /v1/actions/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 ActionPage list_actions key
GET /v1/agents(id*: uuid) -> 200/422 Agent get_agent key
GET /v1/agents/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 AgentPage list_agents key
GET /v1/calls(id*: uuid) -> 200/422 Call get_call key
GET /v1/calls/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 CallPage list_calls key
GET /v1/calls/recording(id*: uuid) -> 200/422 audio/mpeg get_recording key
GET /v1/numbers(phone_number*: string) -> 200/422 PhoneNumber get_number key
GET /v1/numbers/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 PhoneNumberPage list_numbers key
GET /v1/prompts(id*: uuid) -> 200/422 Prompt get_prompt key
GET /v1/prompts/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 PromptPage list_prompts key
GET /v1/usage() -> 200 Usage get_usage key
GET /v1/vector_databases(id*: uuid) -> 200/422 PineconeVectorDatabase get_vector_database key
GET /v1/vector_databases/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 VectorDatabasePage list_vector_databases key
GET /v1/voices(id*: uuid) -> 200/422 VoiceResponseModel get_voice key
GET /v1/voices/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 VoicePage list_voices key
GET /v1/webhooks(id*: uuid) -> 200/422 Webhook get_webhook key
GET /v1/webhooks/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 WebhookPage list_webhooks key
HTTPMethod = GET/POST
HTTPMethod empty
HTTPValidationError.detail: [ValidationError]
InternalLLMFallback.model_name*: string
InternalLLMFallback.provider*: openai/azure
InterruptSensitivity = low/high
InterruptSensitivity empty
Language = en/es/de/hi/pt/fr/nl/id/it/ja/ko
Language empty
LinkPhoneNumberRequest.inbound_agent: AgentParams | uuid | default | null
LinkPhoneNumberRequest.outbound_only: boolean = false
LinkPhoneNumberRequest.phone_number*: string
LinkPhoneNumberRequest.telephony_account_connection*: uuid
NormalizedAgent.actions*: [uuid]
NormalizedAgent.ask_if_human_present_on_idle: boolean = false
NormalizedAgent.context_endpoint: string | null
NormalizedAgent.conversation_speed: number = 1.0
NormalizedAgent.deepgram_keywords: {integer | number} | null
NormalizedAgent.endpointing_sensitivity: auto/relaxed/sensitive = "auto"
NormalizedAgent.id*: uuid
NormalizedAgent.idle_time_seconds: integer | null
NormalizedAgent.initial_message: string | null
NormalizedAgent.initial_message_delay: number = 0.0
NormalizedAgent.interrupt_sensitivity: InterruptSensitivity = "low"
NormalizedAgent.ivr_navigation_mode: default/off = "off"
NormalizedAgent.language: Language = "en"
NormalizedAgent.llm_fallback: InternalLLMFallback | null
NormalizedAgent.llm_temperature: number = 0.0
NormalizedAgent.name: string | null
NormalizedAgent.noise_suppression: boolean = false
NormalizedAgent.openai_account_connection: OpenAIAccountConnection | uuid | null
NormalizedAgent.openai_model_name_override: string | null
NormalizedAgent.prompt*: uuid | PromptParams
NormalizedAgent.run_do_not_call_detection: boolean = false
NormalizedAgent.user_id*: uuid
NormalizedAgent.vector_database: uuid | PineconeVectorDatabaseParams | null
NormalizedAgent.voice*: uuid
NormalizedAgent.webhook: uuid | null
NormalizedCall.agent*: uuid
NormalizedCall.agent_phone_number*: string
NormalizedCall.context: {string} | null
NormalizedCall.do_not_call_result: boolean | null
NormalizedCall.end_time: number | null
NormalizedCall.error_message: string | null
NormalizedCall.from_number*: string
NormalizedCall.hipaa_compliant: boolean = false
NormalizedCall.human_detection_result: human/no_human | null
NormalizedCall.id*: uuid
NormalizedCall.on_no_human_answer: continue/hangup | null
NormalizedCall.recording_available: boolean = false
NormalizedCall.run_do_not_call_detection: boolean | null
NormalizedCall.stage: created/picked_up/transfer_started/transfer_successful | null
NormalizedCall.stage_outcome: human_unanswered/call_did_not_connect/human_disconnected/bot_disconnected/transfer_unanswered/transfer_disconnected | null
NormalizedCall.start_time: number | null
NormalizedCall.status: CallStatus = "not_started"
NormalizedCall.telephony_account_connection: uuid | TwilioAccountConnection | null
NormalizedCall.telephony_id: string | null
NormalizedCall.telephony_metadata: VonageTelephonyMetadata | TwilioTelephonyMetadata by type | null
NormalizedCall.telephony_params: {string} | null
NormalizedCall.telephony_provider*: vonage/twilio
NormalizedCall.to_number*: string
NormalizedCall.transcript: string | null
NormalizedCall.user_id*: uuid
NormalizedPhoneNumber.active: boolean = true
NormalizedPhoneNumber.example_context: {string} | null
NormalizedPhoneNumber.id*: uuid
NormalizedPhoneNumber.inbound_agent: uuid | null
NormalizedPhoneNumber.label: string = ""
NormalizedPhoneNumber.number*: string
NormalizedPhoneNumber.outbound_only: boolean = false
NormalizedPhoneNumber.telephony_account_connection: uuid | TwilioAccountConnection | null
NormalizedPhoneNumber.telephony_provider: vonage/twilio = "vonage"
NormalizedPhoneNumber.user_id*: uuid
NormalizedPrompt.collect_fields: [CollectField] | null
NormalizedPrompt.content: string = ""
NormalizedPrompt.context_endpoint: string | null
NormalizedPrompt.id*: uuid
NormalizedPrompt.prompt_template: uuid | null
NormalizedPrompt.user_id*: uuid
OpenAIAccountConnection.credentials*: OpenAICredentials
OpenAIAccountConnection.id*: uuid
OpenAIAccountConnection.type*: account_connection_openai
OpenAIAccountConnection.user_id*: uuid
OpenAIAccountConnectionParams.credentials*: OpenAICredentials
OpenAIAccountConnectionParams.type*: account_connection_openai
OpenAIAccountConnectionUpdateParams.credentials: OpenAICredentials | Undefined
OpenAIAccountConnectionUpdateParams.type*: account_connection_openai
OpenAICredentials.openai_api_key*: string
POST /v1/account_connections/add_to_steering_pool(id*: uuid) <- AddToSteeringPoolRequest | null? -> 200/422 any add_to_steering_pool key
POST /v1/account_connections/create() <- AccountConnectionParamsRequest -> 200/422 AccountConnectionResponseModel create_account_connection key
POST /v1/account_connections/remove_from_steering_pool(id*: uuid) <- RemoveFromSteeringPoolRequest -> 200/422 any remove_from_steering_pool key
POST /v1/account_connections/update(id*: uuid) <- AccountConnectionUpdateParamsRequest -> 200/422 AccountConnectionResponseModel update_account_connection key
POST /v1/actions/create() <- ActionParamsRequest -> 200/422 ActionResponseModel create_action key
POST /v1/actions/update(id*: uuid) <- ActionUpdateParamsRequest -> 200/422 ActionResponseModel update_action key
POST /v1/agents/create() <- AgentParams -> 200/422 Agent create_agent key
POST /v1/agents/update(id*: uuid) <- AgentUpdateParams -> 200/422 Agent update_agent key
POST /v1/calls/create() <- CreateCallRequest -> 200/422 Call create_call key
POST /v1/calls/end(id*: uuid) -> 200/422 Call end_call key
POST /v1/numbers/buy() <- BuyPhoneNumberRequest? -> 200/422 PhoneNumber buy_number key
POST /v1/numbers/cancel(phone_number*: string) -> 200/422 PhoneNumber cancel_number key
POST /v1/numbers/link() <- LinkPhoneNumberRequest -> 200/422 PhoneNumber link_number key
POST /v1/numbers/update(phone_number*: string) <- UpdateNumberRequest -> 200/422 PhoneNumber update_number key
POST /v1/prompts/create() <- PromptParams -> 200/422 Prompt create_prompt key
POST /v1/prompts/update(id*: uuid) <- PromptUpdateParams -> 200/422 Prompt update_prompt key
POST /v1/vector_databases/create() <- PineconeVectorDatabaseParams -> 200/422 PineconeVectorDatabase create_vector_database key
POST /v1/vector_databases/update(id*: uuid) <- PineconeVectorDatabaseUpdateParams -> 200/422 PineconeVectorDatabase update_vector_database key
POST /v1/voices/create() <- VoiceParamsRequest -> 200/422 VoiceResponseModel create_voice key
POST /v1/voices/update(id*: uuid) <- VoiceUpdateParamsRequest -> 200/422 VoiceResponseModel update_voice key
POST /v1/webhooks/create() <- WebhookParams -> 200/422 Webhook create_webhook key
POST /v1/webhooks/update(id*: uuid) <- WebhookUpdateParams -> 200/422 Webhook update_webhook key
PhoneNumber.active: boolean = true
PhoneNumber.example_context: {string} | null
PhoneNumber.id*: uuid
PhoneNumber.inbound_agent: Agent | null
PhoneNumber.label: string = ""
PhoneNumber.number*: string
PhoneNumber.outbound_only: boolean = false
PhoneNumber.telephony_account_connection: TwilioAccountConnection | null
PhoneNumber.telephony_provider: vonage/twilio = "vonage"
PhoneNumber.user_id*: uuid
PhoneNumberPage.has_more*: boolean
PhoneNumberPage.items*: [NormalizedPhoneNumber]
PhoneNumberPage.page*: integer
PhoneNumberPage.size*: integer
PhoneNumberPage.total*: integer
PhoneNumberPage.total_is_estimated*: boolean
PhraseBasedActionTrigger.config*: PhraseBasedActionTriggerConfig
PhraseBasedActionTrigger.type*: action_trigger_phrase_based
PhraseBasedActionTriggerConfig.phrase_triggers*: [PhraseTrigger]
PhraseTrigger.conditions*: [phrase_condition_type_contains]
PhraseTrigger.phrase*: string
PineconeVectorDatabase.api_environment*: string
PineconeVectorDatabase.api_key*: string
PineconeVectorDatabase.id*: uuid
PineconeVectorDatabase.index*: string
PineconeVectorDatabase.type*: vector_database_pinecone
PineconeVectorDatabase.user_id*: uuid
PineconeVectorDatabaseParams.api_environment*: string
PineconeVectorDatabaseParams.api_key*: string
PineconeVectorDatabaseParams.index*: string
PineconeVectorDatabaseParams.type*: vector_database_pinecone
PineconeVectorDatabaseUpdateParams.api_environment: string | Undefined
PineconeVectorDatabaseUpdateParams.api_key: string | Undefined
PineconeVectorDatabaseUpdateParams.index: string | Undefined
PineconeVectorDatabaseUpdateParams.type*: vector_database_pinecone
PlanType = plan_free/plan_developer/plan_enterprise/plan_unlimited
PlanType empty
PlayHtVoice.api_key: string | null
PlayHtVoice.api_user_id: string | null
PlayHtVoice.experimental_remove_silence: boolean = false
PlayHtVoice.id*: uuid
PlayHtVoice.quality: faster/draft/low/medium/high/premium | null
PlayHtVoice.speed: number | null
PlayHtVoice.temperature: number | null
PlayHtVoice.text_guidance: number | null
PlayHtVoice.top_p: number | null
PlayHtVoice.type*: voice_play_ht
PlayHtVoice.user_id*: uuid
PlayHtVoice.version: 1/2 = "2"
PlayHtVoice.voice_guidance: number | null
PlayHtVoice.voice_id*: string
PlayHtVoiceParams.api_key: string | null
PlayHtVoiceParams.api_user_id: string | null
PlayHtVoiceParams.experimental_remove_silence: boolean = false
PlayHtVoiceParams.quality: faster/draft/low/medium/high/premium | null
PlayHtVoiceParams.speed: number | null
PlayHtVoiceParams.temperature: number | null
PlayHtVoiceParams.text_guidance: number | null
PlayHtVoiceParams.top_p: number | null
PlayHtVoiceParams.type*: voice_play_ht
PlayHtVoiceParams.version: 1/2 = "2"
PlayHtVoiceParams.voice_guidance: number | null
PlayHtVoiceParams.voice_id*: string
PlayHtVoiceUpdateParams.api_key: string | Undefined | null
PlayHtVoiceUpdateParams.api_user_id: string | Undefined | null
PlayHtVoiceUpdateParams.experimental_remove_silence: boolean | Undefined
PlayHtVoiceUpdateParams.quality: faster/draft/low/medium/high/premium | Undefined | null
PlayHtVoiceUpdateParams.speed: number | Undefined | null
PlayHtVoiceUpdateParams.temperature: number | Undefined | null
PlayHtVoiceUpdateParams.text_guidance: number | Undefined | null
PlayHtVoiceUpdateParams.top_p: number | Undefined | null
PlayHtVoiceUpdateParams.type*: voice_play_ht
PlayHtVoiceUpdateParams.version: 1/2 | Undefined
PlayHtVoiceUpdateParams.voice_guidance: number | Undefined | null
PlayHtVoiceUpdateParams.voice_id: string | Undefined
Prompt.collect_fields: [CollectField] | null
Prompt.content: string = ""
Prompt.context_endpoint: string | null
Prompt.id*: uuid
Prompt.prompt_template: PromptTemplate | null
Prompt.user_id*: uuid
PromptPage.has_more*: boolean
PromptPage.items*: [NormalizedPrompt]
PromptPage.page*: integer
PromptPage.size*: integer
PromptPage.total*: integer
PromptPage.total_is_estimated*: boolean
PromptParams.collect_fields: [CollectField] | null
PromptParams.content: string = ""
PromptParams.context_endpoint: string | null
PromptParams.prompt_template: uuid | PromptTemplate | null
PromptTemplate.id*: uuid
PromptTemplate.label: string = ""
PromptTemplate.required_context_keys*: [string]
PromptTemplate.user_id*: uuid
PromptUpdateParams.collect_fields: [CollectField] | Undefined | null
PromptUpdateParams.content: string | Undefined
PromptUpdateParams.context_endpoint: string | Undefined | null
PromptUpdateParams.prompt_template: uuid | PromptTemplate | Undefined | null
RemoveFromSteeringPoolRequest.phone_number*: string
RimeVoice.id*: uuid
RimeVoice.model_id: mist/v1 | Undefined | null
RimeVoice.speaker*: string
RimeVoice.speed_alpha: number | null
RimeVoice.type*: voice_rime
RimeVoice.user_id*: uuid
RimeVoiceParams.model_id: mist/v1 | Undefined | null
RimeVoiceParams.speaker*: string
RimeVoiceParams.speed_alpha: number | null
RimeVoiceParams.type*: voice_rime
RimeVoiceUpdateParams.model_id: mist/v1 | Undefined | null
RimeVoiceUpdateParams.speaker: string | Undefined
RimeVoiceUpdateParams.speed_alpha: number | Undefined | null
RimeVoiceUpdateParams.type*: voice_rime
SetHoldAction.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
SetHoldAction.config: EmptyActionConfig
SetHoldAction.id*: uuid
SetHoldAction.type*: action_set_hold
SetHoldAction.user_id*: uuid
SetHoldActionParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
SetHoldActionParams.config: EmptyActionConfig
SetHoldActionParams.type*: action_set_hold
SetHoldActionUpdateParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type | Undefined = {}
SetHoldActionUpdateParams.config: EmptyActionConfig | Undefined
SetHoldActionUpdateParams.type*: action_set_hold
TransferCallAction.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
TransferCallAction.config*: TransferCallConfig
TransferCallAction.id*: uuid
TransferCallAction.type*: action_transfer_call
TransferCallAction.user_id*: uuid
TransferCallActionParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type = {"config": {}, "type": "action_trigger_function_call"}
TransferCallActionParams.config*: TransferCallConfig
TransferCallActionParams.type*: action_transfer_call
TransferCallActionUpdateParams.action_trigger: FunctionCallActionTrigger | PhraseBasedActionTrigger by type | Undefined = {}
TransferCallActionUpdateParams.config: TransferCallConfig | Undefined
TransferCallActionUpdateParams.type*: action_transfer_call
TransferCallConfig.phone_number*: string
TwilioAccountConnection.account_supports_any_caller_id: boolean = false
TwilioAccountConnection.credentials*: TwilioCredentials
TwilioAccountConnection.id*: uuid
TwilioAccountConnection.steering_pool: [string]
TwilioAccountConnection.type*: account_connection_twilio
TwilioAccountConnection.user_id*: uuid
TwilioAccountConnectionParams.account_supports_any_caller_id: boolean = false
TwilioAccountConnectionParams.credentials*: TwilioCredentials
TwilioAccountConnectionParams.steering_pool: [string]
TwilioAccountConnectionParams.type*: account_connection_twilio
TwilioAccountConnectionUpdateParams.credentials: TwilioCredentials | Undefined
TwilioAccountConnectionUpdateParams.type*: account_connection_twilio
TwilioCredentials.twilio_account_sid*: string
TwilioCredentials.twilio_auth_token*: string
TwilioTelephonyMetadata.call_sid: string | null
TwilioTelephonyMetadata.call_status: string | null
TwilioTelephonyMetadata.conference_sid: string | null
TwilioTelephonyMetadata.transfer_call_sid: string | null
TwilioTelephonyMetadata.transfer_call_status: string | null
TwilioTelephonyMetadata.type: telephony_metadata_twilio = "telephony_metadata_twilio"
Undefined empty closed
UpdateNumberRequest.example_context: {string} | Undefined | null
UpdateNumberRequest.inbound_agent: AgentUpdateParams | uuid | Undefined | null
UpdateNumberRequest.label: string | Undefined
UpdateNumberRequest.outbound_only: boolean | Undefined
Usage.monthly_usage_limit_minutes: integer | null
Usage.monthly_usage_minutes*: integer
Usage.plan_type*: PlanType
Usage.user_id*: string
ValidationError.loc*: [string | integer]
ValidationError.msg*: string
ValidationError.type*: string
VectorDatabasePage.has_more*: boolean
VectorDatabasePage.items*: [PineconeVectorDatabase]
VectorDatabasePage.page*: integer
VectorDatabasePage.size*: integer
VectorDatabasePage.total*: integer
VectorDatabasePage.total_is_estimated*: boolean
VocodeVoice.id*: uuid
VocodeVoice.type*: voice_vocode
VocodeVoice.user_id*: uuid
VocodeVoice.voice_id*: joe
VocodeVoiceParams.type*: voice_vocode
VocodeVoiceParams.voice_id*: joe
VocodeVoiceUpdateParams.type*: voice_vocode
VocodeVoiceUpdateParams.voice_id: joe | Undefined
VoicePage.has_more*: boolean
VoicePage.items*: [AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice by type]
VoicePage.page*: integer
VoicePage.size*: integer
VoicePage.total*: integer
VoicePage.total_is_estimated*: boolean
VoiceParamsRequest = AzureVoiceParams | RimeVoiceParams | ElevenLabsVoiceParams | PlayHtVoiceParams | VocodeVoiceParams by type
VoiceParamsRequest empty
VoiceResponseModel = AzureVoice | RimeVoice | ElevenLabsVoice | PlayHtVoice | VocodeVoice by type
VoiceResponseModel empty
VoiceUpdateParamsRequest = AzureVoiceUpdateParams | RimeVoiceUpdateParams | ElevenLabsVoiceUpdateParams | PlayHtVoiceUpdateParams | VocodeVoiceUpdateParams by type
VoiceUpdateParamsRequest empty
VonageTelephonyMetadata.type: telephony_metadata_vonage = "telephony_metadata_vonage"
Webhook.id*: uuid
Webhook.method: HTTPMethod = "POST"
Webhook.subscriptions*: [EventType]
Webhook.url*: string
Webhook.user_id*: uuid
WebhookPage.has_more*: boolean
WebhookPage.items*: [Webhook]
WebhookPage.page*: integer
WebhookPage.size*: integer
WebhookPage.total*: integer
WebhookPage.total_is_estimated*: boolean
WebhookParams.method: HTTPMethod = "POST"
WebhookParams.subscriptions*: [EventType]
WebhookParams.url*: string
WebhookUpdateParams.method: HTTPMethod | Undefined
WebhookUpdateParams.subscriptions: [EventType] | Undefined
WebhookUpdateParams.url: string | Undefined
"""

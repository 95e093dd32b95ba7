# SPDX-License-Identifier: Apache-2.0
"""Inputs of an agent.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.args.action import ActionArgs
from vocode_pulumi.args.prompt import PromptArgs
from vocode_pulumi.args.vector_database import VectorDatabaseArgs
from vocode_pulumi.args.voice import VoiceArgs
from vocode_pulumi.args.webhook import WebhookArgs
from vocode_pulumi.schema.marks import (
    CREATE_ONLY,
    PROSE,
    URL,
    Default,
    NotEmpty,
    OtherWords,
    RefersTo,
    UsualRange,
)

Language = Literal["en", "es", "de", "hi", "pt", "fr", "nl", "id", "it", "ja", "ko"]
"""The languages that an agent can speak."""
# What people write for a language: the error names the code of the language.
_LANGUAGE_NAMES = OtherWords(
    {
        **dict.fromkeys(("english", "englisch", "anglais"), "en"),
        **dict.fromkeys(("spanish", "español", "espanol", "castellano"), "es"),
        **dict.fromkeys(("german", "deutsch", "ger"), "de"),
        **dict.fromkeys(("hindi", "हिन्दी"), "hi"),
        **dict.fromkeys(("portuguese", "português", "portugues", "br"), "pt"),
        **dict.fromkeys(("french", "français", "francais"), "fr"),
        **dict.fromkeys(("dutch", "nederlands", "flemish"), "nl"),
        **dict.fromkeys(("indonesian", "bahasa"), "id"),
        **dict.fromkeys(("italian", "italiano"), "it"),
        **dict.fromkeys(("japanese", "日本語", "jp", "jpn"), "ja"),
        **dict.fromkeys(("korean", "한국어", "kr"), "ko"),
    }
)


class LLMFallbackArgs(TypedDict, total=False):
    """The model that takes over if the first one fails.

    Args:
        provider: ``"openai"`` or ``"azure"``.
        model_name: The provider's name of the model.
    """

    provider: Required[Input[Literal["openai", "azure"]]]
    model_name: Required[Annotated[Input[str], NotEmpty("write the provider's name of the model")]]


class AgentArgs(TypedDict, total=False):
    """An agent. Give each of its parts as an id, or as an inline object.

    Args:
        prompt: What the agent is told: a text, the id of a prompt, or an inline prompt.
        voice: What the agent sounds like: the id of a voice, or an inline voice.
        name: A name for people.
        language: Default ``"en"``.
        actions: What the agent can do: ids of actions, or inline actions.
        initial_message: What the agent says first.
        webhook: Where Vocode sends events: the id of a webhook, or an inline webhook.
        vector_database: Where the agent looks things up: an id, or an inline vector database.
        interrupt_sensitivity: Which words of the caller interrupt the agent. ``"low"`` (default): not
            those such as "uh-huh". ``"high"``: any word.
        context_endpoint: A URL that Vocode asks for the context of a call.
        noise_suppression: Default false.
        endpointing_sensitivity: How soon the agent takes a pause as the end of the caller's turn.
            ``"sensitive"``: after a short one. ``"relaxed"``: after a longer one. ``"auto"`` (default): Vocode
            chooses.
        ivr_navigation_mode: For calls to phone menus. ``"default"`` turns it on: the agent is silent while
            it is on hold, and waits longer before it hangs up. ``"off"`` is the default.
        conversation_speed: How quickly the agent answers. Default 1.0.
        initial_message_delay: Seconds before the initial message. Default 0.
        openai_model_name_override: Another model of OpenAI.
        ask_if_human_present_on_idle: Default false.
        openai_account_connection: The id of a connection to your own OpenAI account.
        run_do_not_call_detection: Whether Vocode detects that the other party does not want to be called.
            Default false.
        llm_fallback: The model that takes over if the first one fails.
        deepgram_keywords: Words to listen for: a map from each word to its boost, such as
            ``{"focaccia": 2}``.
        idle_time_seconds: Seconds of silence before the agent speaks or hangs up.
        llm_temperature: 0 to 2. Default 0. The API takes it only at creation, so a change makes a new agent
            and attaches it.
    """

    prompt: Required[
        Annotated[Input[str] | Input[PromptArgs], RefersTo("/v1/prompts", text_field="content")]
    ]
    voice: Required[Annotated[Input[str] | Input[VoiceArgs], RefersTo("/v1/voices")]]
    name: Input[str] | None
    language: Annotated[Input[Language] | None, Default("en"), _LANGUAGE_NAMES]
    actions: Annotated[
        Input[Sequence[Annotated[Input[str] | Input[ActionArgs], RefersTo("/v1/actions")]]] | None,
        Default([]),
    ]
    initial_message: Annotated[Input[str] | None, PROSE]
    webhook: Annotated[Input[str] | Input[WebhookArgs] | None, RefersTo("/v1/webhooks")]
    vector_database: Annotated[
        Input[str] | Input[VectorDatabaseArgs] | None, RefersTo("/v1/vector_databases")
    ]
    interrupt_sensitivity: Annotated[Input[Literal["low", "high"]] | None, Default("low")]
    context_endpoint: Annotated[Input[str] | None, URL]
    noise_suppression: Annotated[Input[bool] | None, Default(False)]
    endpointing_sensitivity: Annotated[
        Input[Literal["auto", "relaxed", "sensitive"]] | None, Default("auto")
    ]
    ivr_navigation_mode: Annotated[
        Input[Literal["default", "off"]] | None, Default("off"), OtherWords({"on": "default"})
    ]
    conversation_speed: Annotated[Input[float] | None, Default(1.0)]
    initial_message_delay: Annotated[Input[float] | None, Default(0.0), UsualRange(0)]
    openai_model_name_override: Input[str] | None
    ask_if_human_present_on_idle: Annotated[Input[bool] | None, Default(False)]
    openai_account_connection: Annotated[Input[str] | None, RefersTo("/v1/account_connections")]
    run_do_not_call_detection: Annotated[Input[bool] | None, Default(False)]
    llm_fallback: Input[LLMFallbackArgs] | None
    deepgram_keywords: Input[Mapping[str, Input[float]]] | None
    idle_time_seconds: Annotated[Input[int] | None, UsualRange(0)]
    llm_temperature: Annotated[Input[float] | None, Default(0.0), CREATE_ONLY, UsualRange(0, 2)]

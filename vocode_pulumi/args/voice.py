# SPDX-License-Identifier: Apache-2.0
"""What a voice takes.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import REPLACES, SECRET, Default


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

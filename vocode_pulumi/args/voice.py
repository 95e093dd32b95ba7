# SPDX-License-Identifier: Apache-2.0
"""Inputs of a voice.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import REPLACES, SECRET, Default, NotEmpty, UsualRange

_OWN_KEY = NotEmpty("write your own key, or leave it out")


class AzureVoiceArgs(TypedDict, total=False):
    """A voice of Azure.

    Args:
        type: ``"voice_azure"``.
        voice_name: Azure's name of the voice, such as ``"en-US-SteffanNeural"``.
        pitch: Percent above or below the voice's own pitch. Default 0.
        rate: Speed of speech: percent above or below the voice's own. Default 15.
    """

    type: Required[Annotated[Input[Literal["voice_azure"]], REPLACES]]
    voice_name: Required[
        Annotated[
            Input[str], NotEmpty('write Azure\'s name of the voice, such as "en-US-SteffanNeural"')
        ]
    ]
    pitch: Annotated[Input[int] | None, Default(0)]
    rate: Annotated[Input[int] | None, Default(15)]


class RimeVoiceArgs(TypedDict, total=False):
    """A voice of Rime.

    Args:
        type: ``"voice_rime"``.
        speaker: Rime's name of the voice.
        speed_alpha: Speed of speech. Below 1.0 is faster, above 1.0 is slower.
        model_id: ``"mist"`` or ``"v1"``.
    """

    type: Required[Annotated[Input[Literal["voice_rime"]], REPLACES]]
    speaker: Required[Annotated[Input[str], NotEmpty("write Rime's name of the voice")]]
    speed_alpha: Input[float] | None
    model_id: Input[Literal["mist", "v1"]] | None


class ElevenLabsVoiceArgs(TypedDict, total=False):
    """A voice of ElevenLabs.

    Args:
        type: ``"voice_eleven_labs"``.
        voice_id: ElevenLabs' id of the voice.
        stability: 0 to 1.
        similarity_boost: 0 to 1.
        api_key: The key of your own ElevenLabs account; a secret.
        optimize_streaming_latency: ElevenLabs' level, 0 to 4.
        model_id: ElevenLabs' id of the model.
        experimental_input_streaming: Default false.
    """

    type: Required[Annotated[Input[Literal["voice_eleven_labs"]], REPLACES]]
    voice_id: Required[Annotated[Input[str], NotEmpty("write ElevenLabs' id of the voice")]]
    stability: Annotated[Input[float] | None, UsualRange(0, 1)]
    similarity_boost: Annotated[Input[float] | None, UsualRange(0, 1)]
    api_key: Annotated[Input[str] | None, SECRET, _OWN_KEY]
    optimize_streaming_latency: Annotated[Input[int] | None, UsualRange(0, 4)]
    model_id: Input[str] | None
    experimental_input_streaming: Annotated[Input[bool] | None, Default(False)]


class PlayHtVoiceArgs(TypedDict, total=False):
    """A voice of PlayHT. PlayHT documents ``speed`` to ``voice_guidance``: https://docs.play.ht/reference.

    Args:
        type: ``"voice_play_ht"``.
        voice_id: PlayHT's id of the voice.
        api_user_id: The user id of your own PlayHT account.
        api_key: The key of your own PlayHT account; a secret.
        version: PlayHT's engine, ``"2"`` (default) or ``"1"``.
        speed: Speed of speech, as a factor.
        quality: ``"faster"``, ``"draft"``, ``"low"``, ``"medium"``, ``"high"`` or ``"premium"``.
        temperature: How much the voice varies. Lower is more predictable.
        top_p: Limits how much the voice varies.
        text_guidance: How closely the speech follows the text.
        voice_guidance: How different the voice is from other voices.
        experimental_remove_silence: Default false.
    """

    type: Required[Annotated[Input[Literal["voice_play_ht"]], REPLACES]]
    voice_id: Required[Annotated[Input[str], NotEmpty("write PlayHT's id of the voice")]]
    api_user_id: Input[str] | None
    api_key: Annotated[Input[str] | None, SECRET, _OWN_KEY]
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
"""A voice of any kind. ``type`` says which. Another ``type`` makes another voice."""

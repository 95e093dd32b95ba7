# SPDX-License-Identifier: Apache-2.0
"""A voice of a Vocode account. Facts: https://docs.vocode.dev (voices), ``/v1/voices``."""

from typing import Any, Unpack, overload

import pulumi

from vocode_pulumi.args import voice
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource


class VoiceLifecycle(ObjectLifecycle):
    """Creates and updates voices."""

    args = voice.VoiceArgs
    collection = "/v1/voices"


class VoiceProvider(VocodeProvider):
    """The engine's provider of voices."""

    lifecycle = VoiceLifecycle


class Voice(ObjectResource, module="vocode", name="Voice"):
    """A voice of an agent. Its ``type`` decides which other inputs it has.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of a voice that the account has. The resource takes it over and creates none.
        **inputs: those of :data:`~vocode_pulumi.VoiceArgs`.

    API: https://docs.vocode.dev, ``POST /v1/voices/create``, ``/update``, ``GET /v1/voices``.
    """

    provider = VoiceProvider()

    # made by `make docs`
    type: pulumi.Output[str]
    voice_name: pulumi.Output[str | None]
    pitch: pulumi.Output[int | None]
    rate: pulumi.Output[int | None]
    speaker: pulumi.Output[str | None]
    speed_alpha: pulumi.Output[float | None]
    model_id: pulumi.Output[str | None]
    voice_id: pulumi.Output[str | None]
    stability: pulumi.Output[float | None]
    similarity_boost: pulumi.Output[float | None]
    api_key: pulumi.Output[str | None]
    optimize_streaming_latency: pulumi.Output[int | None]
    experimental_input_streaming: pulumi.Output[bool | None]
    api_user_id: pulumi.Output[str | None]
    version: pulumi.Output[str | None]
    speed: pulumi.Output[float | None]
    quality: pulumi.Output[str | None]
    temperature: pulumi.Output[float | None]
    top_p: pulumi.Output[float | None]
    text_guidance: pulumi.Output[float | None]
    voice_guidance: pulumi.Output[float | None]
    experimental_remove_silence: pulumi.Output[bool | None]

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[voice.AzureVoiceArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[voice.RimeVoiceArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[voice.ElevenLabsVoiceArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[voice.PlayHtVoiceArgs],
    ) -> None: ...
    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[voice.VocodeVoiceArgs],
    ) -> None: ...
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Any,
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

    # until here

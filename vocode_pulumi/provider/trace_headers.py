# SPDX-License-Identifier: Apache-2.0
"""The trace that Pulumi's engine passes with a call."""

import sys
from collections.abc import Mapping
from types import FrameType

import grpc


def trace_headers() -> Mapping[str, str]:
    """The gRPC metadata of the engine's call that this thread answers; empty if there is none.

    Pulumi's plugin does not pass them to a dynamic provider. They are in the frame of the plugin's method that
    answers the call.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        context = frame.f_locals.get("context")
        if isinstance(context, grpc.ServicerContext):
            given = context.invocation_metadata() or ()
            return {name: value for name, value in given if isinstance(value, str)}
        frame = frame.f_back
    return {}

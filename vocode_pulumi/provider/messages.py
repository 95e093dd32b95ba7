# SPDX-License-Identifier: Apache-2.0
"""What a provider says to whoever runs Pulumi, beside the result of a call."""

import sys

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


def tell(urn: str, text: str, *, warning: bool = False) -> None:
    """Say something beside the resource that it is about.

    Args:
        urn: of the resource; empty for the whole stack.
        text: one line.
        warning: whether it is a warning, or only worth knowing.
    """
    severity = engine_pb2.WARNING if warning else engine_pb2.INFO
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        with grpc.insecure_channel(address) as channel:
            engine_pb2_grpc.EngineStub(channel).Log(
                engine_pb2.LogRequest(severity=severity, message=text, urn=urn), timeout=5
            )
    except (grpc.RpcError, ValueError):
        # No engine there: the plugin's error stream is shown as well.
        print(f"{urn}: {text}", file=sys.stderr, flush=True)

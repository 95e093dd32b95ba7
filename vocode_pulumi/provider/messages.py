# SPDX-License-Identifier: Apache-2.0
"""Printing messages in Pulumi's output."""

import sys

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from vocode_pulumi.redaction import printable


def tell(urn: str, text: str, *, warning: bool = False) -> None:
    """Print a message beside a resource.

    Args:
        urn: the URN of the resource; empty for a message about the whole stack.
        text: one line.
        warning: whether it is a warning; default: information.
    """
    text = printable(text)
    severity = engine_pb2.WARNING if warning else engine_pb2.INFO
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        with grpc.insecure_channel(address) as channel:
            engine_pb2_grpc.EngineStub(channel).Log(
                engine_pb2.LogRequest(severity=severity, message=text, urn=urn), timeout=5
            )
    except (grpc.RpcError, ValueError):
        # There is no engine to call. Pulumi also shows the plugin's error stream.
        print(f"{urn}: {text}", file=sys.stderr, flush=True)

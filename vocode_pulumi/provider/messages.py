# SPDX-License-Identifier: Apache-2.0
"""Printing messages in Pulumi's output."""

import sys
from contextlib import suppress

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
    try:
        _send(engine_pb2.LogRequest(severity=severity, message=text, urn=urn))
    except (grpc.RpcError, ValueError):
        # There is no engine to call. Pulumi also shows the plugin's error stream.
        print(f"{urn}: {text}", file=sys.stderr, flush=True)


def show_status(urn: str, text: str) -> None:
    """Show a message in a resource's line while Pulumi works. It is not among the diagnostics at the end.

    Args:
        urn: the URN of the resource.
        text: one line.
    """
    request = engine_pb2.LogRequest(
        severity=engine_pb2.INFO, message=printable(text), urn=urn, ephemeral=True
    )
    # Without an engine there is no such line.
    with suppress(grpc.RpcError, ValueError):
        _send(request)


def _send(request: engine_pb2.LogRequest) -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    with grpc.insecure_channel(address) as channel:
        engine_pb2_grpc.EngineStub(channel).Log(request, timeout=5)

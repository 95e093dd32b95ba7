# SPDX-License-Identifier: Apache-2.0
"""Showing an expected error as one line. Every other error keeps its traceback.

When a call raises, Pulumi's plugin answers with ``traceback.format_exc()``: a traceback that includes the
path of the error's class. The plugin finds ``traceback`` as a global of its ``__main__`` module. This
module puts another object under that name. The object prints errors of this package as one line, and
hands every other call to :mod:`traceback`.
"""

import asyncio
import sys
import traceback
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage  # type: ignore[import-untyped]
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from vocode_pulumi.errors import InterruptedUpdate, VocodeError

PLUGIN = "pulumi.dynamic.__main__"


class _PlainTracebacks:
    """The module :mod:`traceback`, with another ``format_exc`` for errors of this package."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    @staticmethod
    def format_exc(*args: Any, **kwargs: Any) -> str:
        """The text for the error that is being handled."""
        _, error, frames = sys.exc_info()
        if isinstance(error, InterruptedUpdate) and frames is not None:
            # The plugin's method that answers the engine's call.
            _keep_outputs(error, frames.tb_frame.f_locals["context"])
        return (
            str(error) if isinstance(error, VocodeError) else traceback.format_exc(*args, **kwargs)
        )


def _keep_outputs(error: InterruptedUpdate, context: Any) -> None:
    """Let the engine store the outputs of an update that failed. Pulumi's plugin has no other way to say it.

    Args:
        error: the error.
        context: gRPC's context of the call.
    """
    loop = asyncio.new_event_loop()
    outs = loop.run_until_complete(rpc.serialize_properties(dict(error.outs), {}))
    loop.close()
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(id=error.id, properties=outs, reasons=[str(error)])
    )
    status = status_pb2.Status(code=2, message=str(error), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))


def show_plainly() -> None:
    """Let Pulumi's plugin show expected errors as one line, if this process is a plugin."""
    main = sys.modules["__main__"]
    if getattr(main.__spec__, "name", None) == PLUGIN:
        main.traceback = _PlainTracebacks()  # type: ignore[attr-defined]

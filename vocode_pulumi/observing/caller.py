# SPDX-License-Identifier: Apache-2.0
"""For whom a thread works now: the engine call or the lookup that its API calls belong to.

This is a context variable, and not an argument of everything between the engine and HTTP, because it decides
nothing: what is done is the same without it.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vocode_pulumi.observing import spans
from vocode_pulumi.observing.lines import write
from vocode_pulumi.redaction import printable, redact

if TYPE_CHECKING:
    from opentelemetry.trace import Span

LOGGER = logging.getLogger("vocode_pulumi.calls")


@dataclass
class Caller:
    """An engine call or a lookup.

    Args:
        name: the name of the call, such as ``create``.
        urn: the URN of the resource; empty for a lookup.
        secrets: gives the texts that must not be seen.
        show_status: shows a line in the status of the resource, where that is possible.
        trace_headers: gives the headers in which the engine passes its trace.
        said: the waits that were shown already.
        span: the span of the call; ``None`` if there are no spans.
    """

    name: str = ""
    urn: str = ""
    secrets: Callable[[], Iterable[str]] = tuple
    show_status: Callable[[str], None] | None = None
    trace_headers: Callable[[], Mapping[str, str]] = dict
    said: set[str] = field(default_factory=set)
    span: "Span | None" = None

    def without_secrets(self, text: str) -> str:
        """A text as one line without the secrets."""
        return redact(printable(text), self.secrets())


_CURRENT: ContextVar[Caller | None] = ContextVar("vocode_pulumi caller", default=None)


def current() -> Caller:
    """For whom this thread works; a caller without a name if that is not known."""
    return _CURRENT.get() or Caller()


@contextmanager
def working_for(caller: Caller) -> Iterator[None]:
    """Let the API calls of this thread belong to a caller. It gets a span, and a line at the level ``debug``."""
    if spans.tracing() is not None:
        caller.span = _begin_span(caller)
    before, begun, error = _CURRENT.set(caller), time.perf_counter(), None
    try:
        yield
    except BaseException as raised:
        error = type(raised).__name__
        raise
    finally:
        _CURRENT.reset(before)
        seconds = time.perf_counter() - begun
        write(LOGGER, logging.DEBUG, lambda: _fields(caller, seconds, error))
        spans.end(caller.span, {"error.type": error}, error)


def _fields(caller: Caller, seconds: float, error: str | None) -> dict[str, Any]:
    return {
        "call": caller.name,
        "seconds": round(seconds, 4),
        "error": error,
        "urn": caller.without_secrets(caller.urn) or None,
    }


def _begin_span(caller: Caller) -> "Span | None":
    urn = caller.without_secrets(caller.urn)
    if not urn:
        return spans.begin(caller.name, "internal", {}, headers=caller.trace_headers())
    _, _, type_, *_ = urn.split("::", 3)
    kind = type_.rpartition(":")[2]
    attributes = {"pulumi.urn": urn, "rpc.method": caller.name}
    return spans.begin(
        f"{caller.name} {kind}", "server", attributes, headers=caller.trace_headers()
    )

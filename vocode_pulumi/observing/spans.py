# SPDX-License-Identifier: Apache-2.0
"""Spans of OpenTelemetry, if its variables ask for them. Without that nothing of it is loaded."""

import functools
import os
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from vocode_pulumi.observing.open_telemetry import Tracing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
EXPORTER = "OTEL_TRACES_EXPORTER"
PULUMI_ENDPOINT = "PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT"
"""Where `pulumi --otel-traces` takes the spans of plugins. Pulumi sets it for them."""

_STARTING = threading.Lock()


def are_wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the variables ask for spans."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if exporter := environ.get(EXPORTER, "").strip():
        return exporter.lower() != "none"
    return any(environ.get(name) for name in (*ENDPOINTS, PULUMI_ENDPOINT))


def tracing() -> "Tracing | None":
    """What makes the spans of this process; ``None`` if no spans are wanted or possible."""
    with _STARTING:
        return _tracing()


@functools.cache
def _tracing() -> "Tracing | None":
    if not are_wanted():
        return None
    try:
        from vocode_pulumi.observing.open_telemetry import Tracing

        return Tracing()
    except ImportError as error:
        why = f"{error}: `pip install 'pulumi-vocode[otel]'`"
    except Exception as error:  # noqa: BLE001 - whatever the variables say wrong stops no purchase
        why = f"{type(error).__name__}: {error}"
    # Pulumi shows the plugin's error stream.
    print(f"vocode_pulumi sends no OpenTelemetry spans: {why}", file=sys.stderr, flush=True)
    return None


def begin(
    name: str,
    kind: Literal["server", "client", "internal"],
    attributes: Mapping[str, Any],
    parent: "Span | None" = None,
    headers: Mapping[str, str] | None = None,
) -> "Span | None":
    """Begin a span; ``None`` if no spans are wanted.

    Args:
        name: its name.
        kind: its kind.
        attributes: its attributes.
        parent: the span that it is part of.
        headers: headers that name the parent, if that is in another process.
    """
    made = tracing()
    return made.begin(name, kind, attributes, parent, headers or {}) if made else None


def end(span: "Span | None", attributes: Mapping[str, Any], error: str | None) -> None:
    """End a span.

    Args:
        span: the span; ``None`` if there is none.
        attributes: further attributes.
        error: the kind of error; ``None`` after a success.
    """
    if span is not None and (made := tracing()):
        made.end(span, attributes, error)

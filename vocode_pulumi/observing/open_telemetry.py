# SPDX-License-Identifier: Apache-2.0
"""Spans with the SDK of OpenTelemetry. :mod:`vocode_pulumi.observing.spans` imports this if they are wanted.

The SDK reads most variables itself: the endpoint, headers, sampling, batches, attributes of the resource.
"""

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from vocode_pulumi.observing.spans import ENDPOINTS, EXPORTER, PULUMI_ENDPOINT

SERVICE = "pulumi-vocode"
PROTOCOLS = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""The exporter of OTLP for each protocol, by its name among the entry points."""
FROM_ENVIRONMENT = {"traceparent": "TRACEPARENT", "tracestate": "TRACESTATE"}
"""The variables in which a program that starts others passes its trace."""


class Tracing:
    """Makes the spans of this process. They are sent in the background, and the rest when the process ends.

    It is not the tracer provider of the whole process: the program may have its own.

    Raises:
        ImportError: a package is missing.
        Exception: the variables name something that does not exist.
    """

    def __init__(self) -> None:
        # Its exit handler sends the rest. Pulumi gives a plugin five seconds to end.
        self._provider = TracerProvider(resource=_resource())
        for exporter in _exporters():
            self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("vocode_pulumi")

    def begin(
        self,
        name: str,
        kind: str,
        attributes: Mapping[str, Any],
        parent: Span | None,
        headers: Mapping[str, str],
    ) -> Span:
        """Begin a span. Without a parent it belongs to the trace that the headers or the environment name."""
        if parent is not None:
            context = trace.set_span_in_context(parent)
        else:
            inherited = {
                header: os.environ[name]
                for header, name in FROM_ENVIRONMENT.items()
                if name in os.environ
            }
            context = propagate.extract(headers if "traceparent" in headers else inherited)
        return self._tracer.start_span(
            name, context, SpanKind[kind.upper()], attributes=_known(attributes)
        )

    @staticmethod
    def end(span: Span, attributes: Mapping[str, Any], error: str | None) -> None:
        """End a span."""
        span.set_attributes(_known(attributes))
        if error is not None:
            span.set_status(Status(StatusCode.ERROR, error))
        span.end()


def _known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def _resource() -> Resource:
    """What the variables say of the service; without a name there it has ours."""
    given = Resource.create()
    if str(given.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
        return given.merge(Resource({SERVICE_NAME: SERVICE}))
    return given


def _exporters() -> Iterator[SpanExporter]:
    names = os.environ.get(EXPORTER, "").strip()
    if not names and not any(os.environ.get(name) for name in ENDPOINTS):
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

        # Pulumi's own receiver, on this machine.
        yield OTLPSpanExporter(endpoint=os.environ[PULUMI_ENDPOINT], insecure=True)
        return
    for name in map(str.strip, (names or "otlp").split(",")):
        if name and name != "none":
            yield _exporter(name)


def _exporter(name: str) -> SpanExporter:
    if name == "otlp":
        protocol = (
            os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
            or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
            or "http/protobuf"
        )
        name = PROTOCOLS.get(protocol, protocol)
    for found in entry_points(group="opentelemetry_traces_exporter", name=name):
        exporter: SpanExporter = found.load()()
        return exporter
    raise ImportError(f"no package has the exporter {name!r}")

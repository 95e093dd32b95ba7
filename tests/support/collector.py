# SPDX-License-Identifier: Apache-2.0
"""A collector of OpenTelemetry that keeps what it is sent: OTLP over HTTP, at an address of this machine."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


@dataclass(frozen=True)
class Sent:
    """A span as the collector got it."""

    service: str
    name: str
    id: str
    parent: str
    trace: str
    kind: int
    failed: bool
    attributes: dict[str, Any]


@dataclass
class Collector:
    """What was sent so far."""

    url: str
    spans: list[Sent] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def of(self, service: str) -> list[Sent]:
        """The spans of a service."""
        return [span for span in self.spans if span.service == service]


@contextmanager
def collector(status: int = 200) -> Iterator[Collector]:
    """A collector that answers with a status."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    made = Collector(f"http://127.0.0.1:{server.server_port}")
    server.made, server.status = made, status  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        made: Collector = self.server.made  # type: ignore[attr-defined]
        made.bodies.append(body)
        made.spans += _spans(ExportTraceServiceRequest.FromString(body))
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_of: object) -> None:
        pass


def _spans(request: ExportTraceServiceRequest) -> Iterator[Sent]:
    for of_resource in request.resource_spans:
        about = _values(of_resource.resource.attributes)
        for scope in of_resource.scope_spans:
            for span in scope.spans:
                yield Sent(
                    service=str(about.get("service.name")),
                    name=span.name,
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    trace=span.trace_id.hex(),
                    kind=span.kind,
                    failed=span.status.code == 2,
                    attributes=_values(span.attributes),
                )


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}

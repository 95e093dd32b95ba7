# SPDX-License-Identifier: Apache-2.0
"""A real HTTP server on this machine that takes what calls send."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Received:
    """A request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


Respond = Callable[[Received], tuple[int, Any]]


class Receiver:
    """What was received, and what is answered: a status and a body, 200 with an empty object first."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[Received] = []
        self.respond: Respond = lambda _received: (200, {})
        self.headers: dict[str, str] = {}

    def events(self) -> list[tuple[str, Any]]:
        """Types and payloads of the events that came by POST."""
        bodies = [one.body for one in self.received if one.raw]
        return [(one["type"], one["payload"]) for one in bodies if "type" in one]


@contextmanager
def receiver(address: str = "127.0.0.1") -> Iterator[Receiver]:
    """A receiver on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            received = Received(
                self.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            made.received.append(received)
            status, body = made.respond(received)
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = answer  # noqa: N815 - http.server's name for it
        do_POST = answer  # noqa: N815 - http.server's name for it
        do_PUT = answer  # noqa: N815 - http.server's name for it
        do_PATCH = answer  # noqa: N815 - http.server's name for it

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((address, 0), Handler)
    server.daemon_threads = True
    made = Receiver(f"http://{address}:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

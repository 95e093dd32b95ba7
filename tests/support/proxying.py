# SPDX-License-Identifier: Apache-2.0
"""A proxy as companies have one, and a server that speaks TLS with a certificate of one's own."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Proxy(ThreadingHTTPServer):
    """A proxy that opens each tunnel to one and the same server, whatever host the client names.

    Args:
        target: the URL of that server.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        parts = urlsplit(target)
        self.target = (str(parts.hostname), int(parts.port or 0))
        self.asked: list[str] = []
        self.authorizations: list[str | None] = []

    @property
    def url(self) -> str:
        """The address of the proxy."""
        return f"http://127.0.0.1:{self.server_port}"


class _ProxyHandler(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)
        self.server.authorizations.append(self.headers.get("Proxy-Authorization"))
        with socket.create_connection(self.server.target) as target:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pipe, args=(target, self.connection), daemon=True)
            back.start()
            _pipe(self.connection, target)
            back.join()
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


def _pipe(source: socket.socket, target: socket.socket) -> None:
    """Copy what arrives until the source ends."""
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Front(BaseHTTPRequestHandler):
    """Passes each request on to the server behind."""

    protocol_version = "HTTP/1.1"
    behind: str

    def _pass_on(self) -> None:
        parts = urlsplit(self.behind)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_GET = do_POST = _pass_on  # noqa: N815 (the names that http.server calls)

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@contextmanager
def served(server: ThreadingHTTPServer) -> Iterator[None]:
    """Serve in a thread."""
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """A proxy whose tunnels all lead to one server."""
    with served(proxy := Proxy(target)):
        yield proxy


@contextmanager
def over_tls(behind: str, tls: ssl.SSLContext) -> Iterator[str]:
    """The address of a server with TLS that passes everything on to a server without."""
    handler = type("Front", (_Front,), {"behind": behind})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    with served(server):
        yield f"https://127.0.0.1:{server.server_port}"

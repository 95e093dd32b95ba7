# SPDX-License-Identifier: Apache-2.0
"""A server that answers as no server should: whatever bytes a test wants, as slowly as it wants."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


class Misbehaving(ThreadingTCPServer):
    """It calls a function for each request; each answer has a connection of its own.

    Args:
        answer: gets the server, by whose :meth:`send` it answers.
        tls: of the server; ``None`` for none.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, answer: Callable[["Misbehaving", socket.socket], None], tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}"
        self.requests: list[bytes] = []
        self.sent = 0
        self.over = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: the client hangs up as it should."""

    def send(self, connection: socket.socket, data: bytes) -> None:
        """Send something, and count it."""
        connection.sendall(data)
        self.sent += len(data)

    def drip(self, connection: socket.socket, data: bytes) -> None:
        """Send a byte at a time, for longer than any test has patience."""
        for at in range(300):
            self.send(connection, data[at % len(data) :][:1])
            if self.over.wait(0.1):
                return

    def pour(self, connection: socket.socket, data: bytes, megabytes: int) -> None:
        """Send a lot."""
        block = data * (1_000_000 // len(data))
        for _ in range(megabytes):
            self.send(connection, block)


class _Handler(BaseRequestHandler):
    server: Misbehaving

    def handle(self) -> None:
        connection: socket.socket = self.request
        if self.server.tls:
            connection = self.server.tls.wrap_socket(connection, server_side=True)
        with suppress(OSError), connection:
            request = _request(connection)
            if request:
                self.server.requests.append(request)
                self.server.answer(self.server, connection)


def _request(connection: socket.socket) -> bytes:
    """The request with its body; empty for none. What does not begin as one is taken as it comes."""
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(65536)
        request += more
        if not more or not request[:1].isalpha():
            return request
    head, _, body = request.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"),
        0,
    )
    while len(body) < length and (more := connection.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def misbehaving(
    answer: Callable[[Misbehaving, socket.socket], None], tls: ssl.SSLContext | None = None
) -> Iterator[Misbehaving]:
    """Serve while the block runs.

    Args:
        answer: called with the server and the connection of each request.
        tls: of the server; ``None`` for none.
    """
    with Misbehaving(answer, tls) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()


def says(answer: bytes) -> Callable[[Misbehaving, socket.socket], None]:
    """The function that answers every request so."""
    return lambda server, connection: server.send(connection, answer)

# SPDX-License-Identifier: Apache-2.0
"""Answers of the routes, kept until faults have changed them."""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Message

PART = 2**18
"""Bytes of spaces in one part."""


class Ascii(JSONResponse):
    """JSON with everything that Python can read, including NaN and lone surrogates."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


class Answer:
    """The answer of the routes.

    Attributes:
        status: the HTTP status.
        headers: the headers by lower-case name. The length is added later.
        body: the body without padding.
        pad: how many spaces follow the body.
        zipped: whether body and padding are compressed.
    """

    def __init__(self) -> None:
        self.status = 500
        self.headers: dict[str, str] = {}
        self.body = b""
        self.pad = 0
        self.zipped = False

    async def take(self, message: Message) -> None:
        """Add a part of the answer, as ASGI sends it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in message["headers"]}
            self.headers.pop("content-length", None)
        else:
            self.body += message.get("body", b"")

    def replace(self, status: int, body: Any) -> None:
        """Replace the answer. A text is sent as it is, anything else as JSON."""
        text = isinstance(body, str)
        self.status = status
        self.body = (body if text else json.dumps(body)).encode("utf-8", "surrogatepass")
        self.headers = {"content-type": "text/plain; charset=utf-8" if text else "application/json"}

    def patch(self, fields: Mapping[str, Any]) -> None:
        """Merge fields over the top level of the answer, if it is a JSON object."""
        whole = json.loads(self.body)
        if isinstance(whole, dict):
            self.body = json.dumps({**whole, **fields}).encode()

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Add headers. They replace headers of the same names."""
        self.headers |= {name.lower(): value for name, value in headers.items()}

    @property
    def start(self) -> Message:
        """The status and the headers, for ASGI."""
        size = str(len(self.body) + self.pad)
        form = {"content-encoding": "gzip"} if self.zipped else {"content-length": size}
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": [(k.encode(), v.encode()) for k, v in (form | self.headers).items()],
        }

    def parts(self, *, half: bool = False, bytewise: bool = False) -> Iterator[bytes]:
        """The body, or half of it, in parts that do not fill the memory."""
        size = len(self.body) + self.pad
        parts = _padded(self.body, size // 2 if half else size)
        if self.zipped:
            parts = _zipped(parts, whole=not half)
        return (bytes([byte]) for part in parts for byte in part) if bytewise else parts


def _padded(body: bytes, size: int) -> Iterator[bytes]:
    """A body, cut or padded with spaces to a size."""
    yield body[:size]
    for left in range(size - len(body), 0, -PART):
        yield b" " * min(left, PART)


def _zipped(parts: Iterable[bytes], *, whole: bool) -> Iterator[bytes]:
    """The parts, compressed with gzip. The end of the format follows if the parts are complete."""
    packer = zlib.compressobj(wbits=31)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush(zlib.Z_FINISH if whole else zlib.Z_SYNC_FLUSH)

# SPDX-License-Identifier: Apache-2.0
"""Answers of the routes, held back so that faults can change them."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Message


class Ascii(JSONResponse):
    """JSON that can say all that Python's own reads: also NaN and lone surrogates."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


class Answer:
    """What the routes answered.

    Attributes:
        status: of HTTP.
        headers: by their names in small letters.
        body: without what faults add to it.
    """

    def __init__(self) -> None:
        self.status = 500
        self.headers: dict[str, str] = {}
        self.body = b""

    async def take(self, message: Message) -> None:
        """Take in a part of it, as ASGI sends it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in message["headers"]}
        else:
            self.body += message.get("body", b"")

    def replace(self, status: int, body: Any) -> None:
        """Say something else: a text as it is, all else as JSON."""
        text = isinstance(body, str)
        self.status = status
        self.body = (body if text else json.dumps(body)).encode("utf-8", "surrogatepass")
        kind = "text/plain; charset=utf-8" if text else "application/json"
        self.headers = {"content-type": kind, "content-length": str(len(self.body))}

    def patch(self, fields: Mapping[str, Any]) -> None:
        """Merge fields over the top level of the answer; one that is no JSON object stays."""
        whole = json.loads(self.body)
        if isinstance(whole, dict):
            self.body = json.dumps({**whole, **fields}).encode()
            self.headers["content-length"] = str(len(self.body))

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Add headers, in place of those with the same names."""
        self.headers |= {name.lower(): value for name, value in headers.items()}

    @property
    def start(self) -> Message:
        """The status and the headers, for ASGI."""
        return {
            "type": "http.response.start",
            "status": self.status,
            "headers": [(k.encode(), v.encode()) for k, v in self.headers.items()],
        }

# SPDX-License-Identifier: Apache-2.0
"""Observing each try of a call to Vocode's API. What a call does never depends on this.

No body is looked at. Of a query, only parameters that name an object or a page have their values shown.
"""

import logging
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from vocode_pulumi.observing import spans
from vocode_pulumi.observing.caller import current
from vocode_pulumi.observing.lines import write
from vocode_pulumi.redaction import MASK, cut, redact

if TYPE_CHECKING:
    from opentelemetry.trace import Span

LOGGER = logging.getLogger("vocode_pulumi.api")
NAMING = frozenset({"id", "phone_number", "page", "size"})
"""The query parameters whose values are shown."""
REQUEST_ID = "X-Request-ID"
"""ASSUMED: the header in which Vocode, or a gateway before it, names a request."""


class ApiTry:
    """One try of a call, from before it is sent until its answer is read.

    Args:
        method: the HTTP method.
        path: the path.
        query: the query parameters.
        attempt: which try of the call this is, from 1.
        key: the API key, which is not shown.
    """

    def __init__(
        self, method: str, path: str, query: Mapping[str, Any], attempt: int, key: str
    ) -> None:
        self._caller = current()
        self._method, self._path, self._query = method, path, query
        self._attempt = attempt
        self._key = key
        self._begun = 0.0
        self._status: int | None = None
        self._request_id: str | None = None
        self._error: str | None = None
        self._retry_in: float | None = None
        self._span: Span | None = None

    def __enter__(self) -> Self:
        if spans.tracing() is not None:
            self._span = self._begin_span()
        self._begun = time.perf_counter()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _frames: TracebackType | None,
    ) -> None:
        if error is not None:
            self._error = type(error).__name__
        self._log(time.perf_counter() - self._begun)
        if self._span is not None:
            self._end_span(self._span)

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Remember what an answer says of itself."""
        self._status = status
        self._request_id = headers.get(REQUEST_ID)

    def failed_for_now(self, error: Exception, wait: float) -> None:
        """Remember that the call is tried again.

        Args:
            error: how this try failed.
            wait: seconds until the next try.
        """
        self._error, self._retry_in = type(error).__name__, wait

    def _log(self, seconds: float) -> None:
        level = logging.INFO
        if self._error is not None:
            level = logging.ERROR if self._retry_in is None else logging.WARNING
        write(LOGGER, level, lambda: self._fields(seconds))

    def _fields(self, seconds: float) -> dict[str, Any]:
        return {
            "method": self._method,
            "path": "?".join(filter(None, [self._path, self._visible_query()])),
            "status": self._status,
            "seconds": round(seconds, 4),
            "attempt": self._attempt,
            "request_id": self._visible_request_id(),
            "error": self._error,
            "retry_in": None if self._retry_in is None else round(self._retry_in, 2),
            "call": self._caller.name or None,
            "urn": self._caller.without_secrets(self._caller.urn) or None,
        }

    def _begin_span(self) -> "Span | None":
        attributes = {
            "http.request.method": self._method,
            "url.path": self._path,
            "url.query": self._visible_query() or None,
            "http.request.resend_count": self._attempt - 1 or None,
        }
        name = f"{self._method} {self._path}"
        return spans.begin(name, "client", attributes, self._caller.span)

    def _end_span(self, span: "Span") -> None:
        attributes = {
            "http.response.status_code": self._status,
            "http.response.header.x-request-id": self._visible_request_id(),
            "error.type": self._error,
        }
        spans.end(span, attributes, self._error)

    def _visible_query(self) -> str:
        return "&".join(
            f"{name}={self._visible(str(value)) if name in NAMING else MASK}"
            for name, value in self._query.items()
        )

    def _visible_request_id(self) -> str | None:
        return self._visible(cut(self._request_id)) if self._request_id else None

    def _visible(self, text: str) -> str:
        return redact(self._caller.without_secrets(text), [self._key])

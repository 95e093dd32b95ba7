# SPDX-License-Identifier: Apache-2.0
"""Faults of coming requests, and the list of requests. Both come before the routes."""

import asyncio
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vocode_pulumi.sandbox import masking
from vocode_pulumi.sandbox.account.behaviour import now, problem
from vocode_pulumi.sandbox.account.store import Body
from vocode_pulumi.sandbox.http.accounts import Accounts
from vocode_pulumi.sandbox.http.answers import Answer
from vocode_pulumi.sandbox.http.connections import Connections
from vocode_pulumi.sandbox.options import DEFAULT_API_KEY
from vocode_pulumi.sandbox.wire import plain_json

LARGEST_PAD = 2**29
"""Half a gigabyte."""

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]

HeaderName = Annotated[str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
HeaderValue = Annotated[str, Field(pattern=r"^([^\x00-\x20\x7f]+([ \t]+[^\x00-\x20\x7f]+)*)?$")]
"""What HTTP can carry."""


class Fault(BaseModel):
    """A fault of coming requests.

    Args:
        method: the method of the requests; default any.
        path: the path of the requests, without the query; default any.
        times: how many requests fail; default 1.
        after: how many such requests succeed first; default 0.
        status: the status of the answer, instead of the real one.
        body: the body of the answer, instead of the real one. A text is sent as it is, anything else
            as JSON.
        patch: fields to merge over the top level of the real answer. The request is carried out. A
            ``status`` beside it replaces only the status.
        headers: headers of the answer. They replace headers of the same names.
        work: whether the request is carried out although its answer is replaced; default false.
        wait: seconds before the request is carried out, even if the client is gone by then.
        later: seconds until the request is carried out. The answer, or the closing, does not wait.
        delay: seconds before the answer, after the request is carried out (unless ``later``).
        close: ``"before"`` or ``"after"`` carrying the request out: the connection is closed without
            an answer.
        cut: whether the connection is closed in the middle of the answer; default false.
        pad: bytes of spaces after the answer; default 0.
        gzip: whether the answer is compressed, whatever the client accepts; default false.
        trickle: seconds between the bytes of the body. The headers are sent at once.
        strangers: how many numbers somebody else buys meanwhile, with the same request; default 0.
        unlisted: seconds for which lists leave out a number that the request buys or links.
        unread: seconds for which ``GET``, update and cancel answer 404 for such a number.
    """

    model_config = ConfigDict(extra="forbid")

    method: str | None = None
    path: str | None = None
    times: int = Field(default=1, ge=1)
    after: int = Field(default=0, ge=0)
    status: int | None = Field(default=None, ge=200, le=599)
    body: Any = None
    patch: dict[str, Any] | None = None
    headers: dict[HeaderName, HeaderValue] = {}
    work: bool = False
    wait: Seconds = 0
    later: Seconds = 0
    delay: Seconds = 0
    close: Literal["before", "after"] | None = None
    cut: bool = False
    pad: int = Field(default=0, ge=0, le=LARGEST_PAD)
    gzip: bool = False
    trickle: Seconds = 0
    strangers: int = Field(default=0, ge=0)
    unlisted: Seconds = 0
    unread: Seconds = 0

    @model_validator(mode="after")
    def makes_sense(self) -> Self:
        """Refuse combinations that make no sense.

        Raises:
            ValueError: two fields cannot be combined.
        """
        if self.patch is not None and "body" in self.model_fields_set:
            raise ValueError("patch changes the real answer, and body replaces it: give one")
        if self.close and (self.patch is not None or self.pad or self.gzip or self.trickle):
            raise ValueError("a closed connection gets no answer: no patch, pad, gzip or trickle")
        if self.later and not (self.replaces or self.close == "before"):
            raise ValueError('later needs an answer without the work: status, body, close "before"')
        if self.later and self.close == "after":
            raise ValueError('work that is done later comes after the closing: close "before"')
        if self.later and self.wait:
            raise ValueError("wait and later both say when the work is done: give one")
        return self

    def strikes(self, method: str, path: str) -> bool:
        """Whether the fault applies to a request."""
        right_method = self.method is None or self.method.upper() == method
        return right_method and self.path in (None, path)

    def of_numbers(self) -> Body:
        """What to note on a number that the request buys or links now."""
        late = {"listed_from": self.unlisted, "read_from": self.unread}
        return {name: time.time() + seconds for name, seconds in late.items() if seconds}

    @property
    def replaces(self) -> bool:
        """Whether the fault replaces the real answer."""
        return "body" in self.model_fields_set or (self.status is not None and self.patch is None)

    def change(self, answer: Answer) -> None:
        """Change an answer of the routes as the fault says."""
        if self.replaces:
            told = "body" in self.model_fields_set
            status = self.status or 200
            answer.replace(status, self.body if told else {"detail": _detail(status)})
        elif self.patch is not None:
            answer.patch(self.patch)
            answer.status = self.status or answer.status
        answer.add_headers(self.headers)
        answer.pad, answer.zipped = self.pad, self.gzip


def _detail(status: int) -> Any:
    """The ``detail`` of an answer of which a fault names only the status."""
    words = "Fault on order"
    return [problem("body", msg=words, type="value_error")] if status == 422 else words


class FaultInjector:
    """ASGI: list each request of the API, and apply the faults.

    Args:
        app: the routes.
        accounts: the accounts of the server. Their store has the list of requests and the faults.
        connections: the connections of the clients.
    """

    def __init__(self, app: ASGIApp, accounts: Accounts, connections: Connections) -> None:
        self.app = app
        self.accounts = accounts
        self.store = accounts.store
        self.connections = connections
        self._later: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        scope = {**scope, "accounts": self.accounts, "connections": self.connections}
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(("/_sandbox/", "/openapi.json", "/docs")):
            await self.app(scope, receive, send)
            return
        self.connections.carries(scope["client"])
        sent = await _whole(receive)
        asked = self.store.asked(scope["method"], *_shown(scope, sent), now())
        fault = self._fault(scope["method"], path)
        for _ in range(fault.strangers):
            await self._ask(scope, receive, sent, {"stranger": True})
        if fault.later:
            task = asyncio.create_task(self._ask_later(scope, receive, sent, fault))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        if fault.wait:
            await asyncio.sleep(fault.wait)
        if fault.close == "before":
            await self._close(scope, receive, at_once=True)
            return
        answer = Answer()
        if not fault.later and (fault.work or not fault.replaces):
            answer = await self._ask(scope, receive, sent, fault.of_numbers())
        fault.change(answer)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.close == "after":
            await self._close(scope, receive, at_once=True)
            return
        self.store.answered(asked, answer.status)
        await send(answer.start)
        pause = 0.0
        for part in answer.parts(half=fault.cut, bytewise=bool(fault.trickle)):
            await asyncio.sleep(pause)
            await send({"type": "http.response.body", "body": part, "more_body": True})
            pause = fault.trickle
        if fault.cut:
            await self._close(scope, receive, at_once=False)
            return
        await send({"type": "http.response.body"})

    async def _ask(self, scope: Scope, receive: Receive, sent: bytes, noted: Body) -> Answer:
        """Let the routes carry out a request, with a note for a number that it buys or links."""
        answer = Answer()
        await self.app({**scope, "noted": noted}, _replay(sent, receive), answer.take)
        return answer

    async def _ask_later(self, scope: Scope, receive: Receive, sent: bytes, fault: Fault) -> None:
        await asyncio.sleep(fault.later)
        await self._ask(scope, receive, sent, fault.of_numbers())

    async def _close(self, scope: Scope, receive: Receive, *, at_once: bool) -> None:
        self.connections.close(scope["client"], at_once=at_once)
        while (await receive())["type"] != "http.disconnect":
            pass

    def _fault(self, method: str, path: str) -> Fault:
        with self.store.transaction():
            for seq, kept in self.store.faults():
                fault = Fault.model_validate(kept)
                if not fault.strikes(method, path):
                    continue
                if fault.after:
                    self.store.keep_fault(seq, {**kept, "after": fault.after - 1})
                    continue
                rest = {**kept, "times": fault.times - 1}
                self.store.keep_fault(seq, rest if rest["times"] else None)
                return fault
        return Fault()


async def _whole(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _shown(scope: Scope, sent: bytes) -> tuple[str, Any]:
    """The path and the body of a request for the list of requests."""
    try:
        body = plain_json.read(sent) if sent else None
    except ValueError:
        body = f"<{len(sent)} bytes that cannot be read as JSON>"
    credentials = {*_keys(scope), *masking.credentials_in(body)}
    path = masking.masked_target(scope["path"], scope["query_string"].decode(), credentials)
    return path, masking.masked(body, credentials)


def _keys(scope: Scope) -> Iterator[str]:
    """The key in the headers of a request, unless it is the one that everybody knows."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            key = value.decode("latin-1").rpartition(" ")[2]
            if key != DEFAULT_API_KEY:
                yield key

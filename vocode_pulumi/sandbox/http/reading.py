# SPDX-License-Identifier: Apache-2.0
"""Reading the bodies of requests. What cannot be read, stored and answered again is a 422."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import HTTPException, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from vocode_pulumi.sandbox.account.behaviour import problem
from vocode_pulumi.sandbox.masking import masked
from vocode_pulumi.sandbox.wire import plain_json


class _ReadableRequest(Request):
    """A request whose body is JSON. FastAPI alone answers 400 to some bodies that are not."""

    async def json(self) -> Any:
        """The body.

        Raises:
            HTTPException: 422, because the body is not JSON.
        """
        body = await self.body()
        try:
            return plain_json.read(body)
        except ValueError as error:
            at = getattr(error, "pos", 0)
            raise HTTPException(
                422, [problem("body", at, msg="JSON decode error", type="json_invalid")]
            ) from error


class _PlainRequest(_ReadableRequest):
    """A request whose body every JSON library can write again."""

    async def json(self) -> Any:
        """The body.

        Raises:
            HTTPException: 422, because of a value in the body.
        """
        body = await super().json()
        found = [
            problem("body", *place, msg=message, type=kind)
            for place, message, kind in plain_json.problems(body)
        ]
        if found:
            raise HTTPException(422, masked(found))
        return body


class ReadableRoute(APIRoute):
    """A route that takes any JSON that Python can read, also lone surrogates and NaN."""

    request: ClassVar[type[Request]] = _ReadableRequest

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that FastAPI calls."""
        handle = super().get_route_handler()

        async def read_and_handle(request: Request) -> Response:
            return await handle(self.request(request.scope, request.receive))

        return read_and_handle


class PlainRoute(ReadableRoute):
    """A route that takes only JSON that every JSON library can write again."""

    request = _PlainRequest

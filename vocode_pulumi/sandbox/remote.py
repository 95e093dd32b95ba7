# SPDX-License-Identifier: Apache-2.0
"""A sandbox that is running somewhere, by its address."""

import json
import time
import urllib.request
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

CALL_SECONDS = 300
"""How long a call is waited for: longer than deliveries that all fail take by default."""


class Remote:
    """A running sandbox.

    Args:
        url: where it listens.
        api_key: that requests must carry.
    """

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url
        self.api_key = api_key

    def call(self, method: str, path: str, json_: Any = None, **query: Any) -> Any:
        """Ask it something, with its key.

        Args:
            method: of HTTP.
            path: such as ``/v1/numbers/buy``.
            json_: body; default none.
            **query: parameters.

        Returns:
            What it answered, from JSON.

        Raises:
            urllib.error.HTTPError: the answer is no.
        """
        target = self.url + path + (f"?{urlencode(query)}" if query else "")
        request = urllib.request.Request(target, method=method)  # noqa: S310 - its own address
        request.add_header("Authorization", f"Bearer {self.api_key}")
        if json_ is not None:
            request.data = json.dumps(json_).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - its own address
            text = answer.read()
        return json.loads(text) if text else None

    def call_number(
        self, number: str, *, from_number: str, say: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Call one of its numbers, and wait until the call is over and all of it is delivered.

        Args:
            number: digits with the country code.
            from_number: of the caller, likewise.
            say: the caller's turns; default a greeting and a goodbye.

        Returns:
            The call, as ``GET /v1/calls`` has it.

        Raises:
            urllib.error.HTTPError: 404 for an unknown number, 409 for one without an agent.
            TimeoutError: it takes longer than five minutes.
        """
        order: dict[str, Any] = {"to_number": number, "from_number": from_number}
        if say is not None:
            order["say"] = list(say)
        made = self.call("POST", "/_sandbox/calls", order)
        return self.wait_for_call(made["id"])

    def wait_for_call(self, call_id: str) -> dict[str, Any]:
        """Wait until a call is over and all of it is delivered.

        Raises:
            TimeoutError: it takes longer than five minutes.
        """
        until = time.monotonic() + CALL_SECONDS
        while time.monotonic() < until:
            call: dict[str, Any] = self.call("GET", "/v1/calls", id=call_id)
            waiting = any(one["state"] == "waiting" for one in self.deliveries(call_id))
            if call["status"] == "ended" and not waiting:
                return call
            time.sleep(0.02)
        raise TimeoutError(f"call {call_id} is not over after {CALL_SECONDS} s")

    def deliveries(self, call_id: str | None = None) -> list[dict[str, Any]]:
        """What calls sent, oldest first.

        Args:
            call_id: of one call; default of all.
        """
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/deliveries")
        return [one for one in found if call_id in (None, one["call_id"])]

    def clear_deliveries(self) -> None:
        """Forget what was sent."""
        self.call("DELETE", "/_sandbox/deliveries")

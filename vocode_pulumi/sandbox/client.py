# SPDX-License-Identifier: Apache-2.0
"""A client of a running sandbox."""

import json
import time
import urllib.request
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

CALL_SECONDS = 300
"""Seconds to wait for a call. Deliveries that all fail take less by default."""


class SandboxClient:
    """A client of a running sandbox.

    Args:
        url: the address of the sandbox.
        api_key: the key of the account.
    """

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url
        self.api_key = api_key

    def call(self, method: str, path: str, json_: Any = None, **query: Any) -> Any:
        """Send a request with the key of the account.

        Args:
            method: the HTTP method.
            path: a path such as ``/v1/numbers/buy``.
            json_: the body; default none.
            **query: the parameters.

        Returns:
            The answer, read from JSON.

        Raises:
            urllib.error.HTTPError: the status is 400 or more.
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

    def another_account(self, api_key: str) -> "SandboxClient":
        """The account of the same sandbox that has another key. It is created if it does not exist."""
        self.call("POST", "/_sandbox/accounts", {"api_key": api_key})
        return SandboxClient(self.url, api_key)

    def rotate_key(self, new_api_key: str) -> None:
        """Replace the key of the account. The sandbox refuses the old key from then on."""
        keys = {"api_key": self.api_key, "new_api_key": new_api_key}
        self.call("POST", "/_sandbox/accounts/rotate", keys)
        self.api_key = new_api_key

    def call_number(
        self, number: str, *, from_number: str, say: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Call a number, and wait until the call is over and everything is delivered.

        Args:
            number: digits with the country code.
            from_number: the number of the caller.
            say: the caller's turns; default a greeting and a goodbye.

        Returns:
            The call, as ``GET /v1/calls`` has it.

        Raises:
            urllib.error.HTTPError: 404 for an unknown number, 409 for one without an agent.
            TimeoutError: the call takes longer than five minutes.
        """
        order: dict[str, Any] = {"to_number": number, "from_number": from_number}
        if say is not None:
            order["say"] = list(say)
        made = self.call("POST", "/_sandbox/calls", order)
        return self.wait_for_call(made["id"])

    def wait_for_call(self, call_id: str) -> dict[str, Any]:
        """Wait until a call is over and everything is delivered.

        Raises:
            TimeoutError: the call takes longer than five minutes.
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
        """The deliveries of calls, oldest first.

        Args:
            call_id: the id of one call; default all calls.
        """
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/deliveries")
        return [one for one in found if call_id in (None, one["call_id"])]

    def clear_deliveries(self) -> None:
        """Empty the list of deliveries."""
        self.call("DELETE", "/_sandbox/deliveries")

    def requests(self) -> list[dict[str, Any]]:
        """The requests to the sandbox: ``method``, ``path``, ``status``, ``time``, ``body``."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/requests")
        return found

    def clear_requests(self) -> None:
        """Empty the list of requests."""
        self.call("DELETE", "/_sandbox/requests")

    def connections(self) -> int:
        """How many connections have carried requests of the API since the start."""
        return int(self.call("GET", "/_sandbox/connections")["opened"])

    def fault(self, **fault: Any) -> None:
        """Add a fault for coming requests. The arguments are those of :class:`vocode_pulumi.sandbox.http.faults.Fault`."""
        self.call("POST", "/_sandbox/faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still to come."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/faults")
        return found

    def clear_faults(self) -> None:
        """Remove the faults that are still to come."""
        self.call("DELETE", "/_sandbox/faults")

    def add_numbers(self, count: int, **more: Any) -> list[str]:
        """Give the account numbers that were never paid for.

        Args:
            count: how many.
            **more: ``area_code``, ``telephony_provider`` and ``inbound_agent``, as in a purchase. They
                apply to every number.

        Returns:
            The digits of the numbers.
        """
        made: list[str] = self.call("POST", "/_sandbox/numbers", {"count": count, **more})
        return made

    def spell(self, *, plus: str) -> None:
        """Spell numbers with a plus from now on: ``"none"``, ``"everywhere"`` or ``"purchases"``."""
        self.call("POST", "/_sandbox/spelling", {"plus": plus})

    def purchases(self) -> list[dict[str, Any]]:
        """Every number that was ever bought, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/purchases")
        return found

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


class SandboxClient:
    """A running sandbox.

    Args:
        url: where it listens.
        api_key: of the account that is meant.
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

    def another_account(self, api_key: str) -> "SandboxClient":
        """An account of the same sandbox that has another key; made when there is none."""
        self.call("POST", "/_sandbox/accounts", {"api_key": api_key})
        return SandboxClient(self.url, api_key)

    def rotate_key(self, new_api_key: str) -> None:
        """Change the account's key; the one of before is refused from then on."""
        keys = {"api_key": self.api_key, "new_api_key": new_api_key}
        self.call("POST", "/_sandbox/accounts/rotate", keys)
        self.api_key = new_api_key

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

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of it: ``method``, ``path``, ``status``, ``time``, ``body``."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/requests")
        return found

    def clear_requests(self) -> None:
        """Forget what was asked of it."""
        self.call("DELETE", "/_sandbox/requests")

    def connections(self) -> int:
        """How many connections have carried requests of the API since it was started."""
        return int(self.call("GET", "/_sandbox/connections")["opened"])

    def fault(self, **fault: Any) -> None:
        """Queue a fault; arguments are those of :class:`vocode_pulumi.sandbox.http.faults.Fault`."""
        self.call("POST", "/_sandbox/faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """Faults that have not struck yet."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/faults")
        return found

    def clear_faults(self) -> None:
        """Drop the faults that have not struck yet."""
        self.call("DELETE", "/_sandbox/faults")

    def add_numbers(self, count: int, **more: Any) -> list[str]:
        """Give it numbers that were there before, and were never paid for.

        Args:
            count: how many.
            **more: ``area_code``, ``telephony_provider`` and ``inbound_agent`` of all of them, as in
                a purchase.

        Returns:
            Their digits.
        """
        made: list[str] = self.call("POST", "/_sandbox/numbers", {"count": count, **more})
        return made

    def spell(self, *, plus: str) -> None:
        """Spell numbers with a plus from now on: ``"none"``, ``"everywhere"`` or ``"purchases"``."""
        self.call("POST", "/_sandbox/spelling", {"plus": plus})

    def purchases(self) -> list[dict[str, Any]]:
        """Every number that was ever paid for, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/purchases")
        return found

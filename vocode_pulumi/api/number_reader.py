# SPDX-License-Identifier: Apache-2.0
"""Reading many numbers of an account with few calls.

A list gives the same fields of a number as ``GET``, but only the id of its agent. So this calls ``GET``
for the first number of each agent, which returns the whole agent. The agent's other numbers are read from
the list. ASSUMED: a list shows a number as ``GET`` would at the same time.

Facts: https://docs.vocode.dev and the API's OpenAPI document, ``/v1/numbers``.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress

from vocode_pulumi import digits
from vocode_pulumi.api.absence import NUMBERS, get_number
from vocode_pulumi.api.answers import Json, id_of
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import CallError, NotFoundError


class NumberReader:
    """Reads many numbers of an account. Safe to share between threads.

    Args:
        client: the client of the account. After each write of the client, the list is read anew.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._begin_list()

    def _begin_list(self) -> None:
        self._writes = self._client.writes
        self._pages: Iterator[list[Json]] = self._client.pages(
            f"{NUMBERS}/list",
            # After most failures a page is not requested again: the reader can call GET, and need not wait.
            "if_refused",
        )
        self._pages_read = 0
        # The numbers that readers look for in the list: `_entry_in_list` reads more pages for more numbers.
        self._wanted: set[str] = set()
        self._is_complete = False
        self._listed: dict[str, Json] = {}
        self._agents: dict[str, Future[Json | None]] = {}

    def read(
        self, number: str, agent: str | None = None, account: str | None = None
    ) -> Json | None:
        """A number as ``GET`` gives it; ``None`` if it is gone or was released.

        Args:
            number: digits.
            agent: the id of the agent that the number had when it was last read; ``None`` (default) if it had
                none.
            account: Vocode's id of the account that the number was in; ``None`` (default) if it is not known.

        Raises:
            WrongAccount: the key in use is of another account.
            CallError: a call failed.
        """
        # Added before the lock, so that the reader that has the lock counts this one too.
        self._wanted.add(number)
        with self._lock:
            if self._client.writes != self._writes:
                self._begin_list()
            # Added again: a new list begins with no numbers.
            self._wanted.add(number)
            agents = self._agents
            promised: Future[Json | None] | None = None
            if agent is not None and agent not in agents:
                # The first number of its agent is read with GET. The agent's other numbers wait for the answer.
                promised = agents[agent] = Future()
                self._wanted.discard(number)
            listed = None if promised else self._entry_in_list(number)
        if promised:
            try:
                return self._get(number, agents, account)
            finally:
                with self._lock:
                    if not promised.done():
                        promised.set_result(None)
        if listed is not None and "inbound_agent" in listed and listed.get("active") is not False:
            current = id_of(listed["inbound_agent"])
            if current is None:
                return listed
            if current in agents and (whole_agent := agents[current].result()) is not None:
                return {**listed, "inbound_agent": whole_agent}
        return self._get(number, agents, account)

    def _get(
        self, number: str, agents: dict[str, "Future[Json | None]"], account: str | None
    ) -> Json | None:
        """Get a number, and keep its agent for the other numbers."""
        try:
            found = get_number(self._client, number)
        except NotFoundError:
            self._client.require_gone(
                f"GET {NUMBERS}", NUMBERS, number, account, self._complete_list()
            )
            return None
        if found.get("active") is False:
            return None
        whole_agent = found.get("inbound_agent")
        if isinstance(whole_agent, dict) and (agent := id_of(whole_agent)):
            with self._lock:
                known = agents.get(agent)
                if known is None or (known.done() and known.result() is None):
                    known = agents[agent] = Future()
                if not known.done():
                    known.set_result(whole_agent)
        return found

    def _complete_list(self) -> list[Json]:
        """The complete list; all numbers that are gone share it."""
        with self._lock:
            if not self._is_complete:
                listed = self._client.list(f"{NUMBERS}/list")
                self._listed = _by_number(listed)
                self._is_complete = True
            return [*self._listed.values()]

    def _entry_in_list(self, number: str) -> Json | None:
        """A number's entry in the list; ``None`` if it is not in the pages that are read.

        At most one page more is read than there are numbers to read. So a few numbers of a large account
        do not need all pages of its list.
        """
        # If a page cannot be read, GET finds the number.
        with suppress(CallError):
            while number not in self._listed and self._pages_read <= len(self._wanted):
                page = next(self._pages, None)
                if page is None:
                    break
                self._pages_read += 1
                self._listed |= _by_number(page)
        return self._listed.get(number)


def _by_number(items: list[Json]) -> dict[str, Json]:
    return {digits.of(item.get("number")): item for item in items}

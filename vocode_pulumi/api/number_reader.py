# SPDX-License-Identifier: Apache-2.0
"""Reading an account's numbers: one by one, or many out of one list.

A list says of a number all that ``GET`` says, but of its agent only the id. So the first number of
each agent is asked for by ``GET``, which gives the agent whole, and the others are taken out of the
list. ASSUMED: of a number that is in it, a list says what ``GET`` says at that time.

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
    """The numbers of an account, for who reads many. Safe to share between threads.

    Args:
        client: of the account. What it writes makes this ask again.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._writes = self._client.writes
        self._pages: Iterator[list[Json]] = self._client.pages(
            # Whoever reads waits for it, and can do without one that fails or hangs.
            f"{NUMBERS}/list",
            "if_refused",
        )
        self._read = 0
        self._wanted: set[str] = set()
        self._whole = False
        self._listed: dict[str, Json] = {}
        self._agents: dict[str, Future[Json | None]] = {}

    def read(
        self, number: str, agent: str | None = None, account: str | None = None
    ) -> Json | None:
        """A number as ``GET`` gives it; ``None`` when it is gone or was released.

        Args:
            number: its digits.
            agent: id of the agent that it had when it was last seen.
            account: Vocode's id of the account that it was in.

        Raises:
            WrongAccount: the key in use is another account's.
            CallError: it cannot be said.
        """
        # Before the lock: who waits for a page makes the next one worth reading.
        self._wanted.add(number)
        with self._lock:
            if self._client.writes != self._writes:
                self._begin()
            self._wanted.add(number)
            agents = self._agents
            awaited: Future[Json | None] | None = None
            if agent is not None and agent not in agents:
                awaited = agents[agent] = Future()
                self._wanted.discard(number)
            listed = None if awaited else self._out_of_list(number)
        if awaited:
            try:
                return self._ask(number, agents, account)
            finally:
                with self._lock:
                    if not awaited.done():
                        awaited.set_result(None)
        if listed is not None and "inbound_agent" in listed and listed.get("active") is not False:
            current = id_of(listed["inbound_agent"])
            if current is None:
                return listed
            if current in agents and (whole := agents[current].result()) is not None:
                return {**listed, "inbound_agent": whole}
        return self._ask(number, agents, account)

    def _ask(
        self, number: str, agents: dict[str, "Future[Json | None]"], account: str | None
    ) -> Json | None:
        """Ask for a number, and keep its agent for others."""
        try:
            found = get_number(self._client, number)
        except NotFoundError:
            self._client.require_gone(f"GET {NUMBERS}", NUMBERS, number, account, self._all())
            return None
        if found.get("active") is False:
            return None
        whole = found.get("inbound_agent")
        if isinstance(whole, dict) and (agent := id_of(whole)):
            with self._lock:
                known = agents.get(agent)
                if known is None or (known.done() and known.result() is None):
                    known = agents[agent] = Future()
                if not known.done():
                    known.set_result(whole)
        return found

    def _all(self) -> list[Json]:
        """The whole list; all numbers that are gone share it."""
        with self._lock:
            if not self._whole:
                listed = self._client.list(f"{NUMBERS}/list")
                self._listed = _by_number(listed)
                self._whole = True
            return [*self._listed.values()]

    def _out_of_list(self, number: str) -> Json | None:
        """What the list says of a number, as far as it has been worth its pages.

        Only one page more is read than numbers are looked for, so that a few numbers of a large
        account do not cost all of its list.
        """
        # Whether a number is there is for GET to say, also when there is no list.
        with suppress(CallError):
            while number not in self._listed and self._read <= len(self._wanted):
                page = next(self._pages, None)
                if page is None:
                    break
                self._read += 1
                self._listed |= _by_number(page)
        return self._listed.get(number)


def _by_number(items: list[Json]) -> dict[str, Json]:
    return {digits.of(one.get("number")): one for one in items}

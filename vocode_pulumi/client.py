# SPDX-License-Identifier: Apache-2.0
"""Calls to a Vocode account: how each kind may be repeated, and lists page by page.

Facts from https://docs.vocode.dev and the API's OpenAPI document. What neither says is marked
``ASSUMED`` here and listed in ``docs/assumptions.md``.
"""

import functools
import itertools
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vocode_pulumi.config import Settings
from vocode_pulumi.models import Json

if TYPE_CHECKING:
    from vocode_pulumi.transport import Repeat, Transport

PAGE_SIZE = 100
"""Items asked for in one page of a list. ASSUMED to be allowed; fewer are understood as well."""


class Client:
    """Calls to one Vocode account. Safe to share between threads.

    Args:
        settings: how to reach the account.

    Attributes:
        writes: how often it was asked to change something.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.writes = 0
        self._lock = threading.Lock()
        self._opened: Transport | None = None

    @property
    def _transport(self) -> "Transport":
        # Most runs of Pulumi ask Vocode nothing, and what asks takes long to load.
        from vocode_pulumi.transport import Transport

        with self._lock:
            if self._opened is None:
                self._opened = Transport(self.settings)
            return self._opened

    def get(self, path: str, **query: Any) -> Json:
        """One object, by query parameter.

        Raises:
            CallError: as drawn in :mod:`vocode_pulumi.errors`.
        """
        return self._transport.call("GET", path, query, None, "always")

    def pages(self, path: str, repeat: "Repeat" = "always") -> Iterator[list[Json]]:
        """The items of each page of a list, as long as Vocode says that there is more.

        Args:
            path: of the list.
            repeat: when a page may be asked for again.
        """
        page = 1
        while True:
            answer = self._transport.page(path, page, PAGE_SIZE, repeat)
            yield answer.items
            if not answer.has_more or not answer.items:
                return
            page += 1

    def list(self, path: str) -> Iterator[Json]:
        """Every item of a list."""
        return itertools.chain.from_iterable(self.pages(path))

    def update(self, path: str, body: Json | None = None, **query: Any) -> Json:
        """A POST that may be sent twice without harm (an update, a cancellation)."""
        return self._write(path, query, body, "always")

    def create(self, path: str, body: Json | None = None) -> Json:
        """A POST that makes something: sent again only where nothing can have come of it."""
        return self._write(path, {}, body, "refused")

    def buy(self, path: str, body: Json | None) -> Json:
        """A POST that spends money: handed to the network once, whatever comes of it."""
        return self._write(path, {}, body, "never")

    def _write(self, path: str, query: Json, body: Json | None, repeat: "Repeat") -> Json:
        try:
            return self._transport.call("POST", path, query, body, repeat)
        finally:
            self.writes += 1


_MAKING = threading.Lock()
_client = functools.cache(Client)


def client_for(settings: Settings) -> Client:
    """The one client of this process for an account, so that all share its connections."""
    with _MAKING:
        return _client(settings)

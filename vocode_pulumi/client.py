# SPDX-License-Identifier: Apache-2.0
"""Calls to a Vocode account: how each kind may be repeated, and lists page by page.

Facts from https://docs.vocode.dev and the API's OpenAPI document. What neither says is marked
``ASSUMED`` here and listed in ``docs/assumptions.md``.
"""

import functools
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vocode_pulumi.config import Settings
from vocode_pulumi.errors import CallError, UnreadableAnswer, WrongAccount
from vocode_pulumi.models import Json

if TYPE_CHECKING:
    from vocode_pulumi.transport import Repeat, Transport

Items = list[Json]

PAGE_SIZE = 100
"""Items asked for in one page of a list. ASSUMED to be allowed; fewer are understood as well."""
OVERLAPS = (1, 10, 20, 40, 60)
"""Items that two pages have in common: more with each reading of a list that changes meanwhile."""


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

    def pages(self, path: str, repeat: "Repeat") -> Iterator[Items]:
        """The items of each page of a list, as long as Vocode says that there is more.

        What is removed from a list between two of its pages may hide items: see :meth:`list`.

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

    def list(self, path: str) -> Items:
        """Every item of a list, each once.

        What is removed from a list while it is read moves what comes after it to pages that have
        been read already. So each page begins with what the one before ends with; where it does
        not, all is read again. ASSUMED: what stays in a list keeps its order.

        Raises:
            UnreadableAnswer: it changes too fast, or has no end.
            CallError: as :meth:`get`.
        """
        for overlap in OVERLAPS:
            found = self._read(path, overlap)
            if found is None and len(self._transport.page(path, 1, 1, "always").items) > 1:
                # Vocode's own size, whatever is asked for: its pages have nothing in common.
                found = self._read(path, 0)
            if found is not None:
                return found
        raise UnreadableAnswer(
            f"GET {path}",
            200,
            "",
            f"answered with pages that do not fit together, {len(OVERLAPS)} times",
            "Run it again once nothing is bought or released there.",
        )

    def _read(self, path: str, overlap: int) -> Items | None:
        """The items of a list; ``None`` when it changed while it was read."""
        found: dict[str, Json] = {}
        end, page, size = 0, 1, PAGE_SIZE
        while True:
            answer = self._transport.page(path, page, size, "always")
            items = {_identity(one): one for one in answer.items}
            full, new = len(answer.items) == size, not items.keys() <= found.keys()
            overlaps = (page - 1) * size < end
            if (overlaps and items.keys().isdisjoint(found)) or (full and not new and found):
                return None
            found |= items
            if not answer.has_more or not (full or new):
                return [*found.values()]
            end = page * size
            if full:
                page, size = _next_page(end, overlap)
            else:
                page += 1

    def require_gone(
        self,
        call: str,
        path: str,
        id_: str,
        account: str | None,
        listed: Iterable[Json] | None = None,
    ) -> None:
        """See to it that the account does not have what was answered 404.

        A gateway and a wrong address answer 404 as well, and so does another account.

        Args:
            call: that was answered 404, such as ``GET /v1/numbers``.
            path: of the collection, such as ``/v1/numbers``.
            id_: of the object; of a number, its digits.
            account: Vocode's id of the account that it was in, if that is known.
            listed: the items of the collection, where they are at hand.

        Raises:
            UnreadableAnswer: the account has it.
            WrongAccount: the key in use is another account's.
            CallError: as :meth:`get`.
        """
        items = self.list(f"{path}/list") if listed is None else [*listed]
        standing = (one for one in items if one.get("active") is not False)
        if any(id_ in (one.get("id"), one.get("number")) for one in standing):
            what = f"answered 404 for {id_}, which the account has"
            raise UnreadableAnswer(call, 404, "", what, "Run it again.")
        current = {str(one["user_id"]) for one in items if one.get("user_id")}
        if account and not items:
            # Only what proves something matters here.
            with suppress(CallError):
                current = {str(self.get("/v1/usage").get("user_id") or account)}
        if account and current and account not in current:
            raise WrongAccount(id_, account, ", ".join(sorted(current)))

    def update(self, path: str, body: Json | None = None, **query: Any) -> Json:
        """A POST that may be sent twice without harm (an update, a cancellation)."""
        return self._write(path, query, body, "always")

    def create(self, path: str, body: Json | None = None) -> Json:
        """A POST that makes something: sent again only where nothing can have come of it."""
        return self._write(path, {}, body, "refused")

    def buy(self, path: str, body: Json | None, send_before: float | None = None) -> Json:
        """A POST that spends money: handed to the network once, whatever comes of it."""
        del send_before
        return self._write(path, {}, body, "never")

    def _write(self, path: str, query: Json, body: Json | None, repeat: "Repeat") -> Json:
        try:
            return self._transport.call("POST", path, query, body, repeat)
        finally:
            self.writes += 1


def _identity(item: Json) -> str:
    return str(item.get("id") or item)


def _next_page(end: int, overlap: int) -> tuple[int, int]:
    """The page, and its size, that begins so many items before one and reaches farthest behind it.

    Pages of one size have no item in common, so their sizes differ.
    """
    pages = range(2, end // PAGE_SIZE + 3)
    sizes = ((page, min(PAGE_SIZE, (end - overlap) // (page - 1))) for page in pages)
    return max(sizes, key=lambda one: one[0] * one[1])


_MAKING = threading.Lock()
_client = functools.cache(Client)


def client_for(settings: Settings) -> Client:
    """The one client of this process for an account, so that all share its connections."""
    with _MAKING:
        return _client(settings)

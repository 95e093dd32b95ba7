# SPDX-License-Identifier: Apache-2.0
"""Calls to a Vocode account: how each kind may be repeated.

Facts from https://docs.vocode.dev and the API's OpenAPI document.
"""

import functools
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Protocol

from vocode_pulumi import digits
from vocode_pulumi.api.answers import Json, Page, id_of
from vocode_pulumi.api.listing import PAGE_SIZE, Unfit, every_item
from vocode_pulumi.errors import CallError, UnreadableAnswer, WrongAccount
from vocode_pulumi.settings import Settings

if TYPE_CHECKING:
    from vocode_pulumi.api.transport import Retry

Items = list[Json]


class Transport(Protocol):
    """What carries calls, as :class:`vocode_pulumi.api.transport.Transport` does over HTTP."""

    def page(self, path: str, page: int, size: int, retry: "Retry") -> Page:
        """A page of a list."""
        ...

    def call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        query: Json,
        body: Json | None,
        retry: "Retry",
        send_before: float | None = None,
    ) -> Json:
        """Ask Vocode."""
        ...


class Client:
    """Calls to one Vocode account. Safe to share between threads.

    Args:
        settings: how to reach the account.
        transport: what carries the calls; default HTTP, as the settings say.

    Attributes:
        writes: how often it was asked to change something.
    """

    def __init__(self, settings: Settings, transport: Transport | None = None) -> None:
        self.settings = settings
        self.writes = 0
        self._lock = threading.Lock()
        self._opened = transport
        self._asking = threading.Lock()
        self._user_id: str | None = None

    @property
    def _transport(self) -> Transport:
        with self._lock:
            if self._opened is None:
                # Most runs of Pulumi ask Vocode nothing, and what asks takes long to load.
                from vocode_pulumi.api import transport

                self._opened = transport.Transport(self.settings)
            return self._opened

    def get(self, path: str, **query: Any) -> Json:
        """One object, by query parameter.

        Raises:
            CallError: as drawn in :mod:`vocode_pulumi.errors`.
        """
        return self._transport.call("GET", path, query, None, "idempotent")

    def user_id(self) -> str | None:
        """Vocode's id of the account whose key is in use: asked for once, if it is said.

        Raises:
            CallError: as :meth:`get`.
        """
        with self._asking:
            if self._user_id is None:
                said = self.get("/v1/usage").get("user_id")
                self._user_id = said if isinstance(said, str) and said else None
            return self._user_id

    def pages(self, path: str, retry: "Retry") -> Iterator[Items]:
        """The items of each page of a list, as long as Vocode says that there is more.

        What is removed from a list between two of its pages may hide items: see :meth:`list`.

        Args:
            path: of the list.
            retry: when a page may be asked for again.
        """
        page = 1
        while True:
            answer = self._transport.page(path, page, PAGE_SIZE, retry)
            yield answer.items
            if not answer.has_more or not answer.items:
                return
            page += 1

    def list(self, path: str) -> Items:
        """Every item of a list, each once, as :func:`vocode_pulumi.api.listing.every_item` finds them.

        Args:
            path: of the list.

        Raises:
            UnreadableAnswer: it changes too fast, or has no end.
            CallError: as :meth:`get`.
        """
        try:
            return every_item(
                lambda page, size: self._transport.page(path, page, size, "idempotent")
            )
        except Unfit as unfit:
            remedy = "Run it again once nothing is bought or released there."
            raise UnreadableAnswer(
                f"GET {path}", 200, "", f"answered with {unfit}", remedy
            ) from None

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
        if any(id_ == id_of(one) or digits.same(id_, one.get("number")) for one in standing):
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
        return self._write(path, query, body, "idempotent")

    def create(self, path: str, body: Json | None = None) -> Json:
        """A POST that makes something: sent again only where nothing can have come of it."""
        return self._write(path, {}, body, "if_refused")

    def buy(self, path: str, body: Json | None, send_before: float | None = None) -> Json:
        """A POST that spends money: handed to the network once, whatever comes of it.

        Args:
            path: such as ``/v1/numbers/buy``.
            body: JSON; ``None`` for none.
            send_before: the time of :mod:`vocode_pulumi.clock` from which on it is not handed over;
                ``None``, the default, for none.

        Raises:
            NotSent: it was not handed over, also because it was too late.
            CallError: one of :data:`vocode_pulumi.errors.MAYBE_CARRIED_OUT` where it is not known whether it
                was carried out; after any other, it was not.
        """
        return self._write(path, {}, body, "once", send_before)

    def _write(
        self,
        path: str,
        query: Json,
        body: Json | None,
        retry: "Retry",
        send_before: float | None = None,
    ) -> Json:
        try:
            return self._transport.call("POST", path, query, body, retry, send_before)
        finally:
            self.writes += 1


_MAKING = threading.Lock()
_client = functools.cache(Client)


def client_for(settings: Settings) -> Client:
    """The one client of this process for an account, so that all share its connections."""
    with _MAKING:
        return _client(settings)

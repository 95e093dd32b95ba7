# SPDX-License-Identifier: Apache-2.0
"""Calls to a Vocode account. Each kind of call has its own rule for retries.

Facts from https://docs.vocode.dev and the API's OpenAPI document.
"""

import functools
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Protocol

from vocode_pulumi import digits
from vocode_pulumi.api.answers import Json, Page, id_of
from vocode_pulumi.api.listing import PAGE_SIZE, PagesDoNotFit, every_item
from vocode_pulumi.errors import CallError, UnreadableAnswer, WrongAccount
from vocode_pulumi.settings import Settings

if TYPE_CHECKING:
    from vocode_pulumi.api.transport import Retry

Items = list[Json]


class Transport(Protocol):
    """Sends calls. :class:`vocode_pulumi.api.transport.Transport` sends them over HTTP."""

    def page(self, path: str, page: int, size: int, retry: "Retry") -> Page:
        """Get a page of a list."""
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
        """Send a request and return the answer."""
        ...


class Client:
    """Calls to one Vocode account. Safe to share between threads.

    Args:
        settings: how to reach the account.
        transport: sends the calls; default: HTTP.

    Raises:
        ConfigError: the log that the settings name cannot be written.

    Attributes:
        writes: how many calls that change something have ended.
    """

    def __init__(self, settings: Settings, transport: Transport | None = None) -> None:
        if settings.log is not None:
            # Imported here, because most runs have no log.
            from vocode_pulumi.observing import log

            log.start(settings.log)
        self.settings = settings
        self.writes = 0
        self._lock = threading.Lock()
        self._opened = transport
        self._user_id_lock = threading.Lock()
        self._user_id: str | None = None

    @property
    def _transport(self) -> Transport:
        with self._lock:
            if self._opened is None:
                # Imported here, because it takes long to load and most runs do not call Vocode.
                from vocode_pulumi.api import transport

                self._opened = transport.Transport(self.settings)
            return self._opened

    def get(self, path: str, **query: Any) -> Json:
        """Get one object.

        Args:
            path: the path of the collection, such as ``/v1/numbers``.
            **query: the query parameter that names the object.

        Raises:
            CallError: the call failed; :mod:`vocode_pulumi.errors` lists the kinds of errors.
        """
        return self._transport.call("GET", path, query, None, "idempotent")

    def user_id(self) -> str | None:
        """Vocode's id of the account whose key is in use. It is requested once.

        Raises:
            CallError: as :meth:`get`.
        """
        with self._user_id_lock:
            if self._user_id is None:
                user_id = self.get("/v1/usage").get("user_id")
                self._user_id = user_id if isinstance(user_id, str) and user_id else None
            return self._user_id

    def pages(self, path: str, retry: "Retry") -> Iterator[Items]:
        """The items of each page of a list.

        If an item is removed from the list between two pages, other items may be missed. :meth:`list`
        misses none.

        Args:
            path: the path of the list.
            retry: when the request of a page may be repeated.
        """
        page = 1
        while True:
            answer = self._transport.page(path, page, PAGE_SIZE, retry)
            yield answer.items
            if not answer.has_more or not answer.items:
                return
            page += 1

    def list(self, path: str) -> Items:
        """Every item of a list, each once (:func:`vocode_pulumi.api.listing.every_item`).

        Args:
            path: the path of the list.

        Raises:
            UnreadableAnswer: the list changes too fast, or has no end.
            CallError: as :meth:`get`.
        """
        try:
            return every_item(
                lambda page, size: self._transport.page(path, page, size, "idempotent")
            )
        except PagesDoNotFit as misfit:
            remedy = "Run it again once nothing is bought or released there."
            raise UnreadableAnswer(
                f"GET {path}", 200, "", f"answered with {misfit}", remedy
            ) from None

    def require_gone(
        self,
        call: str,
        path: str,
        id_: str,
        account: str | None,
        listed: Iterable[Json] | None = None,
    ) -> None:
        """Raise unless an object is really gone whose call was answered 404.

        A 404 may also come from a gateway, from a wrong address or from another account.

        Args:
            call: the call that was answered 404, such as ``GET /v1/numbers``.
            path: the path of the collection, such as ``/v1/numbers``.
            id_: the object's id; for a number, its digits.
            account: Vocode's id of the object's account; ``None`` if it is not known.
            listed: the items of the collection, if they were read already.

        Raises:
            UnreadableAnswer: the account has the object.
            WrongAccount: the key in use is of another account.
            CallError: as :meth:`get`.
        """
        items = self.list(f"{path}/list") if listed is None else [*listed]
        active = (item for item in items if item.get("active") is not False)
        if any(id_ == id_of(item) or digits.same(id_, item.get("number")) for item in active):
            what = f"answered 404 for {id_}, which the account has"
            raise UnreadableAnswer(call, 404, "", what, "Run it again.")
        current = {str(item["user_id"]) for item in items if item.get("user_id")}
        if account and not items:
            # If this call fails, nothing proves that the account is another one.
            with suppress(CallError):
                current = {str(self.get("/v1/usage").get("user_id") or account)}
        if account and current and account not in current:
            raise WrongAccount(id_, account, ", ".join(sorted(current)))

    def update(self, path: str, body: Json | None = None, **query: Any) -> Json:
        """Send a POST that may be sent twice without harm.

        ASSUMED: an update, a cancellation, or adding or removing a number of a steering pool has the same
        effect if it is carried out twice.
        """
        return self._write(path, query, body, "idempotent")

    def create(self, path: str, body: Json | None = None) -> Json:
        """Send a POST that creates an object. It is repeated only if no object can have been created."""
        return self._write(path, {}, body, "if_refused")

    def buy(self, path: str, body: Json | None, send_before: float | None = None) -> Json:
        """Send a POST that spends money. It is sent at most once.

        Args:
            path: the path, such as ``/v1/numbers/buy``.
            body: JSON; ``None`` for no body.
            send_before: the latest time of :mod:`vocode_pulumi.clock` to send it, in seconds; default
                ``None``: no limit.

        Raises:
            NotSent: the request was not sent, for example because it was too late.
            CallError: the call failed. After an error of :data:`vocode_pulumi.errors.MAYBE_CARRIED_OUT` the
                purchase may have been made; after any other error it was not.
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
    """The client of this process for some settings. All users share it and its connections."""
    with _MAKING:
        return _client(settings)

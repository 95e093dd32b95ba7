# SPDX-License-Identifier: Apache-2.0
"""Connections that keep a deadline and a limit, whoever is at their other end.

``requests`` waits so long for each byte, and reads whatever comes. Here a try of a call is over at its
deadline, has room for so many bytes of an answer, and knows whether its request was handed over.
"""

import http.client
import io
import math
import socket
import threading
import zlib
from contextlib import closing
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from vocode_pulumi import clock
from vocode_pulumi.api.answers import Answer, Json
from vocode_pulumi.settings import Settings

FAILURES = (requests.RequestException, HTTPError, OSError, ValueError)
"""What a try may raise, beside :class:`TooLate` and :class:`TooLarge`."""

_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
"""Forms of a body that are understood: one, since each makes up to a thousand bytes of one."""
_ANY_OF_THEM = zlib.MAX_WBITS | 32
_MEGABYTE = 1_000_000


class TooLate(Exception):
    """The time until which the request was to be sent has passed, and it was not."""


class TooLarge(Exception):
    """More came in answer than there is room for."""


class Try:
    """One try of a call.

    Args:
        settings: how long it may take, and how much may come in answer.
        send_before: the time of :mod:`vocode_pulumi.clock` from which on it is not sent; ``None`` for
            none.

    Attributes:
        room: bytes that an answer may have.
        sent: whether its first byte was handed over.
    """

    def __init__(self, settings: Settings, send_before: float | None = None) -> None:
        self._deadline = clock.now() + settings.connect_timeout + settings.read_timeout
        self._send_before = math.inf if send_before is None else send_before
        self._received = 0
        self.room = int(settings.max_answer_size * _MEGABYTE)
        self.sent = False

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            TimeoutError: there are none.
        """
        left = self._deadline - clock.now()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def begin(self) -> None:
        """Take note that the first byte is handed over now.

        Raises:
            TooLate: it must not be.
        """
        if clock.now() >= self._send_before:
            raise TooLate
        self.sent = True

    def receive(self, count: int) -> int:
        """Count bytes that came in answer.

        Raises:
            TooLarge: there is no room for them.
        """
        self._received += count
        if self._received > self.room:
            raise TooLarge
        return count


class _UnderWay(threading.local):
    """The try that each thread is at. Connections are shared, and requests tells them nothing of it."""

    current: Try


_UNDER_WAY = _UnderWay()


class _Incoming(io.RawIOBase):
    """What comes in answer to a try.

    Args:
        source: where it comes from.
        file: the same as a file, which keeps it open.
    """

    def __init__(self, source: socket.socket, file: io.RawIOBase) -> None:
        self._source = source
        self._file = file
        self._try = _UNDER_WAY.current

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._source.settimeout(self._try.left())
        return self._try.receive(self._source.recv_into(buffer))

    def close(self) -> None:
        self._file.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Incoming(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _Response
    _held_back: bytearray | None = None

    def _new_conn(self) -> socket.socket:
        try:
            return self._connected()
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, str(error)) from error

    def _connected(self) -> socket.socket:
        """A connection to the first address that takes one; urllib3 would not mind the deadline."""
        problem = OSError("no address")
        host = self._dns_host.strip("[]")
        for *kind, _, address in socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM):
            left = _UNDER_WAY.current.left()
            made = socket.socket(*kind)
            try:
                for option in self.socket_options or ():
                    made.setsockopt(*option)
                made.settimeout(min(self.timeout or left, left))
                made.connect(address)
                # By this goes what TLS says before the request, all of it together.
                made.settimeout(_UNDER_WAY.current.left())
            except OSError as error:
                made.close()
                problem = error
            else:
                return made
        raise problem

    def request(self, *args: Any, **options: Any) -> None:
        """Send a request all at once, so that there is one moment at which it may be too late."""
        self._held_back = request = bytearray()
        try:
            super().request(*args, **options)
        finally:
            self._held_back = None
        if self.sock is None:
            self.connect()
        _UNDER_WAY.current.begin()
        rest = memoryview(request)
        while rest:
            self.sock.settimeout(_UNDER_WAY.current.left())
            rest = rest[self.sock.send(rest) :]

    def send(self, data: Any) -> None:
        if self._held_back is None:
            super().send(data)
        else:
            self._held_back += data


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self._make_keep_limits(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        if proxy.lower().startswith("socks"):
            raise requests.exceptions.InvalidSchema("SOCKS")
        return self._make_keep_limits(super().proxy_manager_for(proxy, **options))

    def _make_keep_limits(self, manager: Any) -> Any:
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # Nobody follows it, and requests would read its body, however large.
        return None


class _Bearer(AuthBase):
    """Sets the key as an ``auth`` of requests, so that a ``~/.netrc`` cannot take its place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Wire:
    """The way to one account, with a connection for each thread. Safe to share between threads.

    Args:
        settings: where it is, and the key.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Proxies and certificates of the environment: once, and not for each call.
        environment = requests.Session().merge_environment_settings(
            settings.base_url, {}, None, None, None
        )
        self._session = _Session()
        self._session.proxies = environment["proxies"]
        self._session.verify = environment["verify"]
        self._session.trust_env = False
        self._session.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip"})
        adapter = _Adapter(pool_maxsize=8)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def ask(self, this: Try, method: str, path: str, query: Json, body: Json | None) -> Answer:
        """Send a request once, and read what comes back.

        Args:
            this: the try that it is.
            method: of HTTP.
            path: such as ``/v1/numbers``.
            query: parameters.
            body: JSON; ``None`` for none.

        Raises:
            TooLate: it was not sent in time.
            TooLarge: its answer was cut off.
            Exception: one of :data:`FAILURES`.
        """
        settings = self._settings
        _UNDER_WAY.current = this
        with closing(
            self._session.request(
                method,
                settings.base_url + path,
                params=query,
                json=body,
                auth=_Bearer(settings.require_api_key()),
                timeout=(settings.connect_timeout, settings.read_timeout),
                allow_redirects=False,
                stream=True,
            )
        ) as response:
            status = response.status_code
            # Behind an answer of 1xx comes another one, which nobody waits for.
            content = bytearray() if status < 200 else _body(response, this.room)
            return Answer(status, response.headers, content)


def _body(response: requests.Response, room: int) -> bytearray:
    content = bytearray()
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in ("", "identity", *_PACKED):
        return content
    unpacker = zlib.decompressobj(_ANY_OF_THEM) if packing in _PACKED else None
    try:
        for piece in response.raw.stream(decode_content=False):
            more = room + 1 - len(content)
            content += unpacker.decompress(piece, more) if unpacker else piece
            if len(content) > room:
                raise TooLarge
    except zlib.error:
        return bytearray()
    except (HTTPError, OSError, TooLarge):
        # Of a refusal only the words are missing.
        if response.status_code < 300:
            raise
        return bytearray()
    return content

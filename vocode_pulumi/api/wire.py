# SPDX-License-Identifier: Apache-2.0
"""HTTP connections with a deadline and a size limit, whatever the server does.

``requests`` applies its timeout to each read, and reads answers of any size. Here one try of a call ends
at its deadline, accepts only so many bytes of an answer, and knows whether its request was sent.
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
"""The errors that a try may raise, besides :class:`TooLate` and :class:`TooLarge`."""

_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
"""The content encodings that are unpacked. Only one of them is: each may unpack a byte to a thousand."""
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
"""Lets zlib detect which of these two formats the data has."""
_MEGABYTE = 1_000_000


class TooLate(Exception):
    """The latest time for sending the request has passed, and it was not sent."""


class TooLarge(Exception):
    """The answer has more bytes than the limit allows."""


class Try:
    """One try of a call.

    Args:
        settings: the time limit of the try, and the size limit of its answer.
        send_before: the latest time of :mod:`vocode_pulumi.clock` to send it, in seconds; ``None`` for no
            limit.

    Attributes:
        max_bytes: the most bytes that the answer may have.
        sent: whether the first byte of the request was sent.
    """

    def __init__(self, settings: Settings, send_before: float | None = None) -> None:
        self._deadline = clock.now() + settings.connect_timeout + settings.read_timeout
        self._send_before = math.inf if send_before is None else send_before
        self._received = 0
        self.max_bytes = int(settings.max_answer_size * _MEGABYTE)
        self.sent = False

    def seconds_left(self) -> float:
        """The seconds until the deadline.

        Raises:
            TimeoutError: the deadline has passed.
        """
        left = self._deadline - clock.now()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def mark_as_sent(self) -> None:
        """Remember that the first byte is sent now.

        Raises:
            TooLate: it is too late to send the request.
        """
        if clock.now() >= self._send_before:
            raise TooLate
        self.sent = True

    def count_received(self, count: int) -> int:
        """Count bytes of the answer.

        Raises:
            TooLarge: the answer has more bytes than the limit allows.
        """
        self._received += count
        if self._received > self.max_bytes:
            raise TooLarge
        return count


class _UnderWay(threading.local):
    """The current try of each thread. ``requests`` does not pass it to the connections, which are shared."""

    current: Try


_UNDER_WAY = _UnderWay()


class _Incoming(io.RawIOBase):
    """The bytes of the answer to a try.

    Args:
        source: the socket.
        file: the socket as a file; it keeps the socket open.
    """

    def __init__(self, source: socket.socket, file: io.RawIOBase) -> None:
        self._source = source
        self._file = file
        self._try = _UNDER_WAY.current

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._source.settimeout(self._try.seconds_left())
        return self._try.count_received(self._source.recv_into(buffer))

    def close(self) -> None:
        self._file.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Incoming(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _Response
    _unsent: bytearray | None = None

    def _new_conn(self) -> socket.socket:
        try:
            return self._connected()
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, str(error)) from error

    def _connected(self) -> socket.socket:
        """Connect to the first address that accepts. urllib3's own function ignores the deadline."""
        problem = OSError("no address")
        host = self._dns_host.strip("[]")
        for *kind, _, address in socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM):
            left = _UNDER_WAY.current.seconds_left()
            made = socket.socket(*kind)
            try:
                for option in self.socket_options or ():
                    made.setsockopt(*option)
                made.settimeout(min(self.timeout or left, left))
                made.connect(address)
                # This timeout applies to the whole TLS handshake.
                made.settimeout(_UNDER_WAY.current.seconds_left())
            except OSError as error:
                made.close()
                problem = error
            else:
                return made
        raise problem

    def request(self, *args: Any, **options: Any) -> None:
        """Collect the request first and then send it. So there is one moment at which to be too late."""
        self._unsent = request = bytearray()
        try:
            super().request(*args, **options)
        finally:
            self._unsent = None
        if self.sock is None:
            self.connect()
        _UNDER_WAY.current.mark_as_sent()
        rest = memoryview(request)
        while rest:
            self.sock.settimeout(_UNDER_WAY.current.seconds_left())
            rest = rest[self.sock.send(rest) :]

    def send(self, data: Any) -> None:
        if self._unsent is None:
            super().send(data)
        else:
            self._unsent += data


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
        # A redirect is not followed. requests would read its body, whatever its size.
        return None


class _Bearer(AuthBase):
    """Sets the API key as the ``auth`` of requests, so that a ``~/.netrc`` does not replace it."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Wire:
    """HTTP to one account. Threads may share it; each uses a connection of its own.

    Args:
        settings: the address of the API, the key, and the limits.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Proxies and certificates are read from the environment once, not for each call.
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

    def ask(self, this_try: Try, method: str, path: str, query: Json, body: Json | None) -> Answer:
        """Send a request once, and read the answer.

        Args:
            this_try: the try.
            method: the HTTP method.
            path: the path, such as ``/v1/numbers``.
            query: the query parameters.
            body: JSON; ``None`` for no body.

        Raises:
            TooLate: the request was not sent in time.
            TooLarge: the answer is too large.
            Exception: one of :data:`FAILURES`.
        """
        settings = self._settings
        _UNDER_WAY.current = this_try
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
            # After an answer of 1xx the server would send another one. It is not read.
            content = bytearray() if status < 200 else _body(response, this_try.max_bytes)
            return Answer(status, response.headers, content)


def _body(response: requests.Response, max_bytes: int) -> bytearray:
    content = bytearray()
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in ("", "identity", *_PACKED):
        return content
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if packing in _PACKED else None
    try:
        for piece in response.raw.stream(decode_content=False):
            more = max_bytes + 1 - len(content)
            content += unpacker.decompress(piece, more) if unpacker else piece
            if len(content) > max_bytes:
                raise TooLarge
    except zlib.error:
        return bytearray()
    except (HTTPError, OSError, TooLarge):
        # An error's status is enough; only Vocode's words are lost.
        if response.status_code < 300:
            raise
        return bytearray()
    return content

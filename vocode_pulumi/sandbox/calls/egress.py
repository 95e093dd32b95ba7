# SPDX-License-Identifier: Apache-2.0
"""HTTP from the sandbox to the receivers of an account: webhooks, context endpoints, external actions.

Nothing leaves this machine unless its host is allowed. A name other than ``localhost`` is not even
looked up, and redirects are not followed.
"""

import ipaddress
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3 import exceptions

_LOCALHOST = ("127.0.0.1", "::1")
_LARGEST_ANSWER = 65_536


@dataclass(frozen=True)
class Answer:
    """The result of a request.

    Args:
        status: the status of the answer; ``None`` if there was no answer.
        body: the body of the answer, at most 64 KiB.
        error: why there was no answer.
        connected: whether the request may have been received.
    """

    status: int | None = None
    body: bytes = b""
    error: str | None = None
    connected: bool = True

    @property
    def good(self) -> bool:
        """Whether the receiver answered with 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Egress:
    """The one way out of the sandbox.

    Args:
        hosts: hosts that are allowed besides this machine; default none.
        timeout: seconds for a whole answer; default 10.
    """

    def __init__(self, hosts: Collection[str] = (), *, timeout: float = 10) -> None:
        self._hosts = {host.lower() for host in hosts}
        self._timeout = timeout

    def forbidden(self, url: str) -> str | None:
        """Why a URL is refused; ``None`` if it is allowed."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            return "not a URL"
        if parts.scheme not in ("http", "https") or not host:
            return "not an http or https URL"
        if not self._addresses(host):
            return f"{host} is not this machine: --allow-host {host} allows it"
        return None

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Send a request to an allowed URL, once. Redirects are not followed."""
        parts = urlsplit(url)
        answer = Answer(error="not tried", connected=False)
        for address in self._addresses(parts.hostname or ""):
            answer = self._ask(address, method, parts, headers, body)
            if answer.connected:
                break
        return answer

    def _addresses(self, host: str) -> tuple[str, ...]:
        """The allowed addresses of a host; empty if the host is refused."""
        if host in self._hosts:
            return (host,)
        if host == "localhost":
            return _LOCALHOST
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return ()
        mapped = getattr(address, "ipv4_mapped", None)
        return (host,) if (mapped or address).is_loopback else ()

    def _ask(
        self,
        address: str,
        method: str,
        parts: SplitResult,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer:
        ends = time.monotonic() + self._timeout
        try:
            with self._pool(address, parts) as pool:
                response = pool.urlopen(
                    method,
                    f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}",
                    body,
                    {"Host": parts.netloc.rpartition("@")[2], **headers},
                    redirect=False,
                    retries=False,
                    preload_content=False,
                )
                received = b""
                while len(received) < _LARGEST_ANSWER and (part := response.read1()):
                    received += part
                    if time.monotonic() > ends:
                        return Answer(error=self._late)
                return Answer(response.status, received[:_LARGEST_ANSWER])
        except exceptions.NewConnectionError:
            return Answer(error="cannot connect", connected=False)
        except exceptions.ConnectTimeoutError:
            return Answer(error=self._late, connected=False)
        except exceptions.TimeoutError:
            return Answer(error=self._late)
        except exceptions.ProtocolError:
            return Answer(error="the connection was closed without a whole answer")
        except (exceptions.HTTPError, ValueError) as error:
            return Answer(error=str(error))

    @property
    def _late(self) -> str:
        return f"no answer in {self._timeout:g} s"

    def _pool(self, address: str, parts: SplitResult) -> urllib3.HTTPConnectionPool:
        limit: Any = urllib3.Timeout(total=self._timeout)
        if parts.scheme == "http":
            return urllib3.HTTPConnectionPool(address, parts.port, timeout=limit)
        return urllib3.HTTPSConnectionPool(
            address,
            parts.port,
            timeout=limit,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )

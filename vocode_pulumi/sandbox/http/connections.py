# SPDX-License-Identifier: Apache-2.0
"""Connections of clients to a server."""

import asyncio
from typing import Any


class Connections:
    """The open connections, and how many connections have carried requests of the API.

    Attributes:
        carriers: how many connections have carried requests since the start.
    """

    def __init__(self) -> None:
        self.carriers = 0
        self._open: dict[Any, asyncio.Transport] = {}
        self._carrying: set[asyncio.Transport] = set()

    def opened(self, client: Any, transport: asyncio.Transport) -> None:
        """Note that a client has connected. Its address names it."""
        self._open[client] = transport

    def lost(self, client: Any) -> None:
        """Note that the connection of a client is closed."""
        transport = self._open.pop(client, None)
        if transport:
            self._carrying.discard(transport)

    def carries(self, client: Any) -> None:
        """Note that the connection of a client carries a request."""
        # A connection that is closed already has no address.
        transport = self._open.get(tuple(client)) if client else None
        if transport and transport not in self._carrying:
            self._carrying.add(transport)
            self.carriers += 1

    def close(self, client: Any, *, at_once: bool) -> None:
        """Close the connection of a client, at once or when everything is sent."""
        transport = self._open[tuple(client)]
        if at_once:
            transport.abort()
        else:
            transport.close()

# SPDX-License-Identifier: Apache-2.0
"""Connections of clients to a server."""

import asyncio
from typing import Any


class Connections:
    """Those that are open, and how many have carried requests of the API since the server began.

    Attributes:
        carriers: how many.
    """

    def __init__(self) -> None:
        self.carriers = 0
        self._open: dict[Any, asyncio.Transport] = {}
        self._carrying: set[asyncio.Transport] = set()

    def opened(self, client: Any, transport: asyncio.Transport) -> None:
        """A client, by its address, has connected."""
        self._open[client] = transport

    def lost(self, client: Any) -> None:
        """A client's connection is no more."""
        transport = self._open.pop(client, None)
        if transport:
            self._carrying.discard(transport)

    def carries(self, client: Any) -> None:
        """A client's connection carries a request."""
        # One that is gone already has no address.
        transport = self._open.get(tuple(client)) if client else None
        if transport and transport not in self._carrying:
            self._carrying.add(transport)
            self.carriers += 1

    def close(self, client: Any, *, at_once: bool) -> None:
        """Close a client's connection, at once or when all is sent."""
        transport = self._open[tuple(client)]
        if at_once:
            transport.abort()
        else:
            transport.close()

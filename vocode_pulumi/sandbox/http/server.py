# SPDX-License-Identifier: Apache-2.0
"""Serving the application on a socket."""

import asyncio
import socket
import threading
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from vocode_pulumi.sandbox.calls.egress import Egress
from vocode_pulumi.sandbox.http.accounts import Accounts
from vocode_pulumi.sandbox.http.connections import Connections
from vocode_pulumi.sandbox.http.faults import FaultInjector
from vocode_pulumi.sandbox.http.routes import Age, application
from vocode_pulumi.sandbox.wire.models import PlanType


class Server:
    """A sandbox on a socket of its own.

    Args:
        folder: the folder of the accounts.
        host: the address to listen on.
        port: 0 picks a free one.
        api_key: the key of the first account.
        plan: the plan of every account, such as ``"plan_developer"``.
        age: the year of the API that answers, 2023 or 2024.
        egress: sends requests to webhooks and other receivers.

    Raises:
        OSError: the address cannot be used, or the folder cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str,
        port: int,
        api_key: str,
        plan: str,
        age: Age,
        egress: Egress,
    ) -> None:
        accounts = Accounts(
            folder, api_key, PlanType(plan), egress, every_number_has_an_agent=age == 2023
        )
        connections = Connections()

        class Protocol(H11Protocol):
            """Reports its connection."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                connections.opened(self.client, transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.lost(self.client)
                super().connection_lost(exc)

        self._accounts = accounts
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Named TCP explicitly, so that asyncio sends a body without waiting for an acknowledgement.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self._socket.listen(128)
        bound = self._socket.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                FaultInjector(application(age), accounts, connections),
                http=Protocol,
                ws="none",
                lifespan="off",
                log_level="error",
                access_log=False,
                timeout_graceful_shutdown=1,
                # Longer than uvicorn's five seconds: clients pause, and a test counts connections.
                timeout_keep_alive=60,
            )
        )

        self._thread = threading.Thread(
            target=self._uvicorn.run, args=([self._socket],), daemon=True
        )

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._accounts.begin()
        self._thread.start()

    def stop(self) -> None:
        """Finish the current answers, and end."""
        self._accounts.stop()
        self._uvicorn.should_exit = True
        self._thread.join()

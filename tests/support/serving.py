# SPDX-License-Identifier: Apache-2.0
"""A sandbox that costs no process: its server is a thread of the tests."""

from typing import cast

from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.calls.egress import Egress
from vocode_pulumi.sandbox.http.routes import Age
from vocode_pulumi.sandbox.http.server import Server


class InThread(Sandbox):
    """A sandbox in a thread of this process, with the arguments of :class:`Sandbox`.

    It finishes what it is answering before it ends: what is about a kill needs a process.
    """

    _server: Server | None = None

    def restart(self) -> None:
        """Start it, again at the same address."""
        self.kill()
        self._server = Server(
            self.data,
            host="127.0.0.1",
            port=int(self.url.rsplit(":", 1)[-1] or "0"),
            api_key=self.api_key,
            plan=self.plan,
            age=cast(Age, self.age),
            egress=Egress(self.allow_hosts, timeout=self.delivery_timeout),
        )
        self._server.start()
        self.url = self._server.url

    def kill(self) -> None:
        """End it."""
        if self._server is not None:
            self._server.stop()
            self._server = None

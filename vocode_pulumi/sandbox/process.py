# SPDX-License-Identifier: Apache-2.0
"""A sandbox in a process of its own, for tests. A test can kill and restart it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from vocode_pulumi.sandbox.client import SandboxClient
from vocode_pulumi.sandbox.options import (
    API_KEY_VARIABLE,
    DEFAULT_API_KEY,
    DELIVERY_TIMEOUT,
    FIRST_LINE,
)


class Sandbox(SandboxClient):
    """A sandbox in a process of its own; a context manager.

    Args:
        data: the folder of the account.
        plan: the plan of the account; default ``"plan_developer"``.
        age: the year of the API that answers, 2023 or 2024 (default).
        api_key: the key of the account.
        allow_hosts: hosts that calls may reach besides this machine; default none.
        delivery_timeout: seconds that a receiver may take to answer; default 10.

    Attributes:
        url: the address of the sandbox. It stays the same after :meth:`restart`.
    """

    def __init__(
        self,
        data: Path,
        *,
        plan: str = "plan_developer",
        age: int = 2024,
        api_key: str = DEFAULT_API_KEY,
        allow_hosts: Sequence[str] = (),
        delivery_timeout: float = DELIVERY_TIMEOUT,
    ) -> None:
        super().__init__("", api_key)
        self.data = data
        self.plan = plan
        self.age = age
        self.allow_hosts = allow_hosts
        self.delivery_timeout = delivery_timeout
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Sandbox":
        """Start the sandbox."""
        self.restart()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the sandbox."""
        self.kill()

    def restart(self) -> None:
        """Start the sandbox, at the same address as before.

        Raises:
            RuntimeError: the sandbox does not start.
        """
        self.kill()
        port = self.url.rsplit(":", 1)[-1] or "0"
        command = [sys.executable, "-m", "vocode_pulumi", "sandbox", "serve"]
        command += ["--port", port, "--data", str(self.data)]
        command += ["--plan", self.plan, "--age", str(self.age)]
        command += ["--delivery-timeout", str(self.delivery_timeout)]
        command += [f"--allow-host={host}" for host in self.allow_hosts]
        env = {**os.environ, API_KEY_VARIABLE: self.api_key}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith(FIRST_LINE):
            self.kill()
            raise RuntimeError("the sandbox did not start")
        self.url = line.removeprefix(FIRST_LINE).strip()

    def kill(self) -> None:
        """End the sandbox at once, as ``kill -9`` does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

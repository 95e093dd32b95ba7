# SPDX-License-Identifier: Apache-2.0
"""A sandbox in a process of its own, for tests: it can be killed and started again."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from vocode_pulumi.sandbox.options import API_KEY_VARIABLE, DEFAULT_API_KEY, FIRST_LINE


class Sandbox:
    """A sandbox in a process of its own; a context manager.

    Args:
        data: folder of the account.
        plan: what the account has paid for; default ``"plan_developer"``.
        age: of the answers, 2023 or 2024 (default).
        api_key: that requests must carry.

    Attributes:
        url: where it listens, the same after :meth:`restart`.
    """

    def __init__(
        self,
        data: Path,
        *,
        plan: str = "plan_developer",
        age: int = 2024,
        api_key: str = DEFAULT_API_KEY,
    ) -> None:
        self.data = data
        self.plan = plan
        self.age = age
        self.api_key = api_key
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Sandbox":
        """Start it."""
        self.restart()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.kill()

    def restart(self) -> None:
        """Start it, again at the same address.

        Raises:
            RuntimeError: it does not start.
        """
        self.kill()
        port = self.url.rsplit(":", 1)[-1] or "0"
        command = [sys.executable, "-m", "vocode_pulumi", "sandbox", "serve"]
        command += ["--port", port, "--data", str(self.data)]
        command += ["--plan", self.plan, "--age", str(self.age)]
        env = {**os.environ, API_KEY_VARIABLE: self.api_key}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith(FIRST_LINE):
            self.kill()
            raise RuntimeError("the sandbox did not start")
        self.url = line.removeprefix(FIRST_LINE).strip()

    def kill(self) -> None:
        """End it at once, as ``kill -9`` does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def call(self, method: str, path: str, json_: Any = None, **query: Any) -> Any:
        """Ask it something, with its key.

        Args:
            method: of HTTP.
            path: such as ``/v1/numbers/buy``.
            json_: body; default none.
            **query: parameters.

        Returns:
            What it answered, from JSON.

        Raises:
            urllib.error.HTTPError: the answer is no.
        """
        target = self.url + path + (f"?{urlencode(query)}" if query else "")
        request = urllib.request.Request(target, method=method)  # noqa: S310 - its own address
        request.add_header("Authorization", f"Bearer {self.api_key}")
        if json_ is not None:
            request.data = json.dumps(json_).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - its own address
            text = answer.read()
        return json.loads(text) if text else None

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of it: ``method``, ``path``, ``status``, ``time``, ``body``."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/requests")
        return found

    def clear_requests(self) -> None:
        """Forget what was asked of it."""
        self.call("DELETE", "/_sandbox/requests")

    def fault(self, **fault: Any) -> None:
        """Queue a fault; arguments are those of :class:`vocode_pulumi.sandbox.faults.Fault`."""
        self.call("POST", "/_sandbox/faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """Faults that have not struck yet."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/faults")
        return found

    def clear_faults(self) -> None:
        """Drop the faults that have not struck yet."""
        self.call("DELETE", "/_sandbox/faults")

    def purchases(self) -> list[dict[str, Any]]:
        """Every number that was ever paid for, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", "/_sandbox/purchases")
        return found

# SPDX-License-Identifier: Apache-2.0
"""Memory and CPU of an engine and of the two Python processes that it starts, seen from outside."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ENGINE = "engine"
KINDS = {"plugin": "pulumi.dynamic", "program": "pulumi-language-python-exec"}
"""How an argument of each that the engine starts ends."""
INTERVAL = 0.05
"""Seconds between two looks."""


class Watch:
    """Looks while a command runs.

    Attributes:
        seen: by kind of process, its peak memory in MiB and its CPU seconds at the last look; 0 for
            one that was not there.
    """

    def __init__(self) -> None:
        self.seen = {kind: {"mib": 0.0, "cpu_seconds": 0.0} for kind in (ENGINE, *KINDS)}

    @contextmanager
    def __call__(self, pid: int) -> Iterator[None]:
        """Look at a process and at what is below it."""
        over = threading.Event()
        looking = threading.Thread(target=self._look, args=(pid, over))
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()

    def _look(self, pid: int, over: threading.Event) -> None:
        # Tests, which measure nothing, do without this package.
        import psutil

        engine = psutil.Process(pid)
        found = {ENGINE: engine}
        while not over.wait(INTERVAL):
            with suppress(psutil.Error):
                if len(found) <= len(KINDS):
                    for process in engine.children(recursive=True):
                        found |= dict.fromkeys(_kinds(process.cmdline()), process)
            for kind, process in found.items():
                with suppress(psutil.Error):
                    self._note(kind, process.memory_info().rss, sum(process.cpu_times()[:2]))

    def _note(self, kind: str, memory: int, cpu_seconds: float) -> None:
        seen = self.seen[kind]
        seen["mib"] = max(seen["mib"], round(memory / 2**20, 1))
        seen["cpu_seconds"] = max(seen["cpu_seconds"], round(cpu_seconds, 2))


def _kinds(command: list[str]) -> list[str]:
    return [kind for kind, end in KINDS.items() if any(word.endswith(end) for word in command)]

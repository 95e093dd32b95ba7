# SPDX-License-Identifier: Apache-2.0
"""A store in memory, for tests."""

import json
import threading
from collections.abc import Iterable

from vocode_pulumi import clock
from vocode_pulumi.purchasing.store import Body, Store, encoded


class MemoryStore(Store):
    """Objects in the memory of one process. Threads may share it."""

    where = "memory"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._objects: dict[str, tuple[str, float]] = {}

    def create(self, key: str, body: Body) -> bool:
        text = encoded(body)
        with self._lock:
            return self._objects.setdefault(key, (text, clock.now()))[0] == text

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        with self._lock:
            return {key: json.loads(self._objects[key][0]) for key in keys if key in self._objects}

    def list(self, prefix: str) -> dict[str, float]:
        with self._lock:
            now = clock.now()
            return {
                key: now - created
                for key, (_, created) in self._objects.items()
                if key.startswith(prefix)
            }

    def delete(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                self._objects.pop(key, None)

    def probe(self) -> None:
        """Memory can always be written."""

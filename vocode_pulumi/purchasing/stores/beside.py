# SPDX-License-Identifier: Apache-2.0
"""A store beside an older one: what the older one has is read, and everything is written to the new.

Whoever names another ledger has purchases in the one that was used before. They are not forgotten.
"""

from collections.abc import Iterable

from vocode_pulumi.purchasing.store import Body, Store


class Beside(Store):
    """A store, and behind it one that is only read.

    Args:
        store: that is written.
        older: that is read as well.
    """

    def __init__(self, store: Store, older: Store) -> None:
        self._store = store
        self._older = older

    @property
    def where(self) -> str:
        return self._store.where

    def create(self, key: str, body: Body) -> bool:
        there = self._older.read([key])
        # What the older one has is above nothing: no key is written a second time.
        return there[key] == body if key in there else self._store.create(key, body)

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        pairs = [*objects]
        if self._older.read(key for key, _ in pairs):
            return super().create_in_order(pairs)
        return self._store.create_in_order(pairs)

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*keys]
        return {**self._older.read(wanted), **self._store.read(wanted)}

    def list(self, prefix: str) -> dict[str, float]:
        return {**self._older.list(prefix), **self._store.list(prefix)}

    def delete(self, keys: Iterable[str]) -> None:
        self._store.delete(keys)

    def probe(self) -> None:
        self._store.probe()

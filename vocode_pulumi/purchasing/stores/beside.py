# SPDX-License-Identifier: Apache-2.0
"""A store beside an older one: what the older one has is read, and everything is written to the new.

Whoever names another ledger has purchases in the one that was used before. They are not forgotten.
"""

from collections.abc import Iterable

from vocode_pulumi.purchasing.store import Body, Store

_OWN = ("notes/", "housekeeping/")
"""What a store says of itself: of another one that means nothing."""


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
        there = self._older.read(_of_both([key]))
        # What the older one has is above nothing: no key is written a second time.
        return there[key] == body if key in there else self._store.create(key, body)

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        pairs = [*objects]
        if self._older.read(_of_both(key for key, _ in pairs)):
            return super().create_in_order(pairs)
        return self._store.create_in_order(pairs)

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*keys]
        return {**self._older.read(_of_both(wanted)), **self._store.read(wanted)}

    def list(self, prefix: str) -> dict[str, float]:
        older = self._older.list(prefix)
        return {**{key: older[key] for key in _of_both(older)}, **self._store.list(prefix)}

    def delete(self, keys: Iterable[str]) -> None:
        self._store.delete(keys)

    def probe(self) -> None:
        self._store.probe()


def _of_both(keys: Iterable[str]) -> Iterable[str]:
    return [key for key in keys if not key.startswith(_OWN)]

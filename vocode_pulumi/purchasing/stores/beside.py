# SPDX-License-Identifier: Apache-2.0
"""A store beside an older one: what the older one has is read, and everything is written to the new.

Whoever names another ledger has purchases in the one that was used before. They are not forgotten.
Of an owner or number that others have written about without knowing the older one, it is not asked:
two beginnings of one story would be taken for one.
"""

from collections.abc import Iterable, Mapping

from vocode_pulumi.purchasing.store import Body, Store

_OWN = ("notes/", "housekeeping/")
"""What a store says of itself: of another one that means nothing."""
_PARTS = {"attempts": 3, "numbers": 2}
"""How many parts of a key say whose it is; what follows is its place in the order."""


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
        there = self._read_of_older([key])
        # What the older one has is above nothing: no key is written a second time.
        return there[key] == body if key in there else self._store.create(key, body)

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        pairs = [*objects]
        if self._read_of_older(key for key, _ in pairs):
            return super().create_in_order(pairs)
        return self._store.create_in_order(pairs)

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*keys]
        return {**self._older.read(_of_both(wanted)), **self._store.read(wanted)}

    def list(self, prefix: str) -> dict[str, float]:
        older, newer = self._older.list(prefix), self._store.list(prefix)
        return {**{key: older[key] for key in _below(older, newer)}, **newer}

    def delete(self, keys: Iterable[str]) -> None:
        self._store.delete(keys)

    def probe(self) -> None:
        self._store.probe()

    def _read_of_older(self, keys: Iterable[str]) -> Mapping[str, Body]:
        """What the older one has under keys, as far as it counts."""
        found = self._older.read(_of_both(keys))
        newer = {key for of in found for key in self._store.list(_series(of))}
        return {key: found[key] for key in _below(found, newer)}


def _of_both(keys: Iterable[str]) -> Iterable[str]:
    return [key for key in keys if not key.startswith(_OWN)]


def _below(older: Iterable[str], newer: Iterable[str]) -> Iterable[str]:
    """The keys of an older store that count: all that there is of their kind was written above them."""
    lowest: dict[str, tuple[tuple[int, str], ...]] = {}
    for key in newer:
        of = _series(key)
        lowest[of] = min(_place(key), lowest.get(of, _place(key)))
    return [
        key
        for key in _of_both(older)
        if _series(key) not in lowest or _place(key) < lowest[_series(key)]
    ]


def _series(key: str) -> str:
    """What a key begins with that it has in common with what comes before and after it."""
    parts = key.split("/")
    at = _PARTS.get(parts[0], len(parts))
    return "/".join((*parts[:at], "")) if at < len(parts) else key


def _place(key: str) -> tuple[tuple[int, str], ...]:
    """The place of a key after others: numbers as texts, the shorter first."""
    parts = key.removeprefix(_series(key)).split("/")
    return tuple((len(part), part) for part in parts)

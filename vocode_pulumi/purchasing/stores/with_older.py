# SPDX-License-Identifier: Apache-2.0
"""A store that also reads an older store. It writes only to the new one.

A user who names another ledger has purchases in the ledger that was used before; they must still be
found. The keys of one owner, or of one number, are a series. If the new store has a series from its
beginning, the older store's series is ignored: the two must not be mixed.
"""

from collections.abc import Iterable, Mapping

from vocode_pulumi.purchasing.store import Body, Store

_ABOUT_STORE = ("notes/", "housekeeping/")
"""Prefixes of the objects that are about the store itself; those of the older store do not count."""
_PARTS_OF_SERIES = {"attempts": 3, "numbers": 2}
"""How many parts of a key name its series; the other parts are the place in the series."""


class StoreWithOlder(Store):
    """A store, and an older store that is only read.

    Args:
        store: is read and written.
        older: is only read.
    """

    def __init__(self, store: Store, older: Store) -> None:
        self._store = store
        self._older = older

    @property
    def where(self) -> str:
        return self._store.where

    @property
    def on_this_machine(self) -> Store:
        return self._older if self._store.on_this_machine is None else self

    def create(self, key: str, body: Body) -> bool:
        in_older = self._read_of_older([key])
        # A key that the older store has is not written again.
        return in_older[key] == body if key in in_older else self._store.create(key, body)

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        pairs = [*objects]
        if self._read_of_older(key for key, _ in pairs):
            return super().create_in_order(pairs)
        return self._store.create_in_order(pairs)

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*keys]
        return {**self._older.read(_without_keys_about_store(wanted)), **self._store.read(wanted)}

    def list(self, prefix: str) -> dict[str, float]:
        older, newer = self._older.list(prefix), self._store.list(prefix)
        return {**{key: older[key] for key in _not_superseded(older, newer)}, **newer}

    def delete(self, keys: Iterable[str]) -> None:
        self._store.delete(keys)

    def probe(self) -> None:
        self._store.probe()

    def prepare(self) -> None:
        self._store.prepare()

    def _read_of_older(self, keys: Iterable[str]) -> Mapping[str, Body]:
        """The older store's objects under keys, without the series that are ignored."""
        found = self._older.read(_without_keys_about_store(keys))
        newer = {key for old_key in found for key in self._store.list(_series(old_key))}
        return {key: found[key] for key in _not_superseded(found, newer)}


def _without_keys_about_store(keys: Iterable[str]) -> Iterable[str]:
    return [key for key in keys if not key.startswith(_ABOUT_STORE)]


def _not_superseded(older: Iterable[str], newer: Iterable[str]) -> Iterable[str]:
    """The keys of the older store that come before all keys of their series in the new store."""
    lowest: dict[str, tuple[tuple[int, str], ...]] = {}
    for key in newer:
        series = _series(key)
        lowest[series] = min(_place(key), lowest.get(series, _place(key)))
    return [
        key
        for key in _without_keys_about_store(older)
        if _series(key) not in lowest or _place(key) < lowest[_series(key)]
    ]


def _series(key: str) -> str:
    """The part that a key shares with the other keys of its series."""
    parts = key.split("/")
    at = _PARTS_OF_SERIES.get(parts[0], len(parts))
    return "/".join((*parts[:at], "")) if at < len(parts) else key


def _place(key: str) -> tuple[tuple[int, str], ...]:
    """The place of a key in its series. Numbers are compared as texts: a shorter text comes first."""
    parts = key.removeprefix(_series(key)).split("/")
    return tuple((len(part), part) for part in parts)

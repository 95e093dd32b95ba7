# SPDX-License-Identifier: Apache-2.0
"""What the ledger needs of a store: objects that are created once, and five operations on them.

The protocol needs nothing else: no lock, no transaction, no change of an object. Whoever writes a
store shows that it keeps its word with :mod:`vocode_pulumi.purchasing.store_contract`.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from vocode_pulumi.errors import VocodeError

Body = Mapping[str, Any]
"""JSON; ``nonce`` in it makes it different from every other."""


class StoreFailed(VocodeError):
    """The store cannot be used.

    Args:
        where: the store, as its user names it.
        why: what is in the way.
    """

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        self.why = why
        super().__init__(f"{where}: {why}")


class Unknown(StoreFailed):
    """Whether an object was created is not known; who tries again, with the same body, finds out."""


class Store(ABC):
    """Objects by their keys, such as ``numbers/14155550100/0``. Threads and processes may share it."""

    @property
    @abstractmethod
    def where(self) -> str:
        """How its user names it: a path, or a URL without credentials."""

    @abstractmethod
    def create(self, key: str, body: Body) -> bool:
        """Create an object, durably.

        Args:
            key: of the object.
            body: with a nonce.

        Returns:
            Whether this very body is what stands there now: ``False`` is for somebody else's.

        Raises:
            Unknown: it may have been created or not.
            StoreFailed: it was not created.
        """

    @abstractmethod
    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        """The bodies of those objects that are there; it sees every creation that has returned.

        Raises:
            StoreFailed: they cannot be read.
        """

    @abstractmethod
    def list(self, prefix: str) -> dict[str, float]:
        """The keys that begin with a prefix, with each object's age in seconds by the store's clock.

        Raises:
            StoreFailed: they cannot be listed.
        """

    @abstractmethod
    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects, one after the other; for housekeeping alone.

        Raises:
            StoreFailed: not all of them are deleted.
        """

    @abstractmethod
    def probe(self) -> None:
        """See to it that the store keeps its word: a key that is created twice has one winner.

        Raises:
            StoreFailed: it lets both through, or cannot be written.
        """

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        """Create objects one after the other, up to the first that is somebody else's.

        Args:
            objects: key and body of each.

        Returns:
            How many of them are there with this very body, counted from the first.

        Raises:
            Unknown: the last that was tried may have been created or not.
            StoreFailed: it was not.
        """
        done = 0
        for key, body in objects:
            if not self.create(key, body):
                break
            done += 1
        return done


def nonce() -> str:
    """Something that makes a body different from every other."""
    return os.urandom(12).hex()


def encoded(body: Body) -> str:
    """A body as text; the same body is the same text."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))

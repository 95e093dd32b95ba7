# SPDX-License-Identifier: Apache-2.0
"""The interface of a store: objects that are created once, and five operations on them.

The protocol needs no lock, no transaction and no change of an object. The tests in
:class:`vocode_pulumi.testing.StoreContract` show whether a new store fulfils the interface.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from vocode_pulumi.errors import VocodeError

Body = Mapping[str, Any]
"""A JSON object. Its ``nonce`` makes it different from every other body."""


class StoreFailed(VocodeError):
    """The store cannot be used.

    Args:
        where: the store's path or URL.
        why: why the store cannot be used.
    """

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        self.why = why
        super().__init__(f"{where}: {why}")


class MaybeCreated(StoreFailed):
    """It is not known whether an object was created. A second try with the same body finds out."""


class Store(ABC):
    """Objects by key, such as ``numbers/14155550100/0``. Threads and processes may share it."""

    @property
    @abstractmethod
    def where(self) -> str:
        """The store's path, or its URL without credentials."""

    @abstractmethod
    def create(self, key: str, body: Body) -> bool:
        """Create an object. It is on disk when this returns.

        Args:
            key: the object's key.
            body: the object's body, with a nonce.

        Returns:
            Whether the store now has this body under the key; ``False`` if it has another one.

        Raises:
            MaybeCreated: the object may have been created or not.
            StoreFailed: the object was not created.
        """

    @abstractmethod
    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        """The bodies of the objects that exist, by key; every creation that has returned is seen.

        Raises:
            StoreFailed: the objects cannot be read.
        """

    @abstractmethod
    def list(self, prefix: str) -> dict[str, float]:
        """The keys that begin with a prefix, with each object's age in seconds by the store's clock.

        A store that does not know the time of its clock gives smaller ages, never larger ones: housekeeping
        deletes what is old.

        Raises:
            StoreFailed: the keys cannot be listed.
        """

    @property
    def on_this_machine(self) -> "Store | None":
        """The part of the store that is a file of this machine, and that costs nothing to ask; ``None`` if none is."""
        return None

    def list_all(self, prefixes: Iterable[str]) -> dict[str, float]:
        """The keys that begin with one of some prefixes, as :meth:`list` gives them."""
        return {key: age for prefix in prefixes for key, age in self.list(prefix).items()}

    @abstractmethod
    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects, in any order, in as few requests as possible. Only housekeeping calls this.

        Raises:
            StoreFailed: not all objects are deleted.
        """

    @abstractmethod
    def probe(self) -> None:
        """Check that the store can be written, and that only the first of two creations of a key wins.

        Raises:
            StoreFailed: both creations win, or the store cannot be written.
        """

    def prepare(self) -> None:  # noqa: B027 - most stores need no preparation
        """Do what only the first creation would do. A caller does this beside something else.

        Raises:
            StoreFailed: the store cannot be used; the first creation says so too.
        """

    def create_in_order(self, objects: Iterable[tuple[str, Body]]) -> int:
        """Create objects one after the other; stop at the first key that has another body.

        Args:
            objects: the key and body of each object.

        Returns:
            How many objects, counted from the first, the store has with these bodies.

        Raises:
            MaybeCreated: the last object that was tried may have been created or not.
            StoreFailed: the last object that was tried was not created.
        """
        done = 0
        for key, body in objects:
            if not self.create(key, body):
                break
            done += 1
        return done


def decoded(where: str, key: str, text: object) -> Body:
    """The body in an object's text.

    Args:
        where: the store's path or URL.
        key: the object's key.
        text: what the store has under the key.

    Raises:
        StoreFailed: the text is not a body.
    """
    try:
        body = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise StoreFailed(where, f"{key} is damaged")
    return body


def nonce() -> str:
    """A random text that makes a body different from every other."""
    return os.urandom(12).hex()


def encoded(body: Body) -> str:
    """A body as text; equal bodies give equal texts."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))

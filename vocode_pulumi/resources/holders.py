# SPDX-License-Identifier: Apache-2.0
"""Which resource holds which object of the account, as far as this run of Pulumi has said.

One process serves one preview or one update, so what a module holds is what one run has said.
"""

import threading
from collections.abc import Iterator
from typing import Any

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.schema import Problem


class Holders:
    """Resources by the id of the object that they hold. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._urns: dict[str, str] = {}

    def claim(self, id_: str, urn: str) -> str:
        """Say that a resource holds an object; gives the one that does."""
        with self._lock:
            return self._urns.setdefault(id_, urn)

    def give(self, id_: str, urn: str) -> None:
        """The object goes over to a resource."""
        with self._lock:
            self._urns[id_] = urn

    def of(self, id_: str) -> str | None:
        """The resource that holds an object."""
        with self._lock:
            return self._urns.get(id_)


CLAIMED = Holders()
"""By what the program says."""
HELD = Holders()
"""By what has been done."""


def require_free(id_: str, urn: str, noun: str) -> None:
    """See to it that no other resource holds an object.

    Raises:
        VocodeError: one does.
    """
    holder = HELD.of(id_)
    if holder is not None and holder != urn:
        raise VocodeError(
            f"{id_} was given to {holder.rsplit('::', 1)[-1]!r} in this run already, and one {noun} "
            "belongs to one resource. Declare it once, or give the renamed resource an alias."
        )


def declared_twice(name: str, id_: Any, urn: str, noun: str) -> Iterator[Problem]:
    """The problem of an object that two resources of a program claim, by an input of theirs."""
    if isinstance(id_, str):
        holder = CLAIMED.claim(id_, urn)
        if holder != urn:
            yield (
                name,
                f"{id_} is claimed by {holder.rsplit('::', 1)[-1]!r} in this program already: "
                f"one {noun} belongs to one resource",
            )

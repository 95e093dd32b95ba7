# SPDX-License-Identifier: Apache-2.0
"""Checks that an object of the account belongs to only one resource of a run."""

from collections.abc import Iterator
from typing import Any

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.provider.run import ResourcesByObject
from vocode_pulumi.record import name_in
from vocode_pulumi.schema.checking import Problem


def require_free(holders: ResourcesByObject, id_: str, urn: str, noun: str) -> None:
    """Raise if another resource of this run holds an object.

    Raises:
        VocodeError: another resource holds it.
    """
    holder = holders.resource_of(id_)
    if holder is not None and holder != urn:
        raise VocodeError(
            f"{id_} was given to {name_in(holder)!r} in this run already, and one {noun} "
            "belongs to one resource. Nothing was bought. Declare it once, or give the renamed "
            "resource an alias."
        )


def declared_twice(
    claimants: ResourcesByObject, name: str, id_: Any, urn: str, noun: str
) -> Iterator[Problem]:
    """The problem if two resources of a program name the same object in an input."""
    if isinstance(id_, str):
        holder = claimants.claim(id_, urn)
        if holder != urn:
            yield (
                name,
                f"{id_} is claimed by {name_in(holder)!r} in this program already: "
                f"one {noun} belongs to one resource",
            )

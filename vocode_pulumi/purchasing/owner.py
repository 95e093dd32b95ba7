# SPDX-License-Identifier: Apache-2.0
"""Who an attempt to buy belongs to: a resource of a stack whose state is in a certain place. Pure."""

import hashlib
import json
from dataclasses import dataclass

from vocode_pulumi.record import name_in

ORGANIZATION = "organization"
"""What Pulumi calls the one organization of a state that nobody hosts."""


def digest(*parts: str) -> str:
    """A short name for a list of texts; two lists have one name only by a chance of 2 to the -80."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, order=True)
class StackId:
    """A stack.

    Args:
        place: where its state is (:mod:`vocode_pulumi.purchasing.place`).
        organization: of Pulumi.
        project: of Pulumi.
        name: of the stack.
    """

    place: str
    organization: str
    project: str
    name: str

    @property
    def key(self) -> str:
        """What stands for it in the ledger's keys."""
        return digest(self.place, self.organization, self.project, self.name)

    @property
    def qualified(self) -> str:
        """How Pulumi's commands take it."""
        return f"{self.organization}/{self.project}/{self.name}"

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"


@dataclass(frozen=True, order=True)
class Owner:
    """A resource that buys.

    Args:
        stack: that it is in.
        urn: that it has now.
    """

    stack: StackId
    urn: str

    @classmethod
    def of(cls, place: str, organization: str, urn: str) -> "Owner":
        """The owner that a URN names.

        Args:
            place: where the state is.
            organization: of Pulumi.
            urn: ``urn:pulumi:STACK::PROJECT::TYPE::NAME``.

        Raises:
            ValueError: it is no URN.
        """
        parts = urn.removeprefix("urn:pulumi:").split("::")
        if not urn.startswith("urn:pulumi:") or len(parts) < 4:
            raise ValueError(f"{urn!r} is no URN")
        return cls(StackId(place, organization, parts[1], parts[0]), urn)

    @property
    def key(self) -> str:
        """What stands for it in the ledger's keys, below its stack's."""
        return digest(self.stack.key, self.urn)

    @property
    def name(self) -> str:
        """Of the resource, in the program."""
        return name_in(self.urn)

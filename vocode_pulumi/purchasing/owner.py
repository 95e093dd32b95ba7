# SPDX-License-Identifier: Apache-2.0
"""The owner of an attempt: a resource of a stack, and the place of the stack's state. Pure."""

import hashlib
import json
from dataclasses import dataclass

from vocode_pulumi.record import DEFAULT_ORGANIZATION, name_in


def digest(*parts: str) -> str:
    """A short hash (80 bits) of a list of texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, order=True)
class StackId:
    """A stack.

    Args:
        place: the place of its state (:mod:`vocode_pulumi.purchasing.place`).
        organization: Pulumi's organization.
        project: Pulumi's project.
        name: the stack's name.
    """

    place: str
    organization: str
    project: str
    name: str

    @property
    def key(self) -> str:
        """The stack's part of the ledger's keys."""
        return digest(self.place, self.organization, self.project, self.name)

    @property
    def qualified(self) -> str:
        """The stack's name as Pulumi's commands take it."""
        return f"{self.organization}/{self.project}/{self.name}"

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"


@dataclass(frozen=True, order=True)
class Owner:
    """A resource that buys a number.

    Args:
        stack: the stack of the resource.
        urn: the current URN of the resource.
    """

    stack: StackId
    urn: str

    @classmethod
    def of(cls, place: str, organization: str, urn: str) -> "Owner":
        """The owner that a URN names.

        Args:
            place: the place of the stack's state.
            organization: Pulumi's organization.
            urn: ``urn:pulumi:STACK::PROJECT::TYPE::NAME``.

        Raises:
            ValueError: the text is not a URN.
        """
        parts = urn.removeprefix("urn:pulumi:").split("::")
        if not urn.startswith("urn:pulumi:") or len(parts) < 4:
            raise ValueError(f"{urn!r} is no URN")
        return cls(StackId(place, organization, parts[1], parts[0]), urn)

    @property
    def key(self) -> str:
        """The resource's part of the ledger's keys; it follows the stack's part."""
        return digest(self.stack.key, self.urn)

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return name_in(self.urn)

    def __str__(self) -> str:
        """What messages call it."""
        if self == PERSON:
            return "a person with `vocode-pulumi audit`"
        return f"{self.name!r} of the stack {self.stack}"


PERSON = Owner.of("", DEFAULT_ORGANIZATION, "urn:pulumi:audit::vocode-pulumi::by hand::a person")
"""Not a resource: who cancels a number with `vocode-pulumi audit`."""

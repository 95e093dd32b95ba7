# SPDX-License-Identifier: Apache-2.0
"""Which stacks of the login an audit does not compare. Pure."""

from collections.abc import Iterable
from typing import NamedTuple


class StackName(NamedTuple):
    """A stack's name.

    Args:
        organization: Pulumi's organization; ``None`` if it is not known.
        project: Pulumi's project; ``None`` if it is not known.
        name: the stack's own name.
    """

    organization: str | None
    project: str | None
    name: str

    @classmethod
    def of(cls, text: str, project: str | None) -> "StackName":
        """A name as Pulumi's commands print and take it.

        Args:
            text: ``name``, ``organization/name`` or ``organization/project/name``.
            project: the project of this folder, which a shorter name means; ``None`` if there is none.
        """
        *before, name = text.split("/")
        organization = before[0] if before else None
        return cls(organization, before[1] if len(before) > 1 else project, name)

    def is_same(self, other: "StackName") -> bool:
        """Whether both name the same stack. An organization that is not known is any organization."""
        organizations = {self.organization, other.organization} - {None}
        return self[1:] == other[1:] and len(organizations) < 2


def not_compared(
    listed: Iterable[str], compared: Iterable[StackName], project: str | None
) -> list[str]:
    """The stacks of a login that are not compared, as Pulumi lists them.

    Args:
        listed: every stack of the login.
        compared: the stacks that are compared, or left out by name.
        project: the project of this folder.
    """
    known = [*compared]
    return [
        text
        for text in listed
        if not any(StackName.of(text, project).is_same(name) for name in known)
    ]

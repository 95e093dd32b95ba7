# SPDX-License-Identifier: Apache-2.0
"""The names of stacks, as Pulumi's commands print and take them. Pure.

Every backend has the same three forms (Pulumi's ``pkg/backend/diy`` and ``pkg/backend/httpstate``):

- ``organization/project/name``.
- ``organization/name``: a stack of the current project. No backend means ``project/name`` by it. Pulumi
  Cloud prints it for a stack of an organization that is not the default one.
- ``name``: a stack of the current project. In Pulumi Cloud it belongs to the default organization of the
  login, which need not be the organization of the stack that runs.

With ``--fully-qualify-stack-names`` every backend prints the first form, so only what a person types has
to be completed.
"""

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
        """Read a name.

        Args:
            text: in one of the three forms.
            project: the current project; ``None`` if there is none.
        """
        *before, name = text.split("/")
        organization = before[0] if before else None
        return cls(organization, before[1] if len(before) > 1 else project, name)

    def is_same(self, other: "StackName") -> bool:
        """Whether both may name the same stack. An organization that is not known may be any."""
        organizations = {self.organization, other.organization} - {None}
        return self[1:] == other[1:] and len(organizations) < 2

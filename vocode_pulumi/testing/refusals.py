# SPDX-License-Identifier: Apache-2.0
"""The error for a program that a preview would refuse."""

from collections.abc import Iterable

from vocode_pulumi.errors import VocodeError


class ProgramRefused(VocodeError):
    """A preview would refuse the program.

    Args:
        problems: a line for each problem, with the resource's type and name.

    Attributes:
        problems: these lines.
    """

    __module__ = "vocode_pulumi.testing"
    """The public module of the class; tracebacks show it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [*problems]
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"a preview refuses this program:{lines}")

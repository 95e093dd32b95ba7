# SPDX-License-Identifier: Apache-2.0
"""What is raised where a preview would refuse a program."""

from collections.abc import Iterable

from vocode_pulumi.errors import VocodeError


class ProgramRefused(VocodeError):
    """A preview would refuse the program.

    Args:
        problems: a line for each, with the resource's type and name.

    Attributes:
        problems: the same.
    """

    __module__ = "vocode_pulumi.testing"
    """Where a test finds it, and an error shows it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [*problems]
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"a preview refuses this program:{lines}")

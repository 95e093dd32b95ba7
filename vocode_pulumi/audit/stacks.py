# SPDX-License-Identifier: Apache-2.0
"""Which stacks of the login an audit does not compare. Pure."""

from collections.abc import Iterable

from vocode_pulumi.purchasing.stack_names import StackName


def not_compared(
    listed: Iterable[str], compared: Iterable[StackName], project: str | None
) -> list[str]:
    """The stacks of a login that are not compared, as Pulumi lists them.

    A name without an organization counts only if one stack has it. If stacks of two organizations have
    it, neither counts as compared: the full name says which one is meant.

    Args:
        listed: every stack of the login.
        compared: the stacks that are compared, or left out by name.
        project: the project of this folder.
    """
    names = {text: StackName.of(text, project) for text in listed}
    known: set[str] = set()
    for name in compared:
        fitting = [text for text, of_login in names.items() if of_login.is_same(name)]
        known.update(fitting if len(fitting) == 1 else ())
    return [text for text in names if text not in known]

# SPDX-License-Identifier: Apache-2.0
"""What became of each value that somebody changed at Vocode, for a terminal. Pure."""

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from vocode_pulumi.pull.comparing import Changed
from vocode_pulumi.pull.table import head, page
from vocode_pulumi.pull.taking import Taken, taken_whole
from vocode_pulumi.redaction import printable, printable_line
from vocode_pulumi.terminal_text import count, wrapped


def taken_over(changed: Iterable[Changed], plan: Sequence[Taken], *, literals: bool) -> str:
    """A block for each resource: what was written, what can be written, and what is left to do.

    Args:
        changed: the resources.
        plan: what became of each value.
        literals: whether literals of the program were written.
    """
    return page(_block(one, plan, literals=literals) for one in changed)


def _block(changed: Changed, plan: Sequence[Taken], *, literals: bool) -> Iterator[str]:
    yield from head(changed)
    if changed.is_gone:
        yield from wrapped(_gone(changed), "  ").splitlines()
    for one in plan:
        if one.changed is changed:
            yield from _value(one, literals=literals)


def _gone(changed: Changed) -> str:
    if changed.declared is None:
        return "It is gone at Vocode, and the program does not declare it any more: the state forgets it."
    said = "It is gone at Vocode: take it out of the program. The next `pulumi up` then forgets it."
    if changed.seen.resource.is_protected:
        urn = shlex.quote(changed.seen.resource.urn)
        said += f" It is protected, so run first: `pulumi state unprotect {urn}`."
    return said


def _value(one: Taken, *, literals: bool) -> Iterator[str]:
    path, edit = printable(one.row.path), one.edit
    if edit is None:
        why = one.why_not or "the program has it already"
        kind = "left" if one.why_not else "taken over"
        yield from wrapped(f"{path}: {kind}: {printable(why)}", "  ", hanging="    ").splitlines()
    elif not edit.is_of_program:
        yield f"  {path}: written to {printable(edit.file.as_posix())}{_conflict(one)}"
    else:
        first, *rest = edit.code.splitlines() or ["(taken out)"]
        if first[0] in "[{":
            rest = textwrap.dedent("\n".join(rest)).splitlines()
        done = "written: " if literals else ""
        place = printable(f"{edit.file.as_posix()}:{edit.line}")
        yield f"  {done}{place}: {path} = {printable_line(first)}{'' if rest else _conflict(one)}"
        yield from (f"    {printable_line(line)}" for line in rest)
        if rest and one.row.is_conflict:
            yield f"   {_conflict(one)}"


def _conflict(one: Taken) -> str:
    return " (conflict: this replaces a change of the program)" if one.row.is_conflict else ""


def summary(
    stack: str, changed: Sequence[Changed], plan: Sequence[Taken], *, literals: bool
) -> str:
    """What was done in one line, and what is to be done next.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        changed: the resources.
        plan: what became of each value.
        literals: whether literals of the program were written.
    """
    done = [one.edit.file for one in plan if one.edit and one.is_written(literals=literals)]
    whole = taken_whole(changed, plan, literals=literals)
    files, many = {*done}, f"{count(len(done), 'value')} written to {count(len({*done}), 'file')}"
    parts = [many if files else "nothing is written"]
    if whole:
        parts.append(f"the state of {count(len(whole), 'resource')} is what Vocode has")
    said = "; ".join(parts)
    lines = [wrapped(f"{said[0].upper()}{said[1:]}.")]
    offered = [one for one in plan if one.edit and not one.is_written(literals=literals)]
    if offered:
        first = "Commit this, then write the literals:" if done else "To write the literals:"
        command = f"vocode-pulumi pull --stack {shlex.quote(stack)} --resolve theirs --write"
        lines += [first, f"    {command}"]
    return "\n".join(lines)

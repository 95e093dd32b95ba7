# SPDX-License-Identifier: Apache-2.0
"""What the next run puts back at Vocode of what somebody changed there. Pure."""

from collections.abc import Iterable, Iterator

from vocode_pulumi.pull.comparing import Changed, Row, is_known
from vocode_pulumi.pull.table import DECLARED, THERE, difference, head, is_long, page, shown
from vocode_pulumi.redaction import printable
from vocode_pulumi.review.differences import ABSENT
from vocode_pulumi.terminal_text import wrapped


def put_back(changed: Iterable[Changed]) -> str:
    """A block for each resource: what `pulumi up --refresh` does with it.

    Args:
        changed: the resources.
    """
    return page(map(_block, changed))


def _block(changed: Changed) -> Iterator[str]:
    yield from head(changed)
    if changed.declared is None:
        end = "forgets" if changed.is_gone else "deletes"
        yield f"  The program does not declare it any more: the run {end} it."
    elif changed.is_gone:
        yield from wrapped(_again(changed), "  ").splitlines()
    else:
        for row in changed.rows:
            yield from _row(row)


def _again(changed: Changed) -> str:
    kind, inputs = changed.seen.resource.kind, changed.declared.inputs if changed.declared else {}
    if kind == "LinkedNumber":
        return "It is gone at Vocode: the run links it again."
    if inputs.get("adopt"):
        return (
            "It is gone at Vocode, and cannot be adopted any more: take `adopt` out of the program."
        )
    if kind == "PhoneNumber":
        return "It is gone at Vocode: the run buys another number. This one does not come back."
    return "It is gone at Vocode: the run makes another one."


def _row(row: Row) -> Iterator[str]:
    path = printable(row.path)
    if row.is_agreed:
        yield f"  {path}: stays, because the program has it already"
    elif row.declared is ABSENT:
        yield f"  {path}: goes, because the program does not declare it"
    elif row.is_secret:
        yield f"  {path}: gets the program's secret again"
    elif not is_known(row.declared):
        yield f"  {path}: gets what the program declares, which is known only after the run"
    elif is_long(row):
        yield f"  {path}:"
        yield f"    {THERE} (-), {DECLARED} (+)"
        yield from difference(row.there, row.declared)
    else:
        mark = " (conflict: the program was changed too)" if row.is_conflict else ""
        line = f"{path}: {shown(row, row.there)} becomes {shown(row, row.declared)}{mark}"
        yield from wrapped(line, "  ", hanging="    ").splitlines()

# SPDX-License-Identifier: Apache-2.0
"""What was changed at Vocode, as JSON. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from vocode_pulumi.pull.comparing import Changed, Row
from vocode_pulumi.pull.taking import Taken
from vocode_pulumi.redaction import MASK
from vocode_pulumi.review.differences import ABSENT


def document(changed: Iterable[Changed], plan: Sequence[Taken] = ()) -> list[dict[str, Any]]:
    """A value of JSON for each resource. Secrets are masked.

    Args:
        changed: the resources.
        plan: what became of each value, if they were taken over.
    """
    taken = {id(one.row): _taken(one) for one in plan}
    return [
        {
            "urn": one.seen.resource.urn,
            "type": one.seen.resource.kind,
            "name": one.seen.resource.name,
            "id": one.seen.resource.id,
            "gone": one.is_gone,
            "declared": one.declared is not None,
            "changes": [_row(row) | taken.get(id(row), {}) for row in one.rows],
        }
        for one in changed
    ]


def _taken(one: Taken) -> dict[str, Any]:
    if one.edit is None:
        return {"left": one.why_not or None}
    place = {"file": one.edit.file.as_posix(), "line": one.edit.line or None}
    return {**place, "code": one.edit.code} if one.edit.is_of_program else place


def _row(row: Row) -> dict[str, Any]:
    values = {"declared": row.declared, "last_seen": row.before, "there_now": row.there}
    return {
        "path": row.path,
        "secret": row.is_secret,
        "conflict": row.is_conflict,
        "agreed": row.is_agreed,
        # What is not there has no key.
        **{
            name: MASK if row.is_secret else value
            for name, value in values.items()
            if value is not ABSENT
        },
    }

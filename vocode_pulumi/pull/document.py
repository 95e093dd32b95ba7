# SPDX-License-Identifier: Apache-2.0
"""What was changed at Vocode, as JSON. Pure."""

from collections.abc import Iterable
from typing import Any

from vocode_pulumi.pull.comparing import Changed, Row
from vocode_pulumi.redaction import MASK
from vocode_pulumi.review.differences import ABSENT


def document(changed: Iterable[Changed]) -> list[dict[str, Any]]:
    """A value of JSON for each resource. Secrets are masked.

    Args:
        changed: the resources.
    """
    return [
        {
            "urn": one.seen.resource.urn,
            "type": one.seen.resource.kind,
            "name": one.seen.resource.name,
            "id": one.seen.resource.id,
            "gone": one.is_gone,
            "declared": one.declared is not None,
            "changes": [_row(row) for row in one.rows],
        }
        for one in changed
    ]


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

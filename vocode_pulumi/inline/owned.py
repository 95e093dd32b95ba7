# SPDX-License-Identifier: Apache-2.0
"""The ids of what an inline object made."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.schema.shapes import Listing, Reference

Owned = dict[str, Any]
"""``{"id": …, "parts": {field: Owned | None | [Owned | None, …]}}`` of an inline object."""


def owned_by(ref: Reference, value: Any, answer: Any) -> Owned | None:
    """The ids of what an inline object made, out of the answer to its create."""
    inline = ref.as_inline(value)
    if inline is None or not isinstance(answer, Mapping) or id_of(answer) is None:
        return None
    parts: dict[str, Any] = {}
    for name, field in ref.record(inline).fields.items():
        if inline.get(name) is None:
            continue
        if isinstance(field.shape, Reference):
            parts[name] = owned_by(field.shape, inline[name], answer.get(name))
        elif isinstance(field.shape, Listing) and isinstance(field.shape.item.shape, Reference):
            made = list(answer.get(name) or [])
            made += [None] * (len(inline[name]) - len(made))
            item = field.shape.item.shape
            parts[name] = [
                owned_by(item, one, got) for one, got in zip(inline[name], made, strict=False)
            ]
    return {"id": id_of(answer), "parts": parts}

# SPDX-License-Identifier: Apache-2.0
"""The ids of the objects that an inline object created.

ASSUMED: an inline object in a create or in a purchase makes a new object, also for each inline object in it.
"""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.schema.shapes import Field, Reference
from vocode_pulumi.schema.walking import Node, walk

Owned = dict[str, Any]
"""``{"id": …, "parts": {field: Owned | None | [Owned | None, …]}}``: the id of the object that an inline input
created, and the same of each object below it. With ``"kept": True`` the object was there before, equal to what
the inline input would have created. It may serve others too, so a change creates another object."""
KEPT = "kept"


def owned_by(ref: Reference, value: Any, answer: Any) -> Owned | None:
    """The ids of the objects that an inline object created.

    Args:
        ref: the shape of the reference.
        value: the inline object, or an id; an id owns nothing.
        answer: Vocode's answer to the create.
    """
    owned: Owned | None = walk(Field("", ref), value, _owned, answer)
    return owned


def _owned(node: Node) -> Any:
    ref, (answer,) = node.field.shape, node.parallel
    if not isinstance(ref, Reference):
        return node.below()
    inline = ref.as_inline(node.value)
    if inline is None or not isinstance(answer, Mapping) or id_of(answer) is None:
        return None
    fields, below = ref.record(inline).fields, node.below(inline, answer)
    parts = {
        name: part
        for name, part in below.items()
        if fields[name].references and inline[name] is not None
    }
    return {"id": id_of(answer), "parts": parts}


def as_kept(owned: Owned | None) -> Owned | None:
    """The same ids, of objects that were there before."""
    if owned is None:
        return None
    parts = {
        name: [*map(as_kept, part)] if isinstance(part, list) else as_kept(part)
        for name, part in owned["parts"].items()
    }
    return {"id": owned["id"], "parts": parts, KEPT: True}

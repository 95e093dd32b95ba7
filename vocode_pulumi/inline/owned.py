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


def in_live_order(field: Field, owned: Any, declared: Any, live: Any) -> tuple[Any, Any]:
    """The owned ids and what is declared, with the items of lists in the order of the lists at Vocode.

    A refresh stores each list as Vocode has it. Its items keep their places in all three. Owned objects that are
    not attached any more come last.

    Args:
        field: the schema's field of the input.
        owned: the ids of the objects that the input created.
        declared: which fields are declared.
        live: the value at Vocode.
    """
    ordered: tuple[Any, Any] = walk(field, live, _in_live_order, owned, declared)
    return ordered


def _in_live_order(node: Node) -> tuple[Any, Any]:
    live, (owned, declared) = node.value, node.parallel
    if isinstance(owned, list) and isinstance(declared, list) and isinstance(live, list):
        places = {part["id"]: place for place, part in enumerate(owned) if part is not None}
        attached = [places.get(id_of(item)) for item in live]
        rest = [place for place in places.values() if place not in attached]
        return (
            [None if place is None else owned[place] for place in attached + rest],
            [True if place is None else declared[place] for place in attached + rest],
        )
    if (
        not isinstance(owned, Mapping)
        or not isinstance(live, Mapping)
        or id_of(live) != owned["id"]
    ):
        return owned, declared
    parts = owned["parts"]
    below = node.below({name: live.get(name) for name in parts}, parts, declared)
    ordered = {name: part for name, (part, _) in below.items()}
    if isinstance(declared, Mapping):
        declared = {**declared, **{name: fields for name, (_, fields) in below.items()}}
    return {**owned, "parts": {**parts, **ordered}}, declared

# SPDX-License-Identifier: Apache-2.0
"""What stands at Vocode, in the form in which it was declared."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.inline.declared import Skeleton
from vocode_pulumi.inline.owned import Owned
from vocode_pulumi.schema.marks import SECRET, UNORDERED, UUID
from vocode_pulumi.schema.shapes import Field, Listing, Record, Reference, Variants, fields_of
from vocode_pulumi.schema.values import plain


def standing(field: Field, bones: Skeleton, owned: Any, live: Any, previous: Any = None) -> Any:
    """What stands at Vocode, in the form in which it was declared.

    What Vocode fills in beside the declared fields is left out, so that it is no difference; an
    object that took the place of the declared one appears as its id.

    Args:
        field: what is known of the input.
        bones: which fields were declared.
        owned: the ids of what inline objects made.
        live: the answer's value.
        previous: the value as it was declared or last stood, for the order of lists in which order
            means nothing, and for fields that answers of 2023 do not have.
    """
    shape = field.shape
    if isinstance(shape, Reference):
        return _standing_reference(shape, bones, owned, live, previous)
    if isinstance(shape, Variants) and isinstance(live, Mapping):
        shape = shape.of(live) or shape
    if isinstance(shape, Record) and isinstance(live, Mapping) and isinstance(bones, Mapping):
        return _standing_fields(shape, bones, {}, live, previous)
    if isinstance(shape, Listing) and isinstance(live, list):
        if isinstance(shape.item.shape, Reference) and isinstance(bones, list):
            return _standing_references(shape.item.shape, bones, owned, live, previous)
        if field.has(UNORDERED) and isinstance(previous, list):
            return [item for item in previous if item in live] + [
                item for item in live if item not in previous
            ]
        if isinstance(bones, list) and len(bones) == len(live):
            before = previous if isinstance(previous, list) else [None] * len(live)
            before += [None] * (len(live) - len(before))
            return [
                standing(shape.item, bone, None, item, old)
                for bone, item, old in zip(bones, live, before, strict=False)
            ]
    return plain(live)


def _standing_reference(
    ref: Reference, bones: Skeleton, owned: Owned | None, live: Any, previous: Any
) -> Any:
    if bones == "default":
        return bones
    if live is None:
        return "none" if "none" in ref.part.words else None
    if isinstance(live, str) and not UUID.fullmatch(live):
        # An answer of 2023: the text itself.
        if isinstance(previous, str) and UUID.fullmatch(previous):
            return previous
        is_text = isinstance(previous, str) or bones is True
        return live if is_text else {ref.part.text: live}
    if owned is None or id_of(live) != owned["id"] or not isinstance(live, Mapping):
        return id_of(live)
    if ref.part.text and bones is True:
        return live.get(ref.part.text)
    record = ref.record(live)
    return _standing_fields(record, bones, owned["parts"], live, previous)


def _standing_fields(
    record: Record, bones: Skeleton, owned: Mapping[str, Any], live: Any, previous: Any
) -> dict[str, Any]:
    before = previous if isinstance(previous, Mapping) else {}
    fields: dict[str, Any] = {}
    for name, bone in bones.items():
        if name not in record.fields:
            continue
        value = (
            standing(record.fields[name], bone, owned.get(name), live[name], before.get(name))
            if name in live
            else before.get(name)
        )
        if value is not None:
            fields[name] = value
    return fields


def _standing_references(
    ref: Reference, bones: list[Skeleton], owned: Any, live: list[Any], previous: Any
) -> list[Any]:
    mine = {one["id"]: index for index, one in enumerate(owned or []) if one is not None}
    before = previous if isinstance(previous, list) and len(previous) == len(bones) else None
    items = []
    for item in live:
        index = mine.get(id_of(item))
        if index is None or index >= len(bones):
            items.append(id_of(item))
        else:
            items.append(
                _standing_reference(
                    ref, bones[index], owned[index], item, before[index] if before else None
                )
            )
    return items


def shown(field: Field, live: Any) -> Any:
    """What an answer holds: whatever it refers to as its id, and no credential."""
    shape = field.shape
    if field.has(SECRET):
        return None
    if isinstance(shape, Reference):
        return id_of(live)
    if isinstance(shape, Variants | Record) and isinstance(live, Mapping):
        return plain(
            {
                name: shown(one, live[name])
                for name, one in fields_of(shape, live).items()
                if name in live
            }
        )
    if isinstance(shape, Listing) and isinstance(live, list):
        return [shown(shape.item, item) for item in live]
    return plain(live)

# SPDX-License-Identifier: Apache-2.0
"""Creating and updating inline objects."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import MAYBE_CARRIED_OUT, NotFoundError
from vocode_pulumi.inline.alike import is_alike, paired_entries
from vocode_pulumi.inline.bodies import create_body
from vocode_pulumi.inline.comparing import (
    is_as_wanted,
    is_equal_object,
    is_unchanged,
    old_indexes,
    paired_items,
)
from vocode_pulumi.inline.declared import Declared, declared_by
from vocode_pulumi.inline.owned import KEPT, Owned, as_kept, owned_by
from vocode_pulumi.schema.marks import CREATE_ONLY, UNORDERED, MemberCalls
from vocode_pulumi.schema.shapes import Field, ListOf, MapOf, Reference
from vocode_pulumi.schema.values import plain
from vocode_pulumi.schema.walking import Node, walk
from vocode_pulumi.uuids import UUID


def create_object(client: Client, ref: Reference, body: dict[str, Any]) -> dict[str, Any]:
    """Create an object. ASSUMED: it costs nothing; only numbers do.

    Raises:
        CallError: the call failed. If its answer was lost, an object whose id nobody knows may be left
            in the account; the API cannot delete it.
    """
    try:
        return client.create(f"{ref.to.collection}/create", body)
    except MAYBE_CARRIED_OUT as error:
        raise error.with_outcome(
            f"Another {ref.to.noun} may be left over in the account; it costs nothing."
        ) from error.__cause__


class InlineUpdater:
    """Creates and updates inline objects.

    Args:
        client: the client of the account.
        has_resource: whether a resource of the program has the object with an id. An inline input does not
            own that object then.
        keeps_equal: whether an object that nobody owns is kept if it equals the inline value.
    """

    def __init__(
        self, client: Client, has_resource: Callable[[str], bool], *, keeps_equal: bool
    ) -> None:
        self._client = client
        self._has_resource = has_resource
        self._keeps_equal = keeps_equal

    def apply(
        self,
        ref: Reference,
        declared: Declared,
        value: Any,
        owned: Owned | None,
        live: Any,
        before: Any = None,
    ) -> tuple[str | None, Owned | None]:
        """Create or update the object of a reference. Only owned objects are changed.

        Args:
            ref: the shape of the reference.
            declared: which fields were declared before; a field that was removed is reset.
            value: the value that is declared now: an id, an inline object, or ``None``.
            owned: the ids of the objects that the inline value created before.
            live: the field's value at Vocode: a whole object, an id, or ``None``.
            before: the old value, as far as the state's inputs and outputs agree. What is the same now is
                not sent, whatever Vocode has: a person may have changed it.

        Returns:
            The id that the field must refer to, and the ids of the objects that are owned now.
        """
        inline = ref.as_inline(value)
        if inline is None:
            return value, None
        if owned is not None and self._has_resource(owned["id"]):
            owned = None
        current = self._current(ref, owned, live)
        if owned is None and self._is_kept(ref, inline, live):
            return id_of(live), as_kept(owned_by(ref, inline, live))
        # ASSUMED: the `type` of an object cannot change.
        if owned is None or current is None or current.get("type") != inline.get("type"):
            return self._create(ref, inline)
        declared = declared if isinstance(declared, dict) else {}
        body, references, owned_below, is_new_needed = self._changes(
            ref, declared, inline, owned, current, before
        )
        if is_new_needed or (body and owned.get(KEPT)):
            # One of the changed fields can be set only when an object is created, or the object may be
            # somebody else's too.
            rest = {
                name: item
                for name, item in create_body(ref, inline).items()
                if name not in references
            }
            created = create_object(self._client, ref, {**rest, **references})
            return id_of(created), {"id": id_of(created), "parts": owned_below}
        self._send(ref, inline, owned["id"], body)
        return owned["id"], {**owned, "parts": owned_below}

    def update(
        self,
        ref: Reference,
        declared: dict[str, Any],
        inline: Mapping[str, Any],
        owned: Owned,
        current: Mapping[str, Any],
        before: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Update an owned object to its declared fields; the arguments are those of :meth:`apply`.

        Returns:
            The ids of the objects that its inline fields own.
        """
        body, _, owned_below, _ = self._changes(ref, declared, inline, owned, current, before)
        self._send(ref, inline, owned["id"], body)
        return owned_below

    def _send(
        self, ref: Reference, inline: Mapping[str, Any], id_: str, body: dict[str, Any]
    ) -> None:
        if body:
            # ASSUMED: the update changes the fields that it names and no others.
            kind = {"type": inline["type"]} if "type" in inline else {}
            self._client.update(f"{ref.to.collection}/update", {**kind, **body}, id=id_)

    def _is_kept(self, ref: Reference, inline: Mapping[str, Any] | None, live: Any) -> bool:
        """Whether an object that nobody owns is what the inline value would create."""
        return (
            self._keeps_equal
            and inline is not None
            and isinstance(live, Mapping)
            and not self._has_resource(str(id_of(live)))
            and is_equal_object(ref, inline, live)
        )

    def _create(self, ref: Reference, inline: Any) -> tuple[str | None, Owned | None]:
        created = create_object(self._client, ref, create_body(ref, inline))
        return id_of(created), owned_by(ref, inline, created)

    def _current(self, ref: Reference, owned: Owned | None, live: Any) -> Any:
        """The owned object as Vocode has it, whether it is attached or not; ``None`` if it is gone."""
        if owned is None:
            return None
        if isinstance(live, Mapping) and id_of(live) == owned["id"]:
            return live
        try:
            return self._client.get(ref.to.collection, id=owned["id"])
        except NotFoundError:
            return None

    def _changes(
        self,
        ref: Reference,
        declared: dict[str, Any],
        inline: Mapping[str, Any],
        owned: Owned,
        current: Mapping[str, Any],
        before: Any,
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], bool]:
        """Compare an owned object with the declared fields.

        This also updates the objects in its fields, and adds and removes the members of its lists that
        only such calls change.

        Each object that is created is added to ``owned`` and ``declared`` at once. If a later call fails, the
        resource can then remember it.

        Returns:
            The body of the object's update; the ids that its fields refer to; the ids of the objects
            that its inline fields own; and whether a new object is needed instead of an update.
        """
        body: dict[str, Any] = {}
        references: dict[str, Any] = {}
        owned_below: dict[str, Any] = {}
        is_new_needed = False
        old: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
        for name, field in ref.record(inline).fields.items():
            if name not in current or (inline.get(name) is None and name not in declared):
                continue
            value = inline.get(name)
            live = current[name]
            shape = field.shape
            if is_unchanged(value, old.get(name)):
                if field.references:
                    owned_below[name] = owned["parts"].get(name)
                    references[name] = (
                        [*map(id_of, live)] if isinstance(live, list) else id_of(live)
                    )
            elif isinstance(shape, Reference):
                if isinstance(live, str) and not UUID.fullmatch(live):
                    # Answers of 2023 contain the prompt's text, not its id.
                    text = (shape.as_inline(value) or {}).get(shape.to.text_field or "")
                    if text is not None and text != live:
                        body[name] = text
                    continue
                below = owned["parts"].get(name)
                target, owned_below[name] = self.apply(
                    shape, declared.get(name), value, below, live, old.get(name)
                )
                part = owned_below[name]
                if part is not None and part["id"] != (below or {}).get("id"):
                    owned["parts"][name] = part
                    declared[name] = declared_by(field, value)
                references[name] = target
                if target != id_of(live):
                    body[name] = target
            elif field.references:
                below = owned["parts"].get(name) or []
                owned["parts"][name] = below
                if not isinstance(declared.get(name), list):
                    declared[name] = []
                targets, owned_below[name] = self._apply_list(
                    field.references,
                    declared[name],
                    value or [],
                    below,
                    live or [],
                    old.get(name),
                )
                references[name] = targets
                if targets != [id_of(item) for item in live or []]:
                    body[name] = targets
            elif field.member_calls:
                wanted = _with_changes_by_hand(value or [], live or [], old.get(name))
                self._change_members(field.member_calls, owned["id"], wanted, live or [])
            else:
                wanted = plain(field.default if value is None else value)
                if field.has(UNORDERED) and isinstance(live, list):
                    wanted = _with_changes_by_hand(wanted, live, old.get(name))
                if is_as_declared(field, declared.get(name), wanted, live):
                    continue
                if field.has(CREATE_ONLY):
                    is_new_needed = True
                    continue
                sent = as_sent(field, declared.get(name), wanted, live, old.get(name))
                if sent != live:
                    body[name] = sent
        return body, references, owned_below, is_new_needed

    def _apply_list(
        self,
        ref: Reference,
        declared: list[Any],
        value: list[Any],
        owned: list[Any],
        live: list[Any],
        before: list[Any] | None,
    ) -> tuple[list[str | None], list[Owned | None]]:
        """:meth:`apply` for a list of references.

        The list gets what the program adds, and loses what it removes. What a person added or removed at
        Vocode stays added or removed.

        For each inline item this chooses the owned object of the same old item; otherwise an owned object that
        is already as declared; otherwise a free owned object of the same type; otherwise an equal object that
        is attached; otherwise it creates a new object.
        """
        attached = {id_of(item): item for item in live}
        inlines = [ref.as_inline(item) for item in value]
        value = [
            _as_id(item) if inline is None else item
            for item, inline in zip(value, inlines, strict=True)
        ]
        old = [_as_id(item) if ref.as_inline(item) is None else item for item in before or []]
        same = paired_items(value, old)
        candidates = {
            old_index: (
                owned_item,
                declared[old_index] if old_index < len(declared) else {},
                self._current(ref, owned_item, attached.get(owned_item["id"])),
            )
            for old_index, owned_item in enumerate(owned)
            if owned_item is not None
        }
        chosen = {
            index: old_index
            for index, old_index in same.items()
            if inlines[index] is not None and old_index in candidates
        }
        free = [old_index for old_index in candidates if old_index not in chosen.values()]
        for exact in (True, False):
            for index, inline in enumerate(inlines):
                if inline is None or index in chosen:
                    continue
                for old_index in free:
                    if _fits(ref, inline, candidates[old_index], exact):
                        chosen[index] = old_index
                        free.remove(old_index)
                        break
        targets: list[str | None] = []
        owned_items: list[Owned | None] = []
        ours = {item["id"] for item in owned if item is not None}
        others = [item for id_, item in attached.items() if id_ not in {*ours, *map(str, value)}]
        for index, item in enumerate(value):
            owned_item, declared_item, live_item = (
                candidates[chosen[index]] if index in chosen else (None, {}, None)
            )
            old_item = None
            if index in chosen and chosen[index] < len(old):
                old_item = old[chosen[index]]
            elif index not in chosen:
                equal = (other for other in others if self._is_kept(ref, inlines[index], other))
                live_item = next(equal, None)
                others = [other for other in others if other is not live_item]
            target, owned_now = self.apply(
                ref, declared_item, item, owned_item, live_item, old_item
            )
            if owned_now is not None and owned_now["id"] != (owned_item or {}).get("id"):
                declared += [True] * (len(owned) - len(declared))
                owned.append(owned_now)
                declared.append(declared_by(Field("", ref), item))
            old_id = item if inlines[index] is None else (owned_item or {}).get("id")
            is_removed_by_hand = index in same and old_id is not None and old_id not in attached
            if not is_removed_by_hand:
                targets.append(target)
            owned_items.append(owned_now)
        if before is not None:
            targets += [id_ for id_ in attached if id_ not in {*ours, *map(str, old), *targets}]
        return targets, owned_items

    def _change_members(
        self, calls: MemberCalls, id_: str, wanted: list[Any], live: list[Any]
    ) -> None:
        for member in [member for member in wanted if member not in live]:
            self._client.update(calls.add, {calls.name: member}, id=id_)
        for member in [member for member in live if member not in wanted]:
            # Somebody else may have removed the member meanwhile. ASSUMED: the answer is then 404.
            with suppress(NotFoundError):
                self._client.update(calls.remove, {calls.name: member}, id=id_)


def _with_changes_by_hand(
    wanted: list[Any], live: list[Any], before: list[Any] | None
) -> list[Any]:
    """The list at Vocode, without what the program removes, and with what it adds.

    Args:
        wanted: the new list.
        live: the list at Vocode.
        before: the old list, as far as inputs and outputs agree; ``None`` if they do not.
    """
    if before is None:
        return wanted
    kept = [item for item in wanted if item not in before or item in live]
    return kept + [item for item in live if item not in before and item not in wanted]


def _as_id(value: Any) -> Any:
    """An id as Vocode writes it: in lower case. Another value stays as it is."""
    return value.lower() if isinstance(value, str) and UUID.fullmatch(value) else value


def _fits(
    ref: Reference, inline: Mapping[str, Any], candidate: tuple[Owned, Any, Any], exact: bool
) -> bool:
    _, declared, current = candidate
    if current is None or current.get("type") != inline.get("type"):
        return False
    fields = ref.record(inline).fields
    return not exact or (
        isinstance(declared, Mapping)
        and declared.keys() == inline.keys()
        and all(
            is_as_declared(fields[name], declared[name], plain(item), current.get(name))
            for name, item in inline.items()
        )
    )


def is_as_declared(field: Field, declared: Declared, wanted: Any, live: Any) -> bool:
    """Whether the object at Vocode has the declared value in every declared field.

    A field that was declared before and was removed must have its default.
    """
    return bool(walk(field, wanted, _node_is_as_declared, declared, live))


def _node_is_as_declared(node: Node) -> bool:
    wanted, (declared, live) = node.value, node.parallel
    fields = node.fields
    if fields is not None and isinstance(live, Mapping):
        before = declared.keys() if isinstance(declared, Mapping) else set()
        return (
            wanted.keys() <= live.keys()
            and all(node.below().values())
            and all(
                plain(live.get(name)) == plain(fields[name].default)
                for name in before & fields.keys() - wanted.keys()
            )
        )
    if isinstance(node.field.shape, ListOf) and isinstance(wanted, list) and isinstance(live, list):
        if node.field.has(UNORDERED):
            return sorted(map(str, wanted)) == sorted(map(str, live))
        same = declared if isinstance(declared, list) and len(declared) == len(wanted) else None
        return len(wanted) == len(live) and all(node.below(wanted, same, live))
    return is_as_wanted(node.field, wanted, live)


def as_sent(field: Field, declared: Declared, wanted: Any, live: Any, before: Any) -> Any:
    """A value as an update sends it.

    Args:
        field: the schema's field of the value.
        declared: which fields were declared before.
        wanted: the value that the program declares.
        live: the value at Vocode.
        before: the old input, as far as the state had it in inputs and outputs
            (:func:`vocode_pulumi.inline.comparing.agreed_inputs`).

    ASSUMED: a list, a map or an object in an update replaces the whole value. So fields that only Vocode
    set, such as a secret that it generated, are sent too. A field that was declared before and was removed
    is not sent. What the program did not change is sent as Vocode has it: a person may have changed it.
    """
    return walk(field, wanted, _node_as_sent, declared, live, before)


def _node_as_sent(node: Node) -> Any:
    wanted, (declared, live, before) = node.value, node.parallel
    if live is not None and is_unchanged(wanted, before):
        return _as_typed(wanted, live)
    fields, shape = node.fields, node.field.shape
    if isinstance(shape, MapOf) and not node.field.is_free_form:
        return _with_map_changes_by_hand(wanted, live, before)
    if node.field.has_entries and all(isinstance(one, list) for one in (wanted, live, before)):
        return _entries_as_sent(node, wanted, live, before)
    if fields is None or not isinstance(live, Mapping) or wanted.get("type") != live.get("type"):
        return wanted
    removed = (declared.keys() if isinstance(declared, Mapping) else set()) - wanted.keys()
    kept = {
        name: item
        for name, item in live.items()
        if name in fields and name not in removed and item is not None
    }
    return {**kept, **node.below()}


def _entries_as_sent(
    node: Node, wanted: list[Any], live: list[Any], before: list[Any]
) -> list[Any]:
    """The list at Vocode, without the entries that the program removes, and with those that it adds or changes.

    The order is the one at Vocode, unless the program changes it.
    """
    declared = node.parallel[0] if isinstance(node.parallel[0], list) else []
    places, there = old_indexes(node.field, wanted, before), paired_entries(before, live)
    lives = [None if place is None else there.get(place) for place in places]
    sent = node.below(
        wanted,
        [None if place is None or place >= len(declared) else declared[place] for place in places],
        [None if at is None else live[at] for at in lives],
        [None if place is None else before[place] for place in places],
    )
    kept = {at: index for index, at in enumerate(lives) if at is not None}
    removed = {at for place, at in there.items() if place not in places}
    in_order = [place for place in places if place is not None and place in there]
    is_reordered = in_order != sorted(in_order)
    order: list[tuple[Any, int | None]] = []
    left = [*kept.values()]
    for at in range(len(live)):
        if at in kept:
            kept_index = left.pop(0) if is_reordered else kept[at]
            order.append((sent[kept_index], kept_index))
        elif at not in removed:
            order.append((live[at], None))
    for index, place in enumerate(places):
        is_removed_by_hand = place is not None and is_unchanged(wanted[index], before[place])
        if lives[index] is None and not is_removed_by_hand:
            indexes = [known for _, known in order]
            before_it = [known for known in range(index) if known in indexes]
            position = indexes.index(before_it[-1]) + 1 if before_it else 0
            order.insert(position, (sent[index], index))
    return [entry for entry, _ in order]


def _with_map_changes_by_hand(wanted: Any, live: Any, before: Any) -> Any:
    """The map at Vocode, without what the program removes, and with what it adds or changes."""
    if not all(isinstance(one, Mapping) for one in (wanted, live, before)):
        return wanted
    live = {key: _as_typed(wanted.get(key), value) for key, value in live.items()}
    live = {key: value for key, value in live.items() if value is not None}
    by_hand = {key: value for key, value in live.items() if key not in before}
    unchanged = {key for key, value in wanted.items() if key in before and before[key] == value}
    kept = {key: live[key] for key in unchanged & live.keys()}
    changed = {key: value for key, value in wanted.items() if key not in unchanged}
    return {**by_hand, **kept, **changed}


def _as_typed(wanted: Any, live: Any) -> Any:
    """What Vocode has; the wanted value if Vocode has only written it as another type, which it may not take back."""
    return wanted if not isinstance(live, type(wanted)) and is_alike(wanted, live) else live

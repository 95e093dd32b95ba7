# SPDX-License-Identifier: Apache-2.0
"""Bringing inline objects to what is declared."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import MAYBE_CARRIED_OUT, NotFoundError
from vocode_pulumi.inline.bodies import request
from vocode_pulumi.inline.declared import Declared
from vocode_pulumi.inline.owned import Owned, owned_by
from vocode_pulumi.schema.marks import CREATE_ONLY, UNORDERED, UUID, Members
from vocode_pulumi.schema.shapes import Field, ListOf, Reference
from vocode_pulumi.schema.values import plain
from vocode_pulumi.schema.walking import Node, walk


def create_object(client: Client, ref: Reference, body: dict[str, Any]) -> dict[str, Any]:
    """Make an object of its own.

    Raises:
        CallError: also when it may have been made: nothing knows it then, and nothing can delete it.
    """
    try:
        return client.create(f"{ref.to.collection}/create", body)
    except MAYBE_CARRIED_OUT as error:
        raise error.with_outcome(
            f"Another {ref.to.noun} may be left over in the account; it costs nothing."
        ) from error.__cause__


class InlineUpdater:
    """Brings inline objects to what is declared.

    Args:
        client: of the account.
        is_held: whether a resource of its own holds the object of an id: it is nobody's part then.
    """

    def __init__(self, client: Client, is_held: Callable[[str], bool]) -> None:
        self._client = client
        self._is_held = is_held

    def apply(
        self, ref: Reference, declared: Declared, value: Any, owned: Owned | None, live: Any
    ) -> tuple[str | None, Owned | None]:
        """Make what a reference declares so, without a write to anything that is not owned.

        Args:
            ref: what is known of the reference.
            declared: which fields were declared before, for those that are not any more.
            value: what is declared now: an id, an inline object, or ``None``.
            owned: the ids of what it made before.
            live: what the field holds at Vocode: a whole object, an id, or ``None``.

        Returns:
            The id that the field must refer to, and the ids of what is owned now.
        """
        inline = ref.as_inline(value)
        if inline is None:
            return value, None
        if owned is not None and self._is_held(owned["id"]):
            owned = None
        current = self._current(ref, owned, live)
        if owned is None or current is None or current.get("type") != inline.get("type"):
            return self._make(ref, inline)
        declared = declared if isinstance(declared, Mapping) else {}
        body, references, parts, renew = self._changes(ref, declared, inline, owned, current)
        if renew:
            # The API takes some field only when the object is made.
            rest = {
                name: item for name, item in request(ref, inline).items() if name not in references
            }
            made = create_object(self._client, ref, {**rest, **references})
            return id_of(made), {"id": id_of(made), "parts": parts}
        self._send(ref, inline, owned["id"], body)
        return owned["id"], {"id": owned["id"], "parts": parts}

    def update(
        self,
        ref: Reference,
        declared: Mapping[str, Any],
        inline: Mapping[str, Any],
        owned: Owned,
        current: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Bring an object to what is declared, in place.

        Returns:
            What is owned below it.
        """
        body, _, parts, _ = self._changes(ref, declared, inline, owned, current)
        self._send(ref, inline, owned["id"], body)
        return parts

    def _send(
        self, ref: Reference, inline: Mapping[str, Any], id_: str, body: dict[str, Any]
    ) -> None:
        if body:
            kind = {"type": inline["type"]} if "type" in inline else {}
            self._client.update(f"{ref.to.collection}/update", {**kind, **body}, id=id_)

    def _make(self, ref: Reference, inline: Any) -> tuple[str | None, Owned | None]:
        made = create_object(self._client, ref, request(ref, inline))
        return id_of(made), owned_by(ref, inline, made)

    def _current(self, ref: Reference, owned: Owned | None, live: Any) -> Any:
        """The owned object as it is at Vocode, whether attached or not."""
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
        declared: Mapping[str, Any],
        inline: Mapping[str, Any],
        owned: Owned,
        current: Mapping[str, Any],
    ) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], bool]:
        """Compare an owned object with what is declared.

        Returns:
            What to send to it, what it refers to, what is owned below it, and whether it must be
            made anew.
        """
        body: dict[str, Any] = {}
        references: dict[str, Any] = {}
        parts: dict[str, Any] = {}
        renew = False
        for name, field in ref.record(inline).fields.items():
            if name not in current or (inline.get(name) is None and name not in declared):
                continue
            value = inline.get(name)
            held = current[name]
            shape = field.shape
            if isinstance(shape, Reference):
                if isinstance(held, str) and not UUID.fullmatch(held):
                    # An answer of 2023: the text is the agent's own.
                    text = (shape.as_inline(value) or {}).get(shape.to.text or "")
                    if text is not None and text != held:
                        body[name] = text
                    continue
                below = owned["parts"].get(name)
                target, parts[name] = self.apply(shape, declared.get(name), value, below, held)
                references[name] = target
                if target != id_of(held):
                    body[name] = target
            elif field.references:
                below = owned["parts"].get(name) or []
                targets, parts[name] = self._apply_list(
                    field.references, declared.get(name), value or [], below, held or []
                )
                references[name] = targets
                if targets != [id_of(item) for item in held or []]:
                    body[name] = targets
            elif field.members:
                self._change_members(field.members, owned["id"], value or [], held or [])
            else:
                wanted = plain(field.default if value is None else value)
                if _is_so(field, declared.get(name), wanted, held):
                    continue
                if field.has(CREATE_ONLY):
                    renew = True
                    continue
                body[name] = _whole(field, declared.get(name), wanted, held)
        return body, references, parts, renew

    def _apply_list(
        self, ref: Reference, declared: Any, value: list[Any], owned: list[Any], live: list[Any]
    ) -> tuple[list[str | None], list[Owned | None]]:
        """The same for a list of references.

        Each inline item goes to the owned object that it already is, else to one of its type that
        is free, else it makes a new one.
        """
        attached = {id_of(item): item for item in live}
        declared = declared if isinstance(declared, list) else []
        free = [
            (one, declared[index] if index < len(declared) else {}, self._current(ref, one, held))
            for index, one in enumerate(owned)
            if one is not None
            for held in [attached.get(one["id"])]
        ]
        chosen: dict[int, tuple[Owned, Any, Any]] = {}
        inlines = [ref.as_inline(item) for item in value]
        for exact in (True, False):
            for index, inline in enumerate(inlines):
                if inline is None or index in chosen:
                    continue
                for candidate in free:
                    if _fits(ref, inline, candidate, exact):
                        chosen[index] = candidate
                        free.remove(candidate)
                        break
        targets: list[str | None] = []
        parts: list[Owned | None] = []
        for index, item in enumerate(value):
            one, bone, held = chosen.get(index, (None, {}, None))
            target, part = self.apply(ref, bone, item, one, held)
            targets.append(target)
            parts.append(part)
        return targets, parts

    def _change_members(
        self, members: Members, id_: str, wanted: list[Any], held: list[Any]
    ) -> None:
        for member in [one for one in wanted if one not in held]:
            self._client.update(members.add, {members.name: member}, id=id_)
        for member in [one for one in held if one not in wanted]:
            # What somebody else has removed meanwhile is done.
            with suppress(NotFoundError):
                self._client.update(members.remove, {members.name: member}, id=id_)


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
            _is_so(fields[name], declared[name], plain(item), current.get(name))
            for name, item in inline.items()
        )
    )


def _is_so(field: Field, declared: Declared, wanted: Any, live: Any) -> bool:
    """Whether what is declared is so, whatever else Vocode holds beside it.

    Whatever is not declared any more must be as it would be without it.
    """
    return bool(walk(field, wanted, _stands, declared, live))


def _stands(node: Node) -> bool:
    wanted, (declared, live) = node.value, node.beside
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
    return bool(wanted == plain(live))


def _whole(field: Field, declared: Declared, wanted: Any, live: Any) -> Any:
    """A plain nested object as an update sends it.

    An update replaces it whole, so what Vocode holds beside the declared fields (a secret that it
    made, say) goes along; what was declared and is not any more does not.
    """
    return walk(field, wanted, _completed, declared, live)


def _completed(node: Node) -> Any:
    wanted, (declared, live) = node.value, node.beside
    fields = node.fields
    if fields is None or not isinstance(live, Mapping) or wanted.get("type") != live.get("type"):
        return wanted
    removed = (declared.keys() if isinstance(declared, Mapping) else set()) - wanted.keys()
    held = {
        name: item
        for name, item in live.items()
        if name in fields and name not in removed and item is not None
    }
    return {**held, **node.below()}

# SPDX-License-Identifier: Apache-2.0
"""Values that Vocode stores in a form of its own: a host in lower case, a text without outer spaces.

The form that Vocode answered is kept beside the declared value. Only another answer is drift.
"""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.inline.alike import is_alike, paired_entries
from vocode_pulumi.inline.comparing import is_unchanged, old_indexes
from vocode_pulumi.inline.map_forms import (
    document_form,
    form_entry,
    kept_forms,
    map_form,
    restored,
    stored_form,
    with_nulls_of,
)
from vocode_pulumi.schema.marks import REPLACES, SECRET, UNORDERED
from vocode_pulumi.schema.shapes import Choice, Field, MapOf, Reference
from vocode_pulumi.schema.values import Exact, carried
from vocode_pulumi.schema.walking import Node, walk
from vocode_pulumi.uuids import UUID

Answered = dict[str, Any]
"""By the path of a declared value: what Vocode answered for it, if that is another form. For a map:
:mod:`vocode_pulumi.inline.map_forms`."""


def answered_forms(
    field: Field,
    declared: Any,
    read: Any,
    before: Any,
    known: Mapping[str, Any],
    unsent: Any = None,
    live: Any = None,
) -> Answered:
    """The forms that Vocode answered after it was sent a value.

    Args:
        field: the schema's field of an input.
        declared: the value that the program declares.
        read: the value that was read after the request, in the form of the declared one.
        before: the value in the resource's outputs before the request; ``None`` for a new object.
        known: the forms that were known before.
        unsent: the old input, as far as the state had it in inputs and outputs: what is the same now was
            not sent. ``None`` for a new object.
        live: what Vocode had before the request, in the form of the declared value; ``None`` if it was not
            read.
    """
    forms: Answered = {}
    moved: dict[str, str] = {}

    def visit(node: Node) -> None:
        wanted, (answer, old, unsent, live) = node.value, node.parallel
        if node.field.has(REPLACES) or node.field.has(SECRET) or node.field.has(UNORDERED):
            return
        old_path = _old_path(node.path, moved)
        if isinstance(node.field.shape, MapOf) and isinstance(wanted, Mapping):
            if is_unchanged(wanted, unsent):
                forms.update(kept_forms(node, known, old_path))
                return
            stored = stored_form(node.field, old, known, old_path)
            if node.field.is_free_form:
                found = document_form(wanted, answer, stored if live is None else live)
            else:
                found = map_form(wanted, answer, unsent, stored, live, _is_form_of_item(node.field))
            forms.update({} if found is None else {node.path: found})
        elif isinstance(wanted, list) and isinstance(old, list):
            places = old_indexes(node.field, wanted, old)
            moved.update(
                (f"{node.path}[{index}]", f"{old_path}[{place}]")
                for index, place in enumerate(places)
                if place != index
            )
            answers = _in_order_of(wanted, answer)
            node.below(
                wanted,
                answers,
                _at(old, places),
                _at(unsent, places),
                _lives(places, old, live, answers),
            )
        elif isinstance(wanted, Mapping | list):
            node.below()
        elif wanted == answer:
            # The value was not sent, because the program did not change it.
            if old == wanted and old_path in known:
                forms[node.path] = known[old_path]
        else:
            last = known.get(old_path, old) if live is None else live
            if _is_form_of(node.field, wanted, answer, last):
                forms[node.path] = answer

    walk(field, declared, visit, read, before, unsent, live, path=field.name)
    return forms


def as_declared(
    field: Field, read: Any, declared: Any, answered: Mapping[str, Any]
) -> tuple[Any, Answered]:
    """What was read, with the declared value in place of the form that Vocode answered for it.

    Args:
        field: the schema's field of an input.
        read: the value that was read.
        declared: the declared value.
        answered: the forms that Vocode answered.

    Returns:
        The value, and the forms that it had. What the engine does not carry as it is, is
        :class:`~vocode_pulumi.schema.values.Exact`.
    """
    found: Answered = {}
    moved: dict[str, str] = {}

    def visit(node: Node) -> Any:
        value, (declared,) = node.value, node.parallel
        known_path = _old_path(node.path, moved)
        if (
            isinstance(node.field.shape, MapOf)
            and isinstance(value, Mapping)
            and isinstance(declared, Mapping)
        ):
            return map_as_declared(node, known_path)
        if isinstance(value, list) and isinstance(declared, list):
            places = {at: place for place, at in paired_entries(declared, value).items()}
            at_place = [places.get(at) for at in range(len(value))]
            moved.update(
                (f"{node.path}[{at}]", f"{known_path}[{place}]")
                for at, place in enumerate(at_place)
                if place != at
            )
            return node.below(value, _at(declared, at_place))
        if isinstance(value, Mapping | list):
            return node.with_below()
        if known_path not in answered or value != answered[known_path]:
            return value
        found[node.path] = value
        return declared

    def map_as_declared(node: Node, known_path: str) -> Any:
        value, (declared,) = node.value, node.parallel
        form = stored_form(node.field, declared, answered, known_path)
        wanted = with_nulls_of(declared, form)
        is_exact = node.field.is_free_form and known_path in answered
        is_form = value == form if is_exact else carried(value) == carried(form)
        forms = kept_forms(node, answered, known_path, only_known=True)
        if not is_form:
            wanted = restored(value, wanted, form)
            entry = form_entry(value, wanted, node.field) if forms else None
            forms = {} if entry is None else {node.path: entry}
        found.update(forms)
        return wanted if carried(wanted) == wanted else Exact(wanted)

    return walk(field, read, visit, declared, path=field.name), found


def _at(values: Any, places: list[int | None]) -> list[Any] | None:
    """The values at some places of a list."""
    if not isinstance(values, list):
        return None
    return [None if at is None or at >= len(values) else values[at] for at in places]


def _lives(places: list[int | None], old: list[Any], live: Any, answers: Any) -> list[Any] | None:
    """What Vocode had before the request, for each item. An answer for a new item may be an old item's."""
    if not isinstance(live, list):
        return None
    there = paired_entries(old, live)
    answers = answers if isinstance(answers, list) else [None] * len(places)
    return [
        (answer if answer in live else None)
        if place is None
        else live[there[place]]
        if place in there
        else None
        for place, answer in zip(places, answers, strict=True)
    ]


def _in_order_of(wanted: list[Any], answer: Any) -> Any:
    """The entries of an answer in the places of the wanted ones. Vocode may not have taken over every one."""
    if not isinstance(answer, list) or len(answer) == len(wanted):
        return answer
    found = paired_entries(wanted, answer)
    return _at(answer, [found.get(index) for index in range(len(wanted))])


def _old_path(path: str, moved: Mapping[str, str]) -> str:
    """Where a value was, if an item of a list that it is in was elsewhere."""
    items = [item for item in moved if path == item or path.startswith((f"{item}.", f"{item}["))]
    nearest = max(items, key=len, default="")
    return f"{moved[nearest]}{path.removeprefix(nearest)}" if nearest else path


def _is_form_of_item(field: Field) -> Any:
    item = field.shape.item if isinstance(field.shape, MapOf) else field
    return lambda wanted, answer, old: _is_form_of(item, wanted, answer, old)


def _is_form_of(field: Field, wanted: Any, answer: Any, old: Any) -> bool:
    if isinstance(field.shape, Choice) or isinstance(wanted, bool) or isinstance(answer, bool):
        return False
    if isinstance(wanted, int | float) and isinstance(answer, int | float):
        return bool(answer != old)
    if isinstance(wanted, int | float) or isinstance(answer, int | float):
        return answer is not None and (is_alike(wanted, answer) or answer != old)
    if not isinstance(wanted, str) or not isinstance(answer, str):
        return False
    if isinstance(field.shape, Reference) and (UUID.fullmatch(wanted) or UUID.fullmatch(answer)):
        return wanted.casefold() == answer.casefold()
    # If the value is what it was before the request, the request may have been ignored.
    return is_alike(wanted, answer) or (bool(answer) and answer != old)

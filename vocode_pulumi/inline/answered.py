# SPDX-License-Identifier: Apache-2.0
"""Values that Vocode stores in a form of its own: a host in lower case, a text without outer spaces.

The hidden record keeps this form beside the declared value. Only a value that is neither is drift.
"""

from collections.abc import Callable, Mapping
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
"""The form in which Vocode stores each declared value that it stores otherwise, by the path of the value.

:mod:`vocode_pulumi.inline.map_forms` says what the form of a map is."""


def answered_forms(
    field: Field,
    declared: Any,
    read: Any,
    old: Any,
    known: Mapping[str, Any],
    before: Any = None,
    live: Any = None,
) -> Answered:
    """The forms in which Vocode stores the parts of an input, after a create or an update.

    Args:
        field: the schema's field of the input.
        declared: the input that the program declares.
        read: the value that was read after the request, with the fields that are declared.
        old: the value in the resource's outputs before the request; ``None`` for a new object.
        known: the forms that were known before the request.
        before: the old input (:func:`vocode_pulumi.inline.comparing.agreed_inputs`). The request did not send
            a part that is the same in ``declared``. ``None`` for a new object.
        live: the value that Vocode had just before the request, with the fields that are declared; ``None`` if
            it was not read.

    Returns:
        The form of each part that has one, by its path.
    """
    forms: Answered = {}
    moved: dict[str, str] = {}

    def visit(node: Node) -> None:
        wanted, (answer, old, before, live) = node.value, node.parallel
        if node.field.has(REPLACES) or node.field.has(SECRET) or node.field.has(UNORDERED):
            return
        old_path = _old_path(node.path, moved)
        if isinstance(node.field.shape, MapOf) and isinstance(wanted, Mapping):
            if is_unchanged(wanted, before):
                forms.update(kept_forms(node, known, old_path))
                return
            stored = stored_form(node.field, old, known, old_path)
            if node.field.is_free_form:
                found = document_form(wanted, answer, stored if live is None else live)
            else:
                found = map_form(
                    wanted, answer, before, stored, live, _form_test_for_items(node.field)
                )
            forms.update({} if found is None else {node.path: found})
        elif isinstance(wanted, list) and isinstance(old, list):
            indexes = old_indexes(node.field, wanted, old)
            moved.update(
                (f"{node.path}[{index}]", f"{old_path}[{old_index}]")
                for index, old_index in enumerate(indexes)
                if old_index != index
            )
            answers = _in_order_of(wanted, answer)
            node.below(
                wanted,
                answers,
                _at(old, indexes),
                _at(before, indexes),
                _live_items(indexes, old, live, answers),
            )
        elif isinstance(wanted, Mapping | list):
            node.below()
        elif wanted == answer:
            # Of a part that the program did not change, `read` has the old value (`keep_unchanged`). Its form stays.
            if old == wanted and old_path in known:
                forms[node.path] = known[old_path]
        else:
            last = known.get(old_path, old) if live is None else live
            if _is_form_of(node.field, wanted, answer, last):
                forms[node.path] = answer

    walk(field, declared, visit, read, old, before, live, path=field.name)
    return forms


def as_declared(
    field: Field, read: Any, declared: Any, answered: Mapping[str, Any]
) -> tuple[Any, Answered]:
    """The value that was read, with the declared value in place of its form.

    Args:
        field: the schema's field of an input.
        read: the value that was read.
        declared: the declared value.
        answered: the known forms, by the paths in ``declared``.

    Returns:
        The value, and the forms in it by their paths in ``read``. A map is
        :class:`~vocode_pulumi.schema.values.Exact` if the engine cannot carry it as it is.
    """
    found: Answered = {}
    moved: dict[str, str] = {}

    def visit(node: Node) -> Any:
        value, (declared,) = node.value, node.parallel
        old_path = _old_path(node.path, moved)
        if (
            isinstance(node.field.shape, MapOf)
            and isinstance(value, Mapping)
            and isinstance(declared, Mapping)
        ):
            return map_as_declared(node, old_path)
        if isinstance(value, list) and isinstance(declared, list):
            paired = {
                index: old_index for old_index, index in paired_entries(declared, value).items()
            }
            indexes = [paired.get(index) for index in range(len(value))]
            moved.update(
                (f"{node.path}[{index}]", f"{old_path}[{old_index}]")
                for index, old_index in enumerate(indexes)
                if old_index != index
            )
            return node.below(value, _at(declared, indexes))
        if isinstance(value, Mapping | list):
            return node.with_below()
        if old_path not in answered or value != answered[old_path]:
            return value
        found[node.path] = value
        return declared

    def map_as_declared(node: Node, old_path: str) -> Any:
        value, (declared,) = node.value, node.parallel
        form = stored_form(node.field, declared, answered, old_path)
        wanted = with_nulls_of(declared, form)
        is_exact = node.field.is_free_form and old_path in answered
        is_form = value == form if is_exact else carried(value) == carried(form)
        forms = kept_forms(node, answered, old_path, only_known=True)
        if not is_form:
            wanted = restored(value, wanted, form)
            entry = form_entry(value, wanted, node.field) if forms else None
            forms = {} if entry is None else {node.path: entry}
        found.update(forms)
        return wanted if carried(wanted) == wanted else Exact(wanted)

    return walk(field, read, visit, declared, path=field.name), found


def _at(values: Any, indexes: list[int | None]) -> list[Any] | None:
    """The items of a list at some indexes; ``None`` where it has none, or if the value is no list."""
    if not isinstance(values, list):
        return None
    return [None if at is None or at >= len(values) else values[at] for at in indexes]


def _live_items(
    indexes: list[int | None], old: list[Any], live: Any, answers: Any
) -> list[Any] | None:
    """What Vocode had just before the request, for each item of the declared list.

    Args:
        indexes: the index in ``old`` of each declared item; ``None`` for a new one.
        old: the list in the old outputs.
        live: the list that Vocode had just before the request.
        answers: the item that was read for each declared item. If Vocode had it before the request, it is
            what it had for a new item too: the request may have been ignored.

    Returns:
        ``None`` if ``live`` is no list.
    """
    if not isinstance(live, list):
        return None
    paired = paired_entries(old, live)
    answers = answers if isinstance(answers, list) else [None] * len(indexes)
    return [
        (answer if answer in live else None)
        if old_index is None
        else live[paired[old_index]]
        if old_index in paired
        else None
        for old_index, answer in zip(indexes, answers, strict=True)
    ]


def _in_order_of(wanted: list[Any], answer: Any) -> Any:
    """The entries that were read, in the order of the wanted ones; ``None`` for one that Vocode does not have.

    If there are as many as wanted, they stay as they are.
    """
    if not isinstance(answer, list) or len(answer) == len(wanted):
        return answer
    found = paired_entries(wanted, answer)
    return _at(answer, [found.get(index) for index in range(len(wanted))])


def _old_path(path: str, moved: Mapping[str, str]) -> str:
    """The path of a value before the items of lists around it moved.

    Args:
        path: the path of the value now.
        moved: the old paths of the items that moved, by their paths now.
    """
    items = [item for item in moved if path == item or path.startswith((f"{item}.", f"{item}["))]
    nearest = max(items, key=len, default="")
    return f"{moved[nearest]}{path.removeprefix(nearest)}" if nearest else path


def _form_test_for_items(field: Field) -> Callable[[Any, Any, Any], bool]:
    """:func:`_is_form_of` for the values of a map."""
    item = field.shape.item if isinstance(field.shape, MapOf) else field
    return lambda wanted, answer, last: _is_form_of(item, wanted, answer, last)


def _is_form_of(field: Field, wanted: Any, answer: Any, last: Any) -> bool:
    """Whether Vocode stores a wanted value as another one, and did not simply ignore it.

    Args:
        field: the schema's field of the value.
        wanted: the value that the program declares.
        answer: the value that was read after the request. It is another one.
        last: the value that Vocode had before the request, as far as it is known.
    """
    if isinstance(field.shape, Choice) or isinstance(wanted, bool) or isinstance(answer, bool):
        return False
    if isinstance(wanted, int | float) and isinstance(answer, int | float):
        return bool(answer != last)
    if isinstance(wanted, int | float) or isinstance(answer, int | float):
        return answer is not None and (is_alike(wanted, answer) or answer != last)
    if not isinstance(wanted, str) or not isinstance(answer, str):
        return False
    if isinstance(field.shape, Reference) and (UUID.fullmatch(wanted) or UUID.fullmatch(answer)):
        return wanted.casefold() == answer.casefold()
    # If the value is what it was before the request, the request may have been ignored.
    return is_alike(wanted, answer) or (bool(answer) and answer != last)

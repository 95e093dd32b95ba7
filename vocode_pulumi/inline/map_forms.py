# SPDX-License-Identifier: Apache-2.0
"""The forms in which Vocode stores maps and objects of any JSON: without a key, with others, with other values.

A form is what Vocode has. The hidden record has an entry for it, an object with these keys:

- ``TEXT``: the JSON text of the form. It also has the nulls and the large whole numbers, which the engine does
  not carry. Without this key, the form is the value in the outputs.
- ``IGNORED``: Vocode has not taken over what it was sent, and the engine cannot see the difference.

An object of any JSON always has an entry. A map has one only if its form is not the value in the outputs. In
states of earlier versions neither has one: each single value has, and that entry is the form itself.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from vocode_pulumi.inline.alike import is_alike
from vocode_pulumi.schema.shapes import Field
from vocode_pulumi.schema.values import carried
from vocode_pulumi.schema.walking import Node, walk

TEXT, IGNORED = "json", "ignored"

_NOTHING = object()


def form_value(entry: Any) -> Any:
    """The form in an entry; ``None`` if the form is the value in the outputs.

    The entry of a value that is no map is the form itself.
    """
    if isinstance(entry, Mapping):
        return json.loads(entry[TEXT]) if TEXT in entry else None
    return entry


def is_ignored(entry: Any) -> bool:
    """Whether an entry says that Vocode has not taken over what it was sent."""
    return isinstance(entry, Mapping) and IGNORED in entry


def form_entry(form: Any, value: Any, field: Field) -> dict[str, Any] | None:
    """The entry for a form; ``None`` if none is needed.

    Args:
        form: what Vocode has.
        value: the value in the outputs.
        field: the schema's field of the value.
    """
    if form == carried(value):
        return {} if field.is_free_form else None
    return {TEXT: json.dumps(form)}


def stored_form(field: Field, value: Any, known: Mapping[str, Any], path: str) -> Any:
    """What Vocode had when the value in the outputs was last read.

    Args:
        field: the schema's field of the value.
        value: the value in the outputs; ``None`` if there is none.
        known: the known entries, by path.
        path: the path of the value in them.
    """
    if value is not None and isinstance(known.get(path), Mapping):
        entry = known[path]
        return form_value(entry) if TEXT in entry else carried(value)

    def visit(node: Node) -> Any:
        return known[node.path] if node.path in known else node.with_below()

    return walk(field, value, visit, path=path)


def kept_forms(
    node: Node, known: Mapping[str, Any], old_path: str, *, only_known: bool = False
) -> dict[str, Any]:
    """The entries of a map that was not sent, with the paths that they have now.

    Args:
        node: the map.
        known: the entries that were known before.
        old_path: the path of the map in them.
        only_known: whether an object of any JSON without an entry stays without one; default: it gets one.
    """
    found = {
        f"{node.path}{path.removeprefix(old_path)}": form
        for path, form in known.items()
        if path == old_path or path.startswith(f'{old_path}["')
    }
    if found or only_known or not node.field.is_free_form:
        return found
    return {node.path: form_entry({**node.value}, node.value, node.field)}


def document_form(wanted: Any, answer: Any, live: Any) -> dict[str, Any] | None:
    """The entry of an object of any JSON, which is sent as a whole; ``None`` if Vocode ignored the request.

    Args:
        wanted: the object that was sent.
        answer: what was read after the request.
        live: what Vocode had before the request; ``None`` for a new object.
    """
    if not isinstance(answer, Mapping):
        return None
    text = {TEXT: json.dumps(answer)}
    if answer == wanted:
        return {} if carried(wanted) == answer else text
    if answer != live:
        return text
    if carried(answer) == carried(wanted):
        return text | {IGNORED: True}
    # Vocode has what it had before. That is a form of the wanted object if they differ in spelling alone.
    return text if is_alike(wanted, answer, rounded=False) else None


def map_form(
    wanted: Mapping[str, Any],
    answer: Any,
    before: Any,
    stored: Any,
    live: Any,
    is_form: Callable[[Any, Any, Any], bool],
) -> dict[str, Any] | None:
    """The entry of a map, of which only the changed keys are sent; ``None`` if its form is as wanted.

    Args:
        wanted: the map that the program declares.
        answer: what was read after the request.
        before: the old input (:func:`vocode_pulumi.inline.comparing.agreed_inputs`). A key with the same value
            in ``wanted`` was not sent.
        stored: what Vocode had when the state was last written.
        live: what Vocode had just before the request; ``None`` if it was not read.
        is_form: called with the wanted, the answered and the live value of a key; says whether the answered one
            is a form of the wanted one.
    """
    if not isinstance(answer, Mapping):
        return None
    answer, before, stored = carried(answer), carried(before or {}), carried(stored or {})
    live = stored if live is None else carried(live)
    form: dict[str, Any] = {}
    for key in dict.fromkeys([*wanted, *answer, *stored]):
        if key in wanted and before.get(key, _NOTHING) == wanted[key]:
            value = stored.get(key, _NOTHING)
        elif key in wanted and key in answer:
            is_other = answer[key] != wanted[key] and not is_form(
                wanted[key], answer[key], live.get(key)
            )
            value = wanted[key] if is_other else answer[key]
        elif key in wanted:
            # Vocode has left the key out, unless it has ignored the whole request.
            value = wanted[key] if live and answer == live else _NOTHING
        elif key in before:
            value = _NOTHING
        elif key in stored:
            value = stored[key]
        else:
            # Vocode has added the key to what it was sent, unless the key was there before the request: then a
            # person has added it.
            value = _NOTHING if key in live else answer[key]
        if value is not _NOTHING:
            form[key] = value
    return None if form == carried({**wanted}) else {TEXT: json.dumps(form)}


def with_nulls_of(value: Any, form: Any) -> Any:
    """A value with the nulls and the exact whole numbers that its form has, and the engine does not carry."""
    if carried(form) == carried(value):
        return form
    if isinstance(value, Mapping) and isinstance(form, Mapping):
        nulls = {key: None for key, item in form.items() if item is None}
        return nulls | {key: with_nulls_of(item, form.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(form, list) and len(value) == len(form):
        return [*map(with_nulls_of, value, form)]
    return value


def restored(live: Any, wanted: Any, form: Any) -> Any:
    """What Vocode has now, with the wanted value in place of each part that is still as in the form.

    Args:
        live: what Vocode has now.
        wanted: the wanted value.
        form: the form of the wanted value.
    """
    if live == form:
        return wanted
    if not all(isinstance(one, Mapping) for one in (live, wanted, form)):
        same = all(isinstance(one, list) for one in (live, wanted, form))
        if same and len(live) == len(wanted) == len(form):
            return [*map(restored, live, wanted, form)]
        return live
    found = {}
    for key in [*wanted, *(key for key in live if key not in wanted)]:
        value = live.get(key, _NOTHING)
        if value == form.get(key, _NOTHING):
            value = wanted.get(key, _NOTHING)
        elif key in live and key in form and key in wanted:
            value = restored(live[key], wanted[key], form[key])
        if value is not _NOTHING:
            found[key] = value
    return found

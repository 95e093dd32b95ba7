# SPDX-License-Identifier: Apache-2.0
"""JSON of a free form, which the engine does not carry as it is.

The engine leaves out a ``null`` in an object, and has doubles in place of whole numbers. The program gives the
JSON text of such a value beside it (:mod:`vocode_pulumi.program.exact_json`).
"""

import json
from collections.abc import Mapping
from typing import Any

from vocode_pulumi.inline.map_forms import is_ignored
from vocode_pulumi.provider.secret_paths import steps_of, value_at
from vocode_pulumi.schema.shapes import Field, Inputs
from vocode_pulumi.schema.values import Exact, carried, plain
from vocode_pulumi.schema.walking import Node, walk


def with_exact_json(inputs: Inputs, texts: Mapping[str, str]) -> Inputs:
    """The inputs, with the exact value in place of each value that has a JSON text.

    Args:
        inputs: the inputs as the engine carries them.
        texts: the JSON texts, by the paths of their values.
    """
    exact: Any = inputs
    for path, text in texts.items():
        if _is_text_of(text, value_at(inputs, path)):
            exact = _replaced(exact, steps_of(path), Exact(json.loads(text)))
    return dict(exact)


def texts_of_inputs(
    inputs: Inputs, texts: Mapping[str, str], olds: Mapping[str, str]
) -> dict[str, str]:
    """The JSON texts of the inputs.

    With ``ignore_changes`` an input, or a part of it, comes from the state. Then the old text belongs to that
    part, and the text from the program to the rest.

    Args:
        inputs: the inputs as the engine carries them.
        texts: the texts that the program gives.
        olds: the texts of the old inputs.
    """
    exact = {
        path: json.dumps(
            _exact(value_at(inputs, path), json.loads(text), json.loads(olds.get(path, "null")))
        )
        for path, text in texts.items()
    }
    return {path: text for path, text in exact.items() if _is_text_of(text, value_at(inputs, path))}


def texts_of(fields: Mapping[str, Field], given: Inputs) -> dict[str, str]:
    """The JSON texts of the values that the engine does not carry as they are, by their paths."""
    texts: dict[str, str] = {}

    def visit(node: Node) -> None:
        if isinstance(node.value, Exact) and carried(node.value) != node.value:
            texts[node.path] = json.dumps(node.value)
        node.below()

    for name, value in given.items():
        if name in fields:
            walk(fields[name], value, visit, path=name)
    return texts


def without_ignored(inputs: Inputs, answered: Mapping[str, Any]) -> Inputs:
    """The old inputs without the values that Vocode has not taken over, so that they are sent again."""
    kept: Any = inputs
    for path, form in answered.items():
        if is_ignored(form) and value_at(kept, path) is not None:
            kept = _replaced(kept, steps_of(path), None)
    return dict(kept)


def _exact(value: Any, new: Any, old: Any) -> Any:
    """What the program's value, or else the old value, says of a value that the engine carries."""
    for exact in (new, old):
        if plain(exact) == value:
            return exact
    if (
        isinstance(value, Mapping)
        and isinstance(new, Mapping)
        and plain(new).keys() <= value.keys()
    ):
        before = old if isinstance(old, Mapping) else {}
        nulls = {key: None for key, item in new.items() if item is None}
        return nulls | {
            key: _exact(item, new.get(key), before.get(key)) for key, item in value.items()
        }
    if isinstance(value, list) and isinstance(new, list) and len(value) == len(new):
        before_items = old if isinstance(old, list) and len(old) == len(new) else [None] * len(new)
        return [*map(_exact, value, new, before_items)]
    return value


def _is_text_of(text: str, value: Any) -> bool:
    """Whether the engine carries what a text says as this value."""
    return bool(carried(Exact(json.loads(text))) == value)


def _replaced(value: Any, steps: list[str], new: Any) -> Any:
    if not steps:
        return new
    step, *rest = steps
    if isinstance(value, list):
        index = int(step)
        return [*value[:index], _replaced(value[index], rest, new), *value[index + 1 :]]
    return {**value, step: _replaced(value[step], rest, new)}

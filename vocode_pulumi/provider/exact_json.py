# SPDX-License-Identifier: Apache-2.0
"""JSON of a free form, which the engine does not carry as it is.

The engine leaves out a ``null`` in an object, and has doubles in place of whole numbers. The program gives the
JSON text of such a value beside it (:mod:`vocode_pulumi.program.exact_json`).
"""

import json
from collections.abc import Mapping
from typing import Any

from vocode_pulumi.provider.secret_paths import steps_of, value_at
from vocode_pulumi.schema.shapes import Inputs
from vocode_pulumi.schema.values import Exact, carried


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

    An input may come from the state (``ignore_changes``), and its text from the program. Then the old text
    belongs to it.

    Args:
        inputs: the inputs as the engine carries them.
        texts: the texts that the program gives.
        olds: the texts of the old inputs.
    """
    return {
        path: text
        for path, new in texts.items()
        for text in (new, olds.get(path, ""))
        if _is_text_of(text, value_at(inputs, path))
    }


def _is_text_of(text: str, value: Any) -> bool:
    """Whether the engine carries what a text says as this value."""
    return bool(text) and bool(carried(Exact(json.loads(text))) == value)


def _replaced(value: Any, steps: list[str], new: Any) -> Any:
    if not steps:
        return new
    step, *rest = steps
    if isinstance(value, list):
        index = int(step)
        return [*value[:index], _replaced(value[index], rest, new), *value[index + 1 :]]
    return {**value, step: _replaced(value[step], rest, new)}

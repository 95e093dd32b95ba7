# SPDX-License-Identifier: Apache-2.0
"""JSON texts for values that Pulumi's engine does not carry as they are.

The engine leaves out a ``null`` in an object, and has doubles in place of whole numbers.
"""

import functools
import json
from collections.abc import Mapping
from typing import Any

import pulumi

from vocode_pulumi.schema.shapes import AnyJson, Field
from vocode_pulumi.schema.values import MAX_EXACT
from vocode_pulumi.schema.walking import Node, shapes_within, walk

Texts = dict[str, str]


def exact_texts(
    field: Field, value: Any, path: str, *, always: bool
) -> list[Texts | pulumi.Output[Texts]]:
    """The JSON texts of the values in an input that the engine does not carry as they are, by their paths.

    Args:
        field: the schema's field of the input.
        value: the value that the program gave.
        path: the path of the input.
        always: whether values that the engine carries have a text too.
    """
    if not _has_free_form(field):
        return []
    found: list[Texts | pulumi.Output[Texts]] = []

    def visit(node: Node) -> None:
        given = node.value
        if isinstance(given, pulumi.Output) or (node.field.is_free_form and _has_output(given)):
            found.append(
                pulumi.Output.from_input(given).apply(
                    lambda resolved: _texts(node.field, resolved, node.path, always)
                )
            )
        elif node.field.is_free_form:
            found.append(_texts(node.field, given, node.path, always))
        else:
            node.below()

    walk(field, value, visit, path=path)
    return [texts for texts in found if texts]


def merged(found: list[Texts | pulumi.Output[Texts]]) -> pulumi.Output[Texts | None]:
    """All texts in one; ``None`` if there are none."""
    return pulumi.Output.all(*found).apply(
        lambda all_texts: (
            {path: text for texts in all_texts for path, text in texts.items()} or None
        )
    )


def _texts(field: Field, value: Any, path: str, always: bool) -> Texts:
    texts: Texts = {}

    def visit(node: Node) -> None:
        if not node.field.is_free_form:
            node.below()
        elif isinstance(node.value, Mapping) and (always or not _is_carried(node.value)):
            texts[node.path] = json.dumps(node.value)

    walk(field, value, visit, path=path)
    return texts


@functools.cache
def _has_free_form(field: Field) -> bool:
    return any(isinstance(shape, AnyJson) for shape in shapes_within(field.shape))


def _has_output(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_output, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_output, value))
    return isinstance(value, pulumi.Output)


def _is_carried(value: Any) -> bool:
    """Whether the engine carries a value as it is."""
    if isinstance(value, Mapping):
        return all(item is not None and _is_carried(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(map(_is_carried, value))
    return not isinstance(value, int) or abs(value) <= MAX_EXACT

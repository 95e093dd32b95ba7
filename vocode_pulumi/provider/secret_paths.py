# SPDX-License-Identifier: Apache-2.0
"""The secrets of a resource, found by the paths of its secret inputs."""

import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vocode_pulumi.inline.map_forms import form_value
from vocode_pulumi.leaves import leaves
from vocode_pulumi.record import RECORD, SECRETS
from vocode_pulumi.redaction import CREDENTIALS, SHORTEST
from vocode_pulumi.schema.marks import SECRET
from vocode_pulumi.schema.shapes import Field
from vocode_pulumi.schema.walking import Node, has_credential, walk

SECRET_SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Marks a value as secret on the way to the engine."""


def as_secret(value: Any) -> dict[str, Any]:
    """A value, marked as secret for the engine."""
    return {**SECRET_SIGNATURE, "value": value}


def with_credentials_marked(field: Field, value: Any) -> Any:
    """An input in which every credential is marked as secret for the engine.

    The program marks the credentials that it gives. A transform can give others.
    """

    def visit(node: Node) -> Any:
        if node.field.has(SECRET) and isinstance(node.value, str):
            return as_secret(node.value)
        # Fields that the schema does not have stay in the object: `check` reports them.
        return node.with_below()

    return walk(field, value, visit) if has_credential(field) else value


def credentials_by_path(field: Field, value: Any, path: str) -> dict[str, Any]:
    """Every credential in an input, by its path."""
    found = {}

    def visit(node: Node) -> None:
        if node.field.has(SECRET) and node.value is not None:
            found[node.path] = node.value
        else:
            node.below()

    if has_credential(field):
        walk(field, value, visit, path=path)
    return found


def secrets_of_call(*properties: Any) -> frozenset[str]:
    """Every secret and every credential in the inputs and outputs of an engine's call."""
    return frozenset(
        text
        for given in properties
        if isinstance(given, Mapping)
        for value in (*_secrets_in(given), *credentials_in(given))
        for text in _texts(value)
        if len(text) >= SHORTEST
    )


def with_moved_secrets_marked(
    values: Mapping[str, Any], secrets: frozenset[str], paths: Iterable[str]
) -> dict[str, Any]:
    """Values in which each that has a secret text at another place than the program gave it is a secret.

    A person may have moved the text at Vocode, to another key of a map for example.

    Args:
        values: the values by their names.
        secrets: the secret texts.
        paths: where the program gave them.
    """
    places = [*map(steps_of, paths)]

    def has_moved_secret(value: Any, steps: list[str]) -> bool:
        if isinstance(value, Mapping):
            return any(has_moved_secret(item, [*steps, key]) for key, item in value.items())
        if isinstance(value, list):
            return any(
                has_moved_secret(item, [*steps, str(index)]) for index, item in enumerate(value)
            )
        is_in_place = any(all(map(operator.eq, steps, place)) for place in places)
        return isinstance(value, str) and not is_in_place and any(map(value.__contains__, secrets))

    return {
        name: as_secret(value) if has_moved_secret(value, [name]) else value
        for name, value in values.items()
    }


def has_secret(value: Any, secrets: Iterable[str]) -> bool:
    """Whether a secret text is in one of the texts of a value."""
    return any(secret in text for text in _texts(value) for secret in secrets)


def value_at(value: Any, path: str) -> Any:
    """The value at a path such as ``a.b[0]["c.d"]``; ``None`` if there is none."""
    return value_at_steps(value, steps_of(path))


def value_at_steps(value: Any, steps: Iterable[str]) -> Any:
    """The value at the names and indexes of a path; ``None`` if there is none."""
    for step in steps:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def overlap(path: str, other: str) -> bool:
    """Whether one of two paths lies within the other."""
    return all(map(operator.eq, steps_of(path), steps_of(other)))


def steps_of(path: str) -> list[str]:
    """The names and indexes of a path such as ``a.b[0]["c.d"]``."""
    return ["".join(step) for step in re.findall(r'\["(.*?)"\]|\[(\d+)\]|([^.\[]+)', path)]


def _secrets_in(properties: Mapping[str, Any]) -> Iterator[Any]:
    kept = properties.get(RECORD)
    record: Mapping[str, Any] = kept if isinstance(kept, Mapping) else {}
    paths = [*(properties.get(SECRETS) or ()), *(record.get("secrets") or ())]
    for path in paths:
        yield value_at(properties, path)
    for answered, entry in (record.get("answered") or {}).items():
        form = form_value(entry)
        for path in paths:
            if overlap(answered, path):
                yield value_at_steps(form, steps_of(path)[len(steps_of(answered)) :])


def credentials_in(value: Any) -> Iterator[Any]:
    """The credentials in some inputs or outputs, by the names of their fields."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in CREDENTIALS:
                yield item
            else:
                yield from credentials_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from credentials_in(item)


def _texts(value: Any) -> Iterator[str]:
    return (leaf for leaf in leaves(value) if isinstance(leaf, str))

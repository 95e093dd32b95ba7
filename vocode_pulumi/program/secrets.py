# SPDX-License-Identifier: Apache-2.0
"""Secrets on their way from a program to the engine."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulumi

from vocode_pulumi.schema.marks import SECRET
from vocode_pulumi.schema.shapes import (
    Anything,
    Field,
    Listing,
    Record,
    Reference,
    Shape,
    Table,
    Variants,
    fields_of,
    holds_credential,
)


def seal(field: Field, value: Any, path: str, warn: Callable[[str], None]) -> Any:
    """Make every credential in an input a secret, and warn of those given in clear.

    Args:
        field: what is known of the input.
        value: as the program gave it.
        path: of the input, for the warning.
        warn: called with one line for each credential in clear.
    """
    if field.has(SECRET) and value is not None:
        return _sealed(value, path, warn)
    if isinstance(value, pulumi.Output) and holds_credential(field):
        return _sealed_within(field, value, path, warn)
    if isinstance(value, Mapping):
        known = _known(field.shape, value)
        return {
            name: seal(known[name], item, f"{path}.{name}", warn) if name in known else item
            for name, item in value.items()
        }
    if isinstance(field.shape, Listing) and isinstance(value, list | tuple):
        item = field.shape.item
        return [seal(item, one, f"{path}[{at}]", warn) for at, one in enumerate(value)]
    return value


def deferred(field: Field, value: Any, path: str) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    """Every Output in an input that is no credential, with its path."""
    if field.has(SECRET):
        return
    if isinstance(value, pulumi.Output):
        yield path, value
        return
    if isinstance(field.shape, Table | Anything):
        yield from _outputs_in(value, path)
    elif isinstance(value, Mapping):
        known = _known(field.shape, value)
        for name, item in value.items():
            if name in known:
                yield from deferred(known[name], item, f"{path}.{name}")
    elif isinstance(field.shape, Listing) and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from deferred(field.shape.item, item, f"{path}[{index}]")


def _outputs_in(value: Any, path: str) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    if isinstance(value, pulumi.Output):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _outputs_in(item, f'{path}["{name}"]')
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _outputs_in(item, f"{path}[{index}]")


def _known(shape: Shape, value: Mapping[str, Any]) -> dict[str, Field]:
    if isinstance(shape, Reference):
        return fields_of(shape.inline, value) if shape.inline else {}
    return fields_of(shape, value) if isinstance(shape, Record | Variants) else {}


def _sealed_within(
    field: Field, value: pulumi.Output[Any], path: str, warn: Callable[[str], None]
) -> pulumi.Output[Any]:
    """An Output whose value may hold a credential: all of it is a secret then."""

    def look(both: list[Any]) -> Any:
        got, is_secret = both
        clear: list[str] = []
        seal(field, got, path, clear.append)
        if not is_secret:
            for text in clear:
                warn(text)
        return pulumi.Output.secret(got) if clear else got

    return pulumi.Output.all(value, value.is_secret()).apply(look)


def _sealed(value: Any, path: str, warn: Callable[[str], None]) -> pulumi.Output[Any]:
    text = (
        f"{path} is given in clear: read it with config.require_secret(...), or wrap it in "
        "pulumi.Output.secret(...). It is encrypted in the state either way."
    )
    if not isinstance(value, pulumi.Output):
        warn(text)
        return pulumi.Output.secret(value)

    async def look() -> None:
        if not await value.is_secret():
            warn(text)

    looked: pulumi.Output[None] = pulumi.Output.from_input(look())
    return pulumi.Output.secret(pulumi.Output.all(value, looked).apply(lambda both: both[0]))

# SPDX-License-Identifier: Apache-2.0
"""Secrets on their way from a program to the engine."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from vocode_pulumi.schema.marks import SECRET
from vocode_pulumi.schema.shapes import Field
from vocode_pulumi.schema.walking import Node, holds_credential, walk


def mark_credentials(field: Field, value: Any, path: str, warn: Callable[[str], None]) -> Any:
    """Make every credential in an input a secret, and warn of those given in clear.

    Args:
        field: what is known of the input.
        value: as the program gave it.
        path: of the input, for the warning.
        warn: called with one line for each credential in clear.
    """

    def visit(node: Node) -> Any:
        given = node.value
        if node.field.has(SECRET) and given is not None:
            return _marked(given, node.path, warn)
        if isinstance(given, pulumi.Output) and holds_credential(node.field):
            return _marked_within(node.field, given, node.path, warn)
        # What is not known of an object stays in it, for `check` to name.
        return {**given, **node.below()} if isinstance(given, Mapping) else node.below()

    return walk(field, value, visit, path=path)


def outputs_within(field: Field, value: Any, path: str) -> list[tuple[str, pulumi.Output[Any]]]:
    """Every Output in an input that is no credential, with its path."""
    found: list[tuple[str, pulumi.Output[Any]]] = []

    def visit(node: Node) -> None:
        if isinstance(node.value, pulumi.Output):
            if not node.field.has(SECRET):
                found.append((node.path, node.value))
        elif not node.field.has(SECRET):
            node.below()

    walk(field, value, visit, path=path)
    return found


def _marked_within(
    field: Field, value: pulumi.Output[Any], path: str, warn: Callable[[str], None]
) -> pulumi.Output[Any]:
    """An Output whose value may hold a credential: all of it is a secret then."""

    def look(both: list[Any]) -> Any:
        got, is_secret = both
        clear: list[str] = []
        mark_credentials(field, got, path, clear.append)
        if not is_secret:
            for text in clear:
                warn(text)
        return pulumi.Output.secret(got) if clear else got

    return pulumi.Output.all(value, value.is_secret()).apply(look)


def _marked(value: Any, path: str, warn: Callable[[str], None]) -> pulumi.Output[Any]:
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

# SPDX-License-Identifier: Apache-2.0
"""Marking the secrets in a program's inputs for the engine."""

from collections.abc import Callable
from typing import Any

import pulumi

from vocode_pulumi.schema.marks import SECRET
from vocode_pulumi.schema.shapes import Field
from vocode_pulumi.schema.walking import Node, has_credential, walk


def mark_credentials(field: Field, value: Any, path: str, warn: Callable[[str], None]) -> Any:
    """Make every credential in an input a secret, and warn of credentials in clear text.

    Args:
        field: the schema's field of the input.
        value: the value that the program gave.
        path: the path of the input, for the warning.
        warn: called with one line for each credential in clear text.
    """

    def visit(node: Node) -> Any:
        given = node.value
        if node.field.has(SECRET) and given is not None:
            return _as_secret(given, node.path, warn)
        if isinstance(given, pulumi.Output) and has_credential(node.field):
            return _as_secret_if_needed(node.field, given, node.path, warn)
        # Fields that the schema does not have stay in the object: `check` reports them.
        return node.with_below()

    return walk(field, value, visit, path=path)


def outputs_within(field: Field, value: Any, path: str) -> list[tuple[str, pulumi.Output[Any]]]:
    """Every Output in an input that is not a credential, with its path."""
    found: list[tuple[str, pulumi.Output[Any]]] = []

    def visit(node: Node) -> None:
        if isinstance(node.value, pulumi.Output):
            if not node.field.has(SECRET):
                found.append((node.path, node.value))
        elif not node.field.has(SECRET):
            node.below()

    walk(field, value, visit, path=path)
    return found


def _as_secret_if_needed(
    field: Field, value: pulumi.Output[Any], path: str, warn: Callable[[str], None]
) -> pulumi.Output[Any]:
    """An Output that becomes a secret as a whole if its value holds a credential."""

    def mark(resolved_and_secret: list[Any]) -> Any:
        resolved, is_secret = resolved_and_secret
        warnings: list[str] = []
        mark_credentials(field, resolved, path, warnings.append)
        if not is_secret:
            for text in warnings:
                warn(text)
        return pulumi.Output.secret(resolved) if warnings else resolved

    return pulumi.Output.all(value, value.is_secret()).apply(mark)


def _as_secret(value: Any, path: str, warn: Callable[[str], None]) -> pulumi.Output[Any]:
    text = (
        f"{path} is given in clear: read it with config.require_secret(...), or wrap it in "
        "pulumi.Output.secret(...). It is encrypted in the state either way."
    )
    if not isinstance(value, pulumi.Output):
        if not _is_refused(value):
            warn(text)
        return pulumi.Output.secret(value)

    async def warn_if_clear() -> None:
        if not await value.is_secret() and not _is_refused(await value.future()):
            warn(text)

    warned: pulumi.Output[None] = pulumi.Output.from_input(warn_if_clear())
    return pulumi.Output.secret(
        pulumi.Output.all(value, warned).apply(lambda value_and_none: value_and_none[0])
    )


def _is_refused(credential: Any) -> bool:
    """Whether `check` refuses a credential because it is empty."""
    return isinstance(credential, str) and not credential.strip()

# SPDX-License-Identifier: Apache-2.0
"""Values as Pulumi gives them to mocks. A secret is wrapped in an object with a signature."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from vocode_pulumi.provider.secret_paths import SECRET_SIGNATURE

HIDDEN = "[secret]"
"""Replaces each secret in the results of :func:`vocode_pulumi.testing.run`."""


def unwrapped(value: Any) -> Any:
    """A value as the engine gives it to a provider: its secrets are plain values."""
    return _unwrapped(value, unwrapped)


def readable(value: Any) -> Any:
    """A plain value, with :data:`HIDDEN` in place of each secret."""
    return _unwrapped(value, lambda _secret: HIDDEN)


def _unwrapped(value: Any, secret: Callable[[Any], Any]) -> Any:
    if is_secret(value):
        return secret(value["value"])
    if isinstance(value, Mapping):
        return {name: _unwrapped(item, secret) for name, item in value.items()}
    if isinstance(value, list):
        return [_unwrapped(item, secret) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def is_secret(value: Any) -> bool:
    """Whether a value is a wrapped secret."""
    return isinstance(value, Mapping) and value.items() >= SECRET_SIGNATURE.items()


def holds_secret(value: Any) -> bool:
    """Whether a value is a secret or contains a secret."""
    if isinstance(value, Mapping):
        return is_secret(value) or any(map(holds_secret, value.values()))
    return isinstance(value, list) and any(map(holds_secret, value))


def as_secret_as(given: Any, value: Any) -> Any:
    """An output that is secret in the same places as the input of its name, as with the engine."""
    if is_secret(value):
        return pulumi.Output.secret(value["value"])
    if value is None or not holds_secret(given):
        return value
    if isinstance(given, Mapping) and isinstance(value, Mapping) and not is_secret(given):
        return {name: as_secret_as(given.get(name), item) for name, item in value.items()}
    return pulumi.Output.secret(value)

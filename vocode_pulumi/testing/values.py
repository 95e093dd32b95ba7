# SPDX-License-Identifier: Apache-2.0
"""Values as Pulumi gives them to mocks: a secret is in an envelope."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.runtime.rpc import _special_secret_sig, _special_sig_key

HIDDEN = "[secret]"
"""What stands for a secret in what :func:`vocode_pulumi.testing.run` gives."""


def without_envelopes(value: Any) -> Any:
    """A value as the engine gives it to a provider: without marks of secrets."""
    return _opened(value, without_envelopes)


def readable(value: Any) -> Any:
    """A value for a person's eyes: plain, with :data:`HIDDEN` for each secret."""
    return _opened(value, lambda _secret: HIDDEN)


def _opened(value: Any, secret: Callable[[Any], Any]) -> Any:
    if is_secret(value):
        return secret(value["value"])
    if isinstance(value, Mapping):
        return {name: _opened(item, secret) for name, item in value.items()}
    if isinstance(value, list):
        return [_opened(item, secret) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def is_secret(value: Any) -> bool:
    """Whether a value is in the envelope of a secret."""
    return isinstance(value, Mapping) and value.get(_special_sig_key) == _special_secret_sig


def holds_secret(value: Any) -> bool:
    """Whether a value is a secret, or has one in it."""
    if isinstance(value, Mapping):
        return is_secret(value) or any(map(holds_secret, value.values()))
    return isinstance(value, list) and any(map(holds_secret, value))


def as_secret_as(given: Any, value: Any) -> Any:
    """An output that is secret where the input of the same name is, as the engine has it."""
    if is_secret(value):
        return pulumi.Output.secret(value["value"])
    if value is None or not holds_secret(given):
        return value
    if isinstance(given, Mapping) and isinstance(value, Mapping) and not is_secret(given):
        return {name: as_secret_as(given.get(name), item) for name, item in value.items()}
    return pulumi.Output.secret(value)

# SPDX-License-Identifier: Apache-2.0
"""Values as Pulumi's engine gives them."""

from collections.abc import Mapping
from typing import Any

import pulumi


def is_unknown(value: Any) -> bool:
    """Whether a preview does not know the value yet."""
    return isinstance(value, pulumi.output.Unknown)


def has_unknowns(value: Any) -> bool:
    """Whether a preview does not know the value or a part of it."""
    if isinstance(value, Mapping):
        return any(has_unknowns(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknowns(item) for item in value)
    return is_unknown(value)


def plain(value: Any) -> Any:
    """A value as JSON has it: without ``None`` in objects, and with whole numbers as ``int``.

    Pulumi gives every number as a float. ``None`` is the same as not given.
    """
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value

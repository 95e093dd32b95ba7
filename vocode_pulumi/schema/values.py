# SPDX-License-Identifier: Apache-2.0
"""Values as Pulumi's engine gives them."""

from collections.abc import Mapping
from typing import Any

import pulumi

MAX_EXACT = 2**53
"""The largest whole number that the engine carries as it is: it has doubles alone."""


class Exact(dict[str, Any]):
    """An object of a free form that is sent as it is, with its nulls and large whole numbers."""


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
    """A value as the engine carries it: without ``None`` in objects, and with whole numbers as ``int``.

    Pulumi gives every number as a float. ``None`` is the same as not given. An :class:`Exact` object stays as
    it is.
    """
    if isinstance(value, Exact):
        return value
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and abs(value) > MAX_EXACT:
        return int(float(value))
    return value


def carried(value: Any) -> Any:
    """A value as the engine carries it (:func:`plain`), each :class:`Exact` object in it too."""
    if isinstance(value, Mapping):
        return {key: carried(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [carried(item) for item in value]
    return plain(value)

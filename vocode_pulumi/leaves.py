# SPDX-License-Identifier: Apache-2.0
"""The leaves of a JSON value: texts, numbers, booleans and nulls."""

from collections.abc import Iterator, Mapping
from typing import Any


def leaves(value: Any) -> Iterator[Any]:
    """Every value that is neither an object nor a list, at any depth of a value, or the value itself."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value

# SPDX-License-Identifier: Apache-2.0
"""The values in JSON that have no values in them."""

from collections.abc import Iterator, Mapping
from typing import Any


def leaves(value: Any) -> Iterator[Any]:
    """Every value in an object or a list, at any depth, that is neither; the value itself if it is neither."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value

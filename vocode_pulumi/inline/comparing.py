# SPDX-License-Identifier: Apache-2.0
"""Whether what is declared is what stands."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.schema.values import is_unknown


def differs(wanted: Any, stands: Any) -> bool:
    """Whether what is declared is not what stands; what is unknown yet does not count."""
    if is_unknown(wanted):
        return False
    if isinstance(wanted, Mapping) and isinstance(stands, Mapping):
        given = {key: value for key, value in wanted.items() if value is not None}
        return given.keys() != stands.keys() or any(
            differs(value, stands[key]) for key, value in given.items()
        )
    if isinstance(wanted, list) and isinstance(stands, list):
        return len(wanted) != len(stands) or any(map(differs, wanted, stands))
    return bool(wanted != stands)

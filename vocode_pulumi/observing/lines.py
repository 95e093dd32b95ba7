# SPDX-License-Identifier: Apache-2.0
"""What a line of the log says: fields by name, and the same as text."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

FIELDS = "vocode_fields"
"""The attribute of a log record that has its fields by name."""

# Without this, Python prints warnings of a program that has set up no log.
logging.getLogger("vocode_pulumi").addHandler(logging.NullHandler())


def write(logger: logging.Logger, level: int, fields_of: Callable[[], Mapping[str, Any]]) -> None:
    """Write a line, if anybody listens.

    Args:
        logger: the logger.
        level: the level.
        fields_of: gives every field by name; ``None`` for one that is not known.
    """
    if logger.isEnabledFor(level):
        fields = fields_of()
        known = (f"{name}={value}" for name, value in fields.items() if value is not None)
        logger.log(level, "%s", " ".join(known), extra={FIELDS: fields})

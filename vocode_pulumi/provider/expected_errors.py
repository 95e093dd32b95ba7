# SPDX-License-Identifier: Apache-2.0
"""Showing an expected error as one line. Every other error keeps its traceback.

When a call raises, Pulumi's plugin answers with ``traceback.format_exc()``: a traceback that includes the
path of the error's class. The plugin finds ``traceback`` as a global of its ``__main__`` module. This
module puts another object under that name. The object prints errors of this package as one line, and
hands every other call to :mod:`traceback`.
"""

import sys
import traceback
from typing import Any

from vocode_pulumi.errors import VocodeError

PLUGIN = "pulumi.dynamic.__main__"


class _PlainTracebacks:
    """The module :mod:`traceback`, with another ``format_exc`` for errors of this package."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    @staticmethod
    def format_exc(*args: Any, **kwargs: Any) -> str:
        """The text for the error that is being handled."""
        error = sys.exc_info()[1]
        return (
            str(error) if isinstance(error, VocodeError) else traceback.format_exc(*args, **kwargs)
        )


def show_plainly() -> None:
    """Let Pulumi's plugin show expected errors as one line, if this process is a plugin."""
    main = sys.modules["__main__"]
    if getattr(main.__spec__, "name", None) == PLUGIN:
        main.traceback = _PlainTracebacks()  # type: ignore[attr-defined]

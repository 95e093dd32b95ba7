# SPDX-License-Identifier: Apache-2.0
"""Showing an expected error as its own line, while any other keeps its traceback.

The plugin answers a call that raised with what ``traceback.format_exc()`` gives, a whole traceback with
the path of the error's class. It does so by the name ``traceback`` of its own ``__main__`` module, so
another object under that name prints expected errors plainly. Nothing that threads share is switched:
an error of another provider in the same process keeps its frames.
"""

import sys
import traceback
from typing import Any

from vocode_pulumi.errors import VocodeError

PLUGIN = "pulumi.dynamic.__main__"


class _PlainTracebacks:
    """The module :mod:`traceback`, but for errors of this package."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    @staticmethod
    def format_exc(*args: Any, **kwargs: Any) -> str:
        """What is shown of the error that is being handled."""
        error = sys.exc_info()[1]
        return (
            str(error) if isinstance(error, VocodeError) else traceback.format_exc(*args, **kwargs)
        )


def show_plainly() -> None:
    """Let the plugin, where this process is one, show expected errors as one line."""
    main = sys.modules["__main__"]
    if getattr(main.__spec__, "name", None) == PLUGIN:
        main.traceback = _PlainTracebacks()  # type: ignore[attr-defined]

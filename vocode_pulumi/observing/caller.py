# SPDX-License-Identifier: Apache-2.0
"""For whom a thread works now: the engine call or the lookup that its API calls belong to.

This is a context variable, and not an argument of everything between the engine and HTTP, because it decides
nothing: what is done is the same without it.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from vocode_pulumi.observing.lines import write
from vocode_pulumi.redaction import printable, redact

LOGGER = logging.getLogger("vocode_pulumi.calls")


@dataclass(frozen=True)
class Caller:
    """An engine call or a lookup.

    Args:
        name: the name of the call, such as ``create``.
        urn: the URN of the resource; empty for a lookup.
        secrets: gives the texts that must not be seen.
        show_status: shows a line in the status of the resource, where that is possible.
        said: the waits that were shown already.
    """

    name: str = ""
    urn: str = ""
    secrets: Callable[[], Iterable[str]] = tuple
    show_status: Callable[[str], None] | None = None
    said: set[str] = field(default_factory=set)

    def without_secrets(self, text: str) -> str:
        """A text as one line without the secrets."""
        return redact(printable(text), self.secrets())


_CURRENT: ContextVar[Caller | None] = ContextVar("vocode_pulumi caller", default=None)


def current() -> Caller:
    """For whom this thread works; a caller without a name if that is not known."""
    return _CURRENT.get() or Caller()


@contextmanager
def working_for(caller: Caller) -> Iterator[None]:
    """Let the API calls of this thread belong to a caller, and log the caller at the level ``debug``."""
    before, begun, error = _CURRENT.set(caller), time.perf_counter(), None
    try:
        yield
    except BaseException as raised:
        error = type(raised).__name__
        raise
    finally:
        _CURRENT.reset(before)
        fields = {
            "call": caller.name,
            "seconds": round(time.perf_counter() - begun, 4),
            "error": error,
            "urn": caller.without_secrets(caller.urn) or None,
        }
        write(LOGGER, logging.DEBUG, fields)

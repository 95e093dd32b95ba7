# SPDX-License-Identifier: Apache-2.0
"""Saying in a resource's status line what the resource waits for."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from vocode_pulumi.observing.caller import current

T = TypeVar("T")
LONG = 1.0
"""A wait is shown if it takes longer than this many seconds."""


def show_wait(reason: str, seconds: float) -> None:
    """Show that the current resource begins to wait. Each reason is shown once for each engine call.

    Args:
        reason: what the wait is for.
        seconds: the longest time that it can take.
    """
    if seconds > LONG:
        _show(f"waiting up to {seconds:.0f} s: ", reason)


@contextmanager
def turn(lock: threading.Lock, reason: str) -> Iterator[None]:
    """Hold a lock; show the wait for it if that takes long.

    Args:
        lock: the lock.
        reason: who holds the lock meanwhile.
    """
    if not lock.acquire(timeout=LONG):
        _show("waiting: ", reason)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def result_of(future: "Future[T]", reason: str) -> T:
    """The result of a future; show the wait for it if that takes long.

    Args:
        future: the future.
        reason: what happens meanwhile.

    Raises:
        Exception: the exception of the future.
    """
    try:
        return future.result(LONG)
    except TimeoutError:
        if future.done():
            raise
    _show("waiting: ", reason)
    return future.result()


def _show(begin: str, reason: str) -> None:
    caller = current()
    if caller.show_status is None or reason in caller.said:
        return
    caller.said.add(reason)
    caller.show_status(caller.without_secrets(f"{begin}{reason}"))

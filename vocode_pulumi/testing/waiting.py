# SPDX-License-Identifier: Apache-2.0
"""Waiting for the tasks that Pulumi runs in the background of a program.

Pulumi registers resources in tasks of an event loop, which a plain test never runs. The names with
underscores are Pulumi's: it has no public names for this.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import pulumi
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from vocode_pulumi.testing.refusals import ProgramRefused

MAX_WAIT = 2.0
"""The longest wait of a constructor in seconds. An input may come later than that, or never
(``pulumi.deferred_output``)."""


class _Waits(threading.local):
    """Whether this thread is already waiting."""

    already = False


_WAITS = _Waits()


def until_registered(resource: pulumi.Resource) -> BaseException | None:
    """Wait until a resource is registered; return the error if its registration failed.

    Meanwhile an ``apply`` may construct other resources. Their constructors do not wait: hundreds of
    waits would be nested. The outer wait reports their errors.
    """
    return _wait(resource.urn.future)


def until_all_is_registered() -> None:
    """Wait until every resource that the program has declared is registered or refused."""
    _wait(until_quiet)


def event_loop() -> asyncio.AbstractEventLoop:
    """The event loop of this thread; if it has none, a new one."""
    found: asyncio.AbstractEventLoop = _ensure_event_loop()  # type: ignore[no-untyped-call]
    return found


def _wait(what: Callable[[], Awaitable[Any]]) -> BaseException | None:
    loop = event_loop()
    if _WAITS.already or (loop.is_running() and not isinstance(loop, asyncio.BaseEventLoop)):
        return None
    _Handler.of(loop)
    _WAITS.already = True
    try:
        end = asyncio.ensure_future(what(), loop=loop)
        _sync_await(asyncio.wait({end}, timeout=MAX_WAIT))
    finally:
        _WAITS.already = False
    return end.exception() if end.done() else None


class _Handler:
    """Handles the errors that asyncio reports as never retrieved.

    asyncio would report an error again for each output without a value, although a constructor or the end
    of the test has raised it already. This handler ignores such errors.

    Args:
        before: handles all other errors; ``None`` for asyncio's default.
    """

    def __init__(self, before: Callable[..., object] | None) -> None:
        self._before = before
        self._raised: deque[BaseException] = deque(maxlen=100)

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> "_Handler":
        """The handler of a loop; it is installed if the loop has none."""
        handler = loop.get_exception_handler()
        if not isinstance(handler, _Handler):
            handler = _Handler(handler)
            loop.set_exception_handler(handler)
        return handler

    def raises(self, error: BaseException) -> None:
        """Remember that an error is raised in the test."""
        self._raised.append(error)

    def was_raised(self, error: BaseException | None) -> bool:
        """Whether an error was raised in the test; a refusal always is."""
        return isinstance(error, ProgramRefused) or any(error is other for other in self._raised)

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if self.was_raised(context.get("exception")):
            return
        if self._before is None:
            loop.default_exception_handler(context)
        else:
            self._before(loop, context)


async def until_quiet() -> list[BaseException]:
    """Wait for all registrations and outputs; return their errors, each once."""
    handler = _Handler.of(asyncio.get_running_loop())
    raised: dict[int, BaseException] = {}
    # A registration that was just requested begins with the loop's next iteration.
    await asyncio.sleep(0)
    while pending := _pending():
        for result in await asyncio.gather(*pending, return_exceptions=True):
            if isinstance(result, BaseException):
                raised.setdefault(id(result), result)
                handler.raises(result)
        await asyncio.sleep(0)
    SETTINGS.rpc_manager.unhandled_exception = None
    return [*raised.values()]


def _pending() -> list[Any]:
    """Take the registrations and outputs that Pulumi would wait for; this module waits for them."""
    rpcs, SETTINGS.rpc_manager.rpcs = SETTINGS.rpc_manager.rpcs, []
    with SETTINGS.lock:
        outputs = [*SETTINGS.outputs]
        SETTINGS.outputs.clear()
    return [*rpcs, *outputs]


def raise_once(error: BaseException) -> NoReturn:
    """Raise an error, and remove it from Pulumi's lists, so that no test raises it again.

    Raises:
        BaseException: the error.
    """
    __tracebackhide__ = True
    handler = _Handler.of(event_loop())
    handler.raises(error)

    def is_raised(task: Any) -> bool:
        return task.done() and not task.cancelled() and handler.was_raised(task.exception())

    manager = SETTINGS.rpc_manager
    manager.rpcs = [rpc for rpc in manager.rpcs if not is_raised(rpc)]
    if handler.was_raised(manager.unhandled_exception):
        manager.unhandled_exception = manager.exception_traceback = None
    with SETTINGS.lock:
        for output in [*filter(is_raised, SETTINGS.outputs)]:
            SETTINGS.outputs.remove(output)
    raise error

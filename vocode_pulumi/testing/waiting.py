# SPDX-License-Identifier: Apache-2.0
"""Waiting for what Pulumi does in the background of a program.

Pulumi registers resources in tasks of an event loop, which a plain test never runs. The names with
underscores are Pulumi's own: there are no others for this.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
from pulumi.runtime.settings import SETTINGS
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from vocode_pulumi.testing.refusals import ProgramRefused

LONGEST = 2.0
"""Seconds for which a test waits without being asked to: inputs may come later, or never
(``pulumi.deferred_output``)."""


class _Waits(threading.local):
    """Whether this thread waits already."""

    already = False


_WAITS = _Waits()


def until_registered(resource: pulumi.Resource) -> None:
    """Wait until a resource is registered, or is refused.

    A constructor in an ``apply`` that runs meanwhile does not wait as well: hundreds of them would wait
    in each other's calls. Whoever waits outside of it hears of it.
    """
    _wait(resource.urn.future)


def until_all_is_registered() -> None:
    """Wait until everything that the program has declared is registered, or is refused."""
    _wait(until_quiet)


def _wait(what: Callable[[], Awaitable[Any]]) -> None:
    loop: asyncio.AbstractEventLoop = _ensure_event_loop()  # type: ignore[no-untyped-call]
    if _WAITS.already or (loop.is_running() and not isinstance(loop, asyncio.BaseEventLoop)):
        return
    say_refusals_once(loop)
    _WAITS.already = True
    try:
        _sync_await(asyncio.wait({asyncio.ensure_future(what(), loop=loop)}, timeout=LONGEST))
    finally:
        _WAITS.already = False


def say_refusals_once(loop: asyncio.AbstractEventLoop) -> None:
    """A refusal is raised; asyncio would say it again for each output that has no value for it."""
    before = loop.get_exception_handler()
    if isinstance(before, _Handler):
        return
    loop.set_exception_handler(_Handler(before))


class _Handler:
    """Handles what asyncio finds that nobody has heard of.

    Args:
        before: handles what is no refusal; ``None`` for asyncio itself.
    """

    def __init__(self, before: Callable[..., object] | None) -> None:
        self._before = before

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(context.get("exception"), ProgramRefused):
            return
        if self._before is None:
            loop.default_exception_handler(context)
        else:
            self._before(loop, context)


async def until_quiet() -> list[BaseException]:
    """Wait for all registrations and outputs; gives what they raised, each once."""
    say_refusals_once(asyncio.get_running_loop())
    raised: dict[int, BaseException] = {}
    # A registration that has just been asked for begins with the loop's next turn.
    await asyncio.sleep(0)
    while pending := _pending():
        for result in await asyncio.gather(*pending, return_exceptions=True):
            if isinstance(result, BaseException):
                raised.setdefault(id(result), result)
        await asyncio.sleep(0)
    SETTINGS.rpc_manager.unhandled_exception = None
    return [*raised.values()]


def _pending() -> list[Any]:
    """What was begun; from now on it is not Pulumi's to wait for."""
    rpcs, SETTINGS.rpc_manager.rpcs = SETTINGS.rpc_manager.rpcs, []
    with SETTINGS.lock:
        outputs = [*SETTINGS.outputs]
        SETTINGS.outputs.clear()
    return [*rpcs, *outputs]


def forget_refusals() -> None:
    """A refusal is raised: what Pulumi keeps of it would be raised again by the next test."""
    manager = SETTINGS.rpc_manager
    manager.rpcs = [rpc for rpc in manager.rpcs if not _was_refused(rpc)]
    if isinstance(manager.unhandled_exception, ProgramRefused):
        manager.unhandled_exception = manager.exception_traceback = None
    with SETTINGS.lock:
        for output in [*filter(_was_refused, SETTINGS.outputs)]:
            SETTINGS.outputs.remove(output)


def _was_refused(task: Any) -> bool:
    return task.done() and not task.cancelled() and isinstance(task.exception(), ProgramRefused)

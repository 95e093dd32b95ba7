"""Runs side by side: some at once, one for each tenant, and what they say as they go on."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

Say = Callable[[str, str], None]
KEPT = 1000


class RunFailed(Exception):
    """A run that failed, in one line for whoever asked for it."""


class Busy(Exception):
    """The tenant has a run that goes on."""


class Line(TypedDict):
    time: float
    tenant: str
    run: str
    kind: str
    text: str


class Run:
    """What a run has said. Only the event loop's thread uses it."""

    def __init__(self, tenant: str, what: str) -> None:
        self.tenant = tenant
        self.what = what
        self.ended = False
        self._lines: list[Line] = []
        self._news = asyncio.Event()

    def add(self, kind: str, text: str) -> None:
        line = Line(time=time.time(), tenant=self.tenant, run=self.what, kind=kind, text=text)
        self._lines.append(line)
        self.ended = kind in ("done", "failed")
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self) -> AsyncIterator[Line]:
        """Every line from the first on, until the run ends."""
        seen = 0
        while True:
            news, ended = self._news, self.ended
            new = self._lines[seen:]
            for line in new:
                yield line
            seen += len(new)
            if ended:
                return
            await news.wait()


class Runs:
    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once)
        self._latest: dict[str, Run] = {}
        self._futures: set[asyncio.Future[None]] = set()

    def latest(self, tenant: str) -> Run | None:
        return self._latest.get(tenant)

    def require_free(self, tenant: str) -> None:
        run = self.latest(tenant)
        if run and not run.ended:
            raise Busy(f"{tenant} is busy: a {run.what} goes on")

    def start(self, tenant: str, what: str, work: Callable[[Say], None]) -> None:
        """Do a work in a thread, as soon as one is free.

        Raises:
            Busy: the tenant has a run that goes on.
        """
        self.require_free(tenant)
        self._forget_old()
        self._latest.pop(tenant, None)
        run = self._latest[tenant] = Run(tenant, what)
        run.add("waits", f"{what} waits for its turn")
        loop = asyncio.get_running_loop()

        def say(kind: str, text: str) -> None:
            loop.call_soon_threadsafe(run.add, kind, text)

        def ended(future: asyncio.Future[None]) -> None:
            self._futures.discard(future)
            if future.cancelled():
                run.add("failed", f"the service stopped before {what} began: ask again")

        future = loop.run_in_executor(self._pool, _carry_out, run, work, say)
        self._futures.add(future)
        future.add_done_callback(ended)

    async def stop(self) -> None:
        """Begin nothing more, and wait for what goes on."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.gather(*self._futures, return_exceptions=True)

    def _forget_old(self) -> None:
        ended = [tenant for tenant, run in self._latest.items() if run.ended]
        for tenant in ended[: max(len(self._latest) - KEPT, 0)]:
            del self._latest[tenant]


def _carry_out(run: Run, work: Callable[[Say], None], say: Say) -> None:
    say("starts", f"{run.what} starts")
    try:
        work(say)
    except RunFailed as error:
        say("failed", str(error))
    except Exception:
        logging.exception("%s of %s", run.what, run.tenant)
        say("failed", "the service has an error: its log says which")
    else:
        say("done", f"{run.what} is done")

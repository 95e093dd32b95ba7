# SPDX-License-Identifier: Apache-2.0
"""A line to a server that delays what the server answers, and counts the answers."""

import asyncio
from threading import Thread
from typing import Self

_Piece = tuple[float, bytes]
"""When a piece of an answer is due, and the piece; empty at the end."""


class Line:
    """A port of this machine that leads to a server, for as long as it is entered.

    Args:
        server: the server's port on this machine, or the path of its socket.
        delay: seconds that each piece of an answer is held back.
    """

    def __init__(self, server: int | str, delay: float) -> None:
        self._server = server
        self._delay = delay
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0
        self.answers = 0
        """How many answers were waited for: requests that were sent together count once."""

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.start_server(self._carry, "127.0.0.1", 0)
        self._listener = asyncio.run_coroutine_threadsafe(listening, self._loop).result()
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._listener.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.wait(others)

    async def _carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if isinstance(self._server, str):
            server, to_server = await asyncio.open_unix_connection(self._server)
        else:
            server, to_server = await asyncio.open_connection("127.0.0.1", self._server)
        is_answered = True
        pieces: asyncio.Queue[_Piece] = asyncio.Queue()

        async def requests() -> None:
            nonlocal is_answered
            while piece := await client.read(65536):
                self.answers += is_answered
                is_answered = False
                to_server.write(piece)
            to_server.write_eof()

        async def answers() -> None:
            nonlocal is_answered
            while piece := await server.read(65536):
                is_answered = True
                pieces.put_nowait((self._loop.time() + self._delay, piece))
            pieces.put_nowait((self._loop.time() + self._delay, b""))

        try:
            async with asyncio.TaskGroup() as group:
                for what in (requests(), answers(), self._write(pieces, to_client)):
                    group.create_task(what)
        except* (OSError, asyncio.CancelledError):
            # One end is gone, or this line is.
            pass
        to_server.close()
        to_client.close()

    async def _write(self, pieces: "asyncio.Queue[_Piece]", to: asyncio.StreamWriter) -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(due - self._loop.time(), 0))
            if not piece:
                to.write_eof()
                return
            to.write(piece)

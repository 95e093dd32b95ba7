# SPDX-License-Identifier: Apache-2.0
"""Ours beside forty lines without promises, where the API is far away. About nine minutes."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit

from bench.report import Results, ratio, seconds
from bench.report import table as markdown
from bench.stacks import OPERATIONS, Stack, in_turn, new_stack
from tools.console import say

COUNT = 100
RUNS = 7
CONNECTING = 0.1
"""Seconds until a new connection carries its first bytes."""
ANSWERING = 0.15
"""Seconds that the sandbox holds each answer back."""
PROGRAMS = ("naive", "naive, connections kept", "ours")
"""Forty lines connect for each call, as `requests.post` does, unless they take care not to."""
STEPS = ("up", "no-op up", "refresh", "destroy")


def measure() -> Results:
    """Both programs, with new stacks and accounts in each run."""
    taken = []
    for run in range(RUNS):
        say(f"    {COUNT} numbers, run {run + 1} of {RUNS}")
        taken.append({program: _life(program) for program in in_turn(PROGRAMS, run)})
    return {
        "runs": RUNS,
        "count": COUNT,
        "connecting": CONNECTING,
        "answering": ANSWERING,
        "lives": taken,
    }


def _life(program: str) -> dict[str, float]:
    name, *kept = program.split(", ")
    with new_stack(name, COUNT) as stack, _far_away(stack):
        if not kept:
            stack.env["BENCH_CONNECT_ANEW"] = "1"
        return {step: stack.run(OPERATIONS[step], COUNT).seconds for step in STEPS}


@contextmanager
def _far_away(stack: Stack) -> Iterator[None]:
    """The account of a stack answers late, and new connections to it take their time."""
    address = urlsplit(stack.account.url)
    stack.account.fault(delay=ANSWERING, times=10**6)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        port = server.getsockname()[1]
        stack.env["VOCODE_BASE_URL"] = address._replace(netloc=f"127.0.0.1:{port}").geturl()
        to = (str(address.hostname), int(address.port or 80))
        Thread(target=_serve, args=(server, to), daemon=True).start()
        yield


def _serve(server: socket.socket, to: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            Thread(target=_carry, args=(server.accept()[0], to), daemon=True).start()


def _carry(one: socket.socket, to: tuple[str, int]) -> None:
    time.sleep(CONNECTING)
    with one, socket.create_connection(to) as other:
        for end in (one, other):
            # What arrives goes on at once. Otherwise the second packet of a request waits for an
            # acknowledgement of the first, 40 ms on a kept connection.
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        back = Thread(target=_copy, args=(other, one), daemon=True)
        back.start()
        _copy(one, other)
        back.join()


def _copy(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while got := source.recv(65536):
            to.sendall(got)
        to.shutdown(socket.SHUT_WR)


def table(results: Results) -> str:
    """A row for each operation; ratios are medians of those of the single runs."""
    rows = []
    for step in STEPS:
        taken = {program: [one[program][step] for one in results["lives"]] for program in PROGRAMS}
        ours = taken["ours"]
        others = [one for program, one in taken.items() if program != "ours"]
        rows.append((step, *map(seconds, taken.values()), *(ratio(ours, one) for one in others)))
    head = (f"{results['count']} numbers", *(f"{program}, s" for program in PROGRAMS))
    return markdown((*head, *(f"ours / {program}" for program in PROGRAMS[:-1])), rows)

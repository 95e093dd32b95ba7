# SPDX-License-Identifier: Apache-2.0
"""What the record of purchases costs, in one process, without an engine. About two minutes."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from bench.report import Results, ratio
from bench.report import table as markdown
from bench.stacks import in_turn, new_account
from tools.console import say
from vocode_pulumi.api.client import Client
from vocode_pulumi.purchasing.buying import BUY, Buyer, Order
from vocode_pulumi.purchasing.opening import open_purchases
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.settings import Settings

COUNT = 100
RUNS = 7
THREADS = 4
"""As many as the engine's plugin has."""
THERE = 1000
"""Purchases that one long run has made before, in the last of the measurements."""
ORDER = {"area_code": "415"}
WAYS = ("without", "with")

Buy = Callable[[int], object]


def measure() -> Results:
    """Purchases with and without the ledger, in a new account and a new ledger in each run."""
    found: Results = {"runs": RUNS, "count": COUNT, "threads": THREADS}
    found["one after another"] = [_run(_in_one, run) for run in range(RUNS)]
    found["side by side"] = [_run(_in_threads, run) for run in range(RUNS)]
    found["there"] = THERE
    found["after others"] = [_run(_in_one, run, THERE) for run in range(RUNS)]
    return found


def _run(
    how: Callable[[dict[str, Buy], int], dict[str, float]], run: int, there: int = 0
) -> dict[str, float]:
    say(f"    {how.__name__.removeprefix('_')} after {there}, run {run + 1} of {RUNS}")
    with new_account() as (folder, account):
        settings = Settings(account.api_key, account.url, ledger=folder / "purchases.sqlite")
        client = Client(settings)
        context = open_purchases(client, lambda _urn, _line: None)
        # Both ways begin with a connection that is open.
        list(client.list("/v1/numbers/list"))
        ways: dict[str, Buy] = {
            "without": lambda _line: client.buy(BUY, ORDER),
            "with": lambda line: Buyer(context, _order(context.place, line)).buy(),
        }
        for line in range(COUNT, COUNT + there):
            ways["with"](line)
        return how(ways, run)


def _order(place: str, line: int) -> Order:
    urn = f"urn:pulumi:bench::bench::vocode:index:PhoneNumber::line-{line}"
    return Order(Owner.of(place, "organization", urn), ORDER, ORDER)


def _in_one(ways: dict[str, Buy], run: int) -> dict[str, float]:
    """Milliseconds of a purchase in the middle."""
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for line in range(COUNT):
        for way in in_turn(WAYS, run + line):
            start = time.perf_counter()
            ways[way](line)
            taken[way].append(1000 * (time.perf_counter() - start))
    return {way: round(median(values), 3) for way, values in taken.items()}


def _in_threads(ways: dict[str, Buy], run: int) -> dict[str, float]:
    """Milliseconds a purchase, of all of them together."""
    # Both begin with as many connections as there are threads.
    _together(ways["without"], range(COUNT))
    return {way: _together(ways[way], range(COUNT)) for way in in_turn(WAYS, run)}


def _together(buy: Buy, lines: Iterable[int]) -> float:
    with ThreadPoolExecutor(THREADS) as pool:
        start = time.perf_counter()
        list(pool.map(buy, lines))
        return round(1000 * (time.perf_counter() - start) / COUNT, 3)


def table(results: Results) -> str:
    """Medians of the runs, and of their ratios."""
    rows = []
    shown_as = {
        "one after another": "one after another",
        "side by side": f"side by side, {results['threads']} threads",
        "after others": f"one after another, after {results['there']} others",
    }
    for name, shown in shown_as.items():
        without, with_ = ([one[way] for one in results[name]] for way in WAYS)
        more = median(a - b for a, b in zip(with_, without, strict=True))
        rows.append(
            (
                shown,
                f"{median(without):.1f}",
                f"{median(with_):.1f}",
                f"{more:.1f}",
                ratio(with_, without),
            )
        )
    head = (f"{results['count']} purchases", "without, ms each", "with, ms each", "added, ms")
    return markdown((*head, "with / without"), rows)

# SPDX-License-Identifier: Apache-2.0
"""What is waited for when each call takes 200 ms. About four minutes."""

from bench.report import Results, ratio, seconds
from bench.report import table as markdown
from bench.stacks import OPERATIONS, in_turn, new_stacks
from tools.console import say

COUNTS = (10, 100)
RUNS = 7
DELAY = 0.2
"""Seconds that the sandbox holds each answer back."""
WORKERS = 4
"""Calls that the engine's plugin for dynamic providers carries out at a time."""
PROGRAMS = ("floor", "ours")
GOALS = {100: 1.15}


def measure() -> Results:
    """The first `up` of both programs, with new stacks and accounts in each run."""
    found: Results = {"runs": RUNS, "delay": DELAY, "workers": WORKERS, "counts": {}}
    for count in COUNTS:
        runs = found["counts"][str(count)] = []
        for run in range(RUNS):
            say(f"    {count} numbers, run {run + 1} of {RUNS}")
            with new_stacks(PROGRAMS, count) as stacks:
                stacks["ours"].account.fault(delay=DELAY, times=10**6)
                runs.append(
                    {
                        program: stacks[program].run(OPERATIONS["up"], count).seconds
                        for program in in_turn(PROGRAMS, run)
                    }
                )
    return found


def table(results: Results) -> str:
    """The bound is that of workers that always wait for a purchase, and the engine's own time."""
    rows = []
    for count, runs in results["counts"].items():
        ours, floor = ([run[program] for run in runs] for program in ("ours", "floor"))
        waited = int(count) / results["workers"] * results["delay"]
        bound = [waited + one for one in floor]
        goal = GOALS.get(int(count))
        shown = f"≤ {goal:.2f}" if goal else ""
        rows.append((count, *map(seconds, (floor, bound, ours)), ratio(ours, bound), shown))
    head = ("numbers", "floor, s", "bound, s", "ours, s", "ours / bound", "goal")
    return markdown(head, rows)

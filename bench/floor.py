# SPDX-License-Identifier: Apache-2.0
"""The engine alone, a provider that does nothing, beside ours: every operation of a stack's life.

Seven runs at each count; all of it takes about 25 minutes.
"""

from bench.report import Results, ratio, seconds
from bench.report import table as markdown
from bench.stacks import OPERATIONS, in_turn, new_stacks
from tools.console import say

COUNTS = (1, 10, 100, 500)
RUNS = 7
PROGRAMS = ("floor", "ours")
ORIENTATION = ("same_outputs", "naive")
"""Further programs, at :data:`GOAL_COUNT` numbers: they show what the rest of the time is made of."""
AGAIN = " again"
STEPS = ("preview", "up", "no-op up", f"no-op up{AGAIN}", "refresh", "destroy")
GOALS = {"preview": 1.05, "no-op up": 1.05, f"no-op up{AGAIN}": 1.05, "up": 1.10, "destroy": 1.10}
"""Ours / floor, at :data:`GOAL_COUNT` numbers."""
GOAL_COUNT = 100


def measure() -> Results:
    """Each run has new stacks and accounts; within an operation the programs take turns."""
    return {"runs": RUNS, "counts": {str(count): _runs(count) for count in COUNTS}}


def _programs(count: int) -> tuple[str, ...]:
    return (*PROGRAMS, *(ORIENTATION if count == GOAL_COUNT else ()))


def _runs(count: int) -> list[Results]:
    found, programs = [], _programs(count)
    for run in range(RUNS):
        say(f"    {count} numbers, run {run + 1} of {RUNS}")
        taken: Results = {name: {} for name in STEPS}
        with new_stacks(programs, count) as stacks:
            for name in STEPS:
                for program in in_turn(programs, run):
                    timed = stacks[program].run(OPERATIONS[name.removesuffix(AGAIN)], count)
                    taken[name][program] = timed._asdict()
        found.append(taken)
    return found


def table(results: Results) -> str:
    """A row for each operation at each count; ratios are medians of those of the single runs."""
    rows = []
    for count, runs in results["counts"].items():
        for name in runs[0]:
            taken, cpu = (
                {
                    program: [run[name][program][what] for run in runs]
                    for program in _programs(int(count))
                }
                for what in ("seconds", "cpu_seconds")
            )
            goal = GOALS.get(name) if int(count) == GOAL_COUNT else None
            rows.append(
                (
                    count,
                    name,
                    seconds(taken["floor"]),
                    ratio(taken["ours"], taken["floor"]),
                    f"≤ {goal:.2f}" if goal else "",
                    ratio(cpu["ours"], cpu["floor"]),
                    *(
                        ratio(taken[one], taken["floor"]) if one in taken else ""
                        for one in ORIENTATION
                    ),
                )
            )
    head = ("numbers", "operation", "floor, s", "ours / floor", "goal", "ours / floor, CPU")
    return markdown((*head, "same outputs / floor", "naive / floor"), rows)

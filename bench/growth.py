# SPDX-License-Identifier: Apache-2.0
"""How time, memory and state grow with the numbers. About 15 minutes."""

from statistics import linear_regression, median
from typing import Any

from bench.report import Results
from bench.report import table as markdown
from bench.stacks import OPERATIONS, Stack, in_turn, new_stacks
from bench.watch import ENGINE, KINDS, Watch
from tools.console import say

COUNTS = (10, 100, 500, 1000)
RUNS = 2
PROGRAMS = ("floor", "same_outputs", "ours")
MEASURED = ("up", "no-op up", "refresh")


def measure() -> Results:
    """New stacks and accounts in each run; within an operation the programs take turns."""
    return {"runs": RUNS, "counts": {str(count): _runs(count) for count in COUNTS}}


def _runs(count: int) -> list[Results]:
    found = []
    for run in range(RUNS):
        say(f"    {count} numbers, run {run + 1} of {RUNS}")
        with new_stacks(PROGRAMS, count) as stacks:
            taken: Results = {
                name: {
                    program: _watched(stacks[program], name, count)
                    for program in in_turn(PROGRAMS, run)
                }
                for name in MEASURED
            }
            sizes = {program: stack.state_bytes() for program, stack in stacks.items()}
        found.append({**taken, "state_bytes": sizes})
    return found


def _watched(stack: Stack, name: str, count: int) -> dict[str, Any]:
    before, watch = stack.account.connections(), Watch()
    timed = stack.run(OPERATIONS[name], count, watch)
    opened = stack.account.connections() - before
    return {**timed._asdict(), **watch.seen, "connections": opened}


def table(results: Results) -> str:
    """A row for each count; then the lines through them; then the state."""
    return "\n\n".join([_counts(results), _lines(results), _state(results)])


def _of(runs: list[Results], name: str, program: str, *keys: str) -> float:
    """The median of a figure."""
    values = []
    for run in runs:
        value: Any = run[name][program]
        for key in keys:
            value = value[key]
        values.append(float(value))
    return median(values)


def _counts(results: Results) -> str:
    rows = []
    for name in MEASURED:
        for count, runs in results["counts"].items():
            cpu = (_cell(runs, name, kind, "cpu_seconds", form=".2f") for kind in (ENGINE, *KINDS))
            memory = (_cell(runs, name, kind, "mib", form=".0f") for kind in KINDS)
            opened = max(run[name]["ours"]["connections"] for run in runs)
            wall = _cell(runs, name, "seconds", form=".2f")
            rows.append((name, count, wall, *cpu, *memory, opened))
    heads = [f"{one}, CPU s" for one in (ENGINE, *KINDS)] + [f"{one}, MiB" for one in KINDS]
    return markdown(("operation", "numbers", "s", *heads, "connections, ours"), rows)


def _cell(runs: list[Results], name: str, *keys: str, form: str) -> str:
    """A figure of each program; nothing where none of them has it, as a refresh runs no program."""
    values = [_of(runs, name, program, *keys) for program in PROGRAMS]
    return " / ".join(f"{one:{form}}" for one in values) if any(values) else ""


def _lines(results: Results) -> str:
    """The line through the two counts before the last, and the last over that line."""
    counts = [int(count) for count in results["counts"]]
    rows = []
    for name in MEASURED:
        for program in PROGRAMS:
            wall = [_of(runs, name, program, "seconds") for runs in results["counts"].values()]
            line = linear_regression(counts[-3:-1], wall[-3:-1])
            over = wall[-1] / (line.slope * counts[-1] + line.intercept)
            rows.append((name, program, f"{1000 * line.slope:.2f}", f"{over:.2f}"))
    slope = f"{counts[-3]} to {counts[-2]}: added ms for each number"
    return markdown(("operation", "program", slope, f"{counts[-1]} numbers / straight line"), rows)


def _state(results: Results) -> str:
    rows = []
    for count, runs in results["counts"].items():
        sizes = [median(run["state_bytes"][program] for run in runs) for program in PROGRAMS]
        rows.append((count, *(f"{size / int(count):.0f}" for size in sizes)))
    floor, *others = PROGRAMS
    head = ("numbers", f"{floor}, bytes of state a number")
    return markdown((*head, *(one.replace("_", " ") for one in others)), rows)

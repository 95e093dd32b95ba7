# SPDX-License-Identifier: Apache-2.0
"""A plain script over Vocode's own SDK beside ours: the same numbers, each with a label.

About six minutes.
"""

import sys

from bench.report import Results, ratio, seconds
from bench.report import table as markdown
from bench.stacks import OPERATIONS, Stack, in_turn, new_stack, run_timed
from tools.console import say
from tools.places import ROOT

COUNTS = (20, 100)
RUNS = {0.0: 7, 0.2: 3}
"""By the seconds that the sandbox holds each answer back."""
LABEL = "front desk"


def measure() -> Results:
    """The first `up`, and the script, each in a new account."""
    cases = [_case(delay, count) for delay in RUNS for count in COUNTS]
    return {"runs": ", ".join(str(len(one["taken"])) for one in cases), "cases": cases}


def _case(delay: float, count: int) -> Results:
    taken = []
    for run in range(RUNS[delay]):
        say(f"    {count} numbers, {delay:g} s a call, run {run + 1} of {RUNS[delay]}")
        taken.append({who: _timed(who, delay, count) for who in in_turn(("script", "ours"), run)})
    return {"delay": delay, "count": count, "taken": taken}


def _timed(who: str, delay: float, count: int) -> float:
    with new_stack("ours", count, label=LABEL) as stack:
        if delay:
            stack.account.fault(delay=delay, times=10**6)
        if who == "ours":
            return stack.run(OPERATIONS["up"], count).seconds
        return _script(stack, count)


def _script(stack: Stack, count: int) -> float:
    script = ROOT / "bench" / "programs" / "script.py"
    command = [sys.executable, str(script), str(count), LABEL]
    return run_timed(command, stack.folder, stack.env, stack.folder.parent / "log.txt").seconds


def table(results: Results) -> str:
    """Ours has the engine to start, and four calls at a time."""
    rows = []
    for case in results["cases"]:
        script, ours = ([one[who] for one in case["taken"]] for who in ("script", "ours"))
        delay = f"{case['delay'] * 1000:.0f}"
        rows.append(
            (case["count"], delay, len(ours), seconds(script), seconds(ours), ratio(ours, script))
        )
    head = ("numbers", "ms a call", "runs", "script, s", "ours, s", "ours / script")
    return markdown(head, rows)

# SPDX-License-Identifier: Apache-2.0
"""How many calls of the API each operation makes: exact, so once is enough. About five minutes."""

from collections import Counter
from typing import Any

from bench.report import Results
from bench.report import table as markdown
from bench.stacks import CHANGE, NO_OP_PREVIEW, OPERATIONS, Operation, Stack, new_stack
from tools.console import say

EXISTING = (0, 250)
"""Numbers that the account has before."""
COUNTS = (1, 20, 100)
COUNT = 20
"""Numbers whose refresh is looked at with agents, and of which one is changed."""
AGENT = {
    "prompt": {"content": "You are kind."},
    "voice": {"type": "voice_azure", "voice_name": "x"},
}


def measure() -> Results:
    """The calls of each operation, by path."""
    lives = [_life(existing, count) for existing in EXISTING for count in COUNTS]
    return {"runs": 1, "lives": lives, "agents": _agents(), "change": _change()}


def _life(existing: int, count: int) -> Results:
    say(f"    {count} numbers beside {existing}")
    with new_stack("ours", count) as stack:
        for _ in range(existing):
            stack.account.call("POST", "/v1/numbers/buy", {"area_code": "212"})
        stack.calls()
        calls = {}
        for name, operation in OPERATIONS.items():
            calls[name] = _counted(stack, operation, count)
            if name == "no-op up":
                calls["no-op preview"] = _counted(stack, NO_OP_PREVIEW, count)
        return {"existing": existing, "count": count, "calls": calls}


def _agents() -> dict[str, dict[str, int]]:
    """What a refresh asks, by where the numbers' agents are from."""
    found = {}
    for kind in ("none", "one, by id", "inline in each"):
        say(f"    {COUNT} numbers with agents: {kind}")
        with new_stack("ours", COUNT) as stack:
            agents: dict[str, dict[str, Any]] = {
                "none": {},
                "one, by id": {
                    "inbound_agent": stack.account.call("POST", "/v1/agents/create", AGENT)["id"]
                },
                "inline in each": {"inbound_agent": AGENT},
            }
            stack.declare("ours", COUNT, **agents[kind])
            stack.run(OPERATIONS["up"], COUNT)
            stack.calls()
            found[kind] = _counted(stack, OPERATIONS["refresh"], COUNT)
    return found


def _change() -> dict[str, int]:
    """What the change of one label asks."""
    say(f"    a label of one of {COUNT} numbers")
    with new_stack("ours", COUNT) as stack:
        stack.run(OPERATIONS["up"], COUNT)
        stack.calls()
        stack.program(
            "from bench.programs.ours import declare\n"
            f"declare(range({COUNT - 1}))\n"
            f"declare(range({COUNT - 1}, {COUNT}), label='front desk')\n"
        )
        return _counted(stack, CHANGE, 1)


def _counted(stack: Stack, operation: Operation, count: int) -> dict[str, int]:
    stack.run(operation, count)
    paths = (f"{one['method']} {one['path'].split('?')[0]}" for one in stack.calls())
    return dict(sorted(Counter(paths).items()))


def table(results: Results) -> str:
    """The life of a stack; then what a refresh and a change ask, by path."""
    return f"{_lives(results)}\n\n{_paths(results)}"


def _lives(results: Results) -> str:
    rows = []
    for life in results["lives"]:
        calls = life["calls"]
        first = Counter(calls["up"])
        buys, lists = first["POST /v1/numbers/buy"], first["GET /v1/numbers/list"]
        others = first.total() - buys - lists
        rest = ("no-op up", "no-op preview", "refresh", "destroy")
        totals = [sum(calls[name].values()) for name in rest]
        before = sum(calls["preview"].values())
        rows.append((life["existing"], life["count"], before, buys, lists, others, *totals))
    head = ("there before", "numbers", "preview", "up: buy", "up: list", "up: others")
    return markdown((*head, "no-op up", "no-op preview", "refresh", "destroy"), rows)


def _paths(results: Results) -> str:
    rows = [
        (f"refresh of {COUNT} numbers, agents: {kind}", _listed(calls))
        for kind, calls in results["agents"].items()
    ]
    rows.append((f"change of the label of one of {COUNT}", _listed(results["change"])))
    return markdown(("operation", "calls"), rows)


def _listed(calls: dict[str, int]) -> str:
    return ", ".join(f"{count} `{call}`" for call, count in calls.items()) or "none"

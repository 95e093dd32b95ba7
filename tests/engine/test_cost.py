# SPDX-License-Identifier: Apache-2.0
"""What a stack costs: calls of the API, connections, bytes of state. Counted, never timed."""

import json
from collections import Counter

import pytest

from tests.contract.test_numbers import AGENT, asked
from tests.engine.harness import Stack
from vocode_pulumi.sandbox import Sandbox

COUNT = 12
WORKERS = 4
"""Threads of the engine's plugin."""
LARGEST = 1500
"""Bytes of state of a number, without what the engine adds of where it was declared."""


def declare(stack: Stack, inputs: str = "", last: str = "") -> None:
    stack.program(f"""
        for at in range({COUNT - 1}):
            PhoneNumber(f"line-{{at}}", area_code="415"{inputs})
        number = PhoneNumber("last", area_code="415"{inputs}{last})
        pulumi.export("agent", number.agent)
    """)


@pytest.mark.parametrize("there", [0, 101])
def test_many_numbers_are_bought_kept_changed_and_released_with_no_call_too_many(
    stack: Stack, sandbox: Sandbox, there: int
) -> None:
    for _ in range(there):
        sandbox.call("POST", "/v1/numbers/buy", {"area_code": "212"})
    sandbox.clear_requests()
    before = sandbox.connections()
    declare(stack)
    stack.preview()
    assert asked(sandbox) == {}
    stack.up()
    pages = 1 + there // 100
    assert asked(sandbox) == {"POST /v1/numbers/buy": COUNT, "GET /v1/numbers/list": pages}
    assert sandbox.connections() - before <= WORKERS
    stack.up("--expect-no-changes")
    assert stack.nothing_to_do()
    assert asked(sandbox) == {}
    stack.refresh("--expect-no-changes")
    assert asked(sandbox) == {"GET /v1/numbers/list": pages}
    declare(stack, last=', label="front desk"')
    stack.up()
    assert asked(sandbox) == {"POST /v1/numbers/update": 1}
    stack.destroy()
    assert asked(sandbox) == {"POST /v1/numbers/cancel": COUNT}


def test_a_refresh_asks_once_for_an_agent_that_all_share_and_shows_it_whole(
    stack: Stack, sandbox: Sandbox
) -> None:
    agent = sandbox.call("POST", "/v1/agents/create", AGENT)
    declare(stack, f', inbound_agent="{agent["id"]}"')
    stack.up()
    sandbox.call("POST", "/v1/prompts/update", {"content": "Be kind."}, id=agent["prompt"]["id"])
    sandbox.clear_requests()
    stack.refresh()
    assert asked(sandbox) == {"GET /v1/numbers": 1, "GET /v1/numbers/list": 1}
    done = stack.run("pulumi", "stack", "export", "--show-secrets", "--stack", "dev")
    resources = json.loads(done.stdout)["deployment"]["resources"]
    agents = [
        json.loads(one["outputs"]["agent"]["plaintext"])
        for one in resources
        if one["type"].endswith(":PhoneNumber")
    ]
    assert len(agents) == COUNT
    assert {one["prompt"]["content"] for one in agents} == {"Be kind."}


def test_a_refresh_asks_for_each_number_with_an_agent_of_its_own(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, f", inbound_agent={AGENT}")
    stack.up()
    sandbox.clear_requests()
    stack.refresh("--expect-no-changes")
    assert asked(sandbox) == {"GET /v1/numbers": COUNT}


def test_the_state_of_a_number_is_small(stack: Stack) -> None:
    declare(stack)
    stack.up()
    sizes = Counter[str]()
    for one in stack.resources():
        kept = {name: one[name] for name in ("urn", "id", "type", "inputs", "outputs")}
        sizes[one["id"]] = len(json.dumps(kept))
    assert len(sizes) == COUNT
    assert max(sizes.values()) <= LARGEST

# SPDX-License-Identifier: Apache-2.0
"""What a stack costs: calls of the API, connections, bytes of state. Counted, never timed."""

import json
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.test_numbers import AGENT, asked
from tests.engine.harness import Stack
from tests.support import shared_stores
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


def test_a_shared_ledger_is_asked_no_more_than_needed(stack: Stack) -> None:
    asked: list[str] = []

    def counted() -> Counter[str]:
        kinds = Counter(map(kind_of_request, asked))
        asked.clear()
        return kinds

    with shared_stores.s3() as server, shared_stores.faulty(server, asked=asked) as (address, _):
        # Housekeeping was done just now.
        shared_stores.client(server).put_object(
            Bucket=shared_stores.BUCKET, Key="state/.vocode/housekeeping/0", Body=b"{}"
        )
        stack.env |= shared_stores.CREDENTIALS | {"VOCODE_LEDGER": shared_stores.s3_url(address)}
        declare(stack)
        stack.preview()
        # Where the ledger is; the stack's purchases, and those that version 0.1 made.
        look = Counter({"list notes": 1, "list attempts": 2})
        assert counted() == look
        stack.up()
        probe = Counter({"create probe": 2, "read probe": 1, "head probe": 1, "delete": 1})
        purchases = Counter(
            {
                "create lists": 1,
                # The intent, beside the note; then what was bought, and who holds it.
                "create attempts": 2 * COUNT,
                "list notes": COUNT,
                "create numbers": COUNT,
            }
        )
        bought = counted()
        assert bought <= look + probe + purchases + Counter({"list housekeeping": 1})
        assert bought >= look + purchases
        stack.up("--expect-no-changes")
        assert counted() == {"list attempts": 1}
        stack.preview()
        assert counted() == {"list attempts": 1}
        known = Counter({"read attempts": 2 * COUNT, "list numbers": COUNT, "read numbers": COUNT})
        stack.destroy()
        deleted = counted()
        # The stack's purchases are looked at before the state is read, and again after it.
        again = Counter({"list attempts": 3, "list numbers": COUNT})
        assert deleted <= look + known + again + probe + Counter({"create numbers": COUNT})
        assert deleted["create numbers"] == COUNT


def kind_of_request(line: str) -> str:
    """What is asked of a bucket, and of which part of the ledger."""
    method, _, path = line.partition(" ")
    parts, query = urlsplit(path), parse_qs(urlsplit(path).query)
    if method == "POST":
        return "delete"
    if "prefix" in query:
        return f"list {query['prefix'][0].partition('.vocode/')[2].partition('/')[0]}"
    words = {"PUT": "create", "GET": "read", "HEAD": "head"}
    return f"{words[method]} {parts.path.partition('.vocode/')[2].partition('/')[0]}"


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

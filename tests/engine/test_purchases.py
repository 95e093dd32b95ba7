# SPDX-License-Identifier: Apache-2.0
"""What the ledger has of a resource, and what a person sees of a purchase without a known end."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.engine.harness import (
    BUY,
    PROJECT,
    Stack,
    active,
    environment,
    error_line,
    is_active,
    paid,
)
from vocode_pulumi.purchasing import opening
from vocode_pulumi.sandbox import Sandbox

COMPONENT = """
class Office(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Office", name, None, opts)
        self.desk = PhoneNumber(f"{name}-desk", opts=pulumi.ResourceOptions(parent=self))

class Floor(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Floor", name, None)
        self.office = Office(f"{name}-office", opts=pulumi.ResourceOptions(parent=self))
"""


def test_a_purchase_is_on_record_under_the_urn_that_the_engine_has(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(
        COMPONENT
        + """
first = PhoneNumber("first")
PhoneNumber("child", opts=pulumi.ResourceOptions(parent=first))
Floor("ground")
"""
    )
    stack.up()
    held = {one["urn"]: one["id"] for one in stack.resources()}
    assert len(held) == 3
    ledger = opening.open_ledger(Path(stack.env["VOCODE_LEDGER"]))
    attempts = ledger.attempts().by_key.values()
    assert {one.intent.owner.urn: one.steps[-1].number for one in attempts} == held  # type: ignore[union-attr]
    assert stack.nothing_to_do()
    assert stack.unsettled() == []


def test_a_renamed_number_and_a_new_one_under_its_old_name_are_two(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("a", area_code="415")')
    stack.up()
    (old,) = stack.ids()
    alias = 'opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="a")])'
    stack.program(f'PhoneNumber("b", area_code="415", {alias})')
    stack.up()
    assert stack.ids() == [old]
    stack.program("""
        PhoneNumber("b", area_code="415")
        PhoneNumber("a")
    """)
    said = f"{old}, which was bought for this resource, is held by 'b' of this stack now"
    assert f"{said}: `pulumi up` buys another number" in stack.preview()
    assert f"{said}: another number is bought" in stack.up()
    assert old in stack.ids()
    assert len(set(stack.ids())) == 2
    # Both are replaced at once, and each is given the number that was bought for it.
    stack.program("""
        PhoneNumber("b", area_code="212")
        PhoneNumber("a", area_code="305")
    """)
    stack.up()
    held = {one["urn"].rsplit("::", 1)[-1]: one["id"] for one in stack.resources()}
    assert held["b"].startswith("1212")
    assert held["a"].startswith("1305")
    assert stack.nothing_to_do()
    assert stack.unsettled() == []
    assert len(paid(sandbox)) == 4
    assert active(sandbox) == sorted(held.values())


def test_two_stacks_at_once_with_faults_never_hold_each_others_numbers(
    tmp_path: Path, engine_home: Path, sandbox: Sandbox
) -> None:
    stacks = []
    for name in ("one", "two"):
        folder, backend = tmp_path / name, tmp_path / f"{name}-backend"
        folder.mkdir()
        backend.mkdir()
        # The same project and stack: only the backend tells them apart.
        (folder / "Pulumi.yaml").write_text(PROJECT)
        stack = Stack(folder, environment(engine_home, backend, sandbox))
        stack.env |= {"VOCODE_READ_TIMEOUT": "4", "VOCODE_CONNECT_TIMEOUT": "1"}
        stack.pulumi("stack", "init", "dev")
        stack.program("for at in range(4): PhoneNumber(f'n{at}')")
        stacks.append(stack)
    for fault in (
        {"close": "after"},
        {"close": "before"},
        {"status": 503, "work": True},
        {"status": 504},
        {"cut": True},
        {"status": 200, "body": "<html>"},
    ):
        sandbox.fault(**BUY, **fault)

    def up(stack: Stack) -> None:
        stack.pulumi("up", "--yes", "--skip-preview", "--stack", "dev", code=None)

    for _ in range(3):
        with ThreadPoolExecutor(2) as pool:
            [*pool.map(up, stacks)]
    one, two = (set(stack.ids()) for stack in stacks)
    assert len(one) == len(two) == 4
    assert not one & two
    assert sorted(one | two) == sorted(paid(sandbox))
    for stack in stacks:
        stack.up("--expect-no-changes")
        assert stack.unsettled() == []


def test_more_numbers_than_purchases_are_named_and_settled_by_a_person(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    sandbox.fault(**BUY, close="after", strangers=1)
    stack.program('PhoneNumber("main")')
    line = error_line(stack.up(code=1))
    (ours,) = paid(sandbox)
    (theirs,) = {one["number"] for one in sandbox.purchases()} - {ours}
    assert ", ".join(sorted([ours, theirs])) in line
    assert "vocode-pulumi purchases" in line
    (row,) = stack.unsettled()
    assert row["number"] is None
    assert row["candidates"] == sorted([ours, theirs])
    assert theirs in stack.command("purchases", "resolve", "main", code=2)
    assert f"{ours} was bought. The next `pulumi up` there takes it." in stack.command(
        "purchases", "resolve", "main", ours
    )
    stack.up()
    assert stack.ids() == [ours]
    assert stack.nothing_to_do()
    assert stack.unsettled() == []
    assert is_active(sandbox, theirs)


def test_a_purchase_without_a_known_end_is_listed_and_forgotten(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    assert "No unfinished purchase" in stack.command("purchases")
    sandbox.fault(**BUY, status=500)
    sandbox.fault(method="GET", path="/v1/numbers/list", after=1, status=500, times=99)
    stack.env["VOCODE_MAX_RETRIES"] = "0"
    stack.program('PhoneNumber("main", area_code="415")')
    stack.up(code=1)
    sandbox.clear_faults()
    listed = stack.command("purchases", code=1)
    assert "::main" in listed
    assert "area code 415" in listed
    assert "is for 'other'" in stack.command("purchases", "forget", "other", code=2)
    assert "nothing was bought" in stack.command("purchases", "forget", "main")
    assert stack.unsettled() == []
    stack.up()
    assert stack.ids() == paid(sandbox)


@pytest.mark.parametrize("ledger", ["/proc/vocode/purchases.sqlite", "corrupt"])
def test_a_ledger_that_cannot_be_used_is_one_line_and_no_purchase(
    stack: Stack, sandbox: Sandbox, tmp_path: Path, ledger: str
) -> None:
    content = "this is no database\n" * 400
    if ledger == "corrupt":
        (tmp_path / "corrupt").write_text(content)
        ledger = str(tmp_path / "corrupt")
    stack.config("vocode:ledger", ledger)
    stack.program('PhoneNumber("main")')
    line = error_line(stack.up(code=1))
    assert ledger in line
    assert "Nothing was bought" in line
    assert "vocode-pulumi audit" in line
    assert {one["method"] for one in sandbox.requests()} <= {"GET"}
    if ledger.startswith(str(tmp_path)):
        assert Path(ledger).read_text() == content


def test_a_program_that_changed_after_a_lost_purchase_takes_the_number_and_replaces_it_in_view(
    stack: Stack, sandbox: Sandbox
) -> None:
    before = stack.exported()
    stack.program('PhoneNumber("main", area_code="415", inbound_agent="default")')
    stack.up()
    (number,) = stack.ids()
    stack.set_back(before)

    stack.program('PhoneNumber("main", area_code="212", label="x")')
    assert (
        "was bought for this resource before, when the program declared it otherwise" in stack.up()
    )
    assert stack.ids() == [number] == paid(sandbox)
    assert sandbox.call("GET", "/v1/numbers", phone_number=number)["label"] == "x"
    preview = stack.preview()
    assert "1 to replace" in preview
    assert "area_code" in preview
    stack.up()
    assert stack.ids()[0].startswith("1212")
    assert not sandbox.call("GET", "/v1/numbers", phone_number=number)["active"]
    assert stack.nothing_to_do()


def test_a_shared_agent_that_an_earlier_run_asked_for_is_not_written_to(
    stack: Stack, sandbox: Sandbox
) -> None:
    shared = sandbox.call(
        "POST",
        "/v1/agents/create",
        {"prompt": {"content": "shared"}, "voice": {"type": "voice_vocode", "voice_id": "joe"}},
    )["id"]
    before = stack.exported()
    stack.program(f'PhoneNumber("main", inbound_agent="{shared}")')
    stack.up()
    stack.set_back(before)
    stack.program("""
        PhoneNumber("main", inbound_agent={"prompt": {"content": "mine"},
            "voice": {"type": "voice_vocode", "voice_id": "joe"}})
    """)
    stack.up()
    assert sandbox.call("GET", "/v1/agents", id=shared)["prompt"]["content"] == "shared"
    (number,) = paid(sandbox)
    held = sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]
    assert held["prompt"]["content"] == "mine"
    assert stack.nothing_to_do()


def test_a_lost_purchase_that_was_given_anothers_number_owns_nothing_of_the_others_agent(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.env |= {"VOCODE_READ_TIMEOUT": "2", "VOCODE_CONNECT_TIMEOUT": "1"}
    agents = {
        name: {"prompt": {"content": name}, "voice": {"type": "voice_vocode", "voice_id": "joe"}}
        for name in ("one", "two", "three")
    }
    # All answers are lost, so that who gets which number is a guess.
    sandbox.fault(**BUY, close="after", times=3)
    declared = "\n".join(
        f"PhoneNumber({name!r}, inbound_agent={agent!r})" for name, agent in agents.items()
    )
    stack.program(declared)
    stack.up()
    held = stack.held()
    assert sorted(held.values()) == sorted(paid(sandbox))
    assert len(paid(sandbox)) == 3
    found = {
        name: sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]
        for name, number in held.items()
    }
    assert {name: agent["prompt"]["content"] for name, agent in found.items()} == {
        name: name for name in agents
    }
    assert len({agent["id"] for agent in found.values()}) == 3
    assert stack.nothing_to_do()
    # A change of one is a change of that one alone.
    stack.program(declared.replace("'content': 'one'", "'content': 'changed'"))
    stack.up()
    contents = {
        name: sandbox.call("GET", "/v1/agents", id=agent["id"])["prompt"]["content"]
        for name, agent in found.items()
    }
    assert contents == {"one": "changed", "two": "two", "three": "three"}


def test_a_replacement_is_not_told_of_as_bought_besides(stack: Stack) -> None:
    stack.program('PhoneNumber("main", area_code="415")')
    stack.up()
    stack.program('PhoneNumber("main", area_code="212")')
    assert "bought for this resource as well" not in stack.up()

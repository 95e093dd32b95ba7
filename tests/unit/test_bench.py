# SPDX-License-Identifier: Apache-2.0
"""What `make bench` compares, and what it makes of its figures. Nothing is timed here."""

import json
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from bench import calls, floor, growth, latency, report, script
from bench.__main__ import SECTIONS
from bench.programs.floor import FloorProvider
from bench.programs.naive import NaiveProvider
from bench.programs.same_outputs import OUTPUTS, SameOutputsProvider
from vocode_pulumi import PhoneNumber

ROOT = Path(__file__).parents[2]

DECLARED = """
import importlib, json, sys
import pulumi

class Mocks(pulumi.runtime.Mocks):
    found = []

    def new_resource(self, args):
        self.found.append([args.name, args.inputs])
        return args.name, args.inputs

    def call(self, args):
        return {}

@pulumi.runtime.test
def declare():
    importlib.import_module(sys.argv[1]).declare(range(2))

pulumi.runtime.set_mocks(Mocks())
declare()
print(json.dumps(Mocks.found))
"""


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_shows_what_was_measured(section: str) -> None:
    shown = report.on_page(report.PAGE.read_text(), section)
    assert shown == report.block(report.kept(section), SECTIONS[section].table), "run `make bench`"


@pytest.mark.parametrize("program", [*floor.PROGRAMS, *floor.ORIENTATION])
def test_every_program_declares_the_same(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DECLARED, f"bench.programs.{program}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    declared = sorted(json.loads(done.stdout))
    assert [name for name, _ in declared] == ["line-0", "line-1"]
    for _, inputs in declared:
        given = {name for name, value in inputs.items() if not name.startswith("__") and value}
        assert given == {"area_code"}
        assert inputs["area_code"] == "415"


def test_the_script_buys_one_number_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def buy_number(**order: str) -> SimpleNamespace:
        asked.append(("buy", order))
        return SimpleNamespace(number="14155550100")

    def update_number(**change: str) -> None:
        asked.append(("update", change))

    numbers = SimpleNamespace(buy_number=buy_number, update_number=update_number)
    vendors = SimpleNamespace(Vocode=lambda **_account: SimpleNamespace(numbers=numbers))
    monkeypatch.setitem(sys.modules, "vocode", vendors)
    monkeypatch.setattr(sys, "argv", ["script.py", "2", "front desk"])
    monkeypatch.setenv("VOCODE_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("VOCODE_API_KEY", "key-of-the-test")
    runpy.run_path(str(ROOT / "bench" / "programs" / "script.py"))
    one = [
        ("buy", {"area_code": "415"}),
        ("update", {"phone_number": "14155550100", "label": "front desk"}),
    ]
    assert asked == one * 2


@pytest.mark.parametrize("provider", [FloorProvider(), SameOutputsProvider(), NaiveProvider()])
def test_providers_that_ours_is_compared_with_are_kept_by_reference_as_ours_is(
    provider: Any,
) -> None:
    assert not provider.serialize_as_secret_always
    ours = serialize_provider(PhoneNumber.provider)
    assert abs(len(serialize_provider(provider)) - len(ours)) < 64


def test_the_program_with_the_same_outputs_has_those_of_a_number() -> None:
    assert {*OUTPUTS, "area_code"} == {*PhoneNumber._outputs()}


def test_a_ratio_is_that_of_what_ran_side_by_side() -> None:
    # The medians alone, 2 and 2, would say that there is no difference.
    assert report.ratio([2, 4, 2], [1, 2, 4]) == "2.00"


def test_a_block_replaces_the_one_between_its_marks() -> None:
    page = "a\n<!-- bench: floor -->\nold\n<!-- end -->\nb\n<!-- bench: calls -->\n<!-- end -->\n"
    written = report.put(page, "calls", "new\n")
    assert report.on_page(written, "calls") == "new\n"
    assert report.on_page(written, "floor") == "old\n"
    assert report.put(written, "calls", "") == page
    with pytest.raises(ValueError, match="bench: ledger"):
        report.put(page, "ledger", "new\n")


def test_the_floor_is_under_each_operation_and_the_goal_beside_its_count() -> None:
    took = {"floor": 2.0, "same_outputs": 2.5, "naive": 4.0, "ours": 3.0}
    run = {
        "up": {
            program: {"seconds": seconds, "cpu_seconds": 2 * seconds}
            for program, seconds in took.items()
        }
    }
    rows = floor.table({"counts": {"10": [run, run], "100": [run]}}).splitlines()
    assert rows[2] == "| 10 | up | 2.00 | 1.50 |  | 1.50 |  |  |"
    assert rows[3] == "| 100 | up | 2.00 | 1.50 | ≤ 1.10 | 1.50 | 1.25 | 2.00 |"


def test_the_bound_is_what_the_workers_wait_for_over_the_engines_own_time() -> None:
    runs = [{"floor": 3.0, "ours": 10.0}]
    rows = latency.table({"delay": 0.2, "workers": 4, "counts": {"100": runs}}).splitlines()
    assert rows[2] == "| 100 | 3.00 | 8.00 | 10.00 | 1.25 | ≤ 1.15 |"


def test_calls_are_told_apart_in_the_first_up_and_summed_up_after_it() -> None:
    made = {
        "preview": {},
        "up": {"POST /v1/numbers/buy": 2, "GET /v1/numbers/list": 3, "GET /v1/usage": 1},
        "no-op up": {},
        "no-op preview": {},
        "refresh": {"GET /v1/numbers": 2},
        "destroy": {"POST /v1/numbers/cancel": 2},
    }
    results = {
        "lives": [{"existing": 250, "count": 2, "calls": made}],
        "agents": {"none": {}},
        "change": {"POST /v1/numbers/update": 1},
    }
    table = calls.table(results).splitlines()
    assert table[2] == "| 250 | 2 | 0 | 2 | 3 | 1 | 0 | 0 | 2 | 2 |"
    assert table[-2].endswith("| none |")
    assert table[-1].endswith("| 1 `POST /v1/numbers/update` |")


def test_the_script_is_under_ours() -> None:
    taken = [{"script": 2.0, "ours": 1.0}]
    rows = script.table({"cases": [{"delay": 0.2, "count": 20, "taken": taken}]}).splitlines()
    assert rows[2] == "| 20 | 200 | 1 | 2.00 | 1.00 | 0.50 |"


def test_growth_in_a_line_is_no_more_than_the_line() -> None:
    def run(count: int) -> dict[str, Any]:
        one = {
            "seconds": 1 + count / 100,
            "connections": 4,
            "engine": {"mib": 99, "cpu_seconds": 2},
            "plugin": {"mib": 50, "cpu_seconds": 0.5},
            "program": {"mib": 0, "cpu_seconds": 0},
        }
        of_all = {"floor": one, "same_outputs": {**one, "connections": 0}, "ours": one}
        sizes = {"floor": 100 * count, "same_outputs": 150 * count, "ours": 200 * count}
        return {**dict.fromkeys(growth.MEASURED, of_all), "state_bytes": sizes}

    counts = {str(count): [run(count)] for count in (10, 100, 500, 1000)}
    table = growth.table({"counts": counts})
    cpu, mib = "2.00 / 2.00 / 2.00 | 0.50 / 0.50 / 0.50 | ", "50 / 50 / 50 | "
    assert f"| up | 100 | 2.00 / 2.00 / 2.00 | {cpu} | {mib} | 4 |\n" in table
    assert "| refresh | ours | 10.00 | 1.00 |\n" in table
    assert table.endswith("| 1000 | 100 | 150 | 200 |")

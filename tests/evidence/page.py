# SPDX-License-Identifier: Apache-2.0
"""The results of `make evidence`, as a file of JSON and as tables in `docs/evidence/machines.md`."""

import json
import threading
from datetime import UTC, datetime
from typing import Any

from bench import report
from tests.engine.machines import STORES
from tests.evidence.cases import ACTS, AT_ONCE, Case, points
from tools.places import ROOT

RESULTS = ROOT / "tests" / "evidence" / "results.json"
PAGE = ROOT / "docs" / "evidence" / "machines.md"
SECTIONS = ("killed", "stopped", "unfenced", "at once", "one stack")
_LOCK = threading.Lock()


def name_of(case: Case) -> str:
    """What a case is called on record."""
    return f"{case.section}: {case.act}, {case.point}, {case.store}, {case.many}, {case.machines}"


def kept() -> dict[str, Any]:
    """What is on record."""
    return dict(json.loads(RESULTS.read_text())) if RESULTS.exists() else {"cases": {}}


def keep(name: str, result: dict[str, Any]) -> None:
    """Write down what a case led to."""
    with _LOCK:
        results = kept()
        results |= {"taken": datetime.now(UTC).date().isoformat(), "machine": report.machine()}
        results["cases"][name] = result
        results["cases"] = dict(sorted(results["cases"].items()))
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def write() -> None:
    """Put all that is on record on the page."""
    text, results = PAGE.read_text(), kept()
    for section in SECTIONS:
        text = report.put(text, section, block(results, section))
    PAGE.write_text(text)


def block(results: dict[str, Any], section: str) -> str:
    """A section's totals and its table: a row for each point, a column for each store."""
    found = [case for case in results["cases"].values() if case["section"] == section]
    if not found:
        return "\nNo run is on record yet.\n\n"
    rows: dict[tuple[Any, ...], list[Any]] = {}
    for case in sorted(found, key=_order):
        rows.setdefault((case["act"], case["point"], case["machines"]), []).append(case)
    lines = [
        (
            act,
            point,
            machines,
            *(_paid([case for case in cases if case["store"] == store]) for store in STORES),
            _twice(cases),
            _sum(cases, "open"),
            _sum(cases, "old_claims"),
            f"{max(case['longest'] for case in cases):.0f}",
        )
        for (act, point, machines), cases in rows.items()
    ]
    stores = [f"{store}: paid of declared" for store in ("S3", "PostgreSQL")]
    head = (
        "what",
        "point",
        "machines",
        *stores,
        "paid twice",
        "left open",
        "older claim",
        "longest, s",
    )
    on = results["machine"]
    return (
        f"\n{len(found)} cases, {_sum(found, 'runs')} runs of `pulumi`: {_sum(found, 'declared')} numbers "
        f"declared, {_sum(found, 'paid')} paid, {_twice(found)} of them twice, {_sum(found, 'open')} purchases "
        f"left open.\n\n{report.table(head, lines)}\n\n"
        f"Taken on {results['taken']} with {on['cores']} cores, Python {on['python']} and Pulumi "
        f"{on['pulumi_cli']}.\n\n"
    )


def _order(case: dict[str, Any]) -> tuple[Any, ...]:
    acts = [*ACTS, *AT_ONCE]
    where = points(case["act"], "s3") if case["act"] in ACTS else {}
    names = [*where]
    at = names.index(case["point"]) if case["point"] in names else 0
    act = acts.index(case["act"]) if case["act"] in acts else len(acts)
    return act, at, case["machines"], case["many"]


def _sum(cases: list[Any], what: str) -> int:
    return sum(case[what] for case in cases)


def _paid(cases: list[Any]) -> str:
    return f"{_sum(cases, 'paid')} of {_sum(cases, 'declared')}" if cases else ""


def _twice(cases: list[Any]) -> int:
    return sum(max(case["paid"] - case["declared"], 0) for case in cases)

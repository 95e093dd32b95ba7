# SPDX-License-Identifier: Apache-2.0
"""What was measured, as a file of JSON and as a table in `docs/evidence/performance.md`."""

import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median
from typing import Any

from tools.places import ROOT

RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "evidence" / "performance.md"
END = "<!-- end -->"

Results = dict[str, Any]
"""What a section measured, every run of it, as JSON has it."""


def machine() -> dict[str, Any]:
    """What the figures depend on, and nothing by which the machine could be found."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    said = subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=True)
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30),
        "python": platform.python_version(),
        "pulumi_sdk": version("pulumi"),
        "pulumi_cli": said.stdout.strip().removeprefix("v"),
    }


def keep(section: str, measured: Results) -> Results:
    """Write `bench/results/<section>.json`: what was measured, when and where."""
    results = {"taken": datetime.now(UTC).date().isoformat(), "machine": machine(), **measured}
    RESULTS.mkdir(exist_ok=True)
    # Keys keep their order: that of what was done.
    (RESULTS / f"{section}.json").write_text(json.dumps(results, indent=1) + "\n")
    return results


def kept(section: str) -> Results | None:
    """What was kept of a section; ``None`` when it was never measured."""
    file = RESULTS / f"{section}.json"
    return json.loads(file.read_text()) if file.exists() else None


def block(results: Results | None, table: Callable[[Results], str]) -> str:
    """What stands on the page about a section."""
    if results is None:
        return "\nNo run is on record yet.\n\n"
    on = results["machine"]
    return (
        f"\n{table(results)}\n\n"
        f"Taken on {results['taken']} with {on['cores']} cores, {on['memory_gib']} GiB, Python "
        f"{on['python']}, Pulumi {on['pulumi_cli']} and its SDK {on['pulumi_sdk']}; "
        f"runs: {results['runs']}.\n\n"
    )


def on_page(page: str, section: str) -> str:
    """What a page has between a section's marks."""
    return _split(page, section)[1]


def put(page: str, section: str, text: str) -> str:
    """The page with a text between a section's marks."""
    before, _, after = _split(page, section)
    return f"{before}{text}{after}"


def _split(page: str, section: str) -> tuple[str, str, str]:
    start = f"<!-- bench: {section} -->\n"
    before, found, rest = page.partition(start)
    inside, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"the page has no {start.strip()} … {END}")
    return before + start, inside, END + after


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def ratio(over: Iterable[float], under: Iterable[float]) -> str:
    """The median of the ratios of what was measured side by side."""
    return f"{median(a / b for a, b in zip(over, under, strict=True)):.2f}"


def seconds(values: Iterable[float]) -> str:
    """The median of seconds."""
    return f"{median(values):.2f}"

# SPDX-License-Identifier: Apache-2.0
"""The figures of `docs/evidence/performance.md`: `python -m bench [SECTION …]`, or `make bench ARGS="…"`.

All of it takes about an hour and a half on two cores, most of that `floor` and `growth`; a section is
written down as soon as it is measured.
"""

import argparse
from types import ModuleType

from bench import calls, far, floor, growth, latency, ledger, report, script, shared, start
from tools.console import main, say

SECTIONS: dict[str, ModuleType] = {
    "floor": floor,
    "latency": latency,
    "far": far,
    "calls": calls,
    "script": script,
    "start": start,
    "growth": growth,
    "ledger": ledger,
    "shared": shared,
}
"""Each has ``measure()``, which gives what it measured, and ``table(results)``, which shows it."""


def task() -> None:
    """Measure what is asked for, print it, and put it on the page."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("section", nargs="*", help=f"of {', '.join(SECTIONS)}; default all of them")
    wanted = parser.parse_args().section or [*SECTIONS]
    if unknown := {*wanted} - {*SECTIONS}:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    for name in wanted:
        say(f"==> {name}")
        section = SECTIONS[name]
        text = report.block(report.keep(name, section.measure()), section.table)
        print(f"{name}\n{text}", flush=True)
        report.PAGE.write_text(report.put(report.PAGE.read_text(), name, text))


if __name__ == "__main__":
    main(task)

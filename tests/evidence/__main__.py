# SPDX-License-Identifier: Apache-2.0
"""The figures of `docs/evidence/machines.md`: `python -m tests.evidence [WORD …]`, or `make evidence ARGS="…"`.

All of it takes about an hour on two cores. With words, only the cases whose names have all of them are run anew.
"""

import argparse
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.engine import machines, vault
from tests.engine.harness import warm_python
from tests.evidence import page
from tests.evidence.cases import World, cases, is_right, run
from tests.support import shared_stores
from tools.console import main, say

AT_ONCE = 5
"""Most of a case is waiting."""


def task() -> None:
    """Run what is asked for, and put all that is on record on the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.evidence", description=__doc__)
    parser.add_argument("word", nargs="*", help="of the names of cases; default all of them")
    words = parser.parse_args().word
    wanted = [case for case in cases() if all(word in page.name_of(case) for word in words)]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ.setdefault("GOGC", "800")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        home = folder / "engine"
        home.mkdir()
        stack.enter_context(warm_python(home))
        keys = stack.enter_context(vault.serving())
        bucket = stack.enter_context(shared_stores.s3())
        database = stack.enter_context(shared_stores.postgres())

        def backend(store: machines.StoreName) -> machines.Backend:
            if store == "s3":
                return machines.in_bucket(bucket)
            return machines.in_database(database)

        world = World(folder, home, keys, backend)
        failed = []

        def show(at: int) -> None:
            case = wanted[at]
            result = run(case, world, f"case-{at}")
            page.keep(page.name_of(case), result)
            right = is_right(result)
            say(f"    {'right' if right else 'WRONG'}: {page.name_of(case)}: {result['longest']} s")
            if not right:
                failed.append(page.name_of(case))
                say(f"        {result['paid']} paid for {result['declared']}: {result['wrong']}")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(show, range(len(wanted))))
    page.write()
    say(f"==> {len(wanted)} cases, {len(failed)} of them not right")


if __name__ == "__main__":
    main(task)

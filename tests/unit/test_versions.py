# SPDX-License-Identifier: Apache-2.0
"""Which environments `make versions` makes, and what it runs in them."""

from pathlib import Path

import pytest

from tools.console import Stop
from tools.versions import ON_THE_ENDS, TESTS, Case, cases_of, paths_of

OLD, NEW = Path("/old/python3.11"), Path("/new/python3.13")


def test_the_oldest_python_has_the_lowest_packages_too() -> None:
    assert cases_of({"3.11": OLD, "3.13": NEW}) == [
        Case("3.11", OLD, "lowest"),
        Case("3.11", OLD, "pinned"),
        Case("3.13", NEW, "pinned"),
    ]


def test_the_ends_run_tests_of_the_engine_too() -> None:
    cases = cases_of({"3.11": OLD, "3.13": NEW})
    ends = [*TESTS, *ON_THE_ENDS]
    assert [paths_of(case, cases) for case in cases] == [ends, [*TESTS], ends]


def test_without_any_python_there_is_nothing_to_run() -> None:
    with pytest.raises(Stop, match="is on this machine"):
        cases_of({})

# SPDX-License-Identifier: Apache-2.0
"""Machines that are killed or stopped at a step, and several at once: a sample of what `make evidence` runs."""

import json
from pathlib import Path

import pytest

from tests.engine import machines
from tests.evidence.cases import Case, World, is_right, run
from tests.evidence.page import name_of


@pytest.fixture
def world(
    request: pytest.FixtureRequest, tmp_path: Path, engine_home: Path, keys: dict[str, str]
) -> World:
    def backend(store: machines.StoreName) -> machines.Backend:
        if store == "s3":
            return machines.in_bucket(request.getfixturevalue("bucket"))
        return machines.in_database(request.getfixturevalue("database"))

    return World(tmp_path, engine_home, keys, backend)


KILLED = [
    Case("killed", "purchase", "before the intent", "s3", 1),
    Case("killed", "purchase", "after the intent", "postgres", 1),
    Case("killed", "purchase", "request sent", "s3", 8),
    Case("killed", "purchase", "while the take is written", "s3", 1),
    Case("killed", "purchase", "after the holder", "postgres", 8),
    Case("killed", "replacement", "after the holder", "s3", 1),
    Case("killed", "release", 'after "cancelling"', "postgres", 1),
    Case("killed", "resolution of a purchase that was made", "after the take", "s3", 1),
]
STOPPED = [
    Case("stopped", "purchase", "just before the last look at the clock", "postgres", 1, 2),
    Case("stopped", "taking again", "before the next holder", "s3", 1, 2),
]
AT_ONCE = Case("at once", "different stacks", "every third answer lost", "s3", 2, 3)


@pytest.mark.parametrize("case", KILLED, ids=name_of)
def test_a_machine_that_is_killed_and_thrown_away_costs_no_second_number(
    case: Case, world: World
) -> None:
    result = run(case, world, "case")
    assert is_right(result), json.dumps(result, indent=1)


@pytest.mark.parametrize("case", STOPPED, ids=name_of)
def test_a_machine_that_is_stopped_and_goes_on_later_costs_no_second_number(
    case: Case, world: World
) -> None:
    result = run(case, world, "case")
    assert is_right(result), json.dumps(result, indent=1)


def test_three_machines_and_lost_answers(world: World) -> None:
    result = run(AT_ONCE, world, "case")
    assert is_right(result), json.dumps(result, indent=1)

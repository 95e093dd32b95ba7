# SPDX-License-Identifier: Apache-2.0
"""What `make mutants` says of a module of one line, whose tests miss one fault of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.places import ROOT

SCRIPT = """
import json, sys
from tools.mutants import Listed, Target, problems

equivalents = [Listed("pure.py", *one) for one in json.loads(sys.argv[1])]
print(json.dumps([*problems([Target("pure.py", "test_pure.py")], equivalents)]))
"""
MODULE = """
def is_more(one: int, other: int) -> bool:
    return one > other

NOTHING: int | None = None
"""
TEST = """
from pure import is_more

def test_more() -> None:
    assert is_more(2, 1)
    assert not is_more(1, 2)
"""
SURVIVOR = ("is_more", "return one > other", "return one >= other")
NOTICED = ("is_more", "return one > other", "return one <= other")


def said(folder: Path, *equivalents: tuple[str, str, str]) -> list[str]:
    (folder / "pure.py").write_text(MODULE)
    (folder / "test_pure.py").write_text(TEST)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(equivalents)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "faults in pure.py, 1 not noticed" in done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("equivalents", "beginning"),
    [
        ([], "pure.py:3: no test notices, in is_more:"),
        ([SURVIVOR, NOTICED], "pure.py: listed as an equivalent, but"),
    ],
    ids=["a survivor", "an entry that is stale"],
)
def test_what_survives_has_to_be_listed_and_what_is_listed_has_to_survive(
    tmp_path: Path, equivalents: list[tuple[str, str, str]], beginning: str
) -> None:
    (problem,) = said(tmp_path, *equivalents)
    assert problem.startswith(beginning)
    assert "\n    - return one > other\n    + return one " in problem

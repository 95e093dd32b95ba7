# SPDX-License-Identifier: Apache-2.0
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.purchasing.desk import Desk
from tests.support.serving import InThread
from tools.places import QUICK_ENGINE
from vocode_pulumi.sandbox import Sandbox

# `pulumi` collects garbage less often. By default that is a third of the CPU that a start takes.
os.environ.setdefault("GOGC", "800")

# Whatever the environment says: to compile the tests takes longer than most of them.
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Have tests run the `pulumi` that starts quickly, if there is one; the workers inherit its place."""
    if not hasattr(config, "workerinput"):
        os.environ["PATH"] = os.pathsep.join([str(QUICK_ENGINE / "bin"), os.environ["PATH"]])


LONGEST = ("test_make", "test_toolchains", "test_growing", "test_wheel")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, or one worker ends long after the others."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


def pytest_xdist_auto_num_workers() -> int:
    """Two more than processors: many tests wait until a request can have no effect any more."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of the test's own."""
    with InThread(tmp_path / "account", api_key="key-of-the-test") as sandbox:
        yield sandbox


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of the test's own in a process, which can be killed and started again."""
    with Sandbox(tmp_path / "account", api_key="key-of-the-test") as sandbox:
        yield sandbox


@pytest.fixture
def desk() -> Desk:
    """An account and a ledger in memory, and processes that share them."""
    return Desk()

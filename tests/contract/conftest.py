# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.shop import Shop
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox for all tests of a file, each of which has an account of its own in it."""
    with InThread(tmp_path_factory.mktemp("sandbox"), api_key="key-of-nobody") as made:
        yield made


@pytest.fixture
def shop(sandbox: Sandbox, tmp_path: Path) -> Shop:
    """A new account, and the ledger of those who buy in it."""
    sandbox.clear_faults()
    sandbox.clear_requests()
    key = f"key-of-{tmp_path.name}-{id(tmp_path):x}"
    return Shop(sandbox.another_account(key), tmp_path / "purchases.sqlite")

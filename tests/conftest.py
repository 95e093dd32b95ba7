# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from pathlib import Path

import pytest

from vocode_pulumi.sandbox import Sandbox


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of the test's own."""
    with Sandbox(tmp_path / "account", api_key="key-of-the-test") as sandbox:
        yield sandbox

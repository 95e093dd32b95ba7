# SPDX-License-Identifier: Apache-2.0
"""The servers that keep objects: each is started once, and each test has a place of its own there."""

from collections.abc import Iterator

import pytest

from tests.support import shared_stores


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The host and port of a server with a bucket."""
    with shared_stores.s3() as address:
        yield address


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The host and port of a server with a container."""
    with shared_stores.azure(tmp_path_factory.mktemp("azure")) as address:
        yield address


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server."""
    with shared_stores.postgres() as url:
        yield url

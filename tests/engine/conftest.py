# SPDX-License-Identifier: Apache-2.0
"""A real `pulumi` over a real sandbox, each test with a stack and an account of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.harness import CREDENTIAL, PROJECT, Stack, environment
from vocode_pulumi.sandbox import Sandbox


@pytest.fixture(scope="session")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("pulumi") is None:
        pytest.fail("no `pulumi` on PATH: run these tests with `make test`")
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(data=tmp_path / "account", api_key=f"{CREDENTIAL}-api-key") as account:
        yield account


@pytest.fixture
def stack(tmp_path: Path, engine_home: Path, sandbox: Sandbox) -> Iterator[Stack]:
    """A stack over the sandbox. Whatever was printed and kept is searched for credentials."""
    folder, backend = tmp_path / "program", tmp_path / "backend"
    folder.mkdir()
    backend.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    made = Stack(folder, environment(engine_home, backend, sandbox))
    made.pulumi("stack", "init", "dev")
    yield made
    for text in (*made.printed, made.exported()):
        assert CREDENTIAL not in text
    for path in backend.rglob("*"):
        if path.is_file():
            assert CREDENTIAL.encode() not in path.read_bytes()

# SPDX-License-Identifier: Apache-2.0
"""A real `pulumi` over a sandbox, each test with a stack and an account of its own."""

import compileall
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import vault
from tests.engine.harness import CREDENTIAL, PROJECT, Stack, environment, warm_python
from tests.support import shared_stores
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if shutil.which("pulumi") is None:
        pytest.fail("no `pulumi` on PATH: run these tests with `make test`")
    for folder in (ROOT / "vocode_pulumi", ROOT / "tests" / "engine" / "site"):
        compileall.compile_dir(folder, quiet=1)
    home = tmp_path_factory.mktemp("pulumi-home")
    with warm_python(home):
        yield home


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with InThread(data=tmp_path / "account", api_key=f"{CREDENTIAL}-api-key") as account:
        yield account


@pytest.fixture(scope="session")
def keys() -> Iterator[dict[str, str]]:
    """The variables by which `pulumi` finds the key of secrets."""
    with vault.serving() as variables:
        yield variables


@pytest.fixture(scope="session")
def new_stack(
    tmp_path_factory: pytest.TempPathFactory, engine_home: Path, keys: dict[str, str]
) -> Stack:
    """A stack that was just made, to be copied."""
    root = tmp_path_factory.mktemp("new-stack")
    with InThread(data=root / "account") as account:
        env = environment(engine_home, root / "backend", account) | keys
        made = Stack(root / "program", env)
    made.folder.mkdir()
    made.backend.mkdir()
    (made.folder / "Pulumi.yaml").write_text(PROJECT)
    made.pulumi("stack", "init", "dev", "--secrets-provider", vault.KEY)
    return made


@pytest.fixture
def stack(
    tmp_path: Path, engine_home: Path, sandbox: Sandbox, new_stack: Stack, keys: dict[str, str]
) -> Iterator[Stack]:
    """A stack over the sandbox. Whatever was printed and kept is searched for credentials."""
    env = environment(engine_home, tmp_path / "backend", sandbox) | keys
    made = Stack(tmp_path / "program", env)
    shutil.copytree(new_stack.folder, made.folder)
    shutil.copytree(new_stack.backend, made.backend)
    yield made
    for text in made.printed:
        assert CREDENTIAL not in text
    kept = [path.read_bytes() for path in made.backend.rglob("*") if path.is_file()]
    assert kept
    for text_kept in kept:
        assert CREDENTIAL.encode() not in text_kept


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The host and port of a server of S3 with a bucket."""
    with shared_stores.s3() as address:
        yield address


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of a server of PostgreSQL."""
    with shared_stores.postgres() as url:
        yield url

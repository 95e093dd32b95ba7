# SPDX-License-Identifier: Apache-2.0
"""The stacks of a login, as a real `pulumi` names them in each kind of backend."""

import os
import re
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.engine.cloud import NUMBERS, Cloud
from tests.engine.harness import Stack
from tests.support.proxying import served
from tests.support.states import urn
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.states import HeldNumber, PulumiStates, State, listed_stacks


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables of a login of Pulumi Cloud."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cloud)
    with served(server):
        yield {
            "PULUMI_BACKEND_URL": f"http://127.0.0.1:{server.server_port}",
            "PULUMI_ACCESS_TOKEN": "token",
            "PULUMI_CREDENTIALS_PATH": str(tmp_path / "login"),
        }


def as_program(stack: Stack, monkeypatch: pytest.MonkeyPatch, folder: Path, **env: str) -> None:
    """Be in a folder, with the variables of a stack's commands."""
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("PULUMI_")]:
        monkeypatch.delenv(name)
    for name, value in (stack.env | env).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("where", ["in the project", "outside"])
def test_a_folder_of_states_has_full_names(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    stack.beside("prod")
    (stack.folder / "Pulumi.yaml").write_text("name: texts\nruntime: python\n")
    stack.pulumi("stack", "init", "dev")
    as_program(stack, monkeypatch, stack.folder if where == "in the project" else tmp_path)
    assert listed_stacks() == [
        "organization/calls/dev",
        "organization/calls/prod",
        "organization/texts/dev",
    ]


@pytest.mark.parametrize("where", ["in the project", "outside"])
def test_in_pulumi_cloud_each_stack_is_read_whichever_organization_is_the_default(
    stack: Stack,
    cloud: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    as_program(stack, monkeypatch, stack.folder if where == "in the project" else tmp_path, **cloud)
    assert sorted(listed_stacks()) == sorted(NUMBERS)
    for own in ("me/calls/dev", "acme/calls/dev", "club/calls/dev"):
        stack_id = StackId("here", *own.split("/"))
        found = {own: PulumiStates().own(stack_id), **PulumiStates().others(stack_id)}
        assert found == {
            name: State((HeldNumber(urn("main"), number, None, None),))
            for name, number in NUMBERS.items()
        }


def test_in_pulumi_cloud_a_short_name_is_of_the_default_organization(
    stack: Stack, cloud: dict[str, str]
) -> None:
    printed = stack.run("pulumi", "stack", "ls", "--all", "--json", **cloud).stdout
    assert re.findall(r'"name": "(.*)"', printed) == [
        "acme/texts/prod",
        "club/dev",
        "dev",
        "me/dev",
    ]

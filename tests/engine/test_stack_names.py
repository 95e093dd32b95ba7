# SPDX-License-Identifier: Apache-2.0
"""The stacks of a login, as a real `pulumi` names them in each kind of backend."""

import json
import os
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.engine.harness import Stack
from tests.support.states import exported, resource, urn
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.states import HeldNumber, PulumiStates, State, listed_stacks

NUMBERS = {
    "me/calls/dev": "14155550100",
    "acme/calls/dev": "14155550101",
    "acme/texts/prod": "14155550102",
    "club/calls/dev": "14155550103",
}
"""The number that each stack of a login of Pulumi Cloud holds."""


class Cloud(BaseHTTPRequestHandler):
    """What Pulumi Cloud answers to a login that lists and exports stacks. Its default organization is `acme`."""

    def do_GET(self) -> None:
        answer = self.answer(self.path.split("?")[0].removeprefix("/api/").strip("/"))
        body = json.dumps(answer or {"code": 404, "message": "Not Found"}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path: str) -> dict[str, Any] | None:
        match path.split("/"):
            case ["user"]:
                return {"githubLogin": "me", "name": "me"}
            case ["user", "organizations", "default"]:
                return {"gitHubLogin": "acme"}
            case ["user", "stacks"]:
                named = [name.split("/") for name in NUMBERS]
                return {
                    "stacks": [
                        {"orgName": owner, "projectName": project, "stackName": name}
                        for owner, project, name in named
                    ]
                }
            case ["stacks", owner, project, name, *rest]:
                number = NUMBERS[f"{owner}/{project}/{name}"]
                if rest == ["export"]:
                    return dict(json.loads(exported(resource("main", number))))
                stack = {"orgName": owner, "projectName": project, "stackName": name}
                return {**stack, "id": number, "version": 1, "tags": {}}
        return None

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The variables of a login of Pulumi Cloud."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Cloud) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield {
            "PULUMI_BACKEND_URL": f"http://127.0.0.1:{server.server_address[1]}",
            "PULUMI_ACCESS_TOKEN": "token",
            "PULUMI_CREDENTIALS_PATH": str(tmp_path / "login"),
        }
        server.shutdown()


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

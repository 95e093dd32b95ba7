# SPDX-License-Identifier: Apache-2.0
"""`examples/tenants`: the service as a process of its own, over the sandbox."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.engine import vault
from tests.engine.harness import BUY, CREDENTIAL, active, environment, paid
from tests.engine.machines import ANSWER_READ
from tests.support.waiting import until
from vocode_pulumi.sandbox import Sandbox

FOLDER = Path(__file__).parents[2] / "examples" / "tenants"
TOKEN = f"{CREDENTIAL}-token"
AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
WANTED = {"prompt": "You answer the phone for a bakery."}
NAMES = [f"tenant-{at}" for at in range(20)]
CREATE_AGENT = {"method": "POST", "path": "/v1/agents/create"}
CANCEL = {"method": "POST", "path": "/v1/numbers/cancel"}


def _has_processes(group: int) -> bool:
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return True
    return False


@dataclass
class Service:
    """The service, and all that it has answered and printed."""

    env: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    answers: list[str] = field(default_factory=list)

    def start(self, **variables: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.env["TENANTS_PORT"] = port
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "service.py"],
                cwd=FOLDER,
                env=self.env | variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self._is_up)

    def _is_up(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log.read_text()
        with suppress(requests.ConnectionError):
            return self.ask("GET", "/tenants").ok
        return False

    def end(self, number: signal.Signals) -> None:
        """Send a signal to the service and all that it has started."""
        if self.process is not None:
            group = self.process.pid
            os.killpg(group, number)
            self.process.wait(60)
            self.process = None
            until(lambda: not _has_processes(group))

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] = AUTHORIZED,
        stream: bool = False,
    ) -> requests.Response:
        url = f"http://127.0.0.1:{self.env['TENANTS_PORT']}{path}"
        answer = requests.request(
            method, url, json=body, headers=headers, stream=stream, timeout=120
        )
        if not stream:
            self.answers.append(answer.text)
        return answer

    def show(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/tenants/{name}").json()
        return found

    def run(self, method: str, path: str, body: Any = None) -> list[dict[str, Any]]:
        """Ask for a run and follow it; gives its lines."""
        begun = self.ask(method, path, body)
        assert begun.status_code == 202, begun.text
        name = path.split("/")[2]
        lines = self.ask("GET", f"/tenants/{name}/events").text.splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def service(
    tmp_path: Path, engine_home: Path, sandbox: Sandbox, keys: dict[str, str]
) -> Iterator[Service]:
    env = environment(engine_home, tmp_path / "none", sandbox) | keys
    del env["PULUMI_BACKEND_URL"], env["VOCODE_API_KEY"]
    key = tmp_path / "key"
    key.write_text(sandbox.api_key)
    env |= {
        "TENANTS_FOLDER": str(tmp_path / "tenants"),
        "TENANTS_SECRETS_PROVIDER": vault.KEY,
        "TENANTS_TOKEN": TOKEN,
        "VOCODE_API_KEY_FILE": str(key),
        "VOCODE_READ_TIMEOUT": "2",
        "VOCODE_CONNECT_TIMEOUT": "1",
    }
    made = Service(env, tmp_path / "log")
    made.start()
    try:
        yield made
    finally:
        made.end(signal.SIGKILL)
    for text in (*made.answers, made.log.read_text()):
        assert CREDENTIAL not in text
    for file in (tmp_path / "tenants").rglob("*"):
        assert file.is_dir() or CREDENTIAL.encode() not in file.read_bytes()


def most_at_once(runs: list[list[dict[str, Any]]]) -> int:
    """How many runs went on at one time, by their own lines."""
    changes = []
    for lines in runs:
        begun = next(line for line in lines if line["kind"] == "starts")
        changes += [(begun["time"], 1), (lines[-1]["time"], -1)]
    now, most = 0, 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most


@contextmanager
def everybody() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(len(NAMES) + 1) as pool:
        yield pool


def test_twenty_tenants_four_at_a_time_get_a_number_each_whatever_goes_wrong(
    service: Service, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.fault(**CREATE_AGENT, status=500, body={"detail": "broken"}, after=3, times=2)
    sandbox.fault(**BUY, close="after", after=2, times=3)
    sandbox.fault(**BUY, status=429, body={"detail": "slowly"}, after=6, times=3)
    sandbox.fault(**BUY, status=500, body={"detail": "broken"}, work=True, after=9, times=2)

    def create(name: str) -> list[dict[str, Any]]:
        area = {"area_code": "41"} if name == "wrong" else {}
        return service.run("POST", f"/tenants/{name}", WANTED | area)

    with everybody() as pool:
        runs = {lines[0]["tenant"]: lines for lines in pool.map(create, [*NAMES, "wrong"])}
    assert most_at_once([lines for lines in runs.values() if lines[-1]["kind"] == "done"]) == 4
    failed = [name for name, lines in runs.items() if "broken" in lines[-1]["text"]]
    assert len(failed) == 2
    for name in failed:
        assert service.show(name)["state"] == "failed"
        runs[name] = create(name)
    assert "area_code value {41}" in runs.pop("wrong")[-1]["text"]
    assert {lines[-1]["kind"] for lines in runs.values()} == {"done"}
    numbers = [service.show(name)["number"] for name in NAMES]
    assert len({*numbers}) == 20
    assert sorted(numbers) == active(sandbox) == sorted(paid(sandbox))

    sandbox.fault(**CANCEL, status=500, body={"detail": "broken"}, after=5, times=2)
    with everybody() as pool:
        destroyed = [*pool.map(lambda name: service.run("DELETE", f"/tenants/{name}"), NAMES)]
    assert {lines[-1]["kind"] for lines in destroyed} == {"done"}
    assert active(sandbox) == []
    assert len(paid(sandbox)) == 20
    assert [one["name"] for one in service.ask("GET", "/tenants").json()] == ["wrong"]


def lock_elsewhere(service: Service, name: str) -> None:
    """Leave the lock of a run of another machine."""
    locks = Path(service.env["TENANTS_FOLDER"]) / "states/.pulumi/locks/organization/tenants" / name
    locks.mkdir(parents=True, exist_ok=True)
    lock = {"pid": os.getpid(), "username": "ada", "hostname": "elsewhere"}
    (locks / "1.json").write_text(json.dumps(lock | {"timestamp": "2026-01-01T00:00:00Z"}))


def test_a_tenant_is_changed_suspended_and_resumed_and_busy_meanwhile(
    service: Service, sandbox: Sandbox
) -> None:
    sandbox.fault(**BUY, wait=1)
    assert service.ask("POST", "/tenants/a", WANTED).status_code == 202
    again = service.ask("POST", "/tenants/a/suspend")
    assert (again.status_code, again.json()) == (409, {"detail": "a is busy: a create goes on"})
    lines = service.ask("GET", "/tenants/a/events").text.splitlines()
    said = [(line["kind"], line["text"]) for line in map(json.loads, lines)]
    assert said == [
        ("waits", "create waits for its turn"),
        ("starts", "create starts"),
        ("begins", "create of Agent agent"),
        ("ends", "create of Agent agent"),
        ("begins", "create of PhoneNumber number"),
        ("ends", "create of PhoneNumber number"),
        ("done", "create is done"),
    ]
    made = service.show("a")
    assert made["state"] == "active"
    number = made["number"]

    def answers() -> Any:
        return sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]

    agent = answers()
    assert service.ask("POST", "/tenants/a", WANTED | {"prompt": "b"}).status_code == 409
    service.run("PATCH", "/tenants/a", {"prompt": "You answer the phone for a florist."})
    assert answers()["prompt"]["content"] == "You answer the phone for a florist."
    lock_elsewhere(service, "a")
    locked = service.run("POST", "/tenants/a/suspend")[-1]
    assert locked["kind"] == "failed"
    assert "the stack is locked" in locked["text"]
    assert service.show("a")["error"] == locked["text"]
    assert answers()["id"] == agent["id"]
    service.run("POST", "/tenants/a/unlock")
    assert service.show("a")["state"] == "failed"
    service.run("POST", "/tenants/a/suspend")
    assert service.show("a")["state"] == "suspended"
    assert answers() is None
    assert active(sandbox) == [number]
    service.run("POST", "/tenants/a/resume")
    assert answers()["id"] == agent["id"]
    # What is done is no work.
    requests_ = len(sandbox.requests())
    assert service.run("POST", "/tenants/a/resume")[-1]["kind"] == "done"
    assert len(sandbox.requests()) == requests_
    assert paid(sandbox) == [number]
    # It ends when what goes on is done.
    assert service.ask("PATCH", "/tenants/a", {"greeting": "Hello again."}).status_code == 202
    assert service.process
    service.process.terminate()
    assert service.process.wait(60) == -signal.SIGTERM
    service.start()
    assert service.show("a")["state"] == "active"
    assert answers()["initial_message"] == "Hello again."


def test_the_service_answers_only_who_has_the_token(service: Service) -> None:
    for headers in ({}, {"Authorization": "Bearer other"}):
        for path in ("/tenants", "/tenants/a", "/tenants/a/events"):
            assert service.ask("GET", path, headers=headers).status_code == 401
        assert service.ask("POST", "/tenants/a", WANTED, headers=headers).status_code == 401
    assert service.ask("GET", "/tenants").json() == []
    for name in ("A", "..", "a.b", "-", "a" * 41):
        assert service.ask("POST", f"/tenants/{name}", WANTED).status_code in (404, 405, 422)


def test_a_tenant_whose_run_was_killed_is_finished_by_the_next_request(
    service: Service, sandbox: Sandbox, tmp_path: Path
) -> None:
    service.end(signal.SIGTERM)
    files = {name: tmp_path / name for name in ("hold", "reached")}
    for file in files.values():
        file.touch()
    service.start(
        **ANSWER_READ.variables,
        TEST_STEP_HOLD=str(files["hold"]),
        TEST_STEP_REACHED=str(files["reached"]),
    )
    service.ask("POST", "/tenants/a", WANTED)
    # The lines come while the run goes on.
    with service.ask("GET", "/tenants/a/events", stream=True) as events:
        for line in events.iter_lines():
            if b"begins" in line and b"PhoneNumber" in line:
                break
    until(lambda: files["reached"].read_text() != "")
    service.end(signal.SIGKILL)
    service.start()
    assert service.show("a")["state"] == "interrupted"
    assert service.show("a")["number"] is None
    lines = service.run("DELETE", "/tenants/a")
    assert "an earlier run was killed: its lock is cancelled" in [line["text"] for line in lines]
    assert "A purchase for number (agent " in lines[-1]["text"]
    assert "has no known end" in lines[-1]["text"]
    assert service.run("POST", "/tenants/a", WANTED)[-1]["kind"] == "done"
    assert [service.show("a")["number"]] == active(sandbox) == paid(sandbox)
    assert service.run("DELETE", "/tenants/a")[-1]["kind"] == "done"
    assert active(sandbox) == []

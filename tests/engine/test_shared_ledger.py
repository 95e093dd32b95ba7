# SPDX-License-Identifier: Apache-2.0
"""A ledger beside the state, in a bucket or a database: machines come and go, and nothing is bought twice."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.engine import vault
from tests.engine.harness import CREDENTIAL, PROJECT, Stack, active, environment, paid
from tests.support import shared_stores
from vocode_pulumi.purchasing.store import nonce
from vocode_pulumi.sandbox import Sandbox


@dataclass
class SharedStack(Stack):
    """A stack whose state is where every machine reaches it."""

    def state(self) -> str:
        deployment = json.loads(self.exported())["deployment"]
        return json.dumps({"checkpoint": {"latest": deployment}})

    def on_another_machine(self, name: str = "") -> "SharedStack":
        """The same project on a machine that has nothing but its files; the old machine is thrown away."""
        home = Path(self.env["PULUMI_HOME"])
        folder = home.parent / f"{home.name}-then{name}"
        folder.mkdir()
        program = folder / "program"
        shutil.copytree(self.folder, program)
        if not name:
            shutil.rmtree(home)
        env = self.env | {"PULUMI_HOME": str(folder), "HOME": str(folder)}
        return SharedStack(program, env, self.printed, self.name)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with shared_stores.azure(tmp_path_factory.mktemp("azure")) as address:
        yield address


@pytest.fixture(params=["s3", "postgres"])
def backend(request: pytest.FixtureRequest) -> str:
    """The URL of an empty backend."""
    if request.param == "azure":
        return shared_stores.azure_url(request.getfixturevalue("container"), f"state-{nonce()}")
    if request.param == "s3":
        return shared_stores.s3_url(request.getfixturevalue("bucket"), f"state-{nonce()}")
    server = str(request.getfixturevalue("database")).replace("postgresql://", "postgres://")
    return f"{server}{'&' if '?' in server else '?'}table=state_{nonce()}"


@pytest.fixture
def shared(
    tmp_path: Path, engine_home: Path, sandbox: Sandbox, backend: str, keys: dict[str, str]
) -> Iterator[SharedStack]:
    home = tmp_path / "home"
    env = environment(engine_home, tmp_path / "none", sandbox) | keys
    env |= shared_stores.CREDENTIALS | shared_stores.AZURE_CREDENTIALS
    env |= {"PULUMI_BACKEND_URL": backend, "PULUMI_HOME": str(home), "HOME": str(home)}
    del env["VOCODE_LEDGER"]
    made = SharedStack(tmp_path / "program", env)
    for folder in (home, made.folder):
        folder.mkdir()
    (made.folder / "Pulumi.yaml").write_text(PROJECT)
    made.pulumi("stack", "init", "dev", "--secrets-provider", vault.KEY)
    yield made
    for text in made.printed:
        assert CREDENTIAL not in text


def is_whole(stacks: list[SharedStack], sandbox: Sandbox, many: int) -> bool:
    """Whether what is paid for is what the stacks hold, each number once, and nothing is open."""
    held = [number for stack in stacks for number in stack.held().values()]
    assert sorted(held) == active(sandbox)
    assert len({*held}) == len(held) == many
    for stack in stacks:
        assert stack.unsettled() == []
        assert stack.nothing_to_do()
    return True


def numbers(many: int) -> str:
    return f'[PhoneNumber(f"n{{at}}", label="here") for at in range({many})]'


@pytest.mark.parametrize("backend", ["s3", "postgres", "azure"], indirect=True)
def test_the_ledger_lies_beside_the_state(shared: SharedStack, sandbox: Sandbox) -> None:
    shared.program(numbers(2))
    shared.up()
    assert [*Path(shared.env["PULUMI_HOME"]).rglob("*.sqlite")] == []
    other = shared.on_another_machine()
    assert is_whole([other], sandbox, 2)
    shown = json.loads(other.command("ledger", "show", "--json"))
    assert shown["purchases"] == {"held": 2}
    by = {"state": "held (bought)", "stack": "calls/dev"}
    assert shown["numbers"] == {
        number: {**by, "resource": name} for name, number in other.held().items()
    }
    assert urlsplit(shown["ledger"]).scheme in ("s3", "postgres", "azblob")
    assert "2 numbers; purchases: 2 held." in other.command("ledger", "show")
    other.program(numbers(2).replace("here", "there"))
    other.up()
    other.program(numbers(1))
    other.up()
    assert is_whole([other], sandbox, 1)
    shown = json.loads(other.command("ledger", "show", "--json"))
    assert sorted(one["state"] for one in shown["numbers"].values()) == [
        "cancelled",
        "held (bought)",
    ]
    other.destroy()
    assert active(sandbox) == []
    assert len(paid(sandbox)) == 2


def test_a_store_that_is_gone_stops_a_purchase_and_no_preview(
    shared: SharedStack, sandbox: Sandbox
) -> None:
    shared.program('PhoneNumber("kept")')
    shared.up()
    url = "s3://calls?region=us-east-1&endpoint=127.0.0.1:1&disableSSL=true"
    shared.env["VOCODE_LEDGER"] = url
    shared.program('PhoneNumber("kept"), PhoneNumber("new")')
    printed = " ".join(shared.preview().split())
    assert (
        printed.count("warning: `pulumi up` would fail: The ledger of purchases, s3://calls") >= 1
    )
    printed = shared.up(code=1)
    assert "The ledger of purchases, s3://calls" in printed
    assert "Nothing was bought." in printed
    assert "Traceback" not in printed
    assert len(paid(sandbox)) == 1
    # What needs no ledger works.
    shared.program('PhoneNumber("kept", label="other")')
    shared.up()
    shared.refresh()


@pytest.fixture
def failing(
    backend: str, request: pytest.FixtureRequest
) -> Iterator[tuple[str, list[shared_stores.Fault]]]:
    """The URL of a ledger in the backend, and the faults of the next requests or messages to it."""
    if backend.startswith("s3"):
        server = str(request.getfixturevalue("bucket"))
        with shared_stores.faulty(server, only="/.vocode/") as (address, faults):
            yield backend.replace(server, address), faults
    else:
        with shared_stores.severed(str(request.getfixturevalue("database"))) as (url, faults):
            yield f"{url}?table=state_{nonce()}", faults


def test_a_store_that_fails_in_the_middle_and_is_slow_then(
    shared: SharedStack,
    sandbox: Sandbox,
    backend: str,
    failing: tuple[str, list[shared_stores.Fault]],
) -> None:
    shared.env |= {"VOCODE_READ_TIMEOUT": "4", "VOCODE_CONNECT_TIMEOUT": "1"}
    shared.env["VOCODE_LEDGER"], faults = failing
    shared.program(numbers(4))
    is_bucket = backend.startswith("s3")
    # The whole run would have 32 requests to a bucket, and half of 53 messages to a database are of the purchases.
    faults += [None] * (20 if is_bucket else 18)
    faults += ["503" if is_bucket else "after"] * 1000
    printed = shared.up(code=1)
    assert "Traceback" not in printed
    said = printed.partition("\nDiagnostics:")[2].splitlines()
    errors = [line for line in said if "    error: The ledger of purchases, " in line]
    assert len(errors) == 4 - len(shared.held())
    why = "it answered 503 Service Unavailable" if is_bucket else "server closed the connection"
    for error in errors:
        assert why in error
        assert "Nothing was bought." in error or "the next `pulumi up` finds it, and buys" in error
    faults[:] = ["slow"] * 1000
    shared.up()
    assert len(faults) < 1000
    assert is_whole([shared], sandbox, 4)
    assert len(paid(sandbox)) == 4


def test_no_secret_is_in_the_store(bucket: str, shared: SharedStack, backend: str) -> None:
    if not backend.startswith("s3"):
        return
    shared.program(f"""
        PhoneNumber("a", label=pulumi.Output.secret("{CREDENTIAL}-label"), inbound_agent={{
            "prompt": pulumi.Output.secret("{CREDENTIAL}-prompt"),
            "voice": {{"type": "voice_play_ht", "voice_id": "x", "api_key": "hush-" + "hush-key"}}}})
    """)
    shared.up()
    client: Any = shared_stores.client(bucket)
    found = client.list_objects_v2(Bucket=shared_stores.BUCKET)["Contents"]
    ledger = [one["Key"] for one in found if "/.vocode/" in one["Key"]]
    assert ledger
    for key in ledger:
        text = client.get_object(Bucket=shared_stores.BUCKET, Key=key)["Body"].read().decode()
        assert CREDENTIAL not in text


def test_a_runner_with_a_ledger_on_its_disk_is_told_so_once(stack: Stack) -> None:
    stack.program(numbers(2))
    told = "is on this runner's disk"
    assert told not in stack.preview()
    stack.env |= {"CI": "true"}
    assert told not in stack.preview()
    del stack.env["VOCODE_LEDGER"]
    assert stack.preview().count(told) == 1
    stack.env["CI"] = ""
    assert told not in stack.preview()

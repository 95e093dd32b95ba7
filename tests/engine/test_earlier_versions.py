# SPDX-License-Identifier: Apache-2.0
"""A stack, an account and a ledger that earlier versions left behind."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.engine.harness import CREDENTIAL, PROJECT, Stack, environment, writes
from tests.support.serving import InThread
from tests.support.states import PHONE_NUMBER
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.place import place_of
from vocode_pulumi.sandbox import Sandbox

FIXTURES = Path(__file__).parents[1] / "fixtures"
UNFINISHED = """
PhoneNumber("open", area_code="702")
PhoneNumber("bought", area_code="802")
PhoneNumber("resolved", area_code="907")
"""
"""What the ledger has a purchase of, and the state has not."""


def database(file: Path, script: str) -> None:
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as db:
        db.executescript(script)


PROGRAM = (FIXTURES / "first_house" / "program.py").read_text()
DIGITS = {
    "first_house": ("13032583744", "16175752118"),
    "second_house": ("13036767735", "16174417251"),
}
"""The numbers that the program adopts and reads."""


@pytest.fixture(params=[*DIGITS])
def house(request: pytest.FixtureRequest) -> Path:
    """What one version left."""
    return FIXTURES / str(request.param)


@pytest.fixture
def sandbox(tmp_path: Path, house: Path) -> Iterator[Sandbox]:
    folder = tmp_path / "account"
    folder.mkdir()
    database(folder / "account.sqlite", (house / "account.sql").read_text())
    with InThread(folder, api_key=f"key-of-the-{house.name.replace('_', '-')}") as account:
        yield account


def ledger(text: str, backend: Path, url: str) -> str:
    """A ledger whose states are in a folder, and whose account is at an address."""
    of_state = place_of(f"file://{backend}")

    def owner(name: str) -> Owner:
        return Owner.of(of_state, "organization", f"urn:pulumi:dev::calls::{PHONE_NUMBER}::{name}")

    text = text.replace("file:///backend", of_state).replace("http://127.0.0.1:1", url)
    text = text.replace("STACK-KEY", owner("").stack.key)
    return re.sub("OWNER-KEY:([a-z-]+)", lambda found: owner(found[1]).key, text)


@pytest.fixture
def left(tmp_path: Path, engine_home: Path, sandbox: Sandbox, house: Path) -> Iterator[Stack]:
    """The stack as it was left."""
    folder, backend = tmp_path / "program", tmp_path / "backend"
    folder.mkdir()
    backend.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    (folder / "Pulumi.dev.yaml").write_text((house / "Pulumi.dev.yaml").read_text())
    program = PROGRAM
    for of_first, digits in zip(DIGITS["first_house"], DIGITS[house.name], strict=True):
        assert of_first in program
        program = program.replace(of_first, digits)
    (folder / "__main__.py").write_text(program)
    stack = Stack(folder, environment(engine_home, backend, sandbox))
    rows = ledger((house / "ledger.sql").read_text(), backend.resolve(), sandbox.url)
    database(Path(stack.env["VOCODE_LEDGER"]), rows)
    stack.pulumi("stack", "init", "dev")
    stack.pulumi("stack", "import", "--stack", "dev", "--file", str(house / "state.json"))
    yield stack
    for text in (*stack.printed, stack.exported()):
        assert CREDENTIAL not in text


def changes(stack: Stack) -> dict[str, str]:
    """What a preview would do, by the name of the resource."""
    document = json.loads(stack.pulumi("preview", "--json", "--stack", "dev"))
    return {
        step["urn"].rsplit("::", 1)[-1]: step["op"]
        for step in document["steps"]
        if step["op"] not in ("same", "read")
    }


def declare_more(stack: Stack, text: str) -> None:
    program = stack.folder / "__main__.py"
    program.write_text(program.read_text() + text)


def test_a_preview_shows_what_was_left_unfinished_and_an_up_finishes_it(
    left: Stack, sandbox: Sandbox
) -> None:
    assert changes(left) == {"half": "update"}
    left.up()
    assert writes(sandbox) == ["/v1/numbers/update"]
    assert left.nothing_to_do()
    left.refresh("--expect-no-changes")
    assert left.nothing_to_do()


def test_a_purchase_that_was_left_open_is_found_and_nothing_is_bought(
    left: Stack, sandbox: Sandbox
) -> None:
    before = sandbox.purchases()
    declare_more(left, UNFINISHED)
    left.up()
    held = {one["urn"].rsplit("::", 1)[-1]: one["id"] for one in left.resources()}
    assert held["open"].startswith("1702")
    assert held["bought"].startswith("1802")
    assert held["resolved"].startswith("1907")
    assert sandbox.purchases() == before
    assert left.nothing_to_do()


def test_it_is_not_destroyed_while_a_purchase_would_be_left_behind(
    left: Stack, sandbox: Sandbox
) -> None:
    printed = left.pulumi("destroy", "--yes", "--skip-preview", "--stack", "dev", code=1)
    assert "A purchase for open (area code 702) has no known end" in printed
    assert "was bought for bought (area code 802), and no state has it" in printed
    assert "was bought for resolved (area code 907), and no state has it" in printed
    assert "vocode-pulumi purchases" in printed
    assert writes(sandbox) == []


def test_it_is_changed_and_destroyed(left: Stack, sandbox: Sandbox) -> None:
    declare_more(left, UNFINISHED)
    left.up()
    program = left.folder / "__main__.py"
    text = program.read_text()
    for old, new in (
        ('"front desk"', '"back desk"'),
        ('"https://example.com/deep"', '"https://example.com/deeper"'),
        ('"You answer a linked number."', '"You answer it."'),
        ('content="Be brief."', 'content="Be brief and kind."'),
    ):
        assert old in text
        text = text.replace(old, new)
    program.write_text(text)
    assert changes(left) == {
        "labelled": "update",
        "deep": "update",
        "linked": "update",
        "prompt": "update",
    }
    sandbox.clear_requests()
    left.up()
    assert sorted(writes(sandbox)) == [
        "/v1/numbers/update",
        "/v1/prompts/update",
        "/v1/prompts/update",
        "/v1/webhooks/update",
    ]
    assert left.nothing_to_do()
    numbers = {*left.ids(), *(one["id"] for one in left.resources("LinkedNumber"))}
    looked = {one["id"] for one in left.resources() if one.get("external")}
    left.destroy()
    assert left.ids() == []
    for number in numbers:
        in_service = sandbox.call("GET", "/v1/numbers", phone_number=number)["active"]
        assert in_service is (number in looked)

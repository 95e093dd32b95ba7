# SPDX-License-Identifier: Apache-2.0
"""The commands and the program of the page "From an existing account"."""

from pathlib import Path

import pytest

from tests.engine.harness import CREDENTIAL, Stack, active, writes
from tests.engine.test_moving_page import commands, type_in
from tests.support.filled_account import AZURE, Account
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "use" / "existing-account.md").read_text()
PROGRAM = (ROOT / "examples" / "existing_account" / "__main__.py").read_text()
GREETING = "Good morning, this is the bakery."


@pytest.fixture
def company(stack: Stack, tmp_path: Path) -> Stack:
    """A folder without any program, and a login without any stack."""
    backend = tmp_path / "states"
    made = Stack(tmp_path / "company", stack.env | {"PULUMI_BACKEND_URL": f"file://{backend}"})
    made.folder.mkdir()
    backend.mkdir()
    return made


def by_hand(sandbox: Sandbox) -> str:
    """Make an account by plain requests; gives the id of its agent."""
    account = Account(sandbox)
    webhook = account.make(
        "webhooks",
        url=f"https://hooks.example.com/?token={CREDENTIAL}",
        subscriptions=["event_phone_call_ended"],
    )
    agent = account.make(
        "agents",
        name="Front desk",
        prompt={"content": "You answer the phone for a bakery."},
        voice=AZURE,
        webhook=webhook,
        initial_message=GREETING,
    )
    for label in ("Orders", "Office"):
        order = {"area_code": "415", "inbound_agent": agent}
        number = sandbox.call("POST", "/v1/numbers/buy", order)["number"]
        sandbox.call("POST", "/v1/numbers/update", {"label": label}, phone_number=number)
    return agent


def test_from_an_existing_account_to_a_program_in_a_repository(
    company: Stack, sandbox: Sandbox
) -> None:
    agent = by_hand(sandbox)
    before = len(writes(sandbox))
    assert "would buy 2 numbers" in type_in(company, commands("Write the program", PAGE))
    calls = Stack(company.folder / "calls", company.env)
    file = calls.folder / "__main__.py"
    assert file.read_text() == PROGRAM
    names = calls.folder / "names.json"
    names.write_text(names.read_text().replace('"front_desk"', '"reception"'))
    said = type_in(company, commands("Import it", PAGE))
    (end,) = [line for line in PAGE.splitlines() if line.startswith("The preview is empty")]
    assert said.endswith(f"{end}\n")
    renamed = PROGRAM.replace("front_desk", "reception")
    # The object that is inline has a name of its own, which is in the key of its secret.
    assert file.read_text() == renamed.replace("reception_webhook_url", "front_desk_webhook_url")

    who = {
        f"GIT_{who}_{what}": "a@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    type_in(calls, commands("Put it into a repository", PAGE), **who)
    kept = calls.run("git", "ls-files").stdout.split()
    assert {"__main__.py", "names.json", "Pulumi.yaml", "Pulumi.dev.yaml", "requirements.txt"} == {
        *kept
    }
    for name in kept:
        assert CREDENTIAL not in (calls.folder / name).read_text()
    assert len(writes(sandbox)) == before

    file.write_text(file.read_text().replace(GREETING, "Hello!"))
    preview, up = commands("The first change", PAGE)
    assert "~ initial_message" in type_in(calls, [preview])
    type_in(calls, [f"{up} --yes --skip-preview"])
    assert writes(sandbox)[before:] == ["/v1/agents/update"]
    assert sandbox.call("GET", "/v1/agents", id=agent)["initial_message"] == "Hello!"

    night = Account(sandbox).number(agent, label="Night")
    before = len(writes(sandbox))
    *lines, up = commands("What is made by hand later", PAGE)
    said = type_in(calls, lines, NUMBER=night)
    assert f"{night} is adopted, not bought; `pulumi up` changes: nothing." in said
    type_in(calls, [f"{up} --yes --skip-preview"])
    assert len(writes(sandbox)) == before
    assert sorted(calls.held().values()) == active(sandbox)
    assert calls.nothing_to_do()

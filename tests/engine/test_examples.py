# SPDX-License-Identifier: Apache-2.0
"""The programs of the docs, and this tree's own, run as they are; previews as the docs show them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.harness import CREDENTIAL, Stack, active, bodies, environment
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_as_it_is(stack: Stack, sandbox: Sandbox, example: Path) -> None:
    keys = ("elevenLabsKey", "twilioAccountSid", "twilioAuthToken")
    secrets = [word for key in keys for word in ("--secret", f"{key}={CREDENTIAL}-{key}")]
    stack.pulumi("config", "set-all", "--stack", "dev", *secrets)
    shutil.copyfile(example, stack.folder / "__main__.py")
    stack.preview()
    stack.up()
    assert stack.outputs()
    assert stack.nothing_to_do()
    assert len(stack.ids()) == len(sandbox.purchases())
    assert stack.ids() or stack.resources("LinkedNumber")


def test_the_receptionist_and_its_receiver_pass_their_own_test(
    engine_home: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "receptionist"
    shutil.copytree(ROOT / "examples" / "receptionist", folder)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment(engine_home, tmp_path, sandbox),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_component_declares_numbers_agents_and_a_webhook(
    stack: Stack, sandbox: Sandbox
) -> None:
    for name in ("__main__.py", "reception.py"):
        shutil.copyfile(ROOT / "examples" / "reception" / name, stack.folder / name)
    stack.up()
    numbers = stack.outputs()["numbers"]
    orders, complaints = numbers["orders"], numbers["complaints"]
    assert sorted([*orders.values(), *complaints.values()]) == active(sandbox)
    answering = {
        number: sandbox.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]
        for number in active(sandbox)
    }
    assert {answering[number]["name"] for number in orders.values()} == {"bakery-orders"}
    assert answering[complaints["main"]]["name"] == "bakery-complaints"
    assert len({agent["webhook"]["id"] for agent in answering.values()}) == 1
    assert stack.nothing_to_do()


@pytest.fixture
def root_program(stack: Stack) -> Stack:
    text = (ROOT / "Pulumi.yaml").read_text()
    (stack.folder / "Pulumi.yaml").write_text(text.replace("vocode-numbers", "calls"))
    shutil.copyfile(ROOT / "__main__.py", stack.folder / "__main__.py")
    (stack.folder / ".venv").symlink_to(sys.prefix)
    return stack


def test_the_program_of_this_tree_buys_with_its_defaults(
    root_program: Stack, sandbox: Sandbox
) -> None:
    root_program.up()
    outputs = root_program.outputs()
    assert outputs["numbers"] == {"main": outputs["number"]}
    assert outputs["agent_id"]
    assert outputs["webhook"]["url"] == "https://example.com/calls"
    assert len(outputs["webhook"]["subscriptions"]) == 3
    assert root_program.nothing_to_do()


def test_the_program_of_this_tree_takes_its_configuration(
    root_program: Stack, sandbox: Sandbox
) -> None:
    agent = sandbox.call(
        "POST",
        "/v1/agents/create",
        {"prompt": {}, "voice": {"type": "voice_vocode", "voice_id": "joe"}},
    )["id"]
    root_program.pulumi(
        "config", "set-all", "--stack", "dev", "--path", "--plaintext", "names[0]=sales",
        "--plaintext", "names[1]=support", "--plaintext", "areaCode=415",
        "--plaintext", f"agentId={agent}",
    )  # fmt: skip
    root_program.up()
    assert set(root_program.outputs()["numbers"]) == {"sales", "support"}
    assert root_program.outputs()["agent_id"] == agent
    order = {"area_code": "415", "inbound_agent": agent}
    assert bodies(sandbox, "/v1/numbers/buy") == [order, order]


def test_previews_print_what_the_docs_show(stack: Stack, sandbox: Sandbox) -> None:
    page = (ROOT / "docs" / "use" / "reviewing.md").read_text()
    create, update, replace, delete, adopt, refused = re.findall(
        r"```text\n(.*?)```", page, re.DOTALL
    )
    program = (ROOT / "examples" / "reviewed.py").read_text()
    file = stack.folder / "__main__.py"
    file.write_text(program)
    assert create in stack.preview()
    stack.up()
    (bought,) = stack.ids()

    def preview(text: str, code: int = 0) -> str:
        file.write_text(text)
        printed = stack.preview(code=code)
        return printed.replace(bought, "14155550100").replace(theirs, "14155550199")

    theirs = str(sandbox.call("POST", "/v1/numbers/buy")["number"])
    (adopts,) = re.findall(r"`(PhoneNumber\(\"hotline\".*\))`", page)
    assert update in preview(program.replace("brief", "kind"))
    assert replace in preview(program.replace("415", "212"))
    assert delete in preview("")
    assert adopt in preview(program + adopts.replace("14155550199", theirs))
    assert refused in preview(program.replace("415", "41"), code=1)


def test_a_protected_number_is_not_released(stack: Stack, sandbox: Sandbox) -> None:
    shutil.copyfile(ROOT / "examples" / "protected.py", stack.folder / "__main__.py")
    stack.up()
    stack.program("")
    assert "protect" in stack.up(code=1)
    assert sandbox.call("GET", "/v1/numbers", phone_number=stack.ids()[0])["active"]

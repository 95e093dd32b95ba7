# SPDX-License-Identifier: Apache-2.0
"""The programs and the commands of the page "Move a number", and the move of a ledger."""

import re
import shutil
from pathlib import Path

from tests.engine.harness import Stack, active, connection, paid, writes
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "use" / "moving.md").read_text()
LEDGER_PAGE = (ROOT / "docs" / "operate" / "ledger.md").read_text()


def commands(heading: str, page: str = PAGE) -> list[str]:
    """The commands of a section of a page."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (block,) = re.findall(r"```console\n(.*?)```", section, re.DOTALL)
    lines = block.splitlines()
    assert all(line.startswith("$ ") for line in lines)
    return [line.removeprefix("$ ") for line in lines]


def type_in(stack: Stack, lines: list[str], **variables: str) -> str:
    """Type lines at a prompt in the program's folder; gives all that was printed."""
    done = stack.run("bash", "-eu", "-c", "\n".join(lines), **variables)
    assert done.returncode == 0, done.stdout
    return done.stdout


def declare(stack: Stack, name: str) -> None:
    shutil.copyfile(ROOT / "examples" / "moving" / name, stack.folder / "__main__.py")


def test_another_name_in_the_same_program(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("front-desk", label="front desk")')
    stack.up()
    (number,) = stack.ids()
    declare(stack, "renamed.py")
    sandbox.clear_requests()
    stack.up()
    assert stack.held() == {"reception": number}
    assert writes(sandbox) == []


def test_a_new_stack_in_the_same_backend(stack: Stack, sandbox: Sandbox) -> None:
    declare(stack, "declared_by_stack.py")
    prod = stack.beside("prod")
    stack.config("names", '["support"]')
    stack.up()
    held = stack.held()
    sandbox.clear_requests()
    type_in(stack, commands("A new stack in the same backend"))
    assert stack.held() == {}
    assert prod.held() == held
    assert writes(sandbox) == []
    stack.config("names", '["support"]')
    assert "is held by support" in stack.preview()


def test_a_stack_that_has_numbers_of_its_own(stack: Stack, sandbox: Sandbox) -> None:
    stack.config("names", '["support"]')
    declare(stack, "declared_by_stack.py")
    stack.up()
    (number,) = stack.ids()
    prod = stack.beside("prod")
    prod.config("names", '["sales"]')
    prod.up()
    (sales,) = prod.ids()
    move = commands("A new stack in the same backend")[0].split('"')[0].split()[1:]
    refused = stack.pulumi(*move, stack.urn("support"), code=1)
    (said,) = re.findall("`(error: [^`]+)`", PAGE)
    first, last = said.split("…")
    assert first in refused
    assert last in refused
    adopted = (ROOT / "examples" / "moving" / "adopted.py").read_text()
    (stack.folder / "__main__.py").write_text(adopted + '\nPhoneNumber("sales")\n')
    type_in(prod, commands("Any other stack"), NUMBER=number)
    assert prod.held() == {"sales": sales, "support": number}
    declare(stack, "declared_by_stack.py")
    stack.config("names", "[]")
    assert "is kept" in stack.up()
    assert active(sandbox) == sorted([sales, number])
    assert len(paid(sandbox)) == 2


def test_a_stack_of_another_login(stack: Stack, sandbox: Sandbox, tmp_path: Path) -> None:
    stack.program('PhoneNumber("support")')
    stack.up()
    (number,) = stack.ids()
    backend = tmp_path / "another-backend"
    backend.mkdir()
    other = Stack(
        stack.folder, stack.env | {"PULUMI_BACKEND_URL": f"file://{backend}"}, name="prod"
    )
    other.pulumi("stack", "init", "prod")
    old_program = (stack.folder / "__main__.py").read_text()
    declare(other, "adopted.py")
    type_in(other, commands("Any other stack"), NUMBER=number)
    assert other.held() == {"support": number}
    (stack.folder / "__main__.py").write_text(old_program)
    assert "is kept" in stack.destroy()
    assert active(sandbox) == paid(sandbox) == [number]


def test_a_number_of_ones_own_twilio_account(stack: Stack, sandbox: Sandbox) -> None:
    number, made = "14155550100", connection(sandbox)
    stack.program(
        f'LinkedNumber("main", phone_number="{number}", telephony_account_connection="{made}")'
    )
    stack.up()
    prod = stack.beside("prod")
    prod.config("support", number)
    prod.config("connection", made)
    old_program = (stack.folder / "__main__.py").read_text()
    declare(prod, "linked_again.py")
    assert "is held by main" in prod.up(code=1)
    prod.command("release", number)
    prod.up()
    assert prod.held() == {"support": number}
    (stack.folder / "__main__.py").write_text(old_program)
    assert "is kept" in stack.destroy()
    assert sandbox.call("GET", "/v1/numbers", phone_number=number)["active"]


def test_the_ledger_is_moved(stack: Stack, sandbox: Sandbox, tmp_path: Path) -> None:
    before = stack.exported()
    stack.program('PhoneNumber("main")')
    stack.up()
    (number,) = stack.ids()
    stack.set_back(before)
    new = tmp_path / "new" / "purchases.sqlite"
    old = stack.command("ledger", "show").splitlines()[-1].split(": ")[0]
    stack.env["VOCODE_SETTLE_SECONDS"] = "0"
    short = {"VOCODE_READ_TIMEOUT": "1", "VOCODE_CONNECT_TIMEOUT": "1"}
    assert "The old ledger has no name" in stack.command("ledger", "move", "", str(new), code=2)
    type_in(stack, commands("Move the ledger", LEDGER_PAGE), OLD=old, NEW=str(new), **short)
    # A run with the old setting, and one with the new one.
    stack.up()
    assert stack.ids() == [number]
    stack.env["VOCODE_LEDGER"] = str(new)
    assert stack.nothing_to_do()
    stack.destroy()
    assert active(sandbox) == []
    assert paid(sandbox) == [number]


INLINE_PAGE = (ROOT / "docs" / "use" / "from-inline.md").read_text()


def test_from_an_inline_agent_to_an_agent(stack: Stack, sandbox: Sandbox) -> None:
    example = ROOT / "examples" / "from_inline"
    shutil.copyfile(example / "before.py", stack.folder / "__main__.py")
    stack.up()
    before, agent = stack.held(), stack.outputs()["agent"]
    live = sandbox.call("GET", "/v1/agents", id=agent)
    sandbox.clear_requests()
    stack.pulumi("stack", "select", "dev")
    first, then = re.findall(r"```console\n(.*?)```", INLINE_PAGE, re.DOTALL)
    lines = [line.removeprefix("$ ") for line in first.splitlines()]
    type_in(stack, lines[:1])
    shutil.copyfile(example / "after.py", stack.folder / "__main__.py")
    said = re.findall(r"```text\nagent 2d7b1c0e-… (.*)\n```", INLINE_PAGE)
    assert f"agent {agent} {said[0]}" in type_in(stack, lines[1:])
    up, remove, again = (line.removeprefix("$ ") for line in then.splitlines())
    type_in(stack, [f"{up} --yes --skip-preview", remove, f"{again} --yes --skip-preview"])
    assert writes(sandbox) == ["/v1/numbers/buy", "/v1/numbers/update"]
    assert stack.held() == {**before, "overflow": stack.held()["overflow"]}
    assert sandbox.call("GET", "/v1/agents", id=agent) == live
    assert stack.nothing_to_do()

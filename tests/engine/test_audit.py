# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi audit` over real stacks, and whether what it says helps."""

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.engine.harness import COMMAND, PROJECT, Stack
from tests.support.waiting import until
from vocode_pulumi.sandbox import Sandbox

AUDIT = [*COMMAND, "audit"]
BOTH = ("--stack", "dev", "--stack", "organization/texts/dev")
"""The two stacks, as they are called in the folder of the first."""


@pytest.fixture
def other(stack: Stack, tmp_path: Path) -> Stack:
    """A stack of another project, of the same account, backend and ledger."""
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT.replace("calls", "texts"))
    made = Stack(folder, stack.env, stack.printed)
    made.pulumi("stack", "init", "dev")
    return made


def audit(stack: Stack, *args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run it in the stack's folder."""
    done = subprocess.run(
        [*AUDIT, *args],
        cwd=stack.folder,
        env=stack.env,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    stack.printed += [done.stdout, done.stderr]
    assert "Traceback" not in done.stderr
    return done


def findings(stack: Stack, *args: str) -> list[dict[str, Any]]:
    done = audit(stack, *args, "--json")
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    assert done.returncode == (1 if found else 0)
    return found


def kinds(stack: Stack, *args: str) -> list[tuple[str, str | None]]:
    return [(one["kind"], one["number"]) for one in findings(stack, *args)]


def buy(sandbox: Sandbox) -> str:
    return str(sandbox.call("POST", "/v1/numbers/buy")["number"])


def active(sandbox: Sandbox, number: str) -> bool:
    return bool(sandbox.call("GET", "/v1/numbers", phone_number=number)["active"])


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "ppid=,pid="], capture_output=True, text=True, check=True
    )
    children: dict[int, list[int]] = {}
    for line in listed.stdout.splitlines():
        parent, child = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def kill_while_it_buys(stack: Stack, sandbox: Sandbox) -> str:
    """A `pulumi up` that is killed between purchase and answer; gives the number."""
    sandbox.fault(method="POST", path="/v1/numbers/buy", delay=60)
    with subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"],
        cwd=stack.folder,
        env=stack.cold(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        until(lambda: bool(sandbox.purchases()))
        # The plugin too, which would otherwise find out what it bought.
        for one in tree(process.pid):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
    sandbox.restart()
    stack.pulumi("cancel", "--yes", "--stack", "dev")
    return str(sandbox.purchases()[0]["number"])


def test_stacks_that_were_just_applied_are_right(stack: Stack, other: Stack) -> None:
    assert audit(stack, *BOTH).stdout == "0 numbers, 2 stacks: no findings.\n"
    stack.program('PhoneNumber("a")\nPhoneNumber("b", opts=pulumi.ResourceOptions(protect=True))')
    stack.up()
    other.program("""
        office = pulumi.ComponentResource("my:index:Office", "office")
        PhoneNumber("c", opts=pulumi.ResourceOptions(parent=office))
    """)
    other.up()
    done = audit(stack, *BOTH)
    assert (done.returncode, done.stdout) == (0, "3 numbers, 2 stacks: no findings.\n")
    piped = audit(stack, stdin=stack.exported() + other.exported())
    assert (piped.returncode, piped.stdout) == (0, done.stdout)


def test_a_number_of_a_stack_that_was_not_read_is_one_that_the_ledger_knows_or_an_orphan(
    stack: Stack, other: Stack
) -> None:
    other.program('PhoneNumber("theirs")')
    other.up()
    (number,) = other.ids()
    (found,) = findings(stack, "--stack", "dev")
    assert (found["kind"], found["number"], found["cancellable"]) == ("held", number, False)
    assert found["resources"] == [{"stack": "texts/dev", "urn": other.resources()[0]["urn"]}]
    assert kinds(stack, *BOTH) == []
    stack.env["VOCODE_LEDGER"] += ".other"
    assert kinds(stack, "--stack", "dev") == [("orphan", number)]


def test_an_orphan_that_is_adopted_is_none_any_more(stack: Stack, sandbox: Sandbox) -> None:
    number = buy(sandbox)
    (found,) = findings(stack, "--stack", "dev")
    assert (found["kind"], found["number"]) == ("orphan", number)
    adopt = f'adopt="{number}"'
    assert f"put {adopt} into a program" in found["needs"]
    stack.program(f'PhoneNumber("main", {adopt})')
    stack.up()
    assert kinds(stack, "--stack", "dev") == []


def test_a_number_in_two_stacks_is_let_go_by_one(
    stack: Stack, other: Stack, sandbox: Sandbox
) -> None:
    number = buy(sandbox)
    for one, name in ((stack, "main"), (other, "desk one")):
        one.program(f'PhoneNumber("{name}", adopt="{number}")')
        one.up()
        one.command("release", number)
    done = audit(stack, *BOTH)
    assert "dev: main\n              organization/texts/dev: desk one\n" in done.stdout
    assert done.stdout.endswith("1 number, 2 stacks: 1 finding.\n")
    (found,) = findings(stack, *BOTH)
    assert (found["kind"], found["number"]) == ("shared", number)
    command = found["needs"].split("`")[3]
    other.program("")
    subprocess.run(
        ["sh", "-c", f"{command} --yes"],
        cwd=other.folder,
        env={**other.env, "PULUMI_STACK": "dev"},
        capture_output=True,
        check=True,
    )
    assert kinds(stack, *BOTH) == []
    other.up()
    assert active(sandbox, number)


def test_a_number_that_is_gone_is_bought_anew(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    (number,) = stack.ids()
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=number)
    assert kinds(stack, "--stack", "dev") == [("gone", number)]
    stack.refresh()
    assert kinds(stack, "--stack", "dev") == []
    stack.up()
    assert kinds(stack, "--stack", "dev") == []
    assert stack.ids() != [number]


def test_a_number_that_is_only_read_is_not_held(stack: Stack, sandbox: Sandbox) -> None:
    number = buy(sandbox)
    stack.program(f'PhoneNumber.get("theirs", "{number}")')
    stack.up()
    (found,) = findings(stack, "--stack", "dev")
    assert (found["kind"], found["number"], found["cancellable"]) == ("orphan", number, False)
    assert found["resources"][0]["urn"].endswith("::theirs")


def test_a_killed_purchase_is_finished_by_the_next_run(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("main")')
    number = kill_while_it_buys(stack, sandbox)
    found = findings(stack, "--stack", "dev")
    assert [(one["kind"], one["number"], one["cancellable"]) for one in found] == [
        ("orphan", number, False),
        ("unfinished", None, False),
    ]
    assert all(one["resources"][0]["urn"].endswith("::main") for one in found)
    done = audit(stack, "--stack", "dev", "--cancel-orphans", stdin="y\n")
    assert (done.returncode, done.stderr) == (1, "")
    stack.up()
    assert kinds(stack, "--stack", "dev") == []
    assert stack.ids() == [number]


def test_a_purchase_that_was_killed_on_another_machine_is_adopted(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("main")')
    number = kill_while_it_buys(stack, sandbox)
    Path(stack.env["VOCODE_LEDGER"]).unlink()
    (found,) = findings(stack, "--stack", "dev")
    assert (found["number"], found["cancellable"]) == (number, False)
    assert "pulumi refresh --clear-pending-creates" in found["needs"]
    stack.program(f'PhoneNumber("main", adopt="{number}")')
    stack.up()
    assert kinds(stack, "--stack", "dev") == []

    # The state still has the creation as interrupted, until it is told otherwise.
    buy(sandbox)
    assert [one["cancellable"] for one in findings(stack, "--stack", "dev")] == [False]
    stack.refresh("--clear-pending-creates")
    assert [one["cancellable"] for one in findings(stack, "--stack", "dev")] == [True]


def test_orphans_are_cancelled_one_by_one(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    numbers = sorted([buy(sandbox), buy(sandbox)])
    done = audit(stack, "--stack", "dev", "--cancel-orphans", stdin="y\nn\n")
    assert done.returncode == 1
    assert done.stdout.endswith(
        f"{numbers[0]} is cancelled.\n1 number cancelled, 1 finding left.\n"
    )
    assert [active(sandbox, one) for one in (*numbers, *stack.ids())] == [False, True, True]
    nobody = audit(stack, "--stack", "dev", "--cancel-orphans")
    assert (nobody.returncode, active(sandbox, numbers[1])) == (1, True)
    done = audit(stack, "--stack", "dev", "--cancel-orphans", stdin="y\n")
    assert (done.returncode, active(sandbox, numbers[1])) == (0, False)
    assert stack.nothing_to_do()


def test_what_a_stack_took_over_before_the_answer_is_left_alone(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = buy(sandbox)
    with subprocess.Popen(
        [*AUDIT, "--stack", "dev", "--cancel-orphans"],
        cwd=stack.folder,
        env=stack.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        question = f"Cancel {number}? It cannot be bought back. [y/N] "
        assert process.stderr.read(len(question)) == question
        stack.program(f'PhoneNumber("main", adopt="{number}")')
        stack.up()
        printed, errors = process.communicate("y\n", timeout=120)
    assert (process.returncode, errors) == (0, "")
    assert f"{number} is left alone" in printed
    assert active(sandbox, number)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nope"], "`pulumi stack export --stack nope`: no stack named 'nope' found"),
        (["dev", "--stack", "organization/calls/dev"], "are the same state"),
    ],
)
def test_a_stack_that_cannot_be_compared_is_one_line(
    stack: Stack, names: list[str], words: str
) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    done = audit(stack, "--stack", *names)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert words in line


def test_a_stack_that_is_named_twice_is_read_once(stack: Stack) -> None:
    stack.program('PhoneNumber("main")')
    stack.up()
    done = audit(stack, "--stack", "dev", "--stack", "dev")
    assert done.stdout == "1 number, 1 stack: no findings.\n"

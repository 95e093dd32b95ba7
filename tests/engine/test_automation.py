# SPDX-License-Identifier: Apache-2.0
"""Pulumi's Automation API: the program of the page, and what the page says about such programs."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.engine.harness import Stack, active
from vocode_pulumi.purchasing import opening
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
OFFICE = ROOT / "examples" / "automation" / "office.py"
OURS = """
import sys
import pulumi
from pulumi import automation as auto
from vocode_pulumi import PhoneNumber, get_usage

def stack(program, **env_vars):
    return auto.create_or_select_stack(
        stack_name="prod", project_name="office", program=program,
        opts=auto.LocalWorkspaceOptions(env_vars=env_vars),
    )
"""


def run(stack: Stack, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a program that runs stacks, in an environment without key, backend and passphrase."""
    hidden = ("VOCODE_API_KEY", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE")
    env = {name: value for name, value in stack.cold().items() if name not in hidden}
    # Pulumi makes a folder there for each program, and leaves it.
    env["TMPDIR"] = str(stack.folder)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=stack.folder,
        env=env | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    stack.printed.append(done.stdout)
    return done


def run_code(stack: Stack, code: str, **variables: str) -> str:
    """Run lines that run stacks of the backend of the test; gives what they print."""
    given = {
        "PULUMI_BACKEND_URL": stack.env["PULUMI_BACKEND_URL"],
        "PULUMI_CONFIG_PASSPHRASE": "test",
        **variables,
    }
    done = run(stack, "-c", OURS + textwrap.dedent(code), **given)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_program_of_the_page_buys_prints_and_cancels(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "office"
    secrets = {"OFFICE_KEY": sandbox.api_key, "OFFICE_PASSPHRASE": "any"}
    done = run(stack, str(OFFICE), str(folder), **secrets)
    assert done.returncode == 0, done.stdout
    said = dict(re.findall(r"^(\S+) has the number (\d+)$", done.stdout, re.MULTILINE))
    assert [*said] == ["front-desk", "support"]
    assert sorted(said.values()) == active(sandbox)
    assert (
        "Buys up to 2 numbers: the account has 0 now, and then 2; "
        "vocode:maxNumbers (VOCODE_MAX_NUMBERS) allows 5." in done.stdout
    )
    assert done.stdout.index("Previewing update") < done.stdout.index("Updating")
    # The states are where the settings of the project say, not where the process runs.
    ledger = opening.open_ledger(Path(stack.env["VOCODE_LEDGER"]))
    attempts = ledger.attempts().by_key.values()
    places = {attempt.intent.owner.stack.place for attempt in attempts}
    assert places == {f"file://{folder}/states"}
    command = ("-m", "vocode_pulumi", "audit", "--stack", "prod")
    there = Stack(folder, stack.env, stack.printed)
    audited = run(there, *command, VOCODE_API_KEY=sandbox.api_key)
    assert "2 numbers, 1 stack: no findings." in audited.stdout
    done = run(stack, str(OFFICE), str(folder), "--destroy", **secrets)
    assert done.returncode == 0, done.stdout
    assert "cannot be read" not in done.stdout
    assert active(sandbox) == []


def test_variables_of_the_workspace_reach_the_plugin_and_not_the_program(
    stack: Stack, sandbox: Sandbox
) -> None:
    code = """
        def buys():
            PhoneNumber("main")

        def looks():
            buys()
            pulumi.export("user", get_usage().user_id)

        stack(buys, VOCODE_API_KEY=sys.argv[1]).up()
        try:
            stack(looks, VOCODE_API_KEY=sys.argv[1]).preview()
        except auto.CommandError as error:
            print("CommandError", error)
        with_key = stack(looks)
        with_key.set_config("vocode:apiKey", auto.ConfigValue(sys.argv[1], secret=True))
        print("user", with_key.up().outputs["user"].value)
    """
    done = run(
        stack,
        "-c",
        OURS + textwrap.dedent(code),
        sandbox.api_key,
        PULUMI_BACKEND_URL=stack.env["PULUMI_BACKEND_URL"],
        PULUMI_CONFIG_PASSPHRASE="test",
    )
    assert done.returncode == 0, done.stdout
    assert len(active(sandbox)) == 1
    assert "CommandError" in done.stdout
    assert "No Vocode API key" in done.stdout
    assert f"user {sandbox.call('GET', '/v1/usage')['user_id']}" in done.stdout


def test_what_only_a_preview_says_is_not_said_by_up(stack: Stack, sandbox: Sandbox) -> None:
    code = """
        made = stack(lambda: PhoneNumber("main"))
        made.set_config("vocode:maxNumber", auto.ConfigValue("5"))
        for run in (made.up, made.preview):
            said = []
            run(on_output=said.append)
            print(run.__name__, "vocode:maxNumber is set, but nothing reads it" in "".join(said))
    """
    printed = run_code(stack, code, VOCODE_API_KEY=sandbox.api_key)
    assert printed == "up False\npreview True\n"
    assert len(active(sandbox)) == 1


def test_a_process_keeps_nothing_of_the_runs_that_ended(stack: Stack, sandbox: Sandbox) -> None:
    code = """
        import gc, weakref
        from pulumi.runtime.settings import get_monitor
        runs = []

        def program():
            runs.append(weakref.ref(get_monitor()))
            PhoneNumber("main")

        for _ in range(3):
            stack(program, VOCODE_MAX_NUMBERS="5").preview()
            gc.collect()
        print([run() is None for run in runs][:-1])
    """
    given = {"VOCODE_API_KEY": sandbox.api_key, "VOCODE_MAX_NUMBERS": "5"}
    assert run_code(stack, code, **given) == "[True, True]\n"


def test_a_failed_run_raises_an_error_with_the_words_of_the_provider(
    stack: Stack, sandbox: Sandbox
) -> None:
    code = """
        try:
            stack(lambda: PhoneNumber("main", area_code="41")).up()
        except auto.CommandError as error:
            print(error)
    """
    printed = run_code(stack, code, VOCODE_API_KEY=sandbox.api_key)
    assert "property area_code value {41} has a problem: must be three digits" in printed
    assert active(sandbox) == []

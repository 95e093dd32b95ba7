# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi generate`, from an account that plain requests made to an empty preview."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.engine import vault
from tests.engine.harness import CREDENTIAL, SECRET, Stack, active, writes
from tests.support.filled_account import AZURE, Account, of_a_company, of_every_kind
from tests.support.made_up_account import MadeUp
from tests.support.objects import EXTERNAL
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox


def formatted_and_typed(stack: Stack) -> None:
    """Fail if `ruff format` or mypy has something to say of the program."""
    files = [str(file) for file in stack.folder.glob("*.py")]
    for words in (["ruff", "format", "--check", "--no-cache", "--isolated"], ["mypy", "--strict"]):
        done = subprocess.run(
            [sys.executable, "-m", *words, *files],
            cwd=stack.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def test_every_kind_of_object_is_imported_without_a_purchase_and_without_a_change(
    stack: Stack, sandbox: Sandbox
) -> None:
    of_every_kind(sandbox)
    before = len(writes(sandbox))
    generate = ("generate", "--out", ".", "--stack", "dev", "--check")
    assert "Nothing is imported: the configuration of dev has no" in stack.command(
        *generate, code=2
    )
    said = stack.command(*generate, "--with-secrets")
    assert "The preview is empty, and the account is as it was." in said
    formatted_and_typed(stack)
    for file in stack.folder.rglob("*"):
        assert file.is_dir() or CREDENTIAL.encode() not in file.read_bytes(), file
    stack.up()
    stack.refresh()
    assert stack.nothing_to_do()
    assert len(writes(sandbox)) == before
    each_change_is_one_update(stack, sandbox, before)
    another_stack_leaves_the_numbers_out(stack)


def test_the_account_of_a_company_is_imported(stack: Stack, sandbox: Sandbox) -> None:
    of_a_company(sandbox)
    before = len(writes(sandbox))
    generate = ("generate", "--out", ".", "--stack", "dev", "--with-secrets", "--check")
    said = stack.command(*generate)
    many = "12 agents, 4 linked numbers, 46 numbers, 5 prompts, 6 voices, 8 webhooks"
    found = " ".join(said.split())
    assert all(part in found for part in many.split(", "))
    assert "The preview is empty, and the account is as it was." in said
    formatted_and_typed(stack)
    stack.refresh()
    stack.up()
    assert stack.nothing_to_do()
    assert len(writes(sandbox)) == before
    assert len(stack.held()) == 50


def each_change_is_one_update(stack: Stack, sandbox: Sandbox, before: int) -> None:
    """Change the program by hand, one field of each kind, of inline objects too."""
    changes = {
        "account_connections.py": ('"14155550100", "14155550101"', '"14155550100"', 3),
        "actions.py": ("https://book.example.com", "https://other.example.com", 1),
        "agents.py": ('name="Agent 2"', 'name="Agent two"', 1),
        "phone_numbers.py": ('"method": "GET"', '"method": "POST"', 1),
        "prompts.py": ('content="one"', 'content="two"', 1),
        "prompts/agent_2_prompt.md": ("tab\t", "no tab", 1),
        "vector_databases.py": ('index="a"', 'index="b"', 1),
        "voices.py": ("stability=0.5", "stability=0.75", 1),
        "webhooks.py": ("https://a.example.com", "https://b.example.com", 1),
    }
    for file, (old, new, times) in changes.items():
        text = (stack.folder / file).read_bytes().decode()
        assert text.count(old) == times, file
        (stack.folder / file).write_bytes(text.replace(old, new).encode())
    labels = (stack.folder / "phone_numbers.py").read_text()
    once = labels.replace('label="Front desk"', 'label="Back office"', 1)
    (stack.folder / "phone_numbers.py").write_text(once)
    stack.up()
    sent = [one for one in sandbox.requests() if one["method"] == "POST"][before:]
    kind = {"type", "phone_number"}
    found = sorted(
        (one["path"].split("?")[0].removeprefix("/v1/"), *sorted({*one["body"]} - kind))
        for one in sent
    )
    assert found == [
        *[("account_connections/remove_from_steering_pool",)] * 3,
        ("actions/update", "config"),
        ("agents/update", "name"),
        ("numbers/update", "label"),
        ("prompts/update", "content"),
        ("prompts/update", "content"),
        ("vector_databases/update", "index"),
        ("voices/update", "stability"),
        ("webhooks/update", "method"),
        ("webhooks/update", "url"),
    ]


def another_stack_leaves_the_numbers_out(stack: Stack) -> None:
    other = stack.beside("other")
    (stack.folder / "again").mkdir()
    for file in ("Pulumi.yaml", "Pulumi.other.yaml"):
        shutil.copy(stack.folder / file, stack.folder / "again")
    said = other.command("generate", "--out", "again", "--stack", "other", code=2)
    assert "Nothing is written: everything is left out." in said
    assert said.count("is held by") == 6
    assert "'agent_2' of the stack organization/calls/dev declares it" in " ".join(said.split())
    assert sorted(file.name for file in (stack.folder / "again").iterdir()) == [
        *("Pulumi.other.yaml", "Pulumi.yaml")
    ]


def test_an_imported_stack_is_as_if_the_program_had_made_it_and_holds_its_numbers(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    account = Account(sandbox)
    voice = account.make("voices", **AZURE)
    actions = [{"type": "action_external", "config": {**EXTERNAL, "input_schema": {"a": None}}}]
    agent = account.make("agents", name="Desk", prompt={"content": "Be\nbrief."}, voice=voice)
    own = {"prompt": {"content": "Hi"}, "voice": voice, "actions": actions}
    answers = {"Sales": agent, "Support": agent, "Night": own}
    numbers = [account.number(who, label=label) for label, who in answers.items()]
    before = len(writes(sandbox))
    refusal = stack.command("generate", "--out", ".", "--stack", "none", code=2)
    assert "make it with `pulumi stack init none`" in refusal
    generate = ("generate", "--out", ".", "--stack", "dev", "--no-protect")
    stack.command(*generate)
    stack.command(*generate, "--check")
    assert not (stack.folder / "import.json").exists()
    assert "has everything already" in stack.command(*generate)
    held = "3 numbers, 3 without a purchase (adopted, linked or imported); purchases: none."
    assert held in stack.command("ledger", "show")
    imported = comparable(stack)
    stack.up()
    stack.refresh()
    assert stack.nothing_to_do()
    assert len(writes(sandbox)) == before

    with InThread(data=tmp_path / "elsewhere", api_key=sandbox.api_key) as elsewhere:
        assert applied_to(elsewhere, stack, tmp_path) == imported
    assert active(sandbox) == sorted(numbers)
    stack.destroy()
    assert active(sandbox) == []


def applied_to(account: Sandbox, stack: Stack, folder: Path) -> dict[str, Any]:
    """The state that the program of a stack has in an account that was empty."""
    other = Stack(
        folder / "other-program",
        stack.env
        | {
            "VOCODE_BASE_URL": account.url,
            "VOCODE_LEDGER": str(folder / "other.sqlite"),
            "PULUMI_BACKEND_URL": f"file://{folder / 'other-backend'}",
        },
    )
    shutil.copytree(stack.folder, other.folder)
    (other.folder / "Pulumi.dev.yaml").unlink()
    other.backend.mkdir()
    other.pulumi("stack", "init", "dev", "--secrets-provider", vault.KEY)
    other.up()
    return comparable(other)


def comparable(stack: Stack) -> dict[str, Any]:
    """Inputs and outputs in the state of a stack, by URN, without what differs from account to account."""
    exported = stack.run("pulumi", "stack", "export", "--show-secrets", "--stack", "dev").stdout
    found = {}
    for one in json.loads(exported)["deployment"]["resources"]:
        if "vocode" in one["type"]:
            for name in ("claim", "attempt"):
                one["outputs"]["__record"].pop(name, None)
            for name, value in one["outputs"].items():
                if isinstance(value, dict) and SECRET in value:
                    one["outputs"][name] = {SECRET: json.loads(value["plaintext"])}
            text = json.dumps([one["inputs"], one["outputs"]], sort_keys=True)
            text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
            found[one["urn"]] = re.sub(r"\b1[0-9]{10}\b", "<number>", text)
    return found


def before_pulumi(stack: Stack, folder: Path, line: str) -> None:
    """Let a line of the shell run before each command of `pulumi`."""
    real = shutil.which("pulumi", path=stack.env["PATH"])
    own = folder / "own" / "pulumi"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\n{line}\nexec "{real}" "$@"\n')
    own.chmod(0o755)
    stack.env["PATH"] = f"{own.parent}{os.pathsep}{stack.env['PATH']}"


def test_an_old_pulumi_adopts_every_kind_of_object_without_a_purchase_and_without_a_change(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    of_every_kind(sandbox)
    before = len(writes(sandbox))
    before_pulumi(stack, tmp_path, '[ "$1" = version ] && echo v3.254.1 && exit')
    generate = ("generate", "--out", ".", "--stack", "dev", "--with-secrets")
    said = stack.command(*generate)
    assert "`pulumi` is v3.254.1" in said
    assert "vocode-pulumi generate --out . --stack dev --check" in said
    assert not (stack.folder / "import.json").exists()
    formatted_and_typed(stack)
    more_than_adoptions_are_not_done(stack, *generate, "--check")
    assert len(writes(sandbox)) == before
    said = stack.command(*generate, "--check")
    assert "43 resources adopted.\nThe preview is empty, and the account is as it was." in said
    # A linked number is taken over by a link, which Vocode refuses.
    assert writes(sandbox)[before:] == ["/v1/numbers/link"]
    assert all(
        one["protect"] for kind in ("PhoneNumber", "LinkedNumber") for one in stack.resources(kind)
    )
    assert "0 resources adopted" in stack.command(*generate, "--check")
    stack.refresh()
    assert stack.nothing_to_do()
    assert len(writes(sandbox)) == before + 1


def more_than_adoptions_are_not_done(stack: Stack, *check: str) -> None:
    """Change the program by hand before it is applied for the first time."""
    prompts, numbers = stack.folder / "prompts.py", stack.folder / "phone_numbers.py"
    written = prompts.read_text(), numbers.read_text()
    prompts.write_text(written[0].replace('content="one"', 'content="two"'))
    numbers.write_text(f'{written[1]}\nPhoneNumber("extra")\n')
    said = stack.command(*check, code=1)
    assert "it would change content\nextra: it would be made, and not adopted\n" in said
    assert "Nothing is adopted: `pulumi up` would do more than that." in said
    assert stack.held() == {}
    prompts.write_text(written[0])
    numbers.write_text(written[1])


def test_a_number_of_another_stack_that_is_asked_for_is_not_bought_but_taken_when_it_is_free(
    stack: Stack, sandbox: Sandbox
) -> None:
    prompt = 'prompt={"content": "Be kind."}'
    stack.program(f"""
        agent = Agent("desk", name="Desk", voice={AZURE!r}, {prompt})
        PhoneNumber("a", label="Sales", inbound_agent=agent.id)
        PhoneNumber("b", label="Support")
    """)
    stack.up()
    held = stack.held()
    before = len(writes(sandbox))
    other = stack.beside("other")
    for file in stack.folder.glob("*.py"):
        file.unlink()
    generate = ("generate", "--out", ".", "--stack", "other", "--number", f"+{held['a']}")
    said = " ".join(other.command(*generate).split())
    assert f"not yet yours: number {held['a']}" in said
    assert "is held by a" in said
    assert f"generate --out . --stack other --number +{held['a']} --check" in said
    text = (stack.folder / "__main__.py").read_text()
    assert 'desk = get_agent("' in text
    assert "inbound_agent=desk.id" in text
    assert f'adopt="{held["a"]}"' in text
    formatted_and_typed(stack)
    assert "is held by a" in other.preview(code=1)
    assert "the stack cannot have every number yet" in other.command(*generate, "--check", code=2)
    assert not (stack.folder / "import.json").exists()

    other.command("release", held["a"])
    other.command(*generate, "--check")
    assert "adopt=" not in (stack.folder / "__main__.py").read_text()
    assert other.held() == {"sales": held["a"]}
    assert len(writes(sandbox)) == before


def test_a_made_up_account_is_imported(stack: Stack, sandbox: Sandbox) -> None:
    MadeUp(sandbox, seed=3).fill()
    before = len(writes(sandbox))
    stack.command("generate", "--out", ".", "--stack", "dev", "--with-secrets", "--check")
    stack.refresh()
    assert stack.nothing_to_do()
    assert len(writes(sandbox)) == before


MEDDLE = """
import sys, urllib.request
url, key = sys.argv[1:]
headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
urllib.request.urlopen(urllib.request.Request(url, b'{"label": "Night"}', headers))
"""


def test_the_import_file_is_for_pulumi_import_and_a_write_meanwhile_is_noticed(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    account = Account(sandbox)
    number = account.number({"prompt": {"content": "Be\nbrief."}, "voice": AZURE}, label="Sales")
    before = len(writes(sandbox))
    generate = ("generate", "--out", ".", "--stack", "dev")
    stack.command(*generate)
    first = (stack.folder / "import.json").read_text()
    said = stack.command(*generate)
    assert (stack.folder / "import.json").read_text() == first
    (words,) = [line.split() for line in said.splitlines() if "pulumi import" in line]
    stack.pulumi(*words[1:], "--yes", "--skip-preview")
    assert stack.nothing_to_do()
    assert len(writes(sandbox)) == before

    (tmp_path / "meddle.py").write_text(MEDDLE)
    words = [sys.executable, str(tmp_path / "meddle.py")]
    words += [f"{sandbox.url}/v1/numbers/update?phone_number={number}", sandbox.api_key]
    before_pulumi(stack, tmp_path, f'[ "$1" = preview ] && {shlex.join(words)}')
    said = stack.command(*generate, "--check", code=1)
    assert "The account is not as it was: somebody has changed it meanwhile." in said

# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi generate`, from an account that plain requests made to an empty preview."""

import shutil
import subprocess
import sys

from tests.engine.harness import CREDENTIAL, Stack, active, writes
from tests.support.filled_account import AZURE, Account, of_every_kind
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
    said = other.command("generate", "--out", "again", "--stack", "other")
    assert said.startswith("no resource; 0 objects inline; 1 file.")
    assert said.count("is held by") == 6
    assert "'agent_2' of the stack organization/calls/dev declares it" in " ".join(said.split())
    assert sorted(file.name for file in (stack.folder / "again").iterdir()) == [
        *("Pulumi.other.yaml", "Pulumi.yaml", "__main__.py", "names.json")
    ]


def test_the_import_file_makes_the_stack_the_holder_of_its_numbers(
    stack: Stack, sandbox: Sandbox
) -> None:
    account = Account(sandbox)
    agent = account.make(
        "agents", name="Front desk", prompt={"content": "Be\nbrief."}, voice=AZURE, actions=[]
    )
    numbers = [account.number(agent, label=label) for label in ("Sales", "Support")]
    before = len(writes(sandbox))
    generate = ("generate", "--out", ".", "--stack", "dev", "--no-protect")
    stack.command(*generate)
    first = (stack.folder / "import.json").read_text()
    said = stack.command(*generate)
    assert (stack.folder / "import.json").read_text() == first
    (words,) = [line.split() for line in said.splitlines() if "pulumi import" in line]
    stack.pulumi(*words[1:], "--yes", "--skip-preview")
    assert stack.nothing_to_do()
    stack.up()
    assert "has everything already" in stack.command(*generate)
    assert not (stack.folder / "import.json").exists()
    assert len(writes(sandbox)) == before
    assert active(sandbox) == sorted(numbers)
    stack.destroy()
    assert active(sandbox) == []

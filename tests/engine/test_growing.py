# SPDX-License-Identifier: Apache-2.0
"""A field and a resource that are added to a copy of this tree, as CONTRIBUTING says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.harness import PROJECT, Stack, environment
from tests.engine.test_make import MADE
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]

FIELD = """
        favourite_colour: of the agent; default ``"red"``.
"""
FIELD_OF_ARGS = """
    favourite_colour: Annotated[Input[str] | None, Default("red")]
"""
FIELD_OF_THE_API = """
Agent.favourite_colour: string = "red"
AgentParams.favourite_colour: string = "red"
AgentUpdateParams.favourite_colour: string | Undefined
CreateCallAgentParams.favourite_colour: string = "red"
NormalizedAgent.favourite_colour: string = "red"
"""

ARGS = '''# SPDX-License-Identifier: Apache-2.0
"""What a greeting takes."""

from typing import Required, TypedDict

from pulumi import Input


class GreetingArgs(TypedDict, total=False):
    """Words at the beginning of a call.

    Args:
        words: that are said.
        name: for people.
    """

    words: Required[Input[str]]
    name: Input[str] | None
'''
RESOURCE = '''# SPDX-License-Identifier: Apache-2.0
"""A greeting of a Vocode account."""

from typing import Unpack

import pulumi

from vocode_pulumi.args import greeting
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource


class GreetingLifecycle(ObjectLifecycle):
    """Makes and changes greetings."""

    args = greeting.GreetingArgs
    collection = "/v1/greetings"


class GreetingProvider(VocodeProvider):
    """The engine's provider of greetings."""

    lifecycle = GreetingLifecycle


class Greeting(ObjectResource, module="vocode", name="Greeting"):
    """What is said at the beginning of a call.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: id of a greeting that the account has already: taken over, not made.
        **inputs: those of :class:`~vocode_pulumi.GreetingArgs`.

    API: https://docs.vocode.dev, ``POST /v1/greetings/create``.
    """

    provider = GreetingProvider()

    # made by `make docs`
    # until here
'''
RESOURCE_OF_THE_API = """
GET /v1/greetings(id*: uuid) -> 200/422 Greeting get_greeting key
GET /v1/greetings/list(page: integer = 1, size: integer = 10, sort_column: string | null, sort_desc: boolean | null = false) -> 200/422 GreetingPage list_greetings key
Greeting.id*: uuid
Greeting.name: string | null
Greeting.user_id*: uuid
Greeting.words*: string
GreetingPage.has_more*: boolean
GreetingPage.items*: [Greeting]
GreetingPage.page*: integer
GreetingPage.size*: integer
GreetingPage.total*: integer
GreetingPage.total_is_estimated*: boolean
GreetingParams.name: string | null
GreetingParams.words*: string
GreetingUpdateParams.name: string | Undefined | null
GreetingUpdateParams.words: string | Undefined
POST /v1/greetings/create() <- GreetingParams -> 200/422 Greeting create_greeting key
POST /v1/greetings/update(id*: uuid) <- GreetingUpdateParams -> 200/422 Greeting update_greeting key
"""
SAMPLE = """
    Row(
        "Greeting",
        "greetings",
        {"words": "Hello"},
        [({"words": "Good day"}, update(words="Good day"))],
        update(words="Yo"),
        "words",
        update(words="Hello"),
        [({"words": None}, "words", "is missing")],
    ),
"""

PROGRAM = """
greeting = Greeting("greeting", words="Hello", name="short")
number = PhoneNumber(
    "main",
    inbound_agent={
        "prompt": "Be brief.", "voice": {"type": "voice_vocode", "voice_id": "joe"},
        "favourite_colour": %r,
    },
)
pulumi.export("number", number.number)
pulumi.export("words", get_greeting_output(greeting.id).words)
"""


MOCKED = """
from vocode_pulumi import Greeting, get_greeting_output, testing
import pulumi

def program():
    made = Greeting("made", words="Hello")
    Greeting("adopted", adopt="00000000-0000-4000-8000-000000000001", words="Hi")
    pulumi.export("words", get_greeting_output(made.id).words)

declared = testing.run(program)
print(declared.exports["words"], declared.of_type("Greeting")[0].outputs["words"])
"""


class Tree:
    """A copy of this tree, and the files in it that were changed by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_hand: set[str] = set()

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)
        self.by_hand.add(path)

    def add(self, path: str, after: str, lines: str) -> None:
        """Add lines after the first one that begins as is said."""
        text = (self.folder / path).read_text()
        added = re.sub(
            rf"^{re.escape(after)}.*\n",
            lambda line: line[0] + lines.lstrip("\n"),
            text,
            count=1,
            flags=re.MULTILINE,
        )
        assert added != text, after
        self.write(path, added)

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environment(os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self, of: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
        """Variables with which Python finds the copy before anything else."""
        path = f"{self.folder}{os.pathsep}{of.get('PYTHONPATH', '')}"
        return {**of, "PYTHONPATH": path}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    ignored = shutil.ignore_patterns(*MADE)
    copy = Path(shutil.copytree(ROOT, tmp_path / "tree", ignore=ignored))
    known = ROOT / ".mypy_cache"
    if known.exists():
        # mypy reads anew whatever is not as it was.
        shutil.copytree(known, copy / known.name)
    return Tree(copy)


def test_a_field_touches_two_files_and_a_resource_four(
    tree: Tree, tmp_path: Path, engine_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.add("vocode_pulumi/args/agent.py", "        name: ", FIELD)
    tree.add("vocode_pulumi/args/agent.py", "    name: Input", FIELD_OF_ARGS)
    tree.add("vocode_pulumi/sandbox/wire/table.py", "TABLE =", FIELD_OF_THE_API)
    assert len(tree.by_hand) == 2

    tree.by_hand.clear()
    tree.write("vocode_pulumi/args/greeting.py", ARGS)
    tree.write("vocode_pulumi/resources/greeting.py", RESOURCE)
    tree.add("vocode_pulumi/sandbox/wire/table.py", "TABLE =", RESOURCE_OF_THE_API)
    tree.add("tests/support/objects.py", "ROWS =", SAMPLE)
    assert len(tree.by_hand) == 4

    tree.run("-m", "tools.made", "code")
    tree.run("-m", "tools.made", "documentation")
    for path, said in (
        ("docs/use/greeting.md", "| `words` (required) | "),
        ("docs/use/agent.md", "| `favourite_colour` | "),
        ("docs/use/lookups.md", "`list_greetings(name)`"),
        ("docs/README.md", "use/greeting.md"),
    ):
        assert said in (tree.folder / path).read_text(), path
    samples = (
        "tests/unit/test_objects.py",
        "tests/unit/test_lookups.py",
        "tests/unit/test_docs.py",
    )
    checked = tree.run(
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "reeting or Agent or made or operation or describes",
        *samples,
    )
    assert re.search(r"^\d+ passed", checked, re.MULTILINE), checked
    tree.run("-m", "mypy", "vocode_pulumi")
    assert tree.run("-c", MOCKED).split() == ["Hello", "Hello"]

    folder, backend = tmp_path / "program", tmp_path / "backend"
    folder.mkdir()
    backend.mkdir()
    (folder / "Pulumi.yaml").write_text(PROJECT)
    monkeypatch.chdir(tree.folder)
    monkeypatch.setenv("PYTHONPATH", str(tree.folder))
    with Sandbox(tmp_path / "account", api_key="key") as account:
        env = environment(engine_home, backend, account)
        stack = Stack(folder, env)
        stack.env = tree.environment(stack.cold())
        stack.pulumi("stack", "init", "dev")
        stack.program(PROGRAM % "blue")
        stack.up()
        assert stack.outputs()["words"] == "Hello"
        assert stack.nothing_to_do()
        stack.program(PROGRAM % "green")
        account.clear_requests()
        stack.up()
        bodies = [one["body"] for one in account.requests() if one["method"] == "POST"]
        assert bodies == [{"favourite_colour": "green"}]
        assert [one["number"] for one in account.purchases()] == [stack.outputs()["number"]]
        stack.destroy()

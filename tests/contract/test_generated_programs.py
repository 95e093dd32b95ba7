# SPDX-License-Identifier: Apache-2.0
"""Programs that `vocode-pulumi generate` writes for made-up accounts: what they declare, and their form."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.made_up_account import MadeUp
from vocode_pulumi.generate.choosing import Choice, Filters, choose, inputs_of
from vocode_pulumi.generate.naming import names_of
from vocode_pulumi.generate.program import Writer
from vocode_pulumi.generate.reading import Account, read_account
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.settings import Settings
from vocode_pulumi.testing import HIDDEN, run


@pytest.mark.parametrize("flat", [False, True], ids=["inline", "flat"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_program_declares_what_the_account_has(
    account: Sandbox, tmp_path: Path, seed: int, flat: bool
) -> None:
    MadeUp(account, seed).fill()
    found = account_of(account)
    choice = choose(found, Filters(), {}, flat=flat)
    assert not choice.left_out
    require_same_objects(tmp_path, found, choice)


@pytest.mark.parametrize("kinds", [("numbers",), ("agents", "actions"), ("agents", "webhooks")])
def test_a_program_looks_up_what_it_refers_to(
    account: Sandbox, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    MadeUp(account, 1).fill()
    found = account_of(account)
    choice = choose(found, Filters(only=kinds), {}, flat=False)
    assert choice.looked_up
    require_same_objects(tmp_path, found, choice)


def account_of(sandbox: Sandbox) -> Account:
    settings = Settings.load(
        environ={"VOCODE_API_KEY": sandbox.api_key, "VOCODE_BASE_URL": sandbox.url}
    )
    return read_account(settings, lambda _done, _of: None)


def require_same_objects(folder: Path, account: Account, choice: Choice) -> None:
    """Write a program and run it: it has the form of `ruff format`, and declares what was chosen."""
    names = names_of(account, {}, {})
    written = Writer(choice, names, {}, protect=True).program()
    (folder / "Pulumi.yaml").write_text("name: made-up\nruntime: python\n")
    (folder / "prompts").mkdir()
    for path, text in written.files.items():
        (folder / path).write_bytes(text)
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--diff", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout

    declared = run(folder, config={f"made-up:{key}": text for key, text in written.secrets.items()})
    shown = {live.id: names[live.id] for live in choice.resources}
    expected = {names[live.id]: named(inputs_of(choice, live), shown) for live in choice.resources}
    made = {str(one.id): one.name for one in declared.resources}
    assert {one.name: named(dict(one.inputs), made) for one in declared.resources} == {
        name: hidden(inputs, {*written.secrets.values()}) for name, inputs in expected.items()
    }


def named(value: Any, names: dict[str, str]) -> Any:
    """A value with the name of each resource in place of its id."""
    text = json.dumps(value)
    for id_, name in names.items():
        text = text.replace(json.dumps(id_), json.dumps(f"<{name}>"))
    return json.loads(text)


def hidden(value: Any, secrets: set[str]) -> Any:
    """A value in which secrets are hidden, as in the results of a run."""
    if isinstance(value, dict):
        return {name: hidden(item, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [hidden(item, secrets) for item in value]
    return HIDDEN if value in secrets else value

# SPDX-License-Identifier: Apache-2.0
"""Programs that `vocode-pulumi generate` writes for made-up accounts: what they declare, and their form."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.made_up_account import MadeUp
from vocode_pulumi.generate.choosing import Filters, choose, inputs_of
from vocode_pulumi.generate.naming import names_of
from vocode_pulumi.generate.program import Writer
from vocode_pulumi.generate.reading import read_account
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.settings import Settings
from vocode_pulumi.testing import HIDDEN, run


@pytest.mark.parametrize("flat", [False, True], ids=["inline", "flat"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_program_declares_what_the_account_has(
    account: Sandbox, tmp_path: Path, seed: int, flat: bool
) -> None:
    MadeUp(account, seed).fill()
    settings = Settings.load(
        environ={"VOCODE_API_KEY": account.api_key, "VOCODE_BASE_URL": account.url}
    )
    found = read_account(settings, lambda _done, _of: None)
    names = names_of(found, {}, {})
    choice = choose(found, Filters(), {}, flat=flat)
    assert not choice.left_out
    written = Writer(choice, names, {}, protect=True).program()
    (tmp_path / "Pulumi.yaml").write_text("name: made-up\nruntime: python\n")
    (tmp_path / "prompts").mkdir()
    for path, text in written.files.items():
        (tmp_path / path).write_bytes(text)
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--diff", tmp_path],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout

    declared = run(
        tmp_path, config={f"made-up:{key}": text for key, text in written.secrets.items()}
    )
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

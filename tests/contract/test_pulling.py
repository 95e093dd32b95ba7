# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi pull` over an account, with a `pulumi` that just prints a state and a preview."""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.filled_account import Account
from tests.support.states import exported, urn
from vocode_pulumi.cli import main
from vocode_pulumi.provider.secret_paths import SECRET_SIGNATURE
from vocode_pulumi.record import TYPE_PREFIX, URN
from vocode_pulumi.resources.phone_number import PhoneNumber
from vocode_pulumi.resources.webhook import Webhook
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.settings import Settings

EVENTS = ["event_message"]
PULUMI = """\
#!/bin/sh
echo "$@" >> {folder}/said
case "$*" in
  *show-name*) echo dev;;
  config*) echo '{{}}';;
  *export*) cat {folder}/state.json;;
  preview*) cat {folder}/preview.json; exit {status};;
esac
"""


class Stack:
    """A stack of which somebody else's `pulumi` tells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.resources: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []

    def has(self, kind: Any, name: str, id_: str, answer: Any, **inputs: Any) -> None:
        """Let the stack have an object, as the program declares it."""
        type_ = f"{TYPE_PREFIX}{kind.__name__}"
        news = {**inputs, URN: urn(name, kind=type_)}
        settings = Settings(api_key="any", settle_seconds=0)
        old, outs = kind.provider.as_imported(id_, answer, news, settings, {})
        one = {"urn": news[URN], "type": type_, "id": id_}
        self.resources.append({**one, "inputs": as_exported(old), "outputs": as_exported(outs)})
        shown = {**one, "inputs": inputs}
        self.steps.append({"op": "same", "oldState": shown, "newState": shown})

    def write(self, *diagnostics: dict[str, Any]) -> None:
        (self.folder / "state.json").write_text(exported(*self.resources))
        preview = {"steps": self.steps, "diagnostics": diagnostics, "changeSummary": {}}
        (self.folder / "preview.json").write_text(json.dumps(preview))
        file = self.folder / "bin" / "pulumi"
        file.parent.mkdir(exist_ok=True)
        text = PULUMI.format(folder=shlex.quote(str(self.folder)), status=bool(diagnostics) + 0)
        file.write_text(text)
        file.chmod(0o755)

    def said(self) -> str:
        """The commands that were run."""
        return (self.folder / "said").read_text()


def as_exported(value: Any) -> Any:
    """A value with its secrets as `pulumi stack export --show-secrets` has them."""
    if isinstance(value, dict):
        if SECRET_SIGNATURE.items() <= value.items():
            return SECRET_SIGNATURE | {"plaintext": json.dumps(value["value"])}
        return {name: as_exported(item) for name, item in value.items() if item is not None}
    return [*map(as_exported, value)] if isinstance(value, list) else value


@pytest.fixture
def stack(account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack with a number and a webhook of the account."""
    made, folder = Account(account), tmp_path / "stack"
    (tmp_path / "program").mkdir()
    folder.mkdir()
    monkeypatch.chdir(tmp_path / "program")
    monkeypatch.setenv("PATH", str(folder / "bin"), prepend=":")
    monkeypatch.setenv("VOCODE_API_KEY", account.api_key)
    monkeypatch.setenv("VOCODE_BASE_URL", account.url)
    monkeypatch.setenv("VOCODE_SETTLE_SECONDS", "0")
    one = Stack(folder)
    hook = made.make("webhooks", url="https://a.example.com", subscriptions=EVENTS)
    live = account.call("GET", "/v1/webhooks", id=hook)
    inputs = {"url": "https://a.example.com", "subscriptions": EVENTS}
    one.has(Webhook, "hook", hook, live, **inputs)
    number = made.number(label="Sales")
    live = account.call("GET", "/v1/numbers", phone_number=number)
    one.has(PhoneNumber, "sales", number, live, label="Sales")
    one.write()
    account.clear_requests()
    return one


def pull(capsys: pytest.CaptureFixture[str], *options: str, code: int) -> str:
    assert main(["pull", *options]) == code
    printed = capsys.readouterr()
    return printed.err if code == 2 else printed.out


def change(account: Sandbox, stack: Stack, **fields: Any) -> None:
    account.call("POST", "/v1/webhooks/update", fields, id=stack.resources[0]["id"])
    account.clear_requests()


def test_a_change_at_vocode_is_shown_and_nothing_is_written(
    account: Sandbox, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        pull(capsys, code=0) == "Nothing that the program declares was changed by hand at Vocode.\n"
    )
    assert json.loads(pull(capsys, "--json", code=0)) == []
    change(account, stack, url="https://b.example.com", subscriptions=[*EVENTS, "event_action"])
    stack.write()
    said = " ".join(pull(capsys, code=1).split())
    both = 'program ["event_message"] last seen ["event_message"]'
    assert f'subscriptions: {both} Vocode ["event_message", "event_action"]' in said
    assert "2 values changed at Vocode." in said
    said = pull(capsys, "--resolve", "ours", code=1)
    assert 'url: "https://b.example.com" becomes "https://a.example.com"' in said
    (one,) = json.loads(pull(capsys, "--json", code=1))
    assert (one["name"], one["type"], one["gone"]) == ("hook", "Webhook", False)
    assert {one["method"] for one in account.requests()} == {"GET"}
    assert "refresh --yes" not in stack.said()
    assert "preview" in stack.said()


def test_each_run_reads_the_account_anew(
    account: Sandbox, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    pull(capsys, code=0)
    number = stack.resources[1]["id"]
    account.call("POST", "/v1/numbers/update", {"label": "Other"}, phone_number=number)
    assert 'Vocode "Other"' in pull(capsys, code=1)
    account.call("POST", "/v1/numbers/cancel", phone_number=number)
    assert "It is gone at Vocode." in pull(capsys, code=1)


def test_what_vocode_has_is_read_with_the_key_of_the_resources_own_provider(
    account: Sandbox, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    other = account.another_account("key-of-another")
    hook = {"url": "https://c.example.com", "subscriptions": EVENTS}
    live = other.call("POST", "/v1/webhooks/create", hook)
    stack.has(Webhook, "theirs", live["id"], live, **hook)
    provider = urn("own", kind="pulumi:providers:pulumi-python")
    key = {"vocode:apiKey": SECRET_SIGNATURE | {"plaintext": '"key-of-another"'}}
    stack.resources[-1]["provider"] = f"{provider}::1"
    stack.resources.insert(
        0, {"urn": provider, "type": "pulumi:providers:pulumi-python", "inputs": key}
    )
    stack.write()
    assert (
        pull(capsys, code=0) == "Nothing that the program declares was changed by hand at Vocode.\n"
    )
    other.call("POST", "/v1/webhooks/update", {"url": "https://d.example.com"}, id=live["id"])
    assert 'Vocode     "https://d.example.com"' in pull(capsys, code=1)


def test_what_is_taken_over_needs_libcst_and_only_that(
    account: Sandbox,
    stack: Stack,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(account, stack, url="https://b.example.com")
    for module in ("editing", "source", "literals"):
        monkeypatch.delitem(sys.modules, f"vocode_pulumi.pull.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "libcst", None)
    pull(capsys, code=1)
    said = pull(capsys, "--resolve", "theirs", code=2)
    assert "--resolve theirs needs libcst" in said
    assert "`pip install 'pulumi-vocode[pull]'`" in said


def test_what_cannot_be_found_out_is_an_error(
    account: Sandbox,
    stack: Stack,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stack.write({"severity": "error", "message": "no such name"})
    assert "The preview of dev failed:\nno such name" in pull(capsys, code=2)
    stack.write()
    newer = {"urn": urn("x", kind=f"{TYPE_PREFIX}Newer"), "type": f"{TYPE_PREFIX}Newer", "id": "x"}
    stack.resources.append(newer)
    stack.write()
    assert "does not know what a Newer is (x)" in pull(capsys, code=2)
    stack.resources.remove(newer)
    stack.write()
    account.fault(path="/v1/webhooks", status=403, body={"detail": "no"})
    assert "GET /v1/webhooks" in pull(capsys, code=2)
    monkeypatch.delenv("VOCODE_API_KEY")
    assert "dev has no vocode:apiKey" in pull(capsys, code=2)
    for option in ("--write", "--force"):
        with pytest.raises(SystemExit) as ended:
            main(["pull", option])
        assert ended.value.code == 2


def test_nothing_is_written_into_a_folder_without_git(
    account: Sandbox, stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Path("__main__.py")
    program.write_text('Webhook("hook", url="https://a.example.com")\n')
    change(account, stack, url="https://b.example.com")
    theirs = ("--resolve", "theirs")
    assert '__main__.py:1: url = "https://b.example.com"' in pull(capsys, *theirs, code=1)
    assert "in no Git repository. --force" in pull(capsys, *theirs, "--write", code=2)
    assert program.read_text() == 'Webhook("hook", url="https://a.example.com")\n'
    # The preview here never changes, so the write is put back.
    said = " ".join(pull(capsys, *theirs, "--write", "--force", code=1).split())
    assert "left: the program does not take it from there" in said
    assert program.read_text() == 'Webhook("hook", url="https://a.example.com")\n'
    assert "refresh --yes" not in stack.said()

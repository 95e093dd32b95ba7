# SPDX-License-Identifier: Apache-2.0
"""Each single field of each kind, changed by hand in a program that `vocode-pulumi generate` wrote."""

import ast
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.engine.harness import CREDENTIAL, Stack
from tests.support.every_field import LEFT_OUT, Values, holds, kinds
from tests.support.filled_account import AZURE, Account, with_credentials
from tests.support.objects import ROWS
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.schema.marks import CREATE_ONLY

SECRETS = f"""
secret = pulumi.Output.secret("{CREDENTIAL}")
other = pulumi.Output.secret("{CREDENTIAL}-2")
"""
NEXT_TO_IT = {"type", "phone_number"}
"""What an update has besides the field that changed."""


class Change(NamedTuple):
    """A field that is changed.

    Args:
        id: of the object, as Pulumi has it.
        name: the field.
        value: its new value; ``None`` removes it from the program.
        call: the last word of the call that follows.
        sent: what the call sends of the field; ``None`` if that does not matter here.
    """

    id: str
    name: str
    value: Any
    call: str = "update"
    sent: Any = None


def of_rows(account: Account) -> Iterator[Change]:
    """The changes of the tests' samples, field by field: each is made to an object of its own."""
    for row in ROWS:
        inputs = row.first
        for changed, call in row.changes:
            for name, value in changed.items():
                made = {key: one for key, one in inputs.items() if one is not None}
                if isinstance(made.get("prompt"), str):
                    made["prompt"] = {"content": made["prompt"]}
                id_ = account.make(row.collection, **with_credentials(made))
                sent = call.body[name] if call.name == "update" else None
                yield Change(id_, name, value, call.name, sent)
            inputs = {**inputs, **changed}


def of_every_field(account: Account) -> Iterator[Change]:
    """A change of each field of each kind: each is made to an object of its own."""
    values = Values(account.sandbox)
    collections = {row.kind: row.collection for row in ROWS}
    for kind, record in kinds():
        for name, field in record.fields.items():
            if name in LEFT_OUT or field.has(CREATE_ONLY):
                continue
            made, value = values.record(record, 0), values.of(field, 1)
            if value != made.get(name) and not holds(field.default, value):
                yield Change(account.make(collections[kind], **made), name, value)


def of_numbers(account: Account) -> Iterator[Change]:
    """A change of each field of a bought number, and of a linked one."""
    prompt = {"content": "Be kind."}
    agents = [account.make("agents", prompt=prompt, voice=AZURE) for _ in range(2)]
    credentials = {"twilio_account_sid": CREDENTIAL, "twilio_auth_token": CREDENTIAL}
    twilio = account.make(
        "account_connections", type="account_connection_twilio", credentials=credentials
    )
    changes = {
        "label": "Support",
        "outbound_only": True,
        "example_context": {"name": "Ada"},
        "inbound_agent": agents[1],
    }
    for at, (name, value) in enumerate(changes.items()):
        linked = f"1415555012{at}"
        body = {"phone_number": linked, "telephony_account_connection": twilio}
        account.sandbox.call("POST", "/v1/numbers/link", {**body, "inbound_agent": agents[0]})
        for number in (account.number(agents[0], label="Sales"), linked):
            yield Change(number, name, value, sent=value)


def change_program(stack: Stack, changes: list[Change]) -> None:
    """Make the changes in the program of a stack."""
    names = json.loads((stack.folder / "names.json").read_text())["names"]
    wanted = {names[change.id]: change for change in changes}
    for file in stack.folder.glob("*.py"):
        tree = ast.parse(file.read_text())
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                change = wanted.pop(call.args[0].value, None)
                if change is not None:
                    call.keywords = [one for one in call.keywords if one.arg != change.name]
                    if change.value is not None:
                        value = ast.parse(repr(change.value), mode="eval").body
                        call.keywords.append(ast.keyword(change.name, value))
        head = f"import pulumi\n{SECRETS}\n"
        file.write_text(head + ast.unparse(tree))
    assert not wanted


def writes_by_object(sandbox: Sandbox) -> dict[str, list[tuple[str, Any]]]:
    """The last word and the body of each write, by the id of the object."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for one in sandbox.requests():
        if one["method"] == "POST":
            parts = urlsplit(one["path"])
            ((id_,),) = parse_qs(parts.query).values()
            found.setdefault(id_, []).append((parts.path.rsplit("/", 1)[-1], one["body"]))
    return found


def test_a_field_that_is_changed_in_the_program_is_one_update_that_sends_it_alone(
    stack: Stack, sandbox: Sandbox
) -> None:
    account = Account(sandbox)
    changes = [*of_rows(account), *of_every_field(account), *of_numbers(account)]
    stack.command("generate", "--out", ".", "--stack", "dev", "--with-secrets", "--check")
    change_program(stack, changes)
    sandbox.clear_requests()
    stack.up()
    sent = writes_by_object(sandbox)
    assert [change for change in changes if change.id not in sent] == []
    for change in changes:
        ((call, body),) = sent.pop(change.id)
        assert call == change.call, change
        if call == "update":
            assert {*body} - (NEXT_TO_IT - {change.name}) == {change.name}, change
            assert change.sent is None or body[change.name] == change.sent, change
    assert sent == {}
    assert stack.nothing_to_do()

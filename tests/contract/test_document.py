# SPDX-License-Identifier: Apache-2.0
"""The sandbox's own document against what is known of the API."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.notation import lines
from vocode_pulumi.args.account_connection import AccountConnectionArgs
from vocode_pulumi.args.agent import AgentArgs
from vocode_pulumi.args.linked_number import LinkedNumberArgs
from vocode_pulumi.args.phone_number import PhoneNumberArgs
from vocode_pulumi.resources.linked_number import INPUTS_OF_LINK
from vocode_pulumi.resources.phone_number import CHANGED_IN_PLACE, CHOOSING_INPUTS
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.wire.table import TABLE
from vocode_pulumi.schema import reading, shapes
from vocode_pulumi.schema.walking import shapes_within

KNOWN = TABLE.strip().splitlines()


def test_the_sandbox_describes_itself_as_the_api_does_field_by_field(account: Sandbox) -> None:
    document = account.call("GET", "/openapi.json")
    assert lines(document) == KNOWN
    assert (document["info"]["title"], document["info"]["version"]) == (
        "Vocode Hosted API",
        "1.0.0",
    )


def rows(name: str) -> dict[str, str]:
    """The fields of an object of the API, and the rest of their rows."""
    found = {}
    for line in KNOWN:
        if line.startswith(f"{name}."):
            field, rest = line.removeprefix(f"{name}.").split(":", 1)
            found[field] = rest
    return found


def fields_of(record: shapes.Record) -> set[str]:
    return {f"{name}*" if field.required else name for name, field in record.fields.items()}


def records() -> dict[str, shapes.Record]:
    """Every inline object that a program can declare, by the API's name of it."""
    return {
        shape.name.removesuffix("Args"): shape
        for args in (AgentArgs, AccountConnectionArgs)
        for shape in shapes_within(reading.schema_of(args))
        if isinstance(shape, shapes.Record)
    }


NAMES = {
    "Empty": "EmptyActionConfig",
    "LLMFallback": "InternalLLMFallback",
    "VectorDatabase": "PineconeVectorDatabaseParams",
}


def name_of(record: shapes.Record) -> str:
    """The API's name of what a program can declare."""
    name = record.name.removesuffix("Args")
    return NAMES.get(name) or (
        name if rows(name) and not rows(f"{name}Params") else f"{name}Params"
    )


@pytest.mark.parametrize("name", sorted(records()))
def test_what_a_program_can_declare_is_what_the_api_takes(name: str) -> None:
    record = records()[name]
    assert fields_of(record) == set(rows(name_of(record)))


WORDS = {str: "string", bool: "boolean", int: "integer", float: "number"}
ENUMERATIONS = dict(line.split(" = ") for line in KNOWN if re.match(r"\w+ = [^|]+$", line))
SAME = {
    "{integer | number}": "{number}",
    "object": "{any}",
    "FunctionCallActionTriggerConfig": "EmptyActionConfig",
}
"""Types of the API, and what stands for them in a program."""


def type_of(shape: shapes.Shape) -> str:
    """A shape as the table writes it; what an inline object of a program is to the API."""
    if isinstance(shape, shapes.Scalar):
        return WORDS[shape.type]
    if isinstance(shape, shapes.Choice):
        return "/".join(shape.values)
    if isinstance(shape, shapes.ListOf):
        return f"[{type_of(shape.item.shape)}]"
    if isinstance(shape, shapes.MapOf):
        return f"{{{type_of(shape.item.shape)}}}"
    if isinstance(shape, shapes.Record):
        return name_of(shape)
    if isinstance(shape, shapes.Variants):
        return f"{' | '.join(map(name_of, shape.records.values()))} by type"
    if isinstance(shape, shapes.Reference):
        return f"uuid | {type_of(shape.inline)}" if shape.inline else "uuid"
    return "any"


WHOLE = ("OpenAIAccountConnection | ", "PromptTemplate")
"""What the API takes as a whole object too, where a program gives its id."""


def said(row: str) -> tuple[str, Any]:
    """The type and the default that a row of the table says."""
    kind, _, default = row.strip().partition(" = ")
    kind = kind.removesuffix(" | null").removesuffix(" | Undefined")
    for whole in WHOLE:
        kind = kind.replace(whole, "").removesuffix(" | ")
    return ENUMERATIONS.get(kind, SAME.get(kind, kind)), json.loads(default) if default else None


@pytest.mark.parametrize("name", sorted(records()))
def test_types_and_defaults_are_those_of_the_api(name: str) -> None:
    record = records()[name]
    known = {field.rstrip("*"): said(row) for field, row in rows(name_of(record)).items()}
    for field in record.fields.values():
        kind, default = known[field.name]
        for word, words in ENUMERATIONS.items():
            kind = kind.replace(f"[{word}]", f"[{words}]")
        assert type_of(field.shape) == kind, field.name
        # The document shows no default that is an object of its own.
        assert default == (None if field.default == {} else field.default), field.name


def test_what_a_purchase_and_an_update_carry_is_what_the_api_takes() -> None:
    assert {*CHOOSING_INPUTS, "inbound_agent"} == set(rows("BuyPhoneNumberRequest"))
    assert {*CHANGED_IN_PLACE, "inbound_agent"} == set(rows("UpdateNumberRequest"))
    bought = reading.record_of(PhoneNumberArgs).fields
    assert set(bought) == {*CHOOSING_INPUTS, *CHANGED_IN_PLACE, "inbound_agent", "adopt"}


def test_every_operation_is_in_the_table_of_the_docs() -> None:
    page = Path(__file__).parents[2] / "docs" / "evidence" / "operations.md"
    shown = re.findall(r"^\| `((?:GET|POST) \S+)` \|", page.read_text(), re.MULTILINE)
    known = [line.split("(")[0] for line in KNOWN if line.startswith(("GET ", "POST "))]
    assert sorted(shown) == known


def test_what_a_link_carries_is_what_the_api_takes() -> None:
    link = {"phone_number*", "telephony_account_connection*", "outbound_only", "inbound_agent"}
    assert link == set(rows("LinkPhoneNumberRequest"))
    record = reading.record_of(LinkedNumberArgs)
    assert fields_of(record) == link | {*CHANGED_IN_PLACE}
    assert {*INPUTS_OF_LINK, "inbound_agent"} == {name.rstrip("*") for name in link}

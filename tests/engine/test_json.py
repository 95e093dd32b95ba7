# SPDX-License-Identifier: Apache-2.0
"""JSON that a program gives arrives as it is: with its nulls, and with large whole numbers."""

import json
from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, Stack, bodies
from vocode_pulumi.sandbox import Sandbox

BIG = 2**53 + 1
SCHEMA: dict[str, Any] = {
    "type": ["object", None],
    "default": None,
    "properties": {"n": {"maximum": BIG, "default": None, "enum": [None, -BIG, 0.5, "1"]}},
}
CONFIG = """
def config(schema): return {"name": "book", "description": "Books.", "url": "https://example.com/book",
    "input_schema": schema, "speak_on_send": True, "speak_on_receive": False}
def external(schema): return {"type": "action_external", "config": config(schema)}
voice = {"type": "voice_azure", "voice_name": "x"}
"""
WAYS = {
    "resource": "a = Action('a', **external(SCHEMA))\npulumi.export('id', a.id)",
    "output": "a = Action('a', **external(pulumi.Output.from_input(SCHEMA)))\npulumi.export('id', a.id)",
    "output within": "schema = SCHEMA\n"
    "a = Action('a', **external({**schema, 'properties': pulumi.Output.from_input(schema['properties'])}))\n"
    "pulumi.export('id', a.id)",
    "whole config": "a = Action('a', type='action_external', "
    "config=pulumi.Output.from_input(config(SCHEMA)))\npulumi.export('id', a.id)",
    "agent": "a = Agent('a', prompt='x', voice=voice, actions=[{'type': 'action_dtmf'}, external(SCHEMA)])\n"
    "pulumi.export('id', a.owned['actions'][1]['id'])",
    "number": "a = PhoneNumber('a', inbound_agent={'prompt': 'x', 'voice': voice, 'actions': "
    "[external(SCHEMA)]})\n"
    "pulumi.export('id', a.owned['inbound_agent']['parts']['actions'][0]['id'])",
}


def schema_at_vocode(stack: Stack, sandbox: Sandbox) -> Any:
    return sandbox.call("GET", "/v1/actions", id=stack.outputs()["id"])["config"]["input_schema"]


@pytest.mark.parametrize("way", WAYS)
def test_nulls_and_large_numbers_arrive(stack: Stack, sandbox: Sandbox, way: str) -> None:
    stack.program(CONFIG + WAYS[way].replace("SCHEMA", repr(SCHEMA)))
    stack.up()
    assert schema_at_vocode(stack, sandbox) == SCHEMA
    assert stack.nothing_to_do()
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()


def test_a_change_of_a_null_or_of_a_digit_is_sent(stack: Stack, sandbox: Sandbox) -> None:
    program = CONFIG + WAYS["resource"].replace(
        "external(SCHEMA)", "external(SCHEMA), action_trigger=TRIGGER"
    )
    program = program.replace("TRIGGER", "{'type': 'action_trigger_function_call', 'config': {}}")
    schemas = (
        *({"default": None, "n": 1}, {"other": None, "n": 1}, {"other": None, "n": 1, "m": [None]}),
        *({"n": 1}, {"n": BIG}, {"n": BIG + 1}, {"n": BIG - 1}, {"n": 2**60}, {"n": 2**60 + 1}),
    )
    for schema in schemas:
        stack.program(program.replace("SCHEMA", repr(schema)))
        stack.up()
        assert schema_at_vocode(stack, sandbox) == schema
        assert stack.nothing_to_do()
    assert len(bodies(sandbox, "/v1/actions/update")) == len(schemas) - 1


def test_a_null_or_a_digit_that_a_person_changed_is_drift(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(CONFIG + WAYS["resource"].replace("SCHEMA", repr({"n": BIG, "a": None})))
    stack.up()
    stack.refresh("--expect-no-changes")
    id_ = stack.outputs()["id"]
    config = sandbox.call("GET", "/v1/actions", id=id_)["config"]
    by_hand = {"type": "action_external", "config": {**config, "input_schema": {"n": BIG - 1}}}
    sandbox.call("POST", "/v1/actions/update", by_hand, id=id_)
    printed = stack.refresh()
    assert "config.input_schema is otherwise at Vocode" in " ".join(printed.split())
    assert "1 to update" in stack.preview()
    stack.up()
    assert schema_at_vocode(stack, sandbox) == {"n": BIG, "a": None}
    stack.refresh("--expect-no-changes")
    assert stack.nothing_to_do()


def test_another_field_is_changed_without_the_schema(stack: Stack, sandbox: Sandbox) -> None:
    agent = CONFIG + (
        "a = Agent('a', prompt='PROMPT', voice=voice, actions=[external(SCHEMA)])\n"
        "pulumi.export('id', a.owned['actions'][0]['id'])"
    ).replace("SCHEMA", repr(SCHEMA))
    stack.program(agent.replace("PROMPT", "one"))
    stack.up()
    sandbox.clear_requests()
    stack.program(agent.replace("PROMPT", "two"))
    stack.up()
    assert bodies(sandbox, "/v1/prompts/update") == [{"content": "two"}]
    assert bodies(sandbox, "/v1/actions/update") == []
    assert schema_at_vocode(stack, sandbox) == SCHEMA


@pytest.mark.parametrize("schema", [{"n": None}, {"n": 1}])
def test_a_schema_that_the_program_ignores_stays(
    stack: Stack, sandbox: Sandbox, schema: dict[str, Any]
) -> None:
    way = WAYS["resource"].replace("(SCHEMA)", "(SCHEMA), OPTS")
    stack.program(CONFIG + way.replace("SCHEMA", repr(SCHEMA)).replace("OPTS", ""))
    stack.up()
    opts = "opts=pulumi.ResourceOptions(ignore_changes=['config'])"
    other = CONFIG.replace("Books.", "Other.") + way.replace("SCHEMA", repr(schema))
    stack.program(other.replace("OPTS", opts))
    assert stack.nothing_to_do()
    stack.up()
    trigger = "action_trigger={'type': 'action_trigger_function_call'}, " + opts
    stack.program(other.replace("OPTS", trigger))
    stack.up()
    assert schema_at_vocode(stack, sandbox) == SCHEMA
    assert stack.nothing_to_do()


def test_a_part_of_a_schema_that_the_program_ignores_stays(stack: Stack, sandbox: Sandbox) -> None:
    opts = "opts=pulumi.ResourceOptions(ignore_changes=['config.input_schema.properties.n'])"
    way = WAYS["resource"].replace("(SCHEMA)", f"(SCHEMA), {opts}")

    def declare(one: int, other: int) -> None:
        properties = {"n": {"default": None, "maximum": one}, "m": [None, other], "k": None}
        schema = {"default": None, "properties": properties}
        stack.program(CONFIG + way.replace("SCHEMA", repr(schema)))
        stack.up()
        assert stack.nothing_to_do()

    declare(BIG, 2**60)
    declare(1, 2**61 + 1)
    assert schema_at_vocode(stack, sandbox) == {
        "default": None,
        "properties": {"n": {"default": None, "maximum": BIG}, "m": [None, 2**61 + 1], "k": None},
    }


def test_a_secret_in_a_schema_stays_one(stack: Stack, sandbox: Sandbox) -> None:
    hush = f'pulumi.Output.secret("{CREDENTIAL}-" + "schema")'
    stack.program(CONFIG + WAYS["resource"].replace("SCHEMA", f'{{"a": None, "b": {hush}}}'))
    stack.up()
    assert schema_at_vocode(stack, sandbox) == {"a": None, "b": f"{CREDENTIAL}-schema"}
    assert stack.nothing_to_do()


def test_what_the_engine_carries_has_no_text_beside_it(stack: Stack) -> None:
    schema = {"type": "object", "n": [1, 0.5, True, "x", {}]}
    stack.program(CONFIG + WAYS["output"].replace("SCHEMA", repr(schema)))
    stack.up()
    (action,) = stack.resources("Action")
    assert "__exact" not in action["inputs"]
    assert stack.nothing_to_do()


def test_a_schema_that_is_not_known_yet(stack: Stack, sandbox: Sandbox) -> None:
    stack.program(
        CONFIG
        + "p = Prompt('p', content='x')\n"
        + WAYS["resource"]
        .replace("SCHEMA", "{'default': None, 'id': p.id, 'n': BIG}")
        .replace("BIG", str(BIG))
    )
    stack.preview()
    stack.up()
    (prompt,) = stack.resources("Prompt")
    assert schema_at_vocode(stack, sandbox) == {"default": None, "id": prompt["id"], "n": BIG}
    assert stack.nothing_to_do()


def test_a_lookup_gives_json_as_it_is(stack: Stack, sandbox: Sandbox) -> None:
    config = {
        **{"name": "book", "description": "Books.", "url": "https://example.com/book"},
        **{"input_schema": SCHEMA, "speak_on_send": True, "speak_on_receive": False},
    }
    made = sandbox.call("POST", "/v1/actions/create", {"type": "action_external", "config": config})
    stack.program(f"""
        import json
        found = get_action({made["id"]!r})
        pulumi.export("schema", json.dumps(found.config["input_schema"]))
        Action("copy", type=found.type, config=found.config)
    """)
    stack.up()
    assert json.loads(stack.outputs()["schema"]) == SCHEMA
    (copy,) = stack.resources("Action")
    copied = sandbox.call("GET", "/v1/actions", id=copy["id"])
    assert copied["config"]["input_schema"] == SCHEMA


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_what_is_no_json_is_refused(stack: Stack, number: str) -> None:
    schema = f"{{'a': [float('{number}')]}}"
    stack.program(CONFIG + WAYS["resource"].replace("SCHEMA", schema))
    printed = " ".join(stack.preview(code=1).split())
    assert 'config.input_schema["a"][0]: must be JSON' in printed, printed
    assert "Traceback" not in printed

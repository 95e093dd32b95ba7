# SPDX-License-Identifier: Apache-2.0
"""Lookups, from within programs: in previews too, with the settings of the stack."""

from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, Stack, connection, writes
from tests.support.objects import ROWS, Code
from vocode_pulumi.sandbox import Sandbox


def made(sandbox: Sandbox) -> dict[str, str]:
    """One object of each kind, made by hand."""
    found = {}
    for row in ROWS:
        body = _in_clear(row.made or row.first)
        path = f"/v1/{row.collection}/create"
        found[row.collection.removesuffix("s")] = sandbox.call("POST", path, body)["id"]
    return found


def _in_clear(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_clear(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_clear(item) for item in value]
    return f"{CREDENTIAL}-of-theirs" if value == "***" or isinstance(value, Code) else value


def test_every_kind_is_looked_up_in_preview_without_its_credentials(
    stack: Stack, sandbox: Sandbox
) -> None:
    ids = made(sandbox)
    number = sandbox.call(
        "POST",
        "/v1/numbers/buy",
        {"inbound_agent": ids["agent"], "telephony_account_connection": connection(sandbox)},
    )["number"]
    lookups = [
        f"show({name!r}, get_{name}({id_!r}), [one.id for one in list_{name}s()])"
        for name, id_ in ids.items()
    ]
    stack.program(f"""
        import dataclasses
        def show(name, found, ids):
            assert found.id in ids
            print(dataclasses.asdict(found))
            pulumi.export(name, found.id)
        {"; ".join(lookups)}
        show("number", get_number({number!r}), [one.id for one in list_numbers()])
        print(get_usage())
        print(list_voices(), list_actions(), list_vector_databases(), list_account_connections())
        prompt = Prompt("new", content=get_agent_output({ids["agent"]!r}).voice)
        pulumi.export("later", get_prompt_output(prompt.id).content)
    """)
    sandbox.clear_requests()
    printed = stack.preview()
    assert number in printed
    assert "Be brief." not in printed
    assert "UsageResult" in printed
    config = sandbox.call("GET", "/v1/actions", id=ids["action"])["config"]
    assert config["name"] in printed
    assert config["signature_secret"] not in printed
    assert writes(sandbox) == []
    stack.up()
    outputs = stack.outputs()
    voice = sandbox.call("GET", "/v1/agents", id=ids["agent"])["voice"]["id"]
    assert outputs.pop("later") == voice
    assert outputs.pop("number")
    assert outputs == ids


def test_get_reads_every_kind_without_managing_it_or_its_credentials(
    stack: Stack, sandbox: Sandbox
) -> None:
    ids = made(sandbox)
    lines = [
        f'{row.kind.lower()} = {row.kind}.get("theirs", "{ids[row.collection.removesuffix("s")]}")'
        for row in ROWS
    ]
    stack.program("\n".join([*lines, 'pulumi.export("a", agent.name)']))
    sandbox.clear_requests()
    stack.up()
    assert stack.outputs() == {"a": "a"}
    assert len([row for row in ROWS if stack.resources(row.kind)]) == len(ROWS)
    stack.destroy()
    assert writes(sandbox) == []


def test_lists_have_all_pages_and_filters(stack: Stack, sandbox: Sandbox) -> None:
    numbers = [
        sandbox.call("POST", "/v1/numbers/buy", {"area_code": code})["number"]
        for code in ("415", "415", "212")
    ]
    sandbox.call("POST", "/v1/numbers/update", {"label": "desk"}, phone_number=numbers[0])
    whole = sandbox.call("GET", "/v1/numbers/list")
    for at, item in enumerate(whole["items"]):
        page = {**whole, "items": [item], "has_more": at < 2}
        sandbox.fault(path="/v1/numbers/list", body=page)
    for name in "ab":
        body = {"name": name, "prompt": {}, "voice": {"type": "voice_vocode", "voice_id": "joe"}}
        sandbox.call("POST", "/v1/agents/create", body)
    stack.program("""
        digits = lambda found: [one.number for one in found]
        pulumi.export("all", digits(list_numbers()))
        pulumi.export("code", digits(list_numbers(area_code="415")))
        pulumi.export("label", digits(list_numbers(label="desk", active=True)))
        pulumi.export("later", list_numbers_output(area_code=pulumi.Output.from_input("212"))
            .apply(digits))
        pulumi.export("none", digits(list_numbers(label="nobody")))
        pulumi.export("agents", [one.name for one in list_agents(name="b")])
        pulumi.export("voices", list_voices(type="voice_azure"))
    """)
    stack.up()
    assert stack.outputs() == {
        "all": numbers,
        "code": numbers[:2],
        "label": numbers[:1],
        "later": numbers[2:],
        "none": [],
        "agents": ["b"],
        "voices": [],
    }


@pytest.mark.parametrize(
    ("lookup", "picture"),
    [
        ('get_agent("0f8fad5b-d9cb-469f-a165-70867728950e")', "answered 404: Agent not found"),
        (
            'get_number("14155550100")',
            "get_number(phone_number='14155550100'): GET /v1/numbers answered 404: Number not found",
        ),
        (
            'pulumi.export("x", get_prompt_output("0f8fad5b-d9cb-469f-a165-70867728950e").content)',
            "answered 404: Prompt not found",
        ),
    ],
)
def test_what_is_not_found_is_a_clear_error(
    stack: Stack, sandbox: Sandbox, lookup: str, picture: str
) -> None:
    stack.program(lookup)
    printed = stack.preview(code=1)
    assert picture in printed
    assert "Traceback" not in printed


def test_what_get_does_not_find_is_a_clear_error(stack: Stack, sandbox: Sandbox) -> None:
    stack.program("""
        Agent.get("theirs", "00000000-0000-0000-0000-000000000000")
        PhoneNumber.get("number", "14155550100")
    """)
    printed = stack.up("--continue-on-error", code=1)
    assert "There is no Agent '00000000-0000-0000-0000-000000000000' in this account" in printed
    assert "Traceback" not in printed


def test_a_number_that_was_cancelled_is_not_found(stack: Stack, sandbox: Sandbox) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=number)
    stack.program(f"get_number({number!r})")
    assert f"{number} is not in service any more" in stack.preview(code=1)


def test_the_stacks_settings_win_over_the_environment(stack: Stack, sandbox: Sandbox) -> None:
    stack.config("vocode:apiKey", stack.env["VOCODE_API_KEY"], "--secret")
    stack.config("vocode:baseUrl", sandbox.url)
    stack.env |= {"VOCODE_API_KEY": "wrong", "VOCODE_BASE_URL": "http://127.0.0.1:1"}
    stack.program('pulumi.export("plan", get_usage().plan_type)')
    stack.preview()
    del stack.env["VOCODE_API_KEY"]
    stack.pulumi("config", "rm", "--stack", "dev", "vocode:apiKey")
    printed = stack.preview(code=1)
    assert "No Vocode API key" in printed
    assert "Traceback" not in printed

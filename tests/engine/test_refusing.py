# SPDX-License-Identifier: Apache-2.0
"""Bad input, errors of the API, and how each looks on the command line."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.engine.harness import CREDENTIAL, Stack, environment, error_line, writes
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox

UNKNOWN = "0f8fad5b-d9cb-469f-a165-70867728950e"
VOICE = '"voice": {"type": "voice_vocode", "voice_id": "joe"}'


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (
            'Voice("v", type="voice_azure", voice_name="x", api_key=secret("{0}-a"))',
            "api_key: is not a field of AzureVoiceArgs",
        ),
        (
            'Voice("v", type="voice_eleven_labs", voice_id="x", apikey="{0}-b")',
            'apikey: is not a field of ElevenLabsVoiceArgs (did you mean "api_key"?)',
        ),
        (
            'AccountConnection("c", type="account_connection_twilio", credentials=secret("{0}"))',
            "credentials: must be an object, not a string",
        ),
        ('PhoneNumber("n", inbound_agent=secret(["{0}-e"]))', "inbound_agent: must be the id of"),
        ('PhoneNumber("n", area_code=secret("{0}-g"))', "area_code: must be three digits"),
        ('PhoneNumber("n", adopt=secret("4155577123"))', "adopt: must begin with the country code"),
        ('PhoneNumber("n", area_code=secret("it\'s {0}-g"))', "area_code: must be three digits"),
        ('PhoneNumber("n", example_context={{"a": secret(77123)}})', 'example_context["a"]'),
    ],
)
def test_a_refusal_does_not_quote_a_secret(stack: Stack, declared: str, words: str) -> None:
    stack.program(f"secret = pulumi.Output.secret\n{declared.format(CREDENTIAL)}")
    printed = stack.preview(code=1)
    assert words in printed
    assert "77123" not in printed


def test_all_problems_are_named_at_once(stack: Stack, sandbox: Sandbox) -> None:
    inputs = {
        "area_code": "4155",
        "label": 5,
        "inbound_agent": {"promt": "x", "voice": {"type": "voice_x"}},
    }
    stack.program(f'PhoneNumber("main", **{inputs!r})')
    printed = stack.preview(code=1)
    for path, words in (
        ("area_code", "three digits"),
        ("label", "a string"),
        ("inbound_agent.promt", '"prompt"'),
        ("inbound_agent.voice.type", '"voice_azure"'),
    ):
        assert path in printed
        assert words in printed
    assert "Traceback" not in printed
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (
            f'PhoneNumber("n", inbound_agent={{"prompt": "", {VOICE}}})',
            ["inbound_agent.prompt", 'is empty: write what the agent is told, such as "You answer'],
        ),
        ('Prompt("p", content=" ")', ["content", "has only white space: write what the agent"]),
        (
            'Webhook("w", url="https://example.com", subscriptions=[])',
            ['subscriptions: is empty: name an event, such as "event_transcript"; without one'],
        ),
        (
            'VectorDatabase("v", type="vector_database_pinecone", index="", api_environment="x", '
            'api_key="")',
            ["index", "is empty: write the name of the index", "api_key: is empty: write your key"],
        ),
        (
            'Voice("w", type="voice_play_ht", voice_id="x", api_key=pulumi.Output.from_input(" "))',
            ["api_key: has only white space: write your own key, or leave it out"],
        ),
        (
            f'PhoneNumber("n", inbound_agent={{"prompt": "x", {VOICE}, '
            '"initial_message_delay": float("nan"), "deepgram_keywords": {"a": float("inf")}})',
            [
                "inbound_agent.initial_message_delay: must be a finite number, not nan",
                'inbound_agent.deepgram_keywords["a"]: must be a finite number, not inf',
            ],
        ),
        ('PhoneNumber("n", adopt="(415) 555-0100")', ["adopt", "such as 14155550100, not"]),
        (
            f'LinkedNumber("n", phone_number="4155550100", telephony_account_connection="{UNKNOWN}")',
            ["phone_number", "must begin with the country code, such as 14155550100, not"],
        ),
        (
            'AccountConnection("c", type="account_connection_twilio", steering_pool=["4155550100"], '
            'credentials={"twilio_account_sid": "x", "twilio_auth_token": "x"})',
            ["steering_pool[0]", "must begin with the country code, such as 14155550100, not"],
        ),
        (
            'get_number("4155550100")',
            ["phone_number must begin with the country code, such as 14155550100, not"],
        ),
        (
            f'Agent("a", prompt="x", language="German", **{{{VOICE}}})',
            ['(did you mean "de"?), not'],
        ),
        (
            'Webhook("w", url="https://example.com", subscriptions=["message"], method="post")',
            ['(did you mean "event_message"?)', '(did you mean "POST"?)'],
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_call(
    stack: Stack, sandbox: Sandbox, declared: str, words: list[str]
) -> None:
    stack.program(declared)
    printed = stack.preview(code=1)
    for word in words:
        assert word in printed
    assert "Traceback" not in printed
    assert "api_key is given in clear" not in printed
    stack.up(code=1)
    assert sandbox.requests() == []


def test_what_may_be_a_mistake_is_said_once_in_the_preview_of_an_update(
    stack: Stack, sandbox: Sandbox
) -> None:
    (stack.folder / "agent.md").write_text("Be brief.")
    stack.program(f"""
        Action("away", type="action_transfer_call", config={{"phone_number": "3125550100"}})
        Agent("desk", prompt="agent.md", idle_time_seconds=-1, **{{{VOICE}}})
    """)
    printed = stack.pulumi("up", "--yes", "--stack", stack.name)
    in_preview, in_update = printed.split("Updating (dev)")
    assert re.findall(r"^    warning: (.*)$", in_preview, re.MULTILINE) == [
        "Action 'away': config.phone_number: 3125550100 may be a number of North America without its country "
        "code. With the country code it is 13125550100.",
        "Agent 'desk': prompt: 'agent.md' is the path of a file. Vocode gets this path, and not the text in the "
        "file. To send the text, write pathlib.Path('agent.md').read_text().",
        "Agent 'desk': idle_time_seconds: -1 is less than 0.",
    ]
    assert "warning" not in in_update
    assert sorted(writes(sandbox)) == ["/v1/actions/create", "/v1/agents/create"]


def test_a_number_that_is_not_found_is_shown_with_its_country_code(stack: Stack) -> None:
    stack.program('PhoneNumber("n", adopt="3125550100")')
    assert "(country code first, as in 13125550100 for North America)" in stack.preview(code=1)
    stack.program('get_number("3125550100")')
    assert "With the country code it is 13125550100." in stack.preview(code=1)


BUY = {"method": "POST", "path": "/v1/numbers/buy"}
SHORT = {"VOCODE_READ_TIMEOUT": "1", "VOCODE_CONNECT_TIMEOUT": "1"}
"""So that nobody waits long for what a purchase without an answer has bought."""


@pytest.mark.parametrize(
    ("inputs", "fault", "env", "picture"),
    [
        ({}, None, {"VOCODE_API_KEY": ""}, ("No Vocode API key", "vocode:apiKey", "Nothing was")),
        (
            {},
            None,
            {"VOCODE_API_KEY": "wrong"},
            ("answered 401", "Invalid or missing API key", "Nothing"),
        ),
        (
            {"area_code": "555"},
            None,
            {},
            ("answered 404", "No numbers available in area code 555", "Noth"),
        ),
        (
            {"inbound_agent": UNKNOWN},
            None,
            {},
            ("answered 404", "Agent not found", "Nothing was bought"),
        ),
        (
            {},
            {**BUY, "status": 402, "body": {"detail": "Upgrade"}, "times": 9},
            {},
            ("answered 402", "Upgrade", "Nothing was bought"),
        ),
        (
            {},
            {**BUY, "status": 429, "body": {"detail": "Slow down"}, "times": 9},
            {"VOCODE_MAX_RETRIES": "2"},
            ("answered 429", "Slow down", "Nothing was bought"),
        ),
        (
            {},
            {**BUY, "status": 500, "body": {"detail": "Oops"}, "times": 9},
            SHORT,
            ("answered 500", "Oops", "nothing was bought"),
        ),
        ({}, None, {"VOCODE_BASE_URL": "http://127.0.0.1:1"}, ("could not reach", "Nothing was")),
        (
            {},
            {**BUY, "delay": 3, "status": 500, "times": 9},
            SHORT,
            ("within 2 s", "nothing was bought"),
        ),
        (
            {},
            {**BUY, "status": 200, "body": "<html>", "times": 9},
            SHORT,
            ("not JSON", "nothing was bought"),
        ),
    ],
    ids=[
        "no-key",
        "key-refused",
        "area-code",
        "agent",
        "plan",
        "rate",
        "broken",
        "unreachable",
        "time-out",
        "not-json",
    ],
)
def test_an_error_is_one_line_that_says_what_happened_and_whether_money_was_spent(
    stack: Stack,
    sandbox: Sandbox,
    inputs: Any,
    fault: Any,
    env: dict[str, str],
    picture: tuple[str, ...],
) -> None:
    if fault:
        sandbox.fault(**fault)
    stack.env.update(env)
    stack.program(f'PhoneNumber("main", **{inputs!r})')
    line = error_line(stack.up(code=1))
    for words in picture:
        assert words in line, line


@pytest.mark.parametrize(
    ("key", "value"), [("maxNumbers", "lots"), ("baseUrl", "nonsense"), ("maxRetries", "many")]
)
def test_a_setting_that_cannot_be_right_is_refused_in_preview(
    stack: Stack, sandbox: Sandbox, key: str, value: str
) -> None:
    stack.config(f"vocode:{key}", value)
    stack.program('PhoneNumber("main")')
    printed = stack.preview(code=1)
    assert f"vocode:{key}" in printed
    assert "Traceback" not in printed
    assert sandbox.requests() == []


def test_a_setting_that_is_nearly_one_is_told_of_once(stack: Stack) -> None:
    stack.config("vocode:maxNumber", "0")
    stack.program('PhoneNumber("main"), PhoneNumber("other")')
    printed = stack.preview()
    assert printed.count("did you mean vocode:maxNumbers?") == 1


def test_a_rate_limited_purchase_is_tried_again(stack: Stack, sandbox: Sandbox) -> None:
    sandbox.fault(**BUY, status=429, times=2, headers={"Retry-After": "0"})
    stack.program('PhoneNumber("main")')
    stack.up()
    assert writes(sandbox) == ["/v1/numbers/buy"] * 3
    assert len(sandbox.purchases()) == 1


def test_the_free_plan_cannot_buy(tmp_path: Path, stack: Stack, engine_home: Path) -> None:
    with InThread(tmp_path / "free", plan="plan_free", api_key=f"{CREDENTIAL}-free") as free:
        backend = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
        stack.env.update(environment(engine_home, backend, free))
        stack.program('PhoneNumber("main")')
        line = error_line(stack.up(code=1))
        assert "answered 402: The free plan cannot buy numbers" in line
        assert free.purchases() == []


def test_a_credential_in_clear_is_flagged_by_name(stack: Stack) -> None:
    stack.program("""
        PhoneNumber("main", inbound_agent={"prompt": "x", "voice": {
            "type": "voice_eleven_labs", "voice_id": "x", "api_key": "in-clear"}})
    """)
    printed = stack.preview()
    assert "inbound_agent.voice.api_key" in printed


def test_unknown_values_at_any_depth_are_previewed(stack: Stack, sandbox: Sandbox) -> None:
    stack.program("""
        first = PhoneNumber("first", inbound_agent="default")
        PhoneNumber("id", inbound_agent=first.agent_id)
        PhoneNumber("deep", inbound_agent={"prompt": {"content": first.number},
            "voice": {"type": "voice_azure", "voice_name": "x"},
            "webhook": {"url": pulumi.Output.concat("https://example.com/", first.number),
                        "subscriptions": ["event_transcript"]}})
    """)
    stack.preview()
    assert sandbox.requests() == []
    stack.up()
    assert stack.nothing_to_do()
    assert len(sandbox.purchases()) == 3


def test_answers_of_2023_are_understood(tmp_path: Path, stack: Stack, engine_home: Path) -> None:
    with InThread(tmp_path / "old", age=2023, api_key=f"{CREDENTIAL}-old") as old:
        backend = Path(stack.env["PULUMI_BACKEND_URL"].removeprefix("file://"))
        stack.env.update(environment(engine_home, backend, old))
        stack.program("""
            number = PhoneNumber("main", label="x")
            mine = PhoneNumber("mine", inbound_agent={"prompt": "Be brief.",
                "voice": {"type": "voice_azure", "voice_name": "x"}})
            pulumi.export("prompt", number.agent.apply(lambda agent: agent["prompt"]))
        """)
        stack.up()
        assert stack.outputs()["prompt"]["content"]
        assert stack.nothing_to_do()
        stack.refresh()
        assert stack.nothing_to_do()
        stack.destroy()


def errors_in(printed: str) -> list[str]:
    """The errors of resources, as the command line shows them at the end."""
    assert "Traceback" not in printed, printed
    found = printed.partition("Diagnostics:")[2].splitlines()
    return [
        line.strip()
        for line in found
        if line.startswith("    error: ") and "update failed" not in line
    ]


@pytest.mark.parametrize(
    ("program", "error"),
    [
        (
            f'PhoneNumber("n", area_code="415", inbound_agent="{UNKNOWN}")',
            "POST /v1/numbers/buy answered 404: Agent not found. Nothing was bought. "
            f"Check inbound_agent {UNKNOWN}.",
        ),
        (
            f'Agent("a", prompt="x", voice="{UNKNOWN}")',
            f"POST /v1/agents/create answered 404: Voice not found. Check voice {UNKNOWN}, or run "
            "`pulumi refresh`.",
        ),
        (
            'PhoneNumber("n", area_code="415", opts=pulumi.ResourceOptions(deleted_with=Prompt("p", content="x")))',
            "PhoneNumber 'n': with deleted_with Pulumi would forget the number",
        ),
        (
            'PhoneNumber("n", opts=pulumi.ResourceOptions(import_="14155550100"))',
            "PhoneNumber 'n': Pulumi cannot import dynamic resources.",
        ),
        (
            'PhoneNumber("n", "415")',
            "PhoneNumber takes a name and resource options; its inputs have names",
        ),
        (
            'Prompt("n", {"content": "x"})',
            "Prompt takes a name and resource options; its inputs have names",
        ),
    ],
)
def test_an_error_names_what_is_wrong(
    stack: Stack, sandbox: Sandbox, program: str, error: str
) -> None:
    stack.program(program)
    printed = stack.up(code=1)
    assert "Traceback" not in printed
    assert printed.partition("Diagnostics:")[2].count(error) == 1, printed
    assert sandbox.purchases() == []


def test_the_error_of_a_call_begins_with_the_name_of_its_object(
    stack: Stack, sandbox: Sandbox
) -> None:
    program = """
        PhoneNumber("n", label="{label}", opts=pulumi.ResourceOptions(retain_on_delete=False))
        Agent("a", name="sales", prompt="x", voice={voice})
        Prompt("p", content=pulumi.Output.secret("hush-hush-" + "{label}"))
    """
    voice = {"type": "voice_azure", "voice_name": "x"}
    stack.program(program.format(label="desk", voice=voice))
    stack.up()
    (number,), (agent,), (prompt,) = (
        [one["id"] for one in stack.resources(kind)] for kind in ("PhoneNumber", "Agent", "Prompt")
    )
    names = [f'{number} ("desk"): ', f'agent {agent} ("sales"): ', f"prompt {prompt}: "]
    sandbox.fault(method="GET", status=500, times=1000)
    found = errors_in(stack.refresh(code=1))
    assert {line.partition("GET")[0] for line in found} == {f"error: {name}" for name in names}
    sandbox.clear_faults()
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=number)
    stack.program(program.format(label="other", voice=repr(UNKNOWN)))
    found = errors_in(stack.up("--continue-on-error", code=1))
    assert sorted(found) == sorted(
        [
            f"error: {names[0]}POST /v1/numbers/update answered 404: Number not found. Check phone_number "
            f"{number}, or run `pulumi refresh`.",
            f"error: {names[1]}POST /v1/agents/update answered 404: Voice not found. Check voice {UNKNOWN}, or "
            "run `pulumi refresh`.",
        ]
    )
    sandbox.fault(method="POST", status=500, times=1000)
    sandbox.fault(method="GET", status=500, times=1000)
    assert any(line.startswith(f"error: {names[0]}") for line in errors_in(stack.destroy(code=1)))

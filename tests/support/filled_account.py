# SPDX-License-Identifier: Apache-2.0
"""Accounts that plain requests fill, and not this provider."""

from typing import Any

from tests.engine.harness import CREDENTIAL
from tests.support.objects import EXTERNAL, ROWS
from vocode_pulumi.sandbox import Sandbox

AZURE = {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"}
ODD_TEXTS = [
    "One line with 'both' \"quotes\" and a \\ and {braces}.",
    'Two lines\r\nand """three quotes""" and \\N and {x}\n',
    "tab\tand no last newline\n\n  🥐 \u200b\u2028 \x07 end",
    "\ufeffa mark first\rand a bare return",
    "A single line that is far too long for a line of a program, " * 5,
]


class Account:
    """Makes what an account has with plain requests."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def make(self, path: str, **body: Any) -> str:
        return str(self.sandbox.call("POST", f"/v1/{path}/create", body)["id"])

    def number(self, agent: Any = None, **fields: Any) -> str:
        bought = {"inbound_agent": agent} if agent else None
        number = str(self.sandbox.call("POST", "/v1/numbers/buy", bought)["number"])
        if fields:
            self.sandbox.call("POST", "/v1/numbers/update", fields, phone_number=number)
        return number


def of_every_kind(sandbox: Sandbox) -> None:
    """Make an object of each of the tests' samples, and numbers and agents that share them."""
    account = Account(sandbox)
    for row in ROWS:
        inputs = row.first
        for changed in [{}, *(row.replaced if row.kind != "Agent" else [])]:
            inputs = {**inputs, **changed}
            if isinstance(inputs.get("prompt"), str):
                inputs["prompt"] = {"content": inputs["prompt"]}
            given = {name: value for name, value in inputs.items() if value is not None}
            account.make(row.collection, **with_credentials(given))
    token = f"https://hooks.example.com/{CREDENTIAL}?token={CREDENTIAL}"
    shared = account.make("webhooks", url=token, subscriptions=["event_transcript"])
    voice = account.make("voices", **AZURE)
    prompts = [account.make("prompts", content=text) for text in ODD_TEXTS]
    agents = [
        account.make(
            "agents",
            name=f"Agent {at}",
            prompt=prompt,
            voice=voice,
            webhook=shared,
            llm_temperature=0.5,
        )
        for at, prompt in enumerate(prompts)
    ]
    account.number(agents[0], label="Front desk", example_context={"name": "Ada", "odd key": "{x}"})
    account.number(agents[0], label="Front desk")
    account.number(agents[1], outbound_only=True)
    account.number()
    twilio = account.make(
        "account_connections",
        type="account_connection_twilio",
        credentials={"twilio_account_sid": CREDENTIAL, "twilio_auth_token": f"{CREDENTIAL}-2"},
    )
    link = {"phone_number": "14155550123", "telephony_account_connection": twilio}
    sandbox.call("POST", "/v1/numbers/link", {**link, "inbound_agent": agents[4]})
    own = {"url": token, "subscriptions": ["event_message", "event_action"], "method": "GET"}
    account.number(
        {
            "prompt": {"content": "inline\n"},
            "voice": {"type": "voice_eleven_labs", "voice_id": "x", "api_key": CREDENTIAL},
            "webhook": own,
            "actions": [{"type": "action_end_conversation"}],
        }
    )


def of_a_company(sandbox: Sandbox) -> None:
    """Make 50 numbers and what answers them, as people make them by hand in a year."""
    account = Account(sandbox)
    texts = [f"You are agent {at}.\n{text}" for at, text in enumerate(ODD_TEXTS * 3)]
    prompts = [account.make("prompts", content=text) for text in texts]
    webhooks = [
        account.make(
            "webhooks",
            url=f"https://hooks.example.com/{at}/{CREDENTIAL}{at}?token={CREDENTIAL}",
            subscriptions=["event_transcript", "event_message"],
        )
        for at in range(8)
    ]
    voices = [
        account.make(
            "voices", type="voice_eleven_labs", voice_id=f"voice {at}", api_key=f"{CREDENTIAL}-{at}"
        )
        for at in range(6)
    ]
    schema = {"type": "object", "properties": {"day": {"type": "string"}, "note": None}}
    actions = [
        account.make(
            "actions",
            type="action_external",
            config={**EXTERNAL, "name": f"book_{at}", "input_schema": schema},
        )
        for at in range(3)
    ]
    agents = [
        account.make(
            "agents",
            name=f'Desk "{at}" \\ {{city}} 🥐\t',
            prompt=prompts[at % len(prompts)],
            voice=voices[at % len(voices)],
            webhook=webhooks[at % len(webhooks)],
            actions=[actions[at % len(actions)], account.make("actions", type="action_dtmf")],
            initial_message="Hello, who is calling?",
        )
        for at in range(20)
    ]
    shared = agents[:12]
    for at, agent in enumerate([*shared * 3, *agents[12:], None, None]):
        account.number(agent, label=f"Line {at % 9}", outbound_only=at % 5 == 0)
    credentials = {"twilio_account_sid": CREDENTIAL, "twilio_auth_token": CREDENTIAL}
    twilio = account.make(
        "account_connections", type="account_connection_twilio", credentials=credentials
    )
    for at in range(4):
        link = {"phone_number": f"1415555015{at}", "telephony_account_connection": twilio}
        sandbox.call("POST", "/v1/numbers/link", {**link, "inbound_agent": shared[at]})


def with_credentials(value: Any) -> Any:
    """The inputs of a sample, with a credential in place of each name of a variable."""
    if isinstance(value, dict):
        return {name: with_credentials(item) for name, item in value.items()}
    if isinstance(value, list):
        return [*map(with_credentials, value)]
    return CREDENTIAL if type(value).__name__ == "Code" else value

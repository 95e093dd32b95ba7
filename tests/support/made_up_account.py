# SPDX-License-Identifier: Apache-2.0
"""Accounts of random objects, made by plain requests."""

import random
from typing import Any

from tests.support.filled_account import Account
from vocode_pulumi.sandbox import Sandbox

ALPHABET = [
    '"',
    "'",
    "\\",
    "{",
    "}",
    "%",
    "\n",
    "\r\n",
    "\t",
    " ",
    "🥐",
    "é",
    "前",
    "\u200b",
    "\x1b",
]
WORDS = ["bakery", "call", "N", "x41", '"""', "''", "$HOME", "#", "\\u0041", "open"]
EVENTS = ["event_message", "event_action", "event_transcript", "event_recording"]


class MadeUp:
    """Makes an account of random objects."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.account = Account(sandbox)

    def text(self, longest: int = 12) -> str:
        parts = self.random.choices(ALPHABET + WORDS, k=self.random.randint(1, longest))
        return "a" + self.random.choice(["", " "]).join(parts)

    def some(self, **values: Any) -> dict[str, Any]:
        return {name: value for name, value in values.items() if self.random.random() < 0.5}

    def webhook(self) -> dict[str, Any]:
        url = f"https://{self.random.choice('abc')}.example.com/{self.random.choice(['', 'calls', '?k=1'])}"
        events = self.random.sample(EVENTS, self.random.randint(1, 4))
        return {"url": url, "subscriptions": events} | self.some(method="GET")

    def prompt(self) -> dict[str, Any]:
        field = {"field_type": "field_type_email", "label": self.text(3), "name": self.text(3)}
        return {"content": self.text(80)} | self.some(
            collect_fields=[field], context_endpoint="https://c.example.com/x"
        )

    def voice(self) -> dict[str, Any]:
        return self.random.choice(
            [
                {"type": "voice_azure", "voice_name": self.text(3)} | self.some(pitch=-3, rate=0),
                {"type": "voice_rime", "speaker": "amy"}
                | self.some(speed_alpha=0.1, model_id="v1"),
                {"type": "voice_eleven_labs", "voice_id": self.text(2)}
                | self.some(stability=1e-7, api_key="one-of-the-keys", model_id=self.text(2)),
            ]
        )

    def action(self) -> dict[str, Any]:
        schema: Any = {
            "type": "object",
            self.text(4): [None, 2**60, -1.5, {self.text(3): None}, []],
        }
        return self.random.choice(
            [
                {"type": "action_end_conversation"},
                {"type": "action_transfer_call", "config": {"phone_number": "14155550100"}},
                {
                    "type": "action_external",
                    "config": {
                        "name": self.text(2),
                        "description": self.text(30),
                        "url": "https://book.example.com",
                        "input_schema": schema,
                        "speak_on_send": self.random.random() < 0.5,
                        "speak_on_receive": False,
                    },
                },
            ]
        )

    def agent(self, ids: dict[str, list[str]]) -> dict[str, Any]:
        def part(path: str, made: Any) -> Any:
            return self.random.choice([self.random.choice(ids[path]), made])

        actions = [part("actions", self.action()) for _ in range(self.random.randint(0, 3))]
        return {
            "prompt": part("prompts", self.prompt()),
            "voice": part("voices", self.voice()),
        } | self.some(
            name=self.text(5),
            actions=actions,
            webhook=part("webhooks", self.webhook()),
            language="de",
            initial_message=self.text(20),
            conversation_speed=1.25,
            deepgram_keywords={self.text(2): 2, "vocode": 1.5},
            idle_time_seconds=0,
            llm_temperature=0.25,
            llm_fallback={"provider": "openai", "model_name": self.text(2)},
        )

    def fill(self) -> None:
        makers = {
            "webhooks": self.webhook,
            "prompts": self.prompt,
            "voices": self.voice,
            "actions": self.action,
        }
        ids = {
            path: [self.account.make(path, **maker()) for _ in range(4)]
            for path, maker in makers.items()
        }
        agents = [self.account.make("agents", **self.agent(ids)) for _ in range(6)]
        for _ in range(6):
            answers = self.random.choice([None, self.random.choice(agents), self.agent(ids)])
            fields = self.some(
                label=self.text(4), outbound_only=True, example_context={self.text(2): self.text(9)}
            )
            self.account.number(answers, **fields)

# SPDX-License-Identifier: Apache-2.0
"""Answers as they were in August 2023: a prompt was a text, and many fields did not exist."""

from typing import Any

_NUMBER = ("id", "user_id", "active", "inbound_agent", "number")
_AGENT = ("id", "user_id", "prompt", "actions", "voice", "initial_message", "webhook")


def as_in_2023(body: Any) -> Any:
    """The answer in the form of 2023."""
    if isinstance(body, list):
        return [as_in_2023(item) for item in body]
    if not isinstance(body, dict):
        return body
    if "number" in body:
        body = {name: body[name] for name in _NUMBER if name in body}
    elif "prompt" in body and "voice" in body:
        body = {name: body[name] for name in _AGENT if name in body}
        if isinstance(body["prompt"], dict):
            body["prompt"] = body["prompt"]["content"]
    return {name: as_in_2023(value) for name, value in body.items()}

# SPDX-License-Identifier: Apache-2.0
"""How an agent of the sandbox reacts to words: a script that is the same every time, without a model."""

import json
import re
from collections.abc import Iterator
from string import Template
from typing import Any

from vocode_pulumi.sandbox.account import assumptions
from vocode_pulumi.sandbox.wire import plain_json

Body = dict[str, Any]


def filled(prompt: str, context: dict[str, str] | None) -> str:
    """A prompt in which the context of the call replaces ``${name}``. Unknown names stay."""
    return Template(prompt).safe_substitute(context or {})


def by_phrase(actions: list[Body], words: str) -> Iterator[Body]:
    """The actions whose trigger is a phrase in the agent's words."""
    for action in actions:
        phrases = action["action_trigger"]["config"].get("phrase_triggers", ())
        if any(one["phrase"].lower() in words.lower() for one in phrases):
            yield action


def by_choice(actions: list[Body], words: str) -> Iterator[Body]:
    """The actions that the agent chooses because of the caller's words."""
    for action in actions:
        if action["action_trigger"]["type"] == "action_trigger_function_call" and any(
            name in words.lower() for name in _names(action)
        ):
            yield action


def _names(action: Body) -> set[str]:
    if action["type"] == "action_external":
        name = action["config"]["name"].lower()
        return {name, re.sub(r"[_-]+", " ", name)} - {""}
    return {assumptions.SPOKEN_FOR[action["type"]]}


def parameters(action: Body, words: str) -> Body:
    """The parameters of an action.

    An external action gets the JSON object in the caller's words, else one made from its
    ``input_schema``.
    """
    if action["type"] == "action_dtmf":
        return {"buttons": "".join(re.findall(r"[0-9*#]", words))}
    if action["type"] != "action_external":
        return {}
    found = _json_in(words)
    if found is None:
        found = sample(action["config"]["input_schema"], words)
    return found if isinstance(found, dict) else {}


def _json_in(words: str) -> Any:
    start = words.find("{")
    if start < 0:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(words, start)
        return plain_json.read_strictly(words[start:end])
    except (ValueError, RecursionError):
        return None


def sample(schema: Any, words: str) -> Any:
    """A value for a JSON schema: its constant, default, first choice or example, else one by type.

    A text is the caller's words. References, patterns and bounds are ignored.
    """
    if not isinstance(schema, dict):
        return None
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    for name in ("enum", "examples"):
        if isinstance(schema.get(name), list) and schema[name]:
            return schema[name][0]
    kind = schema.get("type")
    fields = schema.get("properties")
    if isinstance(fields, dict):
        return {name: sample(field, words) for name, field in fields.items()}
    if kind == "object":
        return {}
    if kind == "array":
        return [sample(schema.get("items"), words)]
    plain: Body = {"string": words, "integer": 0, "number": 0, "boolean": False}
    return plain.get(kind) if isinstance(kind, str) else None

# SPDX-License-Identifier: Apache-2.0
"""The resources that are data over a base, as a table that tests of several kinds go through."""

from dataclasses import dataclass, field
from typing import Any

Inputs = dict[str, Any]


class Code(str):
    """An expression of the program, in a table of values."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Row:
    """A resource, and what becomes of it.

    Args:
        kind: its class.
        collection: of the API.
        first: the inputs that it is made with.
        made: the body of that create, where it is not the inputs.
        changes: inputs that change, each with the one body that they send; ``None`` removes one.
        replaced: inputs that change by replacement.
        drift: a body that somebody else sends in an update.
        shows: what preview then names.
        wrong: inputs that are refused, each with the property and a word of what would be right.
    """

    kind: str
    collection: str
    first: Inputs
    changes: list[tuple[Inputs, Inputs]]
    drift: Inputs
    shows: str
    wrong: list[tuple[Inputs, str, str]]
    made: Inputs | None = None
    replaced: list[Inputs] = field(default_factory=list)


_EMAIL = {"field_type": "field_type_email", "label": "e", "name": "e"}

ROWS = [
    Row(
        "Webhook",
        "webhooks",
        {"url": "https://example.com/a", "subscriptions": ["event_transcript", "event_message"]},
        [
            ({"url": "https://example.com/b"}, {"url": "https://example.com/b"}),
            ({"method": "GET"}, {"method": "GET"}),
            ({"method": None}, {"method": "POST"}),
            ({"subscriptions": ["event_action"]}, {"subscriptions": ["event_action"]}),
        ],
        {"subscriptions": []},
        "subscriptions",
        [
            ({"url": None}, "url", "is missing"),
            ({"subscriptions": ["event_transcrip"]}, "subscriptions[0]", '"event_transcript"'),
            ({"metod": "GET"}, "metod", '"method"'),
            ({"adopt": "x"}, "adopt", "uuid"),
        ],
    ),
    Row(
        "Prompt",
        "prompts",
        {"content": "one", "context_endpoint": "https://example.com/c"},
        [
            ({"content": "two"}, {"content": "two"}),
            ({"content": None}, {"content": ""}),
            (
                {"collect_fields": [_EMAIL]},
                {"collect_fields": [_EMAIL]},
            ),
            (
                {"collect_fields": None, "context_endpoint": None},
                {"collect_fields": None, "context_endpoint": None},
            ),
        ],
        {"context_endpoint": "https://example.com/d"},
        "context_endpoint",
        [
            ({"content": 5}, "content", "a string"),
            ({"prompt_template": "mine"}, "prompt_template", "id (a uuid) of a prompt template"),
            (
                {"collect_fields": [{**_EMAIL, "name": None}]},
                "collect_fields[0].name",
                "is missing",
            ),
        ],
    ),
]

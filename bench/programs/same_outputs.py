# SPDX-License-Identifier: Apache-2.0
"""The engine with our outputs: a provider that does nothing, but shows what a number shows."""

from collections.abc import Iterable
from typing import Any

from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult

OUTPUTS: dict[str, Any] = {
    "number": "14155550100",
    "number_id": "00000000-0000-4000-8000-000000000001",
    "user_id": "00000000-0000-4000-8000-000000000002",
    "active": True,
    "agent_id": None,
    "agent": None,
    "webhook": None,
    "telephony_provider": "vonage",
    "telephony_account_connection": None,
    "inbound_agent": None,
    "label": "",
    "outbound_only": False,
    "example_context": None,
    "adopt": None,
    "owned": {},
}
"""What a :class:`vocode_pulumi.PhoneNumber` that is declared as here shows beside ``area_code``."""


class SameOutputsProvider(ResourceProvider):
    """Gives back its inputs and the same outputs for each resource."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("same-outputs", {**props, **OUTPUTS})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, {**props, **OUTPUTS})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult({**_news, **OUTPUTS})


class SameOutputs(Resource, module="bench", name="SameOutputs"):
    """A resource with the outputs of a number."""


def declare(lines: Iterable[int]) -> None:
    """Declare a resource for each line."""
    for line in lines:
        props = {**dict.fromkeys(OUTPUTS), "area_code": "415"}
        SameOutputs(SameOutputsProvider(), f"line-{line}", props)

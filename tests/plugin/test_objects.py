# SPDX-License-Identifier: Apache-2.0
"""Every input of every resource that is data alone, each changed and removed by itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import json_format  # type: ignore[import-untyped]
from pulumi.dynamic.dynamic import PROVIDER_KEY, serialize_provider
from pulumi.runtime.proto import provider_pb2

import vocode_pulumi
from tests.plugin.test_plugin import serving, struct
from tests.support.every_field import LEFT_OUT, Values, holds, kinds
from tests.support.states import urn
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.masking import masked
from vocode_pulumi.schema.marks import CREATE_ONLY
from vocode_pulumi.schema.shapes import Record


class Resource:
    """A resource as the engine would hold it."""

    def __init__(self, plugin: Any, account: Sandbox, kind: str, inputs: dict[str, Any]) -> None:
        self.plugin, self.account = plugin, account
        self.collection = getattr(vocode_pulumi, kind).provider.lifecycle.collection
        provider = serialize_provider(getattr(vocode_pulumi, kind).provider)
        self.hidden = {PROVIDER_KEY: provider, "__urn": urn("x", kind=f"vocode:index:{kind}")}
        made = plugin.Create(provider_pb2.CreateRequest(properties=self.props(inputs)))
        self.id, self.outs = made.id, made.properties

    def props(self, inputs: dict[str, Any]) -> Any:
        return struct(**self.hidden, **inputs)

    def replaced_by(self, inputs: dict[str, Any]) -> list[str]:
        diff = self.plugin.Diff(
            provider_pb2.DiffRequest(id=self.id, olds=self.outs, news=self.props(inputs))
        )
        return [*diff.replaces]

    def change(self, inputs: dict[str, Any]) -> Any:
        """Bring it to other inputs; gives what was written."""
        self.account.clear_requests()
        request = provider_pb2.UpdateRequest(id=self.id, olds=self.outs, news=self.props(inputs))
        self.outs = self.plugin.Update(request).properties
        outs = json_format.MessageToDict(self.outs)
        for name, value in inputs.items():
            assert outs[name] == value, name
        return [
            (one["path"].split("?")[0].removeprefix(f"{self.collection}/"), one["body"])
            for one in self.account.requests()
            if one["method"] == "POST"
        ]


@pytest.fixture
def plugin(account: Sandbox) -> Iterator[Any]:
    with serving({"vocode:apiKey": account.api_key, "vocode:baseUrl": account.url}) as stub:
        yield stub


@pytest.mark.parametrize(
    ("kind", "record"),
    [pytest.param(kind, record, id=record.name) for kind, record in kinds()],
)
def test_each_input_changes_alone_and_goes_back_when_it_is_removed(
    plugin: Any, account: Sandbox, kind: str, record: Record
) -> None:
    values = Values(account)
    inputs = values.record(record, 0)
    kept = {"type": inputs["type"]} if "type" in inputs else {}
    resource = Resource(plugin, account, kind, inputs)
    assert resource.change(inputs) == []
    for name, field in record.fields.items():
        if name in LEFT_OUT:
            continue
        value = values.of(field, 1)
        if field.has(CREATE_ONLY):
            assert resource.replaced_by({**inputs, name: value}) == [name]
        elif value != inputs.get(name) and not holds(field.default, value):
            assert resource.replaced_by({**inputs, name: value}) == []
            ((call, body),) = resource.change({**inputs, name: value})
            assert (call, body.keys()) == ("update", {*kept, name})
            assert holds(body[name], masked({name: value})[name])
            ((call, body),) = resource.change(inputs)
            assert (call, body.keys()) == ("update", {*kept, name})
            before = inputs[name] if field.required else field.default
            assert holds(body[name], masked({name: before})[name])

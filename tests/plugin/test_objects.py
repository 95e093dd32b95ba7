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
from tests.support.objects import ROWS
from tests.support.states import urn
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.masking import URLS, masked
from vocode_pulumi.schema import reading, shapes
from vocode_pulumi.schema.marks import CREATE_ONLY
from vocode_pulumi.schema.shapes import Field, Record

SAMPLES: dict[type, tuple[Any, Any]] = {
    str: ("one", "two"),
    int: (3, 4),
    float: (0.25, 0.75),
    bool: (True, False),
}
LEFT_OUT = {"prompt_template", "steering_pool"}
"""The API has no way to make the one; the other's members go by themselves, in the engine's tests."""


def kinds() -> Iterator[Any]:
    for row in ROWS:
        shape = reading.schema_of(getattr(vocode_pulumi, row.kind).provider.lifecycle.args)
        records = shape.records.values() if isinstance(shape, shapes.Variants) else [shape]
        for record in records:
            yield pytest.param(row.kind, record, id=record.name)


class Values:
    """Two values for every field, with objects of the account for what it refers to."""

    def __init__(self, account: Sandbox) -> None:
        self.account = account

    def of(self, field: Field, at: int) -> Any:
        shape = field.shape
        if field.name in URLS:
            # The list of requests shows the host of a URL.
            return f"https://{SAMPLES[str][at]}.example.com"
        if isinstance(shape, shapes.Choice):
            others = [one for one in shape.values if one != field.default]
            return others[at % len(others)] if others else shape.values[0]
        if isinstance(shape, shapes.Scalar):
            if shape.type is str and field.rule:
                return f"1415555010{at}"
            value = SAMPLES[shape.type][at]
            return (not field.default) if shape.type is bool and not field.required else value
        if isinstance(shape, shapes.ListOf):
            return [self.of(shape.item, at)]
        if isinstance(shape, shapes.MapOf):
            return {"key": self.of(shape.item, at)}
        if isinstance(shape, shapes.AnyJson):
            return {"title": str(at)}
        if isinstance(shape, shapes.Reference):
            return self.object(shape.to.collection, at)
        record = [*shape.records.values()][-1] if isinstance(shape, shapes.Variants) else shape
        return self.record(record, at)

    def record(self, record: Record, at: int) -> dict[str, Any]:
        return {name: self.of(one, at) for name, one in record.fields.items() if one.required}

    def object(self, collection: str, at: int) -> str:
        (row,) = [one for one in ROWS if f"/v1/{one.collection}" == collection]
        shape = reading.schema_of(getattr(vocode_pulumi, row.kind).provider.lifecycle.args)
        record = [*shape.records.values()][-1] if isinstance(shape, shapes.Variants) else shape
        made = self.account.call("POST", f"{collection}/create", self.record(record, at))
        return str(made["id"])


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


def holds(whole: Any, part: Any) -> bool:
    """Whether a value is another, or has it in it: what Vocode fills in goes along in an update."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return whole.items() >= part.items()
    return bool(whole == part)


@pytest.fixture
def plugin(account: Sandbox) -> Iterator[Any]:
    with serving({"vocode:apiKey": account.api_key, "vocode:baseUrl": account.url}) as stub:
        yield stub


@pytest.mark.parametrize(("kind", "record"), [*kinds()])
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

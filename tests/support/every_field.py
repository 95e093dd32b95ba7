# SPDX-License-Identifier: Apache-2.0
"""Every field of every resource that is data alone, with two values for each."""

from collections.abc import Iterator
from typing import Any

import vocode_pulumi
from tests.support.objects import ROWS
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.masking import URLS
from vocode_pulumi.schema import reading, shapes
from vocode_pulumi.schema.shapes import Field, Record

SAMPLES: dict[type, tuple[Any, Any]] = {
    str: ("one", "two"),
    int: (3, 4),
    float: (0.25, 0.75),
    bool: (True, False),
}
LEFT_OUT = {"prompt_template", "steering_pool"}
"""The API has no way to make the one; the other's members go by themselves, in the engine's tests."""


def kinds() -> Iterator[tuple[str, Record]]:
    """Each resource, with each record of its inputs."""
    for row in ROWS:
        shape = reading.schema_of(getattr(vocode_pulumi, row.kind).provider.lifecycle.args)
        records = shape.records.values() if isinstance(shape, shapes.Variants) else [shape]
        for record in records:
            yield row.kind, record


class Values:
    """Two values for every field, with objects of the account for what it refers to."""

    def __init__(self, account: Sandbox) -> None:
        self.account = account

    def of(self, field: Field, at: int) -> Any:
        """The first or the second value of a field."""
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
        """An object with the fields alone that it has to have."""
        return {name: self.of(one, at) for name, one in record.fields.items() if one.required}

    def object(self, collection: str, at: int) -> str:
        """The id of an object of a collection."""
        (row,) = [one for one in ROWS if f"/v1/{one.collection}" == collection]
        shape = reading.schema_of(getattr(vocode_pulumi, row.kind).provider.lifecycle.args)
        record = [*shape.records.values()][-1] if isinstance(shape, shapes.Variants) else shape
        made = self.account.call("POST", f"{collection}/create", self.record(record, at))
        return str(made["id"])


def holds(whole: Any, part: Any) -> bool:
    """Whether a value is another, or has it in it: what Vocode fills in goes along in an update."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return whole.items() >= part.items()
    return bool(whole == part)

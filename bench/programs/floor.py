# SPDX-License-Identifier: Apache-2.0
"""The engine alone: resources whose provider does nothing."""

from collections.abc import Iterable
from typing import Any

from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult


class FloorProvider(ResourceProvider):
    """Gives back its inputs."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("floor", props)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_news)


class Floor(Resource, module="bench", name="Floor"):
    """A resource without outputs of its own."""


def declare(lines: Iterable[int]) -> None:
    """Declare a resource for each line."""
    for line in lines:
        Floor(FloorProvider(), f"line-{line}", {"area_code": "415"})

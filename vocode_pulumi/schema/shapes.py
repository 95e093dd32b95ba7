# SPDX-License-Identifier: Apache-2.0
"""Shapes: what a type says of a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.schema.marks import UUID, Default, Flag, Members, RefersTo, Rule

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Scalar:
    """A string, a number or a boolean."""

    type: type


@dataclass(frozen=True)
class Choice:
    """One of a few strings."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class ListOf:
    """A list."""

    item: "Field"


@dataclass(frozen=True)
class MapOf:
    """Values of one shape under free names."""

    item: "Field"


@dataclass(frozen=True)
class AnyJson:
    """Any JSON value."""


@dataclass(frozen=True)
class Record:
    """An object with named fields."""

    name: str
    fields: dict[str, "Field"]


@dataclass(frozen=True, eq=False)
class Variants:
    """Objects told apart by their ``type``."""

    records: dict[str, Record]

    def of(self, value: Mapping[str, Any]) -> Record | None:
        """The record that a value's ``type`` names."""
        return self.records.get(str(value.get("type")))


@dataclass(frozen=True)
class Reference:
    """An id, or an inline object where there is such a thing."""

    to: RefersTo
    inline: Record | Variants | None

    def record(self, value: Mapping[str, Any]) -> Record:
        """The record of an inline value that has been checked."""
        found = self.inline.of(value) if isinstance(self.inline, Variants) else self.inline
        if found is None:
            raise TypeError(f"no {self.to.noun} is of type {value.get('type')!r}")
        return found

    def as_inline(self, value: Any) -> Inputs | None:
        """The inline object that a value is or that its text stands for; ``None`` for an id."""
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, str) and self.to.text and not UUID.fullmatch(value):
            return {self.to.text: value}
        return None


Shape = Scalar | Choice | ListOf | MapOf | AnyJson | Record | Variants | Reference


@dataclass(frozen=True, eq=False)
class Field:
    """A named value and what is known of it."""

    name: str
    shape: Shape
    required: bool = False
    marks: tuple[Any, ...] = ()

    @property
    def references(self) -> Reference | None:
        """What it refers to, or each of its items."""
        shape = self.shape.item.shape if isinstance(self.shape, ListOf) else self.shape
        return shape if isinstance(shape, Reference) else None

    def has(self, flag: Flag) -> bool:
        """Whether the field carries a flag."""
        return flag in self.marks

    @property
    def default(self) -> Any:
        """What a new object has without the field."""
        return next((mark.value for mark in self.marks if isinstance(mark, Default)), None)

    @property
    def members(self) -> Members | None:
        """How members of a list are added and removed."""
        return next((mark for mark in self.marks if isinstance(mark, Members)), None)

    @property
    def rule(self) -> Rule | None:
        """The form of a string."""
        return next((mark for mark in self.marks if isinstance(mark, Rule)), None)

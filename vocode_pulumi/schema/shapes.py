# SPDX-License-Identifier: Apache-2.0
"""Shapes: what a type says of a value."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.schema.marks import SECRET, UUID, Default, Flag, Members, Part, Rule

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
class Listing:
    """A list."""

    item: "Field"


@dataclass(frozen=True)
class Table:
    """Values of one shape under free names."""

    item: "Field"


@dataclass(frozen=True)
class Anything:
    """Any JSON object."""


@dataclass(frozen=True)
class Record:
    """An object with named fields."""

    name: str
    fields: dict[str, "Field"]


@dataclass(frozen=True)
class Variants:
    """Objects told apart by their ``type``."""

    records: dict[str, Record]

    def of(self, value: Mapping[str, Any]) -> Record | None:
        """The record that a value's ``type`` names."""
        return self.records.get(str(value.get("type")))

    @functools.cached_property
    def every(self) -> Record:
        """All fields of all records, for a value whose ``type`` is not known (yet)."""
        fields = [field for record in self.records.values() for field in record.fields.values()]
        # Of two fields of one name the one that holds a credential, so that none is overlooked.
        fields.sort(key=holds_credential)
        return Record("", {field.name: field for field in fields})


@dataclass(frozen=True)
class Reference:
    """An id, or an inline object where there is such a thing."""

    part: Part
    inline: Record | Variants | None

    def record(self, value: Mapping[str, Any]) -> Record:
        """The record of an inline value that has been checked."""
        found = self.inline.of(value) if isinstance(self.inline, Variants) else self.inline
        if found is None:
            raise TypeError(f"no {self.part.noun} is of type {value.get('type')!r}")
        return found

    def as_inline(self, value: Any) -> Inputs | None:
        """The inline object that a value is or that its text stands for; ``None`` for an id."""
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, str) and self.part.text and not UUID.fullmatch(value):
            return {self.part.text: value}
        return None


Shape = Scalar | Choice | Listing | Table | Anything | Record | Variants | Reference


@dataclass(frozen=True)
class Field:
    """A named value and what is known of it."""

    name: str
    shape: Shape
    required: bool = False
    marks: tuple[Any, ...] = ()

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


def fields_of(shape: Record | Variants, value: Mapping[str, Any]) -> dict[str, Field]:
    """The fields that an object can have, as far as its ``type`` is known."""
    record = shape if isinstance(shape, Record) else shape.of(value) or shape.every
    return record.fields


def holds_credential(field: Field) -> bool:
    """Whether the field is a credential or has one in it."""
    return field.has(SECRET) or any(map(holds_credential, _within(field.shape)))


def _within(shape: Any) -> Iterator[Field]:
    if isinstance(shape, Reference):
        shape = shape.inline
    if isinstance(shape, Variants):
        for record in shape.records.values():
            yield from record.fields.values()
    elif isinstance(shape, Record):
        yield from shape.fields.values()
    elif isinstance(shape, Listing | Table):
        yield shape.item

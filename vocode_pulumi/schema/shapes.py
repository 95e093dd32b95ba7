# SPDX-License-Identifier: Apache-2.0
"""Shapes: the types of values, as the package uses them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from vocode_pulumi.schema.marks import Default, Flag, MemberCalls, RefersTo, Rule
from vocode_pulumi.uuids import UUID

Inputs = dict[str, Any]
Mark = TypeVar("Mark")


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
    """An object with any names, whose values all have one shape."""

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
    """Objects of several kinds; the field ``type`` names the kind."""

    records: dict[str, Record]

    def of(self, value: Mapping[str, Any]) -> Record | None:
        """The record that a value's ``type`` names."""
        return self.records.get(str(value.get("type")))


@dataclass(frozen=True)
class Reference:
    """The id of another object, or an inline object if ``inline`` has a shape for it."""

    to: RefersTo
    inline: Record | Variants | None

    @property
    def text_field(self) -> "Field | None":
        """The field of the inline object that a plain string stands for; ``None`` if there is none."""
        if self.to.text_field is None or not isinstance(self.inline, Record):
            return None
        return self.inline.fields[self.to.text_field]

    def record(self, value: Mapping[str, Any]) -> Record:
        """The record of an inline value that has been checked."""
        found = self.inline.of(value) if isinstance(self.inline, Variants) else self.inline
        if found is None:
            raise TypeError(f"no {self.to.noun} is of type {value.get('type')!r}")
        return found

    def as_inline(self, value: Any) -> Inputs | None:
        """A value as an inline object; a plain text becomes one too. ``None`` for an id."""
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, str) and self.to.text_field and not UUID.fullmatch(value):
            return {self.to.text_field: value}
        return None


Shape = Scalar | Choice | ListOf | MapOf | AnyJson | Record | Variants | Reference


@dataclass(frozen=True, eq=False)
class Field:
    """A named value: its shape and its marks."""

    name: str
    shape: Shape
    required: bool = False
    marks: tuple[Any, ...] = ()

    @property
    def references(self) -> Reference | None:
        """The reference that the field is, or that each item of its list is; ``None`` for neither."""
        shape = self.shape.item.shape if isinstance(self.shape, ListOf) else self.shape
        return shape if isinstance(shape, Reference) else None

    @property
    def is_free_form(self) -> bool:
        """Whether the field is an object of any JSON: one document, sent as a whole."""
        return isinstance(self.shape, MapOf) and isinstance(self.shape.item.shape, AnyJson)

    @property
    def has_entries(self) -> bool:
        """Whether the field is a list of objects without ids, such as questions or phrases."""
        return isinstance(self.shape, ListOf) and isinstance(
            self.shape.item.shape, Record | Variants
        )

    def has(self, flag: Flag) -> bool:
        """Whether the field has a flag."""
        return flag in self.marks

    @property
    def default(self) -> Any:
        """The value that a new object has if the field is not given."""
        default = self.mark(Default)
        return default.value if default else None

    @property
    def member_calls(self) -> MemberCalls | None:
        """The calls that add and remove members of the list; ``None`` if an update sets the list."""
        return self.mark(MemberCalls)

    @property
    def rule(self) -> Rule | None:
        """The form of the string; ``None`` if any string is allowed."""
        return self.mark(Rule)

    def mark(self, kind: type[Mark]) -> Mark | None:
        """The mark of a kind; ``None`` if the field has none."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

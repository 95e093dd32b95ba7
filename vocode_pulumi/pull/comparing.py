# SPDX-License-Identifier: Apache-2.0
"""What was changed by hand, three ways: what the program declares, what was last seen, what is there now. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from vocode_pulumi.leaves import leaves
from vocode_pulumi.provider.hidden_inputs import exact_inputs
from vocode_pulumi.provider.secret_paths import has_secret, steps_of, value_at_steps
from vocode_pulumi.pull.looking import Seen
from vocode_pulumi.pull.state import Steps
from vocode_pulumi.record import FINGERPRINTS
from vocode_pulumi.review.differences import ABSENT, joined
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Place, Preview
from vocode_pulumi.review.reading import with_read_ids
from vocode_pulumi.schema.marks import SECRET as CREDENTIAL
from vocode_pulumi.schema.marks import UNORDERED
from vocode_pulumi.schema.shapes import Field, Inputs
from vocode_pulumi.schema.walking import Node, walk


@dataclass(frozen=True)
class Declared:
    """What the program declares of a resource.

    Args:
        inputs: its inputs; a secret is ``"[secret]"``, and what is not known yet is one of ``UNKNOWNS``.
        place: where the program declares it; ``None`` if that is not known.
        fingerprints: fingerprints of its secrets.
    """

    inputs: Inputs
    place: Place | None = None
    fingerprints: Mapping[Steps, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A value that somebody changed at Vocode.

    Args:
        steps: the names and indexes that lead to it.
        declared: what the program declares; :data:`ABSENT` if it declares nothing.
        before: what was last seen.
        there: what is there now; :data:`ABSENT` if there is nothing.
        field: the schema's field of it; ``None`` if it has none of its own.
        is_secret: whether one of the values is a secret.
        is_known_secret: whether the program declares the secret that is there.
    """

    steps: Steps
    declared: Any
    before: Any
    there: Any
    field: Field | None = None
    is_secret: bool = False
    is_known_secret: bool = False

    @property
    def path(self) -> str:
        """Such as ``inbound_agent.prompt`` or ``actions[0].config``."""
        return path_of(self.steps)

    @property
    def is_agreed(self) -> bool:
        """Whether the program declares what is there already."""
        if self.is_secret:
            return self.is_known_secret
        return self._is_same(self.declared, self.there)

    @property
    def is_conflict(self) -> bool:
        """Whether the program was changed too, in another way."""
        is_changed = not self._is_same(self.declared, self.before)
        return is_changed and not (self.is_secret or self.is_agreed)

    def _is_same(self, one: Any, other: Any) -> bool:
        is_unordered = self.field is not None and self.field.has(UNORDERED)
        if is_unordered and isinstance(one, list) and isinstance(other, list):
            return sorted(map(str, one)) == sorted(map(str, other))
        return is_same(one, other)


@dataclass(frozen=True)
class Changed:
    """A resource that was changed at Vocode.

    Args:
        seen: the resource.
        declared: what the program declares of it; ``None`` if the program does not declare it any more.
        rows: what was changed; empty if the object is gone.
    """

    seen: Seen
    declared: Declared | None
    rows: tuple[Row, ...] = field(default=())

    @property
    def is_gone(self) -> bool:
        """Whether Vocode does not have the object any more."""
        return self.seen.there is None


def declared_in(preview: Preview) -> dict[str, Declared]:
    """What a program declares, by the URNs that the state has.

    Args:
        preview: of the stack, without a refresh.
    """
    found: dict[str, Declared] = {}
    for step in with_read_ids(step for step in preview.steps if step.op != "refresh"):
        new = step.new
        if new is None or not new.is_ours:
            continue
        urn = step.old.urn if step.old is not None else new.urn
        marks = new.inputs.get(FINGERPRINTS)
        fingerprints = {
            tuple(steps_of(path)): str(mark)
            for path, mark in (marks if isinstance(marks, Mapping) else {}).items()
        }
        found.setdefault(urn, Declared(exact_inputs(new.inputs), new.place, fingerprints))
    return found


def compare(
    seen: Iterable[Seen], declared: Mapping[str, Declared], secrets: Set[str]
) -> list[Changed]:
    """The resources that somebody changed at Vocode.

    Args:
        seen: every resource that the stack manages.
        declared: what the program declares.
        secrets: texts that nobody may see.
    """
    found = []
    for one in seen:
        of_program = declared.get(one.resource.urn)
        if one.there is None:
            found.append(Changed(one, of_program))
            continue
        rows = tuple(_rows(one, of_program or Declared({}), secrets))
        if rows:
            found.append(Changed(one, of_program, rows))
    return found


def _rows(seen: Seen, declared: Declared, secrets: Set[str]) -> Iterator[Row]:
    there = seen.there or {}
    if seen.before == there:
        return
    fields = _fields_by_steps(seen.fields, (seen.before, there))
    places = {steps for steps, one in fields.items() if one.has(CREDENTIAL)} | {
        # A state may have more as a secret than the program: a refresh stores an input as a whole.
        steps
        for steps in seen.resource.secrets
        if not _says_which_part_is_secret(value_at_steps(declared.inputs, steps))
    }
    for row in _differences(declared.inputs, seen.before, there, ()):
        values = (row.declared, row.before, row.there)
        is_secret = any(overlapping(row.steps, place) for place in places) or any(
            value is not ABSENT and (SECRET in [*leaves(value)] or has_secret(value, secrets))
            for value in values
        )
        mark = declared.fingerprints.get(row.steps)
        is_known = (
            is_secret
            and bool(mark)
            and row.there is not ABSENT
            and mark == seen.fingerprint(row.there)
        )
        yield Row(row.steps, *values, fields.get(row.steps), is_secret, is_known)


def _says_which_part_is_secret(value: Any) -> bool:
    return isinstance(value, Mapping | list) and SECRET in [*leaves(value)]


def _differences(declared: Any, before: Any, there: Any, steps: Steps) -> Iterator[Row]:
    if is_same(before, there):
        return
    every = declared, before, there
    is_object = isinstance(before, Mapping) and isinstance(there, Mapping)
    if is_object and (declared is ABSENT or isinstance(declared, Mapping)):
        for name in [*before, *(name for name in there if name not in before)]:
            yield from _differences(
                _at(declared, name), _at(before, name), _at(there, name), (*steps, name)
            )
    elif all(map(_is_list_of_objects, every)) and len(declared) == len(before) == len(there):
        for at, (wanted, old, now) in enumerate(zip(declared, before, there, strict=True)):
            yield from _differences(wanted, old, now, (*steps, str(at)))
    else:
        yield Row(steps, declared, before, there)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _at(value: Any, name: str) -> Any:
    return value.get(name, ABSENT) if isinstance(value, Mapping) else ABSENT


def _fields_by_steps(
    fields: Mapping[str, Field], inputs: Sequence[Mapping[str, Any]]
) -> dict[Steps, Field]:
    """The schema's field of each value."""
    found: dict[Steps, Field] = {}

    def visit(node: Node) -> None:
        found[tuple(steps_of(node.path))] = node.field
        node.below()

    for values in inputs:
        for name, value in values.items():
            if name in fields:
                walk(fields[name], value, visit, path=name)
    return found


def is_same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same. ``True`` is not ``1``."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)


def is_known(value: Any) -> bool:
    """Whether a value of a preview is known."""
    return value is ABSENT or not any(
        leaf in UNKNOWNS for leaf in leaves(value) if isinstance(leaf, str)
    )


def overlapping(steps: Steps, other: Steps) -> bool:
    """Whether one of two places lies within the other."""
    return all(one == two for one, two in zip(steps, other, strict=False))


def path_of(steps: Steps) -> str:
    """Steps as a path."""
    path = ""
    for step in steps:
        path = f"{path}[{step}]" if step.isdigit() and path else joined(path, step)
    return path

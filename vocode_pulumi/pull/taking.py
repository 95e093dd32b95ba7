# SPDX-License-Identifier: Apache-2.0
"""What has to be written so that the program declares what is at Vocode. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from vocode_pulumi.pull.comparing import Changed, Declared, Row, is_known, is_same
from vocode_pulumi.pull.state import Steps
from vocode_pulumi.pull.texts import NotHeld, Refused, file_with, with_text
from vocode_pulumi.review.differences import ABSENT
from vocode_pulumi.review.text import LONG
from vocode_pulumi.uuids import UUID


@dataclass(frozen=True)
class Edit:
    """A change of a file.

    Args:
        file: its path from the project's folder.
        apply: makes the new content from the old one.
        line: the line of the literal that changes, counted from 1; 0 for a file that holds just the text.
        code: the new literal; empty if it goes, or if there is none.
    """

    file: Path
    apply: Callable[[bytes], bytes]
    line: int = 0
    code: str = ""

    @property
    def is_of_program(self) -> bool:
        """Whether it changes the program itself, and not a file that it reads."""
        return self.line > 0


@dataclass(frozen=True)
class Taken:
    """What becomes of a value that was changed at Vocode.

    Args:
        changed: the resource.
        row: the value.
        edit: how the program takes it over; ``None`` if the program has it already, or does not take it.
        why_not: why the program does not take it over; empty if it does.
    """

    changed: Changed
    row: Row
    edit: Edit | None = None
    why_not: str = ""

    def is_written(self, *, literals: bool) -> bool:
        """Whether a file changes.

        Args:
            literals: whether literals of the program are written.
        """
        return self.edit is not None and (literals or not self.edit.is_of_program)


class Literals(Protocol):
    """The literals of a program."""

    def edit(self, changed: Changed, row: Row) -> Edit:
        """The change of the literal that a value comes from.

        Raises:
            Refused: the program has no literal for it, or the new value cannot be written as one.
        """
        ...

    def key_of_secret(self, changed: Changed, row: Row) -> str:
        """The key by which the program reads a secret from the stack's configuration; empty if that is not known."""
        ...


class Planner:
    """Finds out how a program can take over what is at Vocode.

    Args:
        texts: the files of the project that may hold texts.
        literals: the literals of the program.
        declared: what the program declares, by URN.
        changed: the resources that were changed at Vocode.
    """

    def __init__(
        self,
        texts: Mapping[Path, bytes],
        literals: Literals,
        declared: Mapping[str, Declared],
        changed: Iterable[Changed],
    ) -> None:
        self._texts = texts
        self._literals = literals
        self._changed = [*changed]
        self._places: dict[str, set[tuple[str, Steps]]] = {}
        for urn, one in declared.items():
            for steps, text in _texts_in(one.inputs, ()):
                self._places.setdefault(text, set()).add((urn, steps))

    def plan(self) -> list[Taken]:
        """What becomes of each value."""
        return [self._taken(one, row) for one in self._changed for row in one.rows]

    def _taken(self, changed: Changed, row: Row) -> Taken:
        if row.is_agreed:
            return Taken(changed, row)
        try:
            return Taken(changed, row, self._edit(changed, row))
        except Refused as refused:
            return Taken(changed, row, why_not=refused.why)

    def _edit(self, changed: Changed, row: Row) -> Edit:
        if changed.declared is None:
            raise Refused("the program does not declare the resource any more")
        if row.is_secret:
            key = self._literals.key_of_secret(changed, row)
            how = f", `pulumi config set --secret {key}`" if key else " where it has the old one"
            raise Refused(f"a secret is written nowhere: give the program the new one{how}")
        if not is_known(row.declared):
            raise Refused("the program computes it from what is known only after a run")
        if _is_id(row):
            raise Refused("another object is in its place: refer to that one in the program")
        try:
            return self._literals.edit(changed, row)
        except Refused as refused:
            if not (isinstance(row.declared, str) and isinstance(row.there, str)):
                raise
            try:
                return self._edit_of_text(changed, row, row.declared, row.there)
            except NotHeld as not_held:
                is_long = "\n" in row.declared or len(row.declared) > LONG
                raise Refused(
                    f"{refused.why}; {not_held.why}" if is_long else refused.why
                ) from None
            except Refused as of_text:
                raise Refused(f"{refused.why}; {of_text.why}") from None

    def _edit_of_text(self, changed: Changed, row: Row, old: str, new: str) -> Edit:
        file = file_with(self._texts, old)
        others = self._places.get(old, set()) - {(changed.seen.resource.urn, row.steps)}
        others -= {
            (one.seen.resource.urn, other.steps)
            for one in self._changed
            for other in one.rows
            if is_same(other.there, new)
        }
        if others:
            raise Refused(
                f"{file.as_posix()} holds it, and other values of the program have the same text"
            )
        with_text(self._texts[file], old, new)
        return Edit(file, lambda content: _with_text(content, old, new))


def _with_text(content: bytes, old: str, new: str) -> bytes:
    try:
        return with_text(content, old, new)
    except Refused:
        # Another value with the same text has been written.
        with_text(content, new, new)
        return content


def _is_id(row: Row) -> bool:
    """Whether another object has taken the place of one."""
    is_reference = row.field is not None and row.field.references is not None
    values = (row.before, row.there)
    is_inline = any(isinstance(value, Mapping) for value in values)
    return is_reference and any(
        isinstance(value, str) and (is_inline or UUID.fullmatch(value) is not None)
        for value in values
    )


def _texts_in(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts_in(item, (*steps, name))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _texts_in(item, (*steps, str(at)))
    elif isinstance(value, str):
        yield steps, value


def taken_whole(
    changed: Iterable[Changed], plan: Sequence[Taken], *, literals: bool
) -> list[Changed]:
    """The resources of which the program declares everything as it is at Vocode.

    Args:
        changed: the resources.
        plan: what became of each value.
        literals: whether literals of the program are written.
    """
    left = [
        one.changed
        for one in plan
        if not one.row.is_agreed and not one.is_written(literals=literals)
    ]
    return [
        one
        for one in changed
        if (one.declared is None if one.is_gone else all(one is not other for other in left))
    ]


def written(
    files: Mapping[Path, bytes], plan: Iterable[Taken], *, literals: bool
) -> tuple[dict[Path, bytes], list[Taken]]:
    """The files that change, with their new contents; and the plan without what does not go together.

    Args:
        files: the contents of the project's files.
        plan: what becomes of each value.
        literals: whether literals of the program are written.
    """
    new: dict[Path, bytes] = {}
    kept = []
    for one in plan:
        if one.edit is None or not one.is_written(literals=literals):
            kept.append(one)
            continue
        before = new.get(one.edit.file, files[one.edit.file])
        try:
            new[one.edit.file] = one.edit.apply(before)
            kept.append(one)
        except Refused as refused:
            kept.append(replace(one, edit=None, why_not=refused.why))
    return {path: content for path, content in new.items() if content != files[path]}, kept


def not_as_meant(
    plan: Iterable[Taken], before: Mapping[str, Declared], after: Mapping[str, Declared]
) -> set[str]:
    """The URNs of the resources of which the program declares something else than was meant.

    Args:
        plan: what was written.
        before: what the program declared before that.
        after: what it declares now.
    """
    meant = dict(before)
    for one in plan:
        urn = one.changed.seen.resource.urn
        if one.edit is not None:
            inputs = with_value(meant[urn].inputs, one.row.steps, one.row.there)
            meant[urn] = replace(meant[urn], inputs=inputs)
    return {
        urn
        for urn in meant.keys() | after.keys()
        if urn not in after
        or urn not in meant
        or not _is_meant(meant[urn].inputs, after[urn].inputs)
    }


def _is_meant(meant: Any, found: Any) -> bool:
    """Whether a preview shows what was meant. What it does not know can be that."""
    if not (is_known(meant) and is_known(found)) and isinstance(found, str):
        return True
    if isinstance(meant, Mapping) and isinstance(found, Mapping):
        return meant.keys() == found.keys() and all(
            _is_meant(meant[key], found[key]) for key in meant
        )
    if isinstance(meant, list) and isinstance(found, list):
        return len(meant) == len(found) and all(map(_is_meant, meant, found))
    return is_same(meant, found)


def with_value(value: Any, steps: Steps, new: Any) -> Any:
    """A value with another one at a place in it.

    Args:
        value: the value.
        steps: the names and indexes of the place.
        new: the other one; :data:`ABSENT` for none.
    """
    if not steps:
        return new
    step, *rest = steps
    if isinstance(value, list):
        return [
            with_value(item, tuple(rest), new) if str(at) == step else item
            for at, item in enumerate(value)
        ]
    inner = with_value(value.get(step, {}), tuple(rest), new)
    return {name: item for name, item in {**value, step: inner}.items() if item is not ABSENT}

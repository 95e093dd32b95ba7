# SPDX-License-Identifier: Apache-2.0
"""Finding in a program's Python files where a value of a resource stands. Pure."""

import contextlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst as cst

from vocode_pulumi.pull.source import Source, part_at, source_of
from vocode_pulumi.pull.state import Steps
from vocode_pulumi.pull.texts import Refused
from vocode_pulumi.review.preview import Place


@dataclass(frozen=True)
class Anchor:
    """An expression that is found again after other parts of its file have changed.

    It is either the call of a class, or what is assigned to a variable.

    Args:
        kind: the name of the class, such as ``PhoneNumber``; empty (default) for a variable.
        at: the index of the call among the calls of this class in the file.
        variable: the name of the variable; empty (default) for a call.
    """

    kind: str = ""
    at: int = 0
    variable: str = ""

    def node(self, source: Source) -> cst.BaseExpression:
        """The expression.

        Args:
            source: the file.

        Raises:
            Refused: the variable has no assignment, or several.
        """
        node = source.assigned(self.variable) if self.variable else source.calls(self.kind)[self.at]
        if node is None:
            raise Refused(f"`{self.variable}` is assigned more than once")
        return node


@dataclass(frozen=True)
class Spot:
    """Where a value stands in a program.

    Args:
        file: the path of the file, from the project's folder.
        anchor: an expression in the file.
        steps: the names and indexes that lead from the expression to the value.
    """

    file: Path
    anchor: Anchor
    steps: Steps


class Program:
    """The Python files of a program.

    Args:
        files: their contents by their paths from the project's folder.
    """

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        self._files = files

    def call(self, kind: str, name: str, place: Place | None, others: Collection[str]) -> Spot:
        """The call that makes a resource.

        Args:
            kind: the class of the resource.
            name: its name in the program.
            place: the line that declares it; ``None`` if that is not known.
            others: the names of the other resources of the class that this line declares.

        Raises:
            Refused: there is no such call, several calls are possible, or the line makes several resources.
        """
        calls = [*self._calls(kind)]
        named = [spot for spot, source, call in calls if _name_in(source, call) == name]
        placed = [spot for spot, source, call in calls if _is_at(place, spot, source, call)]
        found = [spot for spot in placed if spot in named] or placed or named
        # In a loop, one call makes several resources. Several calls may stand in one line if each has its own name.
        if place is not None and placed and (name in others or (others and found[0] not in named)):
            raise Refused(f"{place.file}:{place.line} makes several resources")
        if len(found) != 1:
            how_many = "several calls" if found else "no call"
            raise Refused(f'the program has {how_many} `{kind}("{name}", …)`')
        return found[0]

    def _calls(self, kind: str) -> Iterator[tuple[Spot, Source, cst.Call]]:
        """The calls of a class in every file that can be read, each with its spot and its file."""
        for path, content in self._files.items():
            if kind.encode() not in content:
                continue
            with contextlib.suppress(Refused):
                source = source_of(content)
                for at, call in enumerate(source.calls(kind)):
                    yield Spot(path, Anchor(kind, at), ()), source, call

    def spot(self, start: Spot, steps: Steps) -> Spot:
        """Where a value of a resource stands, or where it would be added.

        If a variable has the value or an object around it, the spot is in the assignment of the variable.

        Args:
            start: the call that makes the resource.
            steps: the names and indexes that lead from the call to the value.

        Raises:
            Refused: the program computes the value, the variable has another use, or the program does not have
                the object that the value would be added to.
        """
        file, anchor, left = start.file, start.anchor, [*steps]
        done: list[str] = []
        node = anchor.node(source_of(self._files[file]))
        while True:
            source = source_of(self._files[file])
            if isinstance(node, cst.Name) and node.value not in ("None", "True", "False"):
                file, name = self._variable(file, source, node)
                anchor, done = Anchor(variable=name), []
                node = anchor.node(source_of(self._files[file]))
                continue
            if not left:
                return Spot(file, anchor, tuple(done))
            part = part_at(source, node, left[0], where=f"{file.as_posix()}:{source.line(node)}")
            if part is None:
                if len(left) > 1:
                    raise Refused(f"{file.as_posix()}:{source.line(node)} has no `{left[0]}`")
                return Spot(file, anchor, (*done, left[0]))
            node = part.value
            done.append(left.pop(0))

    def line(self, spot: Spot) -> int:
        """The line of the value at a spot; if there is none yet, the first line of what it would be added to."""
        source = source_of(self._files[spot.file])
        node = spot.anchor.node(source)
        for step in spot.steps:
            part = part_at(source, node, step)
            if part is None:
                break
            node = part.value
        return source.line(node)

    def expression(self, spot: Spot) -> tuple[Source, cst.BaseExpression | None]:
        """The file of a spot, and the expression there; ``None`` if there is none yet."""
        source = source_of(self._files[spot.file])
        return source, expression_at(source, spot)

    def _variable(self, file: Path, source: Source, node: cst.Name) -> tuple[Path, str]:
        """The file with the assignment of a variable, and the variable's name there.

        Args:
            file: the path of the file that uses the variable.
            source: this file.
            node: the use of the variable.

        Raises:
            Refused: the variable has another use, or no plain assignment.
        """
        name, where = node.value, f"{file.as_posix()}:{source.line(node)}"
        # The assignment (or the import) and this use.
        if source.count_of_variable(name) != 2:
            raise Refused(
                f"{where} takes it from `{name}`, which has another use or no plain assignment"
            )
        if source.assigned(name) is not None:
            return file, name
        imported = source.import_of(name)
        other = self._file_of(file, imported[0]) if imported else None
        if imported is None or other is None:
            raise Refused(f"{where} takes it from `{name}`, which has no plain assignment")
        found = source_of(self._files[other])
        # Only the assignment: the use stands in the file that imports it.
        if found.count_of_variable(imported[1]) != 1 or found.assigned(imported[1]) is None:
            raise Refused(
                f"{where} takes it from `{name}`, which has another use in {other.as_posix()} or no plain assignment"
            )
        return other, imported[1]

    def _file_of(self, file: Path, module: str) -> Path | None:
        """The file of a module; ``None`` if the project has none.

        Args:
            file: the path of the file that imports the module.
            module: the module as the import names it, with leading dots.
        """
        dots = len(module) - len(module.lstrip("."))
        folder = file.parents[dots - 1] if 0 < dots <= len(file.parents) else Path()
        path = folder / module.lstrip(".").replace(".", "/")
        found = (path.with_suffix(".py"), path / "__init__.py")
        return next((one for one in found if one in self._files), None)


def _is_at(place: Place | None, spot: Spot, source: Source, call: cst.Call) -> bool:
    """Whether a call stands in a line of the program."""
    if place is None or place.file != spot.file.as_posix():
        return False
    start, end = map(source.line_at, source.span(call))
    return start <= place.line <= end


def _name_in(source: Source, call: cst.Call) -> Any:
    """The name that a call gives its resource. It is no text if the name is missing or is no literal."""
    for at, arg in enumerate(call.args):
        if not arg.star and (
            (at == 0 and arg.keyword is None)
            or (arg.keyword is not None and arg.keyword.value == "resource_name")
        ):
            return source.literal(arg.value)
    return None


def expression_at(source: Source, spot: Spot) -> cst.BaseExpression | None:
    """The expression at a spot of a file; ``None`` if there is none yet."""
    node: cst.BaseExpression | None = spot.anchor.node(source)
    for step in spot.steps:
        part = part_at(source, node, step) if node is not None else None
        node = part.value if part is not None else None
    return node

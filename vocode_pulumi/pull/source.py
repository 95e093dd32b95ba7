# SPDX-License-Identifier: Apache-2.0
"""Finding in a program's Python files where a value of a resource stands. Pure."""

import ast
import contextlib
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from vocode_pulumi.pull.state import Steps
from vocode_pulumi.pull.texts import Refused
from vocode_pulumi.review.preview import Place

Part = cst.Arg | cst.DictElement | cst.Element
"""What has a place of its own in a call, a dictionary or a list."""
_ABSENT = object()


class Source:
    """A Python file, and where each of its nodes stands.

    Args:
        content: of the file.

    Raises:
        cst.ParserSyntaxError: it is no Python.
    """

    def __init__(self, content: bytes) -> None:
        self.module = cst.parse_module(content)
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        self._spans: Mapping[Any, CodeSpan] = wrapper.resolve(ByteSpanPositionProvider)
        self.code = self.module.code.encode()
        self.nodes = [*_nodes(self.module)]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where a node begins and ends in the code, without brackets around it."""
        found = self._spans[node]
        return found.start, found.start + found.length

    def line(self, node: cst.CSTNode) -> int:
        """The line in which a node begins, counted from 1."""
        return self.line_at(self.span(node)[0])

    def line_at(self, offset: int) -> int:
        """The line of a place in the code, counted from 1."""
        before = self.code[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return before.count(b"\n") + 1

    def calls(self, kind: str) -> list[cst.Call]:
        """The calls that make a resource, in order.

        Args:
            kind: the name of its class.
        """
        names = {kind} | {
            str(alias.asname.name.value)
            for node in self.nodes
            if isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar)
            for alias in node.names
            if alias.asname and isinstance(alias.asname.name, cst.Name) and alias.name.value == kind
        }
        return [
            node
            for node in self.nodes
            if isinstance(node, cst.Call)
            and (
                (isinstance(node.func, cst.Name) and node.func.value in names)
                or (isinstance(node.func, cst.Attribute) and node.func.attr.value == kind)
            )
        ]

    def literal(self, node: cst.BaseExpression) -> Any:
        """The value of a plain literal; no value of JSON if the expression is none."""
        return literal_of(self.module.code_for_node(node))

    def assigned(self, name: str) -> cst.BaseExpression | None:
        """What the one assignment of a name gives it; ``None`` if there is no such assignment."""
        values = [
            node.value
            for node in self.nodes
            if (isinstance(node, cst.AnnAssign) and _is_name(node.target, name))
            or (
                isinstance(node, cst.Assign)
                and len(node.targets) == 1
                and _is_name(node.targets[0].target, name)
            )
        ]
        return values[0] if len(values) == 1 else None

    def mentions(self, name: str) -> int:
        """How often a name stands in the code, as a variable."""
        no_variables = {
            id(part)
            for node in self.nodes
            for part in (
                [node.keyword]
                if isinstance(node, cst.Arg)
                else [node.attr]
                if isinstance(node, cst.Attribute)
                else []
            )
        }
        return sum(
            isinstance(node, cst.Name) and node.value == name and id(node) not in no_variables
            for node in self.nodes
        )

    def imported(self, name: str) -> tuple[str, str] | None:
        """The module and the name there of a name that is imported; ``None`` if it is not."""
        for node in self.nodes:
            if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
                continue
            for alias in node.names:
                own = alias.asname.name if alias.asname else alias.name
                if isinstance(own, cst.Name) and own.value == name and node.module is not None:
                    dots = "." * len(node.relative)
                    return f"{dots}{self.module.code_for_node(node.module)}", str(alias.name.value)
        return None


def _is_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _as_json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [*map(_as_json, value)]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if not isinstance(value, str | int | float | bool | None):
        raise TypeError(value)
    return value


def literal_of(code: str) -> Any:
    """The value of a literal; no value of JSON if the code is none."""
    try:
        return _as_json(ast.literal_eval(f"({code})"))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _ABSENT


def is_literal(value: Any) -> bool:
    """Whether :func:`literal_of` found a value."""
    return value is not _ABSENT


@functools.lru_cache(maxsize=64)
def source_of(content: bytes) -> Source:
    """A Python file.

    Args:
        content: of the file.

    Raises:
        Refused: it is no Python.
    """
    try:
        return Source(content)
    except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError, RecursionError):
        raise Refused("the file is not read as Python") from None


@dataclass(frozen=True)
class Anchor:
    """An expression that is found again after other parts of its file have changed.

    Args:
        kind: the class of the resource whose call it is; empty for what a variable is given.
        at: which one of these calls, counted from 0.
        variable: the name of the variable.
    """

    kind: str = ""
    at: int = 0
    variable: str = ""

    def node(self, source: Source) -> cst.BaseExpression:
        """The expression."""
        node = source.assigned(self.variable) if self.variable else source.calls(self.kind)[self.at]
        if node is None:
            raise Refused(f"`{self.variable}` is assigned more than once")
        return node


@dataclass(frozen=True)
class Spot:
    """Where a value stands.

    Args:
        file: the path of the file.
        anchor: an expression in it.
        steps: the names and indexes that lead from there to the value.
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
            place: the line that made it; ``None`` if that is not known.
            others: the names of the other resources of the class that this line made.

        Raises:
            Refused: there is no such call, or several may be it.
        """
        calls = [*self._calls(kind)]
        named = [spot for spot, source, call in calls if _name_in(source, call) == name]
        placed = [spot for spot, source, call in calls if _is_at(place, spot, source, call)]
        found = [spot for spot in placed if spot in named] or placed or named
        if place is not None and placed and (name in others or (others and found[0] not in named)):
            raise Refused(f"{place.file}:{place.line} makes several resources")
        if len(found) != 1:
            much = "several calls" if found else "no call"
            raise Refused(f'the program has {much} `{kind}("{name}", …)`')
        return found[0]

    def _calls(self, kind: str) -> Iterator[tuple[Spot, Source, cst.Call]]:
        for path, content in self._files.items():
            if kind.encode() not in content:
                continue
            with contextlib.suppress(Refused):
                source = source_of(content)
                for at, call in enumerate(source.calls(kind)):
                    yield Spot(path, Anchor(kind, at), ()), source, call

    def spot(self, start: Spot, steps: Steps) -> Spot:
        """Where a value of a resource stands, or would stand. A variable that has it is followed.

        Args:
            start: the call that makes the resource.
            steps: the names and indexes that lead to the value.

        Raises:
            Refused: the program computes the value.
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
        """The line where a value stands, or where what would have it begins."""
        source = source_of(self._files[spot.file])
        node = spot.anchor.node(source)
        for step in spot.steps:
            part = part_at(source, node, step)
            if part is None:
                break
            node = part.value
        return source.line(node)

    def expression(self, spot: Spot) -> tuple[Source, cst.BaseExpression | None]:
        """What stands at a spot; ``None`` if nothing does."""
        source = source_of(self._files[spot.file])
        return source, expression_at(source, spot)

    def _variable(self, file: Path, source: Source, node: cst.Name) -> tuple[Path, str]:
        """The file and the name of the one assignment of a variable that nothing else uses."""
        name, where = node.value, f"{file.as_posix()}:{source.line(node)}"
        if source.mentions(name) != 2:
            raise Refused(
                f"{where} takes it from `{name}`, which has another use or no plain assignment"
            )
        if source.assigned(name) is not None:
            return file, name
        imported = source.imported(name)
        other = self._file_of(file, imported[0]) if imported else None
        if imported is None or other is None:
            raise Refused(f"{where} takes it from `{name}`, which has no plain assignment")
        found = source_of(self._files[other])
        if found.mentions(imported[1]) != 1 or found.assigned(imported[1]) is None:
            raise Refused(
                f"{where} takes it from `{name}`, which has another use in {other.as_posix()} or no plain assignment"
            )
        return other, imported[1]

    def _file_of(self, file: Path, module: str) -> Path | None:
        """The file of a module that another file imports; ``None`` if the project has none."""
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
    """The name that a call gives its resource, if that is a literal."""
    for at, arg in enumerate(call.args):
        if not arg.star and (
            (at == 0 and arg.keyword is None)
            or (arg.keyword is not None and arg.keyword.value == "resource_name")
        ):
            return source.literal(arg.value)
    return _ABSENT


def _is_of_class(call: cst.Call) -> bool:
    """Whether a call makes an object whose fields are the named arguments."""
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return isinstance(name, cst.Name) and (name.value == "dict" or name.value[:1].isupper())


def expression_at(source: Source, spot: Spot) -> cst.BaseExpression | None:
    """What stands at a spot of a file; ``None`` if nothing does."""
    node: cst.BaseExpression | None = spot.anchor.node(source)
    for step in spot.steps:
        part = part_at(source, node, step) if node is not None else None
        node = part.value if part is not None else None
    return node


def part_at(
    source: Source, node: cst.BaseExpression, step: str, where: str = "the program"
) -> Part | None:
    """The part of a call, a dictionary or a list that has a name or an index; ``None`` if none has it.

    Args:
        source: the file.
        node: the call, dictionary or list.
        step: the name or the index.
        where: what an error calls the place.

    Raises:
        Refused: the program computes what is within the expression, or adds to it with ``*`` or ``**``.
    """
    parts = parts_of(source, node, where)
    if isinstance(node, cst.List | cst.Tuple):
        return parts[int(step)][1] if step.isdigit() and int(step) < len(parts) else None
    found = [part for key, part in parts if key == step]
    return found[-1] if found else None


def parts_of(
    source: Source, node: cst.BaseExpression, where: str = "the program"
) -> Sequence[tuple[Any, Part]]:
    """The parts of a call with named arguments, a dictionary or a list, each with its name or index.

    Args:
        source: the file.
        node: the call, dictionary or list.
        where: what an error calls the place.

    Raises:
        Refused: it is something else, or adds to it with ``*`` or ``**``.
    """
    found: list[tuple[Any, Part]] = []
    if isinstance(node, cst.Dict):
        for element in node.elements:
            if not isinstance(element, cst.DictElement):
                raise Refused(f"{where} adds to it with `**`")
            found.append((source.literal(element.key), element))
    elif isinstance(node, cst.Call) and _is_of_class(node):
        for arg in node.args:
            if arg.star:
                raise Refused(f"{where} adds to it with `{arg.star}`")
            if arg.keyword is not None:
                found.append((arg.keyword.value, arg))
    elif isinstance(node, cst.List | cst.Tuple):
        for at, item in enumerate(node.elements):
            if not isinstance(item, cst.Element):
                raise Refused(f"{where} adds to it with `*`")
            found.append((str(at), item))
    else:
        raise Refused(f"{where} computes it")
    return found

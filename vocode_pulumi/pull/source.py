# SPDX-License-Identifier: Apache-2.0
"""A Python file as a tree of nodes: its calls, variables, imports and literals. Pure."""

import ast
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper

from vocode_pulumi.pull.texts import Refused

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


def _is_of_class(call: cst.Call) -> bool:
    """Whether a call makes an object whose fields are the named arguments."""
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return isinstance(name, cst.Name) and (name.value == "dict" or name.value[:1].isupper())


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

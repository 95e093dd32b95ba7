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
"""An argument of a call, an entry of a dictionary or an item of a list."""
_NO_LITERAL = object()
"""In place of the value of code that is no literal."""


class Source:
    """A Python file, and where each of its nodes stands.

    Args:
        content: the bytes of the file.

    Raises:
        cst.ParserSyntaxError: the file is no Python.
    """

    def __init__(self, content: bytes) -> None:
        self.module = cst.parse_module(content)
        wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
        self._spans: Mapping[Any, CodeSpan] = wrapper.resolve(ByteSpanPositionProvider)
        self.code = self.module.code.encode()
        self.nodes = [*_nodes(self.module)]

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The offsets of a node's first byte and of the byte after its last, without brackets around the node."""
        found = self._spans[node]
        return found.start, found.start + found.length

    def line(self, node: cst.CSTNode) -> int:
        """The line in which a node begins, counted from 1."""
        return self.line_at(self.span(node)[0])

    def line_at(self, offset: int) -> int:
        """The line of an offset in the code, counted from 1."""
        before = self.code[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return before.count(b"\n") + 1

    def calls(self, kind: str) -> list[cst.Call]:
        """The calls of a class of resources, in the order of the file. The file may have imported it as another name.

        Args:
            kind: the name of the class, such as ``PhoneNumber``.
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
        """The value of an expression. :func:`is_literal` tells whether the expression is a literal."""
        return literal_of(self.module.code_for_node(node))

    def assigned(self, name: str) -> cst.BaseExpression | None:
        """The expression that is assigned to a name; ``None`` if not exactly one plain assignment has the name."""
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

    def count_of_variable(self, name: str) -> int:
        """How often a variable stands in the code. Names of arguments and of attributes are no variables."""
        not_variables = {
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
            isinstance(node, cst.Name) and node.value == name and id(node) not in not_variables
            for node in self.nodes
        )

    def import_of(self, name: str) -> tuple[str, str] | None:
        """From where the file imports a name: the module, with leading dots, and the name in that module.

        It is ``None`` if the file does not import the name with ``from``.
        """
        for node in self.nodes:
            if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
                continue
            for alias in node.names:
                local = alias.asname.name if alias.asname else alias.name
                if isinstance(local, cst.Name) and local.value == name and node.module is not None:
                    dots = "." * len(node.relative)
                    return f"{dots}{self.module.code_for_node(node.module)}", str(alias.name.value)
        return None


def _is_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and every node in it."""
    yield node
    for child in node.children:
        yield from _nodes(child)


def _as_json(value: Any) -> Any:
    """A value of Python as JSON has it.

    Raises:
        TypeError: JSON does not have such a value.
    """
    if isinstance(value, list | tuple):
        return [*map(_as_json, value)]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if not isinstance(value, str | int | float | bool | None):
        raise TypeError(value)
    return value


def literal_of(code: str) -> Any:
    """The value of code, as JSON. :func:`is_literal` tells whether the code is a literal."""
    try:
        return _as_json(ast.literal_eval(f"({code})"))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NO_LITERAL


def is_literal(value: Any) -> bool:
    """Whether what :func:`literal_of` returned is the value of a literal."""
    return value is not _NO_LITERAL


@functools.lru_cache(maxsize=64)
def source_of(content: bytes) -> Source:
    """A Python file; the last 64 are kept.

    Args:
        content: the bytes of the file.

    Raises:
        Refused: the file is no Python.
    """
    try:
        return Source(content)
    except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError, RecursionError):
        raise Refused("the file is not read as Python") from None


def _makes_object(call: cst.Call) -> bool:
    """Whether a call is one of ``dict`` or of a class: its named arguments are then the fields of the object."""
    name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
    return isinstance(name, cst.Name) and (name.value == "dict" or name.value[:1].isupper())


def part_at(
    source: Source, node: cst.BaseExpression, step: str, where: str = "the program"
) -> Part | None:
    """The part of a call, a dictionary or a list with some name or index; ``None`` if there is none.

    Args:
        source: the file.
        node: the call, dictionary or list.
        step: the name, or the index as a text.
        where: the beginning of the error's text, such as ``__main__.py:12``; default: ``the program``.

    Raises:
        Refused: the expression is none of these, or has ``*`` or ``**`` in it.
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
        where: the beginning of the error's text, such as ``__main__.py:12``; default: ``the program``.

    Returns:
        Pairs of a name, or an index as a text, and its part.

    Raises:
        Refused: the expression is none of these, or has ``*`` or ``**`` in it.
    """
    found: list[tuple[Any, Part]] = []
    if isinstance(node, cst.Dict):
        for element in node.elements:
            if not isinstance(element, cst.DictElement):
                raise Refused(f"{where} adds to it with `**`")
            found.append((source.literal(element.key), element))
    elif isinstance(node, cst.Call) and _makes_object(node):
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

# SPDX-License-Identifier: Apache-2.0
"""Python code for values, formatted as `ruff format` does. Pure.

A call, a list or a dictionary stands on one line if it fits. Otherwise each of its items has a line, and the comma
after the last one keeps it so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH = 88
"""The most columns of a line."""
STEP = "    "


class Raw(str):
    """Code that stands as it is, such as ``agent.id``."""

    __slots__ = ()


@dataclass(frozen=True)
class Call:
    """A call.

    Args:
        function: what is called.
        args: the arguments without names.
        named: the arguments with names.
    """

    function: str
    args: Sequence[Any] = ()
    named: Mapping[str, Any] = field(default_factory=dict)


def code(value: Any, indent: str = "", before: int = 0, after: int = 0) -> str:
    """The code of a value.

    Args:
        value: JSON, :class:`Raw` or :class:`Call`, and lists and objects of these.
        indent: what the line begins with.
        before: how many columns of the line come before the value, with the indent; default: none.
        after: how many columns of the line come after the value; default: none.
    """
    line = on_one_line(value)
    items = _items(value)
    # A letter that is not ASCII counts as two columns, because it may be that wide.
    wide = sum(not letter.isascii() for letter in line)
    if not items or before + len(line) + wide + after <= WIDTH:
        return line
    opening, closing = _brackets(value)
    deeper = indent + STEP
    lines = [opening]
    for prefix, item in items:
        lines.append(f"{deeper}{prefix}{code(item, deeper, len(deeper + prefix), 1)},")
    return "\n".join([*lines, f"{indent}{closing}"])


def on_one_line(value: Any) -> str:
    """The code of a value, on one line whatever its length."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Call | Mapping | list):
        opening, closing = _brackets(value)
        inner = ", ".join(f"{prefix}{on_one_line(item)}" for prefix, item in _items(value))
        return f"{opening}{inner}{closing}"
    return repr(value)


def _brackets(value: Any) -> tuple[str, str]:
    if isinstance(value, Call):
        return f"{value.function}(", ")"
    return ("{", "}") if isinstance(value, Mapping) else ("[", "]")


def _items(value: Any) -> list[tuple[str, Any]]:
    """What stands between the brackets: each with what is before it, such as ``name=``."""
    if isinstance(value, Call):
        named = [(f"{name}=", item) for name, item in value.named.items()]
        return [*(("", item) for item in value.args), *named]
    if isinstance(value, Mapping):
        return [(f"{text(name)}: ", item) for name, item in value.items()]
    return [("", item) for item in value] if isinstance(value, list) else []


def text(value: str) -> str:
    """A string in Python, in double quotes unless they would need more backslashes."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    named = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", quote: f"\\{quote}"}
    return quote + "".join(named.get(letter) or _letter(letter) for letter in value) + quote


def _letter(letter: str) -> str:
    if letter.isprintable():
        return letter
    number = ord(letter)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"

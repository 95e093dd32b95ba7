# SPDX-License-Identifier: Apache-2.0
"""Small faults that are put into a module, one at a time, to see whether tests notice.

Left alone are: what is for readers and type checkers (docstrings, annotations, aliases of types,
decorators), imports, and `None`.
"""

import ast
import copy
import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REPLACED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
}
_PAIRS = (
    ("any", "all"),
    ("min", "max"),
    ("union", "intersection"),
    ("startswith", "endswith"),
    ("removeprefix", "removesuffix"),
    ("partition", "rpartition"),
    ("split", "rsplit"),
    ("match", "fullmatch"),
)
_CALLED = {
    **dict(_PAIRS),
    **{other: one for one, other in _PAIRS},
    "sorted": "list",
    "strip": "lstrip",
    "lower": "upper",
    "fullmatch": "match",
    "search": "match",
}
_NOT_RUN = ("annotation", "returns", "decorator_list", "type_params", "ctx", "op", "ops")
"""Parts of the syntax that have no fault of their own."""


@dataclass(frozen=True)
class Fault:
    """A fault that can be put into a module.

    Args:
        line: where it is.
        where: the function or class that it is in; empty outside of all.
        parent: of the part that is replaced.
        field: of the parent.
        at: place of the part in that field; ``None`` where the field is the part.
        new: what stands in its place.
    """

    line: int
    where: str
    parent: ast.AST
    field: str
    at: int | None
    new: ast.AST

    def swap(self, new: ast.AST) -> ast.AST:
        """Put something in the part's place; gives what was there."""
        if self.at is None:
            old: ast.AST = getattr(self.parent, self.field)
            setattr(self.parent, self.field, new)
        else:
            parts: list[ast.AST] = getattr(self.parent, self.field)
            old, parts[self.at] = parts[self.at], new
        return old


@dataclass(frozen=True)
class Module:
    """A module, and the faults that can be put into it.

    Args:
        path: its file.
        tree: its syntax.
        faults: in the order of the text.
    """

    path: Path
    tree: ast.Module
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, path: Path, only: Collection[str] = ()) -> "Module":
        """Read a module.

        Args:
            path: its file.
            only: functions and classes that matter; empty for all of the module.
        """
        tree = ast.parse(path.read_text())
        found = [
            fault
            for fault in _Finder().below(tree)
            if not only or any(f"{fault.where}.".startswith(f"{name}.") for name in only)
        ]
        return cls(path, tree, tuple(sorted(found, key=lambda fault: fault.line)))

    def compiled_with(self, fault: Fault) -> Any:
        """The code of the module with a fault in it; the module keeps it."""
        fault.swap(fault.new)
        return compile(ast.fix_missing_locations(self.tree), self.path, "exec")

    def difference(self, fault: Fault) -> tuple[str, str]:
        """The lines that a fault changes: as they are, and as they become."""
        whole = ast.unparse(self.tree).splitlines()
        old = fault.swap(fault.new)
        faulty = ast.unparse(self.tree).splitlines()
        fault.swap(old)
        lines = [*difflib.unified_diff(whole, faulty, n=0, lineterm="")][2:]
        return _joined(lines, "-"), _joined(lines, "+")


def _joined(lines: list[str], sign: str) -> str:
    return "\n".join(line[1:].strip() for line in lines if line.startswith(sign))


class _Finder:
    """Finds the faults of one module."""

    def __init__(self) -> None:
        self._where: list[str] = []
        self._returns: list[ast.expr | None] = [None]

    def below(self, parent: ast.AST) -> Iterator[Fault]:
        for field, value in ast.iter_fields(parent):
            if field in _NOT_RUN:
                continue
            parts = value if isinstance(value, list) else [value]
            for at, part in enumerate(parts):
                if isinstance(part, ast.AST) and not self._is_for_readers(part):
                    place = at if isinstance(value, list) else None
                    for new in self._instead(part, parent):
                        line = getattr(part, "lineno", getattr(parent, "lineno", 1))
                        where = ".".join(self._where)
                        yield Fault(line, where, parent, field, place, new)
                    yield from self._within(part)

    def _within(self, part: ast.AST) -> Iterator[Fault]:
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            self._where.append(part.name)
            self._returns.append(part.returns if isinstance(part, ast.FunctionDef) else None)
            yield from self.below(part)
            self._where.pop()
            self._returns.pop()
        else:
            yield from self.below(part)

    def _is_for_readers(self, part: ast.AST) -> bool:
        match part:
            case ast.Import() | ast.ImportFrom():
                return True
            case ast.Expr(value=ast.Constant()):
                return True
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return True
            case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr())):
                return not self._where
            case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
                return True
        return False

    def _instead(self, part: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
        """What may stand in place of a part."""
        for new in self._faulty(part, parent):
            if ast.dump(new) == ast.dump(part):
                continue
            yield ast.copy_location(new, part) if hasattr(part, "lineno") else new

    def _faulty(self, part: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
        match part:
            case ast.Compare(ops=ops):
                for at, one in enumerate(ops):
                    for other in _COMPARED[type(one)]:
                        yield _changed(part, ops=[*ops[:at], other(), *ops[at + 1 :]])
            case ast.BoolOp(op=op, values=values):
                yield _changed(part, op=ast.Or() if isinstance(op, ast.And) else ast.And())
                for fewer in _fewer(values):
                    yield fewer[0] if len(fewer) == 1 else _changed(part, values=fewer)
            case ast.UnaryOp(operand=operand):
                yield operand
            case ast.BinOp(op=op, left=left, right=right):
                yield _changed(part, op=_REPLACED[type(op)]())
                yield left
                if isinstance(op, ast.BitOr):
                    yield right
            case ast.AugAssign(op=op):
                yield _changed(part, op=_REPLACED[type(op)]())
                yield ast.Pass()
            case ast.IfExp(body=body, orelse=orelse):
                yield body
                yield orelse
            case ast.Constant(value=value):
                yield from (ast.Constant(other) for other in _other(value))
            case ast.Call():
                yield from self._called(part)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                if len(elts) > 1 and isinstance(parent, ast.Compare | ast.Call | ast.ExceptHandler):
                    yield from (_changed(part, elts=fewer) for fewer in _fewer(elts))
            case ast.Slice(lower=lower, upper=upper):
                yield from [_changed(part, lower=None)] if lower else []
                yield from [_changed(part, upper=None)] if upper else []
            case ast.comprehension(ifs=ifs):
                yield from (_changed(part, ifs=fewer) for fewer in _fewer(ifs))
                for at, test in enumerate(ifs):
                    for negated in _negated(test):
                        yield _changed(part, ifs=[*ifs[:at], negated, *ifs[at + 1 :]])
            case ast.MatchOr(patterns=patterns):
                yield from (_changed(part, patterns=fewer) for fewer in _fewer(patterns))
            case ast.stmt():
                yield from self._stated(part, parent)

    def _called(self, part: ast.Call) -> Iterator[ast.AST]:
        match part.func:
            case ast.Name(id=name) if name in _CALLED:
                fewer = [] if name == "sorted" else part.keywords
                yield _changed(part, func=ast.Name(_CALLED[name], ast.Load()), keywords=fewer)
            case ast.Attribute(attr="split" | "rsplit") if len(part.args) < 2:
                # Without a limit they are the same.
                pass
            case ast.Attribute(attr=name) if name in _CALLED:
                yield _changed(part, func=_changed(part.func, attr=_CALLED[name]))
            case ast.Name(id="suppress"):
                yield from (_changed(part, args=fewer) for fewer in _fewer(part.args))
        for fewer in _fewer(part.keywords):
            yield _changed(part, keywords=fewer)

    def _stated(self, part: ast.stmt, parent: ast.AST) -> Iterator[ast.AST]:
        match part:
            case ast.If(test=test):
                yield from (_changed(part, test=ast.Constant(other)) for other in (True, False))
                yield from (_changed(part, test=other) for other in _negated(test))
            case ast.While(test=ast.Constant()):
                pass
            case ast.While():
                yield _changed(part, test=ast.Constant(value=False))
            case ast.For():
                yield _changed(part, iter=ast.Tuple([], ast.Load()))
            case ast.Return(value=value) if value is not None:
                # One that is a constant is replaced there.
                if not isinstance(value, ast.Constant):
                    is_bool = getattr(self._returns[-1], "id", "") == "bool"
                    for other in (True, False) if is_bool else (None,):
                        yield _changed(part, value=ast.Constant(other))
                if not isinstance(parent, ast.FunctionDef):
                    yield ast.Pass()
            case ast.Match(cases=cases) if len(cases) > 1:
                yield from (_changed(part, cases=fewer) for fewer in _fewer(cases))
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                yield ast.Pass()
            case ast.Assign() | ast.AnnAssign(value=ast.expr()):
                yield _changed(part, value=ast.Constant(None))
            case ast.Expr() | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
                yield ast.Pass()


def _changed(part: ast.AST, **fields: object) -> Any:
    new = copy.copy(part)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _fewer(parts: list[Any]) -> Iterator[list[Any]]:
    """The list without each of its parts."""
    return (parts[:at] + parts[at + 1 :] for at in range(len(parts)))


def _negated(test: ast.expr) -> Iterator[ast.expr]:
    """The contrary of a condition, where no fault within it is that already."""
    if not isinstance(test, ast.Compare | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), test)


def _other(value: object) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
            yield value - 1
        case str():
            yield f"{value}~"
        case bytes():
            yield value + b"~"

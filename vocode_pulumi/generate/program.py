# SPDX-License-Identifier: Apache-2.0
"""The files of a program that declares objects. Pure."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from vocode_pulumi.generate.choosing import Choice, with_plain_text
from vocode_pulumi.generate.code import WIDTH, Call, Raw, code
from vocode_pulumi.generate.declaring import Ref, Secret, refs_in
from vocode_pulumi.generate.kinds import KINDS, PROMPTS
from vocode_pulumi.generate.reading import Live
from vocode_pulumi.resources.phone_number import CHOOSING_INPUTS
from vocode_pulumi.schema.values import Exact

LONGEST_FILE = 250
"""A program with more lines has a file for each kind of object."""
LONGEST_TEXT = 200
"""A prompt with more letters, or with more than one line, has a file."""
MAIN = "__main__.py"
TEXTS = "texts"
HEADER = '"""What the Vocode account has. `vocode-pulumi generate` wrote this program."""'
PROMPT_TEXT = '''\
def prompt_text(name: str) -> str:
    """The text of a prompt, byte for byte."""
    return (Path(__file__).parent / "prompts" / name).read_bytes().decode()
'''


class Program(NamedTuple):
    """A program.

    Args:
        files: the bytes of each file, by its path.
        secrets: the values of the configuration that the program reads, by key.
    """

    files: Mapping[str, bytes]
    secrets: Mapping[str, str]


@dataclass(frozen=True)
class _Statement:
    """A statement that declares an object, or looks it up.

    Args:
        live: the object.
        function: what it calls: a class of a resource, or a lookup.
        code: the code.
        needs: the objects of other statements that it refers to.
    """

    live: Live
    function: str
    code: str
    needs: tuple[Live, ...] = ()


class Writer:
    """Writes a program.

    Args:
        choice: what the program declares.
        names: the name of each object, by id.
        in_state: the names of resources that the stack has already, by id.
        adopts: the ids of the objects that the program takes over with ``adopt=``.
        protect: whether numbers are protected.
    """

    def __init__(
        self,
        choice: Choice,
        names: Mapping[str, str],
        in_state: Mapping[str, str],
        *,
        adopts: Set[str] = frozenset(),
        protect: bool,
    ) -> None:
        self._choice = choice
        self._names = names
        self._in_state = in_state
        self._adopts = adopts
        self._protect = protect
        self._secrets: dict[str, str] = {}
        self._texts: dict[str, bytes] = {}
        variables = {**{live.id: live for live in choice.resources}, **choice.looked_up}
        self._referred = {
            ref.id: variables[ref.id]
            for live in choice.declared.values()
            for ref in refs_in(live.declaration.inputs)
            if ref.id in variables
        }

    def program(self) -> Program:
        """The whole program."""
        looked_up = [*map(self._lookup, self._sorted(self._choice.looked_up.values()))]
        declared = [*map(self._statement, self._sorted(self._choice.resources))]
        statements = [
            one for kind in KINDS for one in (*looked_up, *declared) if one.live.kind == kind
        ]
        one = self._file(HEADER, statements, own_texts=True)
        files = {MAIN: one}
        if one.count("\n") > LONGEST_FILE:
            files = self._files(statements)
        encoded = {path: text.encode() for path, text in files.items()}
        if self._texts:
            encoded[".gitattributes"] = b"prompts/* -text\n"
        return Program(encoded | self._texts, self._secrets)

    def _sorted(self, objects: Iterable[Live]) -> list[Live]:
        return sorted(objects, key=lambda live: self._names[live.id])

    def _lookup(self, live: Live) -> _Statement:
        function, prefix = live.kind.lookup, f"{self._names[live.id]} = "
        call = Call(function, [live.id])
        return _Statement(live, function, f"{prefix}{code(call, before=len(prefix))}")

    def _statement(self, live: Live) -> _Statement:
        name = self._names[live.id]
        named = self._value(live.declaration.inputs, live, [])
        if live.id in self._adopts:
            # Nothing is chosen: the number exists.
            chosen = CHOOSING_INPUTS if live.kind.is_number else ()
            named = {name: value for name, value in named.items() if name not in chosen}
            named = {"adopt": live.id, **named}
        if live.kind.is_number and self._protect:
            named["opts"] = Call("pulumi.ResourceOptions", named={"protect": True})
        function = live.kind.resource.__name__
        call = Call(function, [self._in_state.get(live.id, name)], named)
        prefix = f"{name} = " if live.id in self._referred else ""
        needs = tuple(
            self._referred[id_] for id_ in dict.fromkeys(self._needs(live)) if id_ in self._referred
        )
        return _Statement(live, function, f"{prefix}{code(call, before=len(prefix))}", needs)

    def _needs(self, live: Live) -> Iterable[str]:
        for ref in refs_in(live.declaration.inputs):
            if ref.id in self._choice.inline and ref.id in self._choice.declared:
                yield from self._needs(self._choice.declared[ref.id])
            else:
                yield ref.id

    def _value(self, value: Any, live: Live, path: list[str]) -> Any:
        """A declared value as code.

        Args:
            value: the value.
            live: the object that has it.
            path: the names of the inputs that lead to it.
        """
        if isinstance(value, Ref):
            return self._reference(value)
        if isinstance(value, Secret):
            key = self._key(live, path, value.value)
            return Call("config.require_secret", [key])
        if live.kind == PROMPTS and path == ["content"] and _is_long(value):
            file = f"{self._names[live.id]}.md"
            self._texts[f"prompts/{file}"] = value.encode()
            return Call("prompt_text", [file])
        if isinstance(value, Exact):
            return value
        if isinstance(value, Mapping):
            return {name: self._value(item, live, [*path, name]) for name, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, live, [*path, str(at)]) for at, item in enumerate(value)]
        return value

    def _key(self, live: Live, path: list[str], secret: str) -> str:
        """The key of a secret in the stack's configuration."""
        name = self._names[live.id]
        key = f"{name}_{path[-1]}"
        if self._secrets.get(key, secret) != secret:
            key = "_".join([name, *path])
        self._secrets[key] = secret
        return key

    def _reference(self, ref: Ref) -> Any:
        if ref.id in self._referred:
            return Raw(f"{self._names[ref.id]}.id")
        if ref.id not in self._choice.declared:
            return ref.id
        live = self._choice.declared[ref.id]
        value = self._value(live.declaration.inputs, live, [])
        return with_plain_text(ref, live, value)

    def _file(self, header: str, statements: list[_Statement], *, own_texts: bool) -> str:
        """The text of a file.

        Args:
            header: its docstring.
            statements: what it declares.
            own_texts: whether it has the function that reads prompts and what other files would declare.
        """
        body = "\n".join(one.code for one in statements)
        has_texts, has_secrets = "prompt_text(" in body, "config.require_secret(" in body
        sections: list[list[str]] = [[], [], [], []]
        standard, others, package, own = sections
        if has_texts and own_texts:
            standard.append("from pathlib import Path")
        if has_secrets or "pulumi.ResourceOptions(" in body:
            others.append("import pulumi")
        if statements:
            package.append(_import("vocode_pulumi", {one.function for one in statements}))
        if not own_texts:
            needed = {need.id: need for one in statements for need in one.needs}
            for module in {need.kind.module for need in needed.values()}:
                here = {
                    self._names[id_] for id_, one in needed.items() if one.kind.module == module
                }
                own.append(_import(module, here))
            if has_texts:
                own.append(_import(TEXTS, {"prompt_text"}))
            own.sort()
        text = "\n\n".join([header, *("\n".join(section) for section in sections if section)])
        if has_secrets:
            body = f"config = pulumi.Config()\n\n{body}"
        if has_texts and own_texts:
            return f"{text}\n\n\n{PROMPT_TEXT}\n\n{body}\n"
        return f"{text}\n\n{body}\n" if body else f"{text}\n"

    def _files(self, statements: list[_Statement]) -> dict[str, str]:
        """A file for each kind of object."""
        files = {}
        modules = list(dict.fromkeys(kind.module for kind in KINDS))
        for module in modules:
            here = [one for one in statements if one.live.kind.module == module]
            if here:
                header = f'"""The {module.replace("_", " ")} of the Vocode account."""'
                files[f"{module}.py"] = self._file(header, here, own_texts=False)
        imported = sorted(file.removesuffix(".py") for file in files)
        if self._texts:
            head = '"""The texts of prompts."""\n\nfrom pathlib import Path\n\n\n'
            files[f"{TEXTS}.py"] = f"{head}{PROMPT_TEXT}"
        lines = "\n".join(f"import {module}" for module in imported)
        listed = code(imported, before=len("__all__ = "))
        files[MAIN] = f"{HEADER}\n\n{lines}\n\n__all__ = {listed}\n"
        return files


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and (len(value) > LONGEST_TEXT or "\n" in value or "\r" in value)


def _import(module: str, names: set[str]) -> str:
    line = f"from {module} import {', '.join(sorted(names))}"
    if len(line) <= WIDTH:
        return line
    listed = "".join(f"    {name},\n" for name in sorted(names))
    return f"from {module} import (\n{listed})"

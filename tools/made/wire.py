# SPDX-License-Identifier: Apache-2.0
"""The sandbox's models of what the API takes and answers, out of the API's table."""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path

from tools.made.blocks import with_block
from tools.made.kinds import PACKAGE
from vocode_pulumi.sandbox.wire.table import TABLE

PATH = PACKAGE / "sandbox" / "wire" / "models.py"

WORDS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "uuid": "UUID",
    "null": "None",
    "object": "dict[str, Any]",
}
OF_FASTAPI = {"HTTPValidationError", "ValidationError"}
"""Objects of the document that FastAPI has itself."""
BY_HAND = {"Undefined"}
"""Objects that the file has outside of what is made."""
DEFAULTS = {
    "CreateCallAgentParams.voice": "Field(default_factory=voice_of_a_call)",
    "ExternalActionConfig.signature_secret": "Field(default_factory=signature_secret)",
}
"""Defaults that the document does not state, as functions of the file."""


def files() -> Iterator[tuple[Path, str]]:
    """The one file."""
    yield PATH, with_block(PATH, _Models(TABLE.strip().splitlines()).code())


class _Models:
    """The classes of a table."""

    def __init__(self, lines: list[str]) -> None:
        self._fields: dict[str, dict[str, tuple[bool, str, str]]] = {}
        self._aliases: dict[str, str] = {}
        self._operations: list[str] = []
        for line in lines:
            if re.match("(GET|POST) ", line):
                self._operations.append(line)
            elif found := re.fullmatch(r"(\w+)\.(\w+)(\*?): (.*?)(?: = (.*))?", line):
                name, field, star, kind, default = found.groups(default="")
                self._fields.setdefault(name, {})[field] = (bool(star), kind, default)
            elif found := re.fullmatch(r"(\w+) = (.*)", line):
                self._aliases[found[1]] = found[2]
            elif found := re.fullmatch(r"(\w+) empty(?: closed)?", line):
                self._fields.setdefault(found[1], {})
            else:
                raise ValueError(f"a line of the table is not understood: {line}")

    def code(self) -> str:
        """All classes, each after those that it names, and the collections."""
        names = self._fields.keys() - OF_FASTAPI - BY_HAND
        known = {
            name: sorted(found for found in self._named_by(name) if found in names - {name})
            for name in sorted(names)
        }
        order = [*TopologicalSorter(known).static_order()]
        return "\n\n".join([*map(self._class, order), self._collections()])

    def _named_by(self, name: str) -> set[str]:
        types = [kind for _, kind, _ in self._fields[name].values()]
        return set(re.findall(r"\w+", " ".join([*types, self._aliases.get(name, "")])))

    @cached_property
    def _enumerations(self) -> set[str]:
        return {name for name, words in self._aliases.items() if " | " not in words}

    def _class(self, name: str) -> str:
        if name in self._enumerations:
            words = self._aliases[name].split("/")
            first = {word.partition("_")[0] for word in words}
            prefix = f"{first.pop()}_" if len(first) == 1 else ""
            members = [f"    {word.removeprefix(prefix).upper()} = {word!r}" for word in words]
            return "\n".join([f"class {name}(StrEnum):", *members])
        if name in self._aliases:
            return f"class {name}(RootModel[{self._type(self._aliases[name])}]):\n    pass"
        fields = self._fields[name]
        config = ""
        if any(field.startswith("model_") for field in fields):
            config = "    model_config = ConfigDict(protected_namespaces=())\n"
        lines = [f"    {field}: {self._field(name, field)}" for field in fields] or ["    pass"]
        return "\n".join([f"class {name}(BaseModel):", config, *lines])

    def _field(self, name: str, field: str) -> str:
        required, kind, default = self._fields[name][field]
        annotation = self._type(kind)
        if required:
            return annotation
        return f"{annotation} = {DEFAULTS.get(f'{name}.{field}') or self._default(name, kind, default)}"

    def _default(self, name: str, kind: str, default: str) -> str:
        options = _options(kind)
        if default:
            value = json.loads(default)
            if isinstance(value, dict):
                tag = value.get("type")
                model = next(
                    option.removesuffix(" by type")
                    for option in options
                    if (option == "Undefined") == (tag is None)
                )
                return f"{model}.model_validate({value!r})" if value else f"{model}()"
            return f"{kind}({value!r})" if kind in self._enumerations else repr(value)
        if "Undefined" in options and "Update" in name:
            return "Field(default_factory=Undefined)"
        if options[-1] == "null":
            return "None"
        return f"Field(default_factory={'list' if kind.startswith('[') else kind})"

    def _type(self, kind: str) -> str:
        """A type of the table as Python writes it."""
        written: list[str] = []
        for option in _options(kind):
            if option.endswith(" by type"):
                tagged = [option.removesuffix(" by type")]
                while written and self._has_type(written[-1]):
                    tagged.insert(0, written.pop())
                union = " | ".join(tagged)
                written.append(f'Annotated[{union}, Field(discriminator="type")]')
            else:
                written.append(self._word(option))
        return " | ".join(written)

    def _word(self, word: str) -> str:
        if word.startswith("["):
            return f"list[{self._type(word[1:-1])}]"
        if word.startswith("{"):
            return f"dict[str, {self._type(word[1:-1])}]"
        if word in WORDS or word in self._fields:
            return WORDS.get(word, word)
        return f"Literal[{', '.join(map(repr, word.split('/')))}]"

    def _has_type(self, name: str) -> bool:
        return "type" in self._fields.get(name, {})

    def _collections(self) -> str:
        """The collections that have everything: create, update, read and list."""
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for line in self._operations:
            match = re.fullmatch(
                r"\w+ /v1/(\w+)(/\w+)?\(.*?\)(?: <- (\S+))? -> \S+ (\S+) \w+(?: key)?", line
            )
            if match:
                name, act, body, answer = match.groups(default="")
                found.setdefault(name, {})[act] = (body, answer)
        rows = [
            f"    Collection({name!r}, {acts['/create'][0]}, {acts['/update'][0]}, "
            f"{acts['/create'][1]}, {acts['/list'][1]}),"
            for name, acts in found.items()
            if {"/create", "/update", "/list"} <= acts.keys()
        ]
        return "\n".join(["COLLECTIONS = (", *rows, ")"])


def _options(kind: str) -> list[str]:
    """The types that a type is one of; what is in brackets is not taken apart."""
    found = re.findall(r"\[[^]]*\]|\{[^}]*\}|[^|[{]+", kind)
    return [option.strip() for option in found if option.strip()]

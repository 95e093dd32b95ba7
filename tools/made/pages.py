# SPDX-License-Identifier: Apache-2.0
"""The reference in `docs/use/`, made from docstrings and `TypedDict`s."""

import ast
import functools
import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import vocode_pulumi
from tools.made.blocks import between
from tools.made.docstrings import docstring, plain
from tools.made.kinds import Kind, kinds, objects
from tools.places import ROOT
from vocode_pulumi import lookups, results
from vocode_pulumi.resources.number import Number
from vocode_pulumi.schema import marks, shapes
from vocode_pulumi.schema.walking import shapes_within

DOCS = ROOT / "docs" / "use"
START, END = "<!-- made by `make docs` -->\n", "<!-- until here -->"


def files() -> Iterator[tuple[Path, str]]:
    """Every page that has a reference, and the text that it must have."""
    for kind in kinds():
        if kind.name != "PhoneNumber":
            yield _page(kind.page, f"# `{kind.name}`\n\n", _resource(kind))
    yield _page("lookups", "", _lookups())
    for path, made in (("README.md", _index()), ("evidence/operations.md", _operations())):
        page = DOCS.parent / path
        yield page, between(page.read_text(), START, END, made)


def _page(name: str, head: str, reference: str) -> tuple[Path, str]:
    path = DOCS / f"{name}.md"
    text = path.read_text() if path.exists() else f"{head}{START}{END}\n"
    return path, between(text, START, END, f"\n{reference}\n")


def _index() -> str:
    lines = [
        f"- [`{kind.name}`](use/{kind.page}.md): {summary[0].lower()}{summary[1:]}"
        for kind in objects()
        for summary in [docstring(kind.resource)[0].partition(".")[0].partition(";")[0]]
    ]
    return "\n".join(["", *lines, "", ""])


def _operations() -> str:
    """What uses each operation that every collection of objects has."""
    inline = {
        shape.to.collection
        for kind in kinds()
        for shape in shapes_within(kind.shape)
        if isinstance(shape, shapes.Reference) and shape.inline
    }
    rows = ["| operation | what uses it |", "| --- | --- |"]
    for kind in objects():
        link = f"[`{kind.name}`](../use/{kind.page}.md)"
        words = f"; inline {kind.plural.replace('_', ' ')}" if kind.collection in inline else ""
        used = f"{link}{words}"
        rows += [
            f"| `POST {kind.collection}/create` | {used} |",
            f"| `POST {kind.collection}/update` | {used} |",
            f"| `GET {kind.collection}` | {used}; `get_{kind.module}` |",
            f"| `GET {kind.collection}/list` | `list_{kind.plural}` |",
        ]
    return "\n".join(["", *rows, "", ""])


@functools.cache
def _links() -> dict[str, str]:
    """A link to the page of each collection."""
    return {kind.collection: f"[`{kind.name}`]({kind.page}.md)" for kind in objects()}


def _resource(kind: Kind) -> str:
    summary, own = docstring(kind.resource)
    lines = [summary, "", _api(kind.resource), ""]
    inner: dict[str, shapes.Record] = {}
    for variant in kind.records:
        lines += [*_inputs(variant, own), ""]
        inner |= {
            nested.name: nested
            for nested in shapes_within(variant, inline=False)
            if isinstance(nested, shapes.Record) and nested is not variant and nested.fields
        }
    for record in inner.values():
        lines += [*_values(record), ""]
    return "\n".join([*lines, *_outputs(kind.resource), ""])


def _inputs(record: shapes.Record, own: dict[str, str]) -> list[str]:
    summary, texts = docstring(getattr(vocode_pulumi, record.name))
    rows = [
        f"{_row(field, (texts | own)[name])} {_change(field)} |"
        for name, field in record.fields.items()
    ]
    head = ["| input | what it is | a change |", "| --- | --- | --- |"]
    return [f"## Inputs: `{record.name}`", "", summary, "", *head, *rows]


def _values(record: shapes.Record) -> list[str]:
    summary, texts = docstring(getattr(vocode_pulumi, record.name))
    rows = [_row(field, texts[name]) for name, field in record.fields.items()]
    head = ["| field | what it is |", "| --- | --- |"]
    return [f"### `{record.name}`", "", summary, "", *head, *rows]


def _row(field: shapes.Field, text: str) -> str:
    item = field.shape.item.shape if isinstance(field.shape, shapes.ListOf) else None
    links = [
        _links()[one.to.collection]
        for one in (field.shape, item)
        if isinstance(one, shapes.Reference) and one.to.collection in _links()
    ]
    named = [
        f"`{record.name}`"
        for one in (field.shape, item)
        for record in (one.records.values() if isinstance(one, shapes.Variants) else [one])
        if isinstance(record, shapes.Record) and record.fields
    ]
    if named:
        links.append(" and ".join(named))
    required = " (required)" if field.required else ""
    return f"| `{field.name}`{required} | {'; see '.join([text.rstrip('.'), *links])} |"


def _change(field: shapes.Field) -> str:
    first = field.has(marks.REPLACES) or field.has(marks.CREATE_ONLY)
    return "replaces" if first else "in place"


def _outputs(resource: type[Any]) -> list[str]:
    rows = ["## Outputs", "", "| output | what it is |", "| --- | --- |"]
    known = _known_outputs(resource)
    rows += [f"| `{name}` | {text} |" for name, text in known.items()]
    return [*rows, "", "Each input is an output too, with the value that Vocode has."]


def _known_outputs(resource: type[Any]) -> dict[str, str]:
    """Outputs that have a docstring, by name."""
    of_number = issubclass(resource, Number)
    found = {"id": "The digits of the number" if of_number else "Vocode's id"}
    for one in resource.__mro__:
        if not one.__module__.startswith("vocode_pulumi."):
            continue
        (body,) = ast.parse(inspect.getsource(one)).body
        assert isinstance(body, ast.ClassDef)  # noqa: S101 - for the type checker
        for item, after in zip(body.body, body.body[1:], strict=False):
            if (
                isinstance(item, ast.AnnAssign)
                and isinstance(item.target, ast.Name)
                and "Output" in ast.unparse(item.annotation)
                and isinstance(after, ast.Expr)
            ):
                text = ast.literal_eval(after.value)
                found[item.target.id] = plain(text).rstrip(".")
    return found


def _lookups() -> str:
    rows = ["| lookup | what it gives |", "| --- | --- |"]
    for name in lookups.__all__:
        lookup = getattr(lookups, name)
        if name.startswith(("get_", "list_")) and not name.endswith("_output"):
            summary, texts = docstring(lookup)
            told = "; ".join(f"`{given}`: {text.rstrip('.')}" for given, text in texts.items())
            arguments = ", ".join(inspect.signature(lookup).parameters)
            rows.append(f"| `{name}({arguments})` | {f'{summary} {told}'.rstrip()} |")
    rows += ["", "| result | fields |", "| --- | --- |"]
    for name, kind in vars(results).items():
        if name.endswith("Result") and name != "ObjectResult":
            rows.append(f"| `{name}` | {', '.join(f'`{one.name}`' for one in fields(kind))} |")
    return "\n".join([*rows, ""])


def _api(resource: type[Any]) -> str:
    _, _, rest = (inspect.getdoc(resource) or "").partition("API: ")
    return f"API: {plain(rest)}"

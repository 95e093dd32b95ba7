# SPDX-License-Identifier: Apache-2.0
"""Sentences of a report. They keep apart what we say and what somebody else wrote. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vocode_pulumi.review.differences import ABSENT, Difference, joined, top
from vocode_pulumi.review.matching import alike, grouped, opcodes
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Resource


@dataclass(frozen=True)
class Quoted:
    """A text that somebody else wrote: a name, a value. Each format escapes it.

    Args:
        text: the text.
    """

    text: str


Sentence = tuple[str | Quoted, ...]
"""A sentence of our words and of quoted texts."""
Line = tuple[str, Sequence[tuple[str, bool]]]
"""A line of a text's diff: ``" "``, ``"-"`` or ``"+"``, then its pieces, each with whether it is marked."""
CONTEXT = 2
"""How many equal lines a diff shows around lines that differ."""
LONG = 72
"""The longest text that is shown beside its change, and not as a diff."""
LEAST_ALIKE = 0.5
"""How alike two lines are whose words are marked."""


@dataclass(frozen=True)
class TextDiff:
    """How a text changes, line by line.

    Args:
        path: the input.
        lines: the lines.
        drift: what is said of a change outside of the program; empty if there was none.
    """

    path: str
    lines: tuple[Line, ...]
    drift: Sentence = ()


def noun(resource: Resource) -> str:
    """``vector database`` for a ``VectorDatabase``; Pulumi's type for a resource of somebody else."""
    if not resource.is_ours:
        return resource.type
    if resource.kind.endswith("Number"):
        return "number"
    return re.sub(r"(?<!^)(?=[A-Z])", " ", resource.kind).lower()


def named(resource: Resource) -> Sentence:
    """``agent "desk"``."""
    return f"{noun(resource)} ", Quoted(resource.name)


def spaced(number: str) -> str:
    """A number as people write it: ``+1 415 555 0100``; without a known grouping, ``+4930123456``."""
    if len(number) == 11 and number.startswith("1"):
        return f"+1 {number[1:4]} {number[4:7]} {number[7:]}"
    return f"+{number}"


@dataclass(frozen=True)
class Names:
    """What a report calls objects instead of showing their ids.

    Args:
        by_id: objects by their ids.
        sources: for an input whose value is not known yet, the object that it comes from.
    """

    by_id: Mapping[str, Resource]
    sources: Mapping[str, Resource] = field(default_factory=dict)


def shown(value: Any, names: Names, path: str = "") -> Sentence:
    """A value in a line.

    Args:
        value: JSON.
        names: what objects are called.
        path: the input.
    """
    if value is ABSENT:
        return ("none",)
    if value == SECRET:
        return ("a secret",)
    if isinstance(value, str) and value in UNKNOWNS:
        source = names.sources.get(top(path))
        return named(source) if source else (AFTER,)
    if isinstance(value, str) and value in names.by_id:
        return named(names.by_id[value])
    return (Quoted(json.dumps(_with_words(value, names), ensure_ascii=False)),)


AFTER = "known after `pulumi up`"
"""What is shown of a value that is not known yet."""


def _with_words(value: Any, names: Names) -> Any:
    if isinstance(value, Mapping):
        return {key: _with_words(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_words(item, names) for item in value]
    if isinstance(value, str) and value in UNKNOWNS:
        return f"({AFTER})"
    if isinstance(value, str) and value in names.by_id:
        return f"({noun(names.by_id[value])} {names.by_id[value].name})"
    return value


def changes_of(difference: Difference, names: Names) -> Iterator[Sentence | TextDiff]:
    """How a report shows a difference. An object that is new or gone is shown field by field.

    Args:
        difference: of two inputs.
        names: what objects are called.
    """
    if difference.secret is None and ABSENT in (difference.old, difference.new):
        is_new = difference.old is ABSENT
        fields = [*_leaves(difference.path, difference.new if is_new else difference.old)]
        if len(fields) > 1 or fields[0][0] != difference.path:
            for path, value in fields:
                old, new = (ABSENT, value) if is_new else (value, ABSENT)
                yield _change_of(Difference(path, old, new), names)
            return
    yield _change_of(difference, names)


def declared(path: str, value: Any, names: Names) -> Iterator[Sentence | TextDiff]:
    """How a report shows an input of a new resource.

    Args:
        path: the input.
        value: its value.
        names: what objects are called.
    """
    for where, leaf in _leaves(path, value):
        if isinstance(leaf, str) and _is_long(leaf, names):
            yield TextDiff(where, tuple(text_diff("", leaf)))
        else:
            yield (Quoted(where), ": ", *shown(leaf, names, where))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an object and the items of a list of objects, at any depth."""
    if isinstance(value, Mapping) and value:
        for name, item in sorted(value.items()):
            yield from _leaves(joined(path, name), item)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(f"{path}[{index}]", item)
    else:
        yield path, value


def _change_of(difference: Difference, names: Names) -> Sentence | TextDiff:
    path, drift = difference.path, _drift(difference, names)
    if difference.secret is not None:
        return (Quoted(path), f": a secret, {difference.secret.value}", *drift)
    old, new = difference.old, difference.new
    if any(_is_long(value, names) for value in (old, new)):
        return TextDiff(path, tuple(text_diff(_as_text(old, names), _as_text(new, names))), drift)
    return (Quoted(path), ": ", *shown(old, names), " → ", *shown(new, names, path), *drift)


def _drift(difference: Difference, names: Names) -> Sentence:
    if not difference.is_drift:
        return ()
    if difference.declared == difference.new:
        return (" (changed outside of the program; the run sets it back)",)
    if difference.secret is not None or _is_long(difference.declared, names):
        return (" (changed outside of the program too)",)
    return (
        " (changed outside of the program too: it was ",
        *shown(difference.declared, names),
        ")",
    )


def _is_long(value: Any, names: Names) -> bool:
    if isinstance(value, str):
        return value not in names.by_id and ("\n" in value or len(value) > LONG)
    return isinstance(value, Mapping | list) and len(json.dumps(value)) > LONG


def _as_text(value: Any, names: Names) -> str:
    if value is ABSENT:
        return ""
    if isinstance(value, str):
        return f"({AFTER})" if value in UNKNOWNS else value
    return json.dumps(_with_words(value, names), indent=2, ensure_ascii=False)


def text_diff(old: str, new: str) -> Iterator[Line]:
    """How a text changes, line by line, with the words that differ marked.

    Args:
        old: the text now.
        new: the text after.
    """
    olds, news = old.splitlines(), new.splitlines()
    for at, group in enumerate(grouped(opcodes(olds, news), CONTEXT)):
        if at:
            yield " ", [("…", False)]
        for operation, start, end, new_start, new_end in group:
            if operation == "equal":
                yield from ((" ", [(line, False)]) for line in olds[start:end])
            else:
                yield from _changed_lines(olds[start:end], news[new_start:new_end])
    if olds == news and old != new:
        yield " ", [("(only line breaks or the last line's end differ)", False)]


def _changed_lines(olds: Sequence[str], news: Sequence[str]) -> Iterator[Line]:
    if len(olds) != len(news):
        yield from (("-", [(line, False)]) for line in olds)
        yield from (("+", [(line, False)]) for line in news)
        return
    pairs = [_marked(old, new) for old, new in zip(olds, news, strict=True)]
    yield from (("-", old) for old, _ in pairs)
    yield from (("+", new) for _, new in pairs)


def _marked(old: str, new: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The pieces of two lines; the words that differ are marked, if the lines are alike."""
    words, new_words = (re.findall(r"\w+|\s+|[^\w\s]", line) for line in (old, new))
    codes = opcodes(words, new_words)
    if alike(codes, len(words), len(new_words)) < LEAST_ALIKE:
        return [(old, False)], [(new, False)]
    pieces: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for operation, start, end, new_start, new_end in codes:
        for found, piece in (
            (pieces[0], "".join(words[start:end])),
            (pieces[1], "".join(new_words[new_start:new_end])),
        ):
            if piece:
                found.append((piece, operation != "equal"))
    return pieces

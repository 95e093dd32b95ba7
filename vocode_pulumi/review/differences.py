# SPDX-License-Identifier: Apache-2.0
"""What differs between the inputs of a resource before and after. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from vocode_pulumi.record import FINGERPRINTS, RECORD, without_hidden
from vocode_pulumi.review.matching import opcodes
from vocode_pulumi.review.preview import SECRET, Resource, Step


class Absent(Enum):
    """The value of an input that is not there."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


class SecretChange(Enum):
    """What can be said of a secret without showing it."""

    CHANGED = "changed"
    MAY_HAVE_CHANGED = "may have changed"


@dataclass(frozen=True)
class Difference:
    """An input, or a part of one, that differs.

    Args:
        path: such as ``voice.speed`` or ``actions[0].config``.
        old: the value now; :data:`ABSENT` if there is none.
        new: the value that the program declares; :data:`ABSENT` if there is none.
        secret: what is known of a secret's change; ``None`` if the values are no secrets.
        declared: for a value that was changed outside of the program, what the program had declared;
            otherwise ``None``.
        old_path: where the value is now; another path if the item of a list moves.
    """

    path: str
    old: Any
    new: Any
    secret: SecretChange | None = None
    declared: Any = None
    old_path: str = ""

    @property
    def is_drift(self) -> bool:
        """Whether somebody changed the value outside of the program."""
        return self.declared is not None


def differences(step: Step, before_refresh: Resource | None = None) -> list[Difference]:
    """What differs between the inputs before and after a step.

    Args:
        step: a step with a resource before and after.
        before_refresh: the resource as the state had it before a refresh; ``None`` if there was none.
    """
    old, new = step.old, step.new
    assert old is not None  # noqa: S101 - the step has both
    assert new is not None  # noqa: S101
    found = [*_below(_visible(old), _visible(new), "", ""), *_guards(old, new)]
    told = [kept for one in found if (kept := _with_secret(one, step, old, new)) is not None]
    if before_refresh is None:
        return told
    drifted = {
        one.path: one.old
        for one in _below(_visible(before_refresh), _visible(old), "", "")
        if one.old != one.new
    }
    return [
        replace(one, declared=drifted[one.path]) if one.path in drifted else one for one in told
    ]


def _visible(resource: Resource) -> dict[str, Any]:
    return {
        name: value for name, value in without_hidden(resource.inputs).items() if value is not None
    }


PROTECT, RETAIN = "protect", "retain_on_delete"
"""Options of a resource whose changes are differences too. No input has such a name."""


def _guards(old: Resource, new: Resource) -> Iterator[Difference]:
    """The options that keep the engine from deleting, if they change."""
    if old.protect != new.protect:
        yield Difference(PROTECT, old.protect, new.protect)
    if old.retained != new.retained:
        yield Difference(RETAIN, old.retained, new.retained)


def _below(old: Any, new: Any, path: str, old_path: str) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted(old.keys() | new.keys()):
            both = old.get(name, ABSENT), new.get(name, ABSENT)
            yield from _below(*both, joined(path, name), joined(old_path, name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_lists(old, new, path, old_path)
    elif old != new or old == SECRET:
        yield Difference(path, old, new, old_path=old_path)


def _in_lists(old: list[Any], new: list[Any], path: str, old_path: str) -> Iterator[Difference]:
    olds, news = ([json.dumps(item, sort_keys=True) for item in items] for items in (old, new))
    for _, start, end, new_start, new_end in opcodes(olds, news):
        paired = min(end - start, new_end - new_start)
        for at, new_at in zip(range(start, end), range(new_start, new_end), strict=False):
            yield from _below(old[at], new[new_at], f"{path}[{new_at}]", f"{old_path}[{at}]")
        for index in range(start + paired, end):
            yield Difference(f"{path}[{index}]", old[index], ABSENT)
        for index in range(new_start + paired, new_end):
            yield Difference(f"{path}[{index}]", ABSENT, new[index])


def top(path: str) -> str:
    """The input that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def joined(path: str, name: str) -> str:
    """The path of a field of an object."""
    if not re.fullmatch(r"\w+", name):
        return f'{path}["{name}"]'
    return f"{path}.{name}" if path else name


def _with_secret(found: Difference, step: Step, old: Resource, new: Resource) -> Difference | None:
    """The difference, with what is known of a secret; ``None`` if the secret is the same."""
    if SECRET not in (found.old, found.new):
        return found
    if found.old != found.new:
        return replace(found, secret=SecretChange.CHANGED)
    before, after = _fingerprints(old, found.old_path), _fingerprints(new, found.path)
    is_comparable = before.keys() == after.keys() and len(_keys(before) | _keys(after)) == 1
    if is_comparable:
        return replace(found, secret=SecretChange.CHANGED) if before != after else None
    if step.changed is None:
        return replace(found, secret=SecretChange.MAY_HAVE_CHANGED)
    if any(_is_within(path, found.path) for path in step.changed):
        return replace(found, secret=SecretChange.CHANGED)
    if any(_is_within(found.path, path) for path in step.changed):
        return replace(found, secret=SecretChange.MAY_HAVE_CHANGED)
    return None


def _keys(fingerprints: Mapping[str, str]) -> set[str]:
    """The marks of the API keys that made the fingerprints."""
    return {mark.partition(":")[0] for mark in fingerprints.values()}


def _is_within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))


def _fingerprints(resource: Resource, path: str) -> dict[str, str]:
    """The fingerprints of the secrets at a path or within it, by their paths from there."""
    marks = resource.inputs.get(FINGERPRINTS)
    if not isinstance(marks, Mapping):
        # A version that did not make the input kept some fingerprints in the record.
        record = resource.outputs.get(RECORD)
        marks = record.get("secrets") if isinstance(record, Mapping) else None
    return {
        where.removeprefix(path): str(mark)
        for where, mark in (marks or {}).items()
        if mark and _is_within(where, path)
    }

# SPDX-License-Identifier: Apache-2.0
"""Values that Vocode stores in a form of its own: a host in lower case, a text without outer spaces.

The form that Vocode answered is kept beside the declared value. Only another answer is drift.
"""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from vocode_pulumi.inline.comparing import old_places
from vocode_pulumi.schema.marks import REPLACES, SECRET, UNORDERED, UUID
from vocode_pulumi.schema.shapes import Choice, Field, Reference
from vocode_pulumi.schema.walking import Node, walk

Answered = dict[str, Any]
"""By the path of a declared value: what Vocode answered for it, if that is another form."""


def answered_forms(
    field: Field, declared: Any, read: Any, before: Any, known: Mapping[str, Any]
) -> Answered:
    """The forms that Vocode answered after it was sent a value.

    Args:
        field: the schema's field of an input.
        declared: the value that the program declares.
        read: the value that was read after the request, in the form of the declared one.
        before: the value in the resource's outputs before the request; ``None`` for a new object.
        known: the forms that were known before.
    """
    forms: Answered = {}
    moved: dict[str, str] = {}

    def visit(node: Node) -> None:
        wanted, (answer, old) = node.value, node.parallel
        if node.field.has(REPLACES) or node.field.has(SECRET) or node.field.has(UNORDERED):
            return
        old_path = _old_path(node.path, moved)
        if isinstance(wanted, list) and isinstance(old, list):
            places = old_places(wanted, old)
            moved.update(
                (f"{node.path}[{index}]", f"{old_path}[{place}]")
                for index, place in enumerate(places)
                if place != index
            )
            node.below(wanted, answer, [None if at is None else old[at] for at in places])
        elif isinstance(wanted, Mapping | list):
            node.below()
        elif wanted == answer:
            # The value was not sent, because the program did not change it.
            if old == wanted and old_path in known:
                forms[node.path] = known[old_path]
        elif _is_form_of(node.field, wanted, answer, known.get(old_path, old)):
            forms[node.path] = answer

    walk(field, declared, visit, read, before, path=field.name)
    return forms


def as_declared(
    field: Field, read: Any, declared: Any, answered: Mapping[str, Any]
) -> tuple[Any, Answered]:
    """What was read, with the declared value in place of the form that Vocode answered for it.

    Args:
        field: the schema's field of an input.
        read: the value that was read.
        declared: the declared value.
        answered: the forms that Vocode answered.

    Returns:
        The value, and the forms that it had.
    """
    found: Answered = {}

    def visit(node: Node) -> Any:
        if isinstance(node.value, Mapping | list):
            return node.with_below()
        if node.path not in answered or node.value != answered[node.path]:
            return node.value
        found[node.path] = node.value
        return node.parallel[0]

    return walk(field, read, visit, declared, path=field.name), found


def is_alike(value: Any, other: Any) -> bool:
    """Whether two texts differ only in case, spaces, escapes and a slash at the end, or two numbers in rounding."""
    if isinstance(value, str) and isinstance(other, str):
        return _skeleton(value) == _skeleton(other)
    return math.isclose(value, other, rel_tol=1e-4)


def _old_path(path: str, moved: Mapping[str, str]) -> str:
    """Where a value was, if an item of a list that it is in was elsewhere."""
    items = [item for item in moved if path == item or path.startswith((f"{item}.", f"{item}["))]
    nearest = max(items, key=len, default="")
    return f"{moved[nearest]}{path.removeprefix(nearest)}" if nearest else path


def _is_form_of(field: Field, wanted: Any, answer: Any, old: Any) -> bool:
    if isinstance(field.shape, Choice) or isinstance(wanted, bool) or isinstance(answer, bool):
        return False
    if isinstance(wanted, int | float) and isinstance(answer, int | float):
        return bool(answer != old)
    if not isinstance(wanted, str) or not isinstance(answer, str):
        return False
    if isinstance(field.shape, Reference) and (UUID.fullmatch(wanted) or UUID.fullmatch(answer)):
        return wanted.casefold() == answer.casefold()
    # If the value is what it was before the request, the request may have been ignored.
    return is_alike(wanted, answer) or (bool(answer) and answer != old)


def _skeleton(text: str) -> str:
    return "".join(unquote(unicodedata.normalize("NFKC", text)).split()).casefold().rstrip("/")

# SPDX-License-Identifier: Apache-2.0
"""Which objects of an account a program declares, and which of them inline. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from vocode_pulumi.generate.declaring import Ref, Secret, plain_inputs, refs_in
from vocode_pulumi.generate.reading import Account, Live
from vocode_pulumi.schema.walking import field_path
from vocode_pulumi.uuids import UUID


class Filters(NamedTuple):
    """What a person wants in the program. Empty filters leave nothing out.

    Args:
        numbers: digits, or patterns such as ``1415*``.
        labels: labels of numbers, or patterns.
        agents: ids or names of agents, or patterns.
        only: the kinds that are declared, by their plurals.
    """

    numbers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class LeftOut(NamedTuple):
    """An object that the program does not declare.

    Args:
        object: the object.
        why: why the program does not declare it; empty if a person did not ask for it.
    """

    object: Live
    why: str


class Choice(NamedTuple):
    """What a program declares.

    Args:
        declared: the objects that the program declares, those that are inline too, by id.
        inline: the ids of those that are declared inline.
        left_out: every other object of the account.
        looked_up: those of them that what is declared refers to, by id.
    """

    declared: Mapping[str, Live]
    inline: Set[str]
    left_out: tuple[LeftOut, ...]
    looked_up: Mapping[str, Live]

    @property
    def resources(self) -> list[Live]:
        """The objects that are resources of their own."""
        return [live for id_, live in self.declared.items() if id_ not in self.inline]


def choose(account: Account, filters: Filters, refused: Mapping[str, str], *, flat: bool) -> Choice:
    """Choose what a program declares.

    Args:
        account: the objects of the account.
        filters: what a person wants.
        refused: why a number must not be declared, by its digits.
        flat: whether each object is a resource of its own.
    """
    wanted = _wanted(account, filters)
    # What only a number of another stack uses belongs to that stack.
    own = account.keys() - _part_of(account, refused)
    others = _reachable(account, refused) - _reachable(account, own)
    declared, left_out = {}, []
    for id_, live in account.items():
        why = refused.get(id_) or live.declaration.problem
        if not why and id_ in others:
            why = "only numbers that are left out use it"
        if id_ in wanted and not why:
            declared[id_] = live
        else:
            left_out.append(LeftOut(live, why))
    inline = set() if flat else _inline(account, declared)
    referred = {ref.id for live in declared.values() for ref in _refs(live)}
    looked_up = {left.object.id: left.object for left in left_out if left.object.id in referred}
    return Choice(declared, inline, tuple(left_out), looked_up)


def _wanted(account: Account, filters: Filters) -> set[str]:
    chosen = {id_ for id_, live in account.items() if _is_named(live, filters)}
    wanted = _reachable(account, chosen)
    return {id_ for id_ in wanted if not filters.only or account[id_].kind.plural in filters.only}


def _is_named(live: Live, filters: Filters) -> bool:
    """Whether the filters name an object, or there are none that name objects."""
    if not (filters.numbers or filters.labels or filters.agents):
        return True
    if live.kind.is_number:
        label = str(live.answer.get("label") or "")
        return _matches(live.id, filters.numbers) or _matches(label, filters.labels)
    if live.kind.plural == "agents":
        name = str(live.answer.get("name") or "")
        return _matches(live.id, filters.agents) or _matches(name, filters.agents)
    return False


def _matches(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _reachable(account: Account, roots: Iterable[str]) -> set[str]:
    """Some objects, and every object that they refer to, at any depth."""
    found: set[str] = set()
    waiting = [id_ for id_ in roots if id_ in account]
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting += [ref.id for ref in _refs(account[id_]) if ref.id in account]
    return found


def _part_of(account: Account, roots: Iterable[str]) -> set[str]:
    """Some objects, and every object below them that nothing else refers to."""
    users: dict[str, set[str]] = {}
    for id_, live in account.items():
        for ref in _refs(live):
            users.setdefault(ref.id, set()).add(id_)
    found = {id_ for id_ in roots if id_ in account}
    while more := {
        id_ for id_, of in users.items() if id_ in account and id_ not in found and of <= found
    }:
        found |= more
    return found


def _inline(account: Account, declared: Mapping[str, Live]) -> set[str]:
    """The ids of the objects that serve one other object alone, which can have them inline."""
    uses = Counter(ref.id for live in account.values() for ref in _refs(live))
    return {
        ref.id
        for live in declared.values()
        for ref in _refs(live)
        if uses[ref.id] == 1 and ref.id in declared and ref.can_be_inline
    }


def _refs(live: Live) -> list[Ref]:
    return [*refs_in(live.declaration.inputs)]


def with_plain_text(ref: Ref, live: Live, inline: Any) -> Any:
    """An inline object; its text alone if it has nothing else and the reference takes a text.

    Args:
        ref: the reference.
        live: the object that it refers to.
        inline: what the program has of the object: its inputs, or code for them.
    """
    reference = ref.field.references
    text = None if reference is None else reference.to.text_field
    declared = live.declaration.inputs
    if text is None or [*declared] != [text] or UUID.fullmatch(str(declared[text])):
        return inline
    return inline[text]


def adopts(
    choice: Choice, taken: Mapping[str, bool], *, all_new: bool, asked: Set[str]
) -> set[str]:
    """The ids of the objects that the program takes over with ``adopt=``.

    Args:
        choice: what the program declares.
        taken: for each object that the stack has already, whether its resource has ``adopt`` there.
        all_new: whether every object that the stack does not have is adopted.
        asked: ids of numbers that others hold, and that a person asked for.
    """
    return {
        live.id
        for live in choice.resources
        if live.kind.takes_adopt and taken.get(live.id, all_new or live.id in asked)
    }


def inputs_of(choice: Choice, live: Live) -> dict[str, Any]:
    """The inputs of a resource, with the objects that it has inline."""

    def refer(ref: Ref) -> Any:
        if ref.id not in choice.inline:
            return ref.id
        part = choice.declared[ref.id]
        return with_plain_text(ref, part, inputs_of(choice, part))

    return dict(plain_inputs(live.declaration.inputs, refer))


def secret_paths(choice: Choice, live: Live) -> list[str]:
    """The paths of the inputs that the program gives as secrets, without those that are credentials anyway."""

    def paths(value: Any, path: str) -> Iterator[str]:
        if isinstance(value, Secret):
            if not value.is_marked:
                yield path
        elif isinstance(value, Ref):
            if value.id in choice.inline:
                yield from paths(choice.declared[value.id].declaration.inputs, path)
        elif isinstance(value, Mapping):
            for name, item in value.items():
                yield from paths(item, field_path(path, name))
        elif isinstance(value, list):
            for at, item in enumerate(value):
                yield from paths(item, f"{path}[{at}]")

    return [*paths(live.declaration.inputs, "")]

# SPDX-License-Identifier: Apache-2.0
"""Which numbers answer differently after a run, and through what. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.leaves import leaves
from vocode_pulumi.review.changes import NUMBERS, Action, Change, Reviewed
from vocode_pulumi.review.differences import PROTECT, RETAIN, top
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Resource

ANSWERS = {"inbound_agent", "outbound_only"}
"""The inputs of a number on which it depends who answers a call."""
_WITHOUT_EFFECT = {"name", PROTECT, RETAIN}
"""What changes no call: the name is for people only, and the options are for the engine."""
_EVENTS = "webhook"
"""The input of an agent, and the kind of object, that says where the events of calls go."""
_CHANGES = (Action.UPDATE, Action.REPLACE_OBJECT, Action.RELINK)


@dataclass(frozen=True)
class Way:
    """A way from a number to something that changes.

    Args:
        through: the objects from the number to the one that changes, nearest first. It is empty if the
            number's own inputs change.
        change: what changes.
        only_events: whether the change is just about where the events of calls go.
    """

    through: tuple[Resource, ...]
    change: Change
    only_events: bool


@dataclass(frozen=True)
class Rewired:
    """A number whose calls go differently.

    Args:
        stack: ``project/stack`` of the number.
        number: the number.
        ways: what changes; its own inputs come first.
    """

    stack: str
    number: Resource
    ways: tuple[Way, ...]

    @property
    def only_events(self) -> bool:
        """Whether just the events of its calls go elsewhere."""
        return all(way.only_events for way in self.ways)


def rewired(reviews: Iterable[Reviewed]) -> list[Rewired]:
    """The numbers that answer differently, each once.

    Args:
        reviews: of all stacks that are reviewed together. A number may have an agent of another stack.
    """
    reviews = [*reviews]
    objects = _Objects(reviews)
    found: list[Rewired] = []
    for reviewed in reviews:
        numbers = [
            resource
            for _, resource in sorted(reviewed.resources.items())
            if _is_kept_number(resource)
        ]
        found += [one for number in numbers for one in objects.rewired(reviewed, number)]
    return found


def _is_kept_number(resource: Resource) -> bool:
    is_number = resource.is_ours and resource.kind in NUMBERS and not resource.is_external
    return is_number and bool(resource.id)


class _Objects:
    """The objects of all stacks, and what changes of each."""

    def __init__(self, reviews: Sequence[Reviewed]) -> None:
        self._by_id = references(reviews)
        self._by_urn: dict[str, Resource] = {}
        self._changes: dict[str, Change] = {}
        for reviewed in reviews:
            self._by_urn |= reviewed.resources
            self._changes |= {change.resource.urn: change for change in reviewed.changes}

    def rewired(self, reviewed: Reviewed, number: Resource) -> Iterator[Rewired]:
        ways = [*self._own(number), *self._chains(number, ())]
        if ways:
            yield Rewired(reviewed.preview.name, number, tuple(ways))

    def _own(self, number: Resource) -> Iterator[Way]:
        change = self._changes.get(number.urn)
        inputs = _inputs(change) & ANSWERS if change is not None else set()
        if change is not None and inputs:
            paths = [one.path for one in change.differences if top(one.path) in inputs]
            yield Way((), change, all(map(_is_about_events, paths)))

    def _chains(self, resource: Resource, above: tuple[Resource, ...]) -> Iterator[Way]:
        """The ways from an object down to those that change."""
        for name, other in self._referred(resource):
            if other in above:
                continue
            through, change = (*above, other), self._changes.get(other.urn)
            only_events = name == _EVENTS or any(one.kind == "Webhook" for one in through)
            if change is not None and change.action in _CHANGES:
                inputs = _inputs(change) - _WITHOUT_EFFECT
                if inputs or change.action is not Action.UPDATE:
                    yield Way(through, change, only_events or inputs == {_EVENTS})
            yield from self._chains(other, through)

    def _referred(self, resource: Resource) -> Iterator[tuple[str, Resource]]:
        """The objects that a resource refers to, each with the input that does."""
        for name, value in sorted(resource.inputs.items()):
            if name.startswith("__"):
                continue
            seen: set[str] = set()
            for leaf in leaves(value):
                for other in self._named_by(leaf, resource.dependencies.get(name, ())):
                    if other.urn not in seen:
                        seen.add(other.urn)
                        yield name, other

    def _named_by(self, leaf: Any, dependencies: Iterable[str]) -> Iterator[Resource]:
        """The objects that a value of an input names by their ids."""
        if not isinstance(leaf, str):
            return
        urns = dependencies if leaf in UNKNOWNS or leaf == SECRET else ()
        found = [self._by_id.get(leaf), *map(self._by_urn.get, urns)]
        yield from (one for one in found if one is not None and is_object(one))


def _inputs(change: Change) -> set[str]:
    return {top(one.path) for one in change.differences}


def _is_about_events(path: str) -> bool:
    return bool(re.match(rf"inbound_agent\.{_EVENTS}\b", path))


def is_object(resource: Resource) -> bool:
    """Whether a resource is an object of this package that a number may use."""
    return resource.is_ours and resource.kind not in NUMBERS


def references(reviews: Iterable[Reviewed]) -> dict[str, Resource]:
    """Every object of this package by its id, so that a report can name it.

    Args:
        reviews: of the stacks that are reviewed together.
    """
    return {
        resource.id: resource
        for reviewed in reviews
        for resource in (*reviewed.olds.values(), *reviewed.resources.values())
        if is_object(resource) and resource.id
    }

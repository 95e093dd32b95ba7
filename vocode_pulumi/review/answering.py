# SPDX-License-Identifier: Apache-2.0
"""Which numbers answer calls differently after a run, and which change is the cause. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.leaves import leaves
from vocode_pulumi.review.changes import NUMBERS, Action, Change, Reviewed
from vocode_pulumi.review.differences import PROTECT, RETAIN, top
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Resource

ANSWERS = {"inbound_agent", "outbound_only"}
"""The inputs of a number that say who answers its calls."""
_WITHOUT_EFFECT = {"name", PROTECT, RETAIN}
"""The inputs of an object whose change changes no call: the name is for people only, the others for the engine."""
_EVENTS = "webhook"
"""The input of an agent that says where the events of its calls go."""
_CHANGES = (Action.UPDATE, Action.REPLACE_OBJECT, Action.RELINK)
"""The actions on an object that can change the calls of a number that uses it."""


@dataclass(frozen=True)
class Way:
    """A chain of objects from a number to one that changes.

    Args:
        through: the objects of the chain, from the one that the number refers to to the one that changes. It is
            empty if the number's own inputs change.
        change: what changes.
        only_events: whether the change is only about where the events of calls go.
    """

    through: tuple[Resource, ...]
    change: Change
    only_events: bool


@dataclass(frozen=True)
class Rewired:
    """A number that answers calls differently, or whose events go elsewhere.

    Args:
        stack: ``project/stack`` of the number.
        number: the number.
        ways: a way for each change; a change of the number's own inputs comes first.
    """

    stack: str
    number: Resource
    ways: tuple[Way, ...]

    @property
    def only_events(self) -> bool:
        """Whether only the events of its calls go elsewhere."""
        return all(way.only_events for way in self.ways)


def rewired(reviews: Iterable[Reviewed]) -> list[Rewired]:
    """The numbers that answer differently, each once.

    Args:
        reviews: all stacks that are reviewed together. A number may have an agent of another stack.
    """
    reviews = [*reviews]
    objects = _Objects(reviews)
    found: list[Rewired] = []
    for reviewed in reviews:
        for _, resource in sorted(reviewed.resources.items()):
            if _is_kept_number(resource) and (ways := objects.ways_from(resource)):
                found.append(Rewired(reviewed.preview.name, resource, ways))
    return found


def _is_kept_number(resource: Resource) -> bool:
    """Whether a resource that the stack has after the run is a number that exists already."""
    is_number = resource.kind in NUMBERS and not resource.is_external
    return is_number and bool(resource.id)


class _Objects:
    """The objects of all stacks, and what changes of each."""

    def __init__(self, reviews: Sequence[Reviewed]) -> None:
        self._by_id = objects_by_id(reviews)
        self._by_urn: dict[str, Resource] = {}
        self._changes: dict[str, Change] = {}
        for reviewed in reviews:
            self._by_urn |= reviewed.resources
            self._changes |= {change.resource.urn: change for change in reviewed.changes}

    def ways_from(self, number: Resource) -> tuple[Way, ...]:
        """Every way from a number to something that changes."""
        return (*self._own_change(number), *self._ways_through(number, ()))

    def _own_change(self, number: Resource) -> Iterator[Way]:
        """The way for a change of the number's own inputs, if there is one."""
        change = self._changes.get(number.urn)
        inputs = _changed_inputs(change) & ANSWERS if change is not None else set()
        if change is not None and inputs:
            paths = [one.path for one in change.differences if top(one.path) in inputs]
            yield Way((), change, all(map(_is_about_events, paths)))

    def _ways_through(self, resource: Resource, above: tuple[Resource, ...]) -> Iterator[Way]:
        """The ways through the objects that a resource refers to.

        Args:
            resource: a number or an object.
            above: the objects from the number to the resource.
        """
        for name, other in self._objects_used_by(resource):
            if other in above:
                continue
            through, change = (*above, other), self._changes.get(other.urn)
            only_events = name == _EVENTS or any(one.kind == "Webhook" for one in through)
            if change is not None and change.action in _CHANGES:
                inputs = _changed_inputs(change) - _WITHOUT_EFFECT
                if inputs or change.action is not Action.UPDATE:
                    yield Way(through, change, only_events or inputs == {_EVENTS})
            yield from self._ways_through(other, through)

    def _objects_used_by(self, resource: Resource) -> Iterator[tuple[str, Resource]]:
        """The objects that a resource refers to, each with the name of the input that refers to it."""
        for name, value in sorted(resource.inputs.items()):
            if name.startswith("__"):
                continue
            seen: set[str] = set()
            for leaf in leaves(value):
                for other in self._objects_of(leaf, resource.dependencies.get(name, ())):
                    if other.urn not in seen:
                        seen.add(other.urn)
                        yield name, other

    def _objects_of(self, leaf: Any, dependencies: Iterable[str]) -> Iterator[Resource]:
        """The object whose id a value is; if the preview hides or does not know the value, what it depends on.

        Args:
            leaf: the value.
            dependencies: the URNs of the resources that its input depends on.
        """
        if not isinstance(leaf, str):
            return
        urns = dependencies if leaf in UNKNOWNS or leaf == SECRET else ()
        found = [self._by_id.get(leaf), *map(self._by_urn.get, urns)]
        yield from (one for one in found if one is not None and is_object(one))


def _changed_inputs(change: Change) -> set[str]:
    return {top(one.path) for one in change.differences}


def _is_about_events(path: str) -> bool:
    return bool(re.match(rf"inbound_agent\.{_EVENTS}\b", path))


def is_object(resource: Resource) -> bool:
    """Whether a resource is an object of this package that a number may use."""
    return resource.is_ours and resource.kind not in NUMBERS


def objects_by_id(reviews: Iterable[Reviewed]) -> dict[str, Resource]:
    """Every object of this package that the stacks have now or after the run, by its id.

    Args:
        reviews: the stacks that are reviewed together.
    """
    return {
        resource.id: resource
        for reviewed in reviews
        for resource in (*reviewed.olds.values(), *reviewed.resources.values())
        if is_object(resource) and resource.id
    }

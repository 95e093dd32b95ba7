# SPDX-License-Identifier: Apache-2.0
"""The sections of a report: each thing that a run would do, as an item. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.record import without_hidden
from vocode_pulumi.review.answering import (
    ANSWERS,
    Rewired,
    Way,
    is_object,
    references,
)
from vocode_pulumi.review.changes import Action, Change, Reviewed, label_of, number_of
from vocode_pulumi.review.differences import top
from vocode_pulumi.review.preview import Place, Resource
from vocode_pulumi.review.text import (
    Names,
    Quoted,
    Sentence,
    TextDiff,
    changes_of,
    declared,
    named,
    noun,
    shown,
    spaced,
)


@dataclass(frozen=True)
class Item:
    """One thing that the run would do.

    Args:
        text: a sentence.
        details: more sentences, and diffs of texts.
        place: the line of the program; ``None`` if it is not known.
        level: ``error``, ``warning`` or ``notice``, for an annotation of that line.
        is_gone: whether the program has that line no more.
    """

    text: Sentence
    details: tuple[Sentence | TextDiff, ...] = ()
    place: Place | None = None
    level: str = "notice"
    is_gone: bool = False


@dataclass(frozen=True)
class Section:
    """Things of one kind.

    Args:
        title: what they are.
        items: each of them.
        is_danger: whether every item has to be shown, however many there are.
    """

    title: str
    items: tuple[Item, ...]
    is_danger: bool = False


def sections(reviews: Sequence[Reviewed], numbers: Sequence[Rewired]) -> tuple[Section, ...]:
    """The sections of the report of some stacks. A section without items is left out.

    Args:
        reviews: what the preview of each stack would do.
        numbers: the numbers that answer differently.
    """
    return (*_Sections(reviews, numbers).all(), *_warnings(reviews))


def labelled_number(change: Change) -> Sentence:
    """The number with its label, or the resource's name if it has no number yet."""
    if not change.number:
        return (Quoted(change.resource.name),)
    label: Sentence = (" ", Quoted(f'"{change.label}"')) if change.label else ()
    return (spaced(change.number), *label)


class _Sections:
    def __init__(self, reviews: Sequence[Reviewed], numbers: Sequence[Rewired]) -> None:
        self._several = len(reviews) > 1
        self._changes = [change for one in reviews for change in one.changes]
        self._rewired = numbers
        self._by_id = references(reviews)
        self._urns = {urn: one for each in reviews for urn, one in each.resources.items()}

    def all(self) -> Iterator[Section]:
        yield from self._section(
            "Lost for good", self._losses, (Action.CANCEL, Action.REPLACE), True
        )
        yield from self._section(
            "Cannot be undone by the next run",
            self._departures,
            (Action.LEAVE, Action.UNLINK, Action.FORGET_OBJECT, Action.REPLACE_OBJECT),
            True,
        )
        yield from self._section("Bought", self._purchase, (Action.BUY,), True)
        for title, events in (("Answers differently", False), ("Sends its events elsewhere", True)):
            items = [self._answer(one) for one in self._rewired if one.only_events is events]
            if items:
                yield Section(title, tuple(items), True)
        yield from self._section("Changes in place", self._update, (Action.UPDATE, Action.RELINK))
        yield from self._section("New objects", self._new_object, (Action.CREATE_OBJECT,))
        yield from self._section(
            "No purchase", self._free, (Action.ADOPT, Action.LINK, Action.READ)
        )
        yield from self._section("Of other packages", self._other, (Action.OTHER,))

    def _section(
        self, title: str, item: Any, actions: tuple[Action, ...], is_danger: bool = False
    ) -> Iterator[Section]:
        found = [change for change in self._changes if change.action in actions]
        if found:
            yield Section(title, tuple(map(item, found)), is_danger)

    def _resource(self, resource: Resource, stack: str) -> Sentence:
        where: Sentence = (" of ", Quoted(stack)) if self._several else ()
        return (Quoted(resource.name), *where)

    def _who(self, change: Change) -> Sentence:
        """``+1 415 555 0100 "hotline" (`main`)``."""
        if change.number and change.is_of_number:
            return (
                *labelled_number(change),
                " (",
                *self._resource(change.resource, change.stack),
                ")",
            )
        return (f"{noun(change.resource)} ", *self._resource(change.resource, change.stack))

    def _losses(self, change: Change) -> Item:
        details = self._differences(change)
        if change.action is Action.CANCEL:
            earlier = change.op == "delete-replaced"
            text: Sentence = (
                "cancels ",
                *self._who(change),
                ", which an earlier run replaced" if earlier else "",
                ": it cannot be bought back",
            )
        else:
            text = ("replaces ", *self._who(change), ": ")
            new = (
                f"buys another{self._area_code(change)}"
                if change.buys
                else f"adopts {_spaced_or(number_of(change.resource), 'a number')}"
            )
            text = (*text, new, ", and cancels this one")
        is_gone = change.action is Action.CANCEL
        return Item(text, (*details, *_said(change)), change.place, "warning", is_gone)

    def _area_code(self, change: Change) -> str:
        code = change.resource.inputs.get("area_code")
        return f" with area code {code}" if isinstance(code, str) and code.isdigit() else ""

    def _departures(self, change: Change) -> Item:
        details: tuple[Sentence | TextDiff, ...] = ()
        if change.action is Action.LEAVE and change.kept_by:
            text: Sentence = (
                *self._who(change),
                " stays in service: ",
                Quoted(change.kept_by),
                " takes it over",
            )
        elif change.action is Action.LEAVE:
            text = (*self._who(change), " leaves the stack. It stays in service and costs money")
        elif change.action is Action.UNLINK:
            text = (*self._who(change), " leaves the Vocode account. Your Twilio account keeps it")
        elif change.action is Action.FORGET_OBJECT:
            text = (
                *self._who(change),
                " leaves the stack. Vocode keeps it, because it cannot be deleted",
            )
        else:
            text = (
                "makes ",
                *self._who(change),
                " anew, with another id. Vocode keeps the old one",
            )
            details = self._differences(change)
        is_gone = change.action is not Action.REPLACE_OBJECT
        return Item(text, (*details, *_said(change)), change.place, "warning", is_gone)

    def _purchase(self, change: Change) -> Item:
        text: Sentence = (
            "buys a number",
            self._area_code(change),
            " for ",
            *self._resource(change.resource, change.stack),
        )
        if change.vanished:
            text = (*text, f": Vocode does not have {spaced(change.vanished)} any more")
        return Item(
            text, (*self._declared(change, ("area_code",)), *_said(change)), change.place, "warning"
        )

    def _answer(self, one: Rewired) -> Item:
        label = label_of(one.number)
        called: Sentence = (" ", Quoted(f'"{label}"')) if label else ()
        number = spaced(number_of(one.number))
        text: Sentence = (number, *called, " (", *self._resource(one.number, one.stack), ")")
        ways = [self._way(way, one.number) for way in one.ways]
        if len(ways) == 1:
            return Item((*text, *ways[0]), (), one.number.place)
        details = tuple(way[1:] if way[0] == ": " else way for way in ways)
        return Item(text, details, one.number.place)

    def _way(self, way: Way, number: Resource) -> Sentence:
        """The objects between a number and what changes, and what that is."""
        arrows = tuple(piece for one in way.through for piece in (" ← ", *named(one)))
        return (*arrows, ": ", *self._cause(way, number))

    def _cause(self, way: Way, number: Resource) -> Sentence:
        """What changes: another agent, or some inputs."""
        found = [one for one in way.change.differences if way.through or top(one.path) in ANSWERS]
        if not way.through and len(found) == 1 and found[0].path == "inbound_agent":
            (agent,) = found
            if agent.secret is None and not isinstance(agent.new, Mapping | list):
                names = self._names(number)
                return (*shown(agent.old, names), " → ", *shown(agent.new, names, agent.path))
        if way.change.action is Action.REPLACE_OBJECT:
            return ("made anew",)
        return (Quoted(", ".join(dict.fromkeys(one.path for one in found))),)

    def _names(self, resource: Resource) -> Names:
        """What the report calls the objects that a resource uses."""
        sources = {}
        for name, urns in resource.dependencies.items():
            objects = [one for urn in urns if (one := self._urns.get(urn)) and is_object(one)]
            if len(objects) == len(urns) == 1:
                sources[name] = objects[0]
        return Names(self._by_id, sources)

    def _update(self, change: Change) -> Item:
        return Item(self._who(change), (*self._differences(change), *_said(change)), change.place)

    def _new_object(self, change: Change) -> Item:
        return Item(self._who(change), (*self._declared(change), *_said(change)), change.place)

    def _free(self, change: Change) -> Item:
        verb = {Action.ADOPT: "adopts", Action.LINK: "links", Action.READ: "reads"}[change.action]
        hidden = ("adopt", "phone_number")
        details = () if change.action is Action.READ else self._declared(change, hidden)
        return Item((f"{verb} ", *self._who(change)), (*details, *_said(change)), change.place)

    def _other(self, change: Change) -> Item:
        return Item(
            (
                f"{change.op} ",
                Quoted(change.resource.type),
                " ",
                *self._resource(change.resource, change.stack),
            ),
            (),
            change.place,
        )

    def _differences(self, change: Change) -> tuple[Sentence | TextDiff, ...]:
        names = self._names(change.resource)
        return tuple(
            shown for difference in change.differences for shown in changes_of(difference, names)
        )

    def _declared(
        self, change: Change, without: tuple[str, ...] = ()
    ) -> tuple[Sentence | TextDiff, ...]:
        names = self._names(change.resource)
        return tuple(
            shown
            for name, value in sorted(without_hidden(change.resource.inputs).items())
            if name not in without and value is not None
            for shown in declared(name, value, names)
        )


def _spaced_or(number: str, words: str) -> str:
    return spaced(number) if number else words


def _said(change: Change) -> tuple[Sentence, ...]:
    """What the provider says about a resource."""
    if change.action is Action.REPLACE:
        return ()
    return tuple((Quoted(note),) for note in change.notes)


def _warnings(reviews: Iterable[Reviewed]) -> Iterator[Section]:
    items = tuple(
        Item((Quoted(message.text),), level="warning")
        for one in reviews
        for message in one.preview.messages
        if message.severity == "warning" and not message.urn
    )
    if items:
        yield Section("Warnings", items)

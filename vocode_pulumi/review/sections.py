# SPDX-License-Identifier: Apache-2.0
"""The sections of a report: each thing that a run would do, as an item. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vocode_pulumi.record import without_hidden
from vocode_pulumi.review.answering import (
    ANSWERS,
    Rewired,
    Way,
    is_object,
    objects_by_id,
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
        place: the line of the program that declares the resource; ``None`` (default) if it is not known.
        level: of an annotation of that line: ``error``, ``warning`` or ``notice`` (default).
        line_is_gone: whether the program does not have that line any more; default: it has.
    """

    text: Sentence
    details: tuple[Sentence | TextDiff, ...] = ()
    place: Place | None = None
    level: str = "notice"
    line_is_gone: bool = False


@dataclass(frozen=True)
class Section:
    """Items of one kind.

    Args:
        title: what they have in common.
        items: the items; at least one.
        shows_all: whether a format has to show every item, however many there are; default: no.
    """

    title: str
    items: tuple[Item, ...]
    shows_all: bool = False


def sections(reviews: Sequence[Reviewed], numbers: Sequence[Rewired]) -> tuple[Section, ...]:
    """The sections of the report of some stacks. A section without items is left out.

    Args:
        reviews: what the preview of each stack would do.
        numbers: the numbers that answer differently.
    """
    return (*_Sections(reviews, numbers).all(), *_warnings(reviews))


def labelled_number(change: Change) -> Sentence:
    """The number of a change with its label, or the resource's name if it has no number yet."""
    if not change.number:
        return (Quoted(change.resource.name),)
    label: Sentence = (" ", Quoted(f'"{change.label}"')) if change.label else ()
    return (spaced(change.number), *label)


class _Sections:
    """Makes the items of a report. The arguments are those of :func:`sections`."""

    def __init__(self, reviews: Sequence[Reviewed], numbers: Sequence[Rewired]) -> None:
        self._several = len(reviews) > 1
        self._changes = [change for one in reviews for change in one.changes]
        self._rewired = numbers
        self._by_id = objects_by_id(reviews)
        self._by_urn = {urn: resource for one in reviews for urn, resource in one.resources.items()}

    def all(self) -> Iterator[Section]:
        yield from self._section(
            "Lost for good", self._loss_item, (Action.CANCEL, Action.REPLACE), True
        )
        yield from self._section(
            "Cannot be undone by the next run",
            self._departure_item,
            (Action.LEAVE, Action.UNLINK, Action.FORGET_OBJECT, Action.REPLACE_OBJECT),
            True,
        )
        yield from self._section("Bought", self._purchase_item, (Action.BUY,), True)
        for title, events in (("Answers differently", False), ("Sends its events elsewhere", True)):
            items = [
                self._answering_item(one) for one in self._rewired if one.only_events is events
            ]
            if items:
                yield Section(title, tuple(items), True)
        yield from self._section(
            "Changes in place", self._update_item, (Action.UPDATE, Action.RELINK)
        )
        yield from self._section("New objects", self._new_object_item, (Action.CREATE_OBJECT,))
        yield from self._section(
            "No purchase", self._no_purchase_item, (Action.ADOPT, Action.LINK, Action.READ)
        )
        yield from self._section("Everything else", self._other_item, (Action.OTHER,))

    def _section(
        self,
        title: str,
        item_of: Callable[[Change], Item],
        actions: tuple[Action, ...],
        shows_all: bool = False,
    ) -> Iterator[Section]:
        """The section of the changes with some actions; nothing if there are none.

        Args:
            title: what they have in common.
            item_of: makes an item of a change.
            actions: the actions.
            shows_all: as in :class:`Section`.
        """
        found = [change for change in self._changes if change.action in actions]
        if found:
            yield Section(title, tuple(map(item_of, found)), shows_all)

    def _in_stack(self, resource: Resource, stack: str) -> Sentence:
        """The name of a resource, and of its stack if the report has several."""
        where: Sentence = (" of ", Quoted(stack)) if self._several else ()
        return (Quoted(resource.name), *where)

    def _subject(self, change: Change) -> Sentence:
        """What a sentence is about, such as ``+1 415 555 0100 "hotline" (`main`)`` or ``agent `desk```."""
        if change.number and change.is_of_number:
            return (
                *labelled_number(change),
                " (",
                *self._in_stack(change.resource, change.stack),
                ")",
            )
        return (
            f"{noun(change.resource)} ",
            *self._in_stack(change.resource, change.stack),
        )

    def _loss_item(self, change: Change) -> Item:
        details = self._changed_values(change)
        if change.action is Action.CANCEL:
            earlier = change.op == "delete-replaced"
            text: Sentence = (
                "cancels ",
                *self._subject(change),
                ", which an earlier run replaced" if earlier else "",
                ": it cannot be bought back",
            )
        else:
            text = ("replaces ", *self._subject(change), ": ")
            new = (
                f"buys another{self._area_code(change)}"
                if change.buys
                else f"adopts {_spaced_or(number_of(change.resource), 'a number')}"
            )
            text = (*text, new, ", and cancels this one")
        line_is_gone = change.action is Action.CANCEL
        return Item(text, (*details, *_notes_of(change)), change.place, "warning", line_is_gone)

    def _area_code(self, change: Change) -> str:
        code = change.resource.inputs.get("area_code")
        return f" with area code {code}" if isinstance(code, str) and code.isdigit() else ""

    def _departure_item(self, change: Change) -> Item:
        details: tuple[Sentence | TextDiff, ...] = ()
        if change.action is Action.LEAVE and change.kept_by:
            text: Sentence = (
                *self._subject(change),
                " stays in service: ",
                Quoted(change.kept_by),
                " takes it over",
            )
        elif change.action is Action.LEAVE:
            text = (
                *self._subject(change),
                " leaves the stack. It stays in service and costs money",
            )
        elif change.action is Action.UNLINK:
            text = (
                *self._subject(change),
                " leaves the Vocode account. Your Twilio account keeps it",
            )
        elif change.action is Action.FORGET_OBJECT:
            text = (
                *self._subject(change),
                " leaves the stack. Vocode keeps it, because it cannot be deleted",
            )
        else:
            text = (
                "makes ",
                *self._subject(change),
                " anew, with another id. Vocode keeps the old one",
            )
            details = self._changed_values(change)
        line_is_gone = change.action is not Action.REPLACE_OBJECT
        return Item(text, (*details, *_notes_of(change)), change.place, "warning", line_is_gone)

    def _purchase_item(self, change: Change) -> Item:
        text: Sentence = (
            "buys a number",
            self._area_code(change),
            " for ",
            *self._in_stack(change.resource, change.stack),
        )
        if change.vanished:
            text = (*text, f": Vocode does not have {spaced(change.vanished)} any more")
        return Item(
            text,
            (*self._declared_values(change, ("area_code",)), *_notes_of(change)),
            change.place,
            "warning",
        )

    def _answering_item(self, rewired: Rewired) -> Item:
        label = label_of(rewired.number)
        called: Sentence = (" ", Quoted(f'"{label}"')) if label else ()
        number = spaced(number_of(rewired.number))
        text: Sentence = (
            number,
            *called,
            " (",
            *self._in_stack(rewired.number, rewired.stack),
            ")",
        )
        ways = [self._way_to_change(way, rewired.number) for way in rewired.ways]
        if len(ways) == 1:
            return Item((*text, *ways[0]), (), rewired.number.place)
        details = tuple(way[1:] if way[0] == ": " else way for way in ways)
        return Item(text, details, rewired.number.place)

    def _way_to_change(self, way: Way, number: Resource) -> Sentence:
        """The objects between a number and what changes, and what changes there."""
        arrows = tuple(piece for one in way.through for piece in (" ← ", *named(one)))
        return (*arrows, ": ", *self._what_changes(way, number))

    def _what_changes(self, way: Way, number: Resource) -> Sentence:
        """What changes at the end of a way: the old and the new agent, ``made anew``, or the paths of the inputs."""
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
            objects = [one for urn in urns if (one := self._by_urn.get(urn)) and is_object(one)]
            if len(objects) == len(urns) == 1:
                sources[name] = objects[0]
        return Names(self._by_id, sources)

    def _update_item(self, change: Change) -> Item:
        return Item(
            self._subject(change), (*self._changed_values(change), *_notes_of(change)), change.place
        )

    def _new_object_item(self, change: Change) -> Item:
        return Item(
            self._subject(change),
            (*self._declared_values(change), *_notes_of(change)),
            change.place,
        )

    def _no_purchase_item(self, change: Change) -> Item:
        verb = {Action.ADOPT: "adopts", Action.LINK: "links", Action.READ: "reads"}[change.action]
        hidden = ("adopt", "phone_number")
        details = () if change.action is Action.READ else self._declared_values(change, hidden)
        return Item(
            (f"{verb} ", *self._subject(change)), (*details, *_notes_of(change)), change.place
        )

    def _other_item(self, change: Change) -> Item:
        return Item(
            (
                f"{change.op} ",
                Quoted(change.resource.type),
                " ",
                *self._in_stack(change.resource, change.stack),
            ),
            (),
            change.place,
        )

    def _changed_values(self, change: Change) -> tuple[Sentence | TextDiff, ...]:
        names = self._names(change.resource)
        return tuple(
            part for difference in change.differences for part in changes_of(difference, names)
        )

    def _declared_values(
        self, change: Change, without: tuple[str, ...] = ()
    ) -> tuple[Sentence | TextDiff, ...]:
        names = self._names(change.resource)
        return tuple(
            part
            for name, value in sorted(without_hidden(change.resource.inputs).items())
            if name not in without and value is not None
            for part in declared(name, value, names)
        )


def _spaced_or(number: str, words: str) -> str:
    return spaced(number) if number else words


def _notes_of(change: Change) -> tuple[Sentence, ...]:
    """What the provider says in the preview about a resource. A replacement has no notes."""
    if change.action is Action.REPLACE:
        return ()
    return tuple((Quoted(note),) for note in change.notes)


def _warnings(reviews: Iterable[Reviewed]) -> Iterator[Section]:
    """The section of the warnings that are not about a resource; nothing if there are none."""
    items = tuple(
        Item((Quoted(message.text),), level="warning")
        for one in reviews
        for message in one.preview.messages
        if message.severity == "warning" and not message.urn
    )
    if items:
        yield Section("Warnings", items)

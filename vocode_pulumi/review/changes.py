# SPDX-License-Identifier: Apache-2.0
"""What a preview would do to the numbers and objects of an account. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from vocode_pulumi import digits
from vocode_pulumi.review.differences import Difference, differences
from vocode_pulumi.review.preview import STACK, UNKNOWNS, Place, Preview, Resource, Step
from vocode_pulumi.review.reading import with_read_ids

PHONE_NUMBER = "PhoneNumber"
"""The kind of a number that is bought, and cancelled for good."""
LINKED_NUMBER = "LinkedNumber"
"""The kind of a number of one's own Twilio account."""
NUMBERS = (PHONE_NUMBER, LINKED_NUMBER)
PROVIDERS = "pulumi:providers:"
"""What the types of Pulumi's providers begin with. They are no resources of their own."""


class Action(Enum):
    """What would be done. The order is the order of a report."""

    CANCEL = "cancels"
    REPLACE = "replaces"
    LEAVE = "leaves"
    UNLINK = "unlinks"
    BUY = "buys"
    UPDATE = "updates"
    REPLACE_OBJECT = "replaces_object"
    CREATE_OBJECT = "creates_object"
    FORGET_OBJECT = "forgets_object"
    ADOPT = "adopts"
    LINK = "links"
    RELINK = "relinks"
    READ = "reads"
    OTHER = "other"


LOSSES = (Action.CANCEL, Action.REPLACE)
"""The actions that lose a number for good."""
PURCHASES = (Action.BUY, Action.REPLACE)
"""The actions that buy a number."""


@dataclass(frozen=True)
class Change:
    """What would be done with one resource.

    Args:
        action: what would be done.
        stack: ``project/stack``.
        resource: the resource after the change, or before it if there is none after.
        old: the resource before; ``None`` if it is new.
        op: the engine's word for the step.
        differences: which inputs differ.
        notes: what the provider says about the resource in the preview.
        kept_by: the name of the resource that takes the number over; empty if none does.
        buys: whether a number is bought.
        vanished: the number that the resource had, and that Vocode does not have any more; empty if none.
    """

    action: Action
    stack: str
    resource: Resource
    old: Resource | None
    op: str
    differences: tuple[Difference, ...]
    notes: tuple[str, ...]
    kept_by: str
    buys: bool
    vanished: str

    @property
    def number(self) -> str:
        """The digits of the number now; empty if it has none yet or is no number."""
        return number_of(self.old or self.resource)

    @property
    def label(self) -> str:
        """The number's label now, or its label to be."""
        return label_of(self.old or self.resource)

    @property
    def place(self) -> Place | None:
        """Where the program declares the resource."""
        return self.resource.place

    @property
    def is_of_number(self) -> bool:
        """Whether the resource is a number."""
        return self.resource.kind in NUMBERS

    @property
    def is_loss(self) -> bool:
        """Whether a number is lost for good."""
        return self.action in LOSSES


@dataclass(frozen=True)
class Reviewed:
    """What the preview of one stack would do.

    Args:
        preview: the preview.
        changes: what would be done, in the order of :class:`Action`, then by name.
        resources: every resource that the stack has after the run, by its URN.
        olds: every resource that the stack has now, by its URN.
    """

    preview: Preview
    changes: tuple[Change, ...] = ()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    olds: Mapping[str, Resource] = field(default_factory=dict)


def review(preview: Preview) -> Reviewed:
    """Find out what a preview would do.

    Args:
        preview: the preview of one stack.
    """
    before_refresh = {
        step.old.urn: step.old for step in preview.steps if step.op == "refresh" and step.old
    }
    steps = with_read_ids(step for step in preview.steps if step.op != "refresh")
    takers = _takers(steps)
    replaced = {_urn_and_id(step) for step in steps if step.op == "replace"}
    context = _Context(preview, before_refresh, takers, replaced)
    changes = [change for step in steps for change in _changes(step, context)]
    order = [*Action]
    changes.sort(key=lambda change: (order.index(change.action), change.resource.urn))
    return Reviewed(
        preview,
        tuple(changes),
        {step.new.urn: _with_id(step.new, step) for step in steps if step.new is not None},
        {step.old.urn: step.old for step in steps if step.old is not None},
    )


def _urn_and_id(step: Step) -> tuple[str, str]:
    """The URN of a step's resource, and the id of the old one.

    After a replacement that was cut off, the state has a second old one of the same URN.
    """
    return step.resource.urn, step.old.id if step.old else ""


def _is_guarded_otherwise(step: Step) -> bool:
    """Whether just an option of the resource changes that keeps the engine from deleting it."""
    old, new = step.old, step.new
    if old is None or new is None:
        return False
    return (old.protect, old.retained) != (new.protect, new.retained)


def _with_id(new: Resource, step: Step) -> Resource:
    """The resource after a step, with the id that it keeps."""
    keeps = step.op in ("same", "update") and step.old is not None
    return replace(new, id=step.old.id) if keeps and step.old else new


def number_of(resource: Resource) -> str:
    """The digits of a resource's number; empty if it is no number, or not known yet."""
    if resource.kind not in NUMBERS:
        return ""
    given = resource.id or resource.inputs.get("adopt") or resource.inputs.get("phone_number")
    return digits.normal(given) or "" if isinstance(given, str) else ""


def label_of(resource: Resource) -> str:
    """The label of a number; empty if it has none, or none that can be shown."""
    label = resource.outputs.get("label") or resource.inputs.get("label")
    return label if isinstance(label, str) and label not in UNKNOWNS else ""


@dataclass(frozen=True)
class _Context:
    preview: Preview
    before_refresh: Mapping[str, Resource]
    takers: Mapping[str, Resource]
    replaced: set[tuple[str, str]]

    def notes(self, urn: str) -> tuple[str, ...]:
        return tuple(
            message.text
            for message in self.preview.messages
            if message.urn == urn and message.severity in ("info", "warning")
        )

    def is_part(self, step: Step) -> bool:
        """Whether a step is a part of a replacement that has a step of its own."""
        parts = ("create-replacement", "delete-replaced")
        return step.op in parts and _urn_and_id(step) in self.replaced

    def taker(self, old: Resource) -> str:
        """The name of another resource that takes a number over."""
        found = self.takers.get(number_of(old))
        return found.name if found is not None and found.urn != old.urn else ""


def _takers(steps: Iterable[Step]) -> dict[str, Resource]:
    """The resources that adopt or link a number, by its digits."""
    return {
        number: step.new
        for step in steps
        if step.new is not None and not step.new.is_external and not step.new.id
        for name in ("adopt", "phone_number")
        if (number := digits.normal(step.new.inputs.get(name)))
    }


def _changes(step: Step, context: _Context) -> Iterator[Change]:
    resource = step.resource
    if resource.type == STACK or context.is_part(step):
        return
    if step.op == "same":
        if resource.is_ours and _is_guarded_otherwise(step):
            yield _change(Action.UPDATE, step, context)
    elif not resource.is_ours:
        if step.op not in ("read", "discard") and not resource.type.startswith(PROVIDERS):
            yield _change(Action.OTHER, step, context)
    elif step.op in ("read", "read-replacement"):
        yield _change(Action.READ, step, context)
    elif step.op in ("discard", "read-discard", "discard-replaced", "remove-pending-replace"):
        return
    elif resource.kind in NUMBERS:
        yield from _of_number(step, context)
    else:
        yield _change(_OF_OBJECTS.get(step.op, Action.OTHER), step, context)


_OF_OBJECTS = {
    "create": Action.CREATE_OBJECT,
    "create-replacement": Action.CREATE_OBJECT,
    "update": Action.UPDATE,
    "replace": Action.REPLACE_OBJECT,
    "delete": Action.FORGET_OBJECT,
    "delete-replaced": Action.FORGET_OBJECT,
}


def _of_number(step: Step, context: _Context) -> Iterator[Change]:
    is_bought = step.resource.kind == PHONE_NUMBER
    adopts = step.new is not None and step.new.inputs.get("adopt") is not None
    if step.op == "update":
        yield _change(Action.UPDATE, step, context)
    elif step.op in ("create", "create-replacement"):
        action = Action.LINK if not is_bought else Action.ADOPT if adopts else Action.BUY
        yield _change(action, step, context, buys=action is Action.BUY)
    elif step.op == "replace" and not is_bought:
        yield from _of_other_link(step, context)
    elif step.op == "replace":
        assert step.old is not None  # noqa: S101 - a replacement has both
        action = Action.REPLACE
        if step.old.retained or context.taker(step.old):
            yield _change(Action.LEAVE, Step("delete", step.old, None), context)
            action = Action.ADOPT if adopts else Action.BUY
        yield _change(action, step, context, buys=not adopts)
    elif step.op in ("delete", "delete-replaced"):
        assert step.old is not None  # noqa: S101 - a delete has the old one
        left = step.old.retained or context.taker(step.old)
        action = Action.LEAVE if left else Action.CANCEL if is_bought else Action.UNLINK
        yield _change(action, step, context)
    else:
        yield _change(Action.OTHER, step, context)


def _of_other_link(step: Step, context: _Context) -> Iterator[Change]:
    """A replacement of a linked number: by another number, or by the same over another connection."""
    assert step.old is not None  # noqa: S101 - a replacement has both
    assert step.new is not None  # noqa: S101
    if number_of(step.new) == number_of(step.old):
        yield _change(Action.RELINK, step, context)
        return
    yield from _of_number(Step("delete", step.old, None), context)
    yield from _of_number(Step("create", None, step.new), context)


def _change(action: Action, step: Step, context: _Context, *, buys: bool = False) -> Change:
    resource, old = step.resource, step.old
    before = context.before_refresh.get(resource.urn)
    found: list[Difference] = []
    if old is not None and step.new is not None:
        found = differences(step, before)
    vanished = number_of(before) if before is not None and old is None else ""
    return Change(
        action,
        context.preview.name,
        resource,
        old,
        step.op,
        tuple(found),
        context.notes(resource.urn),
        context.taker(old) if old is not None else "",
        buys,
        vanished,
    )

# SPDX-License-Identifier: Apache-2.0
"""Whether a preview shows adoptions alone: no purchase, and no change at Vocode. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vocode_pulumi.generate.choosing import Choice, inputs_of
from vocode_pulumi.generate.kinds import LINKED
from vocode_pulumi.generate.reading import Live
from vocode_pulumi.record import without_hidden
from vocode_pulumi.resources.phone_number import CHOOSING_INPUTS
from vocode_pulumi.review.preview import SECRET, STACK, UNKNOWNS, Preview, Resource
from vocode_pulumi.schema.values import carried

HARMLESS = ("same", "read")
"""Steps that do nothing at Vocode and to the state."""
PROVIDERS = "pulumi:providers:"
"""What the types of Pulumi's providers begin with."""
CHANGES = re.compile(r"`pulumi up` changes: (.*)", re.DOTALL)
"""What the provider says of an adoption in a preview."""


def objections(preview: Preview, choice: Choice) -> list[str]:
    """What a preview shows besides adoptions that change nothing: a line for each resource.

    Args:
        preview: a preview that did not fail.
        choice: what the program declares.
    """
    objects = {(live.kind.type, live.id): live for live in choice.resources}
    # By the URN of a resource that is adopted: the id that it will have.
    ids = {
        step.new.urn: _id_of(step.new) or step.new.id
        for step in preview.steps
        if step.new is not None
    }
    found = []
    for step in preview.steps:
        resource = step.resource
        if step.op in HARMLESS or resource.type == STACK or resource.type.startswith(PROVIDERS):
            continue
        live = objects.get((resource.type, _id_of(resource)))
        if step.op != "create":
            found.append(f"{resource.name}: {step.op}")
        elif live is None:
            found.append(f"{resource.name}: it would be made, and not adopted")
        elif changed := sorted({*_changed(resource, live, choice, ids, _said(preview, resource))}):
            found.append(f"{resource.name}: it would change {', '.join(changed)}")
    return found


def _id_of(resource: Resource) -> str:
    """The id of the object that a resource takes over; empty if it takes over none."""
    name = "phone_number" if resource.type == LINKED.type else "adopt"
    return str(resource.inputs.get(name) or "")


def _said(preview: Preview, resource: Resource) -> str:
    """What the provider says that the adoption changes."""
    texts = (message.text for message in preview.messages if message.urn == resource.urn)
    return next((found[1] for found in map(CHANGES.search, texts) if found), "")


def _changed(
    resource: Resource, live: Live, choice: Choice, ids: Mapping[str, str], said: str
) -> Iterator[str]:
    """The inputs by which a resource would change the object that it takes over."""
    left_out = ("adopt", *(CHOOSING_INPUTS if live.kind.takes_adopt else ()))
    wanted = {
        name: value
        for name, value in carried(inputs_of(choice, live)).items()
        if name not in left_out
    }
    shown = {
        name: value for name, value in without_hidden(resource.inputs).items() if name != "adopt"
    }
    for name in {*wanted, *shown}:
        of = resource.dependencies.get(name, ())
        pairs = [*_differing(wanted.get(name), shown.get(name))]
        if any(shown_leaf == SECRET for _, shown_leaf in pairs) and (
            not said or re.search(rf"\b{name}\b", said)
        ):
            yield name
        if not all(_is_as_wanted(one, other, ids, of) for one, other in pairs):
            yield name


def _is_as_wanted(wanted: Any, shown: Any, ids: Mapping[str, str], of: Iterable[str]) -> bool:
    """Whether a value that the preview does not show is what it should be, as far as that can be known.

    Args:
        wanted: the value that the object has.
        shown: what the preview shows.
        ids: the id that each resource will have, by URN.
        of: the URNs of the resources that the value comes from.
    """
    if shown in UNKNOWNS:
        return wanted in {ids.get(urn) for urn in of}
    return bool(shown == SECRET)


def _differing(wanted: Any, shown: Any) -> Iterator[tuple[Any, Any]]:
    """Each value that is not the same in two trees, with the other one."""
    if isinstance(wanted, Mapping) and isinstance(shown, Mapping):
        for name in {*wanted, *shown}:
            yield from _differing(wanted.get(name), shown.get(name))
    elif isinstance(wanted, list) and isinstance(shown, list) and len(wanted) == len(shown):
        for one, other in zip(wanted, shown, strict=True):
            yield from _differing(one, other)
    elif wanted != shown:
        yield wanted, shown

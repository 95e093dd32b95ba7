# SPDX-License-Identifier: Apache-2.0
"""Values that a preview does not know although they stay: the ids of resources that are only read.

A preview gives the id of such a resource to the program as a value that is not known yet, in every run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from vocode_pulumi.review.differences import differences
from vocode_pulumi.review.preview import UNKNOWNS, Resource, Step


def with_read_ids(steps: Iterable[Step]) -> list[Step]:
    """The steps, with the ids of resources that are read; an update that just has such an id is none.

    Args:
        steps: of a preview.
    """
    steps = [*steps]
    ids = {
        step.new.urn: step.new.id
        for step in steps
        if step.op == "read" and step.new is not None and step.new.id
    }
    return [_known(step, ids) for step in steps] if ids else steps


def _known(step: Step, ids: Mapping[str, str]) -> Step:
    old, new = step.old, step.new
    if step.op != "update" or old is None or new is None:
        return step
    inputs = {
        name: _value(old.inputs.get(name), value, _read(new, name, ids))
        for name, value in new.inputs.items()
    }
    if inputs == new.inputs:
        return step
    known = replace(step, new=replace(new, inputs=inputs))
    return known if differences(known) else replace(known, op="same")


def _read(new: Resource, name: str, ids: Mapping[str, str]) -> set[str]:
    """The ids from which an input can come."""
    return {ids[urn] for urn in new.dependencies.get(name, ()) if urn in ids}


def _value(old: Any, new: Any, ids: set[str]) -> Any:
    if isinstance(new, str) and new in UNKNOWNS and isinstance(old, str) and old in ids:
        return old
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return {name: _value(old.get(name), value, ids) for name, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_value(before, after, ids) for before, after in zip(old, new, strict=True)]
    return new

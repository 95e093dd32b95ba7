# SPDX-License-Identifier: Apache-2.0
"""A report as JSON, for other programs. Pure."""

import json
from typing import Any

from vocode_pulumi.review.answering import Rewired
from vocode_pulumi.review.changes import Change, number_of
from vocode_pulumi.review.differences import ABSENT, Difference
from vocode_pulumi.review.formats.terminal import plain
from vocode_pulumi.review.preview import SECRET, UNKNOWNS, Place
from vocode_pulumi.review.report import Report

VERSION = 1
"""The version of the document's form. A new field does not change it."""


def render(report: Report) -> str:
    """The report as one JSON document.

    Args:
        report: the report.
    """
    document = {
        "version": VERSION,
        "headline": plain(report.headline),
        "failed": bool(report.errors),
        "stacks": [
            {
                "name": one.preview.name,
                "errors": [*one.preview.errors],
                "closed": [
                    {"gate": gate.gate, "why": plain(gate.why)}
                    for stack, gate in report.closed
                    if stack == one.preview.name
                ],
                "digest": _digest(report, one.preview.name),
                "changes": [_change(change) for change in one.changes],
                "answers_differently": [
                    _rewired(found) for found in report.rewired if found.stack == one.preview.name
                ],
            }
            for one in report.reviews
        ],
        "remarks": [*report.remarks],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _digest(report: Report, stack: str) -> str | None:
    found = report.digests.get(stack)
    return None if found is None else str(found)


def _change(change: Change) -> dict[str, Any]:
    return {
        "action": change.action.value,
        "urn": change.resource.urn,
        "name": change.resource.name,
        "kind": change.resource.kind,
        "number": change.number or None,
        "label": change.label or None,
        "buys": change.buys,
        "loses_number": change.is_loss,
        "kept_by": change.kept_by or None,
        "vanished": change.vanished or None,
        "differences": [_difference(one) for one in change.differences],
        "notes": [*change.notes],
        "place": _place(change.place),
    }


def _difference(one: Difference) -> dict[str, Any]:
    shown = _hidden if one.secret else _value
    values = {
        name: shown(value)
        for name, value in (("old", one.old), ("new", one.new))
        if value is not ABSENT
    }
    return {
        "path": one.path,
        **values,
        **({"secret": one.secret.value} if one.secret else {}),
        **({"declared": shown(one.declared)} if one.is_drift else {}),
    }


def _hidden(value: Any) -> Any:
    """A secret's old or new value. What was no secret before, or is none after, may be the same value."""
    return _value(value if isinstance(value, str) and value in UNKNOWNS else SECRET)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [*map(_value, value)]
    if value is ABSENT:
        return None
    if value == SECRET:
        return {"secret": True}
    return {"unknown": True} if isinstance(value, str) and value in UNKNOWNS else value


def _rewired(found: Rewired) -> dict[str, Any]:
    return {
        "number": number_of(found.number),
        "urn": found.number.urn,
        "name": found.number.name,
        "only_events": found.only_events,
        "ways": [
            {
                "through": [resource.urn for resource in way.through],
                "changes": way.change.resource.urn,
                "inputs": [one.path for one in way.change.differences],
                "only_events": way.only_events,
            }
            for way in found.ways
        ],
        "place": _place(found.number.place),
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"file": place.file, "line": place.line}

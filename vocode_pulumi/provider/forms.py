# SPDX-License-Identifier: Apache-2.0
"""The outputs of a resource, where Vocode stores a declared value in a form of its own."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.inline.alike import is_alike
from vocode_pulumi.inline.answered import Answered, answered_forms, as_declared
from vocode_pulumi.inline.comparing import keep_unchanged
from vocode_pulumi.inline.map_forms import form_value, is_ignored
from vocode_pulumi.provider.lifecycle import ANSWERED, LIVE, Lifecycle, State
from vocode_pulumi.provider.secret_paths import value_at
from vocode_pulumi.schema.shapes import Field, Inputs


def with_answered_forms(
    lifecycle: Lifecycle,
    inputs: Inputs,
    outs: Inputs,
    state: State,
    known: Mapping[str, Any],
) -> Inputs:
    """The outputs of the inputs after a request: what Vocode only stores in another form is as declared.

    Args:
        lifecycle: the kind of resource.
        inputs: the inputs that the program declares.
        outs: the outputs after the request, and what Vocode had before it (``LIVE``).
        state: the resource before the request.
        known: the forms that Vocode had answered before.
    """
    live = outs.get(LIVE) or {}
    fields = {name: field for name, field in lifecycle.fields_of(inputs).items() if name in inputs}
    kept = _with_unchanged(fields, inputs, outs, state, whole_maps=True)
    answered: Answered = {}
    for name, field in fields.items():
        old, before = state.outs.get(name), state.before.get(name)
        read = kept.get(name)
        answered |= answered_forms(field, inputs[name], read, old, known, before, live.get(name))
    other = [
        path
        for path, form in answered.items()
        if known.get(path) != form and not _is_alike(value_at(inputs, path), form)
    ]
    if other:
        lifecycle.tell(
            f"Vocode answers with another value than the declared one: {', '.join(other)}. It counts as "
            "Vocode's form of the declared value. A refresh shows only a third value as a change.",
            warning=True,
        )
    declared = with_declared_values(lifecycle, inputs, kept, answered)
    return _with_unchanged(fields, inputs, declared, state) | {ANSWERED: answered}


def _with_unchanged(
    fields: Mapping[str, Field],
    inputs: Inputs,
    outs: Inputs,
    state: State,
    *,
    whole_maps: bool = False,
) -> Inputs:
    """The outputs, with the old value of each part of an input that the request did not change."""
    return outs | {
        name: keep_unchanged(
            field, outs[name], inputs[name], state.before.get(name), whole_maps=whole_maps
        )
        for name, field in fields.items()
        if name in outs
    }


def _is_alike(value: Any, form: Any) -> bool:
    answered = form_value(form)
    return is_ignored(form) or answered is None or is_alike(value, answered)


def with_declared_values(
    lifecycle: Lifecycle, declared: Inputs, outs: Inputs, answered: Mapping[str, Any]
) -> Inputs:
    """The outputs that Vocode has in a form of its own, as declared; and these forms."""
    found: Inputs = {ANSWERED: {}}
    for name, field in lifecycle.fields_of(outs).items():
        if name in outs:
            found[name], forms = as_declared(field, outs[name], declared.get(name), answered)
            found[ANSWERED] |= forms
    return found

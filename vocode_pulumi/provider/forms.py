# SPDX-License-Identifier: Apache-2.0
"""The outputs of a resource, where Vocode stores a declared value in a form of its own."""

from collections.abc import Mapping
from typing import Any

from vocode_pulumi.inline.answered import Answered, answered_forms, as_declared, is_alike
from vocode_pulumi.provider.lifecycle import ANSWERED, Lifecycle
from vocode_pulumi.provider.secret_paths import value_at
from vocode_pulumi.schema.shapes import Inputs


def with_answered_forms(
    lifecycle: Lifecycle, inputs: Inputs, outs: Inputs, before: Inputs, known: Mapping[str, Any]
) -> Inputs:
    """The outputs of the inputs after a request: what Vocode only stores in another form is as declared.

    Args:
        lifecycle: the kind of resource.
        inputs: the inputs that the program declares.
        outs: the outputs after the request.
        before: the outputs before it.
        known: the forms that Vocode had answered before.
    """
    answered: Answered = {}
    for name, field in lifecycle.fields_of(inputs).items():
        if name in inputs:
            read, old = outs.get(name), before.get(name)
            answered |= answered_forms(field, inputs[name], read, old, known)
    other = [
        path
        for path, form in answered.items()
        if known.get(path) != form and not is_alike(value_at(inputs, path), form)
    ]
    if other:
        lifecycle.tell(
            f"Vocode answers with another value than the declared one: {', '.join(other)}. It counts as "
            "Vocode's form of the declared value. A refresh shows only a third value as a change.",
            warning=True,
        )
    return with_declared_values(lifecycle, inputs, outs, answered) | {ANSWERED: answered}


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

# SPDX-License-Identifier: Apache-2.0
"""A digest of what a run would do, to which an approval can be bound. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.leaves import leaves
from vocode_pulumi.record import FINGERPRINTS, without_hidden
from vocode_pulumi.review.preview import SECRET, STACK, Preview, Resource, Step

_LENGTH = 12
_FORM = re.compile(rf"v1-(?P<state>[0-9a-f]{{{_LENGTH}}})-(?P<steps>[0-9a-f]{{{2 * _LENGTH}}})")
_UNDONE = ("same", "refresh", "read", "read-discard", "discard")


@dataclass(frozen=True)
class Digest:
    """What would be done, and the state that it would be done to.

    Args:
        state: of the time of the stack's last change.
        steps: of what would be done.
    """

    state: str
    steps: str

    def __str__(self) -> str:
        return f"v1-{self.state}-{self.steps}"

    @classmethod
    def of_text(cls, text: str) -> "Digest | None":
        """Read a digest; ``None`` if the text is none."""
        found = _FORM.fullmatch(text.strip())
        return cls(found["state"], found["steps"]) if found else None


def digest(preview: Preview, state_time: str, settings: Mapping[str, str]) -> Digest:
    """The digest of a preview.

    It covers each resource of the stack that is not left as it is, those of other packages too: its name,
    the operation, its old id, its inputs, its secrets by their fingerprints, and whether it is protected.

    Args:
        preview: the preview.
        state_time: when the state was last written; every write changes it.
        settings: settings that decide what the run does to which account, by their keys.
    """
    done = sorted(map(_done, filter(_is_done, preview.steps)), key=_canonical)
    return Digest(_hash([preview.name, state_time])[:_LENGTH], _hash([done, dict(settings)]))


def has_uncovered_secrets(preview: Preview) -> bool:
    """Whether something would be done with a secret that has no fingerprint: the digest is of any value."""
    ours = [step.new for step in preview.steps if step.new and step.new.is_ours and _is_done(step)]
    return any(
        SECRET in leaves(resource.inputs) and not resource.inputs.get(FINGERPRINTS)
        for resource in ours
    )


def step_digests(preview: Preview) -> dict[str, str]:
    """A short digest of each thing that would be done, by the URN of the resource."""
    by_urn: dict[str, list[Any]] = {}
    for step in filter(_is_done, preview.steps):
        by_urn.setdefault(step.resource.urn, []).append(_done(step))
    return {urn: _hash(sorted(done, key=_canonical))[:_LENGTH] for urn, done in by_urn.items()}


def _is_done(step: Step) -> bool:
    if step.resource.type == STACK:
        return False
    return step.op not in _UNDONE or _guards(step.old) != _guards(step.new)


def _done(step: Step) -> dict[str, Any]:
    return {
        "urn": step.resource.urn,
        "op": step.op,
        "old": step.old.id if step.old else None,
        "inputs": _inputs(step.new) if step.new else None,
        "guards": _guards(step.new),
    }


def _guards(resource: Resource | None) -> list[bool] | None:
    return [resource.protect, resource.retained] if resource else None


def _inputs(resource: Resource) -> dict[str, Any]:
    return without_hidden(resource.inputs, [FINGERPRINTS])


def _hash(value: Any) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()[: 2 * _LENGTH]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))

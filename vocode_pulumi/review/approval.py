# SPDX-License-Identifier: Apache-2.0
"""Whether what would be done is what was approved. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vocode_pulumi.record import name_in
from vocode_pulumi.review.digest import Digest, step_digests
from vocode_pulumi.review.preview import Preview


@dataclass(frozen=True)
class Approval:
    """What somebody approved.

    Args:
        digest: of the review.
        steps: a digest of each thing that was to be done, by the URN of its resource; ``None`` if only the
            review's digest is known.
    """

    digest: Digest
    steps: Mapping[str, str] | None = None


def objections(approval: Approval, preview: Preview, found: Digest) -> Iterator[str]:
    """Why an approval does not hold any more; nothing if it holds.

    Args:
        approval: what was approved.
        preview: what would be done now.
        found: the digest of that.
    """
    if found.state != approval.digest.state:
        yield (
            f"The state of {preview.name} is not the one that was reviewed: this approval was applied already, or "
            "another run overtook it, or the digest is of another stack."
        )
    if found.steps == approval.digest.steps:
        return
    yield "What would be done is not what was approved."
    now = step_digests(preview)
    steps = now if approval.steps is None else approval.steps
    others = [urn for urn in sorted(steps.keys() | now.keys()) if steps.get(urn) != now.get(urn)]
    for urn in others:
        yield f"{name_in(urn)}: {_how(urn in steps, urn in now)}"
    if not others and found.state == approval.digest.state:
        yield (
            "If it looks the same, then the review had another API key, or `--refresh` was given only there or "
            "only here."
        )


def _how(was_approved: bool, is_to_be_done: bool) -> str:
    if not was_approved:
        return "was not in the review"
    return "would be done otherwise" if is_to_be_done else "would not be done any more"

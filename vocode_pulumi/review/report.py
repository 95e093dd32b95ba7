# SPDX-License-Identifier: Apache-2.0
"""A review as a document: a headline, and sections of items. Each format prints it. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vocode_pulumi.review.answering import Rewired, rewired
from vocode_pulumi.review.changes import Action, Change, Reviewed
from vocode_pulumi.review.digest import Digest, has_uncovered_secrets
from vocode_pulumi.review.gates import Closed, Gates, closed
from vocode_pulumi.review.money import Price
from vocode_pulumi.review.sections import Section, labelled_number, sections
from vocode_pulumi.review.text import Sentence
from vocode_pulumi.settings import PRICE_PER_NUMBER
from vocode_pulumi.terminal_text import count


@dataclass(frozen=True)
class Report:
    """A review of one or more stacks.

    Args:
        stacks: ``project/stack`` of each.
        headline: money and lost numbers, in a sentence.
        closed: the gates that are closed, each with its stack.
        errors: what made a preview fail, each with its stack.
        sections: what would be done.
        remarks: what the review itself leaves out.
        digests: for each stack whose state was read, the digest to approve.
        reviews: what the preview of each stack would do.
        rewired: the numbers that answer differently, or whose events go elsewhere.
    """

    stacks: tuple[str, ...]
    headline: Sentence
    closed: tuple[tuple[str, Closed], ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    remarks: tuple[str, ...] = ()
    digests: Mapping[str, Digest] = field(default_factory=dict)
    reviews: tuple[Reviewed, ...] = ()
    rewired: tuple[Rewired, ...] = ()


def report(
    reviews: Sequence[Reviewed], gates: Gates, digests: Mapping[str, Digest] | None = None
) -> Report:
    """Make the report of some stacks.

    Args:
        reviews: what the preview of each stack would do.
        gates: gates for every stack. The configuration of a stack can only make them stricter.
        digests: the digest of each preview, by the name of its stack; default: none.

    Raises:
        ConfigError: a setting of a stack cannot be right.
    """
    reviews = sorted(reviews, key=lambda one: one.preview.name)
    # A preview that failed shows only a part of what would be done, so there is nothing to approve.
    whole = {one.preview.name for one in reviews if not one.preview.errors}
    digests = {name: digest for name, digest in (digests or {}).items() if name in whole}
    rewired_numbers = rewired(reviews)
    return Report(
        tuple(one.preview.name for one in reviews),
        _headline(reviews, rewired_numbers),
        tuple(
            (one.preview.name, gate)
            for one in reviews
            for gate in closed(gates.stricter(Gates.of_config(one.preview.config)), one)
        ),
        tuple((one.preview.name, error) for one in reviews for error in one.preview.errors),
        sections(reviews, rewired_numbers),
        tuple(_remarks(reviews, digests)),
        digests,
        tuple(reviews),
        tuple(rewired_numbers),
    )


def _headline(reviews: Iterable[Reviewed], rewired_numbers: Sequence[Rewired]) -> Sentence:
    """What the run does to numbers and to the monthly costs, in one sentence."""
    changes = [change for one in reviews for change in one.changes]
    parts: list[Sentence] = []
    bought = [change for change in changes if change.action is Action.BUY]
    if bought:
        parts.append((f"buys {count(len(bought), 'number')}",))
    cancelled = [change for change in changes if change.action is Action.CANCEL]
    if cancelled:
        parts.append((f"cancels {len(cancelled)} for good (", *_listed(cancelled), ")"))
    replaced = [change for change in changes if change.action is Action.REPLACE]
    if replaced:
        parts.append((f"replaces {len(replaced)} (", *_listed(replaced), ")"))
    for action, words in (
        (Action.UNLINK, "takes {} out of the Vocode account"),
        (Action.LEAVE, "lets go of {}"),
    ):
        if found := [change for change in changes if change.action is action]:
            parts.append((words.format(count(len(found), "number")),))
    answering = [one for one in rewired_numbers if not one.only_events]
    if answering:
        verb = "answers" if len(answering) == 1 else "answer"
        parts.append((f"{count(len(answering), 'number')} {verb} differently",))
    if not parts:
        changes_something = any(change.action is not Action.READ for change in changes)
        parts.append(
            ("buys nothing, and loses no number" if changes_something else "changes nothing",)
        )
    joined = tuple(piece for part in parts for piece in (", ", *part))[1:]
    failed = any(one.preview.errors for one in reviews)
    if failed and not changes:
        return ("it cannot be told, because the preview failed",)
    before: Sentence = ("the preview failed; before that: ",) if failed else ()
    return (*before, *joined, *_monthly(reviews))


LISTED = 10
"""The most numbers that the headline lists. The sections list every number."""


def _listed(changes: Sequence[Change]) -> Sentence:
    """The numbers of some changes, with commas; of more than ``LISTED`` only the first, and how many more there are."""
    some = changes if len(changes) <= LISTED else changes[: LISTED - 1]
    numbers = tuple(piece for change in some for piece in (", ", *labelled_number(change)))[1:]
    more = len(changes) - len(some)
    return (*numbers, f" and {more} more") if more else numbers


def _monthly(reviews: Iterable[Reviewed]) -> Sentence:
    """By how much the monthly costs change, for each price; empty if they do not, or if no stack has a price."""
    added: dict[str, tuple[Price, int]] = {}
    for one in reviews:
        price = one.preview.config.get(PRICE_PER_NUMBER)
        if price is None:
            continue
        bought = sum(change.buys for change in one.changes)
        lost = sum(change.is_loss for change in one.changes)
        _, of_other_stacks = added.get(price, (Price.of(price), 0))
        added[price] = Price.of(price), of_other_stacks + bought - lost
    amounts = [price.of_many(numbers) for price, numbers in added.values() if numbers]
    return (f"; {' and '.join(amounts)} a month",) if amounts else ()


def _remarks(reviews: Iterable[Reviewed], digests: Mapping[str, Digest]) -> Iterator[str]:
    """A sentence for each thing that the review of a stack leaves out."""
    for one in reviews:
        if one.preview.name in digests and has_uncovered_secrets(one.preview):
            yield (
                f"The digest of {one.preview.name} does not cover the values of secrets, because the preview "
                "had no API key."
            )
        if not one.preview.shows_unchanged:
            yield (
                f"The preview of {one.preview.name} leaves out what does not change, so numbers that would "
                "answer differently through a shared agent may be missing: make it with `pulumi preview "
                "--json --show-sames --show-replacement-steps`."
            )

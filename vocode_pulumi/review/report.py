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
        remarks: what a reader has to know of the review itself.
        digests: for each stack whose state was read, the digest to approve.
        reviews: what the report is made of.
        rewired: the numbers that answer differently.
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
        gates: in addition to those in the configuration of each stack.
        digests: the digest of each preview, by the name of its stack.

    Raises:
        ConfigError: a setting of a stack cannot be right.
    """
    reviews = sorted(reviews, key=lambda one: one.preview.name)
    # A preview that failed shows a part of what would be done, so there is nothing to approve.
    whole = {one.preview.name for one in reviews if not one.preview.errors}
    digests = {name: found for name, found in (digests or {}).items() if name in whole}
    numbers = rewired(reviews)
    return Report(
        tuple(one.preview.name for one in reviews),
        _headline(reviews, numbers),
        tuple(
            (one.preview.name, found)
            for one in reviews
            for found in closed(gates.stricter(Gates.of_config(one.preview.config)), one)
        ),
        tuple((one.preview.name, error) for one in reviews for error in one.preview.errors),
        sections(reviews, numbers),
        tuple(_remarks(reviews, digests)),
        digests,
        tuple(reviews),
        tuple(numbers),
    )


def _headline(reviews: Iterable[Reviewed], numbers: Sequence[Rewired]) -> Sentence:
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
    answering = [one for one in numbers if not one.only_events]
    if answering:
        verb = "answers" if len(answering) == 1 else "answer"
        parts.append((f"{count(len(answering), 'number')} {verb} differently",))
    if not parts:
        some = any(change.action is not Action.READ for change in changes)
        parts.append(("buys nothing, and loses no number" if some else "changes nothing",))
    joined = tuple(piece for part in parts for piece in (", ", *part))[1:]
    failed = any(one.preview.errors for one in reviews)
    if failed and not changes:
        return ("it cannot be told, because the preview failed",)
    before: Sentence = ("the preview failed; before that: ",) if failed else ()
    return (*before, *joined, *_monthly(reviews))


LISTED = 10
"""The most numbers that the headline lists; below it stands each one."""


def _listed(changes: Sequence[Change]) -> Sentence:
    some = changes if len(changes) <= LISTED else changes[: LISTED - 1]
    numbers = tuple(piece for change in some for piece in (", ", *labelled_number(change)))[1:]
    more = len(changes) - len(some)
    return (*numbers, f" and {more} more") if more else numbers


def _monthly(reviews: Iterable[Reviewed]) -> Sentence:
    sums: dict[str, tuple[Price, int]] = {}
    for one in reviews:
        price = one.preview.config.get(PRICE_PER_NUMBER)
        if price is None:
            continue
        more = sum(change.buys for change in one.changes)
        fewer = sum(change.is_loss for change in one.changes)
        _, before = sums.get(price, (Price.of(price), 0))
        sums[price] = Price.of(price), before + more - fewer
    told = [price.of_many(many) for price, many in sums.values() if many]
    return (f"; {' and '.join(told)} a month",) if told else ()


def _remarks(reviews: Iterable[Reviewed], digests: Mapping[str, Digest]) -> Iterator[str]:
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

# SPDX-License-Identifier: Apache-2.0
"""The rule that says which purchase bought which number if the purchase's answer was lost. Pure.

Its inputs are one list of the account, the ledger as it was read after that list, and the attempts that
were past their windows when the list was begun. The rule never looks at a clock.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.api.answers import Json, id_of
from vocode_pulumi.purchasing.fingerprints import Fingerprint, Keyring, may_be_same
from vocode_pulumi.purchasing.objects import (
    Ask,
    Attempt,
    AttemptKey,
    History,
    Take,
    Trait,
    is_open,
    outcome,
)

VONAGE = "vonage"
"""The carrier of a purchase that names no carrier."""


@dataclass(frozen=True)
class Picture:
    """The account and the ledger at one moment, as a resolver read them.

    Args:
        listed: the account's numbers in service: digits, and the list's entry.
        attempts: every attempt that is in the ledger now.
        attempts_at_list: the attempts that were in the ledger right after the list. The list has no number of a
            later attempt.
        histories: the history of each number that matters.
        before: for each open attempt, the numbers that the account had before the purchase.
        past_window: the attempts whose windows had passed when the list was begun.
    """

    listed: Mapping[str, Json]
    attempts: Mapping[AttemptKey, Attempt]
    attempts_at_list: Set[AttemptKey]
    histories: Mapping[str, History]
    before: Mapping[AttemptKey, Set[str]]
    past_window: Set[AttemptKey]


@dataclass(frozen=True)
class Decided:
    """The attempt is not open, or not any more."""


@dataclass(frozen=True)
class FinishTake:
    """The resolver first has to complete a take: the number has no holder yet.

    Args:
        attempt: the attempt that took the number.
        take: its step.
    """

    attempt: Attempt
    take: Take


@dataclass(frozen=True)
class Wait:
    """It is too early to say."""


@dataclass(frozen=True)
class TooMany:
    """There are more new numbers than purchases that can explain them.

    Args:
        numbers: the numbers that may have been bought, sorted.
    """

    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Give:
    """An attempt gets a number.

    Args:
        attempt: the resolver's own attempt, or another one that has to be settled first.
        number: digits.
    """

    attempt: Attempt
    number: str


@dataclass(frozen=True)
class Nothing:
    """The attempt bought nothing."""


Decision = Decided | FinishTake | Wait | TooMany | Give | Nothing


def decide(own: AttemptKey, picture: Picture, keyring: Keyring) -> Decision:
    """What the resolver of an attempt has to do.

    Args:
        own: the attempt.
        picture: the account and the ledger.
        keyring: compares fingerprints.
    """
    mine = picture.attempts[own]
    if not is_open(mine, picture.histories):
        return Decided()
    group = _group(mine, picture, keyring)
    overlapping = [
        attempt
        for attempt in picture.attempts.values()
        if any(overlap(attempt.intent.ask, member.intent.ask, keyring) for member in group)
        and attempt.intent.account.is_same(mine.intent.account)
    ]
    for attempt in overlapping:
        take = attempt.newest
        if isinstance(take, Take) and outcome(attempt, picture.histories) == "unheld":
            return FinishTake(attempt, take)
    candidates = {member.key: candidates_of(member, picture, keyring) for member in group}
    free = sorted(set().union(*candidates.values()))
    keys = [member.key for member in group]
    if not _all_can_be_given(free, keys, candidates):
        return TooMany(tuple(free))
    # Attempts that nothing tells apart get one number each, in their order, without a wait.
    if len(free) == len(group) and _are_alike(group, picture, keyring):
        return Give(mine, free[keys.index(own)])
    guessers = {attempt.key for attempt in overlapping if _ever_guessed(attempt)}
    # While one of these requests may take effect, another number may still appear.
    if not {*keys, *guessers} <= picture.past_window:
        return Wait()
    if not candidates[own]:
        return Nothing()
    given = _numbers_by_attempt(free, keys, candidates)
    if own in given:
        return Give(mine, given[own])
    first = min(given)
    return Give(picture.attempts[first], given[first])


def candidates_of(attempt: Attempt, picture: Picture, keyring: Keyring) -> set[str]:
    """The numbers that an attempt may have bought."""
    excluded = picture.before[attempt.key] | {
        other.newest.number for other in picture.attempts.values() if isinstance(other.newest, Take)
    }
    return {
        number
        for number, item in picture.listed.items()
        if number not in excluded
        and not picture.histories.get(number)
        and fits(number, item, attempt.intent.ask, keyring)
    }


def fits(number: str, item: Json, ask: Ask, keyring: Keyring) -> bool:
    """Whether a purchase may have bought a listed number. A field that the list leaves out always fits.

    ASSUMED: a number has the area code, the connection and the agent of its purchase, and its carrier is
    Vonage by default. A purchase sets no label, so a number with a label is in use by somebody else.

    Args:
        number: digits.
        item: the list's entry for the number.
        ask: what the purchase asked for.
        keyring: compares fingerprints.
    """
    if item.get("active") is False or item.get("label"):
        return False
    area_code = number[1:4] if number.startswith("1") else ""
    return (
        _is_asked(ask.area_code, area_code, keyring)
        and _is_asked(_carrier(ask), item.get("telephony_provider"), keyring)
        and _is_asked(
            ask.telephony_account_connection,
            id_of(item.get("telephony_account_connection")),
            keyring,
        )
        and _has_agent(ask.inbound_agent, item, keyring)
    )


def overlap(one: Ask, other: Ask, keyring: Keyring) -> bool:
    """Whether one number can fit both of two purchases."""
    return (
        _may_agree(one.area_code, other.area_code, keyring)
        and _may_agree(_carrier(one), _carrier(other), keyring)
        and _may_agree(
            one.telephony_account_connection, other.telephony_account_connection, keyring
        )
        and _may_agree(_certain_agent(one), _certain_agent(other), keyring)
    )


def _carrier(ask: Ask) -> Trait:
    # ASSUMED: a number that is bought with a connection has the connection's carrier.
    if ask.telephony_provider is None and ask.telephony_account_connection is None:
        return VONAGE
    return ask.telephony_provider


def _certain_agent(ask: Ask) -> Trait:
    """The agent's id, if the purchase names an existing agent; Vocode creates the other agents."""
    return None if ask.inbound_agent in ("default", "inline") else ask.inbound_agent


def _is_asked(asked: Trait, found: Any, keyring: Keyring) -> bool:
    if asked is None or found is None:
        return True
    if isinstance(asked, Fingerprint):
        return keyring.may_be(found, asked)
    return bool(asked == found)


def _has_agent(asked: Trait, item: Json, keyring: Keyring) -> bool:
    # ASSUMED: Vocode may give an agent to a number that is bought without one. In 2023 every new number had
    # an agent, and lists had no label.
    if "inbound_agent" not in item or asked in (None, "default", "inline"):
        return True
    agent = id_of(item["inbound_agent"])
    if asked == "none":
        return agent is None or "label" not in item
    return agent is not None and _is_asked(asked, agent, keyring)


def _may_agree(one: Trait, other: Trait, keyring: Keyring) -> bool:
    if one is None or other is None:
        return True
    if isinstance(one, Fingerprint):
        if isinstance(other, Fingerprint):
            return may_be_same(one, other)
        return keyring.may_be(other, one)
    if isinstance(other, Fingerprint):
        return keyring.may_be(one, other)
    return one == other


def _group(mine: Attempt, picture: Picture, keyring: Keyring) -> list[Attempt]:
    """The open attempts that may have bought each other's numbers, in the order of their keys."""
    open_ = [
        attempt
        for attempt in picture.attempts.values()
        if attempt.key in picture.attempts_at_list
        and attempt.intent.account.is_same(mine.intent.account)
        and is_open(attempt, picture.histories)
    ]
    found = [mine]
    for member in found:
        found += [
            attempt
            for attempt in open_
            if attempt not in found and overlap(attempt.intent.ask, member.intent.ask, keyring)
        ]
    return sorted(found, key=lambda attempt: attempt.key)


def _are_alike(group: Sequence[Attempt], picture: Picture, keyring: Keyring) -> bool:
    """Whether nothing tells the attempts apart: same request, and same numbers before the purchase."""
    first = group[0].intent.ask
    if any(member.intent.ask.whole != first.whole for member in group) or first.whole is None:
        return len(group) == 1
    lists = [frozenset(picture.before[member.key]) for member in group]
    differing = frozenset().union(*lists) - frozenset.intersection(*lists)
    return not any(
        not picture.histories.get(number)
        and fits(number, picture.listed.get(number, {}), first, keyring)
        for number in differing
    )


def _ever_guessed(attempt: Attempt) -> bool:
    return any(isinstance(step, Take) and step.guess for step in attempt.steps)


def _all_can_be_given(
    numbers: Iterable[str],
    attempts: Sequence[AttemptKey],
    candidates: Mapping[AttemptKey, Set[str]],
) -> bool:
    """Whether every number can go to a different attempt."""
    given: dict[AttemptKey, str] = {}

    def give(number: str, tried: set[AttemptKey]) -> bool:
        for attempt in attempts:
            if number in candidates[attempt] and attempt not in tried:
                tried.add(attempt)
                if attempt not in given or give(given[attempt], tried):
                    given[attempt] = number
                    return True
        return False

    return all(give(number, set()) for number in numbers)


def _numbers_by_attempt(
    numbers: Sequence[str],
    attempts: Sequence[AttemptKey],
    candidates: Mapping[AttemptKey, Set[str]],
) -> dict[AttemptKey, str]:
    """Which attempt gets which number; every process finds the same answer for the same picture.

    The attempts choose in their order. Each gets the smallest number that leaves all other numbers for
    the attempts after it.
    """
    given: dict[AttemptKey, str] = {}
    for at, attempt in enumerate(attempts):
        left = [number for number in numbers if number not in given.values()]
        for number in left:
            others = [other for other in left if other != number]
            if number in candidates[attempt] and _all_can_be_given(
                others, attempts[at + 1 :], candidates
            ):
                given[attempt] = number
                break
    return given

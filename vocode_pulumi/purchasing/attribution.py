# SPDX-License-Identifier: Apache-2.0
"""The rule that says which lost purchase bought which number. Pure.

It sees one list of the account, the ledger as it was read after that, and for which attempts enough
time had passed when the list was taken. It never looks at a clock.
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
"""The carrier of a purchase that names none."""


@dataclass(frozen=True)
class Picture:
    """What a resolver sees.

    Args:
        listed: the numbers in service, by their digits, as the list has them.
        attempts: all that are there now.
        seen: those that were there when the account had been listed; a later one has no number in it.
        histories: of each number that matters.
        before: the numbers of the list that each open attempt goes by.
        over: the attempts that had been known for long enough when the account was listed.
    """

    listed: Mapping[str, Json]
    attempts: Mapping[AttemptKey, Attempt]
    seen: Set[AttemptKey]
    histories: Mapping[str, History]
    before: Mapping[AttemptKey, Set[str]]
    over: Set[AttemptKey]


@dataclass(frozen=True)
class Decided:
    """The attempt is not open (any more)."""


@dataclass(frozen=True)
class Complete:
    """First an attempt's take is to be completed: the number has no holder yet.

    Args:
        attempt: whose take it is.
        take: that step.
    """

    attempt: Attempt
    take: Take


@dataclass(frozen=True)
class Wait:
    """It is too early to say."""


@dataclass(frozen=True)
class TooMany:
    """There are more numbers than purchases that can explain them.

    Args:
        numbers: that may be what was bought, in order.
    """

    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Give:
    """An attempt is given a number.

    Args:
        attempt: the resolver's own, or another that has to be settled first.
        number: digits.
    """

    attempt: Attempt
    number: str


@dataclass(frozen=True)
class Nothing:
    """The attempt bought nothing."""


Decision = Decided | Complete | Wait | TooMany | Give | Nothing


def decide(own: AttemptKey, picture: Picture, keyring: Keyring) -> Decision:
    """What the resolver of an attempt is to do.

    Args:
        own: the attempt.
        picture: what it sees.
        keyring: to compare fingerprints with.
    """
    mine = picture.attempts[own]
    if not is_open(mine, picture.histories):
        return Decided()
    group = _group(mine, picture, keyring)
    concerned = [
        attempt
        for attempt in picture.attempts.values()
        if any(overlap(attempt.intent.ask, member.intent.ask, keyring) for member in group)
        and attempt.intent.account.is_same(mine.intent.account)
    ]
    for attempt in concerned:
        take = attempt.newest
        if isinstance(take, Take) and outcome(attempt, picture.histories) == "unheld":
            return Complete(attempt, take)
    candidates = {member.key: candidates_of(member, picture, keyring) for member in group}
    free = sorted(set().union(*candidates.values()))
    keys = [member.key for member in group]
    if not _each_has_its_own(free, keys, candidates):
        return TooMany(tuple(free))
    if len(free) == len(group) and _are_alike(group, picture, keyring):
        return Give(mine, free[keys.index(own)])
    guessers = {attempt.key for attempt in concerned if _ever_guessed(attempt)}
    if not {*keys, *guessers} <= picture.over:
        return Wait()
    if not candidates[own]:
        return Nothing()
    given = _matched(free, keys, candidates)
    if own in given:
        return Give(mine, given[own])
    first = min(given)
    return Give(picture.attempts[first], given[first])


def candidates_of(attempt: Attempt, picture: Picture, keyring: Keyring) -> set[str]:
    """The numbers that an attempt may have bought."""
    not_its = picture.before[attempt.key] | {
        other.newest.number for other in picture.attempts.values() if isinstance(other.newest, Take)
    }
    return {
        number
        for number, item in picture.listed.items()
        if number not in not_its
        and not picture.histories.get(number)
        and fits(number, item, attempt.intent.ask, keyring)
    }


def fits(number: str, item: Json, ask: Ask, keyring: Keyring) -> bool:
    """Whether a number of a list can be what was asked for. What a list leaves out is not judged.

    ASSUMED: a number has the area code that it was bought with, and is Vonage's by default. A
    purchase sets no label, so that a number with one is somebody's.

    Args:
        number: digits.
        item: what the list says of it.
        ask: what was asked.
        keyring: to compare fingerprints with.
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
    """Whether one number can be what either of two purchases asked for."""
    return (
        _may_agree(one.area_code, other.area_code, keyring)
        and _may_agree(_carrier(one), _carrier(other), keyring)
        and _may_agree(
            one.telephony_account_connection, other.telephony_account_connection, keyring
        )
        and _may_agree(_certain_agent(one), _certain_agent(other), keyring)
    )


def _carrier(ask: Ask) -> Trait:
    # Through one's own connection the carrier is the connection's.
    if ask.telephony_provider is None and ask.telephony_account_connection is None:
        return VONAGE
    return ask.telephony_provider


def _certain_agent(ask: Ask) -> Trait:
    """The agent that a number has, where the purchase says which; Vocode makes the others up."""
    return None if ask.inbound_agent in ("default", "inline") else ask.inbound_agent


def _is_asked(asked: Trait, found: Any, keyring: Keyring) -> bool:
    if asked is None or found is None:
        return True
    if isinstance(asked, Fingerprint):
        return keyring.may_be(found, asked)
    return bool(asked == found)


def _has_agent(asked: Trait, item: Json, keyring: Keyring) -> bool:
    # In 2023 every purchase gave an agent, asked or not, and a list had no label.
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
    """The open attempts that may have bought one another's numbers, in the order of their keys."""
    open_ = [
        attempt
        for attempt in picture.attempts.values()
        if attempt.key in picture.seen
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
    """Whether the attempts can be told apart by nothing: neither by ask nor by the lists they go by."""
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


def _each_has_its_own(
    numbers: Iterable[str],
    attempts: Sequence[AttemptKey],
    candidates: Mapping[AttemptKey, Set[str]],
) -> bool:
    """Whether every number can be given to an attempt of its own."""
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


def _matched(
    numbers: Sequence[str],
    attempts: Sequence[AttemptKey],
    candidates: Mapping[AttemptKey, Set[str]],
) -> dict[AttemptKey, str]:
    """Who gets which number: everybody who looks at the same picture finds the same.

    In the order of the attempts each gets the smallest number that leaves the remaining attempts able
    to take all remaining numbers.
    """
    given: dict[AttemptKey, str] = {}
    for at, attempt in enumerate(attempts):
        rest = [number for number in numbers if number not in given.values()]
        for number in rest:
            others = [one for one in rest if one != number]
            if number in candidates[attempt] and _each_has_its_own(
                others, attempts[at + 1 :], candidates
            ):
                given[attempt] = number
                break
    return given

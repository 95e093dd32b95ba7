# SPDX-License-Identifier: Apache-2.0
"""What the ledger forgets, and when. Nothing is decided by a delete; open attempts stay for ever.

Ages are differences of the store's own times. Whether a number is gone is told from two of the
account's lists in the ledger that are at least a minute apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Attempt,
    AttemptKey,
    History,
    NotBought,
    Take,
    is_open,
    number_key,
    outcome,
)

DAY = 86_400.0
FORGET_NOTHING_BOUGHT = 7 * DAY
"""Seconds after which an attempt that bought nothing is forgotten."""
FORGET_TAKEN = 30 * DAY
"""Seconds after which an attempt is forgotten whose number was let go or is gone."""
FORGET_LIST = 7 * DAY
"""Seconds after which a list is forgotten that no open attempt goes by."""
FORGET_NUMBER = 7 * DAY
"""Seconds after which a number is forgotten that is gone."""
APART = 60.0
"""Seconds between two lists that both lack a number that is gone."""
EVERY = DAY
"""Seconds between two times of housekeeping."""


@dataclass(frozen=True)
class Kept:
    """What the ledger holds of one account.

    Args:
        ages: of every object, by its key, in seconds.
        attempts: of the account.
        histories: of numbers.
        lists: of the account, by their ids.
    """

    ages: Mapping[str, float]
    attempts: Mapping[AttemptKey, Attempt]
    histories: Mapping[str, History]
    lists: Mapping[str, frozenset[str]]

    def age(self, key: str) -> float:
        """Of an object; what was not there yet when the ages were read is young."""
        return self.ages.get(key, 0)

    def age_of_list(self, id_: str) -> float:
        """Of a list."""
        return self.age(f"lists/{id_}")


def clean(ledger: Ledger, account: Account) -> int:
    """Forget what nobody needs any more; once a day, whoever does it.

    Args:
        ledger: of purchases.
        account: of the run.

    Returns:
        How many objects were deleted.

    Raises:
        LedgerError: the ledger cannot be used.
    """
    if not ledger.begin_housekeeping(EVERY):
        return 0
    ages = ledger.ages()
    attempts = {
        key: attempt
        for key, attempt in ledger.attempts().attempts.items()
        if attempt.intent.account.is_same(account)
    }
    histories = ledger.histories(ledger.held_numbers())
    forgotten = to_forget(Kept(ages, attempts, histories, ledger.lists_of(account)), account)
    ledger.forget(forgotten)
    return len(forgotten)


def to_forget(kept: Kept, account: Account) -> list[str]:
    """The keys of what may be deleted, in the order in which that is safe: lowest first. Pure.

    Args:
        kept: what the ledger holds.
        account: of the run; what is of another account is not judged.
    """
    gone = _gone(kept)
    attempts = [key for key in kept.attempts if _may_forget(key, kept, gone)]
    keys = [key.step(j) for key in attempts for j in range(len(kept.attempts[key].steps) + 1)]
    needed = {
        attempt.intent.listed
        for attempt in kept.attempts.values()
        if is_open(attempt, kept.histories)
    }
    keys += [
        f"lists/{id_}"
        for id_ in kept.lists
        if id_ not in needed and kept.age_of_list(id_) > FORGET_LIST
    ]
    still_named = {
        step.number
        for key, attempt in kept.attempts.items()
        if key not in attempts
        for step in attempt.steps
        if isinstance(step, Take)
    }
    for number in sorted(gone - still_named):
        history = kept.histories[number]
        if _is_of(history, account):
            of_number = [number_key(number, at) for at in sorted(history.by_generation)]
            if all(kept.age(key) > FORGET_NUMBER for key in of_number):
                keys += of_number
    return keys


def _may_forget(key: AttemptKey, kept: Kept, gone: set[str]) -> bool:
    attempt = kept.attempts[key]
    age = min(kept.age(key.step(j)) for j in range(len(attempt.steps) + 1))
    match attempt.newest, outcome(attempt, kept.histories):
        case NotBought(), _:
            return age > FORGET_NOTHING_BOUGHT
        case Take(), "let go":
            return age > FORGET_TAKEN
        case Take(number), "held":
            # A number and the newest attempt of its owner stay together.
            return age > FORGET_TAKEN and number in gone and not _is_newest(key, kept)
    return False


def _is_newest(key: AttemptKey, kept: Kept) -> bool:
    return not any(
        other.stack == key.stack and other.owner == key.owner and other.k > key.k
        for other in kept.attempts
    )


def _gone(kept: Kept) -> set[str]:
    """The numbers that two lists of the account lack that are far enough apart."""
    by_age = sorted(kept.lists, key=kept.age_of_list)
    older = [id_ for id_ in by_age if kept.age_of_list(id_) - kept.age_of_list(by_age[0]) >= APART]
    if not older:
        return set()
    newest, old = by_age[0], older[0]
    return {
        number
        for number, history in kept.histories.items()
        if number not in kept.lists[newest] | kept.lists[old]
        and all(
            kept.age(number_key(number, at)) > kept.age_of_list(old) for at in history.by_generation
        )
    }


def _is_of(history: History, account: Account) -> bool:
    return all(holding.account.is_same(account) for holding in history.by_generation.values())

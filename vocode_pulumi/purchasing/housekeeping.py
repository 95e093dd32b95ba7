# SPDX-License-Identifier: Apache-2.0
"""Deleting objects that the ledger does not need any more. Open attempts are never deleted.

No decision depends on a deletion. Ages are differences of the store's own times. A number is gone if two
of the account's lists lack it, and these lists are at least a minute apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
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
    taken_numbers,
)

DAY = 86_400.0
KEEP_NOTHING_BOUGHT = 7 * DAY
"""For this many seconds an attempt that bought nothing is kept."""
KEEP_TAKEN = 30 * DAY
"""For this many seconds an attempt is kept whose number was let go or is gone."""
KEEP_LIST = 7 * DAY
"""For this many seconds a list is kept that no open attempt needs."""
KEEP_NUMBER = 7 * DAY
"""For this many seconds the objects of a number are kept that is gone."""
SECONDS_BETWEEN_LISTS = 60.0
"""At least this much time lies between the two lists that show that a number is gone."""
SECONDS_BETWEEN_HOUSEKEEPINGS = DAY


@dataclass(frozen=True)
class AccountInLedger:
    """What the ledger has of one account.

    Args:
        ages: the age of every object in seconds, by the object's key.
        attempts: the attempts of the account.
        histories: the histories of all numbers.
        lists: the lists of the account, by the id of the list.
    """

    ages: Mapping[str, float]
    attempts: Mapping[AttemptKey, Attempt]
    histories: Mapping[str, History]
    lists: Mapping[str, frozenset[str]]

    def age(self, key: str) -> float:
        """The age of an object in seconds; 0 for an object created after the ages were read."""
        return self.ages.get(key, 0)

    def age_of_list(self, id_: str) -> float:
        """The age of a list in seconds."""
        return self.age(f"lists/{id_}")


def clean(ledger: Ledger, account: Account) -> int:
    """Delete the objects that are not needed any more, at most once a day.

    Args:
        ledger: the ledger of purchases.
        account: the account of the run.

    Returns:
        How many objects were deleted.

    Raises:
        LedgerError: the ledger cannot be used.
    """
    if not ledger.begin_housekeeping(SECONDS_BETWEEN_HOUSEKEEPINGS):
        return 0
    ages = ledger.ages()
    attempts = {
        key: attempt
        for key, attempt in ledger.attempts().by_key.items()
        if attempt.intent.account.is_same(account)
    }
    histories = ledger.histories(ledger.numbers())
    deleted = keys_to_delete(
        AccountInLedger(ages, attempts, histories, ledger.lists_of(account)), account
    )
    for batch in batches(deleted):
        ledger.delete(batch)
    return len(deleted)


def keys_to_delete(kept: AccountInLedger, account: Account) -> list[str]:
    """The keys of the objects that may be deleted, in the order in which they have to be deleted. Pure.

    Args:
        kept: what the ledger has.
        account: the account of the run; objects of other accounts are never deleted.
    """
    gone = _gone(kept)
    attempts = [key for key in kept.attempts if _may_delete(key, kept, gone)]
    keys = [key.step(j) for key in attempts for j in range(len(kept.attempts[key].steps) + 1)]
    needed = {
        attempt.intent.list_id
        for attempt in kept.attempts.values()
        if is_open(attempt, kept.histories)
    }
    keys += [
        f"lists/{id_}"
        for id_ in kept.lists
        if id_ not in needed and kept.age_of_list(id_) > KEEP_LIST
    ]
    still_named = taken_numbers(
        attempt for key, attempt in kept.attempts.items() if key not in attempts
    )
    for number in sorted(gone - still_named):
        history = kept.histories[number]
        if _is_only_of(history, account):
            of_number = [number_key(number, at) for at in sorted(history.by_generation)]
            if all(kept.age(key) > KEEP_NUMBER for key in of_number):
                keys += of_number
    return keys


def batches(keys: Iterable[str]) -> list[list[str]]:
    """The keys that may be deleted at the same time, one batch after the other. Pure.

    Whatever is left of a batch when it is cut off, an attempt without its first object counts as deleted,
    and a number keeps its newest object.

    Args:
        keys: in the order of :func:`keys_to_delete`.
    """
    found: dict[tuple[str, int], list[str]] = {}
    places: Counter[str] = Counter()
    for key in keys:
        kind, series = key.partition("/")[0], key.rpartition("/")[0]
        # Lists do not depend on each other.
        found.setdefault((kind, places[series] if series != "lists" else 0), []).append(key)
        places[series] += 1
    return [found[kind, place] for kind, place in sorted(found)]


def _may_delete(key: AttemptKey, kept: AccountInLedger, gone: set[str]) -> bool:
    attempt = kept.attempts[key]
    age = min(kept.age(key.step(j)) for j in range(len(attempt.steps) + 1))
    match attempt.newest, outcome(attempt, kept.histories):
        case NotBought(), _:
            return age > KEEP_NOTHING_BOUGHT
        case Take(), "let go":
            return age > KEEP_TAKEN
        case Take(number), "held":
            # The newest attempt of an owner stays as long as the objects of its number.
            return age > KEEP_TAKEN and number in gone and not _is_newest(key, kept)
    return False


def _is_newest(key: AttemptKey, kept: AccountInLedger) -> bool:
    return not any(
        other.stack == key.stack and other.owner == key.owner and other.k > key.k
        for other in kept.attempts
    )


def _gone(kept: AccountInLedger) -> set[str]:
    """The numbers that are missing in two lists of the account that are far enough apart."""
    by_age = sorted(kept.lists, key=kept.age_of_list)
    older = [
        id_
        for id_ in by_age
        if kept.age_of_list(id_) - kept.age_of_list(by_age[0]) >= SECONDS_BETWEEN_LISTS
    ]
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


def _is_only_of(history: History, account: Account) -> bool:
    return all(holding.account.is_same(account) for holding in history.by_generation.values())

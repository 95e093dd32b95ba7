# SPDX-License-Identifier: Apache-2.0
"""What became of an attempt, which object of a number counts, and which accounts are one."""

import pytest

from tests.purchasing.pieces import ME, URL, WINDOW, owner
from vocode_pulumi.purchasing import objects
from vocode_pulumi.purchasing.objects import (
    UNKNOWN_NUMBER,
    Account,
    Ask,
    Attempt,
    AttemptKey,
    Cancelling,
    History,
    Holder,
    Holding,
    Intent,
    NotBought,
    Outcome,
    Released,
    Step,
    Take,
    is_open,
    number_key,
    outcome,
)

N = "14155550100"
MINE = Account(URL, ME, "key")
KEY = AttemptKey("stack", "owner", 1)
A = owner("a")


def attempt(*steps: Step, key: AttemptKey = KEY) -> Attempt:
    return Attempt(key, Intent(A, MINE, Ask(), "list", WINDOW), steps)


def held_by(key: AttemptKey | str | None) -> Holder:
    return Holder("claim", "bought", A, MINE, None if key is None else str(key))


def history(*holdings: Holding) -> History:
    return History(dict(enumerate(holdings)))


TAKE = Take(N, 0, guess=False)
OURS = held_by(KEY)
THEIRS = held_by(KEY.next())
GONE = Released(MINE)
CANCELLED = Cancelling("claim", A, MINE)


@pytest.mark.parametrize(
    ("steps", "holdings", "becomes"),
    [
        ([], [], "open"),
        ([], [OURS], "open"),
        ([NotBought()], [], "nothing"),
        ([NotBought()], [OURS], "nothing"),
        ([TAKE], [], "unheld"),
        ([TAKE], [OURS], "held"),
        ([TAKE], [THEIRS, OURS], "held"),
        ([TAKE], [THEIRS], "void"),
        ([TAKE], [held_by(None)], "void"),
        ([TAKE], [GONE], "void"),
        ([TAKE], [CANCELLED], "void"),
        ([TAKE], [OURS, GONE], "let go"),
        ([TAKE], [OURS, CANCELLED], "let go"),
        ([TAKE], [OURS, THEIRS], "let go"),
        ([TAKE], [OURS, GONE, OURS], "held"),
        ([Take(N, 1, guess=False)], [GONE], "unheld"),
        ([Take(N, 1, guess=False)], [], "unheld"),
        ([Take(N, 1, guess=False)], [GONE, GONE], "void"),
        ([Take(N, 1, guess=False)], [GONE, OURS], "held"),
        # The last step counts.
        ([TAKE, NotBought()], [OURS], "nothing"),
        ([Take("12125550100", 0, guess=True), TAKE], [OURS], "held"),
        ([TAKE, Take("12125550100", 0, guess=True)], [OURS], "unheld"),
    ],
    ids=str,
)
def test_what_became_of_an_attempt(
    steps: list[Step], holdings: list[Holding], becomes: Outcome
) -> None:
    histories = {N: history(*holdings)} if holdings else {}
    assert outcome(attempt(*steps), histories) == becomes
    assert is_open(attempt(*steps), histories) is (becomes in ("open", "void"))


def test_a_holder_names_an_attempt_by_all_of_its_key() -> None:
    for other in (
        KEY._replace(stack="stac"),
        KEY._replace(owner="owner2"),
        KEY._replace(k=11),
        KEY._replace(stack="stack/owner", owner="1"),
    ):
        assert outcome(attempt(TAKE), {N: history(held_by(other))}) == "void"
    assert outcome(attempt(TAKE), {N: history(held_by("stack/owner/1"))}) == "held"


# The objects of a number.


def test_a_number_that_the_ledger_does_not_know_has_no_history() -> None:
    for nothing in (UNKNOWN_NUMBER, History(), history()):
        assert not nothing
        assert nothing.newest is None
        assert nothing.next == 0
        assert nothing.claims == frozenset()


def test_the_highest_object_counts_also_where_housekeeping_took_the_lowest() -> None:
    some = History({4: CANCELLED, 3: OURS, 2: THEIRS})
    assert some
    assert some.newest == CANCELLED
    assert some.next == 5
    assert History({7: OURS}).newest == OURS
    assert History({7: OURS}).next == 8


def test_its_claims_are_those_of_all_that_ever_held_it() -> None:
    of = history(
        Holder("first", "bought", A, MINE),
        Cancelling("second", A, MINE),
        Holder("third", "adopted", A, MINE),
        Released(MINE),
    )
    assert of.claims == {"first", "third"}


# An attempt.


def test_the_newest_step_is_the_last_and_the_next_has_a_key_of_its_own() -> None:
    assert Attempt(KEY, attempt().intent) == attempt()
    assert attempt().newest is None
    assert attempt().next_step == "attempts/stack/owner/1/1"
    assert attempt(TAKE).newest == TAKE
    assert attempt(TAKE, NotBought()).newest == NotBought()
    assert attempt(TAKE, NotBought()).next_step == "attempts/stack/owner/1/3"


def test_keys_of_attempts_say_whose_they_are() -> None:
    assert str(KEY) == "stack/owner/1"
    assert KEY.step(0) == "attempts/stack/owner/1/0"
    assert KEY.step(2) == "attempts/stack/owner/1/2"
    assert KEY.of_owner == "attempts/stack/owner/"
    assert KEY.next() == AttemptKey("stack", "owner", 2)
    assert number_key(N, 3) == f"numbers/{N}/3"


def test_a_claim_is_like_no_other() -> None:
    claims = {objects.claim() for _ in range(100)}
    assert len(claims) == 100
    assert all(len(one) == 24 for one in claims)


# Accounts.


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Account(URL, "me", "key"), Account(URL, "me", "key"), True),
        (Account(URL, "me", "key"), Account(URL, "me", "new key"), True),
        (Account(URL, None, "key"), Account(URL, "me", "key"), True),
        (Account(URL, None, "key"), Account(URL, None, "key"), True),
        # Vocode says another id of the same key: the key is what a call is made with.
        (Account(URL, "you", "key"), Account(URL, "me", "key"), True),
        (Account(URL, "me", "key"), Account(URL, "you", "other key"), False),
        (Account(URL, None, "key"), Account(URL, None, "other key"), False),
        (Account(URL, None, "key"), Account(URL, "me", "other key"), False),
        (Account(URL, None, ""), Account(URL, None, ""), False),
        (Account(URL, "me", ""), Account(URL, "me", ""), True),
        (Account(URL, "me", ""), Account(URL, "you", ""), False),
        (Account(URL, "me", "key"), Account("http://else", "me", "key"), False),
    ],
    ids=str,
)
def test_accounts_are_one_if_the_id_or_the_key_says_so_at_one_address(
    one: Account, other: Account, same: bool
) -> None:
    assert one.is_same(other) is same
    assert other.is_same(one) is same


def test_an_account_is_named_by_its_id_where_that_is_known() -> None:
    assert str(Account(URL, "me", "key")) == f"me at {URL}"
    assert str(Account(URL, None, "key")) == f"of another key at {URL}"

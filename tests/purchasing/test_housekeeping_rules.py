# SPDX-License-Identifier: Apache-2.0
"""What may be forgotten, and in which order: the rules alone, without a store."""

from typing import Any

import pytest

from tests.purchasing.pieces import ME, URL, WINDOW, owner
from vocode_pulumi.purchasing import housekeeping
from vocode_pulumi.purchasing.housekeeping import DAY, AccountInLedger, keys_to_delete
from vocode_pulumi.purchasing.objects import (
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
    Released,
    Step,
    Take,
)

N = "14155550100"
MINE, THEIRS = Account(URL, ME, "key"), Account(URL, "somebody", "else")
A = owner("a")
KEY = AttemptKey("s", "o", 1)
TAKE = Take(N, 0, guess=False)
OURS = Holder("claim", "bought", A, MINE, str(KEY))
GONE = Released(MINE)
MINUTE = 60.0


def attempt(*steps: Step, key: AttemptKey = KEY, listed: str = "its list") -> Attempt:
    return Attempt(key, Intent(A, MINE, Ask(), listed, WINDOW), steps)


class Situation:
    """A ledger, made from what matters in it; what is not said is a year old."""

    def __init__(self, *attempts: Attempt, **more: Any) -> None:
        self.attempts = {one.key: one for one in attempts}
        self.numbers: dict[str, list[Holding]] = more.get("numbers", {})
        self.lists: dict[str, str] = more.get("lists", {})
        self.list_ages: dict[str, float] = more.get("list_ages", {})
        self.ages: dict[str, float] = more.get("ages", {})
        self.first: int = more.get("first", 0)

    def forgets(self, account: Account = MINE) -> list[str]:
        histories = {
            number: History(dict(enumerate(holdings, self.first)))
            for number, holdings in self.numbers.items()
        }
        old = {
            **{one.key.step(j): 365 * DAY for one in self.attempts.values() for j in range(9)},
            **{f"numbers/{number}/{at}": 365 * DAY for number in histories for at in range(9)},
            **{f"lists/{id_}": self.list_ages.get(id_, 0) for id_ in self.lists},
        }
        lists = {id_: frozenset(text.split()) for id_, text in self.lists.items()}
        return keys_to_delete(
            AccountInLedger(old | self.ages, self.attempts, histories, lists), account
        )


TWO_LISTS: dict[str, Any] = {
    "lists": {"new": "", "old": ""},
    "list_ages": {"new": 10.0, "old": 10 + MINUTE},
}
"""Two lists without a number, far enough apart and too young to be forgotten."""


def test_an_empty_ledger_forgets_nothing() -> None:
    assert Situation().forgets() == []


def test_the_times_are_those_that_the_docs_name() -> None:
    assert DAY == 24 * 60 * 60
    assert housekeeping.KEEP_NOTHING_BOUGHT == housekeeping.KEEP_LIST == 7 * DAY
    assert housekeeping.KEEP_NUMBER == 7 * DAY
    assert housekeeping.KEEP_TAKEN == 30 * DAY
    assert housekeeping.SECONDS_BETWEEN_LISTS == MINUTE
    assert housekeeping.SECONDS_BETWEEN_HOUSEKEEPINGS == DAY


# Attempts.


@pytest.mark.parametrize("steps", [[], [TAKE]], ids=["open", "void"])
def test_an_open_attempt_is_never_forgotten_nor_the_list_that_it_goes_by(steps: list[Step]) -> None:
    kept = Situation(
        attempt(*steps),
        numbers={N: [GONE]} if steps else {},
        lists={"its list": N, "another": N},
        list_ages={"its list": 365 * DAY, "another": 365 * DAY},
    )
    assert kept.forgets() == ["lists/another"]


@pytest.mark.parametrize("holding", [GONE, Holder("x", "bought", A, MINE, "another/attempt/1")])
def test_an_attempt_stays_open_when_the_number_is_gone_that_was_anothers(holding: Holding) -> None:
    kept = Situation(attempt(TAKE), attempt(key=KEY.next()), numbers={N: [holding]}, **TWO_LISTS)
    assert kept.forgets() == []


def test_a_take_without_a_holder_stays_until_somebody_completes_it() -> None:
    sold_again = Take(N, 1, guess=False)
    kept = Situation(attempt(sold_again), attempt(key=KEY.next()), numbers={N: [GONE]}, **TWO_LISTS)
    assert kept.forgets() == []


@pytest.mark.parametrize(("age", "forgotten"), [(7 * DAY, False), (7 * DAY + 1, True)])
@pytest.mark.parametrize("young", [0, 1])
def test_one_that_bought_nothing_is_forgotten_when_all_of_it_is_a_week_old(
    age: float, forgotten: bool, young: int
) -> None:
    one = Situation(attempt(NotBought()), ages={KEY.step(young): age})
    assert one.forgets() == ([KEY.step(0), KEY.step(1)] if forgotten else [])


def test_what_was_not_there_yet_when_the_ages_were_read_is_young() -> None:
    one = attempt(NotBought())
    for step in (0, 1):
        ages = {KEY.step(1 - step): 365 * DAY}
        assert keys_to_delete(AccountInLedger(ages, {KEY: one}, {}, {}), MINE) == []
    assert keys_to_delete(AccountInLedger({}, {}, {}, {"x": frozenset()}), MINE) == []
    histories = {N: History({0: OURS})}
    lists = {"new": frozenset[str](), "old": frozenset[str]()}
    ages = {"lists/new": 10.0, "lists/old": 100.0}
    assert keys_to_delete(AccountInLedger(ages, {}, histories, lists), MINE) == []
    for age, forgotten in ((59.5, []), (60.0, [f"numbers/{N}/0"])):
        ages = {"lists/old": age, f"numbers/{N}/0": 365 * DAY}
        assert keys_to_delete(AccountInLedger(ages, {}, histories, lists), MINE) == forgotten


def test_only_what_is_there_has_an_age_that_matters() -> None:
    one = attempt(NotBought())
    ages = {KEY.step(j): 365 * DAY for j in range(2)}
    assert keys_to_delete(AccountInLedger(ages, {KEY: one}, {}, {}), MINE) == [
        KEY.step(0),
        KEY.step(1),
    ]


@pytest.mark.parametrize(
    ("steps", "holdings", "numbers", "forgotten"),
    [
        # Its number is held and in service.
        ([TAKE], [OURS], N, False),
        ([TAKE], [OURS], "", True),
        ([TAKE], [OURS, GONE], N, True),
        ([TAKE], [OURS, Cancelling("claim", A, MINE)], N, True),
        ([TAKE], [OURS, Holder("x", "adopted", A, MINE)], N, True),
        # Its number has no holder yet: somebody will write one.
        ([TAKE], [], N, False),
        ([TAKE], [], "", False),
    ],
    ids=str,
)
def test_one_that_took_a_number_is_forgotten_when_that_was_let_go_or_is_gone(
    steps: list[Step], holdings: list[Holding], numbers: str, forgotten: bool
) -> None:
    one = Situation(
        # So that it is not its owner's newest.
        attempt(*steps),
        attempt(key=KEY.next()),
        numbers={N: holdings} if holdings else {},
        lists={"new": numbers, "old": numbers},
        list_ages=TWO_LISTS["list_ages"],
    )
    assert (KEY.step(0) in one.forgets()) is forgotten


@pytest.mark.parametrize(("age", "forgotten"), [(30 * DAY, False), (30 * DAY + 1, True)])
@pytest.mark.parametrize("young", [0, 1])
@pytest.mark.parametrize("holdings", [[OURS, GONE], [OURS]], ids=["let go", "gone"])
def test_that_takes_a_month_of_all_of_it(
    age: float, forgotten: bool, young: int, holdings: list[Holding]
) -> None:
    one = Situation(
        attempt(TAKE),
        attempt(key=KEY.next()),
        numbers={N: holdings},
        ages={KEY.step(young): age},
        **TWO_LISTS,
    )
    assert (KEY.step(0) in one.forgets()) is forgotten
    assert (KEY.step(1) in one.forgets()) is forgotten


def test_a_number_and_the_newest_attempt_that_its_newest_object_names_stay_together() -> None:
    newest = Situation(attempt(TAKE), numbers={N: [OURS]}, **TWO_LISTS)
    assert newest.forgets() == []
    for other in (
        KEY._replace(owner="other", k=2),
        KEY._replace(stack="other", k=2),
        KEY._replace(k=0),
    ):
        beside = Situation(attempt(TAKE), attempt(key=other), numbers={N: [OURS]}, **TWO_LISTS)
        assert beside.forgets() == [], other
    replaced = Situation(attempt(TAKE), attempt(key=KEY.next()), numbers={N: [OURS]}, **TWO_LISTS)
    assert replaced.forgets() == [KEY.step(0), KEY.step(1), f"numbers/{N}/0"]
    # Named, but not by the newest object.
    let_go = Situation(attempt(TAKE), numbers={N: [OURS, GONE]}, **TWO_LISTS)
    assert let_go.forgets() == [
        *(KEY.step(j) for j in range(2)),
        *(f"numbers/{N}/{at}" for at in range(2)),
    ]
    # Named, but by somebody else.
    theirs = Holder("x", "bought", A, MINE, str(KEY.next()))
    void = Situation(attempt(TAKE), numbers={N: [OURS, theirs]}, **TWO_LISTS)
    assert void.forgets()[:2] == [KEY.step(0), KEY.step(1)]


def test_every_step_of_an_attempt_goes_the_intent_first() -> None:
    steps: list[Step] = [
        Take("12125550100", 0, guess=True),
        Take("13055550100", 0, guess=True),
        NotBought(),
    ]
    one = Situation(attempt(*steps), numbers={"12125550100": [GONE], "13055550100": [GONE]})
    assert one.forgets() == [KEY.step(j) for j in range(4)]


# Lists.


@pytest.mark.parametrize(("age", "forgotten"), [(7 * DAY, False), (7 * DAY + 1, True)])
def test_a_list_is_forgotten_after_a_week(age: float, forgotten: bool) -> None:
    one = Situation(lists={"x": N, "y": N}, list_ages={"x": age, "y": 1.0})
    assert one.forgets() == (["lists/x"] if forgotten else [])


def test_a_list_of_what_is_decided_is_not_needed() -> None:
    for step, numbers in ((NotBought(), {}), (TAKE, {N: [OURS]}), (TAKE, {})):
        one = Situation(
            attempt(step),
            numbers=numbers,
            lists={"its list": N},
            list_ages={"its list": 365 * DAY},
            ages={KEY.step(0): 1.0},
        )
        assert one.forgets() == ["lists/its list"]


# Numbers.


def of_number(count: int) -> list[str]:
    return [f"numbers/{N}/{at}" for at in range(count)]


@pytest.mark.parametrize(
    ("lists", "ages", "forgotten"),
    [
        ({}, {}, False),
        ({"new": ""}, {"new": 10}, False),
        ({"new": "", "old": ""}, {"new": 10, "old": 69}, False),
        ({"new": "", "old": ""}, {"new": 10, "old": 70}, True),
        ({"new": "", "old": ""}, {"new": 10, "old": 71}, True),
        ({"new": N, "old": ""}, {"new": 10, "old": 100}, False),
        ({"new": "", "old": N}, {"new": 10, "old": 100}, False),
        # Of those that are old enough the youngest counts, and no other.
        ({"new": "", "close": N, "old": ""}, {"new": 10, "close": 20, "old": 100}, True),
        ({"new": "", "old": "", "older": N}, {"new": 10, "old": 100, "older": 200}, True),
        ({"new": "", "old": N, "older": ""}, {"new": 10, "old": 100, "older": 200}, False),
        ({"older": N, "old": "", "new": ""}, {"new": 10, "old": 100, "older": 200}, True),
        ({"new": "12125550100", "old": "12125550100"}, {"new": 10, "old": 100}, True),
    ],
    ids=str,
)
def test_a_number_is_gone_that_two_lists_lack_which_are_a_minute_apart(
    lists: dict[str, str], ages: dict[str, float], forgotten: bool
) -> None:
    one = Situation(numbers={N: [GONE]}, lists=lists, list_ages=ages)
    assert one.forgets() == (of_number(1) if forgotten else [])


@pytest.mark.parametrize(("age", "forgotten"), [(7 * DAY, False), (7 * DAY + 1, True)])
@pytest.mark.parametrize("young", [0, 1])
def test_a_number_that_is_gone_is_forgotten_when_all_of_it_is_a_week_old(
    age: float, forgotten: bool, young: int
) -> None:
    one = Situation(numbers={N: [OURS, GONE]}, ages={f"numbers/{N}/{young}": age}, **TWO_LISTS)
    assert one.forgets() == (of_number(2) if forgotten else [])


@pytest.mark.parametrize(("age", "forgotten"), [(9 * DAY, False), (9 * DAY + 1, True)])
@pytest.mark.parametrize("young", [0, 1])
def test_what_was_written_after_the_older_list_is_not_missing_in_it(
    age: float, forgotten: bool, young: int
) -> None:
    one = Situation(
        numbers={N: [OURS, GONE]},
        lists={"new": "", "old": ""},
        list_ages={"new": 9 * DAY - MINUTE, "old": 9 * DAY},
        ages={f"numbers/{N}/{young}": age},
    )
    assert (of_number(2)[0] in one.forgets()) is forgotten
    assert one.forgets()[:2] == ["lists/new", "lists/old"]


def test_a_number_that_an_attempt_names_stays_as_long_as_that() -> None:
    for steps in ([TAKE], [TAKE, NotBought()], [NotBought(), TAKE]):
        one = Situation(
            attempt(*steps),
            attempt(key=KEY.next()),
            numbers={N: [OURS, GONE]},
            ages={KEY.step(0): 1.0},
            **TWO_LISTS,
        )
        assert one.forgets() == []
    other = Take("12125550100", 0, guess=False)
    one = Situation(attempt(other), numbers={N: [GONE]}, **TWO_LISTS)
    assert one.forgets() == of_number(1)


def test_a_number_of_another_account_is_not_judged() -> None:
    for holdings in (
        [Released(THEIRS)],
        [GONE, Released(THEIRS)],
        [Released(THEIRS), GONE],
    ):
        assert Situation(numbers={N: holdings}, **TWO_LISTS).forgets() == []
    assert Situation(numbers={N: [GONE]}, **TWO_LISTS).forgets(THEIRS) == []
    same = Account(URL, ME, "new key")
    assert Situation(numbers={N: [GONE]}, **TWO_LISTS).forgets(same) == of_number(1)


def test_its_objects_go_the_lowest_first_and_numbers_in_their_order() -> None:
    one = Situation(
        numbers={"2": [GONE] * 3, "1": [GONE]},
        ages={f"numbers/{number}/{at}": 365 * DAY for number in "12" for at in range(9)},
        **TWO_LISTS,
    )
    assert one.forgets() == ["numbers/1/0", *(f"numbers/2/{at}" for at in range(3))]
    gone: list[Holding] = [GONE]
    many = dict.fromkeys(map(str, range(1000, 1020)), gone)
    assert Situation(numbers=many, **TWO_LISTS).forgets() == [f"numbers/{one}/0" for one in many]
    backwards = History(dict.fromkeys((2, 1, 0), GONE))
    ages = {f"numbers/{N}/{at}": 365 * DAY for at in range(3)} | {"lists/old": MINUTE}
    lists = {"new": frozenset[str](), "old": frozenset[str]()}
    assert keys_to_delete(AccountInLedger(ages, {}, {N: backwards}, lists), MINE) == of_number(3)
    rest = Situation(numbers={N: [GONE] * 2}, first=3, **TWO_LISTS)
    assert rest.forgets() == [f"numbers/{N}/3", f"numbers/{N}/4"]


def test_attempts_go_before_lists_and_those_before_numbers() -> None:
    one = Situation(
        attempt(NotBought()),
        numbers={N: [GONE]},
        lists={"new": "", "old": "", "oldest": ""},
        list_ages={"new": 10.0, "old": 100.0, "oldest": 365 * DAY},
    )
    assert one.forgets() == [KEY.step(0), KEY.step(1), "lists/oldest", *of_number(1)]

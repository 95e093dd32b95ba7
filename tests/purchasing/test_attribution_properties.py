# SPDX-License-Identifier: Apache-2.0
"""The rule that says whose a number is, over pictures that nobody thought of."""

from dataclasses import replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.purchasing.pieces import ME, URL, WINDOW, keyring, owner
from vocode_pulumi.purchasing import attribution
from vocode_pulumi.purchasing.attribution import (
    Decided,
    FinishTake,
    Give,
    Nothing,
    Picture,
    TooMany,
    Wait,
    candidates_of,
    decide,
)
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    Attempt,
    AttemptKey,
    History,
    Holder,
    Holding,
    Intent,
    NotBought,
    Released,
    Step,
    Take,
    is_open,
)

KEYS = keyring()
MINE = Account(URL, ME, KEYS.mark)
NUMBERS = [f"1{area}5550{at}" for area in ("212", "415") for at in range(100, 103)]
ASKS = [
    Ask(**traits, whole=KEYS.fingerprint(traits or None))
    for traits in (
        {},
        {"area_code": "415"},
        {"area_code": "212"},
        {"area_code": "415", "telephony_provider": "twilio"},
        {"telephony_provider": "vonage"},
    )
]
STEPS = st.lists(
    st.one_of(
        st.just(NotBought()),
        st.builds(Take, st.sampled_from(NUMBERS), st.integers(0, 1), st.booleans()),
    ),
    max_size=2,
)


@st.composite
def pictures(draw: st.DrawFn, *, steps: st.SearchStrategy[list[Step]] = STEPS) -> Picture:
    attempts = {}
    for name in "abcde"[: draw(st.integers(1, 5))]:
        key = AttemptKey(name, "owner", 1)
        intent = Intent(owner(name), MINE, draw(st.sampled_from(ASKS)), "list", WINDOW)
        attempts[key] = Attempt(key, intent, tuple(draw(steps)))
    keys = [*attempts]
    listed = {
        number: {
            "number": number,
            "telephony_provider": draw(st.sampled_from(["vonage", "vonage", "twilio"])),
        }
        for number in draw(st.sets(st.sampled_from(NUMBERS)))
    }
    holders: list[Holding] = [
        Released(MINE),
        *(Holder("claim", "bought", owner("x"), MINE, str(key)) for key in keys),
    ]
    histories = {
        number: History({0: draw(st.sampled_from(holders))})
        for number in draw(st.sets(st.sampled_from(NUMBERS), max_size=2))
    }
    some = st.sets(st.sampled_from(keys))
    subsets = st.frozensets(st.sampled_from(NUMBERS), max_size=2)
    return Picture(
        listed=listed,
        attempts=attempts,
        attempts_at_list=draw(st.one_of(st.just({*keys}), some)),
        histories=histories,
        before={key: draw(st.one_of(st.just(frozenset[str]()), subsets)) for key in keys},
        past_window=draw(st.one_of(st.just({*keys}), some)),
    )


def of_open(picture: Picture) -> dict[AttemptKey, Any]:
    """What each attempt that may still have bought something decides, of those that were seen."""
    return {
        key: decide(key, picture, KEYS)
        for key, attempt in picture.attempts.items()
        if is_open(attempt, picture.histories) and key in picture.attempts_at_list
    }


@settings(deadline=None, derandomize=True)
@given(pictures())
def test_no_number_is_given_to_two_and_all_who_look_agree(picture: Picture) -> None:
    given_to: dict[str, AttemptKey] = {}
    given_of: dict[AttemptKey, str] = {}
    for decision in of_open(picture).values():
        if isinstance(decision, Give):
            key, number = decision.attempt.key, decision.number
            assert given_to.setdefault(number, key) == key
            assert given_of.setdefault(key, number) == number


@settings(deadline=None, derandomize=True)
@given(pictures())
def test_what_is_given_is_a_candidate_of_whom_it_is_given_to_and_listed(picture: Picture) -> None:
    for own, decision in of_open(picture).items():
        if isinstance(decision, Give):
            attempt = decision.attempt
            assert decision.number in candidates_of(attempt, picture, KEYS)
            assert decision.number in picture.listed
            assert decision.number not in picture.histories
            assert is_open(attempt, picture.histories)
            # Before all is over only one's own is given, where all are alike.
            assert attempt.key == own or {own, attempt.key} <= picture.past_window


@settings(deadline=None, derandomize=True)
@given(pictures())
def test_it_is_never_nothing_while_a_number_fits_or_before_all_of_a_kind_are_over(
    picture: Picture,
) -> None:
    for own, decision in of_open(picture).items():
        if isinstance(decision, Nothing):
            mine = picture.attempts[own]
            assert not candidates_of(mine, picture, KEYS)
            for other in picture.attempts.values():
                if attribution.overlap(mine.intent.ask, other.intent.ask, KEYS):
                    is_done = not is_open(other, picture.histories)
                    assert (
                        other.key in picture.past_window
                        or other.key not in picture.attempts_at_list
                        or is_done
                    )


@settings(deadline=None, derandomize=True)
@given(pictures())
def test_who_is_not_open_is_told_so_and_nobody_else(picture: Picture) -> None:
    for key, attempt in picture.attempts.items():
        is_decided = isinstance(decide(key, picture, KEYS), Decided)
        assert is_decided is not is_open(attempt, picture.histories)


@settings(deadline=None, derandomize=True)
@given(pictures(), st.sampled_from(NUMBERS))
def test_what_the_ledger_knows_or_was_there_before_is_given_to_nobody(
    picture: Picture, number: str
) -> None:
    known = replace(picture, histories={**picture.histories, number: History({0: Released(MINE)})})
    there = replace(picture, before={key: {*of, number} for key, of in picture.before.items()})
    for changed in (known, there):
        for decision in of_open(changed).values():
            assert not isinstance(decision, Give) or decision.number != number
            assert not isinstance(decision, TooMany) or number not in decision.numbers


@settings(deadline=None, derandomize=True)
@given(pictures(), st.permutations("abcde"))
def test_the_order_in_which_things_were_read_makes_no_difference(
    picture: Picture, order: list[str]
) -> None:
    by_order = sorted(picture.attempts, key=lambda key: order.index(key.stack))
    shuffled = replace(
        picture,
        attempts={key: picture.attempts[key] for key in by_order},
        listed=dict(reversed([*picture.listed.items()])),
    )
    for key, decision in of_open(picture).items():
        other = decide(key, shuffled, KEYS)
        if not isinstance(decision, FinishTake):
            assert other == decision
        else:
            assert isinstance(other, FinishTake)


@settings(deadline=None, derandomize=True)
@given(pictures(steps=st.just([])), st.randoms(use_true_random=False))
def test_whoever_acts_first_every_number_is_somebodys_in_the_end(
    picture: Picture, random: Any
) -> None:
    picture = replace(
        picture, past_window={*picture.attempts}, attempts_at_list={*picture.attempts}, histories={}
    )
    there = {*picture.listed} - set().union(*picture.before.values())
    while waiting := of_open(picture):
        own, decision = random.choice([*waiting.items()])
        assume(not isinstance(decision, TooMany))
        match decision:
            case Give(to, number):
                picture = stepped(picture, to, Take(number, 0, guess=True))
                holder = Holder("claim", "bought", to.intent.owner, MINE, str(to.key))
                known = {**picture.histories, number: History({0: holder})}
                picture = replace(picture, histories=known)
            case Nothing():
                picture = stepped(picture, picture.attempts[own], NotBought())
            case Wait() | FinishTake():
                raise AssertionError(decision)
    # No purchase was taken for nothing while a number was left that fits it.
    for number in there - picture.histories.keys():
        for attempt in picture.attempts.values():
            assert not attribution.fits(number, picture.listed[number], attempt.intent.ask, KEYS)


def stepped(picture: Picture, attempt: Attempt, step: Step) -> Picture:
    done = replace(attempt, steps=(*attempt.steps, step))
    return replace(picture, attempts={**picture.attempts, attempt.key: done})


KEY_LISTS = [AttemptKey(name, "owner", 1) for name in "abcd"]


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(NUMBERS), unique=True, max_size=4).map(sorted),
    st.lists(st.frozensets(st.sampled_from(NUMBERS)), min_size=4, max_size=4),
)
def test_a_matching_gives_every_number_once_and_only_where_it_fits(
    numbers: list[str], fitting: list[frozenset[str]]
) -> None:
    candidates = dict(zip(KEY_LISTS, fitting, strict=True))
    assume(attribution._all_can_be_given(numbers, KEY_LISTS, candidates))
    found = attribution._numbers_by_attempt(numbers, KEY_LISTS, candidates)
    assert sorted(found.values()) == numbers
    for key, number in found.items():
        assert number in candidates[key]


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(NUMBERS), unique=True, max_size=4),
    st.lists(st.frozensets(st.sampled_from(NUMBERS)), min_size=4, max_size=4),
)
def test_every_number_can_have_its_own_exactly_if_trying_all_ways_finds_one(
    numbers: list[str], fitting: list[frozenset[str]]
) -> None:
    candidates = dict(zip(KEY_LISTS, fitting, strict=True))

    def tried(left: list[str], free: list[AttemptKey]) -> bool:
        if not left:
            return True
        return any(
            left[0] in candidates[key] and tried(left[1:], [one for one in free if one != key])
            for key in free
        )

    found = attribution._all_can_be_given(numbers, KEY_LISTS, candidates)
    assert found is tried(numbers, KEY_LISTS)

# SPDX-License-Identifier: Apache-2.0
"""Lists of any length, and such as change while they are read, page by page."""

import math
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocode_pulumi.api import listing
from vocode_pulumi.api.answers import Page
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import UnreadableAnswer
from vocode_pulumi.settings import Settings

Change = tuple[float, bool]
"""Where in a list, as a part of it, and whether something is removed there or put there."""


class Account:
    """Stands where HTTP does: a list, and what becomes of it after each page."""

    def __init__(self, count: int, changes: list[list[Change]], most: int) -> None:
        self.ids = [f"there-{at}" for at in range(count)]
        self.kept = {*self.ids}
        self.changes = changes
        self.most = most
        self.asked = 0

    def page(self, _path: str, page: int, size: int, _repeat: str) -> Page:
        size = min(size, self.most)
        answer = Page([{"id": one} for one in self.ids[(page - 1) * size : page * size]], False)
        answer = answer._replace(has_more=page * size < len(self.ids))
        for place, removes in self.changes[self.asked] if self.asked < len(self.changes) else []:
            at = int(place * len(self.ids))
            if removes:
                self.kept -= {*self.ids[at : at + 1]}
                del self.ids[at : at + 1]
            else:
                self.ids.insert(at, f"new-{self.asked}-{len(self.ids)}")
        self.asked += 1
        return answer


def found(account: Account) -> list[str]:
    client = Client(Settings(api_key="k", base_url="http://127.0.0.1:1"))
    client._opened = cast(Any, account)
    return [one["id"] for one in client.list("/v1/numbers/list")]


CHANGES = st.lists(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=3), max_size=8)


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 450), CHANGES, st.sampled_from([100, 60, 17, 10, 3]))
def test_what_stays_in_a_list_that_changes_meanwhile_is_found_once(
    count: int, changes: list[list[Change]], most: int
) -> None:
    # Of pages that small, no two have an item in common at every place.
    account = Account(count, changes if most > 10 else [], most)
    ids = found(account)
    assert account.kept <= {*ids}
    assert len(ids) == len({*ids})


@settings(deadline=None, derandomize=True, max_examples=25)
@given(
    st.integers(9_000, 25_000),
    st.dictionaries(st.integers(0, 250), st.lists(st.tuples(st.floats(0, 1), st.booleans()))),
)
def test_what_stays_in_a_long_list_that_changes_meanwhile_is_found_once(
    count: int, changes: dict[int, list[Change]]
) -> None:
    account = Account(count, [changes.get(at, []) for at in range(251)], most=100)
    ids = found(account)
    assert account.kept <= {*ids}
    assert len(ids) == len({*ids})


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 198, 199, 250, 910, 911, 1000, 1089])
def test_a_list_that_stays_as_it_is_costs_one_call_more_at_the_most(count: int) -> None:
    account = Account(count, [], most=100)
    assert found(account) == [f"there-{at}" for at in range(count)]
    assert account.asked <= 1 + math.ceil(count / 100)
    assert count not in (1, 99, 100, 101, 198, 250) or account.asked == math.ceil(count / 100)


@pytest.mark.parametrize("count", [*range(1_090, 9_900, 977), 9_900, 9_901, 25_000, 250_000])
def test_a_list_of_any_length_is_read_in_less_than_twice_its_pages(count: int) -> None:
    account = Account(count, [], most=100)
    assert found(account) == [f"there-{at}" for at in range(count)]
    assert account.asked <= 1.2 * math.ceil(count / 100)


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_what_others_do_meanwhile_does_not_double_the_calls(place: float) -> None:
    busy: list[list[Change]] = [[(place, True)] * 5, [(place, False)] * 3] * 250
    account = Account(25_000, busy, most=100)
    assert account.kept & {*found(account)} == account.kept
    assert account.asked <= 500


def test_one_removal_costs_no_second_reading() -> None:
    account = Account(25_000, [[]] * 200 + [[(0.0, True)]], most=100)
    assert account.kept <= {*found(account)}
    assert account.asked <= 1.4 * 250


def test_what_is_removed_at_once_moves_all_the_rest_and_hides_nothing() -> None:
    account = Account(25_000, [[]] * 150 + [[(0.0, True)] * 9_000], most=100)
    assert account.kept <= {*found(account)}
    assert account.asked <= 500


@pytest.mark.parametrize("count", [100, 101, 198, 294, 12_000])
@pytest.mark.parametrize("size", [7, 100, 250])
def test_pages_of_one_size_whatever_is_asked_for_are_read_as_they_are(
    count: int, size: int
) -> None:
    class Stubborn(Account):
        def page(self, path: str, page: int, _size: int, repeat: str) -> Page:
            return super().page(path, page, size, repeat)

    account = Stubborn(count, [], most=size)
    assert len(found(account)) == count
    assert account.asked <= 3 + math.ceil(count / size)


@pytest.mark.parametrize("count", [1, 99, 100, 101, 198, 294, 1000, 12_345])
def test_a_list_that_ends_with_an_empty_page_ends_there(count: int) -> None:
    class Late(Account):
        def page(self, path: str, page: int, size: int, repeat: str) -> Page:
            answer = super().page(path, page, size, repeat)
            return answer._replace(has_more=bool(answer.items))

    assert len(found(Late(count, [], most=100))) == count


def test_a_list_that_always_says_that_there_is_more_ends_where_nothing_is() -> None:
    class Eager(Account):
        def page(self, path: str, page: int, size: int, repeat: str) -> Page:
            return super().page(path, page, size, repeat)._replace(has_more=True)

    for count in (0, 1, 100, 250):
        assert len(found(Eager(count, [], most=100))) == count


def test_a_list_of_which_much_is_removed_meanwhile_is_read_with_more_in_common() -> None:
    account = Account(450, [[(0.0, True)] * 9] * 99, most=100)
    assert account.kept & {*found(account)} == account.kept


@pytest.mark.parametrize("most", [1, 2, 3, 10, 50, 99])
def test_pages_that_vocode_makes_smaller_are_understood(most: int) -> None:
    account = Account(2_600, [], most)
    assert found(account) == [f"there-{at}" for at in range(2_600)]
    assert account.asked <= 2 * math.ceil(2_600 / most)


def test_a_list_that_never_stands_still_is_an_error() -> None:
    restless: list[Change] = [(0.0, True), (1.0, False)] * 99
    account = Account(4500, [restless] * 999, most=100)
    with pytest.raises(UnreadableAnswer, match="pages that do not fit together, 21 times"):
        found(account)


@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize("honours_size", [True, False])
def test_a_list_that_repeats_itself_without_an_end_is_an_error(
    count: int, honours_size: bool
) -> None:
    class Endless(Account):
        def page(self, path: str, _page: int, size: int, repeat: str) -> Page:
            items = super().page(path, 1, 100, repeat).items
            return Page(items[:size] if honours_size else items, True)

    account = Endless(count, [], most=100)
    with pytest.raises(UnreadableAnswer, match="do not fit together"):
        found(account)
    assert account.asked < 30


@pytest.mark.parametrize("honours_size", [True, False])
def test_a_list_that_goes_on_and_on_is_an_error(
    monkeypatch: pytest.MonkeyPatch, honours_size: bool
) -> None:
    class Growing(Account):
        def page(self, _path: str, page: int, size: int, _repeat: str) -> Page:
            size = size if honours_size else 70
            self.asked += 1
            return Page([{"id": str(at)} for at in range((page - 1) * size, page * size)], True)

    monkeypatch.setattr(listing, "MAX_ITEMS", 12_000)
    account = Growing(0, [], most=100)
    with pytest.raises(UnreadableAnswer, match="more than 12000 items"):
        found(account)
    assert account.asked < 200

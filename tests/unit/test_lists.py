# SPDX-License-Identifier: Apache-2.0
"""Lists that change while they are read, page by page."""

import math
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.errors import UnreadableAnswer
from vocode_pulumi.models import Page

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
@given(st.integers(0, 450), CHANGES)
def test_what_stays_in_a_list_that_changes_meanwhile_is_found_once(
    count: int, changes: list[list[Change]]
) -> None:
    account = Account(count, changes, most=100)
    ids = found(account)
    assert account.kept <= {*ids}
    assert len(ids) == len({*ids})


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 198, 199, 250, 910, 911, 1000, 1089])
def test_a_list_that_stays_as_it_is_costs_one_call_more_at_the_most(count: int) -> None:
    account = Account(count, [], most=100)
    assert found(account) == [f"there-{at}" for at in range(count)]
    assert account.asked <= 1 + math.ceil(count / 100)
    assert count not in (1, 99, 100, 101, 198, 250) or account.asked == math.ceil(count / 100)


@pytest.mark.parametrize("count", [100, 101, 198, 294])
def test_pages_of_one_size_whatever_is_asked_for_are_read_as_they_are(count: int) -> None:
    class Stubborn(Account):
        def page(self, path: str, page: int, _size: int, repeat: str) -> Page:
            return super().page(path, page, 100, repeat)

    account = Stubborn(count, [], most=100)
    assert len(found(account)) == count
    assert account.asked <= 3 + math.ceil(count / 100)


@pytest.mark.parametrize("count", [1, 99, 100, 101, 198, 294, 1000])
def test_a_list_that_ends_with_an_empty_page_ends_there(count: int) -> None:
    class Late(Account):
        def page(self, path: str, page: int, size: int, repeat: str) -> Page:
            answer = super().page(path, page, size, repeat)
            return answer._replace(has_more=bool(answer.items))

    assert len(found(Late(count, [], most=100))) == count


def test_a_list_of_which_much_is_removed_meanwhile_is_read_with_more_in_common() -> None:
    account = Account(450, [[(0.0, True)] * 9] * 99, most=100)
    assert account.kept & {*found(account)} == account.kept


@pytest.mark.parametrize("most", [1, 10, 99])
def test_pages_that_vocode_makes_smaller_are_read_as_they_are(most: int) -> None:
    account = Account(250, [], most)
    assert len(found(account)) == 250
    assert account.asked == math.ceil(250 / most)


def test_a_list_that_never_stands_still_is_an_error() -> None:
    account = Account(4500, [[(0.0, True)] * 99] * 99, most=100)
    with pytest.raises(UnreadableAnswer, match="pages that do not fit together, 5 times"):
        found(account)


def test_a_list_without_an_end_is_an_error() -> None:
    class Endless(Account):
        def page(self, path: str, page: int, size: int, repeat: str) -> Page:
            first = super().page(path, 1, 100, repeat)
            return Page(first.items[:size], True)

    account = Endless(300, [], most=100)
    with pytest.raises(UnreadableAnswer):
        found(account)
    assert account.asked == 15
    assert found(Endless(3, [], most=100)) == ["there-0", "there-1", "there-2"]

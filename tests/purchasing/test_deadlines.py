# SPDX-License-Identifier: Apache-2.0
"""How long a purchase may still take effect: figures, and which side of each the last moment is on."""

import pytest

from vocode_pulumi.purchasing import deadlines
from vocode_pulumi.purchasing.deadlines import PurchaseWindow


def test_with_the_default_settings_a_lost_purchase_is_over_after_90_seconds() -> None:
    window = PurchaseWindow.of(connect_timeout=5, read_timeout=40, settle_seconds=10)
    assert window == PurchaseWindow(sending=10, effect=70, settling=10)
    assert window.whole == 90


def test_each_setting_has_its_part_in_it() -> None:
    assert PurchaseWindow.of(0, 0, 0) == PurchaseWindow(5, 25, 0)
    assert PurchaseWindow.of(1, 0, 0) == PurchaseWindow(6, 26, 0)
    assert PurchaseWindow.of(0, 2, 0) == PurchaseWindow(5, 27, 0)
    assert PurchaseWindow.of(0, 0, 4) == PurchaseWindow(5, 25, 4)
    assert PurchaseWindow(1, 20, 300).whole == 321


def test_no_purchase_is_over_before_the_time_that_no_setting_shortens() -> None:
    assert deadlines.shortest_window() == 30
    assert PurchaseWindow.of(0, 0, 0).whole == deadlines.shortest_window()


@pytest.mark.parametrize(
    ("now", "may"), [(100, True), (104.9, True), (105, True), (105.1, False), (1000, False)]
)
def test_a_request_is_not_begun_when_its_intent_is_older_than_five_seconds(
    now: float, may: bool
) -> None:
    assert deadlines.may_begin_to_send(100, now) is may


@pytest.mark.parametrize(("now", "so"), [(100, True), (105.9, True), (106, False), (107, False)])
def test_what_a_process_knows_of_its_own_request_counts_for_less_than_the_window(
    now: float, so: bool
) -> None:
    assert deadlines.may_record_outcome(100, now, PurchaseWindow(1, 2, 3)) is so


@pytest.mark.parametrize("larger", ["the attempt's", "this process's"])
@pytest.mark.parametrize(("now", "known"), [(100, False), (105.9, False), (106, True), (107, True)])
def test_an_attempt_is_known_for_long_enough_when_the_larger_window_has_passed(
    larger: str, now: float, known: bool
) -> None:
    one, other = PurchaseWindow(1, 2, 3), PurchaseWindow(0, 0, 0)
    own, mine = (one, other) if larger == "the attempt's" else (other, one)
    assert deadlines.is_known_long_enough(100, now, own, mine) is known


def test_who_sent_stops_to_count_before_anybody_else_takes_the_purchase_for_over() -> None:
    window = PurchaseWindow.of(5, 40, 10)
    # Somebody else sees an intent when it is there, and that is after it was begun.
    seen = begun = 100.0
    for now in (begun, begun + window.whole - 0.01, begun + window.whole, begun + 1000):
        assert not (
            deadlines.may_record_outcome(begun, now, window)
            and deadlines.is_known_long_enough(seen, now, window, window)
        )

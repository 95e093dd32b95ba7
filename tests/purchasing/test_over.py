# SPDX-License-Identifier: Apache-2.0
"""How long a purchase may still take effect: figures, and which side of each the last moment is on."""

import pytest

from vocode_pulumi.purchasing import over
from vocode_pulumi.purchasing.over import Window


def test_with_the_default_settings_a_lost_purchase_is_over_after_90_seconds() -> None:
    window = Window.of(connect_timeout=5, read_timeout=40, settle_seconds=10)
    assert window == Window(sending=10, effect=70, settling=10)
    assert window.whole == 90


def test_each_setting_has_its_part_in_it() -> None:
    assert Window.of(0, 0, 0) == Window(5, 25, 0)
    assert Window.of(1, 0, 0) == Window(6, 26, 0)
    assert Window.of(0, 2, 0) == Window(5, 27, 0)
    assert Window.of(0, 0, 4) == Window(5, 25, 4)
    assert Window(1, 20, 300).whole == 321


def test_no_purchase_is_over_before_the_time_that_no_setting_shortens() -> None:
    assert over.least() == 30
    assert Window.of(0, 0, 0).whole == over.least()


@pytest.mark.parametrize(
    ("now", "may"), [(100, True), (104.9, True), (105, True), (105.1, False), (1000, False)]
)
def test_a_request_is_not_begun_when_its_intent_is_older_than_five_seconds(
    now: float, may: bool
) -> None:
    assert over.may_begin_to_send(100, now) is may


@pytest.mark.parametrize(("now", "so"), [(100, True), (105.9, True), (106, False), (107, False)])
def test_what_a_process_knows_of_its_own_request_counts_for_less_than_the_window(
    now: float, so: bool
) -> None:
    assert over.counts(100, now, Window(1, 2, 3)) is so


@pytest.mark.parametrize("larger", ["the attempt's", "this process's"])
@pytest.mark.parametrize(("now", "known"), [(100, False), (105.9, False), (106, True), (107, True)])
def test_an_attempt_is_known_for_long_enough_when_the_larger_window_has_passed(
    larger: str, now: float, known: bool
) -> None:
    one, other = Window(1, 2, 3), Window(0, 0, 0)
    own, mine = (one, other) if larger == "the attempt's" else (other, one)
    assert over.is_known_for(100, now, own, mine) is known


def test_who_sent_stops_to_count_before_anybody_else_takes_the_purchase_for_over() -> None:
    window = Window.of(5, 40, 10)
    # Somebody else sees an intent when it is there, and that is after it was begun.
    seen = begun = 100.0
    for now in (begun, begun + window.whole - 0.01, begun + window.whole, begun + 1000):
        assert not (
            over.counts(begun, now, window) and over.is_known_for(seen, now, window, window)
        )

# SPDX-License-Identifier: Apache-2.0
import sys
import time

import pytest

from vocode_pulumi import clock


def test_it_never_goes_back() -> None:
    times = [clock.now() for _ in range(100)]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("platform", "counts_sleep"), [("linux", "CLOCK_BOOTTIME"), ("darwin", "CLOCK_MONOTONIC")]
)
def test_it_is_one_that_counts_sleep_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, platform: str, counts_sleep: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", "CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr(time, "CLOCK_MONOTONIC", "CLOCK_MONOTONIC")
    monkeypatch.setattr(time, "clock_gettime", {counts_sleep: 7.0}.__getitem__)
    assert clock.now() == 7


def test_elsewhere_it_is_one_that_never_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)
    assert clock.now() == 7

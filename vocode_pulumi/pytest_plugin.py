# SPDX-License-Identifier: Apache-2.0
"""What pytest loads in every run; without :class:`vocode_pulumi.testing.VocodeMocks` it does nothing.

A constructor raises what a preview refuses. What an ``apply`` declares after the last constructor is
left to an event loop that a plain test never runs, so that it is looked at when the test has ended.
"""

import sys

import pytest


@pytest.hookimpl(trylast=True)
def pytest_runtest_call() -> None:
    """After a test that has passed: wait for what it declared, and fail it if that is refused."""
    # Who has not loaded the mocks does not wait for them here.
    mocks = sys.modules.get("vocode_pulumi.testing.mocks")
    if mocks is not None:
        mocks.raise_what_is_left()

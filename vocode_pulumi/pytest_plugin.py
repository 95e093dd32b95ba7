# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin. It does nothing in a test without :class:`vocode_pulumi.testing.VocodeMocks`.

With the mocks, a constructor raises the errors of a preview. But an ``apply`` may declare resources after
the last constructor, in an event loop that a plain test never runs. This plugin waits for them at the end
of the test.
"""

import sys

import pytest


@pytest.hookimpl(trylast=True)
def pytest_runtest_call() -> None:
    """After a test: wait for the resources that it declared; fail it if a preview would refuse them."""
    # A test run that has not imported the mocks does not import them here.
    mocks = sys.modules.get("vocode_pulumi.testing.mocks")
    if mocks is not None:
        mocks.finish_test()

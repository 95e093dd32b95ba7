# SPDX-License-Identifier: Apache-2.0
"""Unit tests of programs, without an engine, a network, an account or a key.

The resources' real providers check and create everything in an account in memory. So a test fails with
the errors that a preview would show.

:class:`StoreContract` is for somebody who keeps the ledger in a store of their own.

Facts: https://www.pulumi.com/docs/iac/guides/testing/unit/.
"""

from vocode_pulumi.testing.mocks import VocodeMocks
from vocode_pulumi.testing.programs import Declared, Resource, run
from vocode_pulumi.testing.refusals import ProgramRefused
from vocode_pulumi.testing.stores import StoreContract
from vocode_pulumi.testing.values import HIDDEN

__all__ = [
    "HIDDEN",
    "Declared",
    "ProgramRefused",
    "Resource",
    "StoreContract",
    "VocodeMocks",
    "run",
]

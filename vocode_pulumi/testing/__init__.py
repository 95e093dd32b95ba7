# SPDX-License-Identifier: Apache-2.0
"""Unit tests of programs: no engine, no network, no account, no key.

The resources' real providers check and create everything over an account in memory, so that a test
refuses what a preview refuses.

Facts: https://www.pulumi.com/docs/iac/guides/testing/unit/.
"""

from vocode_pulumi.testing.mocks import VocodeMocks
from vocode_pulumi.testing.programs import Declared, Resource, run
from vocode_pulumi.testing.refusals import ProgramRefused
from vocode_pulumi.testing.values import HIDDEN

__all__ = ["HIDDEN", "Declared", "ProgramRefused", "Resource", "VocodeMocks", "run"]

# SPDX-License-Identifier: Apache-2.0
"""A Vocode account on this machine, for trying things out and for tests. Nothing costs money.

It is written from the API's own document, and shares nothing with the client of this package.
"""

from vocode_pulumi.sandbox.process import Sandbox

__all__ = ["Sandbox"]

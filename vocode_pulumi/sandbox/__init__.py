# SPDX-License-Identifier: Apache-2.0
"""A Vocode account on this machine, for trials and for tests. Nothing costs money.

It follows the API's own document, and shares no code with the client of this package.
"""

from vocode_pulumi.sandbox.process import Sandbox

__all__ = ["Sandbox"]

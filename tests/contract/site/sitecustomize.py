# SPDX-License-Identifier: Apache-2.0
"""What contract tests do to commands that are processes of their own; found by their ``PYTHONPATH``.

With ``TEST_HASTY=1`` they wait for a hundredth of the time.
"""

import os

if os.environ.get("TEST_HASTY") == "1":
    from tests.contract.hasty import Hasty
    from vocode_pulumi import clock

    _hasty = Hasty()
    clock.now, clock.sleep = _hasty.now, _hasty.sleep

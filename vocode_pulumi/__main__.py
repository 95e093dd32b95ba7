# SPDX-License-Identifier: Apache-2.0
"""`python -m vocode_pulumi` is the `vocode-pulumi` command."""

import sys

from vocode_pulumi.cli import main

if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Write what is made: `python -m tools.made code`, then `python -m tools.made documentation`."""

import sys

from tools import made

for path, text in getattr(made, sys.argv[1])():
    path.write_text(text)

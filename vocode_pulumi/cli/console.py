# SPDX-License-Identifier: Apache-2.0
"""What every command says in the same way."""

import argparse
import sys
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""Where a command adds itself."""


def fail(line: str, status: int = 1) -> int:
    """Say in one line what is wrong; give the exit status."""
    print(f"vocode-pulumi: {line}", file=sys.stderr)
    return status

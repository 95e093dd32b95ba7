# SPDX-License-Identifier: Apache-2.0
"""The resources whose purchases have no known end: `python -m tools.open_purchases LEDGER`."""

import sys
from pathlib import Path

from vocode_pulumi.purchasing.objects import is_open, taken_numbers
from vocode_pulumi.purchasing.opening import open_ledger


def main(path: Path) -> None:
    """Print the name of each such resource of a ledger."""
    ledger = open_ledger(path)
    attempts = ledger.attempts().by_key.values()
    histories = ledger.histories(taken_numbers(attempts))
    for attempt in attempts:
        if is_open(attempt, histories):
            print(attempt.intent.owner.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

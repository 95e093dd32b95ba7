# SPDX-License-Identifier: Apache-2.0
"""Run a command with this tree's programs first on PATH: `python3 -m tools.run pytest tests`."""

import os
import signal
import sys

from tools import engine
from tools.console import main
from tools.places import OFFLINE, path, without_accounts


def task() -> None:
    """Become the command; it knows nothing of the user's own accounts."""
    command = sys.argv[1:]
    env = {**without_accounts(os.environ), **OFFLINE}
    env["PATH"] = path(engine.folder(), env.get("PATH", os.defpath))
    # Shells have what runs in the background ignore it, but Pulumi ends its own processes by it, and
    # waits five seconds for each that does not end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvpe(command[0], command, env)  # noqa: S606 (no shell is meant)


if __name__ == "__main__":
    main(task)

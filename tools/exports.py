# SPDX-License-Identifier: Apache-2.0
"""Shell settings for a prompt, from `make env`: `python3 -m tools.exports`."""

import os
import shlex

from tools import engine
from tools.console import main
from tools.places import LOCAL, STATE, backend, path


def task() -> None:
    """Print one `export` for each variable."""
    LOCAL.mkdir(exist_ok=True)
    STATE.mkdir(exist_ok=True)
    settings = {**backend(), "PATH": path(engine.folder(), os.environ.get("PATH", os.defpath))}
    for name, value in settings.items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main(task)

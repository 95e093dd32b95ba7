# SPDX-License-Identifier: Apache-2.0
"""Shell settings for a prompt, from `make env`: `python3 -m tools.exports`."""

import os
import shlex

from tools import engine
from tools.console import main
from tools.places import LOCAL, ROOT, STATE, backend, path

PROMPT = "(vocode sandbox) "
"""The beginning of a prompt with these settings, so that nobody takes it for their own."""


def task() -> None:
    """Print one `export` for each variable."""
    LOCAL.mkdir(exist_ok=True)
    STATE.mkdir(exist_ok=True)
    settings = {
        **backend(),
        "PATH": path(engine.folder(), os.environ.get("PATH", os.defpath)),
        # The provider warns if it meets this and the address of a real account.
        "VOCODE_SANDBOX": str(ROOT),
    }
    print("unset PULUMI_CONFIG_PASSPHRASE")
    for name, value in settings.items():
        print(f"export {name}={shlex.quote(value)}")
    print(f'PS1="{PROMPT}${{PS1#{shlex.quote(PROMPT)}}}"')


if __name__ == "__main__":
    main(task)

# SPDX-License-Identifier: Apache-2.0
"""Azurite, a server of Azure Blob Storage for the tests: `python3 -m tools.azurite`.

`tools/azurite/` has the one version of each of its packages. Without npm only the tests of Azure fail.
"""

import hashlib
import shutil

from tools.console import Stop, main, run, say, step
from tools.places import AZURITE, ROOT, alone

PACKAGES = ROOT / "tools" / "azurite"
FILES = ("package.json", "package-lock.json")
PROGRAM = AZURITE / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
REMEDY = (
    "the tests of Azure Blob Storage will fail: install Node.js 20 or newer with npm "
    "(https://nodejs.org/en/download), let npm reach its packages, and run `make azurite`"
)


def obtain() -> None:
    """Install Azurite, as far as that is not done; say so if it cannot be done."""
    with alone():
        wanted = "".join(
            hashlib.sha256((PACKAGES / name).read_bytes()).hexdigest() for name in FILES
        )
        stamp = AZURITE / "made-of"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        if shutil.which("npm") is None:
            say(f"    no npm: {REMEDY}")
            return
        shutil.rmtree(AZURITE, ignore_errors=True)
        AZURITE.mkdir()
        for name in FILES:
            shutil.copy(PACKAGES / name, AZURITE / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            with step("Azurite, for the tests of Azure: tools/azurite", "about 60 s"):
                run(command, REMEDY, cwd=AZURITE)
        except Stop as stop:
            say(f"    {stop}")
            return
        stamp.write_text(wanted)


if __name__ == "__main__":
    main(obtain)

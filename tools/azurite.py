# SPDX-License-Identifier: Apache-2.0
"""Azurite, a server of Azure Blob Storage for the tests: `python3 -m tools.azurite`.

`tools/azurite/` has the one version of each of its packages. Without npm only the tests of Azure fail.
"""

from tools import npm_packages
from tools.console import main
from tools.places import AZURITE, ROOT

PACKAGES = ROOT / "tools" / "azurite"
PROGRAM = AZURITE / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
REMEDY = (
    "the tests of Azure Blob Storage will fail: install Node.js 20 or newer with npm "
    "(https://nodejs.org/en/download), let npm reach its packages, and run `make azurite`"
)


def obtain() -> None:
    """Install Azurite, as far as that is not done; say so if it cannot be done."""
    what = "Azurite, for the tests of Azure"
    npm_packages.install(PACKAGES, AZURITE, what, "about 60 s", REMEDY)


if __name__ == "__main__":
    main(obtain)

# SPDX-License-Identifier: Apache-2.0
"""Make the site: `python -m tools.site`."""

from tools.console import main, say
from tools.places import LOCAL
from tools.site.building import build

SITE = LOCAL / "site"


def task() -> None:
    """Make the site, and say how to look at it."""
    build(SITE)
    say(f"The site is in {SITE}. To look at it: python3 -m http.server --directory {SITE}")


if __name__ == "__main__":
    main(task)

# SPDX-License-Identifier: Apache-2.0
"""Packages of npm that only tests need, each in the one version of its lock file."""

import shutil
from collections.abc import Callable
from pathlib import Path

from tools.console import Stop, run, say, step
from tools.made_of import STAMP, content, is_made_of
from tools.places import alone

FILES = ("package.json", "package-lock.json")


def install(
    listed: Path,
    into: Path,
    what: str,
    takes: str,
    remedy: str,
    then: Callable[[], None] = lambda: None,
) -> None:
    """Install packages, as far as that is not done; say so if it cannot be done.

    Args:
        listed: the folder with the list of packages.
        into: the folder that they are installed in.
        what: they are, and what for.
        takes: how long it usually takes.
        remedy: one line for when it fails.
        then: what else has to be done after the installation.
    """
    with alone():
        wanted = content(*(listed / name for name in FILES))
        if is_made_of(into, wanted):
            return
        if shutil.which("npm") is None:
            say(f"    no npm: {remedy}")
            return
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        for name in FILES:
            shutil.copy(listed / name, into / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            with step(f"{what}: {listed.parent.name}/{listed.name}", takes):
                run(command, remedy, cwd=into)
                then()
        except Stop as stop:
            say(f"    {stop}")
            return
        (into / STAMP).write_text(wanted)

# SPDX-License-Identifier: Apache-2.0
"""Making the site, with the package that its readers can install."""

import logging
import sys
import tempfile
from pathlib import Path

from mkdocs.commands import build as mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from tools.console import Stop, run
from tools.places import ROOT

CONFIGURATION = Path(__file__).with_name("mkdocs.yml")


def build(site: Path) -> None:
    """Make the site anew.

    Args:
        site: its folder.

    Raises:
        Stop: a page has a link that leads nowhere, or the package could not be made.
    """
    logging.getLogger("mkdocs").addHandler(logging.StreamHandler(sys.stderr))
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(str(CONFIGURATION), site_dir=str(site), strict=True)
        config.extra["package"] = str(_package(Path(folder)))
        try:
            mkdocs.build(config)
        except MkDocsException as error:
            raise Stop(f"the site was not made: {error}; see above") from error


def _package(folder: Path) -> Path:
    """A wheel of this package in a folder."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    run(command, "the package could not be made: see above", cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel

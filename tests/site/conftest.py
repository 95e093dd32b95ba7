# SPDX-License-Identifier: Apache-2.0
"""The site, made once for all workers, and what a Chromium finds on each page."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.site.reading import Read, read
from tests.site.serving import serving
from tools import chromium
from tools.site.building import build

SOURCES = 3
"""How many of the pages are read that show a file of the source: they are made alike."""


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A file or folder that the first worker makes, and the others wait for."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared / name
        if not made.exists():
            unfinished = shared / f"{name}.unfinished"
            make(unfinished)
            unfinished.rename(made)
        return made


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _once(tmp_path_factory, "site", build)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with serving(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium.program()
    assert program, chromium.REMEDY
    # Without root Chromium has no sandbox of its own; the pages are ours.
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=program,
            env={**os.environ, **chromium.environment()},
            args=arguments,
        ) as browser,
    ):
        yield browser


@pytest.fixture(scope="session")
def pages(site: Path) -> list[str]:
    """Every page of the site, by its path."""
    found = sorted(str(page.relative_to(site)) for page in site.rglob("*.html"))
    found.remove("404.html")
    return found


@pytest.fixture
def found(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, address: str, pages: list[str]
) -> dict[str, Read]:
    """What a Chromium finds on each page of the docs, and on a few of those that show a file of the source."""

    def make(file: Path) -> None:
        sources = [page for page in pages if page.startswith("source/")]
        skipped = {*sources[SOURCES:]}
        wanted = [page for page in pages if page not in skipped]
        file.write_text(json.dumps(read(browser, address, wanted)))

    found: dict[str, Read] = json.loads(_once(tmp_path_factory, "read.json", make).read_text())
    return found

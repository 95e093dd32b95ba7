# SPDX-License-Identifier: Apache-2.0
"""The site in a real Chromium."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.reading import DESKTOP, PHONE, SITE, Read

ROOT = Path(__file__).parents[2]

PAINTED = """async picture => {
    await picture.decode();
    const paper = document.createElement("canvas").getContext("2d");
    paper.drawImage(picture, 0, 0);
    return [...paper.getImageData(20, 10, 1, 1).data.slice(0, 3)].join();
}"""
"""The colour of a picture, near its upper left corner."""


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Page]:
    """The home page on a desktop."""
    with browser.new_context(viewport=DESKTOP, color_scheme="light") as context:  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        tab = context.new_page()
        tab.goto(address)
        yield tab


def _within(url: str) -> tuple[str, str] | None:
    """The page and the anchor of a URL; ``None`` if it leads out of the site."""
    if not url.startswith(SITE):
        return None
    path, _, anchor = url.removeprefix(SITE).partition("#")
    return (path + "index.html" if path.endswith("/") or not path else path), unquote(anchor)


def test_no_link_and_no_anchor_leads_nowhere(found: dict[str, Read], site: Path) -> None:
    broken = set()
    for page, read in found.items():
        for url in read["targets"]:
            target = _within(url)
            if target is None:
                if not url.startswith("https://"):
                    broken.add((page, url))
            elif not (site / target[0]).is_file() or (
                target[1] and target[0] in found and target[1] not in found[target[0]]["ids"]
            ):
                broken.add((page, url))
    assert broken == set()


def test_no_page_is_wider_than_the_screen(found: dict[str, Read]) -> None:
    screens = [DESKTOP["width"], PHONE["width"]]
    assert {page: read["widths"] for page, read in found.items() if read["widths"] != screens} == {}


def test_every_page_is_at_most_three_clicks_from_home(
    found: dict[str, Read], pages: list[str]
) -> None:
    reached, last = {"index.html"}, {"index.html"}
    for _ in range(3):
        links = {_within(url) for page in last if page in found for url in found[page]["visible"]}
        last = {link[0] for link in links if link and link[0] in pages} - reached
        reached |= last
    assert {*pages} - reached == set()


def test_no_request_leaves_the_site(found: dict[str, Read]) -> None:
    asked = {url for read in found.values() for url in read["requests"]}
    assert {url for url in asked if not url.startswith((SITE, "data:"))} == set()
    assert len(asked) > len(found)


def test_every_block_of_code_has_a_button_that_copies_it(found: dict[str, Read]) -> None:
    assert sum(read["blocks"] for read in found.values()) > 100
    for page, read in found.items():
        assert read["buttons"] == read["blocks"], page


def test_a_copy_is_the_code_and_of_a_terminal_what_was_typed(desktop: Page, address: str) -> None:
    def copied(block: int) -> str:
        desktop.evaluate("navigator.clipboard.writeText('')")
        desktop.locator("article pre .md-code__button").nth(block).click()
        desktop.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
        text: str = desktop.evaluate("navigator.clipboard.readText()")
        return text

    assert copied(0) == (ROOT / "examples" / "ten_lines.py").read_text().rstrip()
    desktop.goto(f"{address}use/calls.html")
    page = (ROOT / "docs" / "use" / "calls.md").read_text()
    session = re.findall(r"```console\n(.*?)```", page, re.DOTALL)[0]
    typed = [line.removeprefix("$ ") for line in session.splitlines() if line.startswith("$ ")]
    assert [line for line in copied(0).splitlines() if line] == typed


def test_home_is_one_screen(desktop: Page) -> None:
    box = desktop.locator("article").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= DESKTOP["height"]
    expect(desktop.locator("article pre")).to_be_visible()


def test_a_search_finds_a_page(desktop: Page) -> None:
    desktop.locator(".md-search__input").click()
    desktop.locator(".md-search__input").press_sequentially("maxNumbers")
    result = desktop.locator(".md-search-result__link:visible", has_text="Settings").first
    result.click()
    desktop.wait_for_url(re.compile(r"use/settings\.html"))


def test_a_page_is_dark_or_light_as_the_system_is_and_as_the_reader_says(
    browser: Browser, desktop: Page, address: str
) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = desktop.evaluate(background)
    with browser.new_context(viewport=DESKTOP, color_scheme="dark") as context:  # type: ignore[arg-type]
        tab = context.new_page()
        tab.goto(address)
        dark = tab.evaluate(background)
    assert light != dark
    for wanted in (light, dark):
        desktop.locator(".md-header__option label:visible").click()
        desktop.wait_for_function(f"() => {background} === '{wanted}'")


def test_a_picture_is_as_dark_as_the_reader_says(desktop: Page, address: str, site: Path) -> None:
    def colour() -> str:
        picture = desktop.locator("article img:visible")
        picture.wait_for()
        return str(picture.evaluate(PAINTED))

    seen = {}
    desktop.goto(f"{address}start/getting-started.html")
    for scheme in ("default", "default", "slate"):
        desktop.locator(f"[data-md-color-scheme={scheme}] >> article").wait_for()
        seen[scheme] = colour()
        desktop.locator(".md-header__option label:visible").click()
    assert seen == {"default": "255,255,255", "slate": "13,17,23"}
    # A browser may tell a picture what the system says, or what the page says, or nothing.
    for picture in site.rglob("*.svg"):
        assert "prefers-color-scheme" not in picture.read_text(), picture


def test_on_a_phone_a_page_is_three_taps_away(browser: Browser, address: str) -> None:
    with browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True) as context:  # type: ignore[arg-type]
        tab = context.new_page()
        tab.goto(address)
        tab.locator(".md-header__button[for=__drawer]").tap()
        tab.locator(".md-nav--primary label.md-nav__link:visible", has_text="Tasks").tap()
        tab.locator(".md-nav--primary a.md-nav__link:visible", has_text="At night").tap()
        tab.wait_for_url(re.compile(r"tasks/at-night\.html"))


def test_the_package_can_be_downloaded(desktop: Page, address: str, site: Path) -> None:
    (wheel,) = (site / "download").glob("*.whl")
    desktop.goto(f"{address}start/getting-started.html")
    with desktop.expect_download() as started:
        desktop.locator("article a", has_text=wheel.name).click()
    assert started.value.path().read_bytes() == wheel.read_bytes()


def test_what_pip_installs_is_the_package_of_the_site(site: Path) -> None:
    (wheel,) = (site / "download").glob("*.whl")
    found = set()
    for page in (site / "use", site / "operate"):
        for file in page.glob("*.html"):
            text = unescape(re.sub("<[^>]+>", "", file.read_text()))
            found |= set(re.findall(r"pip install '?([^\s'\[]*vocode[^\s'\[]*)", text))
            assert not re.search(r"(?<!\.)\./pulumi-vocode", text), file
    assert found == {f"./{wheel.name}"}

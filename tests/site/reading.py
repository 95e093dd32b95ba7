# SPDX-License-Identifier: Apache-2.0
"""Reading pages with a Chromium."""

from typing import TypedDict, cast

from playwright.sync_api import Browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

OF_A_PAGE = """() => {
    const all = [...document.querySelectorAll("a[href], img[src]")];
    const visible = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && one.getBoundingClientRect().width > 0;
    return {
        targets: all.map(one => one.href || one.src),
        visible: all.filter(one => one.href && visible(one)).map(one => one.href),
        ids: [...document.querySelectorAll("[id]")].map(one => one.id),
        blocks: document.querySelectorAll("article pre > code").length,
        buttons: document.querySelectorAll("article pre .md-code__button[title]").length,
    };
}"""
WIDTH = "document.documentElement.scrollWidth"


SITE = "site:/"
"""What stands for the address of the site in what was read: each worker has its own server."""


class Read(TypedDict):
    """What a page has.

    Args:
        targets: the URLs of its links and pictures.
        visible: those of the links that a desktop shows.
        ids: what an anchor can name.
        blocks: how many blocks of code it has.
        buttons: how many buttons that copy one.
        widths: how wide it is on a desktop and on a phone.
        requests: the URLs that it asks for.
    """

    targets: list[str]
    visible: list[str]
    ids: list[str]
    blocks: int
    buttons: int
    widths: list[int]
    requests: list[str]


def read(browser: Browser, address: str, pages: list[str]) -> dict[str, Read]:
    """What each page has.

    Args:
        browser: a Chromium.
        address: the URL of the site.
        pages: paths below it.
    """
    made: dict[str, Read] = {}
    with browser.new_context() as context:
        tab = context.new_page()
        requests: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        for page in pages:
            requests.clear()
            tab.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
            tab.goto(f"{address}{page}")
            tab.locator(".md-main article").wait_for()
            of_page = tab.evaluate(OF_A_PAGE)
            widths = [tab.evaluate(WIDTH)]
            tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
            widths.append(tab.evaluate(WIDTH))
            read = cast(Read, {**of_page, "widths": widths, "requests": [*requests]})
            for urls in (read["targets"], read["visible"], read["requests"]):
                urls[:] = [url.replace(address, SITE) for url in urls]
            made[page] = read
    return made

# SPDX-License-Identifier: Apache-2.0
"""Reading lists of any length page by page, while others add and remove items.

A page is requested by its number and its size, so it begins at a multiple of its size. If an item is
removed from the list, all later items move forward, perhaps into pages that were read already. To miss
none of them, each page is requested with a size that makes it overlap the pages before it. A page that has
no item in common with these is read again from an earlier place. ASSUMED: the items that stay in a list
keep their order.
"""

from collections.abc import Callable

from vocode_pulumi.api.answers import Json, Page, id_of

Ask = Callable[[int, int], Page]
"""Requests a page. Arguments: the page's number, from 1, and its size."""

PAGE_SIZE = 100
"""How many items one page is requested with. ASSUMED to be allowed; a server may send fewer."""
OVERLAPS = (1, 10, 20, 40, 60)
"""How many items a page should share with the pages before it: more after each page that shared none."""
MAX_WASTED_PAGES = 20
"""The most pages of one list that may be wasted: they share no item with earlier pages, or have no new one."""
MAX_ITEMS = 10_000_000
"""The most items of a list. A longer list counts as one without an end."""


class PagesDoNotFit(Exception):
    """The pages do not fit together; its text says how."""


def every_item(ask: Ask) -> list[Json]:
    """Every item that stays in a list from the first call to the last, each once.

    For a list that does not change, this makes a seventh more calls than the list has pages. For a list
    of up to a thousand items it makes at most one call more. A server that ignores the requested size has
    pages that never overlap; then an item may be missed if another one is removed meanwhile.

    Args:
        ask: requests a page.

    Raises:
        PagesDoNotFit: the list changes too fast, or has no end.
    """
    answer = ask(1, PAGE_SIZE)
    found = _by_identity(answer)
    # The server may have a smaller largest page: later pages are then requested with that size. If it
    # sends more than requested, the size requested stays PAGE_SIZE.
    page_size = end = furthest = min(len(answer.items), PAGE_SIZE)
    # `step_back`: how far to go back after a page that shares no item. It is doubled each time, until a page
    # has a new item. `times_moved`: how often the list has moved. Several steps back in a row count once.
    step_back, times_moved, wasted_pages = page_size, 0, 0
    more = answer.has_more and page_size > 0
    while more:
        page, size = _next_page(end, OVERLAPS[min(times_moved, len(OVERLAPS) - 1)], page_size)
        answer, start = ask(page, size), (page - 1) * size
        if len(answer.items) > size:
            return _in_pages_of_one_size(ask)
        items = _by_identity(answer)
        new = [identity for identity in items if identity not in found]
        if 0 < start < end and len(new) == len(items):
            times_moved += step_back == page_size
            wasted_pages += 1
            end, step_back = start - step_back, 2 * step_back
        else:
            found |= items
            end = start + len(answer.items)
            step_back = page_size if new else step_back
            full = len(answer.items) == size
            # A full page without a new item, beyond everything read so far, is wasted.
            wasted_pages += full and not new and end > furthest
            more = answer.has_more and bool(full or new)
            furthest = max(furthest, end)
        if wasted_pages > MAX_WASTED_PAGES:
            raise PagesDoNotFit(f"pages that do not fit together, {wasted_pages} times")
        _require_end(found)
    return [*found.values()]


def _next_page(end: int, overlap: int, page_size: int) -> tuple[int, int]:
    """The number and size of the page that reaches farthest and still overlaps the items before it.

    Args:
        end: how many items, from the list's beginning, have been read.
        overlap: how many items are to be read again.
        page_size: the most items of a page.
    """

    def reach(size: int) -> int:
        return begin // size * size + size

    begin, sizes = end - min(overlap, page_size // 2), range(1, page_size + 1)
    if begin <= 0:
        # Read from the beginning again. One item less is requested than the first page had: a server that
        # still sends that many ignores the size, and `every_item` sees it.
        return 1, page_size - 1
    if all(reach(size) <= end for size in sizes):
        # With small pages, no page both overlaps and reaches beyond the end.
        begin = end
    size = max(sizes, key=reach)
    return begin // size + 1, size


def _in_pages_of_one_size(ask: Ask) -> list[Json]:
    found: dict[str, Json] = {}
    page = 1
    while True:
        answer = ask(page, PAGE_SIZE)
        items = _by_identity(answer)
        if answer.has_more and items and items.keys() <= found.keys():
            raise PagesDoNotFit("pages that do not fit together")
        found |= items
        if not answer.has_more or not items:
            return [*found.values()]
        _require_end(found)
        page += 1


def _require_end(found: dict[str, Json]) -> None:
    if len(found) > MAX_ITEMS:
        raise PagesDoNotFit(f"more than {MAX_ITEMS} items, and still more to come")


def _by_identity(page: Page) -> dict[str, Json]:
    return {id_of(item) or str(item): item for item in page.items}

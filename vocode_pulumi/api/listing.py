# SPDX-License-Identifier: Apache-2.0
"""Lists of any length, page by page, while others add to them and remove from them.

A page is asked for by its number and its size, so that it begins at a multiple of its size. What is
removed from a list while it is read moves what comes after it to pages that have been read already.
So the sizes differ, and each page begins with what has been found before: then it hides nothing that
comes after that. A page that does not begin so is asked for again from farther in front. ASSUMED: what
stays in a list keeps its order.
"""

from collections.abc import Callable

from vocode_pulumi.api.answers import Json, Page, id_of

Ask = Callable[[int, int], Page]
"""Gives a page by its number, from 1, and its size."""

PAGE_SIZE = 100
"""Items asked for in one page of a list. ASSUMED to be allowed; fewer are understood as well."""
OVERLAPS = (1, 10, 20, 40, 60)
"""Items that a page is to have in common with the one before: more with each that had none."""
WASTED = 20
"""Pages that may have nothing in common with those before, or nothing new."""
LONGEST = 10_000_000
"""Items beyond which a list is taken to have no end."""


class Unfit(Exception):
    """The pages do not fit together; its text says how."""


def every_item(ask: Ask) -> list[Json]:
    """Every item of a list, each once: those that stay in it from the first call to the last.

    Without changes it takes a seventh more calls than there are pages, and up to a thousand items one
    more at the most. Pages of one size, whatever is asked for, have nothing in common: of such a list,
    what something that was removed meanwhile has moved is not found.

    Args:
        ask: gives a page.

    Raises:
        Unfit: it changes too fast, or has no end.
    """
    answer = ask(1, PAGE_SIZE)
    found = _by_identity(answer)
    # A first page that is larger than was asked for is as large the next time.
    page_size = end = furthest = min(len(answer.items), PAGE_SIZE)
    back, moved, wasted = page_size, 0, 0
    more = answer.has_more and page_size > 0
    while more:
        page, size = _next_page(end, OVERLAPS[min(moved, len(OVERLAPS) - 1)], page_size)
        answer, start = ask(page, size), (page - 1) * size
        if len(answer.items) > size:
            return _in_pages_of_one_size(ask)
        items = _by_identity(answer)
        new = [one for one in items if one not in found]
        if 0 < start < end and len(new) == len(items):
            moved += back == page_size
            wasted += 1
            end, back = start - back, 2 * back
        else:
            found |= items
            end = start + len(answer.items)
            back = page_size if new else back
            full = len(answer.items) == size
            wasted += full and not new and end > furthest
            more = answer.has_more and bool(full or new)
            furthest = max(furthest, end)
        if wasted > WASTED:
            raise Unfit(f"pages that do not fit together, {wasted} times")
        _require_end(found)
    return [*found.values()]


def _next_page(end: int, overlap: int, page_size: int) -> tuple[int, int]:
    """The page, and its size, that reaches farthest of those that begin so many items before the end.

    Args:
        end: of what has been read, in items from the list's beginning.
        overlap: items that are to be read again.
        page_size: items of a page.
    """

    def reach(size: int) -> int:
        return begin // size * size + size

    begin, sizes = end - min(overlap, page_size // 2), range(1, page_size + 1)
    if begin <= 0:
        # All over again, and fewer than at first: of pages of one size, this one shows it.
        return 1, page_size - 1
    if all(reach(size) <= end for size in sizes):
        # Only of small pages: none that reaches behind the end begins before it.
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
            raise Unfit("pages that do not fit together")
        found |= items
        if not answer.has_more or not items:
            return [*found.values()]
        _require_end(found)
        page += 1


def _require_end(found: dict[str, Json]) -> None:
    if len(found) > LONGEST:
        raise Unfit(f"more than {LONGEST} items, and still more to come")


def _by_identity(page: Page) -> dict[str, Json]:
    return {id_of(one) or str(one): one for one in page.items}

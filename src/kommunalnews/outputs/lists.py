"""Articles → pages of a list that stay what they are.

Pages are numbered from the oldest: page 3 of a tag shows the same articles for ever. Only the newest page, which
stands at the list's own address, changes; it holds the articles that do not fill a page yet and the page before them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kommunalnews import urls
from kommunalnews.site import Entry


class Slice(NamedTuple):
    """One page of a list."""

    number: int
    """0 for the newest page, else counted from the oldest, from 1."""
    address: str
    entries: tuple[Entry, ...]
    """Newest first."""
    older: str
    newer: str
    """Addresses of the neighbours, or empty."""


def pages(base: str, entries: tuple[Entry, ...], size: int) -> Iterator[Slice]:
    """The pages of the list at ``base``, the newest first. ``entries`` come newest first."""
    count = len(entries)
    numbered = max(0, count // size - 1)
    newest = entries[: count - numbered * size]
    yield Slice(0, base, newest, urls.list_page(base, numbered) if numbered else "", "")
    for number in range(numbered, 0, -1):
        start = count - number * size
        yield Slice(
            number,
            urls.list_page(base, number),
            entries[start : start + size],
            urls.list_page(base, number - 1) if number > 1 else "",
            urls.list_page(base, number + 1) if number < numbered else base,
        )

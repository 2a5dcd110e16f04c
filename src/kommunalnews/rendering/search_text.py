"""SearchRecipe → the pages that Pagefind is given, one for each text.

Nobody sees these pages. What results show is *meta*, which is searched as well; but what nobody searches for, the
picture's address and its classes, stands behind ``#`` of the page's own address.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape

from kommunalnews.digest import Digest
from kommunalnews.recipes import SearchRecipe, SearchRecord
from kommunalnews.rendering.compounds import Vocabulary, words_of

_UNSEEN = re.compile(r"<img[^>]*>|\u00ad")
_TAG = re.compile(r"<[^>]*>")
_FAINT = 0.1
"""Weight of words that do not stand in the text."""


def pages(recipe: SearchRecipe, html_of: Callable[[Digest], str]) -> Iterator[tuple[str, str]]:
    """URL and HTML of each text, in order. Raises what ``html_of`` raises."""
    texts = [
        f"{record.lead} {_UNSEEN.sub('', html_of(record.text) if record.text else '')}" for record in recipe.records
    ]
    words = [
        words_of(f"{_shown(record)} {unescape(_TAG.sub(' ', text))}")
        for record, text in zip(recipe.records, texts, strict=True)
    ]
    heads = words_of(" ".join(recipe.before))
    vocabulary = Vocabulary(word for found in (heads, *words) for word in found)
    for record, text, found in zip(recipe.records, texts, words, strict=True):
        url = "#".join(filter(None, (record.href, record.picture, *record.focus.split())))
        yield url, _page(recipe.language, record, text, " ".join(vocabulary.others(found)))


def _shown(record: SearchRecord) -> str:
    return " ".join((record.kicker, record.title, record.teaser, record.place, *record.tags))


def _page(language: str, record: SearchRecord, text: str, others: str) -> str:
    metas = [("title", record.title), ("kicker", record.kicker), ("date", record.day), ("teaser", record.teaser)]
    filters = [("section", record.section), ("place", record.place), ("year", record.year)]
    filters += [("tag", tag) for tag in record.tags]
    head = [_head("meta", name, value) for name, value in metas if value]
    head += [_head("filter", name, value) for name, value in filters if value]
    head += [_head("sort", "date", record.day)] if record.day else []
    terms = escape(" ".join((record.place, *record.tags)))
    return (
        f'<!doctype html><html lang="{escape(language)}"><head>{"".join(head)}</head><body><main data-pagefind-body>'
        f'{text}<p>{terms}</p><p data-pagefind-weight="{_FAINT}">{escape(others)}</p></main></body></html>'
    )


def _head(kind: str, name: str, value: str) -> str:
    return f'<meta data-pagefind-{kind}="{name}[content]" content="{escape(value)}">'

"""Articles → the same inside an issue, where links from one to another stay within the covers."""

from collections.abc import Callable, Mapping

import msgspec

from kommunalnews.content.model import BodySummary
from kommunalnews.outputs.articles import corrections, has_notes
from kommunalnews.outputs.views import Views, external_link
from kommunalnews.pages import Body, IssueArticle, Layout, Picture
from kommunalnews.site import Entry, Issue

_ONE_PAGE = 400
"""Words: a longer article has its picture across the page, a shorter one in the first column."""


def places(views: Views, issue: Issue, name: Callable[[int, Entry], str]) -> Mapping[str, str]:
    """The href of each article on the site → its place in the issue."""
    return {views.base.href(entry.address): name(number, entry) for number, entry in enumerate(issue.entries, 1)}


def bound(
    text: Body, link: Callable[[str], str], picture: Callable[[Picture], Picture | None] = lambda found: found
) -> Body:
    """A text with other links and pictures."""
    links = tuple(link(href) if href else "" for href in text.links)
    return msgspec.structs.replace(
        text, links=links, pictures=tuple(picture(found) if found else None for found in text.pictures)
    )


def article(
    views: Views,
    entry: Entry,
    place: str,
    link: Callable[[str], str],
    picture: Callable[[Picture], Picture | None] = lambda found: found,
) -> IssueArticle:
    """An article whole, at its place in an issue."""
    matter = entry.article.matter
    shown = views.pictures.main(entry)
    return IssueArticle(
        place=place,
        url=views.base.url(entry.address),
        kicker=matter.kicker,
        title=matter.title,
        date=matter.date,
        updated=matter.updated,
        lead=entry.article.lead_html,
        body=bound(views.body(entry.path, entry.article.body), link, picture),
        words=entry.article.body.words,
        authors=views.authors(entry),
        links=tuple(map(external_link, matter.links)),
        section=entry.section,
        picture=picture(shown) if shown else None,
        corrections=corrections(entry),
        layout=layout(entry.article.body),
        badge=entry.badge,
    )


def layout(text: BodySummary) -> Layout:
    """How an issue sets a text. A short one has two columns, too, unless notes need one (see ``articles.layout``)."""
    if has_notes(text):
        return "column"
    return "page" if text.words < _ONE_PAGE else "columns"

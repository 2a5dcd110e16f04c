"""Issue → its page, its print view, its PDF and its EPUB; all issues → their list.

The print view and the EPUB hold every article of the issue whole, so a body that is edited moves those of its own
issues and no other. What is public was decided when the site was assembled.
"""

from collections.abc import Iterator
from functools import partial
from itertools import zip_longest

import msgspec

from kommunalnews import urls
from kommunalnews.outputs import books
from kommunalnews.outputs.bound import article, bound, places
from kommunalnews.outputs.pictures import shared
from kommunalnews.outputs.views import Views
from kommunalnews.pages import (
    Author,
    Body,
    BoundChapter,
    IssueCard,
    IssueChapter,
    IssueIndexPage,
    IssuePage,
    IssuePrintPage,
    Link,
)
from kommunalnews.recipes import Group, Inserts, Output, PdfRecipe
from kommunalnews.site import Issue

EDITORIAL = "kn-editorial"
_Neighbours = tuple[Link | None, Link | None]


def outputs(views: Views) -> Iterator[Group | Output]:
    """A group of up to four outputs for each issue, and the list of all; nothing where there is no issue."""
    issues = views.site.issues
    if not issues:
        return
    links = [Link(_name(views, issue), views.base.href(issue.address)) for issue in issues]
    for issue, newer, older in zip_longest(issues, [None, *links[:-1]], links[1:]):
        neighbours = (older, newer)
        digest = views.digest(
            "issue",
            issue.text,
            issue.badge,
            _card(views, issue),
            _editors(views, issue),
            views.body(issue.path, issue.text.body),
            [(chapter.section, views.accounts(chapter.entries)) for chapter in issue.chapters],
            [entry.address for entry in issue.entries],
            neighbours,
        )
        yield Group(digest, partial(_outputs, views, issue, neighbours))
    title = views.gettext("Issues")
    head = views.head(urls.ISSUES, title, f"{title} – {views.config.title}")
    cards = tuple(_card(views, issue) for issue in issues)
    yield views.output(urls.ISSUES, "issues.html", IssueIndexPage(head, cards), section=urls.ISSUES)


def _outputs(views: Views, issue: Issue, neighbours: _Neighbours, _: Inserts) -> Iterator[Output]:
    address = issue.address
    yield views.output(address, "issue.html", _page(views, issue, neighbours), source=issue.path, section=urls.ISSUES)
    print_view = urls.print_view(address)
    yield views.output(print_view, "issue-print.html", _print_page(views, issue), source=issue.path, bare=True)
    if _has_pdf(views, issue):
        path, url = urls.output_path(print_view), views.base.url(print_view)
        recipe = PdfRecipe(path, url, views.config.base_url, max(1, len(issue.entries)), _words(issue))
        yield Output(urls.output_path(_file(views, issue, ".pdf")), recipe, issue.path)
    book = books.recipe(views, issue, _card(views, issue), _editorial(views, issue), _editors(views, issue))
    yield Output(urls.output_path(_file(views, issue, ".epub")), book, issue.path)


def _file(views: Views, issue: Issue, suffix: urls.IssueSuffix) -> str:
    return urls.issue_file(issue.address, views.config.title, suffix)


def _has_pdf(views: Views, issue: Issue) -> bool:
    choice = issue.text.matter.pdf
    return views.pdf and views.config.pdf.newest != 0 and (choice is None or choice.is_wanted)


def _words(issue: Issue) -> int:
    return sum(text.words for text in (issue.text.body, *(entry.article.body for entry in issue.entries)))


def _name(views: Views, issue: Issue) -> str:
    """``Ausgabe 7/2018: Sommer der Daten``, or the title alone."""
    matter = issue.text.matter
    if not matter.number:
        return matter.title
    return views.gettext("Issue %(number)s: %(title)s") % {"number": matter.number, "title": matter.title}


def _card(views: Views, issue: Issue) -> IssueCard:
    matter, cover = issue.text.matter, issue.text.matter.cover
    return IssueCard(
        href=views.base.href(issue.address),
        url=views.base.url(issue.address),
        title=matter.title,
        number=matter.number,
        date=matter.date,
        cover=views.pictures.named(issue.path, cover.src, cover.alt, issue.text.caption_html, cover.credit)
        if cover
        else None,
        badge=issue.badge,
    )


def _editors(views: Views, issue: Issue) -> tuple[Author, ...]:
    """Who signs the editorial. Who has written no article has no page to link to."""
    found = []
    for key in dict.fromkeys(issue.text.matter.author):
        writer = views.site.by_author.get(key)
        author = views.author(writer) if writer else Author("", key, "")
        found.append(author if writer and writer.entries else msgspec.structs.replace(author, href=""))
    return tuple(found)


def _editorial(views: Views, issue: Issue) -> Body | None:
    return views.body(issue.path, issue.text.body) if issue.text.body.words else None


def _page(views: Views, issue: Issue, neighbours: _Neighbours) -> IssuePage:
    href, card = views.base.href, _card(views, issue)
    older, newer = neighbours
    name = _name(views, issue)
    return IssuePage(
        head=views.head(
            issue.address, name, issue.text.description or f"{name} – {views.config.title}",
            picture=shared(card.cover), indexable=not issue.badge,
            older=older.href if older else "", newer=newer.href if newer else "",
        ),
        issue=card,
        editorial=_editorial(views, issue),
        editors=_editors(views, issue),
        chapters=tuple(
            IssueChapter(views.term(views.section(chapter.section)), views.teasers(chapter.entries))
            for chapter in issue.chapters
        ),
        print_view=href(urls.print_view(issue.address)),
        pdf=href(_file(views, issue, ".pdf")) if _has_pdf(views, issue) else "",
        epub=href(_file(views, issue, ".epub")),
        older=older,
        newer=newer,
    )  # fmt: skip


def _print_page(views: Views, issue: Issue) -> IssuePrintPage:
    """The model of the print view: everything between two covers on one page."""
    where = places(views, issue, lambda number, entry: f"kn-{number}")

    def link(place: str, href: str) -> str:
        target, _, anchor = href.partition("#")
        if not target:
            return f"#{place}-{anchor}"
        if target in where:
            return f"#{where[target]}-{anchor}" if anchor else f"#{where[target]}"
        return href

    editorial = _editorial(views, issue)
    chapters = []
    for number, chapter in enumerate(issue.chapters, 1):
        articles = tuple(
            article(views, entry, place, partial(link, place))
            for entry in chapter.entries
            for place in (where[views.base.href(entry.address)],)
        )
        chapters.append(BoundChapter(chapter.section, f"kn-section-{number}", articles))
    name = _name(views, issue)
    return IssuePrintPage(
        head=views.head(issue.address, name, issue.text.description, indexable=False),
        issue=_card(views, issue),
        editorial=editorial and bound(editorial, partial(link, EDITORIAL)),
        editors=_editors(views, issue),
        chapters=tuple(chapters),
        words=_words(issue),
        updated=books.updated(issue),
    )

"""Old addresses → pages that lead to the new one, and a ``_redirects`` file for hosts that read it."""

from collections.abc import Collection, Iterator

from kommunalnews import urls
from kommunalnews.content.sources import SITE_FILE
from kommunalnews.outputs.views import Views
from kommunalnews.pages import AliasPage, Redirects
from kommunalnews.recipes import Output

TEMPLATE = "alias.html"


def pages(views: Views) -> Iterator[Output]:
    """An alias page for each old address."""
    for old, new, title, source in _aliases(views):
        head = views.head(new, title, "", indexable=False)
        page = AliasPage(head, views.base.href(new), views.base.url(new))
        yield views.output(old, TEMPLATE, page, source=source, bare=True)


def tables(views: Views) -> Iterator[Output]:
    """The list of all old addresses."""
    yield table(views, None)


def table(views: Views, published: Collection[tuple[str, str]] | None) -> Output:
    """The list of old addresses; of those whose alias page was ``published`` (path and source) where that is known."""
    rules = {
        (views.base.href(old), views.base.href(new))
        for old, new, _, source in _aliases(views)
        if published is None or (urls.output_path(old), source) in published
    }
    return views.output(urls.REDIRECTS, "redirects.txt", Redirects(tuple(sorted(rules))), bare=True)


def _aliases(views: Views) -> Iterator[tuple[str, str, str, str]]:
    for entry in views.site.entries:
        for alias in entry.article.matter.aliases:
            yield alias, entry.address, entry.article.matter.title, entry.path
    for kind, terms in ((urls.tag, views.site.tags), (urls.place, views.site.places)):
        for term in terms:
            for slug in term.former:
                yield kind(slug), term.address, term.name, SITE_FILE
    for page in views.site.pages:
        for alias in page.matter.aliases:
            yield alias, urls.page(page.slug), page.matter.title, page.path

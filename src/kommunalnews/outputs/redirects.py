"""Old addresses → pages that lead to the new one, and a ``_redirects`` file for hosts that read it."""

from collections.abc import Iterator

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.pages import AliasPage, Redirects
from kommunalnews.recipes import Output


def outputs(views: Views) -> Iterator[Output]:
    """An alias page for each old address, and the list of them all."""
    rules = []
    for old, new, title, source in _aliases(views):
        head = views.head(new, title, "", indexable=False)
        page = AliasPage(head, views.base.href(new), views.base.url(new))
        yield views.output(old, "alias.html", page, source=source, bare=True)
        rules.append((views.base.href(old), views.base.href(new)))
    yield views.output(urls.REDIRECTS, "redirects.txt", Redirects(tuple(sorted(rules))), bare=True)


def _aliases(views: Views) -> Iterator[tuple[str, str, str, str]]:
    for entry in views.site.entries:
        for alias in entry.article.matter.aliases:
            yield alias, entry.address, entry.article.matter.title, entry.path
    for page in views.site.pages:
        for alias in page.matter.aliases:
            yield alias, urls.page(page.slug), page.matter.title, page.path

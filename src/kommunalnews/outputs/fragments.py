"""Blocks that other articles change → files of their own, for servers and browsers that put them in.

With ``fragments: inline`` they are part of every page, and there are no such files.
"""

from collections.abc import Iterator

from kommunalnews import urls
from kommunalnews.outputs.views import Views
from kommunalnews.recipes import Output


def outputs(views: Views) -> Iterator[Output]:
    """Each section's block and vendors, the newest articles, and a variant for each article that a block would show."""
    if views.config.fragments == "inline":
        return
    for without in (None, *views.newest()):
        name, latest = views.latest_block(without)
        yield views.output(urls.fragment(name), "fragments/latest.html", latest, bare=True)
    for section in views.site.sections:
        for without in (None, *views.newest(section)):
            name, more = views.more_block(section, without)
            yield views.output(urls.fragment(name), "fragments/more.html", more, bare=True)
        name, vendors = views.vendor_block(section)
        if vendors.vendors:
            yield views.output(urls.fragment(name), "fragments/vendors.html", vendors, bare=True)

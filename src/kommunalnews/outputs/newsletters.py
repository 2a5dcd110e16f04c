"""Week → its newsletter: a page, the same as an HTML mail, and the same as plain text; all weeks → their list.

A newsletter holds what became public in an ISO week (Monday to Sunday on the site's clock) and nothing else, so a new
article moves those of its own week; a week that is new, besides, the page of the one before it.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from kommunalnews import urls
from kommunalnews.config import Newsletter
from kommunalnews.moments import from_datetime
from kommunalnews.outputs.views import Views, external_link
from kommunalnews.pages import IssueChapter, Link, NewsletterIndexPage, NewsletterPage
from kommunalnews.recipes import Group, Inserts, Output
from kommunalnews.site.weeks import Week


def outputs(views: Views) -> Iterator[Group | Output]:
    """Three outputs for each week, and the list; nothing where the site has no newsletter."""
    settings = views.config.newsletter
    if settings is None:
        return
    weeks = views.weeks
    links = [Link(_name(views, week), views.base.href(_address(week))) for week in weeks]
    for week, newer, older in zip(weeks, (None, *links), (*links[1:], None), strict=False):
        neighbours = (older, newer)
        digest = views.digest("newsletter", week.year, week.number, views.faces(week.entries), neighbours)
        yield Group(digest, partial(_outputs, views, settings, week, neighbours))
    head = views.head(urls.NEWSLETTER, settings.title, settings.description or settings.title)
    years = tuple(dict.fromkeys(week.year for week in weeks))
    groups = tuple(
        (str(year), tuple(link for link, week in zip(links, weeks, strict=True) if week.year == year)) for year in years
    )
    page = NewsletterIndexPage(head, settings.title, settings.description, _subscribe(settings), groups)
    yield views.output(urls.NEWSLETTER, "newsletters.html", page)


def _address(week: Week) -> str:
    return urls.newsletter(week.year, week.number)


def _name(views: Views, week: Week) -> str:
    return views.gettext("Week %(number)d, %(year)d") % {"number": week.number, "year": week.year}


def _subscribe(settings: Newsletter) -> str:
    return external_link(settings.subscribe).href if settings.subscribe else ""


def _unsubscribe(settings: Newsletter) -> str:
    """An address; a placeholder stays as it is."""
    written = settings.unsubscribe
    return written if not written or urls.link_problem(written) else external_link(written).href


def _outputs(
    views: Views, settings: Newsletter, week: Week, neighbours: tuple[Link | None, Link | None], _: Inserts
) -> Iterator[Output]:
    address, (older, newer) = _address(week), neighbours
    first = datetime.combine(date.fromisocalendar(week.year, week.number, 1), datetime.min.time())
    zone = ZoneInfo(views.config.timezone)
    chapters = []
    for section in views.site.sections:
        entries = tuple(entry for entry in week.entries if entry.section == section.name)
        if entries:
            chapters.append(IssueChapter(views.term(section), views.teasers(entries)))
    name = _name(views, week)
    teasers = [teaser for chapter in chapters for teaser in chapter.teasers]
    leading = next((teaser for teaser in teasers if teaser.picture), None)
    page = NewsletterPage(
        head=views.head(
            address, f"{settings.title}, {name}", "; ".join(teaser.title for teaser in teasers[:3]),
            older=older.href if older else "", newer=newer.href if newer else "",
        ),
        title=settings.title,
        name=name,
        first=from_datetime(first.replace(tzinfo=zone), zone, has_time=False),
        last=from_datetime((first + timedelta(days=6)).replace(tzinfo=zone), zone, has_time=False),
        url=views.base.url(address),
        chapters=tuple(chapters),
        leading=leading.url if leading else "",
        subscribe=_subscribe(settings),
        unsubscribe=_unsubscribe(settings),
        text=views.base.href(urls.newsletter_text(address)),
        older=older,
        newer=newer,
    )  # fmt: skip
    yield views.output(address, "newsletter.html", page)
    yield views.output(urls.newsletter_mail(address), "newsletter/mail.html", page, bare=True)
    yield views.output(urls.newsletter_text(address), "newsletter/mail.txt", page, bare=True)

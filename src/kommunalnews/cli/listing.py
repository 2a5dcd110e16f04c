"""``list``: which articles and places there are, and what changes next though nobody edits anything."""

from gettext import NullTranslations
from pathlib import Path
from typing import Any, Literal

import click
import msgspec

from kommunalnews.cli.edge import _
from kommunalnews.cli.options import Asked, Style, options
from kommunalnews.diagnostics import N_
from kommunalnews.i18n import translations
from kommunalnews.requests import BuildRequest, Change, ListedArticle, ListedPlace

What = Literal["articles", "drafts", "scheduled", "expired", "places"]
_STATUS: dict[What, str] = {"drafts": "draft", "scheduled": "scheduled", "expired": "expired"}
_STATUS_WORDS = {
    "published": N_("published"),
    "draft": N_("draft"),
    "scheduled": N_("scheduled"),
    "expired": N_("expired"),
}

_STATUS_WITH_MOMENT = {"scheduled": N_("scheduled until {moment}"), "expired": N_("expired on {moment}")}


@click.command(
    "list", help=_("List all articles, or only drafts, scheduled or expired ones; or places, and where they lie.")
)
@click.argument("what", type=click.Choice(["articles", "drafts", "scheduled", "expired", "places"]), default="articles")
@click.option("--next", "upcoming", is_flag=True, help=_("Only say when the site changes next by itself."))
@options("source", "now", "jobs", "store", "cache", "style")
def list_articles(what: What, upcoming: bool, style: Style, **asked: Any) -> int:
    """Articles with their status, places, or the next change."""
    from kommunalnews import build as engine
    from kommunalnews.cli import report
    from kommunalnews.planning import read_config

    request = Asked(**asked, drafts=True, future=True, expired=True, pdf=False, search=False).request()
    try:
        words = translations(read_config(request).language)
        if upcoming:
            _show_next(_next_change(request), style, words)
        elif what == "places":
            _show_places(engine.places(request), style, words)
        else:
            _show_articles(engine.listing(request), what, style, words)
    except engine.BuildStopped as stopped:
        report.show_stopped(stopped, style, Path(request.source))
        return 1
    return 0


def _next_change(request: BuildRequest) -> Change | None:
    from kommunalnews import build as engine

    return engine.check(msgspec.structs.replace(request, drafts=False, future=False, expired=False)).next_change


def _show_next(change: Change | None, style: Style, words: NullTranslations) -> None:
    from kommunalnews.cli import report

    if style == "json":
        report.show_json({"next_change": report.change_data(change) if change is not None else None})
    elif change is not None:
        click.echo(report.visible(f"{report.told(change.at, words)}  {change.path}"))
    else:
        click.echo(words.gettext("Nothing is due."))


def _show_articles(articles: tuple[ListedArticle, ...], what: What, style: Style, words: NullTranslations) -> None:
    from kommunalnews.cli import report

    chosen = [article for article in articles if what == "articles" or article.status == _STATUS[what]]
    if style == "json":
        report.show_json({"articles": [_as_data(article) for article in chosen]})
        return
    for article in chosen:
        click.echo(report.visible(_line(article, words)))


def _show_places(places: tuple[ListedPlace, ...], style: Style, words: NullTranslations) -> None:
    """Those first that nobody can find on the map."""
    from kommunalnews.cli import report

    if style == "json":
        report.show_json({"places": [msgspec.structs.asdict(place) for place in places]})
        return
    for place in sorted(places, key=lambda place: (place.latitude is not None, place.name)):
        where = words.gettext("nowhere on the map")
        if place.latitude is not None:
            where = f"{place.latitude:.3f}, {place.longitude:.3f}  {place.state or '–'}"
        click.echo(report.visible(f"{place.name} ({place.count})  {where}"))


def _as_data(article: ListedArticle) -> dict[str, object]:
    return {
        "path": article.path,
        "title": article.title,
        "kicker": article.kicker,
        "status": article.status,
        "date": article.date.iso,
        "until": article.until.iso if article.until else None,
        "href": article.href,
    }


def _line(article: ListedArticle, words: NullTranslations) -> str:
    from kommunalnews.cli import report

    status = words.gettext(_STATUS_WORDS[article.status])
    if article.until and article.status in _STATUS_WITH_MOMENT:
        template = words.gettext(_STATUS_WITH_MOMENT[article.status])
        status = template.format(moment=report.told(article.until, words))
    title = f"{article.kicker}: {article.title}" if article.kicker else article.title
    return f"{report.told(article.date, words)}  {status}  {title}  {article.path}"

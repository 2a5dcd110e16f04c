"""Issues by themselves → issues in their place: those whose time it is, each with its public articles by section.

Only articles that are already placed can enter an issue, so nothing that is withheld reaches one. Named articles stand
in the order in which they are named; those of a range by section as in site.yaml, newest first.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kommunalnews import urls
from kommunalnews.config import Config
from kommunalnews.content.model import IssueText, Item
from kommunalnews.diagnostics import Diagnostic
from kommunalnews.moments import end_of
from kommunalnews.requests import Change, Withheld
from kommunalnews.site.model import Badge, Chapter, Entry, Issue, Showing, Writer
from kommunalnews.site.paths import source_path
from kommunalnews.site.problems import (
    address_taken,
    issue_empty,
    issue_withheld_article,
    slug_ambiguous,
    unknown_author,
    unknown_issue_article,
)
from kommunalnews.site.slugs import Slugs


class Issues(NamedTuple):
    """What became of the issues of a site."""

    shown: tuple[Issue, ...]
    """Newest first."""
    withheld: list[Withheld]
    changes: list[Change]


class Shelf(NamedTuple):
    """What issues are filled from."""

    entries: tuple[Entry, ...]
    """Every article that is shown, newest first."""
    withheld: frozenset[str]
    """Paths and slugs of the articles that are not."""
    writers: Mapping[str, Writer]
    config: Config


def issues(items: Iterable[Item], shelf: Shelf, now: int, showing: Showing, diagnostics: list[Diagnostic]) -> Issues:
    """The issues that are public at ``now``. One without a public article is left out, with a warning."""
    taken: dict[str, IssueText] = {}
    found = Issues((), [], [])
    shown: list[Issue] = []
    for text in (item for item in items if isinstance(item, IssueText)):
        address = urls.issue(text.slug)
        first = taken.setdefault(urls.collision_key(address), text)
        if first is not text:
            diagnostics.append(address_taken(text.place("title"), address, first.path))
            continue
        badge = _status(text, now)
        if badge == "scheduled":
            found.changes.append(Change(text.matter.date, "publish", text.path))
        if (badge == "draft" and not showing.drafts) or (badge == "scheduled" and not showing.future):
            until = text.matter.date if badge == "scheduled" else None
            found.withheld.append(Withheld(text.path, text.matter.title, badge, until))
            continue
        chapters = _chapters(text, shelf, diagnostics)
        if not chapters:
            diagnostics.append(issue_empty(text.place("articles" if text.matter.articles else "from")))
            continue
        _check_authors(text, shelf.writers, diagnostics)
        shown.append(Issue(text, address, chapters, badge))
    shown.sort(key=lambda issue: (-issue.text.matter.date.seconds, issue.path))
    return found._replace(shown=tuple(shown))


def _status(text: IssueText, now: int) -> Badge:
    if text.matter.draft:
        return "draft"
    return "scheduled" if text.matter.date.seconds > now else ""


def _chapters(text: IssueText, shelf: Shelf, diagnostics: list[Diagnostic]) -> tuple[Chapter, ...]:
    if text.matter.articles:
        entries = _named(text, shelf, diagnostics)
        names = list(dict.fromkeys(entry.section for entry in entries))
    else:
        entries = _in_range(text, shelf)
        names = [section.name for section in shelf.config.sections]
    chapters = (Chapter(name, tuple(entry for entry in entries if entry.section == name)) for name in names)
    return tuple(chapter for chapter in chapters if chapter.entries)


def _named(text: IssueText, shelf: Shelf, diagnostics: list[Diagnostic]) -> list[Entry]:
    """The articles that the issue names by file or slug, each once; of a slug of several years, the newest."""
    by_path = {entry.path: entry for entry in shelf.entries}
    slugs = Slugs(shelf.entries)
    found: dict[str, Entry] = {}
    for number, name in enumerate(text.matter.articles):
        names = (source_path(text.path, name), f"content/{name}")
        place = text.place(f"articles.{number}")
        meant = [by_path[path] for path in names if path in by_path][:1] or slugs.find(name)
        if meant:
            found.setdefault(meant[0].path, meant[0])
            if len(meant) > 1:
                diagnostics.append(slug_ambiguous(place, name, meant))
        elif shelf.withheld.intersection((*names, name)):
            diagnostics.append(issue_withheld_article(place, name))
        else:
            diagnostics.append(unknown_issue_article(place, name, text.path, by_path))
    return list(found.values())


def _in_range(text: IssueText, shelf: Shelf) -> list[Entry]:
    """The articles whose date lies in the range of the issue, newest first."""
    start, end = text.matter.from_, text.matter.until
    assert start is not None
    assert end is not None
    limit = end_of(end, ZoneInfo(shelf.config.timezone)).seconds
    return [entry for entry in shelf.entries if start.seconds <= entry.article.matter.date.seconds < limit]


def _check_authors(text: IssueText, writers: Mapping[str, Writer], diagnostics: list[Diagnostic]) -> None:
    for number, key in enumerate(text.matter.author):
        if key not in writers:
            known = {name: writer.author for name, writer in writers.items()}
            diagnostics.append(unknown_author(text.place(f"author.{number}"), key, known))

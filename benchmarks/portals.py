"""A number of articles → a site for each tool, and the changes whose price is measured."""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import corpus
from tools import Tool, forget, furnish, put_away

_AGE = 3600
"""Seconds since the files of a fresh corpus were changed: an editor's files are older than the build, too."""


@dataclass(frozen=True)
class Site:
    """One tool's site."""

    tool: Tool
    folder: Path
    articles: int

    @property
    def public(self) -> Path:
        return self.folder / "public"

    def is_built(self) -> bool:
        return (self.public / "index.html").exists()

    def tells_of(self, title: str) -> bool:
        """Whether the front page does."""
        return title in (self.public / "index.html").read_text(encoding="utf-8")

    def size(self) -> tuple[int, int]:
        """How many files the build has made, and their bytes; its own notes are not counted."""
        made = [path for path in self.public.rglob("*") if path.is_file() and ".kommunalnews" not in path.parts]
        return len(made), sum(path.stat().st_size for path in made)


def make(tools: Iterable[Tool], work: Path, articles: int, ours: Path) -> dict[Tool, Site]:
    """Write the same articles for each tool, in the form it reads."""
    sites = {tool: Site(tool, work / "sites" / str(articles) / tool.key, articles) for tool in tools}
    for tool, site in sites.items():
        site.folder.parent.mkdir(parents=True, exist_ok=True)
        put_away(site.folder, site.folder.parent)
        furnish(tool, site.folder, ours)
    for article in corpus.articles(articles):
        for tool, site in sites.items():
            corpus.write(site.folder, article, tool.form)
            if tool.pdf:
                _without_pdf(site.folder / corpus.path_of(article, tool.form))
    return sites


def _without_pdf(path: Path) -> None:
    """The old articles get no PDF: ten thousand of them would be the measurement."""
    path.write_text(path.read_text(encoding="utf-8").replace("\n---\n", "\npdf: false\n---\n", 1), encoding="utf-8")


def last_day(articles: int, repetitions: int) -> date:
    """The day of the newest article that the measurement will publish."""
    return corpus.more(articles, 2 * repetitions).day


def _cold(site: Site, repetition: int) -> str:
    forget(site.folder)
    return ""


def _unchanged(site: Site, repetition: int) -> str:
    return ""


def _body(site: Site, repetition: int) -> str:
    """One more paragraph in an article of the middle, each time in another."""
    number = (site.articles // 2 + repetition) % site.articles
    folder = site.folder / corpus.FORMS[site.tool.form][0] / str(corpus.day_of(number).year)
    path = folder / f"artikel-{number}.md"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\nNachtrag {repetition} {time.time_ns()}: Die Sitzung ist vertagt.\n")
    return ""


def _article(site: Site, repetition: int) -> str:
    """One more article, newer than all others."""
    return _published(site, 2 * repetition)


def _next(site: Site, repetition: int) -> str:
    """One more after that."""
    return _published(site, 2 * repetition + 1)


def _published(site: Site, number: int) -> str:
    article = corpus.more(site.articles, number)
    corpus.write(site.folder, article, site.tool.form)
    return article.title


def _checkout(site: Site, repetition: int) -> str:
    """All sources are other files with new times; the store is there, what was published is not."""
    put_away(site.public, site.folder.parent)
    content = site.folder / "content"
    content.rename(site.folder / "content.old")
    shutil.copytree(site.folder / "content.old", content, copy_function=shutil.copyfile)
    put_away(site.folder / "content.old", site.folder.parent)
    return ""


@dataclass(frozen=True)
class Row:
    """One row of the table: a change, and then a build."""

    name: str
    change: Callable[[Site, int], str]
    """Makes the change, for the repetition 0, 1, …; returns what the front page must tell afterwards, or nothing."""


ROWS: Mapping[str, Row] = {
    "cold": Row("cold", _cold),
    "unchanged": Row("nothing changed", _unchanged),
    "body": Row("one body edited", _body),
    "article": Row("one new article", _article),
    "next": Row("the next new article", _next),
    "checkout": Row("fresh checkout, store restored", _checkout),
    "pdf": Row("one new article with its PDF", _article),
}

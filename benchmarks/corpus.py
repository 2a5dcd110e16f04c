#!/usr/bin/env python3
"""A number → a site of so many articles, for measurements.

usage: corpus.py FOLDER N

The same number gives the same files. An article has about 2.9 kB: eight paragraphs, a heading, a list, a link.
The texts can also be written in the forms that other generators read; see ``FORMS``.
"""

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SECTIONS = ("Panorama", "Politik", "Infrastruktur", "Portale", "IT-Sicherheit", "Organisation")
AUTHORS = {"bs": "Birte Sandhorst", "ml": "Mara Lind"}
SYLLABLES = (
    "ba be bi bo da de di do fa fe fi ga ge gi ha he ka ke ki la le li ma me mi na ne ra re ri sa se ta te".split()
)
WORDS_IN_A_PARAGRAPH = 46
FIRST_DAY = date(2005, 1, 1)
ARTICLES_A_DAY = 4


Vocabulary = tuple[list[str], list[str], list[str]]
"""The words, places and tags that a site is made of."""


@dataclass(frozen=True)
class Article:
    """One article, in no form yet."""

    number: int
    day: date
    title: str
    lead: str
    section: str
    tags: tuple[str, ...]
    place: str
    """It is the kicker, too."""
    author: str
    """The mark: ``bs``."""
    body: str
    """Markdown, no newline at its end."""


def main() -> None:
    """Write the site."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    (folder / "content").mkdir(parents=True)
    write_settings(folder)
    for article in articles(count):
        write(folder, article, "kommunalnews")


def articles(count: int) -> Iterator[Article]:
    """So many articles, the oldest first."""
    chance = random.Random(count)
    vocabulary = _vocabulary(chance, count)
    for number in range(count):
        yield _article(number, day_of(number), chance, vocabulary)


def more(count: int, number: int) -> Article:
    """The first, second, … (0, 1, …) article after a site of ``count``: newer than all, of their tags and places."""
    day = day_of(count) + timedelta(days=1 + number)
    vocabulary = _vocabulary(random.Random(count), count)
    return _article(count + number, day, random.Random(f"{count} {number}"), vocabulary)


def day_of(number: int) -> date:
    """The day of the article with this number."""
    return FIRST_DAY + timedelta(days=number // ARTICLES_A_DAY)


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))


def _vocabulary(chance: random.Random, count: int) -> Vocabulary:
    words = [_word(chance) for _ in range(4000)]
    places = [_word(chance).capitalize() + "stadt" for _ in range(max(20, count // 50))]
    tags = [_word(chance).capitalize() for _ in range(max(20, count // 100))]
    return words, places, tags


def _article(number: int, day: date, chance: random.Random, vocabulary: Vocabulary) -> Article:
    words, places, tags = vocabulary
    place = chance.choice(places)
    paragraphs = [_sentence(chance, words, WORDS_IN_A_PARAGRAPH) for _ in range(8)]
    items = "".join(f"- {_sentence(chance, words, 8)}\n" for _ in range(4))
    return Article(
        number=number,
        day=day,
        title=f"{_sentence(chance, words, 5)[:-1]} {number}",
        lead=_sentence(chance, words, 24),
        section=chance.choice(SECTIONS),
        tags=tuple(chance.sample(tags, 3)),
        place=place,
        author=chance.choice(tuple(AUTHORS)),
        body="\n\n".join([*paragraphs[:4], "## Zwischenstand", *paragraphs[4:6], items, *paragraphs[6:]]),
    )


def _sentence(chance: random.Random, words: list[str], count: int) -> str:
    return " ".join(chance.choice(words) for _ in range(count)).capitalize() + "."


def _kommunalnews(article: Article) -> str:
    return (
        f"---\nkicker: {article.place}\ntitle: {article.title}\ndate: {article.day}\n"
        f"lead: {article.lead}\nsection: {article.section}\n"
        f"tags: [{', '.join(article.tags)}]\nlocation: {article.place}\nauthor: {article.author}\n"
        f"links: [www.example.org]\n---\n{article.body}\n"
    )


def _hugo(article: Article) -> str:
    """Taxonomies under their own names; Hugo can make an archive by year and month only of a taxonomy, too."""
    return (
        f"---\nkicker: {article.place}\ntitle: {article.title}\ndate: {article.day}\n"
        f"lead: {article.lead}\nbereiche: [{article.section}]\n"
        f"stichworte: [{', '.join(article.tags)}]\norte: [{article.place}]\nautoren: [{AUTHORS[article.author]}]\n"
        f'jahre: ["{article.day:%Y}"]\nmonate: ["{article.day:%Y-%m}"]\nlinks: [www.example.org]\n---\n{article.body}\n'
    )


def _pelican(article: Article) -> str:
    """Metadata lines; the place is one more tag, because Pelican has no taxonomies beside category, tag and author."""
    return (
        f"Title: {article.title}\nKicker: {article.place}\nDate: {article.day}\nSummary: {article.lead}\n"
        f"Category: {article.section}\nTags: {', '.join((*article.tags, article.place))}\n"
        f"Author: {AUTHORS[article.author]}\nLink: www.example.org\n\n{article.body}\n"
    )


FORMS: Mapping[str, tuple[str, Callable[[Article], str]]] = {
    "kommunalnews": ("content/articles", _kommunalnews),
    "hugo": ("content/meldungen", _hugo),
    "eleventy": ("content/articles", _kommunalnews),
    "pelican": ("content", _pelican),
}
"""The folder that a generator reads articles from, and how it reads them. Eleventy reads ours as they are."""


def path_of(article: Article, form: str) -> str:
    """Where the article stands in a site of this form."""
    return f"{FORMS[form][0]}/{article.day.year}/artikel-{article.number}.md"


def write(folder: Path, article: Article, form: str) -> None:
    """Write the article into the site in ``folder``."""
    path = folder / path_of(article, form)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FORMS[form][1](article), encoding="utf-8")


def write_settings(folder: Path, fragments: str = "") -> None:
    """Write what our own site needs beside its articles."""
    sections = "".join(f"  - {name}\n" for name in SECTIONS)
    (folder / "content" / "site.yaml").write_text(
        f"title: Messportal\nbase_url: https://www.example.org/\nlanguage: de\nsocial_cards: off\nsections:\n{sections}"
        + (f"fragments: {fragments}\n" if fragments else ""),
        encoding="utf-8",
    )
    authors = "".join(f"{mark}: {{name: {name}}}\n" for mark, name in AUTHORS.items())
    (folder / "content" / "authors.yaml").write_text(authors, encoding="utf-8")


if __name__ == "__main__":
    main()

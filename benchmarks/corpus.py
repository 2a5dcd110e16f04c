#!/usr/bin/env python3
"""A number → a site of so many articles, for measurements.

usage: corpus.py FOLDER N

The same number gives the same files. An article has about 2.9 kB: eight paragraphs, a heading, a list, a link.
"""

import random
import sys
from datetime import date, timedelta
from pathlib import Path

SECTIONS = ("Panorama", "Politik", "Infrastruktur", "Portale", "IT-Sicherheit", "Organisation")
SYLLABLES = (
    "ba be bi bo da de di do fa fe fi ga ge gi ha he ka ke ki la le li ma me mi na ne ra re ri sa se ta te".split()
)
WORDS_IN_A_PARAGRAPH = 46


def main() -> None:
    """Write the site."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(count)
    words = [_word(chance) for _ in range(4000)]
    places = [_word(chance).capitalize() + "stadt" for _ in range(max(20, count // 50))]
    tags = [_word(chance).capitalize() for _ in range(max(20, count // 100))]
    content = folder / "content"
    content.mkdir(parents=True)
    sections = "".join(f"  - {name}\n" for name in SECTIONS)
    (content / "site.yaml").write_text(
        f"title: Messportal\nbase_url: https://www.example.org/\nlanguage: de\nsections:\n{sections}", encoding="utf-8"
    )
    (content / "authors.yaml").write_text("bs: {name: Birte Sandhorst}\nml: {name: Mara Lind}\n", encoding="utf-8")
    for number in range(count):
        _article(content, number, chance, words, places, tags)


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))


def _article(
    content: Path, number: int, chance: random.Random, words: list[str], places: list[str], tags: list[str]
) -> None:
    day = date(2005, 1, 1) + timedelta(days=number // 4)
    place = chance.choice(places)
    paragraphs = [_sentence(chance, words, WORDS_IN_A_PARAGRAPH) for _ in range(8)]
    items = "".join(f"- {_sentence(chance, words, 8)}\n" for _ in range(4))
    body = "\n\n".join([*paragraphs[:4], "## Zwischenstand", *paragraphs[4:6], items, *paragraphs[6:]])
    text = (
        f"---\nkicker: {place}\ntitle: {_sentence(chance, words, 5)[:-1]} {number}\ndate: {day}\n"
        f"lead: {_sentence(chance, words, 24)}\nsection: {chance.choice(SECTIONS)}\n"
        f"tags: [{', '.join(chance.sample(tags, 3))}]\nlocation: {place}\nauthor: {chance.choice(('bs', 'ml'))}\n"
        f"links: [www.example.org]\n---\n{body}\n"
    )
    path = content / "articles" / str(day.year) / f"artikel-{number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _sentence(chance: random.Random, words: list[str], count: int) -> str:
    return " ".join(chance.choice(words) for _ in range(count)).capitalize() + "."


if __name__ == "__main__":
    main()

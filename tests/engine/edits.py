"""Random edits of a small site: what editors, theme authors and time do to it, from the smallest to the rudest.

Every pool is small and holds what collides: titles that share a slug, terms that differ in case or umlaut, aliases
that want the place of other outputs.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from sites import NOW, PIXEL, Text, at

FIRST = at(NOW)
HOUR = 3600

ARTICLES = [
    *(f"content/articles/2026/{name}.md" for name in "abcdefghijkl"),
    "content/articles/2025/rathaus/index.md",
    "content/articles/2025/alt.md",
]
PICTURES = ["content/images/markt.png", "content/articles/2025/rathaus/bild.png"]
PAGES = ["content/pages/impressum.md", "content/pages/hilfe/suche.md"]
VENDORS = ["content/vendors/stella.md", "content/vendors/nova.md"]
ISSUES = ["content/issues/2026-11.yaml", "content/issues/sommer.yaml", "content/issues/Sommer_.yaml"]
AUTHORS = "content/authors.yaml"
CONFIG = "content/site.yaml"

titles = st.sampled_from(
    ["Brücke gesperrt", "Bruecke gesperrt", "Markt: neu", "Rat <b>tagt</b> & isst", "Glasfaser", "Haus"]
)
dates = st.sampled_from(
    ["2025-03-01", "2025-12-31 23:30", "2026-10-25 02:30", "2026-11-01", "2026-11-20", "2026-11-22 09:30", "2026-11-23"]
)
soon = st.sampled_from(["2026-11-23 11:00", "2026-11-23 12:30", "2026-11-23 15:00", "2026-11-25"])
sections = st.sampled_from(["Town", "Country", "Rat & Recht", "town"])
tags = st.lists(st.sampled_from(["Smart City", "smart city", "Umwelt", "Ümwelt", "Öl", "Oil"]), max_size=3)
links = st.sampled_from(
    [
        "Words.",
        "Other words, many more of them, so that the count of words is another.",
        "See [the other](../2026/b.md) and [this](../2025/alt.md#oben).",
        "See [the issue](/issues/2026-11.yaml), [the list](/ausgaben/).",
        "See [the town](/bereiche/town/), [imprint](/pages/impressum.md), [vendor](../../vendors/stella.md).",
        "## Oben {#oben}\n\n![Markt](/images/markt.png) and [nothing](../2026/nowhere.md)",
        '![Markt](/images/markt.png "On the market (Photo: al)")',
        "```video\nurl: https://video.example.org/w/abcdef\ntitle: A film\npicture: /images/markt.png\n```",
        "```map\nurl: nowhere\ntitle: A map\ntranscript: b.md\n```",
        "![Missing](missing.png) [second page](/bereiche/town/seite/1/) [old](/alt.html)",
    ]
)
aliases = st.lists(
    st.sampled_from(["/alt", "/alt.html", "/alt.html/", "/alt.html/tief.html", "/bereiche/town/", "/archiv", "/x/y/"]),
    max_size=2,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": titles,
    "kicker": st.sampled_from(["", "Hilltown", "Ütz"]),
    "date": dates,
    "section": sections,
    "lead": st.sampled_from(["", "A *lead*.", "Another lead."]),
    "tags": tags,
    "location": st.sampled_from(["", "Hilltown", "hilltown", "Straßdorf", "Bonn", "Beuel"]),
    "author": st.lists(st.sampled_from(["bs", "al", "nobody"]), max_size=2),
    "links": st.lists(st.sampled_from(["www.example.com", "https://example.net/x"]), max_size=1),
    "image": st.sampled_from(
        [
            "",
            "/images/markt.png",
            "{src: bild.png, alt: A picture, caption: So *what*}",
            "{src: bild.png, credit: bs, focal: 30% 20%, decorative: true}",
        ]
    ),
    "updated": st.sampled_from(["", "2026-11-23 10:00", "2026-11-24"]),
    "publish_at": st.one_of(st.just(""), soon),
    "expires_at": st.one_of(st.just(""), soon),
    "draft": st.sampled_from(["", "true"]),
    "slug": st.sampled_from(["", "", "markt-neu", "glasfaser"]),
    "aliases": aliases,
    "teaser": st.sampled_from(["", "A teaser."]),
    "related": st.lists(st.sampled_from(["../2026/a.md", "b.md", "../2025/alt.md", "glasfaser"]), max_size=1),
    "corrections": st.sampled_from(["", "[{date: 2026-11-21, text: It was *two*}]"]),
    "coordinates": st.sampled_from(["", "50.7, 7.2", "50.8, 7.3"]),
    "vendors": st.lists(st.sampled_from(["stella", "Nova & Co", "nobody"]), max_size=2),
}
VENDOR_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["Stella", "Nova & Co", "Ätna"]),
    "city": st.sampled_from(["", "Hilltown"]),
    "postcode": st.sampled_from(["", "01067"]),
    "url": st.sampled_from(["", "www.example.com"]),
    "logo": st.sampled_from(["", "/images/markt.png"]),
    "sections": st.lists(st.sampled_from(["Town", "country", "Nowhere"]), max_size=2),
    "from": st.one_of(st.just(""), soon),
    "until": st.one_of(st.just(""), soon),
    "paid": st.sampled_from(["", "false"]),
}
ISSUE_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["Autumn", "Herbst & mehr"]),
    "number": st.sampled_from(["", "11/2026"]),
    "date": dates,
    "articles": st.lists(
        st.sampled_from(["../articles/2026/a.md", "articles/2026/b.md", "/articles/2025/alt.md", "markt-neu"]),
        max_size=3,
    ),
    "from": st.sampled_from(["", "2025-01-01", "2026-11-01"]),
    "until": st.sampled_from(["", "2026-11-20", "2026-11-23 12:00"]),
    "cover": st.sampled_from(["", "/images/markt.png", "{src: ../images/markt.png, alt: A market}"]),
    "editorial": st.sampled_from(["", "Words.", "See [the other](../articles/2026/b.md) and [that](sommer.yaml)."]),
    "author": st.lists(st.sampled_from(["bs", "nobody"]), max_size=1),
    "draft": st.sampled_from(["", "", "true"]),
}
PAGE_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "body": links,
    "title": st.sampled_from(["Imprint", "Search help"]),
    "slug": st.sampled_from(["", "alt", "archiv"]),
    "draft": st.sampled_from(["", "true"]),
    "updated": st.sampled_from(["", "2026-11-23"]),
    "aliases": aliases,
    "template": st.sampled_from(["standard", "easy-language", "sign-language"]),
}
FIELDS_OF: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    **{path: {"body": links, **FIELDS} for path in ARTICLES},
    **dict.fromkeys(VENDORS, VENDOR_FIELDS),
    **dict.fromkeys(ISSUES, ISSUE_FIELDS),
    **dict.fromkeys(PAGES, PAGE_FIELDS),
}
"""What a text may say, by its path."""
CONFIG_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["Hilltown Herald", "Der Bote"]),
    "base_url": st.sampled_from(["https://herald.example.org/", "https://example.org/news/"]),
    "language": st.sampled_from(["en", "de"]),
    "tagline": st.sampled_from(["", "News & views"]),
    "sections": st.sampled_from(
        [
            "[Town, Country]",
            "[Country, Town, Rat & Recht]",
            "[Town]",
            "[{name: Town, slug: stadt, description: All of it}, Country]",
        ]
    ),
    "fragments": st.sampled_from(["inline", "ssi", "client"]),
    "page_size": st.sampled_from(["1", "2", "20"]),
    "feed_size": st.sampled_from(["1", "20"]),
    "lead": st.sampled_from(["", "articles/2026/a.md", "articles/2025/alt.md"]),
    "authors": st.sampled_from(["mark", "name"]),
    "places": st.sampled_from(
        ["", "[{name: Hilltown, lat: 50.75, lon: 7.1, description: Up there}]", "[{name: Bonn, aliases: [Beuel]}]"]
    ),
    "tags": st.sampled_from(
        ["", "[{name: Öl, synonyms: [Oil, Smart City], description: Black}]", "[{name: Oil, slug: l}]"]
    ),
    "thin_tags": st.sampled_from(["", "0", "3"]),
    "social_cards": st.sampled_from(["off", "on", "recent 1"]),
    "servers": st.sampled_from(["", "[nginx]", "[netlify, apache]"]),
    "precompress": st.sampled_from(["", "", "[gz]"]),
    "websub": st.sampled_from(["", "https://hub.example.org/"]),
    "security": st.sampled_from(
        ["", "{contact: a@example.org, expires: 2026-11-24}", "{contact: a@example.org, expires: 2028-01-01}"]
    ),
    "embeds": st.sampled_from(["", "{hosts: [video.example.org]}"]),
    "newsletter": st.sampled_from(["", "{title: The week}", "{title: The week, subscribe: www.example.com}"]),
    "menus": st.sampled_from(
        ["", "{main: [{label: Help, page: hilfe/suche}]}", "{footer: [{label: Out, url: /anbieter/}]}"]
    ),
}
authors_files = st.sampled_from(
    [
        "bs: {name: Bettina Schulz}\n",
        "bs: {name: B. Schulz, role: Editor, bio: Writes *much*}\nal: {name: Ada L}\n",
        "bs: {name: B. Schulz, image: /images/markt.png, links: [www.example.com]}\n",
        "",
    ]
)
TEMPLATES = {
    "home.html": [
        "{% extends 'base.html' %}{% block main %}{{ page.lead.title if page.lead }}{% endblock %}",
        "{% extends 'base.html' %}{% import 'macros/teaser.html' as t %}"
        "{% block main %}{{ t.list(page.latest) }}{% endblock %}",
    ],
    "macros/teaser.html": [
        "{% macro list(teasers) %}{% for teaser in teasers %}<b>{{ teaser.title }}</b>{% endfor %}{% endmacro %}",
        "{% macro list(teasers) %}{{ teasers|length }}{% include 'parts/own.html' ignore missing %}{% endmacro %}",
    ],
    "parts/own.html": ["own", "another"],
    "parts/masthead.html": ["<header>{{ page.current }}</header>", "<header>{{ site.title }}</header>"],
    "fragments/more.html": ["<p>{{ page.teasers|length }}</p>", "<p>{{ page.section.name }}</p>"],
    "print.html": ["<p>{{ page.title }}</p>{{ body(page.body) }}"],
    "robots.txt": ["User-agent: *\n"],
}
STATICS = {
    "css/golden.css": ["p {}\n", "p { color: red }\n"],
    "css/site.css": ["a {}\n"],
    "alt.html": ["static\n"],
    ".well-known/security.txt": ["Contact: mailto:a@example.org\n"],
}


class Model:
    """The site as its editors know it: the fields of every text."""

    def __init__(self, mode: str) -> None:
        self.now = FIRST
        self.showing: dict[str, bool] = {}
        self.config: dict[str, Any] = {
            "title": "Hilltown Herald", "base_url": "https://herald.example.org/", "language": "en",
            "sections": "[Town, Country]", "fragments": mode, "page_size": "2", "newsletter": "{title: The week}",
            "social_cards": "off",
        }  # fmt: skip
        self.texts: dict[str, dict[str, Any]] = {}
        self.add(ARTICLES[0], {"title": "Glasfaser"})
        self.add(ARTICLES[1], {"title": "Haus", "date": "2026-11-01", "tags": ["Smart City"]})
        self.add(ARTICLES[7], {"title": "Markt: neu", "date": "2025-03-01"})
        self.texts[VENDORS[0]] = {"name": "Stella", "sections": ["Town"]}
        self.texts[PAGES[0]] = {"title": "Imprint", "body": "Words."}
        self.texts[ISSUES[0]] = {"title": "Autumn", "date": "2026-11-20", "from": "2025-01-01", "until": "2026-11-20"}

    def add(self, path: str, fields: dict[str, Any]) -> None:
        """A new article."""
        self.texts[path] = {"title": "Haus", "date": "2026-11-20", "section": "Town", "body": "Words.", **fields}

    def config_text(self) -> str:
        """``site.yaml``."""
        return "".join(_line(name, value) for name, value in self.config.items())

    def text(self, path: str) -> str:
        """The source of an article, page, vendor or issue."""
        fields = self.texts[path]
        lines = "".join(_line(name, value) for name, value in fields.items() if name != "body")
        return lines if path in ISSUES else f"---\n{lines}---\n\n{fields.get('body', '')}\n"


def _line(name: str, value: Any) -> str:
    if value in ("", []):
        return ""
    if isinstance(value, list):
        return f"{name}: [{', '.join(_quoted(item) for item in value)}]\n"
    return f"{name}: {value if value[:1] in '[{' else _quoted(value)}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def picture(grey: int) -> bytes:
    """A picture; each ``grey`` another."""
    return PIXEL if grey == 0 else f'<svg xmlns="http://www.w3.org/2000/svg" width="{grey}" height="9"/>'.encode()


Draw = Callable[[st.SearchStrategy[Any]], Any]
Written = dict[str, Text]

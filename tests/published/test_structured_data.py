"""What search engines and archives are told of an article: the truth of its page, as data that nothing can break."""

import json
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sites import PIXEL, SiteFolder, Text, article

from kommunalnews.content.typography import typeset
from published import schema_org
from published.markup import Element
from published.output import Published
from published.test_html import full_pages, is_indexable, pages

with warnings.catch_warnings():  # it warns of itself when it is imported
    warnings.simplefilter("ignore")
    import feedparser

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
EVIL = "</script><script>alert(1)</script><!-- & ]]>"


def blocks(text: str) -> list[Mapping[str, Any]]:
    """The blocks of a page."""
    return [json.loads(found) for found in BLOCK.findall(text)]


def block(text: str, kind: str = "NewsArticle") -> Mapping[str, Any]:
    """The only block of a kind on a page."""
    [found] = [value for value in blocks(text) if value["@type"] == kind]
    return found


def kinds(address: str, page: Element) -> list[str]:
    """The blocks that a page should have."""
    if not is_indexable(page):
        return []
    if address == "/":
        return ["WebSite"]
    is_article = bool(page.all("meta", property="article:published_time"))
    is_issue = bool(page.all("link", rel="alternate", type="application/epub+zip"))
    subject = [kind for kind, so in (("NewsArticle", is_article), ("PublicationIssue", is_issue)) if so]
    return [*subject, *(["BreadcrumbList"] if page.one("body").all("header") else [])]


def test_every_page_says_what_it_is_in_the_words_of_schema_org(sites: tuple[Published, ...]) -> None:
    seen = set()
    for site in sites:
        for address, page in pages(site):
            said = blocks(site.read(address))
            assert [value["@type"] for value in said] == kinds(address, page), address
            for value in said:
                assert value["@context"] == "https://schema.org"
                assert list(schema_org.faults(value)) == [], address
                seen.add(value["@type"])
    assert seen == {"NewsArticle", "PublicationIssue", "BreadcrumbList", "WebSite"}


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "Newsarticle"},
        {"@type": "Place", "name": "Bonn", "headline": "Bonn"},
        {"@type": "Place", "name": ""},
        {"@type": "Person", "name": "Berta", "url": "/autoren/berta/"},
        {"@type": "CorrectionComment", "text": "Es waren zwei.", "datePublished": "2026-11-20"},
        {"@type": "ImageObject", "url": "https://example.org/a.png", "width": "12"},
        {"@type": "Place", "name": "Bonn", "geo": {"@type": "Person", "name": "Berta"}},
        {"@type": "Person"},
    ],
)
def test_what_is_wrong_is_noticed(value: Mapping[str, Any]) -> None:
    assert list(schema_org.faults(value))


def test_an_article_says_of_itself_what_its_page_says(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            if "NewsArticle" in kinds(address, page):
                said = block(site.read(address))
                assert said["url"] == said["mainEntityOfPage"] == page.one("link", rel="canonical")["href"]
                assert said["headline"].replace("\u00a0", " ") in page.one("h1").text
                assert said["publisher"]["@type"] == "NewsMediaOrganization"
                assert said["dateModified"] >= said["datePublished"]
                assert "encoding" not in said


def test_an_issue_says_of_itself_what_its_page_says(tmp_path: Path) -> None:
    cover = f"cover: {{src: /images/a.png, alt: x, credit: 'A & B', caption: '{EVIL}'}}"
    files: dict[str, Text] = {
        "content/articles/a.md": article("A"),
        "content/images/a.png": PIXEL,
        "content/issues/11.yaml": f"title: 'T {EVIL}'\nnumber: 11/2026\ndate: 2026-11-20\narticles: [a]\n{cover}\n",
        "content/issues/12.yaml": "title: Bare\ndate: 2026-11-21\narticles: [a]\npdf: false\n",
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    site.build()
    said = block(site.read("ausgaben/11/index.html"), "PublicationIssue")
    assert list(schema_org.faults(said)) == []
    assert (said["name"], said["issueNumber"]) == (typeset(f"T {EVIL}", "en"), "11/2026")
    assert said["datePublished"] == "2026-11-20T00:00:00+01:00"
    assert said["image"]["creditText"] == "A & B"
    periodical = said["isPartOf"]
    assert (periodical["@type"], periodical["name"]) == ("Periodical", "Hilltown Herald")
    assert periodical["url"] == "https://herald.example.org/ausgaben/"
    assert [found["encodingFormat"] for found in said["encoding"]] == ["application/epub+zip"]
    bare = block(site.read("ausgaben/12/index.html"), "PublicationIssue")
    assert not {"image", "issueNumber"} & bare.keys()


@pytest.mark.pdf
def test_an_issue_names_its_pdf_and_its_epub(tmp_path: Path) -> None:
    files = {
        "content/articles/a.md": article("A", pdf="off"),
        "content/issues/11.yaml": "title: T\ndate: 2026-11-20\narticles: [a]\n",
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    site.build(pdf=True)
    said = block(site.read("ausgaben/11/index.html"), "PublicationIssue")
    urls = [found["contentUrl"].removeprefix("https://herald.example.org/") for found in said["encoding"]]
    assert [Path(url).suffix for url in urls] == [".pdf", ".epub"]
    assert set(urls) <= site.published().keys()


def test_programs_are_told_the_way_that_readers_see(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            if "BreadcrumbList" not in kinds(address, page):
                continue
            steps = block(site.read(address), "BreadcrumbList")["itemListElement"]
            trail = page.one("nav", class_="kn-breadcrumbs")
            shown = [(link.text, site.base_url.rstrip("/") + link["href"]) for link in trail.all("a")]
            assert [(step["name"], step["item"]) for step in steps[: len(shown)]] == shown, address
            assert steps[-1]["item"] == page.one("link", rel="canonical")["href"]
            assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))


def test_cards_for_networks_have_what_open_graph_asks(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in full_pages(site):
            said = {meta["property"]: meta["content"] for meta in page.all("meta") if meta.get("property")}
            assert said["og:url"] == page.one("link", rel="canonical")["href"], address
            assert said["og:type"] in ("website", "article")
            assert said["og:title"]
            assert said["og:locale"] == "de_DE"
            picture = said.get("og:image")
            card = page.one("meta", name="twitter:card")["content"]
            assert card == ("summary_large_image" if picture else "summary")
            if picture:
                assert site.has(picture)
                assert picture.endswith((".jpg", ".png"))  # no network shows SVG, few show AVIF
                assert int(said["og:image:width"]) * int(said["og:image:height"]) > 0
                assert said["og:image:alt"]
            robots = page.one("meta", name="robots")["content"]
            assert robots in ("max-image-preview:large", "noindex, follow")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """One article that has everything, most of it hostile, and one that has nothing."""
    corrections = f"\n  - {{date: 2026-11-21, text: 'Es waren *zwei*. {EVIL}'}}"
    matter = {
        "kicker": f"'Rat {EVIL}'", "tags": "[Haushalt, Rat]", "location": "Lindenbrück", "author": "bs",
        "coordinates": "49.25, 7.5",
        "updated": "2026-11-22 08:00", "corrections": corrections, "date": "2026-11-20 17:30",
        "image": f"{{src: /images/a.png, alt: x, caption: 'Das *Rathaus* {EVIL}', credit: 'A & B'}}",
    }  # fmt: skip
    site = SiteFolder(
        tmp_path_factory.mktemp("full") / "site",
        {
            "content/articles/a.md": article(f"'Beschluss {EVIL}'", **matter, slug="a"),
            "content/articles/b.md": article("Karg", slug="b", pdf="off", date="2026-11-01"),
            "content/articles/c.md": article("Dresden", slug="c", location="Dresden", pdf="off", date="2026-10-01"),
            "content/authors.yaml": "bs: {name: Berta Stein}\n",
            "content/images/a.png": PIXEL,
        },
        theme="packaged",
    )
    report = site.build(pdf=False)
    assert not [found for found in report.diagnostics if found.is_error]
    return site


def test_nothing_in_an_article_ends_the_block_or_the_page(full: SiteFolder) -> None:
    said = block(full.read("meldungen/2026/a/index.html"))
    assert said["headline"] == typeset(f"Beschluss {EVIL}", "en")
    assert said["alternativeHeadline"] == typeset(f"Rat {EVIL}", "en")
    assert "<script>alert" not in full.read("meldungen/2026/a/index.html")


def test_the_block_says_all_that_the_page_says(full: SiteFolder) -> None:
    said = block(full.read("meldungen/2026/a/index.html"))
    assert said["datePublished"] == "2026-11-20T17:30:00+01:00"
    assert said["dateModified"] == "2026-11-22T08:00:00+01:00"
    assert said["author"][0]["name"] == "Berta Stein"
    assert said["author"][0]["url"].startswith("https://herald.example.org/")
    assert said["articleSection"] == "Town"
    assert said["keywords"] == ["Haushalt", "Rat"]
    geo = {"@type": "GeoCoordinates", "latitude": 49.25, "longitude": 7.5}
    assert said["contentLocation"] == {"@type": "Place", "name": "Lindenbrück", "geo": geo}
    assert said["image"]["creditText"] == "A & B"
    assert said["image"]["caption"].startswith("Das Rathaus")
    assert (said["image"]["width"], said["image"]["height"]) == (1, 1)
    assert said["correction"][0]["text"].startswith("Es waren zwei.")
    assert said["isAccessibleForFree"] is True


def test_coordinates_of_the_gazetteer_stand_only_where_it_is_credited(full: SiteFolder) -> None:
    said = block(full.read("meldungen/2026/c/index.html"))
    assert said["contentLocation"] == {"@type": "Place", "name": "Dresden"}
    assert 'href="/orte/dresden/"' in full.read("meldungen/2026/c/index.html")


@pytest.mark.parametrize(
    ("matter", "changed"),
    [
        ({}, "2026-11-20T17:30:00+01:00"),
        ({"updated": "2026-11-22 08:00"}, "2026-11-22T08:00:00+01:00"),
        ({"updated": "2026-11-20"}, "2026-11-20T17:30:00+01:00"),  # a day begins before its report
        ({"corrections": "[{date: 2026-11-21, text: x}]"}, "2026-11-21T00:00:00+01:00"),
        ({"corrections": "[{date: 2026-11-21, text: x}]", "updated": "2026-11-22"}, "2026-11-22T00:00:00+01:00"),
    ],
)
def test_page_feeds_and_sitemap_agree_when_an_article_was_changed_last(
    tmp_path: Path, matter: Mapping[str, str], changed: str
) -> None:
    files = {"content/articles/a.md": article("A", slug="a", date="2026-11-20 17:30", **matter)}
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    site.build()
    said = block(site.read("meldungen/2026/a/index.html"))
    [item] = json.loads(site.read("feed.json"))["items"]
    [entry] = feedparser.parse(site.read("atom.xml")).entries
    [listed] = re.findall(r"/a/</loc><lastmod>([^<]+)</lastmod>", site.read("sitemap.xml"))
    assert said["datePublished"] == "2026-11-20T17:30:00+01:00"
    assert [said["dateModified"], item["date_modified"], entry.updated] == [changed] * 3
    assert changed.removesuffix("T00:00:00+01:00") == listed


def test_an_article_without_author_is_its_publishers(full: SiteFolder) -> None:
    said = block(full.read("meldungen/2026/b/index.html"))
    assert said["author"] == said["publisher"]
    assert not {"image", "correction", "keywords", "contentLocation", "alternativeHeadline"} & said.keys()


@pytest.mark.pdf
def test_page_and_feeds_name_the_pdf_as_another_form_of_the_article(full: SiteFolder) -> None:
    full.build(pdf=True)
    text = full.read("meldungen/2026/a/index.html")
    url = "https://herald.example.org/meldungen/2026/a/a.pdf"
    assert block(text)["encoding"] == {
        "@type": "MediaObject", "contentUrl": url, "encodingFormat": "application/pdf",
    }  # fmt: skip
    assert re.search(r'<a [^>]*href="/meldungen/2026/a/a\.pdf"[^>]*>Article as PDF \(accessible\)</a>', text)
    [item, bare, _] = json.loads(full.read("feed.json"))["items"]
    assert [(found["url"], found["mime_type"]) for found in item["attachments"]] == [(url, "application/pdf")]
    assert "attachments" not in bare
    atom, rss = (feedparser.parse(full.read(name)) for name in ("atom.xml", "rss.xml"))
    assert [link["href"] for link in atom.entries[0].links if link["rel"] == "enclosure"] == [url]
    assert [link for link in atom.entries[1].links if link["rel"] == "enclosure"] == []
    assert [(found["url"], found["medium"]) for found in rss.entries[0].media_content][1:] == [(url, "document")]
    assert [found["medium"] for found in atom.entries[0].media_content] == ["image"]
    assert rss.entries[0].media_credit[0]["content"] == "A & B"
    assert rss.entries[0].enclosures == []

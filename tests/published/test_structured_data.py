"""What search engines and archives are told of an article: the truth of its page, as data that nothing can break."""

import json
import re
import warnings
from collections.abc import Mapping
from typing import Any

import pytest
from sites import PIXEL, SiteFolder, article

from published.output import Published

with warnings.catch_warnings():  # it warns of itself when it is imported
    warnings.simplefilter("ignore")
    import feedparser

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
EVIL = "</script><script>alert(1)</script><!-- & ]]>"


def block(text: str) -> Mapping[str, Any]:
    """The only block of a page."""
    [found] = BLOCK.findall(text)
    value: Mapping[str, Any] = json.loads(found)
    return value


def test_every_article_says_what_it_is_and_nothing_else_does(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for path in site.paths(".html"):
            text = site.files[path].decode()
            is_article = path.startswith("meldungen/") and path.endswith("/index.html") and 'class="kn-lead"' in text
            assert len(BLOCK.findall(text)) == is_article, path
            if is_article:
                said, page = block(text), site.page(site.address(path))
                assert said["@type"] == "NewsArticle"
                assert said["url"] == said["mainEntityOfPage"] == page.one("link", rel="canonical")["href"]
                assert said["headline"] in page.one("h1").text
                assert said["publisher"]["@type"] == "NewsMediaOrganization"
                assert re.search(r"T\d\d:\d\d:\d\d[+-]\d\d:\d\d$", said["datePublished"])
                assert said["dateModified"] >= said["datePublished"]
                assert "encoding" not in said


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> SiteFolder:
    """One article that has everything, most of it hostile, and one that has nothing."""
    corrections = f"\n  - {{date: 2026-11-21, text: 'Es waren *zwei*. {EVIL}'}}"
    matter = {
        "kicker": f"'Rat {EVIL}'", "tags": "[Haushalt, Rat]", "location": "Lindenbrück", "author": "bs",
        "updated": "2026-11-22 08:00", "corrections": corrections, "date": "2026-11-20 17:30",
        "image": f"{{src: /images/a.png, alt: x, caption: 'Das *Rathaus* {EVIL}', credit: 'A & B'}}",
    }  # fmt: skip
    site = SiteFolder(
        tmp_path_factory.mktemp("full") / "site",
        {
            "content/articles/a.md": article(f"'Beschluss {EVIL}'", **matter, slug="a"),
            "content/articles/b.md": article("Karg", slug="b", pdf="off", date="2026-11-01"),
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
    assert said["headline"] == f"Beschluss {EVIL}"
    assert said["alternativeHeadline"] == f"Rat {EVIL}"
    assert "<script>alert" not in full.read("meldungen/2026/a/index.html")


def test_the_block_says_all_that_the_page_says(full: SiteFolder) -> None:
    said = block(full.read("meldungen/2026/a/index.html"))
    assert said["datePublished"] == "2026-11-20T17:30:00+01:00"
    assert said["dateModified"] == "2026-11-22T08:00:00+01:00"
    assert said["author"][0]["name"] == "Berta Stein"
    assert said["author"][0]["url"].startswith("https://herald.example.org/")
    assert said["articleSection"] == "Town"
    assert said["keywords"] == ["Haushalt", "Rat"]
    assert said["contentLocation"] == {"@type": "Place", "name": "Lindenbrück"}
    assert said["image"]["creditText"] == "A & B"
    assert said["image"]["caption"].startswith("Das Rathaus")
    assert (said["image"]["width"], said["image"]["height"]) == (1, 1)
    assert said["correction"][0]["text"].startswith("Es waren zwei.")
    assert said["isAccessibleForFree"] is True


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
    [item, bare] = json.loads(full.read("feed.json"))["items"]
    assert [(found["url"], found["mime_type"]) for found in item["attachments"]] == [(url, "application/pdf")]
    assert "attachments" not in bare
    atom, rss = (feedparser.parse(full.read(name)) for name in ("atom.xml", "rss.xml"))
    assert [link["href"] for link in atom.entries[0].links if link["rel"] == "enclosure"] == [url]
    assert [link for link in atom.entries[1].links if link["rel"] == "enclosure"] == []
    assert [(found["url"], found["type"]) for found in rss.entries[0].media_content] == [(url, "application/pdf")]
    assert rss.entries[0].enclosures == []

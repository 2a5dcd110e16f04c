"""Feeds say the same as the site, in full, in three formats, and are found from the pages they belong to."""

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image

from published.markup import Element, parse_part
from published.output import Published
from published.stadtbote import ARTICLE, BODY_ENDING, LEAD, SUBJECT
from published.test_html import aliases

with warnings.catch_warnings():  # it warns of itself when it is imported
    warnings.simplefilter("ignore")
    import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:\S+")
KINDS = {"atom.xml": "application/atom+xml", "rss.xml": "application/rss+xml", "feed.json": "application/feed+json"}


def lists(site: Published) -> list[str]:
    """Addresses that must have feeds: home, sections, tags and places, but no old address of theirs."""
    found = [*site.below("/bereiche/"), *site.below("/stichworte/"), *site.below("/orte/")]
    old = aliases(site)
    return ["/", *(address for address in found if address not in old)]


def items(site: Published, address: str) -> Iterator[Mapping[str, Any]]:
    """The items of the JSON feed of a list."""
    yield from json.loads(site.read(f"{address}feed.json"))["items"]


def xml(site: Published, address: str) -> ElementTree.Element:
    """A well-formed document at an address."""
    return ElementTree.fromstring(site.files[site.path(address)])


def text(element: ElementTree.Element, path: str) -> str:
    """The text of the only element at ``path``."""
    found = element.findall(path)
    assert len(found) == 1, f"{len(found)} × {path}"
    return found[0].text or ""


def test_each_list_has_its_three_feeds_and_there_are_no_others(sites: tuple[Published, ...]) -> None:
    for site in sites:
        wanted = {site.path(address + name) for address in lists(site) for name in KINDS}
        assert {path for path in site.files if path.rpartition("/")[2] in KINDS} == wanted


def test_pages_lead_to_their_feeds_and_name_them_apart(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address in lists(site):
            found = autodiscovery(site.page(address))
            assert {link["href"] for link in found} >= {address + name for name in KINDS}
            assert len({link["title"] for link in found}) == len(found), [link["title"] for link in found]
            for link in found:
                assert site.has(link["href"])
                assert link["type"] == KINDS[link["href"].rpartition("/")[2]]


def autodiscovery(page: Element) -> list[Element]:
    return [link for link in page.one("head").all("link", rel="alternate") if link["type"] in KINDS.values()]


def test_feedparser_reads_every_feed_without_complaint(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address in lists(site):
            for name, version in (("atom.xml", "atom10"), ("rss.xml", "rss20")):
                feed = feedparser.parse(site.files[site.path(address + name)])
                assert (feed.bozo, feed.version) == (False, version), address
                assert len(feed.entries) == len(list(items(site, address))) > 0


def test_atom_has_what_rfc_4287_asks(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address in lists(site):
            feed = xml(site, f"{address}atom.xml")
            assert feed.tag == f"{ATOM}feed"
            links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
            assert links == {"self": f"{site.base_url}{address[1:]}atom.xml", "alternate": site.base_url + address[1:]}
            assert text(feed, f"{ATOM}title")
            assert feed.find(f"{ATOM}author/{ATOM}name") is not None
            entries = feed.findall(f"{ATOM}entry")
            updates = [text(entry, f"{ATOM}updated") for entry in entries]
            assert all(RFC3339.fullmatch(moment) for moment in [*updates, text(feed, f"{ATOM}updated")])
            newest = max(map(datetime.fromisoformat, updates))
            assert datetime.fromisoformat(text(feed, f"{ATOM}updated")) == newest
            ids = [text(entry, f"{ATOM}id") for entry in entries]
            assert len(set(ids)) == len(ids)
            assert all(map(TAG_URI.fullmatch, ids)), ids
            for entry in entries:
                assert RFC3339.fullmatch(text(entry, f"{ATOM}published"))
                assert text(entry, f"{ATOM}summary")
                content = entry.find(f"{ATOM}content")
                assert content is not None
                assert content.get("type") == "html"


def test_feeds_have_different_ids_and_an_article_has_one_everywhere(sites: tuple[Published, ...]) -> None:
    for site in sites:
        feeds = [text(xml(site, f"{address}atom.xml"), f"{ATOM}id") for address in lists(site)]
        assert len(set(feeds)) == len(feeds)
        ids: dict[str, set[str]] = {}
        for address in lists(site):
            for item in items(site, address):
                ids.setdefault(item["url"], set()).add(item["id"])
        assert all(len(found) == 1 for found in ids.values())
        assert len(set.union(*ids.values())) == len(ids)


def test_rss_has_what_rss_2_asks_and_dates_of_rfc_822(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address in lists(site):
            feed = xml(site, f"{address}rss.xml")
            assert (feed.tag, feed.get("version")) == ("rss", "2.0")
            channel = feed.findall("channel")[0]
            assert text(channel, "link") == site.base_url + address[1:]
            assert text(channel, "title")
            assert text(channel, "description")
            parsedate_to_datetime(text(channel, "lastBuildDate"))
            own = channel.find(f"{ATOM}link[@rel='self']")
            assert own is not None
            assert own.get("href") == f"{site.base_url}{address[1:]}rss.xml"
            for item in channel.findall("item"):
                assert parsedate_to_datetime(text(item, "pubDate")).tzinfo is not None
                guid = item.find("guid")
                assert guid is not None
                assert guid.get("isPermaLink") == "false"
                assert text(item, "title")
                assert site.has(text(item, "link"))


def test_json_has_what_json_feed_1_1_asks(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address in lists(site):
            feed = json.loads(site.read(f"{address}feed.json"))
            assert feed["version"] == "https://jsonfeed.org/version/1.1"
            assert feed["title"]
            assert feed["feed_url"] == f"{site.base_url}{address[1:]}feed.json"
            assert feed["home_page_url"] == site.base_url + address[1:]
            assert feed["language"] == "de"
            for name, least in (("icon", 512), ("favicon", 64)):
                with Image.open(BytesIO(site.files[site.path(feed[name])])) as icon:
                    assert icon.width == icon.height >= least
            for item in feed["items"]:
                assert isinstance(item["id"], str)
                assert item["content_html"]
                for moment in (item["date_published"], item["date_modified"]):
                    assert RFC3339.fullmatch(moment), moment
                for author in item.get("authors", ()):
                    assert author["name"] or author["url"]


def test_the_three_formats_agree(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address in lists(site):
            atom = xml(site, f"{address}atom.xml").findall(f"{ATOM}entry")
            rss = xml(site, f"{address}rss.xml").findall("channel/item")
            for item, entry, element in zip(items(site, address), atom, rss, strict=True):
                assert item["id"] == text(entry, f"{ATOM}id") == text(element, "guid")
                assert item["title"] == text(entry, f"{ATOM}title") == text(element, "title")
                content = item["content_html"].strip()
                assert content == text(entry, f"{ATOM}content").strip() == text(element, CONTENT).strip()
                published = datetime.fromisoformat(item["date_published"])
                assert published == datetime.fromisoformat(text(entry, f"{ATOM}published"))
                assert published == parsedate_to_datetime(text(element, "pubDate"))


def test_feeds_carry_the_full_text_with_absolute_addresses(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for item in items(site, "/"):
            content = parse_part(item["content_html"])
            page = site.page(urlsplit(item["url"]).path).one("main")
            for paragraph in content.all("p", "li", "td", "h2", "h3"):
                assert paragraph.text in page.text
            for element in content.walk():
                for attribute in ("href", "src"):
                    if reference := element.get(attribute):
                        assert urlsplit(reference).scheme in ("https", "http", "mailto", "tel"), reference
                        if reference.startswith(site.base_url):
                            assert site.has(reference), reference


@pytest.mark.parametrize("address", ["/", "/bereiche/energie/", "/stichworte/oekostrom/", "/orte/lindenbrueck/"])
def test_the_article_stands_in_the_feed_of_everything_it_belongs_to(small: Published, address: str) -> None:
    item = next(item for item in items(small, address) if item["title"].replace("\u00a0", " ") == SUBJECT)
    assert item["url"] == small.base_url + ARTICLE[1:]
    assert item["summary"] == LEAD
    assert item["date_published"] == "2026-11-05T00:00:00+01:00"
    assert item["date_modified"] == "2026-11-07T00:00:00+01:00"  # the day of its correction
    assert item["tags"] == ["Energie", "Ökostrom", "Stadtwerke", "Lindenbrück"]
    assert [author["name"] for author in item["authors"]] == ["Berta Süß", "Gast Östlich"]
    content = parse_part(item["content_html"])
    assert BODY_ENDING in content.text
    assert content.link("Anlage")["href"] == f"{small.base_url}{ARTICLE[1:]}#anlage"
    assert content.one("img")["src"].startswith(small.base_url)
    assert content.one("figcaption").text.startswith("Das Kraftwerk Mühle von Süden.")

"""Sitemaps, robots.txt, redirects and 404: what crawlers and servers read."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from published.conftest import DEMO_NOW
from published.output import Published
from published.stadtbote import ARTICLE
from published.test_html import aliases, full_pages, is_indexable
from published.test_structured_data import blocks

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
W3C_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?")


def sitemap(site: Published, address: str) -> list[ElementTree.Element]:
    """The entries of a sitemap, which keeps to sitemaps.org."""
    data = site.files[site.path(address)]
    assert len(data) < 50 * 1024 * 1024
    assert data.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root = ElementTree.fromstring(data)
    assert root.tag == f"{SITEMAP}urlset"
    assert {child.tag for child in root} <= {f"{SITEMAP}url"}
    assert len(root) <= 50_000
    for entry in root:
        tags = [child.tag for child in entry]
        assert tags[0] == f"{SITEMAP}loc"
        assert set(tags[1:]) <= {f"{SITEMAP}lastmod", f"{NEWS}news", f"{IMAGE}image"}
        for moment in entry.findall(f"{SITEMAP}lastmod"):
            assert W3C_DATE.fullmatch(moment.text or "")
        assert len(location(entry)) < 2048
    return list(root)


def location(entry: ElementTree.Element) -> str:
    found = entry.findtext(f"{SITEMAP}loc") or ""
    assert found.isascii()
    return found


def test_the_sitemap_lists_every_page_for_search_engines_once_and_of_lists_the_newest(
    sites: tuple[Published, ...],
) -> None:
    for site in sites:
        listed = [location(entry) for entry in sitemap(site, "/sitemap.xml")]
        assert len(set(listed)) == len(listed)
        assert all(address.startswith(site.base_url) and site.has(address) for address in listed)
        addresses = {urlsplit(address).path for address in listed}
        assert all(is_indexable(site.page(address)) for address in addresses)
        articles = {a for a, page in full_pages(site) if page.all("meta", property="article:published_time")}
        assert articles | {"/", "/impressum/", *site.below("/anbieter/"), *site.below("/bereiche/")} <= addresses
        numbered = re.compile(r"/seite/\d+/$")
        pages = {address for address, page in full_pages(site) if is_indexable(page) and not numbered.search(address)}
        assert addresses == pages


def test_an_article_is_listed_with_the_pictures_that_it_shows(sites: tuple[Published, ...]) -> None:
    shown = in_texts = 0
    for site in sites:
        for entry in sitemap(site, "/sitemap.xml"):
            page_address = urlsplit(location(entry)).path
            pictures = [picture.text for picture in entry.findall(f"{IMAGE}image/{IMAGE}loc")]
            told = [value for value in blocks(site.read(page_address)) if value["@type"] == "NewsArticle"]
            main = [value["image"]["url"] for value in told if "image" in value]
            assert pictures[: len(main)] == main
            text = site.page(page_address).all("div", class_="kn-text") if told else []
            inside = [site.base_url.rstrip("/") + image["src"] for part in text for image in part.all("img")]
            assert pictures == [*dict.fromkeys([*main, *inside])], page_address
            assert all(site.has(picture or "") for picture in pictures)
            shown += len(main)
            in_texts += len(pictures) - len(main)
    assert shown
    assert in_texts


def test_an_article_is_as_new_as_its_last_update_or_correction(small: Published) -> None:
    entry = next(entry for entry in sitemap(small, "/sitemap.xml") if location(entry).endswith(ARTICLE))
    assert entry.findtext(f"{SITEMAP}lastmod") == "2026-11-07"


def test_the_news_sitemap_has_the_last_two_days_only(demo: Published) -> None:
    now = datetime.fromisoformat(DEMO_NOW).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    entries = sitemap(demo, "/sitemap-news.xml")
    fresh = set()
    for address, page in full_pages(demo):
        for published in page.all("meta", property="article:published_time"):
            moment = datetime.fromisoformat(published["content"])
            if now - moment.replace(tzinfo=moment.tzinfo or now.tzinfo) <= timedelta(days=2):
                fresh.add(demo.base_url + address[1:])
    assert {location(entry) for entry in entries} == fresh
    assert fresh
    for entry in entries:
        news = entry.find(f"{NEWS}news")
        assert news is not None
        assert [child.tag for child in news] == [f"{NEWS}publication", f"{NEWS}publication_date", f"{NEWS}title"]
        assert news.findtext(f"{NEWS}publication/{NEWS}name") == "Kommunalnews"
        assert news.findtext(f"{NEWS}publication/{NEWS}language") == "de"
        title = demo.page(urlsplit(location(entry)).path).one("h1").text
        assert news.findtext(f"{NEWS}title") == title


def test_a_site_without_fresh_reports_has_an_empty_news_sitemap(small: Published) -> None:
    assert sitemap(small, "/sitemap-news.xml") == []


def test_robots_txt_lets_everybody_in_and_names_both_sitemaps(sites: tuple[Published, ...]) -> None:
    for site in sites:
        lines = site.read("/robots.txt").splitlines()
        assert lines[:2] == ["User-agent: *", "Disallow:"]
        named = [line.removeprefix("Sitemap: ") for line in lines if line.startswith("Sitemap: ")]
        assert named == [f"{site.base_url}sitemap.xml", f"{site.base_url}sitemap-news.xml"]


def test_old_addresses_lead_on_with_and_without_a_server_that_knows_them(small: Published) -> None:
    assert small.read("/_redirects") == f"/alt/oekostrom/ {ARTICLE} 301\n"
    page = small.page("/alt/oekostrom/")
    assert page.one("meta", http_equiv="refresh")["content"] == f"0; url={ARTICLE}"
    assert page.one("link", rel="canonical")["href"] == small.base_url + ARTICLE[1:]
    assert page.one("main").one("a")["href"] == ARTICLE


def test_every_redirect_leads_from_an_alias_page_to_a_page(sites: tuple[Published, ...]) -> None:
    for site in sites:
        rules = [line.split(" ") for line in site.read("/_redirects").splitlines()]
        assert {old for old, _, _ in rules} == aliases(site)
        for old, new, status in rules:
            assert status == "301"
            assert site.page(old).one("main").one("a")["href"] == new
            assert not site.page(new).all("meta", http_equiv="refresh")


def test_the_404_page_helps_on_from_any_depth(sites: tuple[Published, ...]) -> None:
    for site in sites:
        page = site.page("/404.html")
        links = [link["href"] for link in page.one("main").all("a")]
        assert {"/", "/archiv/", "/stichworte/", "/orte/"} <= set(links)
        assert page.one("main").one("form", role="search")["action"] == "/suche/"
        for element in page.walk():
            for attribute in ("href", "src", "action"):
                if reference := element.get(attribute):
                    assert reference.startswith(("/", "#", "https://", "mailto:")), reference

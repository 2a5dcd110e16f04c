"""The newsletter as it is sent: whole in itself, fit for mail programs, and the same in plain text."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from published.markup import Element
from published.output import Published

WEEK = "/newsletter/2018-29/"


def mails(site: Published) -> Iterator[tuple[str, Element]]:
    return ((site.address(path), site.page(site.address(path))) for path in site.paths("/mail.html"))


def reports(page: Element) -> list[str]:
    """The addresses of the articles that it shows, in order."""
    return [link["href"] for heading in page.all("h3") for link in heading.all("a")]


def test_a_mail_brings_all_its_looks_with_it_and_asks_for_nothing_but_pictures(demo: Published) -> None:
    for address, page in mails(demo):
        assert not page.all("script", "iframe", "form", "video", "object", "svg"), address
        assert [link["rel"] for link in page.all("link")] == ["canonical"], address
        assert "url(" not in page.one("style").text + demo.read(address), address
        assert "@import" not in demo.read(address), address
        for element in page.one("body").all("h1", "h2", "h3", "p", "td", "a", "img"):
            assert element.get("style"), (address, element.name)


def test_every_address_in_a_mail_is_whole(demo: Published) -> None:
    for address, page in mails(demo):
        for element in page.walk():
            for attribute in ("href", "src"):
                if element.get(attribute):
                    assert urlsplit(element[attribute]).scheme in ("https", "mailto"), (address, element[attribute])
                    inner = demo.resolve(address, element[attribute])
                    assert inner is None or demo.has(inner.partition("#")[0]), (address, element[attribute])


def test_a_mail_can_be_heard_and_is_no_wider_than_600_pixels(demo: Published) -> None:
    for address, page in mails(demo):
        assert page.one("html")["lang"] == "de"
        assert page.one("body").all("div")[0]["lang"] == "de"
        assert len(page.all("h1")) == 1
        assert page.one("head").one("title").text
        assert all(table["role"] == "presentation" for table in page.all("table")), address
        assert all("max-width:600px" in table["style"] for table in page.all("table")), address
        for picture in page.all("img"):
            assert picture["alt"], address
            assert int(picture["width"]) <= 536
            assert int(picture["height"]) > 0


def test_a_mail_is_for_nobody_to_find(demo: Published) -> None:
    for address, page in mails(demo):
        assert "noindex" in page.one("meta", name="robots")["content"], address
        assert page.one("link", rel="canonical")["href"].endswith(address.removesuffix("mail.html"))
    everywhere = "".join(demo.read(f"/{path}") for path in demo.paths(".html"))
    assert "mail.html" not in everywhere + demo.read("/sitemap.xml")


def test_the_plain_text_says_what_the_mail_says(demo: Published) -> None:
    for address, page in mails(demo):
        text = demo.read(address.replace("mail.html", "newsletter.txt"))
        assert all(len(line) <= 72 or line.startswith("https://") for line in text.splitlines()), address
        folded = " ".join(text.split())
        for row in page.one("body").all("td")[1:-1]:
            for piece in row.all("h2", "p"):
                assert piece.text.casefold() in folded.casefold(), (address, piece.text)
        assert re.findall(r"^https://\S+/meldungen/\S+$", text, re.MULTILINE) == reports(page), address


def test_a_week_runs_from_monday_to_sunday_and_every_report_is_in_one(demo: Published) -> None:
    page = demo.page(WEEK)
    assert page.one("h1").text == "Kommunalnews – die Woche: 29. Woche 2018"
    assert page.one("main").all("p")[0].text == "16. Juli 2018 bis 22. Juli 2018"
    found = [address for _, mail in mails(demo) for address in reports(mail)]
    published = {demo.base_url.rstrip("/") + demo.address(path) for path in demo.paths("/druck.html")}
    articles = {address.removesuffix("druck.html") for address in published if "/meldungen/" in address}
    assert len(found) == len(set(found))
    assert set(found) == articles


def test_page_and_mail_of_a_week_show_the_same_reports(demo: Published) -> None:
    for address, mail in mails(demo):
        page = demo.page(address.removesuffix("mail.html"))
        assert [demo.base_url.rstrip("/") + href for href in reports(page.one("main"))] == reports(mail)


def test_a_site_that_asks_for_none_has_none(small: Published) -> None:
    assert not [path for path in small.files if "newsletter" in path]
    assert "newsletter" not in small.read("/").casefold()

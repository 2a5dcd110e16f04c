"""The article page has everything that a report of a trade portal needs."""

import re
from urllib.parse import unquote, urlsplit

import pytest

from published.markup import Element
from published.output import Published
from published.stadtbote import ARTICLE, BASE_URL, BODY_ENDING, LEAD, SUBJECT


@pytest.fixture
def article(small: Published) -> Element:
    return small.page(ARTICLE)


def text_of(parts: list[Element]) -> list[str]:
    return [part.text for part in parts]


def test_the_headline_is_kicker_and_title(article: Element) -> None:
    assert article.one("h1").text == SUBJECT


def test_the_date_stands_in_brackets_before_the_lead(article: Element) -> None:
    lead = article.labelled(f"[5.11.2026] {LEAD}", "p")
    assert lead.one("time")["datetime"] == "2026-11-05"


def test_the_body_follows_with_its_table_and_its_heading_below_the_only_h1(article: Element) -> None:
    words = article.one("main").text
    assert words.index(LEAD) < words.index("Der Rat hat es beschlossen") < words.index(BODY_ENDING)
    assert article.labelled("Anlage", "h2")["id"] == "anlage"
    assert text_of(article.all("td")) == ["2026", "31"]


def test_links_in_the_body_lead_to_addresses_and_the_draft_is_plain_text(article: Element) -> None:
    assert article.link("berichteten")["href"] == "/meldungen/2026/rat-beschluss-im-zweiten-anlauf/#beschluss"
    assert article.link("Anlage")["href"] == "#anlage"
    assert article.link("einer fremden Seite")["href"] == "https://www.example.net/?a=1&b=2"
    assert "external" in article.link("einer fremden Seite")["rel"].split()
    assert "Entwurf" not in [link.text for link in article.all("a") if "href" in link.attributes]
    assert "Mehr weiß der Entwurf." in article.one("main").text


def test_the_authors_stand_below_with_mark_and_name(article: Element) -> None:
    words = article.one("main").text
    assert words.index(BODY_ENDING) < words.index("(bs) Berta Süß, (gast) Gast Östlich")
    assert article.link("Berta Süß")["href"] == "/autoren/berta-suess/"


def test_external_links_show_what_was_written_and_lead_there(article: Element) -> None:
    assert article.link("www.stadtwerke.example.org")["href"] == "https://www.stadtwerke.example.org"
    assert article.link("www.example.com/preise")["href"] == "https://www.example.com/preise?jahr=2027"


def test_keywords_are_section_tags_and_place_as_links(article: Element) -> None:
    keywords = article.block("Stichwörter:")
    assert [(link.text, link["href"]) for link in keywords.all("a")] == [
        ("Energie", "/bereiche/energie/"),
        ("Ökostrom", "/stichworte/oekostrom/"),
        ("Stadtwerke", "/stichworte/stadtwerke/"),
        ("Lindenbrück", "/orte/lindenbrueck/"),
    ]


def test_actions_are_print_view_and_mail_and_no_pdf_where_there_is_none(article: Element, small: Published) -> None:
    href = small.resolve(ARTICLE, article.link("Druckversion")["href"])
    assert href == f"{ARTICLE}druck.html"
    assert SUBJECT in small.page(href).one("h1").text
    assert "PDF" not in text_of(article.all("a"))
    assert not article.all("link", type="application/pdf")


def test_the_mail_link_carries_title_text_and_address(article: Element) -> None:
    mail = urlsplit(article.link("Link mailen")["href"])
    assert (mail.scheme, mail.path) == ("mailto", "")
    assert re.fullmatch(r"(?:[A-Za-z0-9._~=&-]|%[0-9A-F]{2})+", mail.query)
    fields = {name: unquote(value) for name, _, value in (pair.partition("=") for pair in mail.query.split("&"))}
    assert fields == {"subject": SUBJECT, "body": f"{LEAD}\r\n\r\n{BASE_URL.rstrip('/')}{ARTICLE}"}


def test_other_reports_of_the_section_stand_with_kicker_date_teaser_and_more(article: Element) -> None:
    more = article.block("Weitere Meldungen und Beiträge aus dem Bereich Energie")
    titles = text_of(more.all("h3"))
    assert titles[0] == "Rat: Beschluss im zweiten Anlauf"
    assert len(titles) == 5
    assert SUBJECT not in titles
    first = more.all("article")[0]
    assert "[29.10.2026]" in first.text
    assert "Nach zwei Stunden stand die Mehrheit." in first.text
    onward = first.all("a")[-1]
    assert onward.text.startswith("mehr …")
    assert onward["href"] == first.one("h3").one("a")["href"] == "/meldungen/2026/rat-beschluss-im-zweiten-anlauf/"


def test_a_teaser_picture_keeps_its_caption_below_an_article(demo: Published) -> None:
    captions = [
        figure.one("figcaption").text
        for address in map(demo.address, demo.paths(".html"))
        if address.startswith("/meldungen/") and not address.endswith("druck.html")
        for article in demo.page(address).one("main").all("article")[1:]
        for figure in article.all("figure")
    ]
    assert captions
    assert all(captions)


def test_the_picture_has_text_size_caption_and_credit(article: Element) -> None:
    figure = article.one("figure")
    picture = figure.one("img")
    assert (picture["alt"], picture["width"], picture["height"]) == ("Ein graues Feld", "1", "1")
    assert figure.one("figcaption").text == "Das Kraftwerk Mühle von Süden. Bild: Jo Knipser"
    assert figure.one("em").text == "Mühle"


def test_update_correction_and_what_belongs_together_are_shown(article: Element) -> None:
    assert article.labelled("Aktualisiert am 6. November 2026, 10.15 Uhr", "p")
    assert "[7.11.2026] Zuerst stand hier der falsche Preis." in article.block("Korrektur").text
    assert article.block("Zum Thema").one("a")["href"] == "/meldungen/2026/rat-beschluss-im-zweiten-anlauf/"


def test_a_search_box_asks_the_search_page(article: Element) -> None:
    boxes = article.all("form", role="search")
    assert boxes
    for box in boxes:
        assert (box["action"], box["method"]) == ("/suche/", "get")
        assert box.one("input", name="q")["type"] == "search"
        assert box.one("label").text == "Suchbegriff"


def test_vendors_of_the_section_stand_with_town_and_are_called_advertisement(article: Element) -> None:
    vendors = article.block("Ausgewählte Anbieter aus dem Bereich Energie")
    assert "Anzeige" in text_of(vendors.all())
    assert vendors.one("li").text == "Müller & Söhne Netzbau GmbH 01097 Dresden"
    assert vendors.one("a")["href"] == "/anbieter/netzbau/"


def test_the_latest_reports_of_all_sections_stand_beside(article: Element) -> None:
    latest = article.block("Aktuelle Meldungen")
    titles = text_of(latest.all("a"))
    assert titles[0] == "[29.10.2026] Rat: Beschluss im zweiten Anlauf"
    assert titles[1] == "[13.9.2026] Sitzung Nummer 13"
    assert not any(SUBJECT in title for title in titles)


def test_the_print_view_has_the_report_and_no_furniture(small: Published) -> None:
    view = small.page(f"{ARTICLE}druck.html")
    said = view.one("main").text
    for part in (SUBJECT, LEAD, BODY_ENDING, "(bs) Berta Süß", "Energie, Ökostrom, Stadtwerke, Lindenbrück",
                 "www.stadtwerke.example.org", "falsche Preis", "Bild: Jo Knipser"):  # fmt: skip
        assert part in said
    for volatile in ("Weitere Meldungen", "Aktuelle Meldungen", "Anbieter"):
        assert volatile not in view.one("body").text
    assert not view.all("script")
    assert view.link("Zurück zur Meldung")["href"].endswith(ARTICLE)

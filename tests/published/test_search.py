"""Search finds reports as one types, in any spelling, and says how to find them without script."""

import re
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from published.output import Published
from published.stadtbote import ARTICLE, SUBJECT
from published.visiting import Visits

pytestmark = pytest.mark.browser

FIELD = "main input[type=search]"


def found(page: Page) -> list[str]:
    """The headlines of the results."""
    return page.locator("main article a").all_inner_texts()


def search(page: Page, query: str) -> str:
    """Type a query; what is said about it."""
    page.locator(FIELD).press_sequentially(query)
    # on a slow machine the first letters are answered on the way
    expect(page).to_have_url(re.compile(re.escape(f"/suche/?q={quote_plus(query)}") + "$"))
    said = page.locator("main [role=status]")
    expect(said).to_have_text(re.compile("gefunden"))
    return said.inner_text()


def test_typing_rathaus_shows_reports_that_have_it(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, "/suche/") as page:
        said = search(page, "Rathaus")
        assert said == f"{len(found(page))} Meldungen gefunden"
        assert len(found(page)) > 1
        for text in page.locator("main article").all_inner_texts():
            assert "rathaus" in text.lower().replace("\xad", "") or "rathäus" in text.lower()


@pytest.mark.parametrize(
    "query", ["ökostrom", "Oekostrom", "OKOSTROM", "Lindenbrueck", "lindenbruck", "wärme kostet", "okostrom lindenbr"]
)
def test_umlauts_are_found_in_every_spelling(small: Published, visits: Visits, query: str) -> None:
    with visits.visit(small, "/suche/") as page:
        search(page, query)
        first = page.locator("main article a").first
        assert " ".join((first.text_content() or "").split()) == SUBJECT
        first.click()
        expect(page).to_have_url(re.compile(re.escape(ARTICLE) + "$"))


def test_the_search_box_of_any_page_leads_to_results(small: Published, visits: Visits) -> None:
    with visits.visit(small, ARTICLE) as page:
        box = page.get_by_role("searchbox").first
        box.fill("Trafohaus 7")
        box.press("Enter")
        expect(page.locator("main article")).to_have_count(1)
        expect(page.locator(FIELD)).to_have_value("Trafohaus 7")


def test_nothing_found_is_said_and_old_results_go(small: Published, visits: Visits) -> None:
    with visits.visit(small, "/suche/") as page:
        search(page, "Trafohaus")
        page.locator(FIELD).fill("Xylophon")
        expect(page.locator("main [role=status]")).to_contain_text("Nichts gefunden")
        expect(page.locator("main article")).to_have_count(0)
        page.locator(FIELD).fill("")
        expect(page.locator("main [role=status]")).to_have_text("")


def test_a_query_is_text_and_never_markup(small: Published, visits: Visits) -> None:
    with visits.visit(small, "/suche/?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20Trafohaus") as page:
        expect(page.locator("main [role=status]")).to_contain_text("gefunden")
        assert page.locator("main img[src=x]").count() == 0
        assert page.locator(FIELD).input_value() == "<img src=x onerror=alert(1)> Trafohaus"


def test_without_script_the_page_says_where_else_to_look(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, "/suche/?q=Rathaus", script=False) as page:
        main = page.locator("main")
        assert "JavaScript" in main.inner_text()
        for name, address in (("Archiv", "/archiv/"), ("Stichwörter", "/stichworte/"), ("Orte", "/orte/")):
            link = main.get_by_role("link", name=name, exact=True)
            assert link.is_visible()
            assert link.get_attribute("href") == address

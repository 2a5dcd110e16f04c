"""The site in a real browser: it loads by itself, fits every screen, and bars nobody who sees or points otherwise."""

import re

import pytest
from playwright.sync_api import expect

from published.output import Published
from published.page_types import DEMO_ARTICLE, EMBED_ARTICLE, KINDS, place
from published.stadtbote import ARTICLE
from published.visiting import Visits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_by_itself_and_all_of_it(demo: Published, small: Published, visits: Visits, kind: str) -> None:
    with visits.visit(*place(kind, demo, small), fresh=False) as page:
        assert page.evaluate("document.fonts.ready.then(fonts => [...fonts].every(font => font.status !== 'error'))")
        broken = "[...document.images].filter(image => image.complete && !image.naturalWidth).map(image => image.src)"
        assert page.evaluate(broken) == []


def test_a_long_list_is_read_from_page_to_page(small: Published, visits: Visits) -> None:
    with visits.visit(small, "/bereiche/energie/", script=False) as page:
        reports = page.locator("main article h2").all_text_contents()
        while page.get_by_role("link", name="Ältere Meldungen").count():
            with page.expect_navigation():
                page.get_by_role("link", name="Ältere Meldungen").click()
            reports += page.locator("main article h2").all_text_contents()
        assert len(set(reports)) == len(reports) == 11
        page.get_by_role("link", name="Neuere Meldungen").click()
        expect(page).to_have_url(re.compile("/bereiche/energie/seite/2/$"))


def test_an_old_address_leads_on_without_script(small: Published, visits: Visits) -> None:
    with visits.visit(small, "/alt/oekostrom/", script=False) as page:
        page.wait_for_url(f"**{ARTICLE}")


@pytest.mark.parametrize("kind", ["home", "article", "section"])
def test_the_skip_link_shows_itself_and_leads_past_the_menu(
    demo: Published, small: Published, visits: Visits, kind: str
) -> None:
    with visits.visit(*place(kind, demo, small), width=360) as page:
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "Zum Inhalt springen"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.localName") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('main')")


def test_the_menu_opens_without_script_by_key_and_by_finger(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, "/", width=360, script=False) as page:
        menu = page.get_by_role("navigation", name="Menü")
        opener = page.locator("summary", has_text="Menü")
        assert not menu.is_visible()
        opener.focus()
        page.keyboard.press("Enter")
        expect(menu).to_be_visible()
        assert menu.get_by_role("link").all_inner_texts() == [
            *(link.text for link in demo.page("/").one("nav", aria_label="Menü").all("a"))
        ]
        opener.click()
        expect(menu).not_to_be_visible()
        opener.click()
        menu.get_by_role("link", name="Politik").click()
        expect(page).to_have_url(re.compile("/bereiche/politik/$"))
        page.locator("summary", has_text="Menü").click()
        current = page.get_by_role("navigation", name="Menü").locator("[aria-current]")
        assert current.inner_text() == "Politik"


@pytest.mark.parametrize("width", [320, 640])
def test_the_open_menu_hides_nothing_that_has_the_focus(demo: Published, visits: Visits, width: int) -> None:
    seen = """element => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        return element.contains(there) || there.contains(element);
    }"""
    with visits.visit(demo, DEMO_ARTICLE, width=width, script=False) as page:
        opener = page.locator("summary", has_text="Menü")
        opener.focus()
        place_of_opener = opener.bounding_box()
        page.keyboard.press("Enter")
        expect(page.locator(".kn-menu-panel")).to_be_visible()
        assert opener.bounding_box() == place_of_opener
        for _ in range(page.locator(".kn-menu-panel").locator("a, input, button").count() + 6):
            page.keyboard.press("Tab")
            assert page.locator(":focus").evaluate(seen), page.locator(":focus").inner_text()
        assert not page.evaluate("!!document.activeElement.closest('.kn-menu')")


def test_escape_closes_the_menu_and_leads_back_to_its_button(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, DEMO_ARTICLE, width=360) as page:
        opener = page.locator("summary", has_text="Menü")
        opener.focus()
        page.keyboard.press("Enter")
        page.get_by_role("navigation", name="Menü").get_by_role("link", name="Politik").focus()
        page.keyboard.press("Escape")
        expect(page.locator(".kn-menu-panel")).not_to_be_visible()
        expect(opener).to_be_focused()


def test_a_wide_screen_shows_the_menu_at_once_and_no_second_one(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, "/", width=1280) as page:
        assert page.get_by_role("navigation", name="Hauptmenü").get_by_role("link", name="Politik").is_visible()
        assert not page.locator("summary", has_text="Menü").is_visible()


def test_without_script_a_report_shows_all_that_it_has(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, DEMO_ARTICLE, script=False) as page:
        for heading in ("Stichwörter", "Weitere Meldungen und Beiträge aus dem Bereich Panorama", "Aktuelle Meldungen"):
            assert page.get_by_role("heading", name=heading).is_visible()


def test_dark_is_dark_and_light_is_light(demo: Published, visits: Visits) -> None:
    brightness = """() => {
        const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
        return (red + green + blue) / 3;
    }"""
    with visits.visit(demo, "/", scheme="light") as page:
        assert page.evaluate(brightness) > 200
    with visits.visit(demo, "/", scheme="dark") as page:
        assert page.evaluate(brightness) < 60


def test_a_video_is_asked_for_by_a_click_and_by_nothing_else(demo: Published, visits: Visits) -> None:
    page = visits.open(demo, EMBED_ARTICLE)
    offer = page.get_by_role("button", name="Video laden")
    expect(offer).to_be_visible()
    assert page.get_by_text("Dabei werden Daten an video.example.org übertragen.").is_visible()
    assert (visits.foreign, page.locator("iframe").count()) == ([], 0)
    offer.focus()
    with page.expect_request("https://video.example.org/**"):
        page.keyboard.press("Enter")
    expect(page.locator("iframe")).to_have_attribute("title", "So rechnet die Vorhersage")
    assert page.evaluate("document.activeElement.localName") == "iframe"
    assert set(visits.foreign) == {"https://video.example.org/videos/embed/parkplatz-vorhersage"}
    page.close()
    visits.foreign.clear()


@pytest.mark.parametrize("note", [True, False], ids=["with a note", "without"])
def test_the_room_that_is_kept_for_a_player_is_what_its_button_takes(
    demo: Published, visits: Visits, note: bool
) -> None:
    page = visits.open(demo, EMBED_ARTICLE)
    before, after = page.evaluate(
        """async note => {
            const shown = document.querySelector(".kn-embed[data-load]");
            const figure = shown.cloneNode(true);
            figure.querySelector(".kn-embed-offer").remove();
            if (!note) figure.removeAttribute("data-note");
            shown.replaceWith(figure);
            const before = figure.offsetHeight;
            await import(document.querySelector("script[src*='article.js']").src + "&again");
            return [before, figure.querySelector(".kn-embed-offer") && figure.offsetHeight];
        }""",
        note,
    )
    assert before == after
    page.close()


def test_without_script_a_video_is_a_picture_and_a_link(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, EMBED_ARTICLE, script=False) as page:
        assert page.get_by_role("link", name="Video ansehen: So rechnet die Vorhersage").is_visible()
        assert not page.get_by_role("button", name="Video laden").count()
        assert not page.get_by_role("button", name="Link kopieren").count()


def test_the_address_of_a_report_is_copied_and_that_is_said(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, DEMO_ARTICLE) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Link kopieren").click()
        expect(page.locator(".kn-copy [role=status]")).to_have_text("Link kopiert")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == demo.base_url.rstrip("/") + DEMO_ARTICLE


def test_a_report_prints_without_what_leads_away_from_it(demo: Published, visits: Visits) -> None:
    with visits.visit(demo, DEMO_ARTICLE) as page:
        page.emulate_media(media="print")
        shown = "selector => [...document.querySelectorAll(selector)].some(element => element.checkVisibility())"
        for gone in ("nav", ".kn-footer", ".kn-related", ".kn-more-reports", ".kn-aside", "button", ".kn-reading-time"):
            assert not page.evaluate(shown, gone), gone
        for kept in ("h1", ".kn-lead", ".kn-text", ".kn-signature", ".kn-paper-source"):
            assert page.evaluate(shown, kept), kept
        keywords = page.locator(".kn-keywords li > a").evaluate_all(
            "all => all.map(one => getComputedStyle(one).display)"
        )
        assert set(keywords) == {"inline"}  # the commas behind them stay on their line

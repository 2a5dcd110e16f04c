"""The site in a real browser: it loads by itself, fits every screen, and bars nobody who sees or points otherwise."""

import re
from collections.abc import Callable, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from published.output import Published
from published.stadtbote import ARTICLE
from published.visiting import Visits

pytestmark = pytest.mark.browser

DEMO_ARTICLE = "/meldungen/2017/kaiserslautern-tochter-fuer-die-digitalisierung/"


def long_read(site: Published) -> str:
    """The longest report with a table and footnotes."""
    reports = [site.address(path) for path in site.paths("/index.html") if path.startswith("meldungen/")]
    rich = [address for address in reports if "<table" in site.read(address) and "<sup" in site.read(address)]
    return max(rich, key=lambda address: len(site.page(address).one("main").text))


KINDS: Mapping[str, Callable[[Published], str]] = {
    "home": lambda site: "/",
    "article": lambda site: DEMO_ARTICLE,
    "long-read": long_read,
    "section": lambda site: site.below("/bereiche/")[0],
    "sections": lambda site: "/bereiche/",
    "tag": lambda site: site.below("/stichworte/")[0],
    "tags": lambda site: "/stichworte/",
    "corrections": lambda site: "/korrekturen/",
    "places": lambda site: "/orte/",
    "place": lambda site: site.below("/orte/")[0],
    "archive": lambda site: "/archiv/",
    "year": lambda site: site.below("/archiv/")[-1],
    "author": lambda site: site.below("/autoren/")[0],
    "vendor": lambda site: site.below("/anbieter/")[0],
    "vendors": lambda site: "/anbieter/",
    "standing": lambda site: "/barrierefreiheit/",
    "search": lambda site: "/suche/",
    "not-found": lambda site: "/404.html",
    "print-view": lambda site: f"{DEMO_ARTICLE}druck.html",
}
"""One address of each kind of page of the demo site."""
WIDTHS = (360, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']"


AXE = Axe()


def faults(page: Page, *rules: str) -> list[str]:
    """What axe finds by these rules, or by all: rule, element and reason."""
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found = AXE.run(page, options={"runOnly": chosen, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_by_itself_and_bars_nobody_by_day_or_night(
    demo: Published, visits: Visits, kind: str, width: int
) -> None:
    with visits.visit(demo, KINDS[kind](demo), width=width) as page:
        assert faults(page) == []
        page.emulate_media(color_scheme="dark")  # which changes colours and nothing else
        assert faults(page, "color-contrast", "link-in-text-block") == []
        assert page.evaluate("document.fonts.ready.then(fonts => [...fonts].every(font => font.status !== 'error'))")
        broken = "[...document.images].filter(image => image.complete && !image.naturalWidth).map(image => image.src)"
        assert page.evaluate(broken) == []


@pytest.mark.parametrize("address", [ARTICLE, "/bereiche/energie/", "/bereiche/energie/seite/1/", "/archiv/2026/09/"])
def test_a_full_report_and_pages_of_a_long_list_bar_nobody(small: Published, visits: Visits, address: str) -> None:
    with visits.visit(small, address, width=360) as page:
        assert faults(page) == []


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


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_on_the_smallest_screen(demo: Published, visits: Visits, kind: str) -> None:
    with visits.visit(demo, KINDS[kind](demo), width=320) as page:
        wide = page.evaluate(
            """() => [...document.body.querySelectorAll('*')]
                .filter(element => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
                .filter(element => !element.parentElement.closest('[tabindex], pre, .scroll, svg'))
                .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
                .map(element => element.outerHTML.slice(0, 80))"""
        )
        scrolled = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert (scrolled <= 0, wide if scrolled > 0 else []) == (True, [])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["home", "article", "section", "tags", "vendors", "search", "not-found"])
def test_what_is_pointed_at_is_large_enough(demo: Published, visits: Visits, kind: str, width: int) -> None:
    """Controls and links in lists measure 24 px each way, whatever the spacing; links in sentences may be smaller."""
    with visits.visit(demo, KINDS[kind](demo), width=width) as page:
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, input, summary, nav a, header > a, form a, h2 > a, h3 > a')]
                .filter(element => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
                .map(element => [element, element.getBoundingClientRect()])
                .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
                .map(([element, box]) => `${box.width}×${box.height} ${element.outerHTML.slice(0, 90)}`)"""
        )
        assert small == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["home", "article", "long-read", "search", "print-view"])
def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(
    demo: Published, visits: Visits, kind: str, width: int
) -> None:
    with visits.visit(demo, KINDS[kind](demo), width=width) as page:
        total = page.evaluate(
            f"""() => {{
                window.wanted = [...document.querySelectorAll("{FOCUSABLE}")]
                    .filter(element => element.tabIndex >= 0 && element.checkVisibility({{visibilityProperty: true}}));
                return wanted.length;
            }}"""
        )
        assert total > 3 or kind == "print-view"
        order, unseen = [], []
        for _ in range(total):
            page.keyboard.press("Tab")
            place, seen, what = page.evaluate(
                """() => {
                    const focused = document.activeElement;
                    const box = focused.getBoundingClientRect();
                    const rings = [focused, focused.closest('label')].filter(Boolean);
                    const ringed = rings.map(ring => getComputedStyle(ring)).some(
                        ring => ring.outlineStyle === 'auto'  // the browser's own
                            || ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2);
                    const shown = box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth
                        && box.bottom > 0 && box.top < innerHeight;
                    return [wanted.indexOf(focused), ringed && shown, focused.outerHTML.slice(0, 90)];
                }"""
            )
            order.append(place)
            if not seen:
                unseen.append(what)
        assert order == list(range(total))
        assert unseen == []


@pytest.mark.parametrize("kind", ["home", "article", "section"])
def test_the_skip_link_shows_itself_and_leads_past_the_menu(demo: Published, visits: Visits, kind: str) -> None:
    with visits.visit(demo, KINDS[kind](demo), width=360) as page:
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

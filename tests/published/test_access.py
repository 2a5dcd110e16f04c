"""No kind of page bars anybody: at any width, by day and night, in large type, by keyboard, by finger, by ear.

Every kind goes through axe in three states that together pair every width, scheme and size of type, and in the two that
are hardest on it; nightly in all twelve. A page is opened once and then changed as its reader would change it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from published.axe import ALL as ALL_RULES
from published.axe import WCAG, judge
from published.output import Published
from published.page_types import DEMO_ARTICLE, KINDS, place
from published.visiting import FRAMES, Scheme, Visits

pytestmark = pytest.mark.browser

SNAPSHOTS = Path(__file__).with_name("outlines")
WIDTHS = (320, 768, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = (100, 200)
"""Per cent: the size of type that the browser is set to."""
FOCUSABLE = "a[href], button, input, select, textarea, summary, iframe, video[controls], [tabindex='0']"
NO_MAIL = tuple(kind for kind in KINDS if kind != "newsletter-mail")
"""Mails are set in pixels, as mail programs want it, and printed or tabbed through by those."""


class State(NamedTuple):
    """How somebody looks at a page."""

    width: int
    scheme: Scheme
    size: int


class Opened(NamedTuple):
    """An open page."""

    kind: str
    page: Page


ALL = tuple(State(*one) for one in product(WIDTHS, SCHEMES, SIZES))


HARD = (State(320, "dark", 100), State(1280, "light", 200))


def pairwise(number: int) -> tuple[State, ...]:
    """Three of the states for the kind ``number``: each width once, each scheme and size at least once."""
    odd = [(width + number) % 2 for width in range(len(WIDTHS))]
    turned = [((width * 2 + number) // 2) % 2 for width in range(len(WIDTHS))]
    return tuple(State(w, SCHEMES[a], SIZES[b]) for w, a, b in zip(WIDTHS, odd, turned, strict=True))


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, demo: Published, small: Published, visits: Visits) -> Iterator[Opened]:
    """A page of the kind that the test asks for: opened once for all tests of its kind."""
    kind = request.param
    with visits.visit(*place(kind, demo, small), fresh=False) as page:
        yield Opened(kind, page)


each_kind = pytest.mark.parametrize("opened", KINDS, indirect=True)
each_but_mail = pytest.mark.parametrize("opened", NO_MAIL, indirect=True)


def look(page: Page, state: State) -> None:
    """See the page in this state."""
    page.set_viewport_size({"width": state.width, "height": 800 if state.width > 600 else 640})
    page.emulate_media(color_scheme=state.scheme, reduced_motion="reduce", forced_colors="none")
    page.evaluate("size => { document.documentElement.style.fontSize = size === 100 ? '' : `${size}%`; }", state.size)
    page.evaluate(FRAMES)


def test_few_states_pair_all_there_is() -> None:
    states = [(number, *state) for number in range(len(KINDS)) for state in pairwise(number)]
    for first, second in ((1, 2), (1, 3), (2, 3)):
        pairs = {(state[first], state[second]) for state in states}
        values = [(), WIDTHS, SCHEMES, SIZES]
        assert pairs == set(product(values[first], values[second]))
    for number in range(len(KINDS)):
        assert {state.width for state in pairwise(number)} == set(WIDTHS)
        assert {state.scheme for state in pairwise(number)} == set(SCHEMES)
        assert {state.size for state in pairwise(number)} == set(SIZES)


@each_kind
def test_axe_finds_nothing_and_leaves_nothing_open_that_is_not_explained(opened: Opened) -> None:
    kind, page = opened
    for state in dict.fromkeys((*pairwise(KINDS.index(kind)), *HARD)):
        look(page, state)
        assert judge(page, WCAG if kind == "newsletter-mail" else ALL_RULES) == [], state


@pytest.mark.parametrize("state", [State(320, "light", 200), State(320, "dark", 100), State(560, "light", 100)])
def test_the_open_menu_bars_nobody(demo: Published, visits: Visits, state: State) -> None:
    with visits.visit(demo, DEMO_ARTICLE, fresh=False) as page:
        look(page, state)
        page.locator(".kn-menu summary").click()
        panel = page.locator(".kn-menu-panel")
        assert panel.is_visible()
        assert judge(page, within=".kn-masthead") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= state.width
        for _ in range(panel.locator("a, input, button").count()):
            page.keyboard.press("Tab")
            assert panel.evaluate("panel => panel.contains(document.activeElement)")


@pytest.mark.parametrize("address", ["/ausgaben/", "/ausgaben/2018-06/"])
def test_covers_bar_nobody_whatever_numeral_decorates_them(demo: Published, visits: Visits, address: str) -> None:
    """A program judges texts of two characters that it lets pass where they are one."""
    with visits.visit(demo, address, fresh=False) as page:
        for state in HARD:
            look(page, state)
            figures = page.locator(".kn-cover-plain")
            assert figures.count()
            figures.evaluate_all("found => { for (const one of found) one.dataset.figure = '10'; }")
            assert judge(page) == [], state


@pytest.mark.nightly
@each_kind
def test_axe_finds_nothing_in_any_state(opened: Opened) -> None:
    kind, page = opened
    for state in ALL:
        look(page, state)
        assert judge(page, WCAG if kind == "newsletter-mail" else ALL_RULES) == [], state


@each_but_mail
def test_nothing_scrolls_sideways_is_cut_off_or_overlaps(opened: Opened) -> None:
    page = opened.page
    for state in (State(320, "light", 100), State(320, "light", 200), State(1280, "light", 200)):
        look(page, state)
        assert misplaced(page) == [], state


@each_but_mail
def test_text_may_be_spaced_as_its_reader_needs_it(opened: Opened) -> None:
    """WCAG 1.4.12: everything stays in sight with these distances of lines, paragraphs, letters and words."""
    page = opened.page
    look(page, State(320, "light", 100))
    page.evaluate(_SPACED)
    try:
        assert misplaced(page) == []
    finally:
        page.evaluate("document.adoptedStyleSheets = []")


@pytest.mark.parametrize("kind", ["home", "article", "section", "places", "vendor", "newsletter", "print-view"])
def test_the_size_of_type_is_the_one_that_the_browser_is_set_to(
    demo: Published, small: Published, visits: Visits, kind: str
) -> None:
    """The setting itself, which media queries follow, too; elsewhere the root's size stands for it."""
    with visits.visit(*place(kind, demo, small), fresh=False) as page:
        usual = page.evaluate(_TYPE_SIZE)
        browser = page.context.new_cdp_session(page)
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        try:
            assert page.evaluate(_TYPE_SIZE) == 2 * usual
            assert misplaced(page) == []
        finally:
            browser.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
            browser.detach()


def misplaced(page: Page) -> list[str]:
    """What sticks out sideways, is cut off or lies over something else."""
    scrolled = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    wide = [f"{scrolled} px too wide", *page.evaluate(_WIDE)] if scrolled > 0 else []
    return [*wide, *page.evaluate(_CUT), *page.evaluate(_OVERLAPPING)]


_TYPE_SIZE = "parseFloat(getComputedStyle(document.body).fontSize)"
_SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; }
        * { word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""


_WIDE = """() => [...document.body.querySelectorAll('*')]
    .filter(element => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(element => !element.parentElement.closest('[tabindex="0"], pre, .table, svg'))
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(element => element.outerHTML.slice(0, 80))"""
_CUT = """() => [...document.body.querySelectorAll('*')]
    .filter(element => !element.closest('.kn-hidden, .kn-colon, .kn-skip, .kn-cover, svg, .kn-running'))
    .filter(element => element.textContent.trim() && element.checkVisibility())
    .filter(element => ['hidden', 'clip'].includes(getComputedStyle(element).overflowX))
    .filter(element => element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
    .map(element => element.outerHTML.slice(0, 80))"""
_OVERLAPPING = """() => {
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
    const text = walker.currentNode, owner = text.parentElement;
    if (!text.data.trim() || owner.closest('.kn-hidden, .kn-colon, .kn-skip, .kn-cover')) continue;
    if (!owner.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects())
        if (box.width > 2 && box.height > 2) lines.push([box, text.data.trim().slice(0, 40), owner]);
    }
    lines.sort((one, other) => one[0].top - other[0].top);
    const found = [];
    lines.forEach(([box, words], at) => {
    for (let next = at + 1; next < lines.length && lines[next][0].top < box.bottom; next++) {
        const [other, others] = lines[next];
        const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        // Boxes of lines are taller than their letters: only what stands half on another is over it.
        if (wide > 3 && high > 0.55 * Math.min(box.height, other.height)) found.push(`${words} | ${others}`);
    }
    });
    return found;
}"""


@each_but_mail
def test_what_is_pointed_at_is_24_pixels_large_or_stands_free(opened: Opened) -> None:
    """WCAG 2.5.8 with its exceptions: links in sentences, and targets round which a circle of 24 px holds no other."""
    page = opened.page
    for width in (320, 1280):
        look(page, State(width, "light", 100))
        assert page.evaluate(_SMALL_TARGETS, FOCUSABLE) == [], width


_SMALL_TARGETS = """focusable => {
    const targets = [...document.querySelectorAll(focusable)]
    .filter(element => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .map(element => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height > 1);
    const inSentence = element => {
    if (getComputedStyle(element).display !== 'inline') return false;
    const block = element.closest('p, li, td, dd, figcaption, blockquote, h1, h2, h3, h4, h5, h6');
    return !!block && block.textContent.trim().length > element.textContent.trim().length;
    };
    const middle = box => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const distance = ([x, y], [left, top]) => Math.hypot(x - left, y - top);
    const reaches = ([x, y], box) =>
    Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) < 12;
    const isSmall = box => box.width < 24 || box.height < 24;
    return targets
    .filter(([element, box]) => isSmall(box) && !inSentence(element))
    .filter(([element, box]) => targets.some(([other, place]) => other !== element
        && !other.contains(element) && !element.contains(other)
        && (reaches(middle(box), place) || isSmall(place) && distance(middle(box), middle(place)) < 24)))
    .map(([element, box]) => `${box.width}×${box.height} ${element.outerHTML.slice(0, 90)}`);
}"""


@each_but_mail
def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(opened: Opened) -> None:
    kind, page = opened
    look(page, State((320, 1280)[KINDS.index(kind) % 2], "light", 100))
    wanted = page.evaluate(_WATCH_FOCUS, FOCUSABLE)
    for _ in range(wanted):
        page.keyboard.press("Tab")
    met = page.evaluate(f"{FRAMES}.then(() => met)")
    assert [at for at, _, _ in met] == list(range(wanted))
    assert [what for _, seen, what in met if not seen] == []
    page.keyboard.press("Tab")  # and on, out of the page: nothing holds it
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("wanted.indexOf(document.activeElement)") in (wanted - 1, 0, -1)


_WATCH_FOCUS = """focusable => {
    window.wanted = [...document.querySelectorAll(focusable)]
    .filter(element => element.tabIndex >= 0 && element.checkVisibility({visibilityProperty: true}));
    window.met = [];
    addEventListener('focusin', ({target}) => {
    if (met.length >= wanted.length) return;
    const box = target.getBoundingClientRect();
    const ringed = [target, target.closest('label')].filter(Boolean).map(ring => getComputedStyle(ring)).some(
        ring => ring.outlineStyle === 'auto' || ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2);
    const shown = box.width > 1 && box.height > 1 && box.right > 0 && box.left < innerWidth
        && box.bottom > 0 && box.top < innerHeight;
    met.push([wanted.indexOf(target), ringed && shown, target.outerHTML.slice(0, 90)]);
    });
    return wanted.length;
}"""


@each_but_mail
def test_in_forced_colours_controls_have_edges_and_pictures_of_type_a_colour(opened: Opened) -> None:
    page = opened.page
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(_EDGELESS) == []


_EDGELESS = """() => {
    const shown = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const canvas = getComputedStyle(document.body).backgroundColor;
    const found = [];
    for (const control of document.querySelectorAll('button:not(.kn-actions button), input, .kn-action')) {
    const style = getComputedStyle(control);
    const edges = ['Top', 'Bottom'].every(side => parseFloat(style[`border${side}Width`]) >= 1
        && style[`border${side}Style`] !== 'none' && style[`border${side}Color`] !== canvas);
    if (shown(control) && !edges) found.push(control.outerHTML.slice(0, 90));
    }
    for (const element of document.body.querySelectorAll('*')) {
    if (!shown(element)) continue;
    for (const pseudo of ['::before', '::after']) {
        const style = getComputedStyle(element, pseudo);
        if (style.content !== 'none' && style.maskImage !== 'none' && style.backgroundColor === canvas)
            found.push(`${element.outerHTML.slice(0, 60)}${pseudo}`);
    }
    if (document.activeElement !== element && element.matches('a[href], button, summary')) {
        element.focus({preventScroll: true, focusVisible: true});
        const ring = getComputedStyle(element);
        if (ring.outlineStyle !== 'auto' && (ring.outlineStyle === 'none' || parseFloat(ring.outlineWidth) < 2
            || ring.outlineColor === canvas))
            found.push(`unseen focus: ${element.outerHTML.slice(0, 80)}`);
    }
    }
    return found;
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_on_the_map_stand_out_from_their_rim(visits: Visits, demo: Published, scheme: Scheme) -> None:
    """What axe cannot see: it says so, and ``axe.EXPLAINED`` refers to this."""
    with visits.visit(demo, "/orte/", fresh=False) as page:
        look(page, State(1280, scheme, 100))
        colours = page.locator(".kn-map-mark text").evaluate_all(_RIMS)
        assert colours
        for letters, rim, area in colours:
            assert contrast(letters, rim) >= 4.5
            assert rim == area


_RIMS = """names => {
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number).slice(0, 3);
    const area = getComputedStyle(document.querySelector('.kn-map-states path')).fill;
    return names.map(name => getComputedStyle(name)).map(style =>
        [numbers(style.fill), numbers(style.stroke), numbers(area)]);
}"""


def contrast(one: Sequence[float], other: Sequence[float]) -> float:
    """The ratio of WCAG 2.2 between two colours of sRGB, 0 to 255."""
    lights = sorted((_luminance(colour) for colour in (one, other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: Sequence[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", ["home", "article", "search"])
def test_nothing_moves_where_that_is_not_wanted(demo: Published, small: Published, visits: Visits, kind: str) -> None:
    with visits.visit(*place(kind, demo, small), fresh=False) as page:
        moving = """() => [document.documentElement, ...document.body.querySelectorAll('*')].filter(element => {
            const style = getComputedStyle(element);
            return style.transitionDuration.split(',').some(time => parseFloat(time) > 0)
                || style.animationName !== 'none' || style.scrollBehavior === 'smooth';
        }).map(element => element.outerHTML.slice(0, 80))"""
        assert page.evaluate(moving) == []
        rules = """() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
            .flatMap(rule => [...rule.cssRules ?? []].map(one => [rule.conditionText, one]).concat([['', rule]]))
            .filter(([, rule]) => rule.constructor.name === 'CSSViewTransitionRule').map(([condition]) => condition)"""
        assert page.evaluate(rules) == ["(prefers-reduced-motion: no-preference)"]


@each_but_mail
def test_headings_landmarks_and_names_are_what_they_were(opened: Opened, update_golden: bool) -> None:
    """What a screen reader lists of a page; ``--update-golden`` rewrites it, the difference is reviewed."""
    kind, page = opened
    look(page, State(1280, "light", 100))
    found = outline(page)
    nameless = [line for line in page.locator("body").aria_snapshot().splitlines() if line.strip() in _NAMELESS]
    assert nameless == []
    snapshot = SNAPSHOTS / f"{kind}.txt"
    if update_golden:
        SNAPSHOTS.mkdir(exist_ok=True)
        snapshot.write_text(found, encoding="utf-8")
    assert found == snapshot.read_text(encoding="utf-8")


_NAMELESS = ("- link", "- link:", "- button", "- button:", "- textbox", "- searchbox", "- img", "- img:", "- heading")
_KEPT = ("banner", "navigation", "main", "complementary", "contentinfo", "search", "form", "region", "heading",
     "button", "searchbox", "textbox", "combobox", "checkbox", "radio", "status", "article")  # fmt: skip


def outline(page: Page) -> str:
    """The landmarks, headings and controls of the page with their names, as the browser tells them."""
    lines = [_plain(line) for line in page.locator("body").aria_snapshot().splitlines()]
    kept = [line for line in lines if line.strip().removeprefix("- ").split(" ")[0] in _KEPT]
    return "\n".join(kept) + "\n"


def _plain(line: str) -> str:
    """A line of the snapshot without its colon, and without the quotes that YAML puts round a name with a colon."""
    line = line.removesuffix(":")
    if quoted := re.fullmatch(r"( *- )'(.*)'", line):
        return quoted[1] + quoted[2].replace("''", "'")
    return line


def test_no_snapshot_is_kept_for_nothing() -> None:
    assert {path.stem for path in SNAPSHOTS.iterdir()} == set(NO_MAIL)

"""Pages in Chromium as a host that reads ``_headers`` sends them: no violation, nobody else asked, no shift.

What an article weighs on the wire is counted here, too: everything but pictures, as a server with compressed twins
sends it.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page, Route

from kommunalnews.stages.compressing import compressed
from published.output import Published
from published.page_types import DEMO_ARTICLE, KINDS, long_read, place
from published.test_servers import matching, rules
from published.visiting import FRAMES, media_type

pytestmark = pytest.mark.browser

LIMIT = 60_000
ARTICLES = r"/meldungen/\d{4}/[^/]+/"
HARDLY = 0.005
"""A shift that is told as 0.00: words move in their lines by some pixels, but no line takes the place of another."""
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation',
    event => violations.push(event.violatedDirective + ' ' + event.blockedURI));
window.shifts = [];
new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry => entry.value)))
    .observe({type: 'layout-shift', buffered: true});
"""


class Host:
    """A host that reads ``_headers``, and a browser that visits it; what it was asked for."""

    def __init__(self, browser: Browser, site: Published, *, width: int = 1280) -> None:
        self._site = site
        self._held: list[Route] | None = None
        self._rules = rules(site.read("/_headers"))
        self._context = browser.new_context(viewport={"width": width, "height": 800}, locale="de-DE")
        self._context.add_init_script(WATCH)
        self._context.route("**/*", self._answer)
        self._tab: Page | None = None
        self._said: list[str] = []
        self.asked: list[str] = []
        self.foreign: list[str] = []

    def close(self) -> None:
        self._context.close()

    def open(self, address: str, *, alone: bool = False) -> tuple[Page, list[str]]:
        """A page once it has loaded, and what the console said.

        It is opened in the tab of the page before it, for to make one takes longer than most pages do; ``alone`` in a
        new one, so that nothing is asked for but by this page.
        """
        if self._tab and alone:
            self._tab.close()
            self._tab = None
        if self._tab is None:
            self._tab = self._context.new_page()
            self._tab.on("console", lambda message: self._said.append(message.text))
        self._said, self.asked, self.foreign = [], [], []
        self._tab.goto(self._site.base_url.rstrip("/") + address, wait_until="load")
        self._tab.evaluate(f"document.fonts.ready.then(() => {FRAMES})")
        return self._tab, self._said

    def open_with_late_faces(self, address: str) -> Page:
        """The same, where the faces come after something was painted."""
        self._held = []
        page = self._context.new_page()
        page.goto(self._site.base_url.rstrip("/") + address, wait_until="domcontentloaded")
        page.evaluate("new Promise(done => new PerformanceObserver(done).observe({type: 'paint', buffered: true}))")
        held, self._held = self._held, None
        assert held
        for route in held:
            self._answer(route)
        page.evaluate("document.fonts.ready.then(() => new Promise(done => setTimeout(done, 100)))")
        return page

    def _answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.netloc != urlsplit(self._site.base_url).netloc:
            self.foreign.append(route.request.url)
            route.abort()
            return
        path = self._site.path(url.path)
        if self._held is not None and path.endswith(".woff2"):
            self._held.append(route)
            return
        self.asked.append(path)
        headers = {"Content-Type": media_type(path), **dict(matching(self._rules, url.path))}
        route.fulfill(status=200, headers=headers, body=self._site.files[path])


@pytest.fixture(scope="module")
def host(browser: Browser, demo: Published) -> Iterator[Host]:
    made = Host(browser, demo)
    yield made
    made.close()


@pytest.fixture(scope="module")
def small_host(browser: Browser, small: Published) -> Iterator[Host]:
    made = Host(browser, small)
    yield made
    made.close()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "newsletter-mail"])
def test_a_page_keeps_to_its_policy_asks_nobody_else_and_stays_where_it_is(
    host: Host, small_host: Host, demo: Published, small: Published, kind: str
) -> None:
    """But the mail, which is saved and not shown: see test_servers."""
    site, address = place(kind, demo, small)
    asked = host if site is demo else small_host
    page, said = asked.open(address)
    assert page.evaluate("violations") == []
    assert (said, asked.foreign) == ([], [])
    if "print-view" not in kind:  # which is for paper, and waits for the faces of paper
        assert page.evaluate("shifts") == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", ["home", "section", "article"])
def test_nothing_moves_when_the_faces_come_late(
    browser: Browser, demo: Published, small: Published, kind: str, width: int
) -> None:
    _, address = place(kind, demo, small)
    host = Host(browser, demo, width=width)
    try:
        page = host.open_with_late_faces(address)
        assert page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').length") > 3
        assert sum(page.evaluate("shifts")) < HARDLY
    finally:
        host.close()


def test_what_the_policy_forbids_is_not_run_and_noticed(host: Host) -> None:
    page, _ = host.open("/")
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            document.body.setAttribute('style', 'color: red');
            const picture = document.createElement('img');
            picture.src = 'https://elsewhere.example/pixel.png';
            document.body.append(picture);
        }"""
    )
    page.evaluate(  # Playwright's own waiting evaluates text, which the policy forbids
        """() => new Promise(done => {
            const look = () => violations.length >= 3 ? done() : setTimeout(look, 20);
            look();
        })"""
    )
    assert page.evaluate("window.ran") is None
    assert host.foreign == []


@pytest.mark.parametrize(("address", "runs"), [("/", False), ("/suche/", True)])
def test_only_the_search_page_runs_webassembly(host: Host, address: str, runs: bool) -> None:
    page, _ = host.open(address)
    smallest = "new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module"
    assert page.evaluate(f"(() => {{ try {{ return {smallest}; }} catch {{ return false; }} }})()") == runs


def test_an_article_weighs_60_kilobytes_at_most_without_its_pictures(host: Host, demo: Published) -> None:
    weights = weights_of(host, demo, DEMO_ARTICLE)
    assert len(weights) > 8
    assert sum(weights.values()) <= LIMIT, weights


@pytest.mark.nightly
def test_so_do_all_articles_but_one(host: Host, demo: Published) -> None:
    """But the longest, which has notes and italics."""
    addresses = [address for address in map(demo.address, demo.paths(".html")) if re.fullmatch(ARTICLES, address)]
    heavy = {address for address in addresses if sum(weights_of(host, demo, address).values()) > LIMIT}
    assert len(addresses) > 30
    assert heavy <= {long_read(demo)}


def weights_of(host: Host, demo: Published, address: str) -> dict[str, int]:
    """What a first visit fetches, pictures excepted: path → bytes on the wire."""
    host.open(address, alone=True)
    weights = {}
    for path in host.asked:
        data = demo.files[path]
        if path.endswith((".html", ".css", ".js")):
            weights[path] = len(compressed(data, "br", thoroughly=not path.endswith(".html")))
        elif path.endswith((".woff2", ".woff")):
            weights[path] = len(data)
    return weights


def test_every_face_that_is_preloaded_is_needed_and_no_other_comes(
    host: Host, demo: Published, small: Published
) -> None:
    for kind in ("home", "article", "section", "search"):
        _, address = place(kind, demo, small)
        host.open(address, alone=True)
        wanted = [link["href"] for link in demo.page(address).all("link", rel="preload")]
        fonts = [path for path in host.asked if path.endswith(".woff2")]
        assert sorted(fonts) == sorted(href.lstrip("/") for href in wanted), kind


def test_footnotes_load_no_further_face_and_italics_a_small_one(host: Host, demo: Published) -> None:
    address = long_read(demo)
    host.open(address, alone=True)
    preloaded = {link["href"].lstrip("/") for link in demo.page(address).all("link", rel="preload")}
    fonts = {path for path in host.asked if path.endswith(".woff2")}
    assert "↩" in demo.read(address)
    assert fonts - preloaded == {"fonts/newsreader-italic-de.woff2"}


def test_the_style_sheet_asks_small_faces_for_what_they_hold_and_others_for_the_rest(demo: Published) -> None:
    asked: dict[tuple[str, str, str], set[int]] = {}
    for family, rule in re.findall(r'@font-face { font-family: "([^"]*)";([^}]*)}', demo.read("/css/tokens.css")):
        if "url(" not in rule:
            continue
        [name], [weights] = re.findall(r"fonts/([\w-]*)\.woff2", rule), re.findall("font-weight: ([^;]*);", rule)
        [spans] = re.findall("unicode-range: ([^;]*);", rule)
        codes = {code for span in spans.split(", ") for code in _span(span)}
        before = asked.setdefault((family, weights, "italic" if "italic" in rule else ""), set())
        assert not before & codes, name
        before |= codes
        if name.endswith("-de"):
            held = TTFont(BytesIO(demo.files[f"fonts/{name}.woff2"])).getBestCmap()
            assert not codes.difference(held), name


def _span(written: str) -> range:
    first, _, last = written.removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)

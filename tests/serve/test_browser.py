"""Live reload in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .server import ARTICLE, SITE, Server, serving

expect.set_options(timeout=30_000)  # a machine may be busy with other things

FAIR = "meldungen/2026/the-fair-is-open/"
SOURCE = "content/articles/2026/fair.md"
STYLES = "static/css/base.css"

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    # a file with the name of a packaged one takes its place
    with serving(tmp_path, files={STYLES: "body { color: rgb(1, 1, 1) }"}) as started:
        started.ready()
        yield started


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    complaints: list[str] = []
    opened = browser.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(server.url + FAIR, wait_until="load")
    opened.evaluate("window.untouched = true")
    yield opened
    opened.close()
    assert complaints == []


def test_a_change_shows_by_itself(server: Server, page: Page) -> None:
    server.write(SOURCE, ARTICLE.format(title="The fair is open", text="Quite other words."))
    page.get_by_text("Quite other words.").first.wait_for()
    assert page.evaluate("window.untouched") is None


def test_styles_are_swapped_under_the_open_page(server: Server, page: Page) -> None:
    server.write(STYLES, "body { color: rgb(2, 2, 2) }")
    expect(page.locator("body")).to_have_css("color", "rgb(2, 2, 2)")
    server.write(STYLES, "body { color: rgb(3, 3, 3) }")
    expect(page.locator("body")).to_have_css("color", "rgb(3, 3, 3)")
    assert page.evaluate("window.untouched") is True


def test_a_failure_is_laid_over_the_open_page_and_goes_away_again(server: Server, page: Page) -> None:
    server.write("content/site.yaml", "language: en\ntitle: [")
    panel = page.locator("#kommunalnews-panel details")
    panel.wait_for()
    assert page.evaluate("window.untouched") is True
    assert "The build failed: 1 error" in panel.inner_text()
    assert "content/site.yaml:2:" in panel.inner_text()
    page.locator("#kommunalnews-panel summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#kommunalnews-panel details")).not_to_have_attribute("open", "")
    server.write("content/site.yaml", SITE)
    page.locator("#kommunalnews-panel details").wait_for(state="detached")

"""Changes reach open pages, and a failed build takes nothing away."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from .server import ARTICLE, SITE, Server, serving

FAIR = "/meldungen/2026/the-fair-is-open/"
SOURCE = "content/articles/2026/fair.md"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as started:
        started.ready()
        yield started


def test_an_open_page_is_told_of_a_change(server: Server) -> None:
    with server.events() as states:
        before = next(states)
        server.write(SOURCE, ARTICLE.format(title="The fair is open", text="Other words."))
        after = next(states)
    assert after["page"] != before["page"]
    assert "Other words." in server.ask(FAIR).text
    assert f'data-page="{after["page"]}"' in server.ask(FAIR).text


def test_a_changed_style_sheet_does_not_reload_the_page(server: Server) -> None:
    server.write("static/css/extra.css", "p { color: red }")
    server.until("/__kommunalnews__/panel", lambda answer: answer.status == 200)
    with server.events() as states:
        known = next(states)
        server.write("static/css/extra.css", "p { color: green }")
        changed = next(state for state in states if state["style"] != known["style"] or state["page"] != known["page"])
        while changed["style"] == known["style"]:  # the first file of a new folder is a change of its own
            known = changed
            server.write("static/css/extra.css", f"p {{ color: blue }} /* {known['page']} */")
            changed = next(states)
    assert changed["page"] == known["page"]


def test_folders_that_come_later_are_watched(server: Server) -> None:
    server.write("static/note.txt", "first")
    server.until("/note.txt", lambda answer: answer.text == "first")
    server.write("static/note.txt", "second")
    server.until("/note.txt", lambda answer: answer.text == "second")


def test_changes_during_a_build_are_not_lost(server: Server) -> None:
    for number in range(12):
        server.write(SOURCE, ARTICLE.format(title="The fair is open", text=f"Version {number}."))
    server.until(FAIR, lambda answer: "Version 11." in answer.text)


def test_a_failed_build_keeps_the_last_good_page_and_says_where_the_fault_is(server: Server) -> None:
    server.ask(FAIR)
    server.write(
        SOURCE, ARTICLE.format(title="The fair is open", text="New.").replace("section: Town", "section: Twon")
    )
    page = server.until(FAIR, lambda answer: "<details open" in answer.text)
    assert page.status == 200
    assert "Some words." in page.text
    assert '<div id="kommunalnews-panel" role="status">' in page.text
    assert "<code>content/articles/2026/fair.md:4:10</code>" in page.text
    assert "section: <mark>Twon</mark>" in page.text
    assert "Did you mean" in page.text
    assert "style=" not in page.text.split('id="kommunalnews-panel"')[1]
    server.write(SOURCE, ARTICLE.format(title="The fair is open", text="Mended."))
    server.until(FAIR, lambda answer: "Mended." in answer.text and "<details open" not in answer.text)


def test_a_site_that_cannot_be_built_at_all_keeps_every_page(server: Server) -> None:
    server.write("content/site.yaml", "title: [")
    page = server.until("/", lambda answer: "<details open" in answer.text)
    assert page.status == 200
    assert "content/site.yaml:" in page.text
    server.write("content/site.yaml", SITE)
    server.until("/", lambda answer: "<details open" not in answer.text)


def test_an_open_page_is_told_of_a_failure_without_reloading(server: Server) -> None:
    with server.events() as states:
        before = next(states)
        server.write("content/site.yaml", "title: [")
        after = next(states)
    assert after["panel"] != before["panel"]
    assert after["page"] == before["page"]
    assert "content/site.yaml:" in server.ask("/__kommunalnews__/panel").text


def test_what_content_says_is_escaped_on_the_panel(server: Server) -> None:
    server.write(
        SOURCE, ARTICLE.format(title="A", text="x").replace("section: Town", "section: <script>alert(1)</script>")
    )
    page = server.until("/", lambda answer: "<details open" in answer.text)
    assert "<script>alert" not in page.text


def test_ctrl_c_ends_the_server_though_pages_are_open(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.ready()
        with server.events() as one, server.events() as two:
            assert list(itertools.islice(one, 1))
            assert list(itertools.islice(two, 1))
            assert server.interrupt() == 130
        assert "Traceback" not in server.log


def test_ctrl_c_during_a_build_takes_the_build_with_it(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.interrupt() == 130
        assert "Traceback" not in server.log


def test_the_terminal_hears_of_each_build(server: Server) -> None:
    server.write(SOURCE, ARTICLE.format(title="A", text="x").replace("section: Town", "section: Twon"))
    server.until("/", lambda answer: "<details open" in answer.text)
    assert "Built: 1 article, " in server.log
    assert "content/articles/2026/fair.md:4:10: error: " in server.log

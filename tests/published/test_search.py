"""Search finds reports in any spelling and by parts of words, for keyboards and ears too, and says what to do without
script.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from published.axe import judge
from published.conftest import once
from published.output import Published, build
from published.test_access import State, look, misplaced
from published.visiting import Scheme, Visits

pytestmark = pytest.mark.browser

BASE_URL = "https://suche.example/"
CONFIG = f"""
title: Suchblatt
base_url: {BASE_URL}
language: de
sections: [Panorama, Technik]
"""


def article(title: str, body: str, **fields: str) -> str:
    """The source of an article."""
    fields = {"title": title, "date": "2018-07-01", "section": "Panorama", **fields}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"---\n\n{body}\n"


ARTICLES = {
    "strom": article(
        "Strom aus dem Keller", "Im Keller der Schule steht ein Hochspannungsnetzgerät. Es ist alt.",
        kicker="Netzberg", lead="Ein *Versuch* in Physik.",
        image="{src: /images/keller.jpg, alt: Ein Keller, focal: 30% 100%}",
        location="Netzberg", tags="[Energie, Schule]", date="2018-07-24 09:30", section="Technik",
    ),
    "labor": article("Neues für das Labor", "Das Netzgerät kostet wenig, sagt Frau Mueller.", tags="[Schule]"),
    "dom": article("Besuch am Dom", "In Köln werden Häuser saniert.", location="Köln", date="2017-03-02"),
    "papier": article(
        "Sitzung ohne Papier", "Einladungen kommen als E-Mail, die IT-Sicherheit wächst, Protokolle sind Open Data. "
        "Die Straße bekommt eine neue Straßenbeleuchtung. Es geht um Verantwortlichkeiten.", date="2016-05-02",
    ),
    "feuer": article("Neue Feuerwache", "Das Wachgebäude ist fertig. Impressionen im Bild.", date="2017-05-02"),
    **{f"r{n:02}": article(f"Ratssitzung {n}", "Der Rat tagt.", date=f"2018-01-{n:02}") for n in range(1, 14)},
    "entwurf": article("Geheimplan", "Der Geheimplan ist ein Netzgerät.", draft="true"),
    "sperre": article("Sperrvermerk", "Bis morgen gesperrt: Netzgerät.", publish_at="2030-01-01"),
}  # fmt: skip


def photo() -> bytes:
    """A JPEG of many sizes."""
    stream = BytesIO()
    Image.linear_gradient("L").resize((1600, 900)).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A small paper with a search index."""
    source = tmp_path_factory.mktemp("paper")
    files: dict[str, str | bytes] = {f"content/articles/{name}.md": text for name, text in ARTICLES.items()}
    files["content/vendors/ostnetz.md"] = "---\nname: Ostnetz\ncity: Ostheim\n---\n\nLeitungen.\n"
    files["content/pages/impressum.md"] = "---\ntitle: Impressum\n---\n\nVerlag Netzberg.\n"
    files |= {"content/site.yaml": CONFIG, "content/images/keller.jpg": photo()}
    for path, data in files.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(data.encode() if isinstance(data, str) else data)
    return once(tmp_path_factory, "paper", source, BASE_URL, "--no-pdf", "--now", "2018-08-01")


@pytest.fixture(scope="module")
def readers(browser: Browser, paper: Published) -> Iterator[Visits]:
    """Visits to the paper."""
    made = Visits(browser, (paper,))
    yield made
    made.close()


def said(page: Page) -> str:
    """What is said about the results, once there are any."""
    status = page.locator("main [role=status]")
    expect(status).to_have_text(re.compile(r"Treffer|gefunden"))
    return status.inner_text()


def found(page: Page) -> list[str]:
    """The headlines of the results."""
    said(page)
    return [" ".join(text.split()) for text in page.locator("main article a").all_text_contents()]


def answers(readers: Visits, paper: Published, query: str, more: str = "") -> list[str]:
    """The headlines that a query finds."""
    with readers.visit(paper, f"/suche/?q={quote(query)}{more}", fresh=False) as page:
        return found(page)


STROM = "Netzberg: Strom aus dem Keller"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Netzgerät", {STROM, "Neues für das Labor"}),
        ("netzgeraete", {STROM, "Neues für das Labor"}),
        ("Hochspannung", {STROM}),
        ("Koeln", {"Besuch am Dom"}),
        ("köln", {"Besuch am Dom"}),
        ("Koln", {"Besuch am Dom"}),
        ("Haus", {"Besuch am Dom"}),
        ("Müller", {"Neues für das Labor"}),
        ("Feuer", {"Neue Feuerwache"}),
        ("Wachgebaeude", {"Neue Feuerwache"}),
        ("Physik Schule", {STROM}),
        ("Impressum", {"Impressum"}),
        ('"ist alt"', {STROM}),
        ("E-Mail", {"Sitzung ohne Papier"}),
        ("e-mails", {"Sitzung ohne Papier"}),
        ("Email", {"Sitzung ohne Papier"}),
        ("IT-Sicherheit", {"Sitzung ohne Papier"}),
        ("Sicherheit", {"Sitzung ohne Papier"}),
        ("Verantwortlichkeiten", {"Sitzung ohne Papier"}),
        ("Verantwortlichkeit Protokoll", {"Sitzung ohne Papier"}),
        ("Verantwortlichkeit Xylophon", set()),
        ("Protokollführerinnenschule", set()),
        ("Open-Data", {"Sitzung ohne Papier"}),
        ("Open-Xylophon", set()),
        ("Beleuchtung", {"Sitzung ohne Papier"}),
        ("Keller Xylophon", set()),
        ("Geheimplan", set()),
        ("Sperrvermerk", set()),
        ("<img src=x onerror=alert(1)>", set()),
    ],
)
def test_words_are_found_by_stem_part_and_spelling(
    paper: Published, readers: Visits, query: str, wanted: set[str]
) -> None:
    assert set(answers(readers, paper, query)) == wanted


def test_a_result_shows_kicker_title_date_section_teaser_and_picture(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/?q=Hochspannung") as page:
        assert said(page) == "1 Treffer"
        result = page.locator("main article")
        assert (
            " ".join(result.inner_text().split()).replace(" :", ":")
            == f"{STROM} [24.7.2018] Technik Ein Versuch in Physik."
        )
        picture = result.locator("img")
        assert re.fullmatch(r"/bilder/keller-[0-9a-f]{8}-360\.webp", picture.get_attribute("src") or "")
        assert picture.get_attribute("class") == "kn-focus-x3 kn-focus-y10"
        assert picture.evaluate("image => getComputedStyle(image).objectPosition") == "30% 100%"
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 360
        assert picture.get_attribute("alt") == ""
        result.locator("a").click()
        expect(page).to_have_url(re.compile("strom-aus-dem-keller/$"))


def test_the_title_names_what_was_searched_for_and_nothing_is_offered_to_sort_where_nothing_is(
    paper: Published, readers: Visits
) -> None:
    with readers.visit(paper, "/suche/") as page:
        title = page.title()
        field, order = page.locator("input[role=combobox]"), page.get_by_label("Sortieren nach")
        for query, sortable in (("Xylophon", False), ("Netzgerät", True)):
            field.fill(query)
            field.press("Enter")
            said(page)
            expect(order).to_be_visible(visible=sortable)
            expect(page).to_have_title(f"{query} – {title}")
        page.go_back()
        expect(page).to_have_title(f"Xylophon – {title}")
        page.go_back()
        expect(page).to_have_title(title)
        expect(order).to_be_visible()


def test_results_are_sorted_by_date_and_come_ten_at_a_time(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/?q=Rat&sort=date") as page:
        assert said(page) == "13 Treffer"
        assert found(page) == [f"Ratssitzung {number}" for number in range(13, 3, -1)]
        page.get_by_role("button", name="Weitere Treffer zeigen").click()
        expect(page.locator("main article")).to_have_count(13)
        expect(page.get_by_role("link", name="Ratssitzung 3")).to_be_focused()
        assert page.get_by_role("button", name="Weitere Treffer zeigen").count() == 0


def test_sorting_by_date_loses_nothing_that_has_no_date(paper: Published, readers: Visits) -> None:
    for query in ("q=Netzberg", "q=&place=Ostheim"):
        with readers.visit(paper, f"/suche/?{query}&sort=date") as page:
            by_date = found(page)
        with readers.visit(paper, f"/suche/?{query}") as page:
            assert sorted(by_date) == sorted(found(page))
    assert answers(readers, paper, "Netzberg", "&sort=date") == [STROM, "Impressum"]
    assert answers(readers, paper, "", "&place=Ostheim") == ["Anzeige · Anbieter: Ostnetz"]


def test_filters_count_narrow_and_stand_in_the_address(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/?q=Netzgerät") as page:
        assert said(page) == "2 Treffer"
        page.get_by_text("Suche eingrenzen").first.click()
        section = page.locator("select[name=section]")
        expect(section.locator("option")).to_have_text(["alle", "Panorama (1)", "Technik (1)"])
        expect(page.locator("select[name=tag]").locator("option")).to_have_text(["alle", "Schule (2)", "Energie (1)"])
        expect(page.locator("select[name=place]").locator("option")).to_have_text(["alle", "Netzberg (1)"])
        expect(page.locator("select[name=year]").locator("option")).to_have_text(["alle", "2018 (2)"])
        section.select_option("Technik")
        expect(page.locator("main article")).to_have_count(1)
        assert "section=Technik" in page.url
        page.go_back()
        expect(page.locator("main article")).to_have_count(2)
    assert answers(readers, paper, "", "&year=2017") == ["Neue Feuerwache", "Besuch am Dom"]
    assert answers(readers, paper, "Keller", "&place=Netzberg") == [STROM]


def test_suggestions_obey_the_arrows_escape_and_enter(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/") as page:
        field = page.locator("input[role=combobox]")
        field.press_sequentially("netzger")
        options = page.locator("#kn-suggestions [role=option]")
        expect(options).to_have_count(2)
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(page.locator("main [role=status]")).to_have_text(re.compile("^2 Treffer. .*Pfeiltasten"))
        for key, chosen in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", None), ("ArrowUp", 1), ("ArrowUp", 0)):
            field.press(key)
            for number in range(2):
                expect(options.nth(number)).to_have_attribute("aria-selected", "true" if number == chosen else "false")
        expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "?")
        assert judge(page) == []
        field.press("Escape")
        expect(options).to_have_count(0)
        expect(field).to_have_value("netzger")
        field.press("ArrowDown")
        field.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        first = options.first.text_content() or ""
        field.press("Enter")
        expect(page.locator("h1")).to_have_text(first)


LEAVING = {"Escape": lambda field: field.press("Escape"), "blur": lambda field: field.blur()}


@pytest.mark.parametrize("leave", LEAVING)
def test_nothing_is_said_of_suggestions_that_are_gone(paper: Published, readers: Visits, leave: str) -> None:
    with readers.visit(paper, "/suche/?q=Keller") as page:
        assert said(page) == "1 Treffer"
        field, status = page.locator("#kn-query"), page.locator("main [role=status]")
        field.fill("netzger")
        expect(status).to_have_text(re.compile("^2 Treffer. .*Pfeiltasten"))
        LEAVING[leave](field)
        expect(field).to_have_attribute("aria-expanded", "false")
        expect(status).to_have_text("1 Treffer")
        expect(page.locator("main article")).to_have_count(1)


def test_whoever_waits_is_told(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/") as page:
        held = ask_while_the_oldest_shard_waits(page)
        field, status = page.locator("#kn-query"), page.locator("main [role=status]")
        expect(status).to_have_text(re.compile("werden durchsucht"))
        field.blur()
        expect(status).to_have_text(re.compile("werden durchsucht"))
        field.focus()
        field.press("Escape")
        expect(status).to_have_text("")
        field.press_sequentially("Neue")
        expect(status).to_have_text(re.compile("werden durchsucht"))
        field.blur()
        expect(status).to_have_text("")
        for route in held:
            route.fallback()
        page.wait_for_load_state("networkidle")
        expect(status).to_have_text("")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_and_filters_bar_nobody(paper: Published, readers: Visits, width: int, scheme: Scheme) -> None:
    with readers.visit(paper, "/suche/?q=Schule&tag=Schule", width=width, scheme=scheme) as page:
        assert said(page) == "2 Treffer"
        assert page.locator("#kn-search-filters").evaluate("filters => filters.open")
        page.locator("main article img").evaluate("image => image.decode()")
        for size in (100, 200):
            look(page, State(width, scheme, size))
            assert judge(page) == []
            assert misplaced(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_many_results_and_none_bar_nobody(paper: Published, readers: Visits, width: int) -> None:
    for query in ("Rat", "Xylophon"):
        with readers.visit(paper, f"/suche/?q={query}", width=width, scheme="dark", fresh=False) as page:
            said(page)
            assert page.get_by_role("button", name="Weitere Treffer zeigen").is_visible() == (query == "Rat")
            assert judge(page) == []
            assert misplaced(page) == []


def test_an_open_page_has_what_every_search_needs_unless_its_reader_saves_data(
    paper: Published, readers: Visits
) -> None:
    asked = "performance.getEntriesByType('resource').map(one => one.name).filter(name => name.includes('/index/'))"
    with readers.visit(paper, "/suche/") as page:
        page.wait_for_load_state("networkidle")
        names = [name.partition("/index/")[2] for name in page.evaluate(asked)]
        shards = ("2016-1", "2017-1", "2018-1", "seiten")
        program = ("pagefind.js", "pagefind-entry.json", "wasm.pagefind")
        tried = [name for name in names if re.fullmatch(r"seiten/index/\w+\.pf_index", name)]
        assert len(tried) == 1
        assert sorted(names) == sorted(
            [*(f"{shard}/pagefind.pf_meta" for shard in shards), *(f"seiten/{name}" for name in program), *tried]
        )
        page.context.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
        page.reload(wait_until="networkidle")
        assert page.evaluate(asked) == []
        page.locator("#kn-query").fill("Feuer")
        page.locator("#kn-query").press("Enter")
        assert found(page) == ["Neue Feuerwache"]


def ask_while_the_oldest_shard_waits(page: Page) -> list[Route]:
    """Look for something that several shards have. The requests that wait: they are to be let go."""
    page.wait_for_load_state("networkidle")
    held: list[Route] = []
    page.route("**/2016-1/index/*", lambda route: held.append(route))
    page.locator("#kn-query").fill("Neue")
    page.locator("#kn-query").press("Enter")
    return held


def test_a_result_is_shown_before_the_oldest_shard_has_answered(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/") as page:
        held = ask_while_the_oldest_shard_waits(page)
        articles = page.locator("main article")
        expect(articles).to_have_count(1)
        expect(articles).to_contain_text("Neues für das Labor")
        expect(page.locator("#kn-search-results")).to_have_attribute("aria-busy", "true")
        expect(page.locator("main [role=status]")).not_to_contain_text("Treffer")
        articles.locator("a").focus()
        read = page.evaluate("document.activeElement.href")
        for route in held:
            route.fallback()
        assert said(page) == "3 Treffer"
        expect(articles).to_have_count(3)
        assert page.evaluate("document.activeElement.href") == read
        expect(page.locator("#kn-search-results")).not_to_have_attribute("aria-busy", "true")
        early = found(page)
    assert early == answers(readers, paper, "Neue")


def test_a_result_that_was_shown_early_does_not_stay_alone(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/") as page:
        held = ask_while_the_oldest_shard_waits(page)
        expect(page.locator("main article")).to_have_count(1)
        page.locator("#kn-query").press("Escape")
        expect(page.locator("main article")).not_to_be_visible()
        for route in held:
            route.fallback()
        page.wait_for_load_state("networkidle")
        expect(page.locator("main article")).not_to_be_visible()


def test_no_shard_costs_a_search_a_segmenter(paper: Published, readers: Visits) -> None:
    counting = (
        "window.made = 0; const Own = Intl.Segmenter;"
        "Intl.Segmenter = class extends Own { constructor(...given) { super(...given); made++; } };"
    )
    with readers.visit(paper, "/suche/?q=Netzgerät") as page:
        page.context.add_init_script(counting)
        page.reload()
        assert said(page) == "2 Treffer"
        assert page.evaluate("made") == 0


def test_the_box_of_any_page_leads_to_results(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/impressum/") as page:
        box = page.get_by_role("searchbox").first
        box.fill("Feuerwache")
        box.press("Enter")
        assert found(page) == ["Neue Feuerwache"]
        expect(page.locator("#kn-query")).to_have_value("Feuerwache")


def test_nothing_found_is_said_and_old_results_go(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/?q=Keller") as page:
        assert said(page) == "1 Treffer"
        page.locator("#kn-query").fill("Xylophon")
        page.locator("#kn-query").press("Enter")
        expect(page.locator("main [role=status]")).to_contain_text("Nichts gefunden")
        expect(page.locator("main article")).to_have_count(0)


def test_without_script_the_page_says_how_to_find_things(paper: Published, readers: Visits) -> None:
    with readers.visit(paper, "/suche/?q=Rathaus", script=False) as page:
        main = page.locator("main")
        assert "JavaScript" in main.inner_text()
        assert not main.locator("form").is_visible()
        ways = {"Archiv": "/archiv/", "Bereiche": "/bereiche/", "Stichwörter": "/stichworte/", "Orte": "/orte/"}
        for name, address in ways.items():
            link = main.get_by_role("link", name=name, exact=True)
            assert link.is_visible()
            assert link.get_attribute("href") == address


def test_a_site_without_search_offers_none(tmp_path: Path) -> None:
    files = {"content/site.yaml": f"{CONFIG}search: off\n", "content/articles/dom.md": ARTICLES["dom"]}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    site = build(tmp_path, tmp_path / "public", BASE_URL, "--no-pdf", "--now", "2018-08-01")
    assert [path for path in site.files if path.startswith("suche/")] == ["suche/index.html"]
    assert all('role="search"' not in site.read(Published.address(path)) for path in site.paths(".html"))

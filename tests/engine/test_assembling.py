"""Articles among others: terms, sections, neighbours, sitemaps, and an order that nothing but content decides."""

import random
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sites import CONFIG, SiteFolder, Text, article

from kommunalnews import outputs, planning
from kommunalnews.content import sources
from kommunalnews.digest import of_value
from kommunalnews.executors import SerialExecutor
from kommunalnews.index import Library
from kommunalnews.links import Files
from kommunalnews.outputs import machine
from kommunalnews.pages import ArticlePage, ListPage, Page, Sitemap, SitemapIndex, VendorPage
from kommunalnews.recipes import TemplateRecipe
from kommunalnews.site import Showing, assemble


def page(site: SiteFolder, path: str) -> Page:
    """The model of the page at ``path``."""
    recipe = site.plan()[path].recipe
    assert isinstance(recipe, TemplateRecipe)
    return recipe.page


def titles(site: SiteFolder, path: str) -> list[str]:
    found = page(site, path)
    assert isinstance(found, ListPage)
    return [teaser.title for teaser in found.teasers]


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tags_that_differ_in_case_or_umlaut_are_one_under_the_usual_spelling(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {
            "content/articles/a.md": article("A", date="2026-11-01", tags="[Bürgerbüro]"),
            "content/articles/b.md": article("B", date="2026-11-02", tags="[bürgerbüro]"),
            "content/articles/c.md": article("C", date="2026-11-03", tags="[Buergerbuero]"),
            "content/articles/d.md": article("D", date="2026-11-04", tags="[Bürgerbüro]"),
        },
    )
    lists = [path for path in site.plan() if path.startswith("stichworte/") and path.count("/") == 2]
    assert [path for path in lists if path.endswith("index.html")] == ["stichworte/buergerbuero/index.html"]
    assert titles(site, "stichworte/buergerbuero/index.html") == ["D", "C", "B", "A"]
    found = page(site, "stichworte/buergerbuero/index.html")
    assert isinstance(found, ListPage)
    assert found.term.name == "Bürgerbüro"
    told = site.diagnostics()
    assert len(told) == 2
    assert all("[term-spelling]" in text and "Write “Bürgerbüro”" in text for text in told)


def test_an_article_with_both_spellings_of_a_tag_shows_it_once(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", tags="[Smart City, smart city]")})
    found = page(site, "meldungen/2026/a/index.html")
    assert isinstance(found, ArticlePage)
    assert len(found.tags) == 1


def test_composed_and_decomposed_umlauts_are_the_same_tag_without_a_word(tmp_path: Path) -> None:
    files = {
        "content/articles/a.md": article("A", tags="[B\u00fcrger]"),
        "content/articles/b.md": article("B", tags="[Bu\u0308rger]"),
    }
    assert SiteFolder(tmp_path / "site", files).codes() == []


def test_a_section_is_found_whatever_its_case_and_shown_as_the_settings_write_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", section="town")})
    assert titles(site, "bereiche/town/index.html") == ["A"]
    found = page(site, "meldungen/2026/a/index.html")
    assert isinstance(found, ArticlePage)
    assert found.section.name == "Town"


def test_an_empty_section_has_its_page_and_feeds(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site")
    assert {"bereiche/town/index.html", "bereiche/town/atom.xml"} <= set(site.plan())
    assert titles(site, "bereiche/town/index.html") == []
    assert site.build().failed is False


def test_an_article_of_an_unlisted_section_is_left_out_and_the_section_named(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", section="Twon")})
    assert not [path for path in site.plan() if path.startswith("meldungen/")]
    (told,) = site.diagnostics()
    assert "“Twon”" in told
    assert "Did you mean “Town”?" in told


def test_tags_and_places_without_articles_have_no_page(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", tags="[X]", location="Y")})
    assert {"stichworte/x/index.html", "orte/y/index.html"} <= set(site.plan())
    site.delete("content/articles/a.md")
    assert not {"stichworte/x/index.html", "orte/y/index.html"} & set(site.plan())
    assert {"stichworte/index.html", "orte/index.html"} <= set(site.plan())


# ── articles that belong together ────────────────────────────────────────────────────────────────────────────────────


def related(site: SiteFolder, slug: str) -> list[str]:
    found = page(site, f"meldungen/2026/{slug}/index.html")
    assert isinstance(found, ArticlePage)
    return [teaser.title for teaser in found.related]


def test_related_holds_on_both_sides_and_once(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {
            "content/articles/a.md": article("A", date="2026-11-01", related="[b.md, sub/c.md]"),
            "content/articles/b.md": article("B", date="2026-11-02", related="[/articles/a.md]"),
            "content/articles/sub/c.md": article("C", date="2026-11-03", related="[b]"),
        },
    )
    assert site.codes() == []
    assert (related(site, "a"), related(site, "b"), related(site, "c")) == (["C", "B"], ["C", "A"], ["B", "A"])


def test_a_slug_of_several_years_means_the_newest_other_article(tmp_path: Path) -> None:
    files = {
        f"content/articles/{year}.md": article("Budget", date=f"{year}-11-01", related=related)
        for year, related in ((2024, "[budget]"), (2025, "[2024/budget]"), (2026, "[]"))
    }
    site = SiteFolder(tmp_path / "site", files)
    named = {entry.path[-7:-3]: [path[-7:-3] for path in entry.related] for entry in site.planned().site.entries}
    assert named == {"2024": ["2026", "2025"], "2025": ["2024"], "2026": ["2024"]}
    assert site.codes() == ["slug-ambiguous"]


def test_an_article_is_not_related_to_itself(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", related="[a.md]")})
    assert related(site, "a") == []
    assert site.codes() == ["unknown-related"]


# ── sitemaps ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_large_site_has_an_index_of_sitemaps_that_together_hold_every_address_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"content/articles/{n:02}.md": article(f"S {n}", date=f"2026-10-{n + 1:02}") for n in range(25)}
    files["content/articles/12.md"] = article("S 12", date="2026-10-13", updated="2026-11-01")
    site = SiteFolder(tmp_path / "site", files)
    whole = page(site, "sitemap.xml")
    assert isinstance(whole, Sitemap)
    monkeypatch.setattr(machine, "SITEMAP_LIMIT", 10)
    index = page(site, "sitemap.xml")
    assert isinstance(index, SitemapIndex)
    assert [entry.url.rpartition("/")[2] for entry in index.entries] == [f"sitemap-{n}.xml" for n in (1, 2, 3, 4)]
    parts = [page(site, f"sitemap-{number}.xml") for number in (1, 2, 3, 4)]
    held = [entry for part in parts if isinstance(part, Sitemap) for entry in part.entries]
    assert tuple(held) == whole.entries
    assert len({entry.url for entry in held}) == len(held)
    assert [entry.updated and entry.updated.day for entry in index.entries] == [
        "2026-11-01", "2026-10-10", "2026-11-01", "2026-10-25",
    ]  # fmt: skip


def test_a_new_article_moves_only_the_first_and_the_last_part_of_a_sitemap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "SITEMAP_LIMIT", 10)
    files = {f"content/articles/{n:02}.md": article(f"S {n}", date=f"2026-10-{n + 1:02}") for n in range(25)}
    site = SiteFolder(tmp_path / "site", files)
    before = {path: of_value(page(site, path)) for path in site.plan() if path.startswith("sitemap-")}
    site.write({"content/articles/new.md": article("New")})
    after = {path: of_value(page(site, path)) for path in site.plan() if path.startswith("sitemap-")}
    assert {path for path in before if before[path] != after[path]} == {
        "sitemap-1.xml", "sitemap-4.xml", "sitemap-news.xml",
    } - {path for path in ("sitemap-news.xml",) if before[path] == after[path]}  # fmt: skip


def test_lists_beyond_what_fits_into_one_part_are_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"content/articles/{n}.md": article(f"S {n}", location=f"Ort {n}") for n in range(9)}
    site = SiteFolder(tmp_path / "site", files)
    whole = page(site, "sitemap.xml")
    monkeypatch.setattr(machine, "SITEMAP_LIMIT", 8)
    monkeypatch.setattr(machine, "_MOST_LISTS", 4)
    index = page(site, "sitemap.xml")
    assert isinstance(whole, Sitemap)
    assert isinstance(index, SitemapIndex)
    parts = [page(site, entry.url.rpartition("/")[2]) for entry in index.entries]
    assert len(parts) > 3
    assert [entry for part in parts if isinstance(part, Sitemap) for entry in part.entries] == list(whole.entries)


@pytest.mark.parametrize(
    "later",
    [
        {"updated": "2026-11-22"},
        {"corrections": "[{date: 2026-11-22, text: It was two.}]"},
        {"publish_at": "2026-11-22"},
    ],
)
def test_a_list_was_changed_when_the_article_was_that_was_changed_last(later: dict[str, str], tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {
            "content/articles/a.md": article("A", date="2026-11-02", tags="[X, Y]", location="P", **later),
            "content/articles/b.md": article("B", date="2026-11-20", tags="[Y, Z]", location="Q", section="Country"),
            "content/articles/c.md": article("C", date="2026-11-01", tags="[X, Z]", location="Q", section="Country"),
        },
    )
    found = page(site, "sitemap.xml")
    assert isinstance(found, Sitemap)
    days = {urlsplit(entry.url).path: entry.updated.day for entry in found.entries if entry.updated}
    changed = {"/", "/bereiche/town/", "/stichworte/x/", "/stichworte/y/", "/orte/p/", "/meldungen/2026/a/"}
    changed |= {"/archiv/2026/", "/archiv/2026/11/"}
    assert {path for path, day in days.items() if day == "2026-11-22"} - {"/korrekturen/"} == changed
    assert {days["/bereiche/country/"], days["/stichworte/z/"], days["/orte/q/"]} == {"2026-11-20"}


@pytest.mark.parametrize(
    ("published", "listed"),
    [("2026-11-23 11:59", True), ("2026-11-21 12:00", True), ("2026-11-21 11:59", False), ("2026-11-24 10:00", False)],
)
def test_the_news_sitemap_holds_the_last_two_days(tmp_path: Path, published: str, listed: bool) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", date=published)})
    found = page(site, "sitemap-news.xml")
    assert isinstance(found, Sitemap)
    assert len(found.entries) == listed


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_plan_does_not_depend_on_the_order_in_which_sources_come(tmp_path: Path) -> None:
    files = {
        f"content/articles/{n}.md": article(
            f"S {n % 7}", date=f"2026-11-{n % 3 + 1:02}", tags=["[Öl]", "[Oel, X]", "[öl]"][n % 3],
            location=["Ort", "ort"][n % 2], author=f"[a{n % 4}]", related=f"[{(n * 5) % 12}.md]",
        )
        for n in range(12)
    }  # fmt: skip
    files |= {
        f"content/vendors/{n}.md": f"---\nname: V{n % 2}\nslug: v{n % 3}\nsections: [Town]\n---\n" for n in range(5)
    }
    files |= {f"content/pages/{n}.md": f"---\ntitle: P\nslug: p{n % 2}\n---\n" for n in range(4)}
    site = SiteFolder(tmp_path / "site", files)
    request = site.request()
    config = planning.read_config(request)
    found, _ = sources.find(site.source)
    desk = planning.Desk(request, config, None, SerialExecutor(), Library(site.cache))
    items = [reading.parsed.item for reading in desk.read(found) if reading.parsed.item is not None]

    def plan() -> tuple[str, object]:
        assembled, diagnostics = assemble(config, items, request.now, Showing())
        made, more = outputs.plan(assembled, Files(frozenset(), {}), {}, pdf=True)
        return of_value(made.outputs), sorted(of_value(diagnostic) for diagnostic in (*diagnostics, *more))

    first = plan()
    for seed in range(10):
        random.Random(seed).shuffle(items)
        assert plan() == first


def test_articles_of_one_moment_stand_in_the_order_of_their_paths(tmp_path: Path) -> None:
    files = {f"content/articles/{name}.md": article(f"S {name}") for name in "cab"}
    assert titles(SiteFolder(tmp_path / "site", files), "bereiche/town/index.html") == ["S a", "S b", "S c"]


def test_the_lead_story_is_the_newest_unless_the_settings_choose(tmp_path: Path) -> None:
    files = {f"content/articles/{n}.md": article(f"S {n}", date=f"2026-11-0{n}") for n in (1, 2, 3)}
    site = SiteFolder(tmp_path / "site", files)
    home = page(site, "index.html")
    assert home.lead.title == "S 3"  # type: ignore[union-attr]
    site.write({"content/site.yaml": CONFIG + "lead: articles/1.md\n"})
    home = page(site, "index.html")
    assert [home.lead.title, *(teaser.title for teaser in home.top)] == ["S 1", "S 3", "S 2"]  # type: ignore[union-attr]


# ── vendors and links ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "website"),
    [("www.example.com", "https://www.example.com"), ("http://example.com/x", "http://example.com/x"), ("", "")],
)
def test_a_vendor_s_address_leads_out_of_the_site_however_it_is_written(
    tmp_path: Path, written: str, website: str
) -> None:
    site = SiteFolder(tmp_path / "site", {"content/vendors/v.md": f"---\nname: V\nurl: {written}\n---\n"})
    found = page(site, "anbieter/v/index.html")
    assert isinstance(found, VendorPage)
    assert found.vendor.website == website


def test_a_suggestion_looks_at_names_and_not_at_the_folders_they_share(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {
            "content/articles/2026/a.md": article("A", "[x](nothing.md) [y](../2025/brigde.md) ![z](halle.png)"),
            "content/articles/2024/bridge/index.md": article("B"),
            "content/images/rathaus.png": b"",
        },
    )
    told = site.diagnostics()
    assert ["Did you mean" in text for text in told] == [False, True, False]
    assert "/articles/2024/bridge/index.md" in told[1]


def test_a_file_linked_with_a_query_is_published_all_the_same(tmp_path: Path) -> None:
    files: dict[str, Text] = {
        "content/articles/a.md": article("A", "[plan](/files/plan.pdf?download)"),
        "content/files/plan.pdf": b"%PDF",
    }
    site = SiteFolder(tmp_path / "site", files)
    assert site.codes() == []
    assert [path for path in site.plan() if path.startswith("dateien/plan-")]

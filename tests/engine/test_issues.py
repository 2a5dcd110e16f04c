"""Issues: what is in them, in which order, and what an edit moves."""

import re
from pathlib import Path

import pytest
from sites import PIXEL, SiteFolder, Theme, article, changed, unpacked

from kommunalnews.digest import of_value
from kommunalnews.recipes import PdfRecipe
from kommunalnews.stages import typesetting

AUGUST = "ausgaben/2026-08/"
FILES = {
    "content/articles/a.md": article("Alpha", date="2026-08-01", section="Country"),
    "content/articles/b.md": article("Beta", "See [a](a.md), [c](c.md#deep).", date="2026-08-15"),
    "content/articles/c.md": article("Gamma", "## Deep {#deep}\n\nWords.", date="2026-08-31 23:59"),
    "content/articles/d.md": article("Delta", date="2026-09-01"),
    "content/issues/2026-08.yaml": "title: Late summer\nnumber: 8/2026\ndate: 2026-09-02\nfrom: 2026-08-01\n"
    "until: 2026-08-31\neditorial: Words about [beta](../articles/b.md).\nauthor: bs\n",
    "content/issues/best.yaml": "title: The best\ndate: 2026-10-01\n"
    "articles: [../articles/d.md, /articles/a.md, articles/c.md, beta, ../articles/a.md]\n",
    "content/authors.yaml": "bs: {name: Berta Stein}\n",
}


def site_of(folder: Path, **more: str) -> SiteFolder:
    return SiteFolder(folder / "site", {**FILES, **more})


def contents(site: SiteFolder, **asked: object) -> dict[str, list[tuple[str, list[str]]]]:
    """Each issue's sections and the titles in them."""
    return {
        issue.text.slug: [
            (chapter.section, [entry.article.matter.title for entry in chapter.entries]) for chapter in issue.chapters
        ]
        for issue in site.planned(**asked).site.issues
    }


def digests(site: SiteFolder, **asked: object) -> dict[str, str]:
    return {path: of_value(output.recipe) for path, output in site.plan(**asked).items() if path.startswith("ausgaben")}


def test_a_range_is_ordered_as_the_site_and_a_list_as_it_is_written(tmp_path: Path) -> None:
    assert contents(site_of(tmp_path)) == {
        "best": [("Town", ["Delta", "Gamma", "Beta"]), ("Country", ["Alpha"])],
        "2026-08": [("Town", ["Gamma", "Beta"]), ("Country", ["Alpha"])],
    }


BUDGETS = {
    f"content/articles/{year}.md": article("Budget", date=f"{year}-08-0{day}", section="Country")
    for day, year in enumerate((2024, 2025, 2026), 1)
}


def test_a_slug_of_several_years_means_the_newest_and_a_year_before_it_one(tmp_path: Path) -> None:
    issue = "title: Money\ndate: 2026-10-01\narticles: [{}]\n"
    site = site_of(tmp_path, **BUDGETS)
    for names, years, codes in (
        ("budget", [2026], ["slug-ambiguous"]),
        ("2025/budget, 2024/budget", [2025, 2024], []),
        ("2023/budget, 2026/budget", [2026], ["issue-article-unknown"]),
    ):
        site.write({"content/issues/best.yaml": issue.format(names)})
        [money] = [found for found in site.planned().site.issues if found.text.slug == "best"]
        assert [entry.article.matter.date.year for entry in money.entries] == years
        assert site.codes() == codes


def test_a_withheld_article_is_known_by_year_and_slug(tmp_path: Path) -> None:
    issue = "title: Money\ndate: 2026-10-01\narticles: [alpha, 2025/budget]\n"
    draft = article("Budget", date="2025-08-02", draft="true")
    site = site_of(tmp_path, **{**BUDGETS, "content/articles/2025.md": draft, "content/issues/best.yaml": issue})
    assert site.codes() == ["issue-article-withheld"]


def test_an_issue_has_a_page_a_print_view_a_pdf_and_an_epub(tmp_path: Path) -> None:
    paths = {"ausgaben/index.html", *(AUGUST + name for name in ("index.html", "druck.html"))}
    files = {f"{AUGUST}hilltown-herald-2026-08{suffix}" for suffix in (".pdf", ".epub")}
    site = site_of(tmp_path)
    assert {path for path in site.plan(pdf=True) if "best" not in path and path.startswith("ausg")} == paths | files
    assert not [path for path in site.plan(pdf=False) if path.endswith(".pdf")]
    assert [path for path in site.plan(pdf=False) if path.endswith(".epub")]
    pdf = site.plan(pdf=True)[f"{AUGUST}hilltown-herald-2026-08.pdf"].recipe
    assert isinstance(pdf, PdfRecipe)
    assert pdf.print_view == f"{AUGUST}druck.html"
    site.write({"content/issues/2026-08.yaml": FILES["content/issues/2026-08.yaml"] + "pdf: false\n"})
    assert f"{AUGUST}hilltown-herald-2026-08.pdf" not in site.plan(pdf=True)


def test_the_pdf_of_an_issue_may_take_longer_the_more_is_in_it(tmp_path: Path) -> None:
    many = {f"content/articles/{n}.md": article(f"Short {n}", date="2026-09-05", slug=f"short-{n}") for n in range(60)}
    long = {"content/articles/long.md": article("Long", "Words of it. " * 12_000, date="2026-09-06")}
    issues = {
        f"content/issues/{name}.yaml": f"title: X\ndate: 2026-10-01\nfrom: {day}\nuntil: {day}\n"
        for name, day in (("many", "2026-09-05"), ("long", "2026-09-06"))
    }
    plan = SiteFolder(tmp_path / "site", {**FILES, **many, **long, **issues}).plan(pdf=True)
    patience = {path.split("/")[1]: typesetting.patience(plan[path]) for path in plan if path.endswith(".pdf")}
    assert patience["many"] == 3
    assert 3 <= patience["long"] < 3.1
    assert patience["2026-08"] == patience["2026"] == 1


def test_without_issues_nothing_speaks_of_them(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("Alpha")}, theme="packaged")
    site.build()
    assert site.mentions("ausgaben") == set()


def test_issues_are_in_the_menu_the_sitemap_and_their_list(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", FILES, theme="packaged")
    site.build()
    assert '<a href="/ausgaben/">Issues</a>' in site.read("index.html")
    assert '<a href="/ausgaben/" aria-current="true">' in site.read(f"{AUGUST}index.html")
    assert site.read("ausgaben/index.html").index("The best") < site.read("ausgaben/index.html").index("Late summer")
    for address in ("ausgaben/", AUGUST, "ausgaben/best/"):
        assert f"<loc>https://herald.example.org/{address}</loc>" in site.read("sitemap.xml")


def test_an_issue_appears_with_its_date_and_a_draft_never(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    assert set(contents(site, now="2026-09-30")) == {"2026-08"}
    planned = site.planned(now="2026-09-30")
    assert [(found.path, found.reason) for found in planned.site.withheld] == [
        ("content/issues/best.yaml", "scheduled")
    ]
    assert planned.site.next_change is not None
    assert planned.site.next_change.path == "content/issues/best.yaml"
    assert set(contents(site, now="2026-10-01")) == {"best", "2026-08"}
    site.write({"content/issues/best.yaml": FILES["content/issues/best.yaml"] + "draft: true\n"})
    assert set(contents(site)) == {"2026-08"}
    assert set(contents(site, drafts=True)) == {"best", "2026-08"}
    site.build(drafts=True)
    assert "best" not in site.read("sitemap.xml")


def test_an_article_joins_and_leaves_by_itself(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.write({"content/articles/b.md": article("Beta", date="2026-08-15", publish_at="2026-11-24 08:00")})
    assert site.codes() == ["link-withheld", "issue-article-withheld"]
    assert contents(site)["2026-08"] == [("Town", ["Gamma"]), ("Country", ["Alpha"])]
    assert contents(site, now="2026-11-24 08:00")["2026-08"] == [("Town", ["Gamma", "Beta"]), ("Country", ["Alpha"])]


def test_an_edited_body_moves_its_own_issues_and_no_other(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.write({"content/articles/d.md": article("Delta", "Some words about it.", date="2026-09-01", lead="L.")})
    before = digests(site, pdf=True)
    site.write({"content/articles/d.md": article("Delta", "Other words.", date="2026-09-01", lead="L.")})
    assert changed(before, digests(site, pdf=True)) == {
        "ausgaben/best/druck.html",
        "ausgaben/best/hilltown-herald-best.epub",
        "ausgaben/best/hilltown-herald-best.pdf",  # how long it may take goes by its words
    }


def test_a_new_article_outside_an_issue_moves_none_of_it(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    before = digests(site)
    site.write({"content/articles/e.md": article("Epsilon", date="2026-11-01")})
    assert changed(before, digests(site)) == set()


def test_a_new_issue_moves_the_list_and_its_neighbours_page(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    before = digests(site)
    site.write({"content/issues/new.yaml": "title: New\ndate: 2026-11-01\narticles: [../articles/a.md]\n"})
    assert {path for path in changed(before, digests(site)) if "/new/" not in path} == {
        "ausgaben/index.html",
        "ausgaben/best/index.html",
    }


def test_an_incremental_build_is_a_clean_one(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.build()
    first = site.build()
    assert first.written == ()
    site.write({"content/articles/b.md": article("Beta", "Now [c](c.md#deep) only.", date="2026-08-15")})
    written = site.build().written
    assert {path for path in written if path.endswith(".epub")} == {
        f"ausgaben/{slug}/hilltown-herald-{slug}.epub" for slug in ("2026-08", "best")
    }
    assert site.published() == site.clean()


def test_links_between_articles_of_an_issue_stay_in_it(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.build()
    printed = site.read(f"{AUGUST}druck.html")
    assert '<a href="#kn-3">a</a>, <a href="#kn-1-deep">c</a>' in printed
    assert 'id="kn-1-deep"' in printed
    assert '<h4 id="kn-1-deep">' in printed
    assert 'Words about <a href="#kn-2">beta</a>' in printed
    book = unpacked(site.published()[f"{AUGUST}hilltown-herald-2026-08.epub"])
    text = book["EPUB/02-beta.xhtml"].decode()
    assert '<a href="03-alpha.xhtml">a</a>, <a href="01-gamma.xhtml#deep">c</a>' in text
    assert '<a href="02-beta.xhtml">beta</a>' in book["EPUB/editorial.xhtml"].decode()
    assert 'See <a href="/meldungen/2026/alpha/">a</a>' in site.read("meldungen/2026/beta/index.html")


def test_an_article_outside_the_issue_is_linked_where_it_stands(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.write({"content/articles/a.md": article("Alpha", "See [d](d.md).", date="2026-08-01")})
    site.build()
    book = unpacked(site.published()[f"{AUGUST}hilltown-herald-2026-08.epub"])
    assert '<a href="https://herald.example.org/meldungen/2026/delta/">d</a>' in book["EPUB/03-alpha.xhtml"].decode()


def test_ids_of_two_articles_never_meet_in_the_print_view(tmp_path: Path) -> None:
    body = "## Deep {#deep}\n\nA note[^1] on [deep](#deep).\n\n[^1]: Words."
    site = site_of(tmp_path)
    site.write({f"content/articles/{n}.md": article(f"Title {n}", body, date="2026-08-10") for n in ("b", "c")})
    site.build()
    printed = site.read(f"{AUGUST}druck.html")
    ids = re.findall(r' id="([^"]+)"', printed)
    assert len(ids) == len(set(ids)) > 8
    assert set(re.findall(r' href="#([^"]+)"', printed)) <= set(ids)


def test_whoever_signs_and_has_written_no_article_has_no_page_to_link_to(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.build()
    assert "<p>Berta Stein </p>" in site.read(f"{AUGUST}index.html")
    site.write({"content/articles/a.md": article("Alpha", date="2026-08-01", author="bs")})
    site.build()
    assert "<p>Berta Stein /autoren/berta-stein/</p>" in site.read(f"{AUGUST}index.html")
    site.write({"content/issues/best.yaml": FILES["content/issues/best.yaml"] + "author: bz\n"})
    assert site.codes() == ["unknown-author"]


def test_two_issues_cannot_share_an_address(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.write({f"content/issues/{name}.yaml": FILES["content/issues/best.yaml"] for name in ("the_best", "the-best")})
    assert site.codes() == ["address-taken"]


def test_texts_link_to_issues_and_to_their_list(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.write({"content/articles/a.md": article("Alpha", "In [this](../issues/best.yaml), [all](/ausgaben/).")})
    site.build()
    assert '<a href="/ausgaben/best/">this</a>, <a href="/ausgaben/">all</a>' in site.read(
        "meldungen/2026/alpha/index.html"
    )
    site.write({"content/issues/best.yaml": FILES["content/issues/best.yaml"] + "draft: true\n"})
    assert site.codes() == ["link-withheld"]


def test_a_fault_in_a_template_of_the_epub_costs_the_epub_alone(tmp_path: Path) -> None:
    site = site_of(tmp_path, **{"templates/epub/article.xml": "{{ page.nothing }}"})
    report = site.build()
    assert {found.code for found in report.diagnostics} == {"template-error"}
    assert {found.location.path for found in report.diagnostics} == {"templates/epub/article.xml"}
    assert not [path for path in site.published() if path.endswith(".epub")]
    assert f"{AUGUST}index.html" in site.published()


def test_only_pictures_that_every_reader_knows_are_in_the_epub(tmp_path: Path) -> None:
    site = site_of(tmp_path)
    site.write(
        {
            "content/images/hall.png": PIXEL,
            "content/images/plan.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
            "content/articles/a.md": article(
                "Alpha", "![Hall](/images/hall.png)\n\n![Plan](/images/plan.svg)", date="2026-08-01"
            ),
        }
    )
    site.build()
    book = unpacked(site.published()[f"{AUGUST}hilltown-herald-2026-08.epub"])
    pictures = [name for name in book if name.startswith("EPUB/bilder/")]
    assert [Path(name).suffix for name in pictures] == [".png", ".svg"]
    assert book[pictures[0]].startswith(PIXEL[:8])


@pytest.mark.parametrize("theme", ["golden", "packaged"])
def test_the_epub_is_the_same_wherever_it_is_packed(tmp_path: Path, theme: Theme) -> None:
    made = []
    for folder in ("one", "another place"):
        site = SiteFolder(tmp_path / folder / "site", FILES, theme=theme)
        site.build()
        made.append(site.published()[f"{AUGUST}hilltown-herald-2026-08.epub"])
    assert made[0] == made[1]
    assert made[0][30:58] == b"mimetypeapplication/epub+zip"

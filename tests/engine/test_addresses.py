"""What exists and where: the table of addresses, one owner for each, below any base."""

import re
from pathlib import Path

import pytest
from sites import CONFIG, PIXEL, SiteFolder, Text, article, is_packaged

from kommunalnews.recipes import PdfRecipe, TemplateRecipe
from kommunalnews.resources import packaged
from kommunalnews.urls import collision_key

SEED = """\
---
kicker: Kaiserslautern
title: Tochter für die Digitalisierung
date: 2017-11-15
section: Panorama
tags: [Smart City]
location: Kaiserslautern
author: bs
image: {src: /images/rat.png, alt: Der Rat}
aliases: [/alt/1234.html]
---

Text mit [Anhang](/files/satzung.pdf).
"""
SEED_CONFIG = "title: Blatt\nbase_url: https://example.org/\nsections: [Panorama]\nsocial_cards: off\n"
SEED_SITE: dict[str, Text] = {
    "content/site.yaml": SEED_CONFIG,
    "content/articles/2017/tochter.md": SEED,
    "content/authors.yaml": "bs: {name: Bettina Schulz}\n",
    "content/images/rat.png": PIXEL,
    "content/images/niemand.png": PIXEL + b"\0",
    "content/files/satzung.pdf": b"%PDF-1.4",
    "content/pages/impressum.md": "---\ntitle: Impressum\n---\n",
    "content/pages/hilfe/suche.md": "---\ntitle: Hilfe\n---\n",
    "content/vendors/stella.md": "---\nname: Stella\nsections: [Panorama]\n---\n",
}
ARTICLE = "meldungen/2017/kaiserslautern-tochter-fuer-die-digitalisierung"


def feeds(folder: str) -> set[str]:
    return {f"{folder}atom.xml", f"{folder}rss.xml", f"{folder}feed.json"}


def test_every_kind_of_output_has_the_address_of_the_table(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", SEED_SITE)
    paths = set(site.plan(pdf=True))
    files = {path for path in paths if path.startswith(("bilder/", "dateien/"))}
    assert paths - files == {
        "index.html",
        f"{ARTICLE}/index.html",
        f"{ARTICLE}/druck.html",
        f"{ARTICLE}/kaiserslautern-tochter-fuer-die-digitalisierung.pdf",
        "bereiche/index.html",
        "bereiche/panorama/index.html",
        "stichworte/index.html",
        "stichworte/smart-city/index.html",
        "orte/index.html",
        "orte/kaiserslautern/index.html",
        "autoren/index.html",
        "autoren/bettina-schulz/index.html",
        "archiv/index.html",
        "archiv/2017/index.html",
        "archiv/2017/11/index.html",
        "anbieter/index.html",
        "anbieter/stella/index.html",
        "suche/index.html",
        "impressum/index.html",
        "hilfe/suche/index.html",
        "sitemap.xml",
        "sitemap-news.xml",
        "robots.txt",
        "404.html",
        "_headers",
        "_redirects",
        "manifest.webmanifest",
        "alt/1234.html",
        *feeds(""),
        *feeds("bereiche/panorama/"),
        *feeds("stichworte/smart-city/"),
        *feeds("orte/kaiserslautern/"),
    }
    assert {re.sub("-[0-9a-f]{8}", "", path) for path in files} == {"bilder/rat.png", "dateien/satzung.pdf"}


@pytest.mark.parametrize("mode", ["ssi", "client"])
def test_fragments_of_their_own_stand_below_fragmente(tmp_path: Path, mode: str) -> None:
    site = SiteFolder(tmp_path / "site", SEED_SITE)
    inline = set(site.plan())
    site.write({"content/site.yaml": f"{SEED_CONFIG}fragments: {mode}\n"})
    slug = "kaiserslautern-tochter-fuer-die-digitalisierung"
    assert set(site.plan()) - inline == {
        "fragmente/aktuelle-meldungen.html",
        f"fragmente/aktuelle-meldungen/ohne/2017/{slug}.html",
        "fragmente/bereiche/panorama.html",
        f"fragmente/bereiche/panorama/ohne/2017/{slug}.html",
        "fragmente/anbieter/panorama.html",
    }


def test_pdfs_are_made_where_neither_site_nor_article_nor_command_line_says_no(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path / "site",
        {"content/articles/a.md": article("With one"), "content/articles/b.md": article("Without", pdf="false")},
    )

    def pdfs(*, pdf: bool = True) -> list[str]:
        return [path for path, output in site.plan(pdf=pdf).items() if isinstance(output.recipe, PdfRecipe)]

    assert pdfs() == ["meldungen/2026/with-one/with-one.pdf"]
    assert pdfs(pdf=False) == []
    site.write({"content/site.yaml": CONFIG + "pdf: false\n"})
    assert pdfs() == []


def test_a_base_url_with_a_path_stands_before_every_address_but_moves_no_file(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", SEED_SITE, theme="packaged")
    assert set(site.plan()) == set(site.plan(base_url="https://example.com:8080/a/b/"))
    site.build(base_url="https://example.com:8080/a/b/")
    for path, data in site.published().items():
        if is_packaged(path) or path.startswith(".kommunalnews/") or not path.endswith((".html", ".xml", ".json")):
            continue
        text = data.decode()
        leading = re.findall(r'(?:href|src|action)="(/[^"]*)"', text) + re.findall(r"url=(/[^\"]*)\"", text)
        assert [address for address in leading if not address.startswith("/a/b/")] == [], path
        assert "https://example.org" not in text, path
    assert site.read("_redirects") == f"/a/b/alt/1234.html /a/b/{ARTICLE}/ 301\n"


def test_two_files_with_one_name_and_one_content_are_published_once(tmp_path: Path) -> None:
    body = "![One](/images/a/rat.png) ![Two](/images/b/rat.png) ![Three](/images/c/rat.png)"
    pictures = {
        "content/images/a/rat.png": PIXEL,
        "content/images/b/rat.png": PIXEL,
        "content/images/c/rat.png": b"<svg>",
    }
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", body), **pictures})
    assert len([path for path in site.plan() if path.startswith("bilder/")]) == 1


COLLISIONS = {
    "two articles": (
        {"content/articles/a.md": article("Brücke"), "content/articles/b.md": article("Bruecke", date="2026-11-21")},
        ("content/articles/b.md", "content/articles/a.md", "/meldungen/2026/bruecke/"),
    ),
    "two pages": (
        {
            "content/pages/a.md": "---\ntitle: A\nslug: kontakt\n---\n",
            "content/pages/kontakt.md": "---\ntitle: B\n---\n",
        },
        ("content/pages/kontakt.md", "content/pages/a.md", "/kontakt/"),
    ),
    "two vendors": (
        {
            "content/vendors/a.md": "---\nname: A\n---\n",
            "content/vendors/b.md": "---\nname: B\nslug: a\n---\n",
        },
        ("content/vendors/b.md", "content/vendors/a.md", "/anbieter/a/"),
    ),
    "a page and an overview": (
        {"content/pages/archiv.md": "---\ntitle: Archiv\n---\n"},
        ("content/pages/archiv.md", "the site itself", "/archiv/"),
    ),
    "an alias and an article": (
        {
            "content/articles/a.md": article("Haus"),
            "content/articles/b.md": article("Hof", aliases="[/meldungen/2026/haus/]"),
        },
        ("content/articles/b.md", "content/articles/a.md", "/meldungen/2026/haus/"),
    ),
    "two aliases that differ in case": (
        {
            "content/articles/a.md": article("Haus", aliases="[/alt/X.html]"),
            "content/articles/b.md": article("Hof", aliases="[/alt/x.html]"),
        },
        ("content/articles/b.md", "content/articles/a.md", "/alt/"),
    ),
    "an alias below another's file": (
        {
            "content/articles/a.md": article("Haus", aliases="[/alt.html]"),
            "content/articles/b.md": article("Hof", aliases="[/alt.html/tief/]"),
        },
        ("content/articles/a.md", "content/articles/b.md", "/alt.html"),
    ),
    "an alias and a static file": (
        {"static/alt.html": "static", "content/articles/a.md": article("Haus", aliases="[/alt.html]")},
        ("static/alt.html", "content/articles/a.md", "/alt.html"),
    ),
}


@pytest.mark.parametrize("what", COLLISIONS)
def test_a_collision_names_both_sources_and_the_address(tmp_path: Path, what: str) -> None:
    files, named = COLLISIONS[what]
    found = [text for text in SiteFolder(tmp_path / "site", files).diagnostics() if "[address-taken]" in text]
    assert len(found) == 1
    assert all(name in found[0] for name in named), found[0]


def test_a_collision_costs_one_output_and_the_rest_is_built(tmp_path: Path) -> None:
    files, _ = COLLISIONS["two articles"]
    site = SiteFolder(tmp_path / "site", files)
    report = site.build()
    assert report.failed
    assert "Brücke" in site.read("meldungen/2026/bruecke/index.html")
    assert "content/articles/b.md" not in {output.source for output in site.plan().values()}


def test_no_output_wants_the_folder_that_is_ours(tmp_path: Path) -> None:
    old = "[/.kommunalnews/manifest, /.kommunalnews/new/x.html, /.htaccess, /_redirects]"
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", aliases=old)})
    assert site.build().failed
    assert not [path for path in site.plan() if path.startswith(".kommunalnews")]
    assert site.build().written == ()


def test_paths_are_unique_in_every_reading_and_no_file_is_a_folder(tmp_path: Path) -> None:
    old = "[/A/, /a/, /Ä.html, /ä.html, /x, /x/y.html, /bereiche/town/, /feed.json/z/]"
    files = {
        "content/articles/a.md": article("A", aliases=old),
        "content/articles/b.md": article("a", aliases=old, tags="[Öl, Oel, OEL]"),
        "content/pages/x.md": "---\ntitle: X\n---\n",
    }
    paths = [collision_key(path) for path in SiteFolder(tmp_path / "site", files).plan()]
    assert len(paths) == len(set(paths))
    folders = {path[:end] for path in paths for end in range(len(path)) if path[end] == "/"}
    assert not folders & set(paths)


def test_every_template_that_the_plan_names_is_packaged(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", SEED_SITE, theme="packaged")
    recipes = [output.recipe for output in site.plan().values()]
    for recipe in recipes:
        if isinstance(recipe, TemplateRecipe):
            assert (packaged("templates") / recipe.template).is_file(), recipe.template

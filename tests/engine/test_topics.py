"""Tags, authors, corrections and vendors: what their pages gather, and what moves them."""

from pathlib import Path

from sites import CONFIG, PIXEL, SiteFolder, Text, article, changed

from kommunalnews.digest import of_value
from kommunalnews.pages import HomePage, ListPage
from kommunalnews.recipes import TemplateRecipe

SYNONYMS = f"{CONFIG}tags:\n  - {{name: Smart City, slug: smart, description: Wires., synonyms: [Smart Cities]}}\n"
TWO = {
    "content/articles/a.md": article("A", tags="[Smart Cities, Parking]"),
    "content/articles/b.md": article("B", tags="[smart city]"),
}


def tag_page(site: SiteFolder, slug: str) -> ListPage:
    recipe = site.plan()[f"stichworte/{slug}/index.html"].recipe
    assert isinstance(recipe, TemplateRecipe)
    assert isinstance(recipe.page, ListPage)
    return recipe.page


def test_synonyms_are_one_tag_everywhere_and_their_addresses_lead_to_it(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", TWO, config=SYNONYMS)
    assert site.codes() == []
    site.build()
    assert tag_page(site, "smart").total == 2
    assert tag_page(site, "smart").term.description == "Wires."
    assert "url=/stichworte/smart/" in site.read("stichworte/smart-cities/index.html")
    assert "/stichworte/smart-city/ /stichworte/smart/" in site.read("_redirects")
    assert site.mentions("Smart Cities") == set()


def test_popular_tags_are_counted_under_the_names_that_the_site_gives_them(tmp_path: Path) -> None:
    more = {
        "content/articles/c.md": article("C", tags="[Smart Cities, smart]"),
        "content/articles/d.md": article("D", tags="[Parking]"),
    }
    site = SiteFolder(tmp_path / "site", {**TWO, **more}, config=SYNONYMS)
    recipe = site.plan()["index.html"].recipe
    assert isinstance(recipe, TemplateRecipe)
    assert isinstance(recipe.page, HomePage)
    assert [tag.name for tag in recipe.page.popular] == ["Smart City", "Parking"]


def test_a_thin_tag_is_not_offered_to_search_engines(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", TWO, config=SYNONYMS, theme="packaged")
    site.build()
    assert "noindex" in site.read("stichworte/parking/index.html")
    assert "noindex" not in site.read("stichworte/smart/index.html")
    assert "/stichworte/parking/" not in site.read("sitemap.xml")
    assert "/stichworte/smart/" in site.read("sitemap.xml")
    site.write({"content/site.yaml": f"{SYNONYMS}thin_tags: 0\n"})
    site.build()
    assert "noindex" not in site.read("stichworte/parking/index.html")
    assert "/stichworte/parking/" in site.read("sitemap.xml")


def test_the_commonest_tag_is_not_everybodys_nearest(tmp_path: Path) -> None:
    everywhere = {f"content/articles/n{n}.md": article(f"N {n}", tags="[Digital]") for n in range(9)}
    both = {f"content/articles/p{n}.md": article(f"P {n}", tags="[Parking, Sensors, Digital]") for n in range(2)}
    site = SiteFolder(tmp_path / "site", {**everywhere, **both})
    assert [tag.name for tag in tag_page(site, "parking").related] == ["Sensors", "Digital"]
    assert [tag.count for tag in tag_page(site, "parking").related] == [0, 0]


def test_at_most_eight_tags_are_related(tmp_path: Path) -> None:
    many = ", ".join(f"Tag {n}" for n in range(12))
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A", tags=f"[{many}]")})
    assert len(tag_page(site, "tag-0").related) == 8


CORRECTED = {
    "content/articles/old.md": article("Old", date="2026-11-01", corrections="[{date: 2026-11-02, text: It was two.}]"),
    "content/articles/new.md": article("New", corrections="[{date: 2026-11-21, text: It was *three*.}]"),
    "content/articles/secret.md": article("Secret", draft="true", corrections="[{date: 2026-11-22, text: Hush.}]"),
}


def test_corrections_stand_newest_first_and_only_those_of_public_articles(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", CORRECTED, theme="packaged")
    site.build()
    html = site.read("korrekturen/index.html")
    assert html.index("It was <em>three</em>.") < html.index("It was two.")
    assert 'href="/meldungen/2026/new/"' in html
    assert site.mentions("Hush", "secret") == set()
    assert 'href="/korrekturen/"' in site.read("index.html")


def test_without_corrections_there_is_no_such_page(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {"content/articles/a.md": article("A")}, theme="packaged")
    site.build()
    assert site.mentions("korrekturen") == set()


def test_a_further_correction_moves_its_article_the_list_of_them_and_what_tells_its_day(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", CORRECTED)
    before = {path: of_value(output.recipe) for path, output in site.plan().items()}
    text = "[{date: 2026-11-02, text: It was two.}, {date: 2026-11-20, text: Or four.}]"
    site.write({"content/articles/old.md": article("Old", date="2026-11-01", corrections=text)})
    moved = changed(before, {path: of_value(output.recipe) for path, output in site.plan().items()})
    feeds = {f"{folder}{name}" for folder in ("", "bereiche/town/") for name in ("atom.xml", "rss.xml", "feed.json")}
    assert moved == {
        "korrekturen/index.html", "meldungen/2026/old/index.html", "meldungen/2026/old/druck.html", "sitemap.xml",
        *feeds,
    }  # fmt: skip


AUTHORS = (
    "bs: {name: Bettina Schulz, bio: Writes., image: {src: /images/bs.png, alt: B. S.}, links: [www.example.com]}\n"
)


def test_an_author_has_picture_contact_and_count_and_a_new_picture_moves_no_article(tmp_path: Path) -> None:
    files: dict[str, Text] = {
        "content/articles/a.md": article("A", author="bs"),
        "content/authors.yaml": AUTHORS,
        "content/images/bs.png": PIXEL,
    }
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    assert site.codes() == []
    site.build()
    html = site.read("autoren/bettina-schulz/index.html")
    assert 'alt="B. S."' in html
    assert 'href="https://www.example.com" rel="me external noopener"' in html
    assert "1 report" in html
    before = {path: of_value(output.recipe) for path, output in site.plan().items()}
    site.write({"content/authors.yaml": AUTHORS.replace("B. S.", "Portrait")})
    moved = changed(before, {path: of_value(output.recipe) for path, output in site.plan().items()})
    assert moved == {"autoren/bettina-schulz/index.html"}


VENDOR = "---\nname: Stella\nurl: www.example.com\nuntil: 2026-11-24\n{}---\nSee [us](https://example.net/).\n"
ABOUT = {"content/articles/a.md": article("A", vendors="[Stella]")}


def test_a_vendor_shows_its_articles_and_its_links_are_sponsored(tmp_path: Path) -> None:
    site = SiteFolder(tmp_path / "site", {**ABOUT, "content/vendors/stella.md": VENDOR.format("")}, theme="packaged")
    assert site.codes() == []
    site.build()
    html = site.read("anbieter/stella/index.html")
    assert 'href="/meldungen/2026/a/"' in html
    assert 'href="https://example.net/" class="external" rel="noopener external sponsored"' in html
    assert 'rel="external sponsored noopener"' in html
    assert "Advertisement" in html


def test_an_entry_that_nobody_pays_for_is_not_called_an_advertisement(tmp_path: Path) -> None:
    files = {**ABOUT, "content/vendors/stella.md": VENDOR.format("paid: false\n")}
    site = SiteFolder(tmp_path / "site", files, theme="packaged")
    site.build()
    assert "sponsored" not in site.read("anbieter/stella/index.html")
    assert "Advertisement" not in site.read("anbieter/stella/index.html")


def test_a_vendor_vanishes_by_itself_when_its_time_is_over(tmp_path: Path) -> None:
    vendor = VENDOR.format("sections: [Town]\n")
    site = SiteFolder(tmp_path / "site", {**ABOUT, "content/vendors/stella.md": vendor}, theme="packaged")
    site.build()
    assert site.mentions("Stella")
    after = "2026-11-25 00:00"
    assert site.build(now=after).written
    assert site.mentions("Stella") == set()
    assert site.published() == site.clean(now=after)
    assert site.codes(now=after) == []
